"""What a reader is shown of systems and baths: every number, and no matrix."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.description.words.in_words import MOST_TERMS, number_in_words
from sambe.models import MODELS


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_shown_with_its_terminals_and_without_its_matrices(name: str) -> None:
    system = MODELS[name]()
    text = repr(system)
    assert all(terminal in text for terminal in system.terminals)
    assert "array" not in text
    assert len(text.splitlines()) <= 2 + MOST_TERMS + len(system.baths)
    assert max(map(len, text.splitlines())) < 200


def test_a_sweep_is_shown_by_its_axes_and_ends() -> None:
    omega = sambe.axis("omega", np.linspace(0.5, 1.5, 41))
    assert "omega: 0.5 to 1.5 along omega (41)" in repr(sambe.models.spin_boson(omega=omega))
    grid = omega + sambe.axis("shift", [0.0, 1.0])
    assert number_in_words(grid) == "0.5 to 2.5 along omega (41), shift (2)"
    assert number_in_words(1j * omega) == "along omega (41)"
    assert number_in_words(0.5 + 2j) == "0.5+2j"


def test_what_is_not_yet_computed_stays_so() -> None:
    dask = pytest.importorskip("dask.array")

    def refused(block: np.ndarray) -> np.ndarray:
        if block.size:  # Dask asks an empty one for its type
            raise AssertionError
        return block

    lazy = xr.DataArray(dask.ones(3, chunks=1).map_blocks(refused, dtype=float), dims="omega")
    assert number_in_words(lazy) == "along omega (3)"


def test_a_bath_is_one_line() -> None:
    bath = sambe.Bath("cold", sambe.sigmax(), sambe.Flat(0.01), temperature=0.5)
    assert repr(bath) == "bath 'cold': Flat, strength 0.01, temperature 0.5"
    lead = sambe.Lead("left", sambe.fermion(0, 1), tunnelling=0.01, temperature=0.1, chemical_potential=0.2)
    assert repr(lead) == "lead 'left': Lead, tunnelling 0.01, temperature 0.1, chemical_potential 0.2"
    noise = sambe.Bath("noise", sambe.sigmax(), power=lambda w: 0.1 + 0 * w)
    assert repr(noise) == "bath 'noise': Noise"


def test_what_is_misspelt_is_named() -> None:
    for ask, meant in (
        (lambda: sambe.steadystate, "steady_state"),  # type: ignore[attr-defined]
        (lambda: sambe.plot.current, "currents"),  # type: ignore[attr-defined]
        (lambda: sambe.models.spinboson, "spin_boson"),
    ):
        with pytest.raises(AttributeError, match=f"did you mean '{meant}'"):
            ask()
    assert set(dir(sambe.models)) == set(MODELS)
