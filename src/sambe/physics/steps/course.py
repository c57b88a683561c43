r"""Courses of states through periods in steps, with every coherence and every pair of quanta.

On packed states, with the energies that the baths have given as more unknowns, a period is a product of maps:
those of Magnus steps that end where a segment does, and between them those of sudden switches and of kicks,
which leave the state, between modes, as it is and take energy from the baths at once,
:math:`Q_u \to Q_u - 2\,\mathrm{Im\,Tr}[K_u\rho]` (see `strokes`). The pump has given what the
dressed energy of the state has gained beyond that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...numerics.packed_forms import as_functional
from ..generators.coupling_parts import Mixing
from ..generators.jumps import Jumps, jumps_at
from ..generators.redfield import pack, unpack
from ..states.periods.period_map import period_states
from .basis import SNAP, StepBasis
from .strokes import Period, affordable, substeps
from .waves import Waves

__all__ = ["CouplingsMade", "SteppedCourse", "stepped_course", "stepped_map"]

TOGETHER = 2**21  # numbers in the maps to times that are formed at once
FINER = 2  # times the steps of the strokes: errors of some 1e-9

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


class CouplingsMade(NamedTuple):
    """What couplings are made of; see `sambe.physics.steps.strokes.strokes_of`.

    Attributes
    ----------
    operators : sequence of array (N, N)
    schedules : sequence of str
    mixing : Mixing
    numbers : mapping of str to number or array (P,)
        Of the system.
    """

    operators: Sequence[Complex]
    schedules: Sequence[str]
    mixing: Mixing
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class SteppedCourse:
    """What is known of a batch at its times.

    Attributes
    ----------
    states, slopes : array (P, T, N, N)
        In the dressed basis.
    counts, taken : array (P, T, U + 1)
        Energy per time from each bath and, last, by the quanta of the pump; and what was given so far.
    particles : array (P, T, U + 1)
        From each lead, per time.
    """

    states: Complex
    slopes: Complex
    counts: Reals
    taken: Reals
    particles: Reals

    def part(self, span: slice) -> tuple[Complex, Complex]:
        """States and their time derivatives at some times."""
        return self.states[:, span], self.slopes[:, span]


def stepped_course(
    basis: StepBasis, jumps: Jumps, made: CouplingsMade, start: Complex | None, times: Reals
) -> tuple[SteppedCourse, npt.NDArray[np.bool_]]:
    """Courses of a batch with one axis of points, and which of them there are.

    Parameters
    ----------
    basis : StepBasis
        Of the jumps.
    jumps : Jumps
    made : CouplingsMade
    start : array (P, N, N), optional
        In the dressed basis at the first of the times; the periodic state by default.
    times : array (P, T)
        Ascending.
    """
    points, count = times.shape
    n, terminals = jumps.dressing.levels, len(jumps.wiring) + 1
    out = SteppedCourse(
        *(np.full((points, count, n, n), np.nan + 0j) for _ in range(2)),
        *(np.full((points, count, terminals), np.nan) for _ in range(3)),
    )
    known = np.zeros(points, dtype=bool)
    for k in range(points):
        motion = _motion(basis, jumps, made, k)
        if motion is None:
            continue
        known[k] = True
        given = None if start is None else pack(start[k]).reshape(-1)
        motion.enter(out, k, times[k], given)
    return out, known


def stepped_map(basis: StepBasis, jumps: Jumps, made: CouplingsMade, point: int) -> Reals | None:
    """Map of a period on packed states, ``(N^2, N^2)``; None of one of too many steps."""
    motion = _motion(basis, jumps, made, point)
    return None if motion is None else motion.products[-1][: motion.size, : motion.size]


def _motion(basis: StepBasis, jumps: Jumps, made: CouplingsMade, point: int) -> _Motion | None:
    points = np.array([point])
    one, here = jumps_at(jumps, points), basis.take(points)
    count = FINER * substeps(here.modes, one)[0]
    if not affordable(count.sum() // FINER, one.dressing.levels, 2 * len(one.wiring)):
        return None
    plain = {path: x[points] if np.ndim(x) else x for path, x in made.numbers.items()}
    waves = Waves.of(here.modes, made.operators, made.schedules, made.mixing, plain)
    return _Motion(Period.of(waves, one, count), here)


@dataclass(frozen=True)
class _Motion:
    """The equation of one point.

    Attributes
    ----------
    period : Period
    basis : StepBasis
    """

    period: Period
    basis: StepBasis

    @property
    def size(self) -> int:
        """Numbers of a state."""
        return int(self.basis.static.shape[-1]) ** 2

    @cached_property
    def items(self) -> tuple[Reals, Reals, Points, npt.NDArray[np.bool_], Reals]:
        """What comes one after another in a period: where each begins and ends, its segment, whether it is a
        kick, and its map, ``(L, N^2 + rows, N^2 + rows)``."""
        course, count = self.basis.modes.course, self.period.count
        rows: list[tuple[float, float, int, bool]] = []
        maps: list[Reals] = []
        for s in range(len(count)):
            at = float(course.start[0, s])
            edge = int(course.edge[0, s])
            switched = self.period.sudden(edge) if edge >= 0 else None
            kicked = self.period.kicked(s)
            for work, kick in ((None if switched is None else switched[0], False), (kicked, True)):
                if work is not None:
                    rows.append((at, at, s, kick))
                    maps.append(self._at_once(work[0])[None])
            if count[s]:
                length = course.length[0, s] / count[s]
                rows += [(at + k * length, at + (k + 1) * length, s, False) for k in range(count[s])]
                maps.append(self.period.segment_maps(s)[0])
        begins, ends, segments, kicks = zip(*rows, strict=True)
        return (
            np.asarray(begins), np.asarray(ends), np.asarray(segments, dtype=np.intp),
            np.asarray(kicks, dtype=bool),
            np.concatenate(maps),
        )  # fmt: skip

    def _at_once(self, work: Complex) -> Reals:
        """Map of what takes 2 Im Tr[K rho] from each bath, for K (U, N, N)."""
        out = np.eye(self.size + self.period.rows)
        out[self.size + len(work) : self.size + 2 * len(work), : self.size] = as_functional(-1j * work)
        return out

    @cached_property
    def products(self) -> Reals:
        """Maps from the begin of the period to that of each item, and to the end."""
        maps = self.items[-1]
        out = np.empty((len(maps) + 1, *maps.shape[1:]))
        out[0] = np.eye(maps.shape[-1])
        for k, one in enumerate(maps):
            np.matmul(one, out[k], out=out[k + 1])
        return out

    def _passed(self, x: Reals) -> Points:
        """How many items have passed at positions in the period: those of a step at its very time, and not
        yet those of a kick."""
        _, end, _, kick, _ = self.items
        return np.asarray((end <= x[:, None] + np.where(kick, -SNAP, SNAP)).sum(axis=-1), dtype=np.intp)

    def _rests(self, item: Points, begin: Reals, x: Reals) -> Reals:
        """Maps from positions within items to later ones in them, ``(T, N^2 + rows, N^2 + rows)``."""
        maps = self.items[-1]
        out = np.broadcast_to(np.eye(maps.shape[-1]), (len(x), *maps.shape[1:])).copy()
        moving = x > begin + SNAP
        segment = np.where(moving, self.items[2][np.minimum(item, len(maps) - 1)], -1)
        for s in np.unique(segment[moving]):
            here = np.flatnonzero(segment == s)
            for batch in np.array_split(here, 1 + len(here) * maps[0].size // TOGETHER):
                length = (x - begin)[None, batch]
                out[batch] = self.period.maps(int(s), begin[None, batch], length)[0]
        return out

    def _begin(self, passed: int, x: float) -> Reals:
        """The periodic state at a position, after so many items, nothing given yet."""
        whole = self.products[-1][: self.size, : self.size]
        first = period_states(whole[None, None], round(self.size**0.5))[0][0, 0]
        y = self.products[passed][: self.size, : self.size] @ first
        at = np.array([passed])
        rest = self._rests(at, self._begins[at], np.array([x]))[0]
        return np.asarray(rest[: self.size, : self.size] @ y)

    @cached_property
    def _begins(self) -> Reals:
        """Where each item begins, and the end of the period."""
        return np.append(self.items[0], 1.0)

    def _along(self, times: Reals, given: Reals | None) -> tuple[Reals, Reals, Points]:
        """States and energies given at the times, ``(T, N^2 + rows)``, positions and segments."""
        end, maps = self.items[1], self.items[-1]
        positions, segments = self.basis.places(times[None])
        x, turned = positions[0], times * float(self.basis.omega[0]) / (2.0 * np.pi)
        cycle = np.rint(turned - x).astype(np.intp)
        cycle, passed = cycle - cycle[0], self._passed(x)
        beside = (cycle == 0) & (passed == passed[0])
        rests = self._rests(passed, np.where(beside, x[0], self._begins[passed]), x)
        y = np.zeros(maps.shape[-1])
        y[: self.size] = self._begin(int(passed[0]), float(x[0])) if given is None else given
        # state at the beginning of the step or kick that each time falls into
        before = np.empty((len(times), len(y)))
        # the rest of the period in which the course begins, item by item
        at, place = int(passed[0]), float(x[0])
        for k in range(at, len(maps) + 1):
            before[(cycle == 0) & (passed == k)] = y
            if k < len(maps):
                begin, finish = (np.array([z]) for z in (place, end[k]))
                whole = k > at or place <= self._begins[k] + SNAP
                y = (maps[k] if whole else self._rests(np.array([k]), begin, finish)[0]) @ y
        now = 1
        for later in np.unique(cycle[cycle > 0]):
            y = np.linalg.matrix_power(self.products[-1], int(later) - now) @ y
            now = int(later)
            here = cycle == later
            before[here] = np.matmul(self.products[passed[here]], y)
        return np.matmul(rests, before[..., None])[..., 0], x, segments[0]

    def enter(self, out: SteppedCourse, k: int, times: Reals, given: Reals | None) -> None:
        """Enter the course of the point into that of a batch."""
        y, x, segments = self._along(times, given)
        n, baths = out.states.shape[-1], len(self.period.harmonics.heat)
        size = self.size
        packed, energy, turned, _ = np.split(y, [size, size + baths, size + 2 * baths], axis=-1)
        slopes, counts = np.empty_like(packed), np.empty((len(times), baths))
        for s in np.unique(segments):
            here = np.flatnonzero(segments == s)
            still = np.concatenate([packed[here], np.zeros((len(here), self.period.rows))], axis=-1)
            g = np.matmul(self.period.generator(int(s), x[None, here])[0], still[..., None])[..., 0]
            slopes[here] = g[:, :size]
            counts[here] = g[:, size : size + baths] - g[:, size + baths : size + 2 * baths]
            through = g[:, size + 2 * baths :]
            out.particles[k, here] = 0.0
            if through.size:
                out.particles[k, here, :-1] = through
        out.states[k], out.slopes[k] = (unpack(z.reshape(-1, n, n)) for z in (packed, slopes))
        dressed, change = (
            np.einsum("tii,i->t", z, self.basis.modes.energies[0]).real
            for z in (out.states[k], out.slopes[k])
        )
        heat = energy - turned
        out.counts[k] = np.column_stack([counts, change - counts.sum(axis=-1)])
        out.taken[k] = np.column_stack([heat, dressed - dressed[0] - heat.sum(axis=-1)])
