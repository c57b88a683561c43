"""Points of a batch that end one after the other."""

import numpy as np
import numpy.typing as npt

from sambe.numerics.iterations import ended


class Countdown:
    """Each point takes as many steps as it says."""

    def __init__(self, lengths: list[int]) -> None:
        self.lengths, self.step, self.sizes = np.array(lengths), 0, []

    @property
    def done(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.lengths <= self.step)

    def advance(self) -> None:
        self.step += 1
        self.sizes.append(len(self.lengths))

    def keep(self, points: npt.NDArray[np.intp]) -> None:
        self.lengths = self.lengths[points]


def test_points_end_together_where_enough_are_done_and_after_the_last_step() -> None:
    lengths = [1, 5, 2, 2, 9, 3]
    run = Countdown(lengths)
    groups = [
        (places.tolist(), run.lengths[ready].tolist()) for places, ready in ended(run, len(lengths), steps=6)
    ]
    # one of six is not enough to part; the last is not done when its steps are over
    assert groups == [([0, 2, 3], [1, 2, 2]), ([5], [3]), ([1], [5]), ([4], [9])]
    assert run.sizes == [6, 6, 3, 2, 2, 1]


def test_of_no_points_none_ends() -> None:
    assert list(ended(Countdown([]), 0, steps=3)) == []
