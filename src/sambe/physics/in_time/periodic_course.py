r"""Courses of the complete equation, whose generator repeats with the drive, by the maps of a period.

On packed states, with what the terminals have given as more unknowns,

.. math:: \dot x = A(t)x,\qquad \dot y = F(t)x,

a period from the start on is cut into steps of the sixth order (see
`sambe.physics.states.periods.period_map`); a time is reached by so many maps of a whole period, the product
of some steps, and a part of one. The steps are doubled until the states stand still.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.exponential import expm
from ...numerics.packed_forms import as_functional
from ..generators.jumps import Jumps, jumps_at
from ..generators.periodic_generator import (
    HARMONIC_FLOOR,
    Harmonics,
    make_harmonics,
    reach_of,
    superoperators,
)
from ..generators.redfield import pack, unpack
from ..states.periods.complete_state import MAP_LEVELS
from ..states.periods.period_map import GAUSS, LARGEST, ORDER, exponent, first_steps, period_states
from .courses import GivenCourse

__all__ = ["period_map", "periodic_course"]

TOLERANCE = 1e-11  # on the elements of the states
TOGETHER = 2**20  # numbers in the generators that are formed at once

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


class _Motion:
    """The equation of one point from a given time on."""

    def __init__(self, harmonics: Harmonics, begin: float) -> None:
        self.harmonics, self.begin = harmonics, begin
        self.levels = harmonics.gaps.shape[-1]
        self.terminals = len(harmonics.heat) + 1
        self.size = self.levels**2

    @property
    def period(self) -> float:
        """Of the drive."""
        return float(2.0 * np.pi / self.harmonics.omega[0])

    def at(self, elapsed: Reals) -> tuple[Reals, Reals]:
        """A and F at times since the begin, ``(M, N^2, N^2)`` and ``(M, U + 1, N^2)``."""
        h, count = self.harmonics, len(elapsed)
        turn = np.exp(-1j * h.omega[0] * np.multiply.outer(self.begin + elapsed, h.quanta))

        def summed(x: Complex) -> Complex:
            """Sum of harmonics (C, K, N, N) at the times, ``(M, C, N, N)``."""
            lines = x.swapaxes(0, 1).reshape(len(h.quanta), -1)
            return np.asarray((turn @ lines).reshape(count, len(x), *x.shape[-2:]))

        s, l = summed(h.coupling[0]), summed(h.forward[0])
        generator = superoperators(h.gaps, s[None], l[None])[0]
        warm = summed(h.warm[0])
        turning = summed((h.quanta * h.omega[0])[:, None, None] * h.coupling[0])
        currents = [-np.matmul(warm[:, list(wires)], summed(part[0])).sum(axis=1) for wires, part in h.heat]
        currents.append(-np.matmul(turning, l).sum(axis=1))
        return generator, np.asarray(as_functional(np.stack(currents, axis=1)))

    def maps(self, starts: Reals, lengths: Reals) -> Reals:
        """Maps of states and what was given over steps, ``(M, N^2 + U + 1, N^2 + U + 1)``."""
        wide = self.size + self.terminals
        out = np.empty((len(starts), wide, wide))
        count = max(1, TOGETHER // wide**2)
        for k in range(0, len(starts), count):
            at = slice(k, k + count)
            h = lengths[at, None, None]
            parts = []
            for node in GAUSS:
                generator, functional = self.at(starts[at] + node * lengths[at])
                part = np.zeros((len(generator), wide, wide))
                part[:, : self.size, : self.size], part[:, self.size :, : self.size] = generator, functional
                parts.append(h * part)
            out[at] = expm(exponent(*parts)[None])[0]
        return out


def period_map(jumps: Jumps, steps: int, begin: float = 0.0) -> Reals:
    """Map of a whole period on packed states of a batch of one point, ``(N^2, N^2)``."""
    motion = _Motion(make_harmonics(jumps, reach_of(jumps, HARMONIC_FLOOR)), begin)
    return np.asarray(_products(_period_steps(motion, steps))[-1][: motion.size, : motion.size])


def periodic_course(
    jumps: Jumps, start: Complex | None, times: Reals
) -> tuple[GivenCourse, npt.NDArray[np.bool_]]:
    """States of a batch with one axis of points, and which of them converged.

    Parameters
    ----------
    jumps : Jumps
    start : array (P, N, N), optional
        In the dressed basis at the first of the times; the periodic state by default.
    times : array (P, T)
        Ascending.
    """
    points, count = times.shape
    n, terminals = jumps.dressing.levels, len(jumps.wiring) + 1
    out = GivenCourse(
        np.full((points, count, n, n), np.nan + 0j), np.full((points, count, n, n), np.nan + 0j),
        np.full((points, count, terminals), np.nan), np.full((points, count, terminals), np.nan),
    )  # fmt: skip
    converged = np.zeros(points, dtype=bool)
    if n > MAP_LEVELS:
        return out, converged
    steps = first_steps(jumps)
    for k in range(points):
        one = jumps_at(jumps, np.array([k]))
        motion = _Motion(make_harmonics(one, reach_of(one, HARMONIC_FLOOR)), float(times[k, 0]))
        packed = None if start is None else pack(start[k]).reshape(-1)
        x = _converged(motion, int(steps[k]), packed, times[k] - times[k, 0])
        if x is None:
            continue
        converged[k] = True
        generator, heat = motion.at(times[k] - times[k, 0])
        states, taken = x[:, : motion.size], x[:, motion.size :]
        slopes = np.matmul(generator, states[..., None])[..., 0]
        out.states[k], out.slopes[k] = (unpack(y.reshape(count, n, n)) for y in (states, slopes))
        out.counts[k], out.taken[k] = np.matmul(heat, states[..., None])[..., 0], taken
    return out, converged


def _converged(motion: _Motion, steps: int, start: Reals | None, elapsed: Reals) -> Reals | None:
    """Packed states and what was given at the times, ``(T, N^2 + U + 1)``, with as many steps as it takes."""
    before = None
    while steps * motion.size**2 <= LARGEST:
        with np.errstate(over="ignore", invalid="ignore"):
            course = _at_steps(motion, steps, start, elapsed)
        if before is not None:
            scale = np.abs(course).max(axis=0) + 1.0
            if (np.abs(course - before) <= (2**ORDER - 1) * TOLERANCE * scale).all():
                return course
        before, steps = course, 2 * steps
    return None


def _period_steps(motion: _Motion, steps: int) -> Reals:
    """Maps of the steps of a period."""
    length = motion.period / steps
    return motion.maps(np.asarray(length * np.arange(steps)), np.full(steps, length))


def _products(maps: Reals) -> Reals:
    """Maps from the begin to that of each step and to the end, ``(M + 1, ...)``."""
    out = np.empty((len(maps) + 1, *maps.shape[1:]))
    out[0] = np.eye(maps.shape[-1])
    for k, one in enumerate(maps):
        out[k + 1] = one @ out[k]
    return out


def _at_steps(motion: _Motion, steps: int, start: Reals | None, elapsed: Reals) -> Reals:
    maps = _period_steps(motion, steps)
    size, period = motion.size, motion.period
    if start is None:
        start = period_states(maps[None, :, :size, :size], motion.levels)[0][0, 0]
    products = _products(maps)
    length = period / steps
    cycle = np.floor(elapsed / period)
    step = np.minimum((elapsed - cycle * period) / length, steps * (1.0 - 1e-15))
    whole = np.floor(step).astype(np.intp)
    state, now = np.concatenate([start, np.zeros(motion.terminals)]), 0
    begins = np.empty((len(elapsed), len(state)))
    for k in np.unique(cycle.astype(np.intp)):
        state = np.linalg.matrix_power(products[-1], int(k) - now) @ state
        now = int(k)
        begins[cycle == k] = state
    x = np.matmul(products[whole], begins[..., None])
    rest = motion.maps(np.asarray(length * whole), np.asarray(length * (step - whole)))
    return np.asarray(np.matmul(rest, x)[..., 0])
