"""Splitting of a drive that acts through one operator: taken where it may be, as exact as Magnus steps."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import ConvergenceError
from sambe.physics.cost import point_bytes
from sambe.physics.dressing import floquet as route
from sambe.physics.dressing import splitting
from sambe.physics.dressing.magnus import Picture, make_picture, propagators
from sambe.physics.dressing.splitting import Driven, propagate, single_drive
from sambe.physics.dressing.step_estimates import split_steps
from sambe.physics.equations import dressing_of as dress
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import solve_block
from sambe.sweep.kernels.fields import point_fields
from sambe.sweep.plan import make_plan

RNG = np.random.default_rng(23)
RAISE = np.diag(np.sqrt(np.arange(1.0, 5.0)), 1)
FIELD = RAISE + RAISE.T
LADDER = np.diag(np.arange(5) + 0.07 * np.arange(5) ** 2)


def hermitian(levels: int, imaginary: bool = True) -> Any:
    x = RNG.normal(size=(levels, levels)) + 1j * imaginary * RNG.normal(size=(levels, levels))
    return 0.3 * (x + x.conj().T)


def baths(operator: Any, other: Any = None) -> list[sambe.Bath]:
    spectrum = sambe.Ohmic(0.002, cutoff=10.0)
    return [sambe.Bath("hot", operator, spectrum, 1.2),
            sambe.Bath("cold", operator if other is None else other, spectrum, 0.4)]  # fmt: skip


def points(system: sambe.System) -> tuple[dict[int, Any], Picture]:
    """Harmonics of a batch and their picture."""
    omega = np.atleast_1d(np.asarray(system.omega, dtype=float))
    wide = {k: np.broadcast_to(h, (len(omega), *np.shape(h)[-2:])) for k, h in system.harmonics().items()}
    frame = prepare(system, "floquet").frame
    return wide, make_picture(wide, omega, frame)


def driven(system: sambe.System) -> Driven | None:
    return single_drive(*points(system))


A = np.array([0.02, 0.1, 0.4])
W = np.array([1.3, 0.7, 0.31])
ONE = {
    "linear drive": ({1: [(A, FIELD)]}, LADDER, FIELD),
    "static part not diagonal": ({1: [(A, FIELD)]}, LADDER + 0.2 * FIELD + 0.1 * FIELD @ FIELD, FIELD),
    "two tones": ({1: [(A, FIELD)], 2: [(0.4 * A, FIELD)]}, LADDER, FIELD),
    "tones out of phase": ({1: [(A, FIELD)], 2: [(0.4j * A, FIELD)]}, LADDER, FIELD),
    "phase": ({1: [(np.exp(0.7j) * A, FIELD)]}, LADDER, FIELD),
    "complex operator": ({1: [(A, 1j * RAISE - 1j * RAISE.T)]}, LADDER, FIELD),
    "complex bath": ({1: [(A, FIELD)]}, LADDER, 1j * RAISE - 1j * RAISE.T),
    "no structure": ({1: [(A, hermitian(5))]}, hermitian(5), hermitian(5)),
    "modulation": ({1: [(A, LADDER)]}, LADDER, FIELD),
    "spin": ({1: [(A, hermitian(5, False))]}, hermitian(5, False), hermitian(5, False)),
    "another at each point": ({1: [(A, FIELD), (A**2, LADDER)]}, LADDER, FIELD),
    "third harmonic alone": ({3: [(A, FIELD)]}, LADDER, FIELD),
}
MANY = {
    "circular drive": ({1: [(A, RAISE)]}, LADDER, FIELD),
    "another operator at twice the frequency": ({1: [(A, FIELD)], 2: [(A, LADDER)]}, LADDER, FIELD),
    "amplitudes of zero": ({1: [(0.0 * A, FIELD)]}, LADDER, FIELD),
}


def system_of(case: Any) -> sambe.System:
    drive, static, coupling = case
    return sambe.System(static, drive, W, baths(coupling))


@pytest.mark.parametrize("name", ONE)
def test_one_operator_is_found(name: str) -> None:
    system = system_of(ONE[name])
    found = driven(system)
    assert found is not None
    x = np.linspace(0.0, 1.0, 7)
    n = np.asarray(prepare(system, "floquet").frame)
    times = x[None, :] * found.span[:, None]
    whole = sum(h[:, None] * np.exp(-1j * k * W[:, None] * times)[..., None, None]
                for k, h in points(system)[0].items())  # fmt: skip
    offset = points(system)[1].offset
    turning = (n * W[:, None] + offset[:, None])[:, None, :, None] * np.eye(len(n))
    np.testing.assert_allclose(found.at(x), whole - turning, atol=1e-13)


@pytest.mark.parametrize("name", MANY)
def test_anything_else_takes_magnus_steps(name: str) -> None:
    assert driven(system_of(MANY[name])) is None


def test_a_single_point_with_another_operator_is_noticed() -> None:
    harmonics, picture = points(system_of(ONE["linear drive"]))
    changed = np.array(harmonics[1])
    changed[1, 0, 1] *= 1.0 + 1e-9
    assert single_drive(harmonics | {1: changed, -1: changed}, picture) is None


@pytest.mark.parametrize("name", ONE)
def test_both_routes_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    system = system_of(ONE[name])
    method = prepare(system, "floquet", "full", propagation_tolerance=1e-11)
    split = solve_batch(system, method)
    monkeypatch.setattr(route, "single_drive", lambda *_: None)
    magnus = solve_batch(system, method)
    energies = [s.plain.dressing.energies / W[:, None] for s in (split, magnus)]
    ends = [np.exp(2j * np.pi * e) for e in energies]
    apart = np.abs(ends[0][:, :, None] - ends[1][:, None, :]).min(axis=1).max() / (2 * np.pi)
    assert apart < 2e-11
    scale = np.abs(magnus.currents).max(axis=-1, keepdims=True)
    np.testing.assert_allclose(split.currents / scale, magnus.currents / scale, rtol=0, atol=3e-9)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-8, 1e-10, 1e-12])
@pytest.mark.parametrize(("drive", "omega"), [(0.1, 0.9), (1.5, 0.37), (0.05, 0.06)])
def test_the_tolerance_is_met(drive: float, omega: float, tolerance: float, monkeypatch) -> None:
    system = sambe.System(LADDER, {1: [(drive, FIELD)], 2: [(0.3 * drive, FIELD)]}, omega, baths(FIELD))
    found = dress(system, prepare(system, "floquet", propagation_tolerance=tolerance)).energies / omega
    monkeypatch.setattr(route, "single_drive", lambda *_: None)
    exact = dress(system, prepare(system, "floquet", propagation_tolerance=1e-13)).energies / omega
    error = np.abs(np.exp(2j * np.pi * found) - np.exp(2j * np.pi * exact)).max() / (2 * np.pi)
    assert error < tolerance


def test_pairs_are_of_tenth_order_and_their_middles_of_seventh() -> None:
    # the first term of the error of a single step cancels from the mean of both sides
    harmonics, picture = points(sambe.System(LADDER, {1: [(0.8, FIELD)]}, np.array([0.6]), baths(FIELD)))
    found = single_drive(harmonics, picture)
    assert found is not None
    exact = propagators(picture, 768)[:, ::96]
    turn = np.asarray(picture.integers) * np.pi / 2 * np.arange(9)[:, None] / 8
    exact = np.exp(-1j * turn)[..., None] * exact
    errors = []
    for steps in (8, 16):
        u, excess = propagate(found, steps, 1e9)
        assert (excess > 0).all()
        size = np.abs(u[:, :: steps // 8] - exact).max(axis=(0, -2, -1))
        middle = np.abs(u - exact).max() if steps == 8 else size[1::2].max()
        errors.append((size[2::2].max(), middle))
    assert errors[0][0] / errors[1][0] > 0.6 * 2**10
    np.testing.assert_allclose(u @ u.conj().swapaxes(-1, -2), np.broadcast_to(np.eye(5), u.shape), atol=1e-7)


def test_the_weights_cancel_the_lower_orders() -> None:
    for weights, parts in ((splitting.SIXTH, (1, 2, 3)), (splitting.TENTH, (1, 2, 3, 4, 6)),
                           (splitting.EIGHTH[1:], (2, 3, 4, 6))):  # fmt: skip
        powers = np.array([[k ** (-2.0 * j) for k in parts] for j in range(len(parts))])
        np.testing.assert_allclose(powers @ weights, np.eye(len(parts))[0], atol=1e-14)


def test_steps_in_pieces_are_those_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = driven(system_of(ONE["static part not diagonal"]))
    assert found is not None
    whole, excess = propagate(found, 24, 1e-3)
    monkeypatch.setattr(splitting, "CHUNK", 4 * splitting.FORMED * 25 * 3)  # four steps of three points
    pieces, again = propagate(found, 24, 1e-3)
    np.testing.assert_allclose(pieces, whole, atol=1e-14)
    np.testing.assert_allclose(again, excess, rtol=1e-6)


def test_degenerate_modes_of_a_harmonic_ladder() -> None:
    # every gap is the frequency of the drive: one quasienergy at weak drive, untangled by the mean harmonic
    for drive in (1e-12, 1e-4):
        system = sambe.System(np.diag(np.arange(5.0)), {1: [(drive, FIELD)]}, 1.0, baths(FIELD))
        found = dress(system, prepare(system, "floquet"))
        np.testing.assert_allclose(found.states.conj().T @ found.states, np.eye(5), atol=1e-9)
        flow = sambe.energy_currents(system, secular="full")
        assert abs(flow.sum()) < 1e-12 * np.abs(flow).max()
    np.testing.assert_allclose(np.abs(found.energies - np.round(found.energies)), 0, atol=5e-4)


def test_slow_drives_are_resolved() -> None:
    # hundreds of quanta between neighbours, sixty harmonics: what is left of large energies must stay exact
    omega = np.array([0.01, 0.012, 1.1])
    system = sambe.System(LADDER, {1: [(np.array([0.15, 0.2, 0.1]), FIELD)]}, omega, baths(FIELD))
    together = sambe.energy_currents(system, equation="floquet", secular="full")
    for k in range(3):
        one = sambe.System(LADDER, {1: [((0.15, 0.2, 0.1)[k], FIELD)]}, float(omega[k]), baths(FIELD))
        alone = sambe.energy_currents(one, equation="floquet", secular="full")
        np.testing.assert_allclose(together[k], alone, rtol=0, atol=1e-14 * np.abs(alone).max())


def test_a_point_does_not_depend_on_its_neighbours() -> None:
    drive, omega = RNG.uniform(0.01, 0.3, 40), RNG.uniform(0.2, 2.0, 40)
    system = sambe.System(LADDER, {1: [(drive, FIELD)]}, omega, baths(FIELD))
    whole = sambe.energy_currents(system, secular="full")
    for k in range(0, 40, 7):
        one = sambe.System(LADDER, {1: [(float(drive[k]), FIELD)]}, float(omega[k]), baths(FIELD))
        alone = sambe.energy_currents(one, secular="full")
        np.testing.assert_allclose(whole[k], alone, rtol=0, atol=1e-14 * np.abs(alone).max())


def test_what_does_not_converge_or_is_not_resolved_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(drive: float, omega: float) -> Any:
        system = sambe.System(LADDER, {1: [(drive, FIELD)]}, omega, baths(FIELD))
        return dress(system, prepare(system, "floquet"))

    monkeypatch.setattr(route, "MOST_STEPS", 64)
    with pytest.raises(ConvergenceError, match="did not converge to 1e-10 within"):
        solve(50.0, 0.01)
    # a modulation commutes with the static part: soon exact, but full of harmonics
    system = sambe.System(LADDER, {1: [(0.5, LADDER)]}, 0.06, baths(FIELD))
    with pytest.raises(ConvergenceError, match="more harmonics than"):
        dress(system, prepare(system, "floquet"))


@pytest.mark.slow
@pytest.mark.parametrize(("levels", "count"), [(4, 200), (20, 4), (20, 30)])
def test_the_estimate_of_the_memory_bounds_the_measured_peak(levels: int, count: int) -> None:
    omega = sambe.axis("omega", np.linspace(0.62, 1.43, count))
    circular = models.kerr_resonator(levels=levels, omega=omega)
    linear = {1: [(c, op + op.conj().T) for c, op in circular.drive[1]]}
    system = circular.replace(drive=linear, frame=None)
    sweep, method = Sweep(system), prepare(system, "floquet", "full")
    steps = split_steps(sweep.extreme(), method.frame, method.propagation_tolerance)
    assert steps is not None
    assert steps >= 8
    assert split_steps(circular, prepare(circular, "floquet").frame, 1e-10) is None
    solve_block(sweep.part(np.arange(count)), method, point_fields, count)
    tracemalloc.start()
    solve_block(sweep.part(np.arange(count)), method, point_fields, count)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimate = count * point_bytes(sweep.extreme(), method)
    assert peak <= 1.2 * estimate
    assert estimate <= 8 * peak
    assert make_plan(sweep, method, workers=1).tile >= min(count, 50)


@pytest.mark.parametrize(("drive", "omega"), [(np.nan, 1.0), (0.1, np.nan), (0.1, np.inf), (1e200, 1.0)])
def test_numbers_without_an_answer_are_an_error(drive: float, omega: float) -> None:
    system = sambe.System(
        LADDER, {1: [(np.array([0.1, drive]), FIELD)]}, np.array([1.0, omega]), baths(FIELD)
    )
    with np.errstate(all="ignore"), pytest.raises(ConvergenceError, match="did not converge"):
        dress(system, prepare(system, "floquet"))
    currents = sambe.energy_currents(system, equation="floquet", secular="full")
    assert np.isnan(currents).any(axis=-1).tolist() == [False, True]  # it takes no other point with it


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e3, 1e6])
def test_phases_are_exact_to_rounding(size: float) -> None:
    angle = np.append(RNG.uniform(-size, size, 1000), [0.0, np.pi, -np.pi, np.pi / 2, 3 * np.pi])
    np.testing.assert_allclose(splitting.cis(angle), np.exp(1j * angle), rtol=0, atol=1e-15)


def test_the_guess_of_the_steps_is_near_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(60)
    drive, omega = rng.uniform(0.01, 0.5, 60), rng.uniform(0.1, 2.0, 60)
    system = sambe.System(LADDER, {1: [(drive, FIELD)]}, omega, baths(FIELD))
    taken: list[int] = []

    def counted(points: Driven, steps: int, allowed: float) -> Any:
        taken.append(steps * len(points.span))
        return propagate(points, steps, allowed)

    monkeypatch.setattr(route, "propagate", counted)
    dress(system, prepare(system, "floquet"))
    found = driven(system)
    assert found is not None
    assert sum(taken) < 1.3 * splitting.first_steps(found, 1e-10).sum()


def test_two_levels_keep_their_own_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "single_drive", None)
    system = models.spin_boson(drive=0.1, omega=0.9, polarization="linear")
    assert dress(system, prepare(system)).levels == 2
    assert split_steps(system, prepare(system).frame, 1e-10) is None
