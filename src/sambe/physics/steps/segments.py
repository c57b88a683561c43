r"""A period cut at every step, kick and end of a ramp, so that nothing jumps within a segment.

Positions count fractions of the period. Points of a batch may have their cuts in another order: each is
sorted by itself, and segments of no length do no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...description.steps.protocol import Steps
from ...description.sums.terms import Terms

__all__ = ["Course", "Schedule", "course_of", "matrices"]

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Schedule:
    """What multiplies a coupling along the period.

    Attributes
    ----------
    edges : array (P, K + 1)
        Where the steps begin, and the end of the last.
    factors : array (P, K)
    ramp : array (P,)
        Length of each change, within the step of the two whose factor is larger.
    """

    edges: Reals
    factors: Reals
    ramp: Reals

    @property
    def before(self) -> Reals:
        """Factors of the step before each."""
        return np.roll(self.factors, 1, axis=-1)

    def windows(self) -> tuple[Reals, Reals]:
        """Begin and end of the change at the begin of each step, ``(P, K)``; that into the first may lie at
        the end of the period."""
        rises = np.abs(self.factors) >= np.abs(self.before)
        at = self.edges[:, :-1].copy()
        at[:, 0] = np.where(rises[:, 0], 0.0, 1.0)
        length = np.where(self.factors == self.before, 0.0, self.ramp[:, None])
        return np.where(rises, at, at - length), np.where(rises, at + length, at)

    def within(self, x: Reals) -> tuple[Reals, Reals, Reals, Reals]:
        """What the factor is about positions ``(P,)`` that no cut is at: c, d, x_0 and l of
        c + d cos(pi (x - x_0)/l), each ``(P,)``; d is zero where it stands still."""
        step = np.clip((x[:, None] >= self.edges[:, :-1]).sum(axis=-1) - 1, 0, None)[:, None]
        level = np.take_along_axis(self.factors, step, axis=-1)[:, 0]
        swing, start, length = np.zeros_like(level), np.zeros_like(level), np.ones_like(level)
        low, high = self.windows()
        for k in range(self.factors.shape[-1]):
            inside = (x >= low[:, k]) & (x < high[:, k])
            first, last = self.before[:, k], self.factors[:, k]
            level = np.where(inside, 0.5 * (first + last), level)
            swing = np.where(inside, 0.5 * (first - last), swing)
            start = np.where(inside, low[:, k], start)
            length = np.where(inside, high[:, k] - low[:, k], length)
        return level, swing, start, length

    def take(self, points: Points) -> Schedule:
        """Some points of the batch."""
        return Schedule(self.edges[points], self.factors[points], self.ramp[points])


@dataclass(frozen=True)
class Course:
    """The segments of a batch of points.

    Attributes
    ----------
    start, length : array (P, S)
    step : int array (P, S)
        Whose Hamiltonian it has.
    kick : int array (P, S)
        Number of the kick at its begin; -1 for none.
    edge : int array (P, S)
        Number of the step that begins where it does; -1 for none.
    hamiltonians : array (P, K, N, N)
    kicks : array (P, M, N, N)
        The operators K.
    schedules : mapping of str to Schedule
        By the name of a bath.
    """

    start: Reals
    length: Reals
    step: Points
    kick: Points
    edge: Points
    hamiltonians: Complex
    kicks: Complex
    schedules: Mapping[str, Schedule]

    def switching(self, name: str, segment: Points | int, x: Reals) -> tuple[Reals, Reals]:
        """The factor of a bath's coupling and its derivative by the fraction of the period, at positions
        ``(P, M)`` within a segment, which may be another one of each point."""
        rows = np.arange(len(x))
        middle = self.start[rows, segment] + 0.5 * self.length[rows, segment]
        level, swing, first, length = (y[:, None] for y in self.schedules[name].within(middle))
        angle = np.pi * (x - first) / length
        return level + swing * np.cos(angle), -np.pi / length * swing * np.sin(angle)

    def take(self, points: Points) -> Course:
        """Some points of the batch."""
        return Course(
            self.start[points], self.length[points], self.step[points], self.kick[points], self.edge[points],
            self.hamiltonians[points], self.kicks[points],
            {name: schedule.take(points) for name, schedule in self.schedules.items()},
        )  # fmt: skip


def course_of(steps: Steps, points: int) -> Course:
    """Segments of a protocol with numbers that are plain or have one axis of points."""

    def column(x: object) -> Reals:
        return np.broadcast_to(np.asarray(x, dtype=float), (points,))

    fractions = np.stack([column(step.fraction) for step in steps.steps], axis=-1)
    edges = np.concatenate([np.zeros((points, 1)), np.cumsum(fractions, axis=-1)], axis=-1)
    edges = edges / edges[:, -1:]
    kicks = [column(kick.fraction) for kick in steps.kicks]
    schedules = {
        name: Schedule(edges, np.stack([column(x) for x in factors], axis=-1), column(steps.ramp))
        for name, factors in steps.switched.items()
    }
    ramps = [cut for schedule in schedules.values() for cut in schedule.windows()]
    # the kicks stand behind the edges, so that one at an edge comes first in its step, with that Hamiltonian
    where = np.concatenate([edges, *(kick[:, None] for kick in kicks), *ramps], axis=-1)
    order = np.argsort(where, axis=-1, kind="stable")
    where = np.take_along_axis(where, order, axis=-1)
    start, length = where[:, :-1], np.diff(where, axis=-1)
    middle = start + 0.5 * length
    step = np.clip((middle[:, :, None] >= edges[:, None, 1:]).sum(axis=-1), 0, len(steps.steps) - 1)
    number = order[:, :-1] - edges.shape[-1]
    kick = np.where((number >= 0) & (number < len(kicks)), number, -1)
    edge = np.where(order[:, :-1] < len(steps.steps), order[:, :-1], -1)
    return Course(
        start, length, step, kick, edge, matrices([step.terms for step in steps.steps], points),
        matrices([kick.terms for kick in steps.kicks], points), schedules,
    )  # fmt: skip


def matrices(parts: list[Terms], points: int) -> Complex:
    """Sums of terms, ``(P, parts, N, N)``."""
    if not parts:
        return np.zeros((points, 0, 1, 1), dtype=complex)
    rows = []
    for terms in parts:
        total = sum(np.broadcast_to(np.asarray(c), (points,))[:, None, None] * op for c, op in terms)
        rows.append(total)
    return np.stack(rows, axis=1).astype(complex)
