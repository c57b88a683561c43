"""What coherences of close states do, against solutions that keep them."""

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.generators.jumps import jumps_at
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.judgements.close_states import CloseStates, in_common_zone
from sambe.physics.states.solution import Solution
from sambe.physics.validity import secular_measures

OMEGA = np.linspace(0.8, 1.2, 21)


def solved(system: sambe.System, secular: str) -> Solution:
    return solve_batch(system, prepare(system, secular=secular))


def close(system: sambe.System, solution: Solution) -> list[CloseStates]:
    every = np.arange(len(solution.currents))
    return list(CloseStates.groups(solution.plain, system.baths, every, solution.populations, True))


@pytest.mark.parametrize("levels", [4, 12])
def test_a_large_move_near_a_resonance_is_that_of_the_solution_with_every_coherence(levels: int) -> None:
    system = models.kerr_resonator(levels=levels, drive=2e-4, omega=OMEGA)
    full, every = solved(system, "full"), solved(system, "none")
    largest = np.abs([full.currents, every.currents]).max(axis=(0, -1))
    true = np.abs(full.currents - every.currents).max(axis=-1) / largest
    found = np.zeros(len(OMEGA))
    for some in close(system, full):
        found[some.points] = some.move()
    worked_out = found > 1e-2
    assert worked_out.any()
    # it is worked out to a hundredth of what is worth it
    np.testing.assert_allclose(found[worked_out], true[worked_out], rtol=0, atol=1e-4)
    assert (true[~worked_out] < 2e-2).all()


def test_states_near_modulo_omega_stand_in_one_zone_and_relax_as_they_did() -> None:
    system = models.spin_boson(drive=0.1, omega=np.array([1 / 3, 0.5, 0.98]), polarization="linear")
    jumps = solved(system, "full").plain
    every = np.arange(3)
    moved = in_common_zone(jumps, system.baths, every)
    assert in_common_zone(jumps, None, every) is not moved
    gap, before = (np.abs(np.diff(x.dressing.energies))[:, 0] for x in (moved, jumps))
    assert (gap <= before * (1.0 + 1e-12)).all()
    assert (gap < 0.5 * before).any()
    # but for the harmonics that the ends of the zone cut off
    np.testing.assert_allclose(moved.leaving, jumps.leaving, rtol=1e-9)


def test_points_that_stay_are_parted_from_those_that_move() -> None:
    omega = np.array([0.25, 1 / 3, 0.5, 0.98])
    system = models.spin_boson(drive=0.1, omega=omega, polarization="linear")
    stay, leave = close(system, solved(system, "full"))
    assert stay.common is stay.home
    assert leave.common is not leave.home
    assert sorted([*stay.points, *leave.points]) == [0, 1, 2, 3]


@pytest.mark.parametrize("secular", ["full", "clustered"])
def test_a_point_is_judged_alike_whatever_its_neighbours(secular: str) -> None:
    # clusters change the energies of jumps, which those of points that leave their zone are made without
    x = np.eye(3, k=1) + np.eye(3, k=-1)
    baths = [sambe.Bath("hot", x + np.diag([0.3, 0.0, 1.0]), sambe.Ohmic(0.05, 5.0), 1.0),
             sambe.Bath("cold", x, sambe.Ohmic(0.02, 5.0), 0.2)]  # fmt: skip
    omega = np.array([0.2, 0.31, 0.33, 0.52, 0.97, 1.0, 1.3])
    system = sambe.System(np.diag([0.0, 0.95, 2.0]), {1: 0.2 * x}, omega, baths)
    solution = solved(system, secular)
    currents = solution.currents if secular == "full" else None
    every = secular_measures(solution.plain, solution.plain_populations, system.baths, currents)
    for k in range(len(omega)):
        one = np.array([k])
        alone = secular_measures(jumps_at(solution.plain, one), solution.plain_populations[one], system.baths,
                                 None if currents is None else currents[one])  # fmt: skip
        assert alone.ratio.tobytes() == every.ratio[one].tobytes()
        assert alone.shift.tobytes() == every.shift[one].tobytes()
