"""What terms between different quanta would do, by the first order against the complete equation."""

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
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
