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


def test_a_voltage_between_leads_is_turned_round() -> None:
    """Two spins that repel: one of them comes in and has to leave before the next, so that at T = 0
    I = 2 G_in G_out/(2 G_in + G_out) (derived)."""

    def dot(left: float, right: float) -> sambe.System:
        bias = (("left", 0.01, left), ("right", 0.004, right))
        leads = [
            sambe.Lead(name, tunnelling=rate, temperature=0.0, chemical_potential=mu)
            for name, rate, mu in bias
        ]
        return sambe.models.anderson_dot(0.0, 50.0, baths=leads)

    found = sambe.rectification(dot(1.0, -1.0))
    into, out = 0.01, 0.004
    expected = [2 * into * out / (2 * into + out), -2 * into * out / (2 * out + into)]
    np.testing.assert_allclose([found.particle_forward, found.particle_backward], expected)
    ratio = (abs(expected[0]) - abs(expected[1])) / (abs(expected[0]) + abs(expected[1]))
    np.testing.assert_allclose(found.particle_rectification, ratio)
    assert found.particle_forward.attrs["long_name"] == "particle current of left, forward"
    back = sambe.steady_state(dot(-1.0, 1.0)).energy_current[0]
    np.testing.assert_allclose(found.backward, back, atol=1e-15)
    assert found.attrs["swapped"] == "temperatures and chemical potentials of left and right"


def test_leads_at_two_temperatures_exchange_them() -> None:
    leads = [
        sambe.Lead(name, tunnelling=sambe.Lorentzian(0.01, width, centre), temperature=t)
        for name, width, centre, t in (("left", 0.5, 0.9, 1.0), ("right", 1.0, 0.0, 0.3))
    ]
    found = sambe.rectification(sambe.models.anderson_dot(0.4, 0.5, baths=leads))
    assert found.forward > 0 > found.backward
    assert abs(found.rectification) > 1e-3
