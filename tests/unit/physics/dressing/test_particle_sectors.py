"""Dressed states of definite numbers of particles, where energies of different ones coincide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.physics.dressing.dressing import ordered
from sambe.physics.dressing.particle_sectors import particle_numbers
from sambe.physics.equations import dressing_of
from sambe.physics.preparation import prepare

SITES = 3
D = [sambe.fermion(i, SITES) for i in range(SITES)]
HOPS = np.array([[0.0, 0.3, 0.1], [0.3, 0.0, 0.2], [0.1, 0.2, 0.0]])


def chain(**more: Any) -> sambe.System:
    """Three sites at zero: sums of energies of one particle meet those of two, and the empty state's."""
    h = sum(HOPS[i, j] * D[i].conj().T @ D[j] for i in range(SITES) for j in range(SITES))
    swap = np.zeros((8, 8))
    swap[[3, 5], [5, 3]] = 1.0
    leads = [sambe.Lead(name, D[k], tunnelling=0.01, temperature=0.2) for name, k in (("l", 0), ("r", 2))]
    return sambe.System([(1.0, h), (0.0, swap)], baths=leads, **more)


@pytest.mark.parametrize(("equation", "omega"), [("driven_dressed", None), ("floquet", 0.8)])
def test_no_state_mixes_numbers(equation: str, omega: float | None) -> None:
    system = chain(omega=omega)
    particles = system.baths[0].particles
    dressing = ordered(dressing_of(system, prepare(system, equation)))
    inside = dressing.states.conj().swapaxes(-1, -2) @ np.diag(particles) @ dressing.states
    assert_allclose(inside, np.diag(np.diagonal(inside)), atol=1e-10)
    assert_allclose(np.diagonal(inside).real, particle_numbers(dressing.states, particles), atol=1e-10)
    single = np.linalg.eigvalsh(HOPS)
    wanted = sorted((np.array([[k >> i & 1 for i in range(SITES)] for k in range(8)]) @ single).tolist())
    if omega is None:
        assert_allclose(dressing.energies, wanted, atol=1e-13)
    else:
        turns = np.exp(2j * np.pi * np.array(wanted) / omega)
        found = np.exp(2j * np.pi * dressing.energies / omega)
        assert abs(found[:, None] - turns).min(axis=1).max() < 1e-8
