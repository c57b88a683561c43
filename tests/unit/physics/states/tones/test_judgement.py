"""What terms between different quanta would do, by the first order against the complete equation."""

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.tones import judgement
from sambe.physics.states.tones.balance import balanced_state
from sambe.physics.states.tones.judgement import first_order, moved_by_turning_terms
from sambe.sweep.axes import Sweep

System = Callable[..., sambe.System]


@pytest.mark.parametrize("secular", ["partial", "full"])
@pytest.mark.parametrize(("first", "second", "error"), [(2.0, 1.2345, 0.1), (1.21, 1.2, 0.03)])
def test_the_first_order_tells_the_move(
    ladder: System, secular: str, first: float, second: float, error: float
) -> None:
    system = ladder(first, second)
    found = solve_batch(Sweep(system).part(np.array([0])), prepare(system, secular=secular))
    state = found.state if found.state.ndim == 3 else found.state[:, :, None] * np.eye(3)
    told = first_order(found.jumps, state.astype(complex), found.currents)
    moved = balanced_state(found.jumps).currents - found.currents
    assert abs(told.change - moved).max() < error * abs(moved).max()
    assert told.harmonics[0] < 1e-3
    share = moved_by_turning_terms(found.jumps, found.state, found.currents, framed=True)[0]
    assert share <= abs(moved).max() / abs(found.currents).min() * (1.0 + error)


@pytest.mark.parametrize("secular", ["partial", "full"])
def test_many_levels_are_judged_by_iteration(
    ladder: System, secular: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = ladder(1.21, 1.2, strength=0.05)
    solution = solve_batch(Sweep(system).part(np.array([0])), prepare(system, secular=secular))
    state = solution.state if solution.state.ndim == 3 else solution.state[:, :, None] * np.eye(3)
    asked = solution.jumps, state.astype(complex), solution.currents
    at_once = first_order(*asked).change
    monkeypatch.setattr(judgement, "MOST_LEVELS", 2)
    iterated, largest = first_order(*asked).change, abs(solution.currents).max()
    assert abs(at_once).max() > 1e-3 * largest
    np.testing.assert_allclose(iterated, at_once, rtol=0.0, atol=1e-6 * largest)


def test_two_resonators_of_eight_levels_are_judged_without_the_matrix_of_a_harmonic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # it would take 1.9 GB and a minute
    monkeypatch.setattr(judgement, "balanced_state", None)
    data = sambe.steady_state(sambe.models.parametric_converter(levels=(8, 8)))
    assert 0.0 < data.cross_term_shift < 1e-4
    assert not data.cross_terms_kept


def test_points_that_differ_are_judged_each_by_itself(ladder: System) -> None:
    strengths = (1e-7, 0.002, 0.05)
    for strength in strengths:
        system = ladder(1.21, 1.2, strength=strength)
        auto = sambe.steady_state(system)
        assert auto.cross_terms_kept == (strength == 0.05)
        assert auto.cross_term_shift < 2e-3
    # all points together, as a sweep has them
    swept = ladder(1.21, 1.2).map_numbers(
        lambda path, x: sambe.axis("strength", strengths) if path.endswith("spectrum.strength") else x
    )
    assert sambe.steady_state(swept).cross_terms_kept.values.tolist() == [0, 0, 1]
