r"""Stationary states of the Pauli and the Redfield generators.

The coherence-keeping solver forms the generator only on the populations and the coherences between
neighbours in energy, as many as lie within :math:`|E_i - E_j| \le c\,\Gamma_{ij}`, with
:math:`\Gamma_{ij}` the rate at which that coherence relaxes. All others follow from the stationary
equation by conjugate residuals, preconditioned with that matrix and their own diagonal, until the
currents stop moving; usually in two or three steps of a few matrix products each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._array import Array, is_numpy, namespace
from .generator import Redfield, join, pauli_generator

__all__ = ["Stationary", "redfield_state", "stationary_populations"]

CUT = 10.0  # coherences this close in energy, in relaxation rates, go into the matrix
WIDEST_BAND = 2  # above eight levels; wider clusters are left to the iteration
DENSE_LEVELS = 8  # up to here every coherence goes into the matrix
STEPS = 400  # of the iteration, 40 between restarts
RESTART = 40
SINGULAR = 1e13  # condition of a stationary equation that has more than one solution


@dataclass(frozen=True)
class Stationary:
    """Stationary state of a batch of points.

    Attributes
    ----------
    state : array (..., N, N)
        Density matrix in the dressed basis.
    currents : array (..., U + 1)
        Into the system, the pump last.
    kept : array (...)
        Coherences formed in the matrix.
    unique : bool array (...)
        False where the stationary state is not unique.
    converged : bool array (...)
        False where the tolerance was not reached.
    """

    state: Array
    currents: Array
    kept: Array
    unique: Array
    converged: Array


def _with_trace(matrix: Array, populations: int) -> tuple[Array, Array]:
    """Generator over its largest element, the first row replaced by the trace; and the scale."""
    xp = namespace(matrix)
    n = matrix.shape[-1]
    scale = xp.max(xp.abs(matrix), axis=(-2, -1), keepdims=True)
    scale = xp.where(scale > 0, scale, xp.ones_like(scale))
    trace = xp.asarray((np.arange(n) < populations) * 1.0, dtype=matrix.dtype)
    row = xp.broadcast_to(trace, (*matrix.shape[:-2], 1, n))
    return xp.concat([row, (matrix / scale)[..., 1:, :]], axis=-2), scale


def _solve_with_trace(matrix: Array, populations: int) -> tuple[Array, Array]:
    """Null vector of a generator with unit trace, and whether it is the only one.

    A second right-hand side probes the condition of the matrix at next to no cost.
    """
    xp = namespace(matrix)
    n = matrix.shape[-1]
    a, _ = _with_trace(matrix, populations)
    right = np.stack([(np.arange(n) == 0) * 1.0, np.cos(1.7 * np.arange(n))], axis=-1)
    x = _solve(a, xp.asarray(right, dtype=matrix.dtype))
    size = xp.max(xp.abs(x[..., 1]), axis=-1)
    return x[..., 0], xp.isfinite(size) & (size < SINGULAR)


def _solve(a: Array, b: Array) -> Array:
    xp = namespace(a)
    wide = xp.broadcast_to(b, (*a.shape[:-2], *b.shape)) + 0.0
    if not is_numpy(xp):
        return xp.linalg.solve(a, wide)
    try:
        return np.linalg.solve(a, wide)
    except np.linalg.LinAlgError:  # one singular point must not take the others with it
        if a.ndim == 2:
            return np.full_like(wide, np.inf)
        parts = [_solve(x, y) for x, y in zip(a, wide, strict=True)]
        return np.stack(parts)


def stationary_populations(rates: Array) -> tuple[Array, Array]:
    """Stationary populations of the Pauli rate equation.

    Parameters
    ----------
    rates : array (..., N, N)
        R_ij of j -> i; the diagonal does not matter.

    Returns
    -------
    populations : array (..., N)
    unique : bool array (...)
    """
    xp = namespace(rates)
    if rates.shape[-1] == 2:
        up, down = rates[..., 0, 1], rates[..., 1, 0]
        total = up + down
        unique = total > 0
        safe = xp.where(unique, total, xp.ones_like(total))
        return xp.stack([up / safe, down / safe], axis=-1), unique
    return _solve_with_trace(pauli_generator(rates), rates.shape[-1])


def redfield_state(generator: Redfield, tolerance: float) -> Stationary:
    """Stationary state with coherences.

    Parameters
    ----------
    generator : Redfield
        A batch with any leading axes.
    tolerance : float
        Largest change of a current, relative to the largest current, that still counts as moving.

    Notes
    -----
    Outside NumPy every coherence goes into one matrix, which can be traced and differentiated.
    """
    xp = namespace(generator.gaps)
    n = generator.levels
    if not is_numpy(xp) or n <= DENSE_LEVELS:
        return _direct(generator, n - 1)
    batch = generator.gaps.shape[:-2]
    flat = Redfield(*(x.reshape((-1, *x.shape[len(batch) :])) for x in vars(generator).values()))
    out = _by_band(flat, tolerance)
    return Stationary(*(x.reshape((*batch, *x.shape[1:])) for x in vars(out).values()))


def _direct(g: Redfield, band: int) -> Stationary:
    """Every coherence of the band in one matrix, the others left out."""
    xp = namespace(g.gaps)
    n = g.levels
    x, unique = _solve_with_trace(g.matrix(band), n)
    parts = _parts(x, n, band)
    kept = xp.zeros(unique.shape, dtype=xp.int64) + (band * n - band * (band + 1) // 2)
    return Stationary(join(parts), g.currents(parts), kept, unique, unique)


def _parts(x: Array, n: int, band: int) -> Array:
    """(Re, Im) of the state from the real unknowns of `Redfield.matrix`, ``(..., 2, N, N)``."""
    xp = namespace(x)
    real = x[..., :n, None] * xp.eye(n, dtype=x.dtype)
    imag = 0.0 * real
    place, half = n, (x.shape[-1] - n) // 2
    for a in range(1, band + 1):
        m = n - a
        shift = xp.asarray(np.eye(n, k=a)[:m], dtype=x.dtype)  # row i -> column i + a
        pad = xp.zeros((*x.shape[:-1], a, n), dtype=x.dtype)
        for k in (0, 1):
            values = x[..., place + k * half : place + k * half + m, None]
            block = xp.concat([values * shift, pad], axis=-2)
            if k == 0:
                real = real + block + xp.matrix_transpose(block)
            else:
                imag = imag + block - xp.matrix_transpose(block)
        place += m
    return xp.stack([real, imag], axis=-3)


def _unknowns(parts: Array, band: int) -> Array:
    """Inverse of `_parts`: the real unknowns of a band."""
    xp = namespace(parts)
    real, imag = parts[..., 0, :, :], parts[..., 1, :, :]
    rows = [xp.linalg.diagonal(real)]
    rows += [xp.linalg.diagonal(real, offset=a) for a in range(1, band + 1)]
    rows += [xp.linalg.diagonal(imag, offset=a) for a in range(1, band + 1)]
    return xp.concat(rows, axis=-1)


def _by_band(g: Redfield, tolerance: float) -> Stationary:
    """Points of equal band width together."""
    points, n = g.gaps.shape[0], g.levels
    near = np.abs(g.gaps) <= CUT * g.damping()
    reach = np.zeros(points, dtype=np.intp)
    for a in range(1, WIDEST_BAND + 1):
        reach[np.diagonal(near, a, -2, -1).any(axis=-1)] = a
    state = np.zeros((points, n, n), dtype=complex)
    currents = np.zeros((points, g.heat.shape[-3]))
    kept = np.zeros(points, dtype=np.int64)
    unique, converged = np.zeros(points, dtype=bool), np.zeros(points, dtype=bool)
    for band in np.unique(reach):
        who = np.flatnonzero(reach == band)
        part = _iterate(g.take(who), int(band), tolerance)
        for whole, piece in zip((state, currents, kept, unique, converged), vars(part).values(), strict=True):
            whole[who] = piece
    return Stationary(state, currents, kept, unique, converged)


def _iterate(g: Redfield, band: int, tolerance: float) -> Stationary:
    """Solve on the band, then let the other coherences follow until the currents stand still."""
    n = g.levels
    matrix = g.matrix(band)
    x, unique = _solve_with_trace(matrix, n)
    x = np.where(unique[:, None], x, 0.0)
    parts = _parts(x, n, band)
    correct = _Corrector(g, matrix, band)
    left = np.flatnonzero(unique)
    converged = np.zeros(len(parts), dtype=bool)
    for _ in range(0, STEPS, RESTART):
        if not left.size:
            break
        new, done = _conjugate_residuals(g.take(left), correct.take(left), parts[left], tolerance)
        parts[left] = new
        converged[left] = done
        left = left[~done]
    kept = np.full(len(parts), band * n - band * (band + 1) // 2)
    return Stationary(join(parts), g.currents(parts), kept, unique, converged)


def _conjugate_residuals(
    g: Redfield, correct: _Corrector, parts: Array, tolerance: float
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Generalised conjugate residuals on the preconditioned equation, all points at once.

    The preconditioned residual is the step that is left, to first order: when it and the last step
    move no current by more than the tolerance, the point is done.
    """

    def flat(x: Array) -> Array:
        return x.reshape(len(x), -1)

    scale = tolerance * _scale(g, parts)
    shape = parts.shape
    x = flat(parts)
    r = flat(correct(g.apply(parts)))
    moved = np.abs(g.currents(r.reshape(shape))).max(axis=-1)
    directions: list[tuple[Array, Array]] = []
    done = moved < 0.0
    for _ in range(RESTART):
        p = r
        q = -flat(correct(g.apply(p.reshape(shape))))
        for p_old, q_old in directions:
            along = np.einsum("pi,pi->p", q, q_old)[:, None]
            p, q = p - along * p_old, q - along * q_old
        norm = np.sqrt(np.einsum("pi,pi->p", q, q))[:, None]
        norm = np.where(norm > 0, norm, 1.0)
        p, q = p / norm, q / norm
        directions.append((p, q))
        length = np.einsum("pi,pi->p", r, q)[:, None]
        step = length * p
        x, r = x + step, r - length * q
        both = np.stack([step, r]).reshape(2, *shape)
        moved = np.abs(g.currents(both)).max(axis=-1)
        done = (moved[0] < 1e3 * scale) & (moved[1] < scale)
        if done.all():
            break
    return x.reshape(shape), done


def _scale(g: Redfield, parts: Array) -> Array:
    """Largest current, or 1e-6 of the traffic where all currents cancel (equilibrium)."""
    p = np.einsum("...ii->...i", parts[..., 0, :, :])
    own = np.einsum("...ii->...i", g.heat).real
    traffic = np.abs(own * p[..., None, :]).sum(axis=-1).max(axis=-1)
    largest = np.abs(g.currents(parts)).max(axis=-1)
    return np.maximum(largest, 1e-6 * traffic) + np.finfo(float).tiny


class _Corrector:
    """Approximate inverse of minus the Redfield operator: the band exactly, the rest by its diagonal."""

    def __init__(self, g: Redfield, matrix: Array, band: int) -> None:
        n = g.levels
        self.n, self.band = n, band
        a, self.scale = _with_trace(matrix, n)
        self.inverse = _inverse(a)
        drift = np.einsum("...ii->...i", g.drift)
        own = 1j * g.gaps + drift[..., :, None] + drift[..., None, :].conj()
        far = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) > band
        safe = np.where(far & (np.abs(own) > 0), own, 1.0)
        self.own = np.where(far, 1.0 / safe, 0.0)

    def take(self, points: npt.NDArray[np.intp]) -> _Corrector:
        """Some points of the batch."""
        if len(points) == len(self.own):
            return self
        out = object.__new__(_Corrector)
        out.n, out.band = self.n, self.band
        out.scale, out.inverse, out.own = (
            self.scale[points], self.inverse[points], self.own[points],
        )  # fmt: skip
        return out

    def __call__(self, residual: Array) -> Array:
        """Change of the state, as (Re, Im), that a non-zero time derivative calls for."""
        r = -_unknowns(residual, self.band) / self.scale[..., 0]
        r[..., 0] = 0.0
        near = _parts(np.matmul(self.inverse, r[..., None])[..., 0], self.n, self.band)
        re, im = residual[..., 0, :, :], residual[..., 1, :, :]
        far = np.empty_like(residual)
        a, b = self.own.real, self.own.imag
        far[..., 0, :, :] = a * re - b * im
        far[..., 1, :, :] = a * im + b * re
        return near + far


def _inverse(a: Array) -> Array:
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return np.linalg.pinv(a)
