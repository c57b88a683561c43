"""Numbers of particles, found from what leads and the Hamiltonian connect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import InputError, Lead, fermion, lift

FINE: dict[str, Any] = {"tunnelling": 0.01, "temperature": 0.2}


def test_numbers_are_those_of_the_sites() -> None:
    up, down = fermion(0, 2), fermion(1, 2)
    system = sambe.System(
        np.diag([0.0, 0.1, 0.2, 0.4]), baths=[Lead("l", up, **FINE), Lead("r", [up, down], **FINE)]
    )
    for lead in system.baths:
        np.testing.assert_array_equal(lead.particles, [0, 1, 1, 2])


def test_parts_that_only_bosons_connect_hold_as_many() -> None:
    # three levels: a lead fills the first, light takes the particle to the second
    light = sambe.transition(3, 2, 1)
    light = light + light.T
    baths = [
        Lead("l", sambe.transition(3, 0, 1), **FINE),
        sambe.Bath("light", light, sambe.Ohmic(0.01, cutoff=5.0), temperature=0.3),
    ]
    assert sambe.System(np.diag([0.0, 0.5, 1.0]), baths=baths).baths[0].particles.tolist() == [0, 1, 1]


def test_leads_agree_on_the_particles() -> None:
    d = fermion(0, 1)
    with pytest.raises(InputError, match="another than that of 'l'"):
        sambe.System(np.diag([0.0, 1.0]), baths=[Lead("l", d, **FINE), Lead("r", d.T, **FINE)])
    mixed = sambe.destroy(3) + sambe.destroy(3) @ sambe.destroy(3)
    with pytest.raises(InputError, match="no such number"):
        sambe.System(np.diag([0.0, 1.0, 2.0]), baths=[Lead("l", mixed, **FINE)])


def test_the_hamiltonian_conserves_them() -> None:
    d, two = fermion(0, 1), fermion(0, 2) @ fermion(1, 2)
    with pytest.raises(InputError, match=r"hamiltonian\[0\]\[0, 1\].*particles by -1"):
        sambe.System(sambe.sigmax(), baths=[Lead("l", d, **FINE)])
    with pytest.raises(InputError, match=r"drive\[1\]"):
        sambe.System(np.diag([0.0, 1.0]), drive={1: d}, omega=1.0, baths=[Lead("l", d, **FINE)])
    leads = [Lead(name, fermion(k, 2), **FINE) for k, name in enumerate("lr")]
    with pytest.raises(InputError, match="conserved"):
        sambe.System(two + two.conj().T, baths=leads)


def test_bosons_come_with_even_numbers_of_fermions() -> None:
    d = lift(fermion(0, 1), 0, (2, 2))
    lead = Lead("l", d, **FINE)
    bath: dict[str, Any] = {"spectrum": sambe.Ohmic(0.01, cutoff=5.0), "temperature": 0.3}
    n = d.conj().T @ d
    with pytest.raises(InputError, match=r"bath 'b'.coupling\[0\].*odd"):
        sambe.System([(1.0, n)], baths=[lead, sambe.Bath("b", d + d.conj().T, **bath)])
    sambe.System([(1.0, n)], baths=[lead, sambe.Bath("b", n, **bath)])
