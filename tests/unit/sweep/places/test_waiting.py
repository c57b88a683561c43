"""Blocks that wait: in their order, those that came back first."""

from __future__ import annotations

import pytest

from sambe.sweep.places.pools import LostWorkerError
from sambe.sweep.places.waiting import LOSSES, Waiting, after_loss

REGIONS = [(slice(0, 2), slice(0, 3)), (slice(2, 3), slice(0, 3))]


def test_blocks_that_came_back_are_first_and_each_knows_its_points() -> None:
    waiting = Waiting(REGIONS, tile=8)
    first = waiting.take()
    assert first is not None
    assert (first.region, first.points, first.tile) == (REGIONS[0], 6, 8)
    waiting.again.append(first)
    assert waiting.take() is first
    second = waiting.take()
    assert second is not None
    assert second.points == 3
    assert waiting.take() is None


def test_a_block_of_a_lost_worker_has_smaller_tiles_until_it_is_given_up() -> None:
    task = Waiting(REGIONS, tile=8).take()
    assert task is not None
    for losses in range(LOSSES):
        task = after_loss(task, RuntimeError("killed"))
        assert task.losses == losses + 1
    assert task.tile == 1
    with pytest.raises(LostWorkerError, match="killed 3 times"):
        after_loss(task, RuntimeError("killed"))
