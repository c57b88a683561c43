"""Dots with interaction: against QuTiP's counting statistics and the rate equation of the four states."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from numpy.testing import assert_allclose
from scipy import linalg, special

from sambe.analytic.blockade import anderson_dot_currents, double_dot_current
from sambe.errors import InputError


@pytest.mark.parametrize(
    ("coupling", "detuning", "enter"), [(0.4, 0.0, 1.0), (0.7, -0.9, 2.5), (0.1, 0.3, 0.2)]
)
def test_double_dot_by_counting_statistics_of_the_lindblad_equation(coupling, detuning, enter):
    empty, left, right = (qutip.basis(3, k) for k in range(3))
    tunnelling = coupling * right * left.dag()
    frame = tunnelling + tunnelling.dag() + detuning * right * right.dag()
    jumps = [np.sqrt(enter) * left * empty.dag(), empty * right.dag()]  # Gamma_R = 1
    counted = [qutip.sprepost(jump, jump.dag()) for jump in jumps]
    whole = qutip.liouvillian(frame, jumps)
    current, noise, _ = qutip.countstat_current_noise(whole, [], J_ops=counted)
    found = double_dot_current(coupling, detuning, enter, 1.0)
    assert_allclose(found.current, current[1], rtol=1e-10)
    assert_allclose(found.noise, noise[1, 1], rtol=1e-8)


def test_no_tunnel_coupling_no_current():
    found = double_dot_current(0.0, np.array([0.0, 0.4]), 0.01, 0.01)
    assert (found.current == 0).all()
    assert_allclose(found.fano, 1.0)
    with pytest.raises(InputError, match="rate_out"):
        double_dot_current(0.1, 0.0, 0.01, 0.0)


def test_anderson_dot_by_the_rates_of_four_states():
    level, repulsion = 0.2, 0.7
    gamma, heat, potential = (
        np.array([0.01, 0.004, 0.002]),
        np.array([0.2, 0.3, 0.1]),
        np.array([0.3, -0.3, 0.1]),
    )
    states = [(0, 0), (1, 0), (0, 1), (1, 1)]
    into = np.zeros((3, 4, 4))  # of each lead: rate from column to row
    for column, before in enumerate(states):
        for row, after in enumerate(states):
            if np.abs(np.subtract(before, after)).sum() != 1:
                continue
            energy = level + repulsion * (sum(before) + sum(after) == 3)
            filling = special.expit(-(energy - potential) / heat)
            into[:, row, column] = gamma * (filling if sum(after) > sum(before) else 1.0 - filling)
    total = into.sum(0)
    population = linalg.null_space(total - np.diag(total.sum(0)))[:, 0]
    population /= population.sum()
    charges = np.array([sum(s) for s in states])
    energies = level * charges + repulsion * (charges == 2)
    flow = into * population
    found = anderson_dot_currents(level, repulsion, gamma, heat, potential)
    for values, current in ((charges, found.particle_current), (energies, found.energy_current[:-1])):
        steps = values[:, None] - values
        assert_allclose(current, (flow * steps).sum((1, 2)), atol=1e-17)
    assert_allclose(found.population, [population[0], population[1] + population[2], population[3]])
    assert found.entropy_production > 0


def test_anderson_dot_without_repulsion_is_two_levels():
    found = anderson_dot_currents(0.2, 0.0, (0.01, 0.004), 0.2, (0.3, -0.3))
    p = np.sqrt(found.population[2])
    assert_allclose(found.population, [(1 - p) ** 2, 2 * p * (1 - p), p**2])
    with pytest.raises(InputError, match="not unique"):
        anderson_dot_currents(1.0, -2.0, (0.01, 0.004), 0.0, 0.0)
