"""Particle currents against sums over levels, single-particle equations and the laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import sambe
from sambe import Lead, fermion

D = fermion(0, 1)
N = D.conj().T @ D
KINDS = ("full", "partial", "auto", "none", "ule", "clustered")


def lead(name: str, d: Any, mu: float, t: float = 0.3, g: float = 0.01, **more: Any) -> Lead:
    return Lead(name, d, tunnelling=g, temperature=t, chemical_potential=mu, **more)


@pytest.mark.parametrize("secular", KINDS)
def test_degenerate_levels_keep_their_coherence(secular: str) -> None:
    """Two levels of one energy, each lead on a superposition of its own: for wide bands the matrix
    C_ij = <d_j† d_i> obeys dC/dt = -(G C + C G)/2 + sum_u f_u G_u, exactly to this order (derived)."""
    d, vectors = [fermion(0, 2), fermion(1, 2)], np.array([[1.0, 0.0], [0.6, 0.8]])
    rates, mu, energy, t = np.array([0.01, 0.02]), np.array([0.5, -0.1]), 0.2, 0.3
    gammas = rates[:, None, None] * vectors[:, :, None] * vectors[:, None, :]
    f = 1.0 / (1.0 + np.exp((energy - mu) / t))
    total = 0.5 * gammas.sum(axis=0)
    kron = np.kron(total, np.eye(2)) + np.kron(np.eye(2), total)
    c = np.linalg.solve(kron, np.tensordot(f, gammas, 1).ravel()).reshape(2, 2)
    wanted = [np.trace(g @ (x * np.eye(2) - c)) for g, x in zip(gammas, f, strict=True)]
    leads = [lead(n, v[0] * d[0] + v[1] * d[1], m, t, g)
             for n, v, m, g in zip("lr", vectors, mu, rates, strict=True)]  # fmt: skip
    system = sambe.System([(energy, sum(x.conj().T @ x for x in d))], baths=leads)
    if secular == "full":
        with pytest.warns(sambe.SecularWarning):
            flow = sambe.steady_state(system, secular=secular)
        return
    flow = sambe.steady_state(system, secular=secular)
    assert_allclose(flow.particle_current[:2], wanted, rtol=1e-7)
    assert_allclose(flow.energy_current[:2], energy * np.array(wanted), rtol=1e-7)


def test_numbers_that_differ_by_two_warn_of_nothing() -> None:
    """Empty and doubly filled lie at one energy, yet are never in superposition."""
    d = [fermion(0, 2), fermion(1, 2)]
    n = [x.conj().T @ x for x in d]
    system = sambe.System(
        [(0.5, n[0] + n[1]), (-1.0, n[0] @ n[1])], baths=[lead("l", d, 0.3), lead("r", d, -0.3)]
    )
    whole, alone = (sambe.steady_state(system, secular=kind) for kind in ("none", "full"))
    assert alone.secular_ratio > 10.0 or np.isinf(alone.secular_ratio)
    for name in ("particle_current", "energy_current"):
        assert_allclose(alone[name], whole[name], rtol=1e-12, atol=1e-18)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(seed=st.integers(0, 10**6))
def test_particles_are_conserved_and_the_second_law_holds(seed: int) -> None:
    """Random interacting dots of three levels, a bath of phonons and a drive that turns."""
    rng = np.random.default_rng(seed)
    d = [fermion(k, 3) for k in range(3)]
    n = [x.conj().T @ x for x in d]
    terms = [(e, x) for e, x in zip(rng.normal(size=3), n, strict=True)]
    terms += [
        (u, n[i] @ n[j]) for u, (i, j) in zip(rng.normal(size=3), ((0, 1), (0, 2), (1, 2)), strict=True)
    ]
    hop = d[1].conj().T @ d[0]
    leads = [
        Lead(name, [sum(c * x for c, x in zip(rng.normal(size=3), d, strict=True)), d[k]],
             tunnelling=rng.uniform(0.001, 0.02), temperature=rng.uniform(0.1, 1.0),
             chemical_potential=rng.normal())
        for k, name in enumerate("lr")
    ]  # fmt: skip
    phonons = sambe.Bath(
        "p", n[0] - 0.5 * n[2] + hop + hop.T, sambe.Ohmic(0.01, cutoff=5.0), rng.uniform(0.1, 1.0)
    )
    drive = {1: [(0.3 * rng.normal(), hop)]} if seed % 2 else None
    system = sambe.System(terms, drive=drive, omega=rng.uniform(0.5, 2.0), baths=[*leads, phonons])
    flow = sambe.steady_state(system, secular="full" if seed % 4 < 2 else "clustered")
    size = abs(flow.particle_current).max()
    assert abs(flow.particle_current.sum()) < 1e-9 * size
    assert not flow.particle_current.sel(terminal=["p", "pump"]).any()
    assert flow.entropy_production > -1e-12 * size
    heats = flow.energy_current - xr_mu(system, flow) * flow.particle_current
    assert_allclose(flow.heat_current, heats, rtol=1e-10, atol=1e-18)
    assert_allclose(flow.electrical_power, -(xr_mu(system, flow) * flow.particle_current).sum(), atol=1e-16)
    baths = flow.heat_current.values[:-1] / [b.temperature for b in system.baths]
    assert_allclose(flow.entropy_production, -baths.sum(), rtol=1e-9)


def xr_mu(system: sambe.System, flow: Any) -> Any:
    """Chemical potentials by terminal, zero where there is none."""
    values = [getattr(b, "chemical_potential", 0.0) for b in system.baths]
    return flow.particle_current.copy(data=[*values, 0.0])


@pytest.mark.parametrize("secular", ["full", "auto", "none"])
def test_a_voltage_on_every_lead_is_one_on_the_level(secular: str) -> None:
    """A change of gauge: all leads at V cos(wt) are a level at -V cos(wt)."""
    g, v, w = 0.02, 0.6, 0.7
    shaken = [lead("l", D, 0.4, g=g, ac_voltage=v), lead("r", D, -0.2, ac_voltage=v)]
    still = [lead("l", D, 0.4, g=g), lead("r", D, -0.2)]
    one = sambe.steady_state(sambe.System([(0.3, N)], omega=w, baths=shaken), secular=secular)
    other = sambe.steady_state(
        sambe.System([(0.3, N)], drive={1: [(-0.5 * v, N)]}, omega=w, baths=still), secular=secular
    )
    assert_allclose(one.particle_current, other.particle_current, rtol=1e-7, atol=1e-15)


def test_slow_voltages_are_a_bias_that_follows_in_time() -> None:
    """Far below the rates the current is the mean of Landauer's over the voltages of a period."""
    g, v, w, mu, e = 0.01, 0.02, 0.004, 0.1, 0.15
    flow = sambe.steady_state(
        sambe.System([(e, N)], omega=w, baths=[lead("l", D, mu, g=g, ac_voltage=v), lead("r", D, 0.0, g=g)])
    )
    bias = mu + v * np.cos(2.0 * np.pi * np.arange(64) / 64)
    left, right = (1.0 / (1.0 + np.exp((e - m) / 0.3)) for m in (bias, np.zeros(64)))
    wanted = (0.5 * g * (left - right)).mean()
    assert flow.cross_terms_kept
    assert_allclose(flow.particle_current[0], wanted, rtol=1e-5)
    assert_allclose(flow.particle_current.sum(), 0.0, atol=1e-13)


@pytest.mark.slow
def test_stores_and_lazy_sweeps_and_comparisons_hold_them(tmp_path: Any) -> None:
    mu = sambe.axis("mu", [0.0, 0.4, 0.8])
    system = sambe.System([(0.5, N)], baths=[lead("l", D, mu), lead("r", D, 0.1)])  # type: ignore[arg-type]
    plain = sambe.steady_state(system)
    stored = sambe.steady_state(system, store=tmp_path / "a.zarr")
    lazy = sambe.steady_state(
        sambe.System([(0.5, N)], baths=[lead("l", D, mu.chunk({"mu": 1})), lead("r", D, 0.1)])
    )
    both = sambe.compare(system, equations=["driven_dressed", "floquet"])
    for name in ("particle_current", "heat_current", "electrical_power"):
        assert_allclose(stored[name], plain[name], rtol=1e-13)
        assert_allclose(lazy[name].compute(), plain[name], rtol=1e-13)
        assert_allclose(both[name].isel(equation=0), plain[name], rtol=1e-10, atol=1e-18)


def two_levels(drive: Any, omega: Any) -> sambe.System:
    """Two levels between leads, a bath of phonons on the first, driven by what moves particles and levels."""
    d = [fermion(k, 2) for k in range(2)]
    n = [x.conj().T @ x for x in d]
    terms = {"hop": d[1].conj().T @ d[0], "first": n[0]}
    drives = {k: [(a, terms[name])] for k, (a, name) in drive.items()}
    baths = [lead("l", d[0], 0.2, 0.5), lead("r", d[1], -0.1, 0.3)]
    phonons = sambe.Bath("phonons", n[0], sambe.Ohmic(0.003, cutoff=5.0), temperature=0.7)
    return sambe.System([(0.5, n[0]), (1.0, n[1]), (0.3, n[0] @ n[1])], drives, omega, [*baths, phonons])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
@pytest.mark.parametrize("secular", ["full", "auto", "none"])
def test_tones_move_particles_as_single_harmonics_do(secular: str) -> None:
    """In a frame, folded, and in the extended space, of which the tones are nearly those that fold."""
    alone = sambe.steady_state(two_levels({1: (0.05, "hop")}, 0.6), secular=secular)
    still = two_levels({(1, 0): (0.05, "hop"), (0, 1): (0.0, "hop")}, (0.6, 0.37))
    single = sambe.steady_state(two_levels({1: (0.05, "hop"), 2: (0.2, "first")}, 0.6), secular=secular)
    tones = {(1, 0): (0.05, "hop"), (0, 1): (0.2, "first")}
    for system, wanted, close in (
        (still, alone, 1e-9),
        (two_levels(tones, (0.6, 1.2)), single, 1e-9),
        (two_levels(tones, (0.6, 1.2002)), single, 3e-4),
    ):
        flow = sambe.steady_state(system, secular=secular)
        for name in ("particle_current", "heat_current", "energy_current"):
            assert_allclose(flow[name][:3], wanted[name][:3], rtol=close, atol=close * 1e-4)
        assert_allclose(flow.energy_current[3:].sum(), wanted.energy_current[3], rtol=close)
        assert_allclose(flow.electrical_power, wanted.electrical_power, rtol=close)
        assert abs(flow.particle_current.sum()) < 1e-11 * abs(flow.particle_current).max()
        assert flow.particle_current[3:].values.tolist() == [0.0, 0.0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
def test_every_verb_tells_particles_under_tones() -> None:
    """As under one tone, of which a second without amplitude, or one that folds, is no change."""
    one = two_levels({1: (0.05, "hop")}, 0.6)
    beside = two_levels({(1, 0): (0.05, "hop"), (0, 1): (0.0, "hop")}, (0.6, 0.37))
    single = two_levels({1: (0.05, "hop"), 2: (0.2, "first")}, 0.6)
    folded = two_levels({(1, 0): (0.05, "hop"), (0, 1): (0.2, "first")}, (0.6, 1.2))
    fields = {"l": 0.3, "particle r": 0.2 + 0.4j, "phonons": -0.2}
    for wanted, system in ((one, beside), (single, folded)):
        for secular in ("full", "auto"):
            counted, known = (sambe.counting_statistics(s, secular=secular) for s in (system, wanted))
            assert_allclose(
                counted.particle_noise[:3, :3], known.particle_noise[:3, :3], rtol=1e-8, atol=1e-15
            )
            assert not counted.particle_noise[3:].any()
            assert not counted.particle_noise[:, 3:].any()
            told, known = (sambe.generating_function(s, fields, secular=secular) for s in (system, wanted))
            assert_allclose(told, known, rtol=1e-8)
    by, known = (sambe.steady_state(s, by="quanta").harmonic_particle_current for s in (beside, one))
    assert_allclose(by.sum("quanta_2")[:3], known[:3], rtol=1e-9, atol=1e-15)
    assert not by[3:].any()
    then, known = (sambe.evolve(s, 0, [0.0, 20.0]).particle_current for s in (beside, one))
    assert_allclose(then[:, :3], known[:, :3], rtol=1e-9)
    passed, known = (sambe.response(s).thermoelectric for s in (beside, one))
    assert_allclose(passed[:, :3], known[:, :3], rtol=1e-8, atol=1e-14)
