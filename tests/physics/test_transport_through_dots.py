"""What is known of transport through dots in closed form, each asked as its pages say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import expit, jv

import sambe


def fermi(energy: Any, temperature: float) -> Any:
    return expit(-np.asarray(energy) / temperature)


def lead(name: str, mu: Any, temperature: float, rate: float = 0.01, **more: Any) -> sambe.Lead:
    return sambe.Lead(name, tunnelling=rate, temperature=temperature, chemical_potential=mu, **more)


def test_coulomb_diamonds_have_the_currents_of_the_master_equation() -> None:
    """p0 : p1 : p2 = d0 d1 : 2 u0 d1 : u0 u1 with the rates in and out at e and at e + U (derived)."""
    t, rate, repulsion = 0.02, 0.01, 1.0
    gate, bias = sambe.axis("gate", np.linspace(-2.0, 1.0, 13)), sambe.axis("bias", np.linspace(-2.0, 2.0, 9))
    leads = [lead("left", 0.5 * bias, t, rate), lead("right", -0.5 * bias, t, rate)]
    dot = sambe.models.anderson_dot(gate, repulsion, baths=leads)
    found = sambe.steady_state(dot, secular="full").particle_current.sel(terminal="left")
    e, v = gate.values[:, None], bias.values
    empty = [fermi(e - s * v / 2, t) for s in (1, -1)]
    full = [fermi(e + repulsion - s * v / 2, t) for s in (1, -1)]
    u0, d0, u1, d1 = sum(empty), 2 - sum(empty), sum(full), 2 - sum(full)
    p = np.stack([d0 * d1, 2 * u0 * d1, u0 * u1])
    p /= p.sum(axis=0)
    fl, gl = empty[0], full[0]
    expected = rate * (2 * fl * p[0] - (1 - fl) * p[1] + gl * p[1] - 2 * (1 - gl) * p[2])
    np.testing.assert_allclose(found.transpose("gate", "bias"), expected, atol=1e-15)


def test_a_dot_in_equilibrium_is_that_of_gibbs_with_its_particles() -> None:
    leads = [lead("left", 0.3, 0.2), lead("right", 0.3, 0.2, 0.004)]
    flow = sambe.steady_state(sambe.models.anderson_dot(0.2, 1.0, baths=leads))
    weights = np.exp(-(np.array([0.0, 0.2, 0.2, 1.4]) - 0.3 * np.array([0, 1, 1, 2])) / 0.2)
    np.testing.assert_allclose(flow.population, weights / weights.sum(), rtol=1e-12)
    assert abs(flow.particle_current).max() < 1e-16


def test_sidebands_of_tien_and_gordon() -> None:
    """The current has steps of J_n(V/w)^2 where the level meets the potential and n quanta."""
    t, rate, swing, omega = 0.005, 1e-3, 1.2, 1.0
    level = sambe.axis("epsilon", np.array([-1.9, -1.1, -0.9, -0.1, 0.1, 0.9, 1.1]))
    leads = [lead("left", 0.0, t, rate, ac_voltage=swing), lead("right", -9.0, t, rate)]
    dot = sambe.models.quantum_dot(level, omega=omega, baths=leads)
    current = sambe.steady_state(dot, secular="full").particle_current[:, 0].values
    q = np.arange(-30, 31)
    expected = [0.5 * rate * (jv(q, swing) ** 2)[q > e].sum() for e in level.values]
    np.testing.assert_allclose(current, expected, rtol=1e-6)


def test_a_level_is_an_engine_of_carnot_where_it_stops() -> None:
    """All particles carry e: efficiency (mu_c - mu_h)/(e - mu_h), and no current where that is Carnot's
    (Humphrey et al., Phys. Rev. Lett. 89, 116801 (2002))."""
    hot, cold = 1.0, 0.4
    mu = sambe.axis("mu", np.array([0.2, 0.55, 0.5999, 0.6]))
    leads = [lead("hot", 0.0, hot), lead("cold", mu, cold, 0.004)]
    figures = sambe.performance(sambe.models.quantum_dot(1.0, baths=leads))
    np.testing.assert_allclose(figures.efficiency[:3], mu[:3], rtol=1e-9)
    np.testing.assert_allclose(figures.carnot[:3], 1 - cold / hot)
    assert (figures.fraction_of_carnot[:3] < 1).all()
    assert abs(figures.particle_current[3, 0]) < 1e-16
    assert figures.electrical_power[2] > 0


@pytest.mark.parametrize("phase", [0.5, 1.5, np.pi])
def test_interference_of_two_degenerate_levels(phase: float) -> None:
    """C_ij = <d_j^+ d_i> obeys dC/dt = -{G, C}/2 + sum G_u f_u, (G_u)_ij = G_u v_i^* v_j, without repulsion
    (derived)."""
    first, second = sambe.fermion(0, 2), sambe.fermion(1, 2)
    both = first.conj().T @ first + second.conj().T @ second
    e, t, rates, potentials = 0.2, 0.1, (0.01, 0.004), (0.5, -0.5)
    ways = np.array([[1.0, 1.0], [1.0, np.exp(1j * phase)]]) / np.sqrt(2.0)
    leads = [
        sambe.Lead(name, v[0] * first + v[1] * second, tunnelling=rate, temperature=t, chemical_potential=mu)
        for name, v, rate, mu in zip(("left", "right"), ways, rates, potentials, strict=True)
    ]
    flow = sambe.steady_state(sambe.System([(e, both)], baths=leads))
    left, right = (rate * np.outer(v.conj(), v) for v, rate in zip(ways, rates, strict=True))
    fl, fr = (fermi(e - mu, t) for mu in potentials)
    half, one = 0.5 * (left + right), np.eye(2)
    c = np.linalg.solve(np.kron(half, one) + np.kron(one, half.T), (left * fl + right * fr).reshape(-1))
    expected = (np.trace(left) * fl - np.trace(left @ c.reshape(2, 2))).real
    assert flow.particle_current[0].item() == pytest.approx(expected, abs=1e-12)


def test_repulsion_makes_interference_a_blockade() -> None:
    """Under a bias the dot ends in the state that the drain does not see, and a second particle may not come
    (Donarini, Begemann and Grifoni, Nano Lett. 9, 2897 (2009)): no current, where populations have one."""
    first, second = sambe.fermion(0, 2), sambe.fermion(1, 2)
    numbers = [d.conj().T @ d for d in (first, second)]
    leads = [
        sambe.Lead("left", (first + second) / np.sqrt(2.0), tunnelling=0.01, temperature=0.05,
                   chemical_potential=2.0),
        sambe.Lead("right", (first + 1j * second) / np.sqrt(2.0), tunnelling=0.01, temperature=0.05,
                   chemical_potential=-2.0),
    ]  # fmt: skip
    dot = sambe.System([(0.0, sum(numbers)), (50.0, numbers[0] @ numbers[1])], baths=leads)
    assert abs(sambe.steady_state(dot).particle_current).max() < 1e-12
    with pytest.warns(sambe.SecularWarning, match="secular"):
        wrong = sambe.steady_state(dot, secular="full").particle_current[0]
    assert wrong == pytest.approx(1e-2 / 3, rel=1e-6)


def test_pauli_blockade_rectifies() -> None:
    """Two electrons of parallel spin may not share the right dot: they pass one way alone (Ono et al.,
    Science 297, 1313 (2002)). The other way goes through singlets at hopping times the rate."""
    d = [sambe.fermion(k, 4) for k in range(4)]
    n = [x.conj().T @ x for x in d]
    hops = d[0].conj().T @ d[2] + d[1].conj().T @ d[3]
    hamiltonian = [
        (-1.0, n[2] + n[3]),
        (20.0, n[0] @ n[1]),
        (1.0, n[2] @ n[3]),
        (0.005, hops + hops.conj().T),
    ]
    currents = []
    for bias in (0.5, -0.5):
        leads = [
            sambe.Lead(name, pair, tunnelling=0.01, temperature=0.03, chemical_potential=mu)
            for name, pair, mu in (("left", d[:2], bias), ("right", d[2:], -bias))
        ]
        currents.append(sambe.steady_state(sambe.System(hamiltonian, baths=leads)).particle_current[0].item())
    assert 0 < currents[0] < 1e-6  # what temperature lets through
    assert currents[1] < -3e-3
