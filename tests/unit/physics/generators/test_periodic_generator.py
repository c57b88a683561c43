"""The generator over a period: sums of harmonics at a time, and what the average of it is."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.dressing.dressing import Dressing
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.periodic_generator import (
    FEW,
    PeriodicGenerator,
    folds_of,
    make_harmonics,
    reach_of,
    superoperators,
)
from sambe.physics.generators.redfield import make_redfield, pack, unpack


def jumps_of(levels: int, points: int = 2, reach: int = 3) -> Jumps:
    """Random harmonics of two couplings, of which the first bath has one and the second both."""
    rng = np.random.default_rng(levels)
    quanta = tuple(range(reach + 1))
    shape = (points, 2, reach + 1, levels, levels)
    s = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    s[:, :, 0] += s[:, :, 0].conj().swapaxes(-1, -2)
    energies = np.sort(rng.uniform(0.0, 2.0, (points, levels)), axis=-1)
    omega = rng.uniform(0.3, 0.6, points)
    states = np.broadcast_to(np.eye(levels), (points, levels, levels))
    any_operator = np.diag(np.arange(levels) * 1.0)  # the harmonics stand for it
    baths = [sambe.Bath("a", any_operator, sambe.Ohmic(0.01, 5.0), 0.7),
             sambe.Bath("b", any_operator, sambe.DrudeLorentz(0.02, 2.0), 0.3)]  # fmt: skip
    return make_jumps(Dressing(energies, s, quanta, omega, states), baths, ((0,), (0, 1)))


def state_of(levels: int, *batch: int) -> Any:
    rng = np.random.default_rng(9)
    x = rng.normal(size=(*batch, levels, levels)) + 1j * rng.normal(size=(*batch, levels, levels))
    return x @ x.conj().swapaxes(-1, -2)


def by_hand(jumps: Jumps, point: int, phase: float) -> tuple[Any, Any, Any]:
    """S, L and each bath's own L of every coupling at the drive's phase w t, added up harmonic by
    harmonic."""
    d = jumps.dressing
    s, l = np.zeros((2, *d.states.shape[-2:]), complex), np.zeros((2, *d.states.shape[-2:]), complex)
    each = np.zeros((2, 2, *d.states.shape[-2:]), complex)
    for k, q in enumerate(d.quanta):
        for c in range(2):
            for sign in (1, -1) if q else (1,):
                turn = np.exp(-1j * sign * q * phase)
                x = d.couplings[point, c, k]
                x = x if sign > 0 else x.conj().T
                s[c] += turn * x
                for u, own in enumerate(jumps.wiring):
                    if c in own:
                        rate = jumps.forward[u] if sign > 0 else jumps.backward[u].swapaxes(-1, -2)
                        l[c] += turn * 0.5 * rate[point, k] * x
                        each[u, c] += turn * 0.5 * rate[point, k] * x
    return s, l, each


@pytest.mark.parametrize("levels", [2, FEW, FEW + 1])
def test_samples_are_the_sums_of_the_harmonics(levels: int) -> None:
    jumps, samples = jumps_of(levels), 5  # fewer than the harmonics there are: values at a time do not care
    g = PeriodicGenerator.of(make_harmonics(jumps, 3), samples)
    rho = state_of(levels, 2, samples)
    moved = unpack(g.dissipate(pack(rho)))
    for k in range(samples):
        s, l, _ = by_hand(jumps, 1, 2.0 * np.pi * k / samples)
        np.testing.assert_allclose(g.coupling[1, k], s, atol=1e-13)
        np.testing.assert_allclose(g.forward[1, k], l, atol=1e-13)
        half = sum(l[c] @ rho[1, k] @ s[c] - s[c] @ l[c] @ rho[1, k] for c in range(2))
        np.testing.assert_allclose(moved[1, k], half + half.conj().T, atol=1e-12 * np.abs(half).max())


def test_later_samples_are_those_of_a_finer_grid() -> None:
    harmonics = make_harmonics(jumps_of(3), 3)
    fine, late = harmonics.sampled(16), harmonics.sampled(8, 0.5)
    for x, y in zip(fine, late, strict=True):
        np.testing.assert_allclose(x[:, 1::2], y, atol=1e-13)


def held(jumps: Jumps, *quanta: tuple[int, ...]) -> Jumps:
    """The jumps of which each coupling has these harmonics alone."""
    keep = [[q in own for q in jumps.dressing.quanta] for own in quanta]
    couplings = np.where(np.array(keep)[:, :, None, None], jumps.dressing.couplings, 0.0)
    return replace(jumps, dressing=replace(jumps.dressing, couplings=couplings))


@pytest.mark.parametrize(
    ("one", "other", "folds"),
    [((1,), (0,), 2), ((1, 3), (1,), 2), ((1,), (2,), 2), ((2,), (0,), 4), ((0, 1), (1,), 1), ((3,), (0,), 6),
     ((0,), (0,), 1), ((0, 2), (1, 3), 2)],
)  # fmt: skip
def test_the_generator_repeats_itself_within_a_period(one: Any, other: Any, folds: int) -> None:
    jumps = held(jumps_of(3), one, other)
    assert folds_of(jumps).tolist() == [folds, folds]
    assert folds_of(jumps_at(jumps, np.zeros(0, dtype=np.intp))).size == 0
    whole = PeriodicGenerator.of(make_harmonics(jumps, 3), 24)
    part = PeriodicGenerator.of(make_harmonics(jumps, 3), 24, folds)
    assert part.samples == 24 // folds
    rho = pack(state_of(3, 2))
    every = (np.repeat(rho[:, None], g.samples, axis=1) for g in (whole, part))
    moved, again = (g.dissipate(x) for g, x in zip((whole, part), every, strict=True))
    np.testing.assert_allclose(moved, np.tile(again, (1, folds, 1, 1)), atol=1e-12)
    np.testing.assert_allclose(part.omega, folds * whole.omega, rtol=1e-15)
    np.testing.assert_allclose(part.own, whole.own, atol=1e-13)
    flows = [g.currents(np.repeat(rho[:, None], g.samples, axis=1)) for g in (whole, part)]
    np.testing.assert_allclose(*flows, atol=1e-12)


def test_the_matrix_moves_a_state_as_the_products_do() -> None:
    jumps = jumps_of(3)
    g = PeriodicGenerator.of(make_harmonics(jumps, 3), 4)
    rho = state_of(3, 2, 4)
    matrix = superoperators(g.gaps, g.coupling, g.forward)
    found = (matrix @ pack(rho).reshape(2, 4, 9, 1))[..., 0].reshape(rho.shape)
    wanted = g.dissipate(pack(rho)) + pack(-1j * g.gaps[:, None] * rho)
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    trace = matrix.reshape(2, 4, 3, 3, 9)[:, :, range(3), range(3)].sum(axis=-2)
    np.testing.assert_allclose(trace, 0.0, atol=1e-13)


def test_the_average_is_what_the_cheaper_generator_keeps() -> None:
    jumps = jumps_of(3)
    g, redfield = PeriodicGenerator.of(make_harmonics(jumps, 3), 16), make_redfield(jumps)
    rho = state_of(3, 2)
    every = np.repeat(pack(rho)[:, None], 16, axis=1)
    kept = g.dissipate(every).mean(axis=1) + pack(-1j * g.gaps * rho)
    np.testing.assert_allclose(kept, redfield.apply(pack(rho)), atol=1e-12)
    np.testing.assert_allclose(g.currents(every)[:, -1], redfield.currents(pack(rho))[:, -1], atol=1e-12)
    alone = pack(rho * np.eye(3))  # without coherences both sides of a jump take the same energy
    steady = np.repeat(alone[:, None], 16, axis=1)
    np.testing.assert_allclose(g.currents(steady), redfield.currents(alone), atol=1e-12)
    np.testing.assert_allclose(g.own, redfield.own, atol=1e-13)


def test_energies_and_quanta_are_those_of_the_coupling() -> None:
    """W∘S = [E, S] - i dS/dt, and i dS/dt for the pump: nothing of the harmonics but the operators in
    time."""
    jumps, samples = jumps_of(3), 32
    g = PeriodicGenerator.of(make_harmonics(jumps, 3), samples)
    rho = state_of(3, 2, samples)
    found = g.currents(pack(rho))
    heat, pump, step = np.zeros(2), 0.0, 1e-4
    for k in range(samples):
        phase = 2.0 * np.pi * k / samples
        s, l, each = by_hand(jumps, 0, phase)
        (s2, _, _), (s0, _, _) = by_hand(jumps, 0, phase + step), by_hand(jumps, 0, phase - step)
        rate = g.omega[0] / (2.0 * step)  # i d/dt of exp(-i q w t) is q w of it
        for c in range(2):
            turning = 1j * rate * (s2[c] - s0[c])
            warm = g.gaps[0] * s[c] - turning
            heat -= [2.0 * np.trace(warm @ each[u, c] @ rho[0, k]).real / samples for u in range(2)]
            pump -= 2.0 * np.trace(turning @ l[c] @ rho[0, k]).real / samples
    np.testing.assert_allclose(found[0, :2], heat, rtol=1e-5)
    np.testing.assert_allclose(found[0, 2], pump, rtol=1e-5)  # differences of second order in 1e-4


def test_currents_of_a_state_that_stands_still_need_no_samples() -> None:
    harmonics, rho = make_harmonics(jumps_of(3), 3), state_of(3, 2)
    steady = np.repeat(pack(rho)[:, None], 16, axis=1)
    wanted = PeriodicGenerator.of(harmonics, 16).currents(steady)
    np.testing.assert_allclose(harmonics.steady_currents(rho), wanted, atol=1e-13 * np.abs(wanted).max())


def test_faint_harmonics_do_not_count() -> None:
    jumps = jumps_of(2)
    jumps.dressing.couplings[0, :, 3] *= 1e-12
    np.testing.assert_array_equal(reach_of(jumps, 1e-9), [2, 3])
    assert set(make_harmonics(jumps, 2).quanta) == {-2, -1, 0, 1, 2}


def test_thousands_of_harmonics_are_looked_at_once() -> None:
    """Their differences in pairs are 10^8: those with the first have the same divisor."""
    rng = np.random.default_rng(5)
    for own in (3 * rng.integers(1, 4000, size=40), 6 * rng.integers(0, 4000, size=40) + 3):
        quanta = np.unique(own).tolist()
        jumps = SimpleNamespace(
            beyond=(),
            dressing=SimpleNamespace(
                energies=np.zeros((1, 1)), quanta=quanta, couplings=np.ones((1, 1, len(quanta), 1, 1))
            ),
        )
        pairs = [a + s * b for a in quanta for b in quanta for s in (1, -1)]
        assert folds_of(jumps).tolist() == [np.gcd.reduce(pairs)]
