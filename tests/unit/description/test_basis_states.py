"""What is said of basis states one by one."""

from __future__ import annotations

import pytest

from sambe import InputError
from sambe.description.basis_states import edge_of_states, frame_of_states
from sambe.description.tones.quanta import code_of


def test_a_frame_begins_at_zero_and_an_edge_may_be_empty() -> None:
    assert frame_of_states([7, 5, 6], 3) == (2, 0, 1)
    assert edge_of_states((), 3) == ()
    assert edge_of_states(None, 3) is None


@pytest.mark.parametrize("frame", [[0, 1], [0.5, 1, 2], "abc", [0, 1, 10**7]])
def test_what_is_no_frame_is_refused(frame: object) -> None:
    with pytest.raises(InputError, match="frame"):
        frame_of_states(frame, 3)


@pytest.mark.parametrize("edge", [3, [3], [True], [-1], "2"])
def test_what_is_no_basis_state_is_refused(edge: object) -> None:
    with pytest.raises(InputError, match="edge"):
        edge_of_states(edge, 3)


def test_frames_are_rows_of_integers() -> None:
    assert frame_of_states([[0, 0], [1, -1]], 2, 2) == (code_of((0, 1)), code_of((1, 0)))
    for bad in ([0, 1], [[0, 0]], [[0, 0.5], [1, 0]], [[0, 0], [10**5, 0]]):
        with pytest.raises(InputError, match="frame"):
            frame_of_states(bad, 2, 2)
