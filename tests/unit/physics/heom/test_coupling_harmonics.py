"""Harmonics of couplings and their means over a period, against sums over times."""

from __future__ import annotations

from typing import Any

import numpy as np

import sambe
from sambe.physics.heom.coupling_harmonics import (
    adjoint,
    coupling_harmonics,
    energy_flows,
    exchange_flows,
    largest_harmonic,
    mean,
    power,
    squared,
)

SX, SP = sambe.sigmax(), sambe.sigmap()
BATH = sambe.Bath(
    "b", [{0: SX, 1: [(0.3j, SP)], 2: 0.2 * SX}, SX], sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0
)
OMEGA = 0.7


def at(harmonics: Any, phase: float) -> np.ndarray:
    return np.asarray(sum(np.exp(-1j * p * phase) * op for p, op in harmonics.items()))


def test_means_over_a_period_are_sums_over_its_times() -> None:
    turning, still = coupling_harmonics(BATH)
    assert [set(turning), set(still)] == [{-2, -1, 0, 1, 2}, {0}]
    assert [largest_harmonic([(turning, still), (still,)]), largest_harmonic([(still,)])] == [2, 0]
    rng = np.random.default_rng(1)
    states = rng.normal(size=(2, 7, 2, 2)) + 1j * rng.normal(size=(2, 7, 2, 2))
    decay = np.array([0.3 + 0.1j, 1.0])
    phases = 2 * np.pi * np.arange(32) / 32
    rho = [np.einsum("m,kmij->kij", np.exp(-1j * np.arange(-3, 4) * x), states) for x in phases]
    s = [at(turning, x) for x in phases]
    rate = [at({p: -1j * p * OMEGA * op for p, op in turning.items()}, x) for x in phases]
    for x in s:
        np.testing.assert_allclose(x, x.conj().T, atol=1e-15)

    def over(a: Any, k: int, factor: complex = 1.0) -> float:
        return float(np.mean([(factor * np.trace(x @ r[k])).real for x, r in zip(a, rho, strict=True)]))

    np.testing.assert_allclose(mean(turning, states[0]), over(s, 0), atol=1e-14)
    np.testing.assert_allclose(mean(squared(turning), states[0]), over([x @ x for x in s], 0), atol=1e-14)
    np.testing.assert_allclose(power(turning, OMEGA, states[0]), over(rate, 0), atol=1e-14)
    heat, work = energy_flows(turning, OMEGA, 0.4, states[0], states, decay)
    wanted = 0.8 * over([x @ x for x in s], 0) - sum(over(s, k, decay[k]) for k in (0, 1))
    np.testing.assert_allclose(heat, wanted, atol=1e-13)
    np.testing.assert_allclose(work, over(rate, 0) + over(rate, 1), atol=1e-13)


def test_a_lead_turns_by_the_sidebands_of_its_voltage() -> None:
    """d(t) = d exp(i (V/w) sin wt), whose harmonics are J_{-p}(V/w) d."""
    d = sambe.fermion(0, 1)
    lead = sambe.Lead("l", d, tunnelling=0.1, temperature=0.3, ac_voltage=0.5)
    (shaken,) = sambe.System([(1.0, d.conj().T @ d)], omega=OMEGA, baths=[lead]).baths
    (found,) = coupling_harmonics(shaken)
    for phase in (0.0, 0.4, 3.0):
        np.testing.assert_allclose(at(found, phase), np.exp(0.5j / OMEGA * np.sin(phase)) * d, atol=1e-9)
        np.testing.assert_allclose(at(adjoint(found), phase), at(found, phase).conj().T, atol=1e-15)


def test_flows_of_a_lead_are_sums_over_times() -> None:
    rng = np.random.default_rng(2)
    states = rng.normal(size=(2, 7, 2, 2)) + 1j * rng.normal(size=(2, 7, 2, 2))
    decay = np.array([0.3 + 0.1j, 0.3 - 0.1j])
    d = {p: rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)) for p in (-1, 0, 2)}
    phases = 2 * np.pi * np.arange(32) / 32
    rho = [np.einsum("m,kmij->kij", np.exp(-1j * np.arange(-3, 4) * x), states) for x in phases]
    rate = {p: -1j * p * OMEGA * op for p, op in d.items()}
    wanted = np.zeros(3)
    for x, r in zip(phases, rho, strict=True):
        now, slope = at(d, x), at(rate, x)
        entering, leaving = np.trace(now @ r[0]), np.trace(now.conj().T @ r[1])
        power = np.trace(slope @ r[0]) + np.trace(slope.conj().T @ r[1])
        heat = -decay[0] * entering - decay[1] * leaving
        wanted += np.real([heat, 1j * (entering - leaving), power]) / 32
    np.testing.assert_allclose(exchange_flows(d, OMEGA, states, decay), wanted, rtol=1e-12)
