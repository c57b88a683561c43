"""Rates of jumps through leads."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

import sambe
from sambe.physics.equations import dressing_of
from sambe.physics.generators.exchanged_particles import jump_rates, particle_change
from sambe.physics.preparation import prepare


def test_what_enters_and_what_leaves() -> None:
    lead = sambe.Lead("l", sambe.fermion(0, 1), tunnelling=0.02, temperature=0.4, chemical_potential=0.3)
    energy = np.array([1.0, -1.0, 1.0, 0.0])
    up, down = jump_rates(lead, energy, np.array([1.0, -1.0, -1.0, 0.0]))
    f = 1.0 / (1.0 + np.exp((np.array([1.0, 1.0, -1.0]) - 0.3) / 0.4))  # at the particle's energy
    assert_allclose(up, [0.02 * f[0], 0.02 * (1 - f[1]), 0.02 * (1 - f[2]), 0.0], rtol=1e-13)
    assert_allclose(down, [0.02 * (1 - f[0]), 0.02 * f[1], 0.02 * f[2], 0.0], rtol=1e-13)


def test_changes_are_those_of_the_dressed_states() -> None:
    up, down = sambe.fermion(0, 2), sambe.fermion(1, 2)
    hop = up.conj().T @ down
    leads = [sambe.Lead(n, d, tunnelling=0.01, temperature=0.2) for n, d in (("l", up), ("r", down))]
    system = sambe.System([(1.0, hop + hop.conj().T)], baths=leads)
    dressing = dressing_of(system, prepare(system))
    change = particle_change(dressing, system.baths[0])
    assert np.all(change == -change.swapaxes(-1, -2))
    assert np.all(abs(change[np.abs(dressing.couplings).max(axis=0) > 1e-12]) == 1.0)
    assert (
        particle_change(dressing, sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.1), temperature=0.0)) is None
    )
