"""The map of a period: its order, its limits, and a state that is not unique."""

from functools import reduce
from itertools import pairwise

import numpy as np
from scipy.linalg import expm

import sambe
from sambe import models
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.periodic_generator import make_harmonics, superoperators
from sambe.physics.preparation import prepare
from sambe.physics.states.periods.period_map import first_steps, period_map_state, period_states, steps_of


def jumps_of(system: sambe.System) -> Jumps:
    method = prepare(system, "floquet", "none")
    jumps = make_jumps(ordered(dress(system, method)), system.baths, method.wiring)
    return jumps_at(jumps, np.array([0]))


def strong(omega: float) -> sambe.System:
    """A qubit that relaxes at a tenth of its splitting, with every kind of term."""
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    both = [sambe.Bath("a", sx + 0.5 * sz, sambe.Ohmic(0.05, cutoff=5.0), 1.0),
            sambe.Bath("b", sx, sambe.Ohmic(0.03, cutoff=5.0), 0.3)]  # fmt: skip
    return sambe.System([(0.5, sz)], {1: [(0.35, sx)]}, omega, both)


def test_steps_are_of_sixth_order() -> None:
    harmonics = make_harmonics(jumps_of(strong(0.4)), 40)
    whole = []
    for count in (32, 64, 128, 1024):
        tree = steps_of(harmonics, count)[0]
        whole.append(reduce(np.matmul, tree[::-1]))
    error = [np.abs(w - whole[-1]).max() for w in whole[:-1]]
    assert error[0] < 1e-3
    for coarse, fine in pairwise(error):
        assert 50.0 < coarse / fine < 80.0  # 2^6


def test_a_generator_at_rest_is_its_exponential() -> None:
    jumps = jumps_of(models.spin_boson(drive=0.0, omega=0.7))
    harmonics = make_harmonics(jumps, 0)  # without the drive's harmonics nothing changes in time
    step = steps_of(harmonics, 4)[0]
    at_rest = superoperators(harmonics.gaps, *harmonics.sampled(1))[0, 0]
    np.testing.assert_allclose(step, [expm(at_rest * 2.0 * np.pi / 0.7 / 4)] * 4, atol=1e-13)


def test_states_follow_their_steps_and_return() -> None:
    steps = steps_of(make_harmonics(jumps_of(strong(0.5)), 30), 64)
    x, unique = period_states(steps, 2)
    assert unique.all()
    np.testing.assert_allclose(x[0, 1:], (steps[0, :-1] @ x[0, :-1, :, None])[..., 0], atol=1e-13)
    np.testing.assert_allclose(steps[0, -1] @ x[0, -1], x[0, 0], atol=1e-12)
    np.testing.assert_allclose(x[0, :, 0] + x[0, :, 3], 1.0, atol=1e-13)


def test_first_steps_grow_with_what_has_to_be_resolved() -> None:
    slow, fast = (first_steps(jumps_of(models.modulated_qubit(omega=w)))[0] for w in (0.001, 0.5))
    assert slow >= 8 * fast
    assert np.log2(slow).is_integer()
    framed = prepare(models.spin_boson(omega=1e-3), "driven_dressed")
    turning = make_jumps(
        dress(models.spin_boson(omega=1e-3), framed), models.spin_boson().baths, framed.wiring
    )
    # few harmonics, but a coherence that turns a thousand times
    assert first_steps(jumps_at(turning, np.array([0])))[0] >= 512


def test_a_bound_of_work_is_told() -> None:
    jumps = jumps_of(models.modulated_qubit(omega=0.01))
    assert period_map_state(jumps).converged.all()
    found = period_map_state(jumps, numbers=2**9)
    assert not found.converged.any()


def test_two_states_that_last_are_not_one() -> None:
    # the bath and the drive act on the first of two levels that nothing leaves
    half = np.eye(4)[None, None]
    _, unique = period_states(half.repeat(2, axis=1), 2)
    assert not unique.any()
