"""Zones of quasienergies: pairs that are near modulo omega, point by point."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from sambe import models
from sambe.physics.currents.channels import channel_rates
from sambe.physics.generators.zones import align, zone_groups
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution


def joined(weight: npt.NDArray[Any], multiple: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Shifts and groups by joining the heaviest pair first (Kruskal), one point."""
    n = len(weight)
    shift, group = np.zeros(n, dtype=np.intp), np.arange(n)
    i, j = np.triu_indices(n, 1)
    near = np.flatnonzero(weight[i, j])
    for k in near[np.argsort(-weight[i[near], j[near]])]:
        a, b = i[k], j[k]
        if group[a] != group[b]:
            moving = group == group[b]
            shift[moving] += shift[a] + multiple[a, b] - shift[b]
            group[moving] = group[a]
    return shift, group


@pytest.mark.parametrize("share", [0.05, 0.2, 1.0])
def test_all_points_at_once_are_aligned_as_the_heaviest_pairs_one_by_one(share: float) -> None:
    rng = np.random.default_rng(3)
    points, n = 40, 9
    weight = rng.uniform(size=(points, n, n))
    weight = np.where(rng.uniform(size=weight.shape) < share, weight, 0.0)
    weight = np.maximum(weight, weight.swapaxes(-1, -2))
    multiple = np.triu(rng.integers(-2, 3, size=weight.shape), 1)
    multiple = multiple - multiple.swapaxes(-1, -2)
    found = align(weight, multiple)
    for k in range(points):
        shift, group = joined(weight[k], multiple[k])
        for g in np.unique(group):  # a group as a whole may lie in any zone
            inside = group == g
            np.testing.assert_array_equal(np.ptp(found[k, inside] - shift[inside]), 0)


def test_points_are_grouped_by_the_quanta_that_they_need() -> None:
    shift = np.array([[0, 0, 0], [0, 1, 0], [0, -1, 0], [2, 0, 0], [1, 1, 1]])
    assert [g.tolist() for g in zone_groups(shift)] == [[0, 4], [1, 2], [3]]


def solve(omega: Any, drive: Any, secular: str) -> Solution:
    system = models.kerr_resonator(omega=np.asarray(omega), drive=np.asarray(drive), levels=12)
    return solve_batch(system, prepare(system, secular=secular))


@pytest.mark.parametrize("secular", ["partial", "none"])
def test_a_moved_point_does_not_depend_on_its_neighbours(secular: str) -> None:
    omega, drive = np.linspace(0.45, 1.45, 24), np.full(24, 0.3)
    whole = solve(omega, drive, secular)
    assert whole.shift is not None
    moved = whole.shift.any(axis=-1)
    assert moved.any()
    assert not moved.all()
    for k in (*np.flatnonzero(moved)[:3], *np.flatnonzero(~moved)[:2]):
        alone = solve(omega[k : k + 1], drive[k : k + 1], secular)
        np.testing.assert_array_equal(whole.currents[k], alone.currents[0])
        np.testing.assert_array_equal(whole.energies[k], alone.energies[0])
        np.testing.assert_array_equal(whole.populations[k], alone.populations[0])


def test_jumps_and_state_of_moved_points_belong_together() -> None:
    omega, drive = np.linspace(0.45, 1.45, 12), np.full(12, 0.3)
    found = solve(omega, drive, "partial")
    assert found.shift is not None
    assert found.shift.any()
    np.testing.assert_allclose(found.jumps.dressing.energies, found.energies, atol=1e-13)
    order = found.order
    assert order is not None
    again = np.take_along_axis(found.plain_populations, order, axis=-1)
    np.testing.assert_array_equal(again, found.populations)
    forward, backward = channel_rates(found.jumps, found.state)
    heat = np.sum((forward - backward) * found.jumps.energy[:, None], axis=(-3, -2, -1))
    scale = np.abs(found.currents).max(axis=-1, keepdims=True)
    np.testing.assert_allclose(heat / scale, found.currents[:, :-1] / scale, atol=1e-9)


def test_a_batch_of_any_shape_is_solved_as_a_flat_one() -> None:
    omega, drive = np.linspace(0.45, 1.45, 12), np.full(12, 0.3)
    flat, square = (solve(omega.reshape(s), drive.reshape(s), "partial") for s in ((12,), (3, 4)))
    np.testing.assert_array_equal(square.currents.reshape(flat.currents.shape), flat.currents)
    np.testing.assert_array_equal(square.energies.reshape(flat.energies.shape), flat.energies)
