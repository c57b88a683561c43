"""Currents through dots with leads, against numbers that were derived by two routes each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe import Lead, fermion, transition

D = fermion(0, 1)
N = D.conj().T @ D
ALL = ("full", "partial", "auto", "none", "ule", "clustered")


@pytest.mark.parametrize("secular", ALL)
def test_a_level_between_hot_and_cold(secular: str) -> None:
    """I = GL GR/(GL + GR) (fL - fR): one energy, so that heat and power are in a fixed proportion."""
    leads = [
        Lead("l", D, tunnelling=0.01, temperature=1.0),
        Lead("r", D, tunnelling=0.004, temperature=0.4, chemical_potential=0.3),
    ]
    flow = sambe.steady_state(sambe.System([(1.0, N)], baths=leads), secular=secular, observables={"n": N})
    assert_allclose(flow.particle_current, [0.0003454120667, -0.0003454120667, 0.0], rtol=1e-9)
    assert_allclose(flow.energy_current, [0.0003454120667, -0.0003454120667, 0.0], rtol=1e-9)
    assert_allclose(flow.heat_current[:2], [0.0003454120667, -0.0002417884467], rtol=1e-9)
    assert_allclose(flow.electrical_power, 0.00010362362, rtol=1e-9)
    assert_allclose(flow.expectation[0], 0.2344002147, rtol=1e-9)
    assert_allclose(flow.entropy_production, 0.00025905905, rtol=1e-9)
    assert_allclose(flow.electrical_power / flow.heat_current[0], 0.3, rtol=1e-9)  # (muR - muL)/(e - muL)


def test_photon_assisted_tunnelling() -> None:
    """A level e0 + V cos wt: weights J_q(V/w)^2 at W = e0 - q w."""
    leads = [
        Lead("l", D, tunnelling=0.02, temperature=0.3, chemical_potential=0.2),
        Lead("r", D, tunnelling=0.01, temperature=0.3, chemical_potential=-0.2),
    ]
    system = sambe.System([(0.5, N)], drive={1: [(0.4, N)]}, omega=1.0, baths=leads)
    flow = sambe.steady_state(system, secular="full", observables={"n": N})
    assert_allclose(flow.particle_current[0], 0.001034773681, rtol=1e-8)
    assert_allclose(flow.energy_current, [-0.002163148875, -0.001623916089, 0.003787064964], rtol=1e-8)
    assert_allclose(flow.expectation[0], 0.2724954929, rtol=1e-8)


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_a_voltage_on_one_lead(equation: str) -> None:
    """Tien and Gordon: f_L becomes sum_q J_q(V/w)^2 f_L(e0 + q w)."""
    leads = [
        Lead("l", D, tunnelling=0.01, temperature=0.1, ac_voltage=0.9),
        Lead("r", D, tunnelling=0.01, temperature=0.1),
    ]
    system = sambe.System([(0.3, N)], omega=0.8, baths=leads)
    flow = sambe.steady_state(system, equation=equation, secular="full", observables={"n": N})
    assert_allclose(flow.particle_current[0], 0.001121716493, rtol=1e-8)
    assert_allclose(flow.energy_current, [-0.001821584857, -0.0003365149478, 0.002158099805], rtol=1e-8)
    assert_allclose(flow.expectation[0], 0.1595975224, rtol=1e-8)


@pytest.mark.parametrize("secular", ["partial", "auto", "none"])
def test_a_double_dot_in_coulomb_blockade(secular: str) -> None:
    """One particle at most, pumped on resonance: I = T^2 GR/(T^2 (2 + GR/GL) + GR^2/4)."""
    leads = [
        Lead(n, transition(3, 0, k), tunnelling=0.01, temperature=0.01, chemical_potential=0.5)
        for n, k in (("l", 1), ("r", 2))
    ]
    system = sambe.System(
        np.diag([0.0, 0.0, 1.0]), drive={1: [(0.004, transition(3, 2, 1))]}, omega=1.0, baths=leads
    )
    flow = sambe.steady_state(system, secular=secular)
    assert_allclose(flow.particle_current[0], 0.002191780822, rtol=1e-9)
    with pytest.warns(sambe.SecularWarning):  # its dressed states lie closer than the rates
        full = sambe.steady_state(system, secular="full")
    assert_allclose(full.particle_current[0], 0.003333333333, rtol=1e-9)


@pytest.mark.parametrize("secular", ["full", "auto"])
def test_an_anderson_dot(secular: str) -> None:
    """p0 : p1 : p2 = d0 d1 : 2 u0 d1 : u0 u1 with u = sum G f, d = sum G (1 - f) at e and e + U."""
    spins = [fermion(0, 2), fermion(1, 2)]
    up, down = (d.conj().T @ d for d in spins)
    leads = [
        Lead("l", spins, tunnelling=0.01, temperature=0.2, chemical_potential=0.3),
        Lead("r", spins, tunnelling=0.004, temperature=0.2, chemical_potential=-0.3),
    ]
    empty, both = (np.eye(4) - up) @ (np.eye(4) - down), up @ down
    system = sambe.System([(0.2, up + down), (1.0, both)], baths=leads)
    flow = sambe.steady_state(system, secular=secular, observables={"0": empty, "2": both})
    assert_allclose(flow.particle_current[0], 0.002143777348, rtol=1e-8)
    assert_allclose(flow.energy_current[:2], [0.0004478202579, -0.0004478202579], rtol=1e-8)
    assert_allclose(flow.expectation, [0.3630571601, 0.002559850264], rtol=1e-8)
    assert_allclose(flow.heat_current[:2], [-0.0001953129464, -0.001090953462], rtol=1e-8)
    assert_allclose(flow.electrical_power, -0.001286266409, rtol=1e-8)
    assert_allclose(flow.entropy_production, 0.006431332043, rtol=1e-8)


def test_signs_of_fermions() -> None:
    """Two coupled sites without interaction are two independent modes, whatever the order of the sites."""
    h = np.array([[0.5, 0.2], [0.2, 0.7]])
    vectors = {"l": np.array([0.5**0.5, 0.5**0.5]), "r": np.array([0.0, 1.0])}
    energies, modes = np.linalg.eigh(h)
    rates = {"l": 0.01 * (vectors["l"] @ modes) ** 2, "r": 0.004 * (vectors["r"] @ modes) ** 2}
    f = {n: 1.0 / (1.0 + np.exp((energies - mu) / 0.3)) for n, mu in (("l", 0.3), ("r", -0.3))}
    each = rates["l"] * rates["r"] / (rates["l"] + rates["r"]) * (f["l"] - f["r"])
    for order in ((0, 1), (1, 0)):
        d: list[Any] = [fermion(k, 2) for k in order]
        leads = [
            Lead(n, v[0] * d[0] + v[1] * d[1], tunnelling=g, temperature=0.3, chemical_potential=mu)
            for (n, v), g, mu in zip(vectors.items(), (0.01, 0.004), (0.3, -0.3), strict=True)
        ]
        terms = [(h[i, j], d[i].conj().T @ d[j]) for i in range(2) for j in range(2) if i == j]
        hop = d[0].conj().T @ d[1]
        flow = sambe.steady_state(
            sambe.System([*terms, (0.2, hop + hop.conj().T)], baths=leads), secular="full"
        )
        assert_allclose(flow.particle_current[0], 0.0004004394641, rtol=1e-9)
        assert_allclose(flow.energy_current[0], 0.0002752029045, rtol=1e-9)
        assert_allclose(flow.particle_current[0], each.sum(), rtol=1e-12)


@pytest.mark.parametrize("secular", ["full", "auto"])
def test_second_order_meets_scattering(secular: str) -> None:
    """A driven level without interactions: the error against the exact currents goes with the rates."""
    errors = []
    for scale in (1.0, 0.25):
        rates = 0.02 * scale, 0.01 * scale
        exact = sambe.analytic.scattering_currents(0.5, rates, 0.3, (0.2, -0.2), gate=0.8, omega=1.0)
        leads = [
            Lead(n, D, tunnelling=g, temperature=0.3, chemical_potential=mu)
            for n, g, mu in zip("lr", rates, (0.2, -0.2), strict=True)
        ]
        system = sambe.System([(0.5, N)], drive={1: [(0.4, N)]}, omega=1.0, baths=leads)
        flow = sambe.steady_state(system, secular=secular)
        errors.append(
            [
                abs(flow.particle_current[:2] - exact.particle_current).max() / exact.particle_current[0],
                abs(flow.energy_current - exact.energy_current).max() / exact.energy_current[-1],
            ]
        )
    assert np.max(errors[0]) < 0.01
    assert_allclose(np.array(errors[0]) / errors[1], 4.0, rtol=0.2)
