"""Courses of dressed states in time, by the route that the treatment and the size of the system ask for.

Populations alone and coherences each for itself; every coherence by the spectrum of the generator or, beyond
some levels, by Krylov steps; where terms between different quanta are kept, by the maps of a period.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from ..generators.jumps import Jumps, true_rates
from ..generators.positive import Clustered
from ..generators.redfield import Redfield, pack, pauli_generator, unpack
from .linear_course import krylov_course, linear_course
from .standing_generator import coherence_rates, generator_matrix, population_heat

__all__ = ["SPECTRAL_LEVELS", "Course", "GivenCourse", "coherent_course", "populations_course"]

# Levels up to which the generator is diagonalised, as a matrix of their fourth power of elements. A choice: a
# tenth of a second.
SPECTRAL_LEVELS = 12
# The same where populations go alone, whose generator has the square of it elements.
SPECTRAL_POPULATIONS = 100
# Elements of an operator below this share of its largest are rounding; where few are left, products of sparse
# matrices are faster (from there on, about).
ROUNDING, SPARSE = 1e-15, 0.1

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def _applied(g: Redfield) -> Callable[[Reals], Reals]:
    """The operator of a batch of one on flat packed states, by sparse matrices where few elements count.

    As `Redfield.apply`, without what it does for a batch and for any array library, which takes longer than
    the products of some levels; a course asks for thousands.
    """
    n = g.levels
    every: list[Any] = [*g.forward[0], *g.coupling[0], g.drift[0]]
    cut = [np.where(np.abs(x) > ROUNDING * np.abs(x).max(initial=0.0), x, 0.0) for x in every]
    if sum(map(np.count_nonzero, cut)) <= SPARSE * len(every) * n * n:
        from scipy.sparse import csr_array

        every = [csr_array(x) for x in cut]
    *pairs, drift = every
    forward, coupling = pairs[: len(pairs) // 2], [s.conj() for s in pairs[len(pairs) // 2 :]]
    gaps = g.gaps[0]

    def apply(x: Reals) -> Reals:
        packed = x.reshape(n, n)
        rho = 0.5 * (packed + packed.T) + 0.5j * (packed - packed.T)
        half = -(drift @ rho)
        for l, s in zip(forward, coupling, strict=True):
            half += (s @ (l @ rho).T).T
        slope = half + half.conj().T - 1j * gaps * rho
        return np.asarray((slope.real + slope.imag).reshape(-1))

    return apply


class Course(Protocol):
    """States of a batch with one axis of points at their times."""

    @property
    def counts(self) -> Reals:
        """Energy per unit time from each bath and, last, by the quanta counted, ``(P, T, U + 1)``."""

    @property
    def taken(self) -> Reals:
        """Its integral since the start, ``(P, T, U + 1)``."""

    def part(self, span: slice) -> tuple[Complex, Complex]:
        """States and their time derivatives in the dressed basis, ``(P, T', N, N)`` each."""


@dataclass(frozen=True)
class GivenCourse:
    """A course of which every element is held.

    Attributes
    ----------
    states, slopes : array (P, T, N, N)
    counts, taken : array (P, T, U + 1)
    """

    states: Complex
    slopes: Complex
    counts: Reals
    taken: Reals

    def part(self, span: slice) -> tuple[Complex, Complex]:
        """See `Course`."""
        return self.states[:, span], self.slopes[:, span]


@dataclass(frozen=True)
class PopulationsCourse:
    """Populations, and coherences that decay each for itself.

    Attributes
    ----------
    populations, slopes : array (P, T, N)
    coherences, rates : array (P, N, N)
        At the start, and lambda of each.
    elapsed : array (P, T)
    counts, taken : array (P, T, U + 1)
    """

    populations: Reals
    slopes: Reals
    coherences: Complex
    rates: Complex
    elapsed: Reals
    counts: Reals
    taken: Reals

    def part(self, span: slice) -> tuple[Complex, Complex]:
        """See `Course`."""
        eye = np.eye(self.rates.shape[-1])
        turned = self.coherences[:, None] * np.exp(self.rates[:, None] * self.elapsed[:, span, None, None])
        states = turned + self.populations[:, span, :, None] * eye
        return states, self.rates[:, None] * turned + self.slopes[:, span, :, None] * eye


def populations_course(jumps: Jumps, start: Complex, elapsed: Reals) -> PopulationsCourse:
    """By the rate equation.

    Parameters
    ----------
    jumps : Jumps
        A batch with one axis of points.
    start : array (P, N, N)
        In the dressed basis.
    elapsed : array (P, T)
    """
    generator = pauli_generator(true_rates(jumps))
    p = np.diagonal(start, axis1=-2, axis2=-1).real
    x, total = _of_populations(generator, p, elapsed)
    heat = population_heat(jumps).swapaxes(-1, -2)
    apart = start * (1.0 - np.eye(start.shape[-1]))
    slopes = np.matmul(x, generator.swapaxes(-1, -2))
    return PopulationsCourse(
        x, slopes, apart, coherence_rates(jumps), elapsed, np.matmul(x, heat), np.matmul(total, heat)
    )


def _of_populations(generator: Reals, start: Reals, elapsed: Reals) -> tuple[Reals, Reals]:
    """Populations and their integrals, ``(P, T, N)`` each."""
    if start.shape[1] <= SPECTRAL_POPULATIONS:
        x, total = linear_course(generator, start, elapsed)
        return x.real, total.real
    parts = [
        krylov_course(partial(np.matmul, one), p, t)
        for one, p, t in zip(generator, start, elapsed, strict=True)
    ]
    states, sums = zip(*parts, strict=True)
    return np.stack(states), np.stack(sums)


def coherent_course(g: Redfield, start: Complex, elapsed: Reals) -> GivenCourse:
    """With every coherence, by a generator that stands still.

    Parameters
    ----------
    g : Redfield
        A batch with one axis of points.
    start : array (P, N, N)
        In the dressed basis.
    elapsed : array (P, T)

    Raises
    ------
    ConvergenceError
        If Krylov steps, beyond `SPECTRAL_LEVELS`, do not reach the end.
    """
    if g.levels > SPECTRAL_LEVELS and not isinstance(g, Clustered):
        return _by_krylov(g, start, elapsed)
    points, n = start.shape[:2]
    matrix = generator_matrix(g)
    x, total = linear_course(matrix, start.reshape(points, -1), elapsed)
    slopes = np.matmul(x, matrix.swapaxes(-1, -2))
    # Tr[K rho] row by row is the transpose of K on the elements of rho
    heat = heat_of(g).swapaxes(-1, -2).reshape(points, -1, n * n).swapaxes(-1, -2)
    counts, taken = (2.0 * np.matmul(y, heat).real for y in (x, total))
    wide = (points, elapsed.shape[1], n, n)
    return GivenCourse(x.reshape(wide), slopes.reshape(wide), counts, taken)


def heat_of(g: Redfield) -> Array:
    """Current operators K with J = 2 Re Tr[K rho]; those of clusters see no coherence between two of them."""
    return g.heat * g.inside[:, None] if isinstance(g, Clustered) else g.heat


def _by_krylov(g: Redfield, start: Complex, elapsed: Reals) -> GivenCourse:
    """Point by point, from products with the operators alone."""
    points, n = start.shape[:2]
    wide = (elapsed.shape[1], n, n)
    parts = []
    for k in range(points):
        one = g.take(np.array([k]))
        apply = _applied(one)
        x, total = krylov_course(apply, pack(start[k]).reshape(-1), elapsed[k])
        slopes = np.stack([apply(y) for y in x])
        counts, taken = (np.matmul(y, one.functional[0].T) for y in (x, total))
        parts.append((unpack(x.reshape(wide)), unpack(slopes.reshape(wide)), counts, taken))
    every: list[Array] = [np.stack(x) for x in zip(*parts, strict=True)]
    return GivenCourse(*every)
