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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger
from ...numerics.exponential import expm
from ..generators.coupling_parts import Mixing
from ..generators.jumps import Jumps, jumps_at
from ..generators.periodic_generator import Harmonics, make_harmonics, reach_of, superoperators
from ..generators.redfield import unpack
from ..states.period_map import GAUSS, exponent, period_states
from .modes import StepModes
from .waves import Smooth, Waves

__all__ = ["LARGEST_LEVELS", "Strokes", "strokes_of"]

LARGEST_LEVELS = 6  # levels up to which (N^2 + 2U)^3 operations a step are worth it
# Magnus steps for each radian of the highest line of the one-sided couplings that is felt, and of the phases
# between modes: the sixth order then leaves some 1e-7 of a stroke (seen by halving them).
FINE = 0.8
FELT = 1e-5  # share of the largest line of L below which a line is not felt
MOST_STEPS = 2**16  # of a period: a qubit takes a second
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
    """

    heat: Reals
    work: Reals
    switching: Reals


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
    out = Strokes(*(np.full((points, *shape), np.nan) for shape in ((steps, baths), (steps,), (baths,))))
    count = _substeps(modes, jumps)
    fits = count.sum(axis=-1) <= MOST_STEPS
    width = (modes.levels.shape[-1] ** 2 + 2 * baths) ** 2
    for key in np.unique(count[fits], axis=0):
        group = np.flatnonzero(fits & (count == key).all(axis=-1))
        size = max(1, TOGETHER // (int(key.sum()) * width))
        for who in (group[k : k + size] for k in range(0, len(group), size)):
            here = {path: x[who] if np.ndim(x) else x for path, x in numbers.items()}
            some = jumps_at(jumps, who)
            harmonics = make_harmonics(some, reach_of(some, 0.0))
            waves = Waves.of(modes.take(who), operators, schedules, mixing, here)
            sides = [Smooth.of(lines, harmonics.quanta) for _, lines in harmonics.heat]
            part = _Period(waves, harmonics, sides, key).strokes()
            for whole, piece in (
                (out.heat, part.heat),
                (out.work, part.work),
                (out.switching, part.switching),
            ):
                whole[who] = piece
    return out


def _substeps(modes: StepModes, jumps: Jumps) -> Points:
    """Magnus steps of each segment, powers of two, ``(P, S)``; none of a segment without a length."""
    quanta = np.asarray(jumps.dressing.quanta)
    size = np.zeros((len(modes.omega), len(quanta)))
    for weight, up, down in zip(jumps.weights, jumps.forward, jumps.backward, strict=True):
        each = np.sqrt(weight) * (up + down)
        size = np.maximum(size, np.where(np.isfinite(each), each, 0.0).max(axis=(-2, -1)))
    felt = np.where(size > FELT * size.max(axis=-1, keepdims=True), quanta, 0).max(axis=-1)
    radians = 2.0 * np.pi * felt[:, None] * modes.course.length + modes.turns
    need = np.ceil(np.log2(np.maximum(FINE * radians, 1.0)))
    return np.asarray(np.where(modes.course.length > 0, 2.0**need, 0), dtype=np.intp)


@dataclass(frozen=True)
class _Period:
    """A group of points with as many steps in each segment.

    Attributes
    ----------
    waves : Waves
    harmonics : Harmonics
    sides : sequence of Smooth
        L of each bath.
    count : int array (S,)
    """

    waves: Waves
    harmonics: Harmonics
    sides: Sequence[Smooth]
    count: Points

    def strokes(self) -> Strokes:
        modes, baths = self.waves.modes, len(self.harmonics.heat)
        n = modes.energies.shape[-1]
        maps = np.concatenate([self._maps(s) for s in np.flatnonzero(self.count).tolist()], axis=1)
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
        heat = np.zeros((len(maps), modes.levels.shape[1], baths))
        switching = np.zeros((len(maps), baths))
        rows = np.arange(len(maps))
        for s in np.flatnonzero(self.count).tolist():
            energy, turned = np.split(brought[:, begin[s] : begin[s + 1]].sum(axis=1), 2, axis=-1)
            np.add.at(heat, (rows, modes.course.step[:, s]), energy - turned)
            switching += turned
        self._add_sudden(heat, switching, rho)
        work = self._work(rho)
        self._add_kicked(heat, work, rho)
        return Strokes(heat, work, switching)

    def _maps(self, segment: int) -> Reals:
        """Maps of the steps of a segment, on packed states and the energies that they bring."""
        modes, steps = self.waves.modes, int(self.count[segment])
        length = modes.course.length[:, segment, None] / steps
        h = (length * (2.0 * np.pi / modes.omega)[:, None])[:, :, None, None]
        first, middle, last = (
            h * self._generator(
                segment, modes.course.start[:, segment, None] + length * (np.arange(steps) + offset)
            )
            for offset in GAUSS
        )  # fmt: skip
        return np.asarray(expm(exponent(first, middle, last)))

    def _generator(self, segment: int, x: Reals) -> Reals:
        """The generator at positions, with rows for the energy that each bath brings and its switching,
        ``(P, M, N^2 + 2U, N^2 + 2U)``."""
        s, slope, h = self.waves.at(segment, x)
        l, each = np.zeros_like(s), [side.at(x) for side in self.sides]
        for (own, _), part in zip(self.harmonics.heat, each, strict=True):
            l[:, :, list(own)] += part
        n, baths = h.shape[-1], len(self.harmonics.heat)
        out = np.zeros((*x.shape, n * n + 2 * baths, n * n + 2 * baths))
        out[..., : n * n, : n * n] = superoperators(self.harmonics.gaps, s, l)
        for u, ((own, _), part) in enumerate(zip(self.harmonics.heat, each, strict=True)):
            moving = np.matmul(h[:, :, None], s[:, :, list(own)])
            moving = moving - np.matmul(s[:, :, list(own)], h[:, :, None])
            energy = -np.matmul(moving, part).sum(axis=2)
            turned = -1j * np.matmul(slope[:, :, list(own)], part).sum(axis=2)
            out[..., n * n + u, : n * n] = _functional(energy)
            out[..., n * n + baths + u, : n * n] = _functional(turned)
        return out

    def _add_sudden(self, heat: Reals, switching: Reals, rho: Complex) -> None:
        """Add the work of switching in no time, whose energy is taken from the bath as a heat of the stroke
        with the stronger coupling."""
        course = self.waves.modes.course
        steps, rows = heat.shape[1], np.arange(len(heat))
        for k in range(steps):
            jump, stronger = self.waves.jumps_into(k)
            if not jump.any():
                continue
            segment = self.waves.segment_of(k)
            x = course.start[rows, segment][:, None]
            bare = self.waves.bare_at(segment, x)[:, 0]
            for u, (own, _) in enumerate(self.harmonics.heat):
                each = self.sides[u].at(x)[:, 0]
                for c, l in zip(own, np.moveaxis(each, 1, 0), strict=True):
                    change = np.einsum("pk,pkij->pij", jump[:, c], bare)
                    trace = np.einsum("pij,pjk,pki->p", change, l, rho[rows, segment])
                    work = 2.0 * trace.imag
                    switching[:, u] += work
                    np.add.at(heat[:, :, u], (rows, np.where(stronger[:, c], k, k - 1) % steps), -work)

    def _add_kicked(self, heat: Reals, work: Reals, rho: Complex) -> None:
        """Add what the kicks do to the energy of the couplings, which is taken from the baths."""
        course, rows = self.waves.modes.course, np.arange(len(heat))
        for s in range(course.length.shape[1]):
            kicked = course.kick[:, s] >= 0
            if not kicked.any():
                continue
            x = course.start[:, s, None]
            change = self.waves.turned_by_kick(s, x)
            for u, (own, _) in enumerate(self.harmonics.heat):
                l = self.sides[u].at(x)[:, 0]
                trace = np.einsum("pcij,pcjk,pki->p", change[:, list(own)], l, rho[:, s])
                done = np.where(kicked, 2.0 * trace.imag, 0.0)
                np.add.at(heat[:, :, u], (rows, course.step[:, s]), -done)
                np.add.at(work, (rows, course.step[:, s]), done)

    def _work(self, rho: Complex) -> Reals:
        """Of changing the Hamiltonian into that of each step, and of the kicks in it, ``(P, K)``."""
        modes, course = self.waves.modes, self.waves.modes.course
        steps, rows = modes.levels.shape[1], np.arange(len(rho))
        out = np.zeros((len(rho), steps))
        for k in range(steps):
            segment = self.waves.segment_of(k)
            y = self.waves.laboratory(segment)
            change = course.hamiltonians[:, k] - course.hamiltonians[:, k - 1]
            within = np.matmul(dagger(y), np.matmul(change, y))
            out[:, k] += np.einsum("pij,pji->p", within, rho[rows, segment]).real
        for s in range(course.length.shape[1]):
            if (course.kick[:, s] < 0).all():
                continue
            here = np.full(len(rho), s)
            y, before = self.waves.laboratory(here), self.waves.before_kick(s)
            h = course.hamiltonians[rows, course.step[:, s]]
            moved = np.matmul(dagger(y), np.matmul(h, y)) - np.matmul(dagger(before), np.matmul(h, before))
            work = np.einsum("pij,pji->p", moved, rho[:, s]).real
            np.add.at(out, (rows, course.step[:, s]), np.where(course.kick[:, s] >= 0, work, 0.0))
        return out


def _functional(k: Complex) -> Reals:
    """2 Re Tr[K rho] on packed Hermitian states Re + Im, ``(..., N^2)``."""
    real, imag = k.real, k.imag
    # rho_ij = (P_ij + P_ji)/2 + i (P_ij - P_ji)/2, and Tr[K rho] has K_ji beside rho_ij
    out = (real + real.swapaxes(-1, -2)) + (imag - imag.swapaxes(-1, -2))
    return np.asarray(out.reshape(*k.shape[:-2], -1))
