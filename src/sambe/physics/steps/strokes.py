r"""Heat and work of each step of a period, from the course of the state by the complete equation.

In step k of a period with the Hamiltonian :math:`H_k` and couplings :math:`S_u(t) = s_u(t)S_u` a bath brings

.. math:: e_u = -2\,\mathrm{Re\,Tr}\{[H_k, S_u]L_u\rho\},\qquad
          w_u = 2\,\mathrm{Im\,Tr}\{\partial_tS_u\,L_u\rho\},\qquad J_u = e_u - w_u,

energy to the system, of which the switching gives :math:`w_u`, and takes :math:`J_u` from the bath. Work on
the Hamiltonian is done between steps, :math:`\mathrm{Tr}\{(H_k - H_{k-1})\rho\}`, and by kicks, which find a
coupling turned as well: :math:`2\,\mathrm{Im\,Tr}\{(e^{iK}S_ue^{-iK} - S_u)L_u\rho\}`. The state and all
integrals follow together from Magnus steps that end where a segment does, so that what is brought and what is
done add up to nothing over a period. A sudden switch changes :math:`s_u` while :math:`L_u\rho` stands still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger, folded
from ...numerics.exponential import expm
from ...numerics.packed_forms import as_functional
from ..generators.coupling_parts import Mixing
from ..generators.jumps import Jumps, jumps_at
from ..generators.periodic_generator import Harmonics, make_harmonics, reach_of, superoperators
from ..generators.redfield import unpack
from ..states.periods.period_map import GAUSS, exponent, period_states
from .modes import StepModes
from .waves import Smooth, Waves, grid_of

__all__ = ["LARGEST_LEVELS", "Period", "Strokes", "affordable", "periods", "strokes_of", "substeps"]

LARGEST_LEVELS = 10  # levels up to which (N^2 + 2U)^3 operations a step are worth it
# Magnus steps for each radian of the highest line of the one-sided couplings that is felt, and of the phases
# between modes: the sixth order then leaves some 1e-7 of a stroke (seen by halving them).
FINE = 0.4
FELT = 1e-4  # share of the largest line of L below which a line is not felt
MOST_STEPS = 2**16  # of a period: a qubit takes a second
MOST_WORK = 2**29  # (N^2 + 2U)^3 times the steps of a period. A choice: some five seconds of a point
TOGETHER = 2**21  # numbers in the step matrices of points that are solved together

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Strokes:
    """Energies of a period.

    Attributes
    ----------
    heat : array (P, K, U)
        From each bath in each step, positive into the system.
    work : array (P, K)
        On the Hamiltonian: of changing to that of each step, and of the kicks in it.
    switching : array (P, U)
        Of switching the coupling of each bath, or of turning it.
    particles : array (P, K, U)
        Number from each lead in each step, positive into the system; 0 of other baths.
    """

    heat: Reals
    work: Reals
    switching: Reals
    particles: Reals


def strokes_of(
    modes: StepModes, jumps: Jumps, operators: Sequence[Complex], schedules: Sequence[str], mixing: Mixing,
    numbers: Mapping[str, Any],
) -> Strokes:  # fmt: skip
    """Strokes of a batch with one axis of points; not a number where a period takes too many steps.

    Parameters
    ----------
    modes : StepModes
        In the order of the jumps.
    jumps : Jumps
        Between these modes, in the zone of their mean energies.
    operators, schedules, mixing, numbers
        As for `sambe.physics.steps.dressing.stepped_dressing` and
        `sambe.physics.generators.coupling_parts.with_modulation`, numbers with one axis of points.
    """
    points, steps, baths = len(modes.omega), modes.levels.shape[1], len(jumps.wiring)
    shapes = (steps, baths), (steps,), (baths,), (steps, baths)
    out = Strokes(*(np.full((points, *shape), np.nan) for shape in shapes))
    for places, period in periods(modes, jumps, operators, schedules, mixing, numbers, 2 * baths):
        part = period.strokes()
        for whole, piece in (
            (out.heat, part.heat),
            (out.work, part.work),
            (out.switching, part.switching),
            (out.particles, part.particles),
        ):
            whole[places] = piece
    return out


def periods(
    modes: StepModes, jumps: Jumps, operators: Sequence[Complex], schedules: Sequence[str], mixing: Mixing,
    numbers: Mapping[str, Any], rows: int,
) -> Iterator[tuple[Points, Period]]:  # fmt: skip
    """Points that have as many steps in each segment, with their period, ``rows`` numbers being followed
    beside the state; those whose periods take too many steps are left out.

    The other parameters are those of `strokes_of`.
    """
    count = substeps(modes, jumps)
    fits = affordable(count.sum(axis=-1), modes.levels.shape[-1], rows)
    width = (modes.levels.shape[-1] ** 2 + rows) ** 2
    # points of one group have one grid for what the baths make of the couplings, whoever stands beside them
    kinds = np.column_stack([count, grid_of(reach_of(jumps, 0.0))])
    for kind in np.unique(kinds[fits], axis=0):
        group, key = np.flatnonzero(fits & (kinds == kind).all(axis=-1)), kind[:-1]
        size = max(1, TOGETHER // (int(key.sum()) * width))
        for points in (group[k : k + size] for k in range(0, len(group), size)):
            here = {path: x[points] if np.ndim(x) else x for path, x in numbers.items()}
            waves = Waves.of(modes.take(points), operators, schedules, mixing, here)
            yield points, Period.of(waves, jumps_at(jumps, points), key)


def affordable(steps: Points, levels: int, rows: int) -> npt.NDArray[np.bool_]:
    """Whether so many steps of a period are worth it, with so many numbers followed beside the state."""
    work = steps * float(levels**2 + rows) ** 3
    return np.asarray((steps <= MOST_STEPS) & (work <= MOST_WORK))


def substeps(modes: StepModes, jumps: Jumps) -> Points:
    """Magnus steps of each segment, powers of two, ``(P, S)``; none of a segment without a length."""
    quanta = np.asarray(jumps.dressing.quanta)
    size = np.zeros((len(modes.omega), len(quanta)))
    for weight, up, down in zip(jumps.weights, jumps.forward, jumps.backward, strict=True):
        each = np.sqrt(weight) * (up + down)
        size = np.maximum(size, np.where(np.isfinite(each), each, 0.0).max(axis=(-2, -1)))
    felt = np.where(size > FELT * size.max(axis=-1, keepdims=True), quanta, 0).max(axis=-1)
    # a ramp turns by half a circle, and a state that is lost is one that turns
    lost = 2.0 * np.pi * folded(np.maximum, jumps.leaving) / modes.omega
    radians = (2.0 * np.pi * felt + lost)[:, None] * modes.course.length + modes.turns + np.pi
    need = np.ceil(np.log2(np.maximum(FINE * radians, 1.0)))
    return np.asarray(np.where(modes.course.length > 0, 2.0**need, 0), dtype=np.intp)


@dataclass(frozen=True)
class Period:
    """A group of points with as many steps in each segment.

    Attributes
    ----------
    waves : Waves
    harmonics : Harmonics
    sides : sequence of Smooth
        L of each bath.
    count : int array (S,)
    changes : sequence of array (P, N, N) or None
        Particles that an element of each bath's couplings brings; None of one that brings none.
    """

    waves: Waves
    harmonics: Harmonics
    sides: Sequence[Smooth]
    count: Points
    changes: Sequence[Any]

    @property
    def rows(self) -> int:
        """What is followed beside the state: energy and switching of each bath, and particles of leads."""
        baths = len(self.changes)
        return (2 if all(change is None for change in self.changes) else 3) * baths

    @classmethod
    def of(cls, waves: Waves, jumps: Jumps, count: Points) -> Period:
        """From the couplings and the jumps between the same modes."""
        harmonics = make_harmonics(jumps, reach_of(jumps, 0.0))
        sides = [Smooth.of(lines, harmonics.quanta) for _, lines in harmonics.heat]
        changes = [None if b.change is None else np.asarray(b.change)[:, 0] for b in jumps.beyond]
        return cls(waves, harmonics, sides, count, changes)

    def strokes(self) -> Strokes:
        """Heat and work of each step."""
        modes, baths = self.waves.modes, len(self.harmonics.heat)
        given, rho = self.course()
        heat, particles = np.zeros((2, len(rho), modes.levels.shape[1], baths))
        switching = np.zeros((len(rho), baths))
        rows = np.arange(len(rho))
        for s in np.flatnonzero(self.count).tolist():
            energy, turned, through = np.split(given[:, s], [baths, 2 * baths], axis=-1)
            if through.size:
                np.add.at(particles, (rows, modes.course.step[:, s]), through)
            np.add.at(heat, (rows, modes.course.step[:, s]), energy - turned)
            switching += turned
        self._add_sudden(heat, switching, rho)
        work = self.worked(modes.course.hamiltonians, rho)
        self._add_kicked(heat, work, rho)
        return Strokes(heat, work, switching, particles)

    def course(self) -> tuple[Reals, Complex]:
        """What the rows beside the periodic state bring in each segment, ``(P, S, rows)``, and that state at
        its begin, before any kick or switch, ``(P, S, N, N)``."""
        n = self.waves.modes.energies.shape[-1]
        maps = np.concatenate([self.segment_maps(s) for s in np.flatnonzero(self.count).tolist()], axis=1)
        total = maps.shape[1]
        padded = np.broadcast_to(np.eye(n * n), (len(maps), 2 ** int(np.ceil(np.log2(total))), n * n, n * n))
        padded = padded.copy()
        padded[:, :total] = maps[..., : n * n, : n * n]
        states, unique = period_states(padded, n)
        states[~unique] = np.nan
        brought = np.matmul(maps[..., n * n :, : n * n], states[:, :total, :, None])[..., 0]
        begin = np.concatenate([[0], np.cumsum(self.count)])
        rho = unpack(states[:, np.minimum(begin[:-1], len(padded[0]) - 1)].reshape(len(maps), -1, n, n))
        last = begin[:-1] == total  # what begins at the end of the period begins as the first did
        rho[:, last] = unpack(states[:, :1].reshape(len(maps), 1, n, n))
        each = [brought[:, begin[s] : begin[s + 1]].sum(axis=1) for s in range(len(self.count))]
        return np.stack(each, axis=1), rho

    def segment_maps(self, segment: int) -> Reals:
        """Maps of the steps of a segment, on packed states and the energies that they bring."""
        course, steps = self.waves.modes.course, int(self.count[segment])
        length = course.length[:, segment, None] / steps
        return self.maps(segment, course.start[:, segment, None] + length * np.arange(steps), length)

    def maps(self, segment: int, start: Reals, length: Reals) -> Reals:
        """The same from positions ``(P, M)`` in a segment on, over lengths ``(P, M)``."""
        h = (length * (2.0 * np.pi / self.waves.modes.omega)[:, None])[:, :, None, None]
        first, middle, last = (h * self.generator(segment, start + length * offset) for offset in GAUSS)
        return np.asarray(expm(exponent(first, middle, last)))

    def generator(self, segment: int, x: Reals) -> Reals:
        """The generator at positions, with rows for the energy that each bath brings, its switching and the
        particles through it, ``(P, M, N^2 + rows, N^2 + rows)``."""
        out, s, slope, h, each = self._of_state(segment, x)
        n, baths = h.shape[-1], len(self.harmonics.heat)
        for u, ((wires, _), part) in enumerate(zip(self.harmonics.heat, each, strict=True)):
            moving = np.matmul(h[:, :, None], s[:, :, list(wires)])
            moving = moving - np.matmul(s[:, :, list(wires)], h[:, :, None])
            energy = -np.matmul(moving, part).sum(axis=2)
            turned = -1j * np.matmul(slope[:, :, list(wires)], part).sum(axis=2)
            out[..., n * n + u, : n * n] = as_functional(energy)
            out[..., n * n + baths + u, : n * n] = as_functional(turned)
            change = self.changes[u]
            if change is not None:
                counted = change[:, None, None] * s[:, :, list(wires)]
                out[..., n * n + 2 * baths + u, : n * n] = as_functional(
                    -np.matmul(counted, part).sum(axis=2)
                )
        return out

    def _of_state(self, segment: int, x: Reals) -> tuple[Reals, Complex, Complex, Complex, list[Complex]]:
        """The generator with its rows empty, what the couplings are (see `Waves.at`), and what each bath
        makes of its own."""
        s, slope, h = self.waves.at(segment, x)
        l, each = np.zeros_like(s), [side.at(x) for side in self.sides]
        for (wires, _), part in zip(self.harmonics.heat, each, strict=True):
            l[:, :, list(wires)] += part
        n = h.shape[-1]
        out = np.zeros((*x.shape, n * n + self.rows, n * n + self.rows))
        out[..., : n * n, : n * n] = superoperators(self.harmonics.gaps, s, l)
        return out, s, slope, h, each

    def sudden(self, step: int) -> tuple[Complex, npt.NDArray[np.bool_]] | None:
        """K of each bath, ``(P, U, N, N)``, whose 2 Im Tr[K rho] is the work of switching it in no time where
        a step begins, and whether its coupling is the stronger one after that, ``(P, U)``."""
        jump, stronger = self.waves.jumps_into(step)
        if not jump.any():
            return None
        segment = self.waves.segment_of(step)
        x = self.waves.modes.course.start[np.arange(len(jump)), segment][:, None]
        change = np.einsum("pck,pkij->pcij", jump, self.waves.bare_at(segment, x)[:, 0])
        owned = np.stack([stronger[:, list(wires)].all(axis=-1) for wires, _ in self.harmonics.heat], axis=-1)
        return self._met(change, x), owned

    def kicked(self, segment: int) -> Complex | None:
        """K of each bath, ``(P, U, N, N)``, whose 2 Im Tr[K rho] is what the kick at the begin of a segment
        does to the energy of its coupling."""
        course = self.waves.modes.course
        there = course.kick[:, segment] >= 0
        if not there.any():
            return None
        x = course.start[:, segment, None]
        change = self.waves.turned_by_kick(segment, x) * there[:, None, None, None]
        return self._met(change, x)

    def _met(self, change: Complex, x: Reals) -> Complex:
        """Changes of the couplings (P, C, N, N) on what the baths make of them, ``(P, U, N, N)``."""
        each = [
            np.matmul(change[:, list(wires)], side.at(x)[:, 0]).sum(axis=1)
            for (wires, _), side in zip(self.harmonics.heat, self.sides, strict=True)
        ]
        return np.stack(each, axis=1)

    def _add_sudden(self, heat: Reals, switching: Reals, rho: Complex) -> None:
        """Add the work of switching in no time, whose energy is taken from the bath as a heat of the stroke
        with the stronger coupling."""
        steps, rows = heat.shape[1], np.arange(len(heat))
        for k in range(steps):
            switched = self.sudden(k)
            if switched is None:
                continue
            operators, stronger = switched
            work = 2.0 * np.einsum("puij,pji->pu", operators, rho[rows, self.waves.segment_of(k)]).imag
            switching += work
            for u in range(work.shape[1]):
                into = np.where(stronger[:, u], k, k - 1) % steps
                np.add.at(heat[:, :, u], (rows, into), -work[:, u])

    def _add_kicked(self, heat: Reals, work: Reals, rho: Complex) -> None:
        """Add what the kicks do to the energy of the couplings, which is taken from the baths."""
        course, rows = self.waves.modes.course, np.arange(len(heat))
        for s in range(course.length.shape[1]):
            operators = self.kicked(s)
            if operators is not None:
                done = 2.0 * np.einsum("puij,pji->pu", operators, rho[:, s]).imag
                np.add.at(heat, (rows, course.step[:, s]), -done)
                np.add.at(work, (rows, course.step[:, s]), done.sum(axis=-1))

    def worked(self, operators: Complex, rho: Complex) -> Reals:
        """Change of the expectation value of an operator (P, K, N, N) that each step has for itself, where it
        begins and by the kicks in it, ``(P, K)``: of the Hamiltonian, the work."""
        modes, course = self.waves.modes, self.waves.modes.course
        steps, rows = modes.levels.shape[1], np.arange(len(rho))
        out = np.zeros((len(rho), steps))
        for k in range(steps):
            segment = self.waves.segment_of(k)
            y = self.waves.laboratory(segment)
            change = operators[:, k] - operators[:, k - 1]
            within = np.matmul(dagger(y), np.matmul(change, y))
            out[:, k] += np.einsum("pij,pji->p", within, rho[rows, segment]).real
        for s in range(course.length.shape[1]):
            if (course.kick[:, s] < 0).all():
                continue
            here = np.full(len(rho), s)
            y, before = self.waves.laboratory(here), self.waves.before_kick(s)
            h = operators[rows, course.step[:, s]]
            moved = np.matmul(dagger(y), np.matmul(h, y)) - np.matmul(dagger(before), np.matmul(h, before))
            work = np.einsum("pij,pji->p", moved, rho[:, s]).real
            np.add.at(out, (rows, course.step[:, s]), np.where(course.kick[:, s] >= 0, work, 0.0))
        return out
