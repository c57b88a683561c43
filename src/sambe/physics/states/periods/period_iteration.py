r"""Periodic state of the complete equation by iteration, where relaxation is slow against the drive or the
system is large.

The unknown is the packed state at samples of a period, many points at once. The preconditioner knows, for
each harmonic :math:`\rho^{(m)}_{ij} e^{im\omega t}`, what turns and damps it by itself, and exactly the
matrix of a few that belong together: for small systems the mean generator on the whole state, for large ones
and slow drives the rates between the populations, with the harmonics of those that follow a slow drive.
Conjugate residuals do the rest (see `conjugate_residuals`).

Two steps without them are perturbation theory in what the mean generator drops (see `cross_terms`).
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from ...generators.periodic_generator import PeriodicGenerator
from ...generators.redfield import pauli_generator
from ..iterations.conjugate_residuals import SINGULAR, beside_rates, inverse, with_trace

__all__ = ["SMALL", "PeriodApplied", "PeriodCorrector"]

SMALL = 6  # levels up to which the N^2 x N^2 matrix of the mean generator costs less than iterating on it
MOST_REACH = 12  # harmonics of the populations in the preconditioner; more cost more than the steps they save
LARGEST = 600  # populations times their harmonics in the preconditioner: 0.1 s to invert

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class PeriodApplied:
    """The complete equation of motion of packed states at every sample, as `descend` takes it."""

    def __init__(self, g: PeriodicGenerator) -> None:
        self.g, self.n = g, g.levels
        orders = np.arange(g.samples // 2 + 1)
        self.turning = -1j * orders * g.omega[:, None]

    @property
    def functional(self) -> Reals:
        """The currents as linear functions of the packed states."""
        return self.g.functional

    def take(self, points: Points) -> Self:
        """Some points of the batch."""
        out = object.__new__(type(self))
        out.g, out.n = self.g.take(points), self.n
        out.turning = self.turning[points]
        return out

    def apply(self, packed: Reals) -> Complex:
        """Harmonics m >= 0 of generator minus time derivative, ``(P, M // 2 + 1, N, N)``."""
        from scipy.fft import rfft

        x: Complex = rfft(packed, axis=1)
        out: Complex = rfft(self.g.dissipate(packed), axis=1)
        out += self.turning[:, :, None, None] * x
        out -= self.g.gaps[:, None] * x.swapaxes(-1, -2)
        return out

    def currents(self, packed: Reals) -> Reals:
        """Currents into the system, ``(P, U + 1)``."""
        return self.g.currents(packed)

    def scale(self, packed: Reals) -> Reals:
        """See `PeriodicGenerator.scale`."""
        return self.g.scale(packed)


class PeriodCorrector:
    """Approximate inverse of minus the complete equation of motion."""

    def __init__(self, g: PeriodicGenerator, applied: PeriodApplied, slow: bool = False) -> None:
        self.n, self.samples, self.slow = g.levels, g.samples, slow
        self.small = self.n <= SMALL and not slow
        alone = g.own.real[:, None] + applied.turning[:, :, None, None]
        size = alone * alone + g.own.imag[:, None] ** 2
        # zero: nothing turns and nothing damps the harmonic; it is left as it is
        weight = -1.0 / np.where(np.abs(size) > 0, size, np.inf)
        if self.samples % 2 == 0:
            # of an even number of samples the highest harmonic stands for both signs: it turns
            # neither way
            weight[:, -1] = 0.0
        self.even, self.odd = alone * weight, g.own.imag[:, None] * -weight
        self.orders, matrix = self._whole(g) if self.small else self._populations(g)
        a, scale = with_trace(matrix, self.n)
        self.scale = -1.0 / scale[..., 0]
        inverted = inverse(a)
        largest = np.abs(inverted).max(axis=(-2, -1))
        self.unique: Flags = np.isfinite(largest) & (largest < SINGULAR)
        far = np.flatnonzero(np.isfinite(largest) & ~self.unique)
        if far.size and self.small:  # rates far below gaps, as in the limit of weak coupling
            equation = beside_rates(matrix[far], self.n, g.own.real[far])
            size = np.abs(inverted[far] * equation[:, None, :]).max(axis=(-2, -1))
            self.unique[far] = size < SINGULAR
        self.inverse = np.where(self.unique[:, None, None], inverted, 0.0)

    def _whole(self, g: PeriodicGenerator) -> tuple[Points, Reals]:
        """The mean generator, populations first."""
        place = np.arange(self.n**2)
        self.place = np.argsort(place % (self.n + 1) != 0, kind="stable")
        mean = g.matrices.mean(axis=1)
        i, j = np.divmod(place, self.n)
        mean[:, place, j * self.n + i] -= g.gaps.reshape(len(mean), -1)  # x' = -(E_i - E_j) x^T, packed
        return np.array([0]), mean[:, self.place[:, None], self.place]

    def _populations(self, g: PeriodicGenerator) -> tuple[Points, Complex]:
        """Rates between populations and their harmonics: m = 0, 1, -1, 2, -2 and so on."""
        self.place = np.arange(self.n) * (self.n + 1)
        rates = 2.0 * (g.forward * g.coupling.conj()).real.sum(axis=2)
        fit = (LARGEST // self.n - 1) // 2
        reach = max(0, min(MOST_REACH, fit, (g.samples - 1) // 2)) if self.slow else 0
        orders = np.array([0, *(s * m for m in range(1, reach + 1) for s in (1, -1))])
        lines = np.fft.fft(pauli_generator(rates), axis=1) / g.samples
        blocks = lines[:, np.subtract.outer(orders, orders) % g.samples]
        diagonal_blocks = np.arange(len(orders))
        turning = 1j * orders * g.omega[:, None]
        blocks[:, diagonal_blocks, diagonal_blocks] -= turning[:, :, None, None] * np.eye(self.n)
        size = len(orders) * self.n
        return orders, blocks.swapaxes(2, 3).reshape(len(rates), size, size)

    def take(self, points: Points) -> Self:
        """Some points of the batch."""
        out = object.__new__(type(self))
        out.__dict__.update(self.__dict__)
        for name in ("even", "odd", "scale", "inverse", "unique"):
            setattr(out, name, getattr(self, name)[points])
        return out

    def start(self) -> Reals:
        """Periodic state of what the preconditioner knows exactly, packed, ``(P, M, N, N)``."""
        return self._over_time(np.zeros_like(self.even), self.inverse[..., 0] * self.samples)

    def __call__(self, residual: Complex) -> Reals:
        """Change of the packed state that harmonics of a non-zero equation of motion call for."""
        r = self._unknowns(residual) * self.scale
        r[..., 0] = 0.0
        out = self.even * residual
        out += self.odd * residual.swapaxes(-1, -2)
        return self._over_time(out, np.matmul(self.inverse, r[..., None])[..., 0])

    def _unknowns(self, residual: Complex) -> Complex | Reals:
        flat = residual.reshape(*residual.shape[:2], -1)[:, :, self.place]
        if self.small:
            return np.asarray(flat[:, 0].real)
        part = flat[:, np.abs(self.orders)]
        return np.asarray(np.where(self.orders[:, None] < 0, part.conj(), part).reshape(len(flat), -1))

    def _over_time(self, lines: Complex, x: Complex | Reals) -> Reals:
        """Samples of harmonics of which those that are known exactly are written in."""
        from scipy.fft import irfft

        flat = lines.reshape(*lines.shape[:2], -1)
        known = np.flatnonzero(self.orders >= 0)
        values = x.reshape(len(x), len(self.orders), -1)[:, known]
        flat[:, self.orders[known, None], self.place] = values
        return np.asarray(irfft(lines, n=self.samples, axis=1))


def tail(packed: Reals) -> Reals:
    """Largest of the upper half of a state's harmonics, of the largest of all, ``(P,)``."""
    from scipy.fft import rfft

    size = np.abs(rfft(packed, axis=1)).max(axis=(-2, -1))
    largest = size.max(axis=-1)
    upper = size[:, size.shape[1] // 2 :].max(axis=-1)
    return np.asarray(upper / np.where(largest > 0, largest, 1.0))
