"""Particles on the way of a state: closed forms of a level, and what they are the change of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import Lead, fermion
from sambe.physics.in_time.particle_flows import moving_variables

D = fermion(0, 1)
N = D.conj().T @ D
RATES, MU, T = (0.02, 0.01), (0.2, -0.2), 0.3
TIMES = np.linspace(0.0, 150.0, 7)


def leads(scale: float = 1.0) -> list[Lead]:
    return [
        Lead(name, D, tunnelling=scale * g, temperature=T, chemical_potential=mu)
        for name, g, mu in zip(("l", "r"), RATES, MU, strict=True)
    ]


@pytest.mark.parametrize("secular", ["full", "auto", "clustered"])
def test_a_level_fills(secular: str) -> None:
    """n(t) = n + (n_0 - n) exp(-G t), and each lead gives G_u [f_u - n(t)]."""
    level = sambe.axis("epsilon", [0.5, 0.1])
    found = sambe.evolve(sambe.System([(level, N)], baths=leads()), 0, TIMES, secular=secular)
    f = 1.0 / (1.0 + np.exp((level.values[:, None] - MU) / T))
    end = f @ RATES / sum(RATES)
    n = end[:, None] * (1.0 - np.exp(-sum(RATES) * TIMES))
    currents = np.array(RATES) * (f[:, None] - n[..., None])
    np.testing.assert_allclose(found.particle_current[..., :2], currents, atol=1e-12)
    energy = level.values[:, None, None] * currents
    np.testing.assert_allclose(found.heat_current[..., :2], energy - np.array(MU) * currents, atol=1e-12)
    np.testing.assert_allclose(found.electrical_power, -(currents @ MU), atol=1e-12)
    assert found.particle_current.dims == ("epsilon", "time", "terminal")


@pytest.mark.parametrize(("secular", "omega", "scale"), [("partial", 1.0, 1.0), ("auto", 0.05, 10.0)])
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
def test_the_number_of_particles_changes_by_the_currents(secular: str, omega: float, scale: float) -> None:
    """Also where terms between different quanta are kept, under a drive slower than the tunnelling."""
    system = sambe.System([(0.5, N)], drive={1: [(0.4, N)]}, omega=omega, baths=leads(scale))
    step = 1e-3 / omega
    times = 3.0 / omega + step * np.arange(-1, 2)
    every = np.concatenate([[0.0], times])
    found = sambe.evolve(system, 0, every, observables={"n": N}, secular=secular)
    n = found.expectation[1:, 0].values
    change = (n[2] - n[0]) / (2.0 * step)
    total = found.particle_current[2].sum().item()
    assert change == pytest.approx(total, rel=1e-4, abs=1e-8)
    assert bool(found.cross_terms_kept) == (secular == "auto")
    period, flow = (verb(system, secular=secular) for verb in (sambe.cycle, sambe.steady_state))
    np.testing.assert_allclose(period.particle_current.mean("phase"), flow.particle_current, atol=1e-8)
    steady = sambe.evolve(system, "stationary", [0.0], secular=secular)
    if secular == "partial":  # the generator stands still: the currents of every moment are those of the mean
        np.testing.assert_allclose(steady.particle_current[0], flow.particle_current, atol=1e-12)


def test_two_sites_with_coherences_and_phonons() -> None:
    one, two = fermion(0, 2), fermion(1, 2)
    number = one.conj().T @ one + two.conj().T @ two
    ends = [
        Lead(name, d, tunnelling=0.01, temperature=T, chemical_potential=mu)
        for name, d, mu in (("l", one, 0.4), ("r", two, -0.4))
    ]
    phonons = sambe.Bath("p", one.conj().T @ one, sambe.Ohmic(0.01, cutoff=3.0), temperature=0.5)
    hop: Any = one.conj().T @ two
    system = sambe.System([(0.3, number), (0.01, hop + hop.conj().T)], baths=[*ends, phonons])
    times = 40.0 + 0.01 * np.arange(-1, 2)
    found = sambe.evolve(system, 0, np.concatenate([[0.0], times]), observables={"n": number})
    n = found.expectation[1:, 0].values
    total = found.particle_current[2].sum().item()
    assert (n[2] - n[0]) / 0.02 == pytest.approx(total, rel=1e-6)
    assert found.particle_current[2, 2] == 0.0
    assert "particle_current" not in sambe.evolve(sambe.models.spin_boson(), 0, TIMES[:2])


def test_potentials_of_a_batch() -> None:
    lead = Lead("l", D, tunnelling=0.1, temperature=T, chemical_potential=np.array([0.1, 0.2]))
    current, particles = np.ones((2, 3, 2)), np.stack([np.full((2, 3), 2.0), np.zeros((2, 3))], axis=-1)
    (held,) = sambe.System([(0.5, N)], baths=[leads()[0]]).baths
    out = moving_variables(current, particles, [lead.holding(held.particles)])  # type: ignore[arg-type]
    np.testing.assert_allclose(out["heat_current"][..., 0], 1.0 - 2.0 * np.array([[0.1] * 3, [0.2] * 3]))
    np.testing.assert_allclose(out["electrical_power"], [[-0.2] * 3, [-0.4] * 3])
