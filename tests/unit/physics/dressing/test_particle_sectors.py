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


@pytest.mark.slow
def test_periods_in_steps_are_the_harmonics_they_have() -> None:
    """A detuning that changes its sign twice a period, by steps and by 20 odd harmonics of a square wave."""
    d = [sambe.fermion(k, 2) for k in range(2)]
    n = [x.conj().T @ x for x in d]
    hop, tilt = d[0].conj().T @ d[1] + d[1].conj().T @ d[0], n[0] - n[1]
    leads = [
        sambe.Lead(name, x, tunnelling=0.01, temperature=0.2, chemical_potential=mu)
        for name, x, mu in (("l", d[0], 0.3), ("r", d[1], 0.0))
    ]
    steps = [(0.5, [(0.1, tilt), (0.2, hop)]), (0.5, [(-0.1, tilt), (0.2, hop)])]
    square = {k: [(0.2j / (np.pi * k), tilt)] for k in range(1, 40, 2)}
    sudden = sambe.steady_state(sambe.System.from_steps(steps, omega=0.8, baths=leads))
    smooth = sambe.steady_state(sambe.System([(0.2, hop)], drive=square, omega=0.8, baths=leads))
    for name in ("particle_current", "energy_current"):
        assert_allclose(sudden[name], smooth[name], rtol=1e-3, atol=1e-12)
