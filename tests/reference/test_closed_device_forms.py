"""Devices against closed forms: qubits, dots, oscillators and masers that count, rectify, relax and pump."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
import pytest

import sambe

SX, SZ = sambe.sigmax(), sambe.sigmaz()


def occupation(w: Any, temperature: Any) -> Any:
    return 1.0 / np.expm1(w / temperature)


def resting(left: Any, right: Any, splitting: Any = 1.0, rates: tuple[float, float] = (0.01, 0.002)) -> Any:
    """A qubit at rest between two baths of flat J."""
    baths = [sambe.Bath(n, SX, sambe.Flat(j), t) for n, j, t in zip(
        ("left", "right"), rates, (left, right), strict=True)]  # fmt: skip
    return sambe.System([(0.5 * splitting, SZ)], baths=baths)


def test_heat_through_a_qubit_is_counted_by_a_square_root() -> None:
    # -K/2 + sqrt(K^2/4 + g1 g2 [n1 (1 + n2)(e^-x - 1) + n2 (1 + n1)(e^x - 1)]), as Ren, Haenggi and Li (2010)
    # have it, for a field on what comes from the right; cumulants by Cauchy's circle
    (g1, g2), n1, n2 = (0.01, 0.002), occupation(1.0, 1.2), occupation(1.0, 0.4)
    k = g1 * (1 + 2 * n1) + g2 * (1 + 2 * n2)

    def closed(x: Any) -> Any:
        there, back = n2 * (1 + n1) * np.expm1(x), n1 * (1 + n2) * np.expm1(-x)
        return -0.5 * k + np.sqrt(0.25 * k * k + g1 * g2 * (there + back) + 0j)

    qubit, x = resting(1.2, 0.4), sambe.axis("x", np.linspace(-1.0, 2.0, 5))
    np.testing.assert_allclose(
        sambe.generating_function(qubit, {"right": x}), closed(x.values).real, atol=1e-15
    )
    found = sambe.generating_function(qubit, {"right": 1j * x}).values
    np.testing.assert_allclose(found, closed(1j * x.values), atol=1e-15)
    circle = 0.1 * np.exp(2j * np.pi * np.arange(32) / 32)
    waves = np.fft.fft(closed(circle)).real / 32
    cumulants = [factorial(c) * waves[c] / 0.1**c for c in (1, 2, 3, 4)]
    counted = sambe.counting_statistics(qubit, cumulants=4).energy_cumulant.sel(terminal="right")
    np.testing.assert_allclose(counted, cumulants, rtol=1e-9)


def test_a_qubit_rectifies_as_segal_and_nitzan_have_it() -> None:
    w, (g1, g2) = np.array([0.5, 1.0, 2.0]), (0.01, 0.002)

    def heat(left: float, right: float) -> Any:
        n1, n2 = occupation(w, left), occupation(w, right)
        return w * g1 * g2 * (n1 - n2) / (g1 * (1 + 2 * n1) + g2 * (1 + 2 * n2))

    found = sambe.rectification(resting(1.2, 0.4, sambe.axis("splitting", w)))
    np.testing.assert_allclose(found.forward, heat(1.2, 0.4), rtol=1e-12)
    np.testing.assert_allclose(found.backward, heat(0.4, 1.2), rtol=1e-12)


def test_noise_of_heat_through_an_oscillator() -> None:
    # mean g1 g2 (n1 - n2)/G, variance g1 g2 [n1 (1 + n2) + n2 (1 + n1)]/G + 2 [g1 g2 (n1 - n2)]^2/G^3, w = 1
    a = np.diag(np.sqrt(np.arange(1.0, 40.0)), 1)
    g1, g2, t1, t2 = 0.003, 0.001, 0.7, 0.3
    baths = [sambe.Bath("hot", a + a.T, sambe.Flat(g1), t1), sambe.Bath("cold", a + a.T, sambe.Flat(g2), t2)]
    found = sambe.counting_statistics(sambe.System([(1.0, a.T @ a)], baths=baths), secular="full")
    n1, n2, g = occupation(1.0, t1), occupation(1.0, t2), g1 + g2
    np.testing.assert_allclose(found.energy_current[0], g1 * g2 * (n1 - n2) / g, rtol=1e-9)
    noise = g1 * g2 * (n1 * (1 + n2) + n2 * (1 + n1)) / g + 2 * (g1 * g2 * (n1 - n2)) ** 2 / g**3
    np.testing.assert_allclose(found.energy_noise[0, 0], noise, rtol=1e-9)


def test_the_uncertainty_ratio_comes_down_to_two_near_equilibrium() -> None:
    found = sambe.counting_statistics(resting(0.5001, 0.5), secular="full").uncertainty_ratio[:2]
    np.testing.assert_allclose(found, 2.0, rtol=1e-6)
    assert (found > 2.0).all()


def dot(temperature: float, left: float, right: float) -> sambe.System:
    d = sambe.fermion(0, 1)
    return sambe.System([(0.2, d.conj().T @ d)], baths=[
        sambe.Lead(n, d, tunnelling=g, temperature=temperature, chemical_potential=mu)
        for n, g, mu in (("left", 0.01, left), ("right", 0.003, right))])  # fmt: skip


def test_third_cumulant_of_a_dot_under_a_large_bias() -> None:
    # of L = -G/2 + sqrt(G^2/4 + Gl Gr (e^x - 1)): c3/c1 = (Gl^4 - 2 Gl^3 Gr + 6 Gl^2 Gr^2 - ... + Gr^4)/G^4
    a, b = 0.01, 0.003
    found = sambe.counting_statistics(dot(0.01, 5.0, -5.0), cumulants=3).particle_cumulant.sel(
        terminal="left"
    )
    first, second, third = found.values
    assert first == pytest.approx(a * b / (a + b), rel=1e-12)
    assert second / first == pytest.approx((a * a + b * b) / (a + b) ** 2, rel=1e-12)
    quartic = a**4 - 2 * a**3 * b + 6 * a * a * b * b - 2 * a * b**3 + b**4
    assert third / first == pytest.approx(quartic / (a + b) ** 4, rel=1e-10)


def test_a_cold_qubit_and_an_empty_dot_that_are_suddenly_coupled() -> None:
    t = np.linspace(0.0, 300.0, 7)
    one = sambe.System([(0.5, SZ)], baths=[sambe.Bath("bath", SX, sambe.Flat(0.01), 0.8)])
    n = occupation(1.0, 0.8)
    p = n / (1 + 2 * n) * -np.expm1(-0.01 * (1 + 2 * n) * t)
    found = sambe.evolve(one, 1, t)
    np.testing.assert_allclose(found.energy_transferred.sel(terminal="bath"), p, atol=1e-12)
    np.testing.assert_allclose(
        found.energy_current.sel(terminal="bath"), 0.01 * (n - (1 + 2 * n) * p), atol=1e-14
    )
    left, right = (1.0 / (1.0 + np.exp((0.2 - mu) / 0.1)) for mu in (0.3, 0.0))
    inside = (0.01 * left + 0.003 * right) / 0.013 * -np.expm1(-0.013 * t)
    filled = sambe.evolve(dot(0.1, 0.3, 0.0), 0, t)
    np.testing.assert_allclose(
        filled.particle_current.sel(terminal="left"), 0.01 * (left - inside), atol=1e-14
    )


def test_curvature_of_two_temperatures() -> None:
    # d(share)/dx dp/dy - d(share)/dy dp/dx, the left bath's share of a change of p being g1 (1 + 2 n1)/K
    x, y = sambe.axis("x", np.linspace(0.6, 1.4, 5)), sambe.axis("y", np.linspace(0.5, 1.3, 4))
    g1, g2 = 0.01, 0.002
    found = sambe.pump_curvature(resting(x, y), "x", "y").curvature_energy.sel(terminal="left")
    t1, t2 = np.meshgrid(x.values, y.values, indexing="ij")
    n1, n2 = occupation(1.0, t1), occupation(1.0, t2)
    d1, d2 = (2 * n * (1 + n) / t**2 * g for n, t, g in ((n1, t1, g1), (n2, t2, g2)))  # of g (1 + 2 n)
    k, total = g1 * (1 + 2 * n1) + g2 * (1 + 2 * n2), g1 * n1 + g2 * n2
    p1, p2 = (0.5 * d / k - total * d / k**2 for d in (d1, d2))
    s1, s2 = d1 / k - g1 * (1 + 2 * n1) * d1 / k**2, -g1 * (1 + 2 * n1) * d2 / k**2
    np.testing.assert_allclose(found.transpose("x", "y"), s1 * p2 - s2 * p1, rtol=1e-12)


def test_a_maser_runs_both_ways_at_the_ratio_of_its_levels() -> None:
    # Scovil and Schulz-DuBois (1959): w/w_h on resonance, backwards w_c/w, Carnot's point at w_c/w_h = Tc/Th
    def couples(j: int) -> Any:
        out = np.zeros((3, 3))
        out[0, j] = out[j, 0] = 1.0
        return out

    raises = np.zeros((3, 3))
    raises[2, 1] = 1.0
    hot = sambe.axis("hot", [2.5, 0.9])
    maser = sambe.System(
        [(1.0, np.diag([0.0, 1.5, 2.5]))], drive={1: [(0.0005, raises)]}, omega=1.0,
        baths=[sambe.Bath("hot", couples(2), sambe.Flat(0.002), hot),
               sambe.Bath("cold", couples(1), sambe.Flat(0.002), 0.8)],
    )  # fmt: skip
    found = sambe.performance(maser, secular="none")
    assert found.efficiency[0] == pytest.approx(1.0 / 2.5, rel=1e-5)
    assert found.cop[1] == pytest.approx(1.5, rel=1e-5)
    assert np.isnan(found.cop[0])
    assert np.isnan(found.efficiency[1])
