r"""Couplings along a period in steps: what they are, how they change, and what baths make of them.

A coupling is a sum :math:`S_c(t) = \sum_k g_{ck}(t)\,O_k` of Hermitian operators with real factors of its
switching and of its modulation. What a bath makes of it, :math:`L(t)`, is known by its harmonics and smooth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger
from ..generators.coupling_parts import Mixing, Part
from .modes import StepModes

__all__ = ["Smooth", "Waves", "grid_of"]

# Grid points for each harmonic of a smooth function, and neighbours among which it is interpolated: a line at
# the end of its spectrum, where next to nothing is left, is good to 1e-6 of itself.
OVERSAMPLED, NEIGHBOURS = 4, 12

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]
Row = Sequence[tuple[Part, Any]]


@dataclass(frozen=True)
class Waves:
    """Couplings of a batch of points.

    Attributes
    ----------
    modes : StepModes
    operators : sequence of array (N, N)
        O_k.
    schedules : sequence of str
    rows : sequence
        For each coupling the parts that it is made of, with the number that multiplies each.
    """

    modes: StepModes
    operators: Sequence[Complex]
    schedules: Sequence[str]
    rows: Sequence[Row]

    @classmethod
    def of(
        cls, modes: StepModes, operators: Sequence[Complex], schedules: Sequence[str], mixing: Mixing,
        numbers: Mapping[str, Any],
    ) -> Waves:  # fmt: skip
        """Couplings by the parts that they are made of; without any, each operator is one."""
        mixing = mixing or tuple((Part(0, 1.0, k),) for k in range(len(operators)))
        rows = [[(p, numbers[p.number] if p.number else 1.0) for p in parts] for parts in mixing]
        return cls(modes, operators, schedules, rows)

    def at(self, segment: int, x: Reals) -> tuple[Complex, Complex, Complex]:
        """Couplings, their explicit derivative by time, ``(P, M, C, N, N)``, and the Hamiltonian,
        ``(P, M, N, N)``, between the modes at positions within a segment."""
        modes = self.modes
        states, (levels, _) = modes.at(segment, x), modes.own(segment)
        h = np.matmul(dagger(states), levels[:, None, :, None] * states)
        bare = self.bare_at(np.full(len(x), segment), x, states)
        factor, slope = self._factors(x, self._switching(segment, x))
        return (
            np.einsum("pmck,pmkij->pmcij", factor, bare), np.einsum("pmck,pmkij->pmcij", slope, bare), h,
        )  # fmt: skip

    def bare_at(self, segment: Points, x: Reals, states: Complex | None = None) -> Complex:
        """The operators between the modes at positions in a segment of each point, ``(P, M, K, N, N)``."""
        modes, rows = self.modes, np.arange(len(x))
        if states is None:
            states = np.stack([modes.take(rows[[p]]).at(int(s), x[[p]])[0] for p, s in enumerate(segment)])
        basis = modes.bases[rows, modes.course.step[rows, segment]]
        within = [np.matmul(dagger(basis), np.matmul(op, basis)) for op in self.operators]
        each = [np.matmul(dagger(states), np.matmul(op[:, None], states)) for op in within]
        return np.stack(each, axis=2)

    def _switching(self, segment: int, x: Reals) -> list[tuple[Reals, Reals]]:
        """Factor of each operator by its switching, and its derivative by time."""
        rate = (self.modes.omega / (2.0 * np.pi))[:, None]
        out = []
        for name in self.schedules:
            if name:
                value, slope = self.modes.course.switching(name, segment, x)
                out.append((value, slope * rate))
            else:
                out.append((np.ones_like(x), np.zeros_like(x)))
        return out

    def _factors(self, x: Reals, switching: Sequence[tuple[Reals, Reals]]) -> tuple[Complex, Complex]:
        """g of each coupling and operator, and its derivative by time, ``(P, M, C, K)``."""
        factor = np.zeros((*x.shape, len(self.rows), len(self.operators)))
        slope = np.zeros_like(factor)
        for c, row in enumerate(self.rows):
            for part, number in row:
                turning, speed = self._turning(part, number, x)
                value, change = switching[part.operator]
                factor[..., c, part.operator] += turning * value
                slope[..., c, part.operator] += turning * change + speed * value
        return factor, slope

    def _turning(self, part: Part, number: Any, x: Reals) -> tuple[Reals, Reals]:
        """What multiplies an operator by its modulation, and the derivative by time."""
        weight = np.broadcast_to(part.factor * np.asarray(number), (len(x),))[:, None]
        if not part.quanta:
            return weight.real * np.ones_like(x), np.zeros_like(x)
        wave = 2.0 * weight * np.exp(-2j * np.pi * part.quanta * x)
        return wave.real, (-1j * part.quanta * self.modes.omega[:, None] * wave).real

    def jumps_into(self, step: int) -> tuple[Reals, npt.NDArray[np.bool_]]:
        """Sudden change of the factor of each operator in each coupling where a step begins,
        ``(P, C, K)``, and whether the coupling is the stronger one after it, ``(P, C)``."""
        x = self.modes.course.start[np.arange(len(self.modes.omega)), self.segment_of(step)][:, None]
        jump = np.zeros((len(x), len(self.rows), len(self.operators)))
        stronger = np.ones((len(x), len(self.rows)), dtype=bool)
        for c, row in enumerate(self.rows):
            for part, number in row:
                if self.schedules[part.operator]:
                    schedule = self.modes.course.schedules[self.schedules[part.operator]]
                    after, before = schedule.factors[:, step], schedule.before[:, step]
                    change = np.where(schedule.ramp > 0, 0.0, after - before)
                    jump[:, c, part.operator] += self._turning(part, number, x)[0][:, 0] * change
                    stronger[:, c] &= np.abs(after) >= np.abs(before)
        return jump, stronger

    def segment_of(self, step: int) -> Points:
        """The segment that begins where a step does, before any kick, ``(P,)``."""
        return np.asarray(np.argmax(self.modes.course.edge == step, axis=-1))

    def laboratory(self, segment: Points) -> Complex:
        """The modes at the begin of a segment of each point, in the basis of the system, ``(P, N, N)``."""
        modes, rows = self.modes, np.arange(len(segment))
        period = 2.0 * np.pi / modes.omega
        turn = np.exp(1j * modes.energies * (modes.course.start[rows, segment] * period)[:, None])
        basis = modes.bases[rows, modes.course.step[rows, segment]]
        return np.asarray(np.matmul(basis, modes.inside[rows, segment] * turn[:, None, :]))

    def turned_by_kick(self, segment: int, x: Reals) -> Complex:
        """Change of each coupling between the modes by the kick at the begin of a segment,
        ``(P, C, N, N)``."""
        after, before = self.laboratory(np.full(len(x), segment)), self.before_kick(segment)
        each = [dagger(after) @ op @ after - dagger(before) @ op @ before for op in self.operators]
        factor, _ = self._factors(x, self._switching(segment, x))
        return np.asarray(np.einsum("pck,pkij->pcij", factor[:, 0], np.stack(each, axis=1)))

    def before_kick(self, segment: int) -> Complex:
        """The same before the kick at the begin of a segment, where there is one."""
        y, course = self.laboratory(np.full(len(self.modes.omega), segment)), self.modes.course
        rows = np.arange(len(y))
        angle, basis = np.linalg.eigh(course.kicks[rows, np.maximum(course.kick[:, segment], 0)])
        back = np.matmul(basis * np.exp(1j * angle)[:, None, :], dagger(basis))
        return np.asarray(np.matmul(back, y))


@dataclass(frozen=True)
class Smooth:
    """A smooth periodic function by its values on a grid.

    Attributes
    ----------
    values : array (P, C, G, N, N)
    """

    values: Complex

    @classmethod
    def of(cls, lines: Complex, quanta: Points) -> Smooth:
        """From its lines x^(q), of exp(-2 pi i q x), ``(P, C, K, N, N)``."""
        grid = int(grid_of(np.abs(quanta).max()))
        folded = np.zeros((*lines.shape[:2], grid, *lines.shape[3:]), dtype=complex)
        folded[:, :, quanta % grid] = lines
        return cls(np.fft.fft(folded, axis=2))

    def at(self, x: Reals) -> Complex:
        """Its values at any positions, ``(P, M, C, N, N)``, by polynomials through values of the grid."""
        points, couplings, grid = self.values.shape[:3]
        place = x * grid
        first = np.floor(place).astype(np.intp) - (NEIGHBOURS // 2 - 1)
        share = place - first - 0.5 * (NEIGHBOURS - 1)
        weights = np.matmul(share[..., None] ** np.arange(NEIGHBOURS), _neighbour_weights())
        index = (first[..., None] + np.arange(NEIGHBOURS)) % grid
        beside = self._by_place[np.arange(points)[:, None, None], index]
        out = np.matmul(weights[:, :, None], beside)[:, :, 0].view(complex)
        return np.asarray(out.reshape(*x.shape, couplings, *self.values.shape[3:]))

    @cached_property
    def _by_place(self) -> Reals:
        """Real and imaginary parts of the values at each place of the grid, ``(P, G, 2 C N^2)``."""
        flat = np.ascontiguousarray(np.moveaxis(self.values, 1, 2))
        return flat.reshape(len(flat), flat.shape[1], -1).view(float)


def grid_of(reach: Points) -> Points:
    """Points of the grid for lines up to a number of quanta."""
    return np.asarray(OVERSAMPLED * 2.0 ** np.ceil(np.log2(2.0 * reach + 2.0)), dtype=np.intp)


@cache
def _neighbour_weights() -> Reals:
    """Coefficients, by powers of the distance from the middle, of the polynomials that are one at a neighbour
    and zero at the others, ``(NEIGHBOURS, NEIGHBOURS)``."""
    at = np.arange(NEIGHBOURS) - 0.5 * (NEIGHBOURS - 1)
    each = [(np.delete(at, k), x) for k, x in enumerate(at)]
    return np.stack([np.poly(others)[::-1] / np.prod(x - others) for others, x in each], axis=-1)
