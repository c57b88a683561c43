"""What the terms between different quanta would move, against what they do move."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.currents.terminals import secular_currents
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.near_states.coherences import relaxation_rates
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.judgements.cross_terms import (
    MISSED,
    MOVED,
    MOVED_ITSELF,
    SLIGHT,
    SLIGHT_ALONE,
    CrossTerms,
    cross_terms,
    dropped_shift,
    needs_complete,
    relative_shift,
)
from sambe.physics.states.periods import complete_state as complete
from sambe.physics.states.periods.complete_state import complete_state
from sambe.physics.states.solution import Solution
from sambe.physics.states.stationary import redfield_state


def jumps_of(system: sambe.System, equation: str = "floquet") -> Jumps:
    method = prepare(system, equation, "none")
    jumps = make_jumps(ordered(dress(system, method)), system.baths, method.wiring)
    return jumps_at(jumps, np.array([0]))


def device(strength: float, omega: float = 1.1, levels: int = 3) -> sambe.System:
    """No symmetry at all, two tones."""
    rng = np.random.default_rng(8)
    a, b = (
        x + x.conj().T
        for x in rng.normal(size=(2, levels, levels)) + 1j * rng.normal(size=(2, levels, levels))
    )
    baths = [sambe.Bath("hot", a, sambe.Ohmic(strength, 5.0), 0.8),
             sambe.Bath("cold", b, sambe.DrudeLorentz(strength, 2.0), 0.2)]  # fmt: skip
    drive = {1: np.diag([0.2] * (levels - 1), 1), 2: np.diag([0.1j] * (levels - 2), 2)}
    return sambe.System(
        np.diag([0.0, 0.9, 1.7, 2.2][:levels]), {k: [(1.0, x)] for k, x in drive.items()}, omega, baths
    )


def moves(system: sambe.System, equation: str = "floquet") -> tuple[Any, Any, Any]:
    """Estimated and true change of the currents, and the currents without those terms."""
    jumps = jumps_of(system, equation)
    kept = redfield_state(make_redfield(jumps), 1e-13)
    return (
        cross_terms(jumps, kept.state, kept.currents),
        complete_state(jumps).currents - kept.currents,
        kept.currents,
    )


@pytest.mark.parametrize("levels", [3, 4])
def test_the_estimate_is_the_change_for_weak_coupling(levels: int) -> None:
    """What the terms do is of the second power of the coupling, all of which the estimate holds: every
    current is off by the third power, and by that alone."""
    strengths = 3e-4, 3e-5
    error, change, slowness = [], [], []
    for strength in strengths:
        terms, moved, _ = moves(device(strength, levels=levels))
        error.append(np.abs(terms.change - moved)[0])
        change.append(np.abs(moved)[0])
        slowness.append(terms.slowness[0])
    np.testing.assert_allclose(np.log10(change[0] / change[1]), 2.0, atol=0.06)
    np.testing.assert_allclose(np.log10(error[0] / error[1]), 3.0, atol=0.06)
    for missed, size, slow in zip(error, change, slowness, strict=True):
        assert (missed < 6.0 * slow * size).all()  # the next order, which is small beside each current's move


@pytest.mark.parametrize("levels", [3, 4])
def test_the_estimate_misleads_by_no_more_than_the_change_itself(levels: int) -> None:
    """At a relaxation rate of a fifth of the frequency, beyond which nothing rests on it."""
    terms, change, _ = moves(device(1e-2, levels=levels))
    assert 0.15 < terms.slowness < 0.2
    gap = np.abs(terms.change - change)[0]
    assert gap[:-1].max() < 0.7 * np.abs(change).max()  # heat; the power is off by 1.1 times the largest move
    assert gap.max() < 1.2 * np.abs(change).max()


@pytest.mark.parametrize("omega", [3.0, 0.5, 0.1, 0.02, 0.005])
def test_the_estimate_holds_well_into_slow_drives(omega: float) -> None:
    terms, change, _ = moves(models.modulated_qubit(omega=omega))
    np.testing.assert_allclose(terms.change, change, rtol=0, atol=0.25 * np.abs(change).max())


def test_a_static_frame_is_judged_as_well() -> None:
    terms, change, currents = moves(models.spin_boson(drive=0.5, omega=0.8), "driven_dressed")
    np.testing.assert_allclose(terms.change, change, rtol=0, atol=0.02 * np.abs(change).max())
    assert np.abs(change).max() < 2e-5 * np.abs(currents).max()


def test_without_quanta_nothing_is_dropped() -> None:
    jumps = jumps_of(models.spin_boson(drive=0.1, omega=0.8), "dressed")
    kept = redfield_state(make_redfield(jumps), 1e-12)
    terms = cross_terms(jumps, kept.state, kept.currents)
    assert not terms.change.any()
    assert not needs_complete(terms, kept.currents, 1e-8).any()


def test_populations_are_judged_as_their_matrix() -> None:
    jumps = jumps_of(models.modulated_qubit(omega=0.2))
    state = redfield_state(make_redfield(jumps), 1e-12).state
    p = np.diagonal(state, 0, -2, -1).real
    currents = secular_currents(jumps, p)
    one, other = (cross_terms(jumps, x, currents) for x in (p, p[..., None] * np.eye(2)))
    np.testing.assert_array_equal(one.change, other.change)


def made(change: list[float], slowness: float = 1e-3, harmonics: float = 1e-3) -> CrossTerms:
    return CrossTerms(np.array([change]), np.array([1.0]), np.array([harmonics]), np.array([slowness]))


CURRENTS = np.array([[1.0, -0.999, -1e-3]])


@pytest.mark.parametrize(
    ("terms", "needed"),
    [
        (made([0.5 * MOVED, 0.0, 0.0]), False),
        (made([2.0 * MOVED, 0.0, 0.0]), True),
        (made([0.0, 0.0, 0.5 * MOVED_ITSELF * 1e-3]), False),
        (made([0.0, 0.0, 2.0 * MOVED_ITSELF * 1e-3]), True),
        (made([0.0, 0.0, 1e-9], slowness=1.0), True),  # where two steps may mislead, whatever moves counts
        (made([0.0, 0.0, 1e-9], harmonics=0.5), True),
        (made([1e-13, 0.0, 1e-13], slowness=1.0), False),  # rounding
        (made([np.nan, 0.0, 0.0]), True),
    ],
)
def test_what_counts_as_a_move(terms: CrossTerms, needed: bool) -> None:
    assert needs_complete(terms, CURRENTS, 1e-8) == needed


def test_a_missed_first_law_counts() -> None:
    still = made([0.0, 0.0, 0.0])

    def missing(share: float) -> Any:
        return np.add(CURRENTS, [3.0 * share, 0.0, 0.0])

    assert not needs_complete(still, missing(0.5 * MISSED), 1e-8)
    assert needs_complete(still, missing(2.0 * MISSED), 1e-8)
    assert not needs_complete(still, missing(2.0 * MISSED), 1e-4)  # a looser tolerance counts instead
    assert not needs_complete(still, 1e-13 * missing(0.1), 1e-8)  # rounding, of a traffic of one


def test_a_looser_tolerance_counts_instead() -> None:
    assert not needs_complete(made([5e-4, 0.0, 0.0]), CURRENTS, 1e-2)
    assert needs_complete(made([5e-4, 0.0, 0.0]), CURRENTS, 1e-4)


def test_small_currents_are_measured_against_a_hundredth_of_the_largest() -> None:
    assert relative_shift(made([0.1, 0.0, 0.0]), CURRENTS) == pytest.approx(0.1)
    assert relative_shift(made([0.0, 0.0, 1e-3]), CURRENTS) == pytest.approx(0.1)
    assert relative_shift(made([0.0, 0.0, 0.0]), 0.0 * CURRENTS) == 0.0


def random_solution(seed: int, ratio: float, secular: str) -> Solution:
    """Two to four levels, with a static frame or with three harmonics, at a relaxation rate over omega."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))

    def hermitian() -> Any:
        x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)) * rng.integers(2)
        return (x + x.conj().T) / np.sqrt(n)

    a, b = hermitian(), hermitian()
    omega, energies, size = rng.uniform(0.3, 2.0), np.sort(rng.uniform(0, 2, n)), 10 ** rng.uniform(-3, -0.3)
    drive = {k: hermitian() for k in (1, 2, 3)} if rng.integers(2) else {1: sambe.transition(n, 1, 0)}

    def at(strength: float) -> Solution:
        baths = [sambe.Bath("hot", a, sambe.Ohmic(strength, 5.0), 0.9),
                 sambe.Bath("cold", b, sambe.DrudeLorentz(strength, 3.0), 0.4)]  # fmt: skip
        terms = {k: [(size, x)] for k, x in drive.items()}
        system = sambe.System(np.diag(energies), terms, np.array([omega]), baths)
        return solve_batch(system, prepare(system, secular=secular))

    slowness = relaxation_rates(at(1e-3).jumps).max() / omega
    return at(1e-3 * ratio / slowness)  # rates are proportional to the strength


@pytest.mark.slow
@pytest.mark.parametrize(("secular", "least"), [("partial", SLIGHT), ("full", SLIGHT_ALONE)])
def test_what_is_not_looked_at_would_not_be_warned_of(secular: str, least: float) -> None:
    largest = 0.0
    for seed in range(40):
        found = random_solution(seed, 0.99 * least, secular)
        assert found.cross_term_shift == 0.0
        largest = max(
            largest,
            relative_shift(cross_terms(found.jumps, found.state, found.currents), found.currents).max(),
        )
    assert 1e-6 < largest < 1e-2


@pytest.mark.slow
def test_a_slow_drive_is_judged_by_the_complete_equation() -> None:
    jumps = jumps_of(models.modulated_qubit(omega=1e-4))  # relaxation is forty times faster
    kept = redfield_state(make_redfield(jumps), 1e-12)
    change = np.abs(complete_state(jumps).currents - kept.currents)
    size = np.abs(kept.currents)
    wanted = (change / np.maximum(size, 1e-2 * size.max())).max()
    np.testing.assert_allclose(dropped_shift(jumps, kept.state, kept.currents), wanted, rtol=1e-9)
    assert wanted > 0.9


def test_what_is_beyond_the_work_of_a_judgement_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = jumps_of(device(0.5))
    kept = redfield_state(make_redfield(jumps), 1e-13)
    assert np.isfinite(dropped_shift(jumps, kept.state, kept.currents)).all()
    monkeypatch.setattr(complete, "MOST_NUMBERS", 0)
    monkeypatch.setattr(complete, "JUDGING_NUMBERS", 0)
    assert np.isnan(dropped_shift(jumps, kept.state, kept.currents)).all()


def random_ladder(seed: int) -> sambe.System:
    """A ladder in a frame, driven near its steps, with two baths at eight strengths."""
    rng = np.random.default_rng(seed)
    levels = int(rng.integers(2, 6))
    energies = np.arange(levels) + rng.uniform(-0.15, 0.15, levels)
    lowering = [np.diag(rng.uniform(0.5, 1.5, levels - 1), 1) for _ in range(2)]
    omega, strength = rng.uniform(0.8, 1.2), 10 ** rng.uniform(-5, -2.3, 8)
    drive, hot = 10 ** rng.uniform(-3, -0.7), rng.uniform(0.2, 2.0)
    baths = [
        sambe.Bath(name, op + op.T, sambe.Ohmic(share * strength, cutoff=5.0), temperature)
        for name, op, share, temperature in zip("ab", lowering, (1.0, 0.6), (hot, 0.3 * hot), strict=True)
    ]
    return sambe.System(
        [(np.ones(8), np.diag(energies))], {1: [(drive, np.eye(levels, k=-1))]}, omega, baths,
        frame=tuple(range(levels)),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", [33, 51, 69, 129, 193])
def test_a_slight_relaxation_in_a_frame_moves_no_current_by_a_per_cent_unseen(seed: int) -> None:
    """Near a zero of a current its share is large though relaxation is 200 times slower than the drive:
    4.5 % at the seed 51, for 0.005."""
    system = random_ladder(seed)
    solution = solve_batch(system, prepare(system, secular="partial"))
    whole = solve_batch(system, prepare(system, "floquet", "none")).currents
    size = np.maximum(np.abs(whole), 0.01 * np.abs(whole).max(axis=-1, keepdims=True))
    moved = (np.abs(whole - solution.currents) / size).max(axis=-1)
    assert moved.max() > 1e-3
    assert moved[solution.cross_term_shift < 0.01].max(initial=0.0) < 0.01
    default = solve_batch(system, prepare(system)).currents
    assert (np.abs(whole - default) / size).max() < 0.01


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.errors.TruncationWarning")
def test_a_ladder_is_right_whether_its_points_are_complete_or_not() -> None:
    rng = np.random.default_rng(2026)
    system = models.kerr_resonator(
        levels=8, drive=rng.uniform(0.01, 0.1, 60), omega=rng.uniform(0.5, 1.5, 60), kerr=0.02
    )
    default = solve_batch(system, prepare(system))
    largest = np.abs(default.currents).max(axis=-1)
    assert 0 < default.complete.sum() < 60
    # what the estimate for evenly spaced levels lets pass, and the first law
    jumps = jumps_at(default.jumps)
    missed = np.abs(complete_state(jumps).currents - default.currents).max(axis=-1)
    assert (missed < 8.0 * MOVED * largest).all()
    assert missed[~default.complete].max() > 1e-7 * largest.max()
    assert (np.abs(default.currents.mean(axis=-1)) < MISSED * largest).all()


@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning", "ignore::sambe.errors.TruncationWarning")
def test_a_zone_beyond_every_sample_is_not_judged() -> None:
    """A drive of 1e30 turns the states more often in a period than integers can tell."""
    wild = sambe.models.oscillator(drive=1e30, omega=0.7, levels=3)
    flow = sambe.steady_state(wild, initial=0)
    assert np.isnan(flow.cross_term_shift)
