"""The verb: two runs with exchanged temperatures, sweeps, stores and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.errors import InputError


def qubit(left: Any = 1.2, right: Any = 0.4, exponent: float = 3.0) -> sambe.System:
    baths = [
        sambe.Bath("left", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), left),
        sambe.Bath("right", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=3.0, exponent=exponent), right),
    ]
    return sambe.System([(0.5, sambe.sigmaz())], baths=baths)


def test_backward_is_the_swapped_system() -> None:
    found = sambe.rectification(qubit())
    there, back = (sambe.steady_state(s).energy_current[0] for s in (qubit(), qubit(0.4, 1.2)))
    np.testing.assert_allclose([found.forward, found.backward], [there, back])
    ratio = (abs(there) - abs(back)) / (abs(there) + abs(back))
    np.testing.assert_allclose(found.rectification, ratio)
    assert found.forward.attrs["sign"] == "positive into the system"
    other = sambe.rectification(qubit(), swap=("right", "left"))
    np.testing.assert_allclose(other.forward, -found.forward, rtol=1e-9)
    np.testing.assert_allclose(other.rectification, found.rectification, rtol=1e-9)


def test_like_baths_do_not_rectify_and_equilibrium_has_no_ratio() -> None:
    like = [bath.replace(spectrum=sambe.Flat(0.01)) if hasattr(bath, "replace") else sambe.Bath(
        bath.name, sambe.sigmax(), sambe.Flat(0.01), bath.temperature) for bath in qubit().baths]  # fmt: skip
    same = sambe.rectification(sambe.System([(0.5, sambe.sigmaz())], baths=like))
    assert abs(same.rectification.item()) < 1e-12


@pytest.mark.slow
def test_sweeps_and_stores(tmp_path: Path) -> None:
    hot = sambe.axis("hot", [0.6, 1.2])
    found = sambe.rectification(qubit(left=hot))
    assert found.rectification.dims == ("hot",)
    np.testing.assert_allclose(found.rectification[1], sambe.rectification(qubit()).rectification)
    kept = sambe.rectification(qubit(left=hot), store=tmp_path / "r.zarr")
    np.testing.assert_allclose(kept.rectification, found.rectification)
    assert found.status.values.tolist() == [0, 0]


@pytest.mark.parametrize("swap", [("left",), ("left", "left"), ("left", "top"), "left", None])
def test_pairs_that_are_none_are_refused(swap: Any) -> None:
    with pytest.raises(InputError, match="swap"):
        sambe.rectification(qubit(), swap=swap)


def test_a_bath_without_a_temperature_is_refused() -> None:
    right = sambe.Bath("right", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Inverted(0.6))
    with pytest.raises(InputError, match="with a temperature"):
        sambe.rectification(qubit().replace(baths=[qubit().baths[0], right]))
