"""The complete equation of several tones, against that of one, and against what is to be had without it."""

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.errors import SecularWarning
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.periods.complete_state import solve_complete
from sambe.physics.states.tones.balance import balanced_harmonics, balanced_state
from sambe.physics.states.tones.judgement import moved_by_turning_terms, turns_fast
from sambe.sweep.axes import Sweep

System = Callable[..., sambe.System]


def solved(system: sambe.System, **how: str) -> object:
    return solve_batch(Sweep(system).part(np.array([0])), prepare(system, **how))


@pytest.mark.parametrize("omega", [0.9, 0.05])
def test_one_tone_as_by_samples_of_a_period(omega: float, baths: list[sambe.Bath]) -> None:
    strong = [
        sambe.Bath(b.name, b.coupling, sambe.Ohmic(0.03, cutoff=10.0), temperature=b.temperature)
        for b in baths
    ]
    system = sambe.System(
        [(0.5, sambe.sigmaz())], drive={1: [(0.2, sambe.sigmax())]}, omega=omega, baths=strong
    )
    jumps = solved(system, secular="partial").jumps  # type: ignore[attr-defined]
    ours, theirs = balanced_state(jumps), solve_complete(jumps)
    assert ours.converged.all()
    size = abs(theirs.currents).max()
    assert np.allclose(ours.currents, theirs.currents, rtol=0.0, atol=1e-7 * size)
    assert np.allclose(ours.state, theirs.state, atol=1e-7)


def test_a_slow_beat_is_solved_or_told(ladder: System) -> None:
    # relaxation as fast as the beat w1 - w2 turns
    system = ladder(1.21, 1.2, strength=0.05)
    with pytest.warns(SecularWarning, match="terms between different quanta"):
        dropped = sambe.steady_state(system, secular="partial")
    auto = sambe.steady_state(system)
    moved = abs(dropped.energy_current - auto.energy_current) / abs(auto.energy_current)
    assert dropped.cross_term_shift > 0.05
    assert moved.max() == pytest.approx(dropped.cross_term_shift.item(), rel=0.2)
    assert auto.cross_terms_kept == 1
    assert abs(auto.first_law_residual) < 1e-10 * abs(auto.energy_current).max()


def test_a_beat_slower_than_all_goes_through_the_phases_of_equal_tones(ladder: System) -> None:
    # equal frequencies fold, and are solved over a period of one drive
    phase = np.linspace(0.0, 2.0 * np.pi, 4, endpoint=False)
    system = ladder(1.2, 1.2, strength=0.05)
    turned = sambe.axis("phi", phase).copy(data=0.05 * np.exp(1j * phase))
    drive = {(1, 0): system.drive[1, 0], (0, 1): [(turned, system.drive[0, 1][0][1])]}
    mean = sambe.steady_state(system.replace(drive=drive)).energy_current.mean("phi").values
    slow = sambe.steady_state(ladder(1.2 + 1e-7, 1.2, strength=0.05)).energy_current.values
    assert slow == pytest.approx(mean, rel=1e-5)


def test_what_is_fast_is_left_alone(ladder: System) -> None:
    found = solved(ladder(2.0, 1.2345, strength=1e-6), secular="partial")
    populations = found.populations  # type: ignore[attr-defined]
    jumps, currents = found.jumps, found.currents  # type: ignore[attr-defined]
    assert turns_fast(jumps, populations, currents, True).all()
    assert (moved_by_turning_terms(jumps, found.state, currents, True) == 0.0).all()  # type: ignore[attr-defined]
    harmonics = balanced_harmonics(jumps)
    assert np.trace(harmonics[0]) == pytest.approx(1.0)
    assert max(abs(rho).max() for m, rho in harmonics.items() if m) < 1e-3


def test_more_unknowns_than_may_be_solved_for_leave_no_state(ladder: System) -> None:
    jumps = solved(ladder(1.21, 1.2)).jumps  # type: ignore[attr-defined]
    whole = balanced_state(jumps, most=8)  # one harmonic of three levels has nine
    assert not whole.converged.any()
    assert np.isnan(whole.currents).all()
    assert np.isnan(whole.state).all()
