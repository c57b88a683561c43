"""The side on which undriven currents are counted, against that of a drive of nothing."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from tests.unit.physics.generators.test_coupling_side import system

import sambe
from sambe import Bath, Lead, Ohmic, System, fermion


@pytest.mark.parametrize("lamb_shift", ["none", "shift"])
def test_a_drive_of_nothing_changes_nothing(lamb_shift: str) -> None:
    """Counted as what leaves the baths the currents jump by several per cent where a drive sets in, and with
    the shift by more than themselves."""
    still, pushed = (sambe.steady_state(system(drive=drive), lamb_shift=lamb_shift) for drive in (0.0, 1e-10))
    largest = np.abs(still.energy_current).max().item()
    np.testing.assert_allclose(still.energy_current, pushed.energy_current, atol=1e-8 * largest)
    assert abs(still.first_law_residual) < 1e-10 * largest
    assert int(still.cross_terms_kept) == 1 == int(pushed.cross_terms_kept)
    named = sambe.steady_state(system(), lamb_shift=lamb_shift, secular="none")
    np.testing.assert_allclose(named.energy_current, still.energy_current, rtol=1e-9, atol=1e-18)
    with pytest.warns(sambe.SecularWarning, match="two sides of a jump"):
        apart = sambe.steady_state(system(), lamb_shift=lamb_shift, secular="partial")
    moved = np.abs(apart.energy_current - still.energy_current).max().item()
    assert moved > 0.01 * largest
    assert apart.cross_term_shift > 0.01


def test_weak_coupling_is_counted_as_ever() -> None:
    """Where the first law holds to 1e-5 both sides are alike, and nothing is done."""
    flow = sambe.steady_state(system(1e-4))
    assert int(flow.cross_terms_kept) == 0
    assert abs(flow.first_law_residual) < 1e-5 * np.abs(flow.energy_current).max()


def test_phonons_beside_leads() -> None:
    """What a bath on a number operator brings beside two leads: the side decides over its sign."""
    one, two = fermion(0, 2), fermion(1, 2)
    number, hop = one.conj().T @ one + two.conj().T @ two, one.conj().T @ two
    ends = [
        Lead(name, d, tunnelling=0.01, temperature=0.3, chemical_potential=mu)
        for name, d, mu in (("l", one, 0.4), ("r", two, -0.4))
    ]
    phonons = Bath("p", one.conj().T @ one, Ohmic(0.01, cutoff=3.0), temperature=0.5)
    terms = [(0.3, number), (0.01, hop + hop.conj().T)]
    still = sambe.steady_state(System(terms, baths=[*ends, phonons]))
    pushed = sambe.steady_state(
        System(terms, drive={1: 1e-9 * (hop + hop.conj().T)}, omega=0.7, baths=[*ends, phonons])
    )
    for name in ("energy_current", "particle_current", "entropy_production"):
        np.testing.assert_allclose(still[name], pushed[name], rtol=1e-6, atol=1e-16)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sambe.SecularWarning)
        apart = sambe.steady_state(System(terms, baths=[*ends, phonons]), secular="partial")
    assert still.energy_current.sel(terminal="p") > 0 > apart.energy_current.sel(terminal="p")
