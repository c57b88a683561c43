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
from .generator import Redfield, pauli_generator, unpack

__all__ = ["Stationary", "redfield_state", "stationary_populations"]

CUT = 10.0  # coherences this close in energy, in relaxation rates, go into the matrix
WIDEST_BAND = 1  # above eight levels; wider clusters are left to the iteration
DENSE_LEVELS = 8  # up to here every coherence goes into the matrix
STEPS = 480  # of the iteration
RESTART = 16
ENOUGH = 0.7  # share of the points that has to be done before the others go on alone
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
            return np.full_like(wide, np.nan)
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
        largest = xp.max(rates, axis=(-2, -1))  # jumps that change no state included
        unique = total * SINGULAR > largest
        safe = xp.where(unique, total, xp.full_like(total, float("nan")))
        return xp.stack([up / safe, down / safe], axis=-1), unique
    found, unique = _solve_with_trace(pauli_generator(rates), rates.shape[-1])
    # not a number rather than infinite: what is computed from it stays silent
    return xp.where(unique[..., None], found, xp.full_like(found, float("nan"))), unique


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
    flat = type(generator)(*(x.reshape((-1, *x.shape[len(batch) :])) for x in vars(generator).values()))
    out = _by_band(flat, tolerance)
    return Stationary(*(x.reshape((*batch, *x.shape[1:])) for x in vars(out).values()))


def _direct(g: Redfield, band: int) -> Stationary:
    """Every coherence of the band in one matrix, the others left out."""
    xp = namespace(g.gaps)
    n = g.levels
    x, unique = _solve_with_trace(g.matrix(band), n)
    packed = _packed(x, n, band)
    kept = xp.zeros(unique.shape, dtype=xp.int64) + (band * n - band * (band + 1) // 2)
    return Stationary(unpack(packed), g.currents(packed), kept, unique, unique)


def _packed(x: Array, n: int, band: int) -> Array:
    """Packed state from the real unknowns of `Redfield.matrix`, ``(..., N, N)``."""
    xp = namespace(x)
    out = x[..., :n, None] * xp.eye(n, dtype=x.dtype)
    place, half = n, (x.shape[-1] - n) // 2
    for a in range(1, band + 1):
        m = n - a
        shift = xp.asarray(np.eye(n, k=a)[:m], dtype=x.dtype)  # row i -> column i + a
        pad = xp.zeros((*x.shape[:-1], a, n), dtype=x.dtype)
        re, im = x[..., place : place + m, None], x[..., place + half : place + half + m, None]
        upper = xp.concat([(re + im) * shift, pad], axis=-2)
        lower = xp.concat([(re - im) * shift, pad], axis=-2)
        out = out + upper + xp.matrix_transpose(lower)
        place += m
    return out


def _unknowns(packed: Array, band: int) -> Array:
    """Inverse of `_packed`: the real unknowns of a band."""
    xp = namespace(packed)
    re, im = [xp.linalg.diagonal(packed)], []
    for a in range(1, band + 1):
        upper = xp.linalg.diagonal(packed, offset=a)
        lower = xp.linalg.diagonal(packed, offset=-a)
        re.append(0.5 * (upper + lower))
        im.append(0.5 * (upper - lower))
    return xp.concat([*re, *im], axis=-1)


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
    correct = _Corrector(g, band)
    state = correct.start()
    unique = correct.unique
    left = np.flatnonzero(unique)
    converged = np.zeros(len(state), dtype=bool)
    for _ in range(0, STEPS, RESTART):
        if not left.size:
            break
        new, done = _conjugate_residuals(g.take(left), correct.take(left), state[left], tolerance)
        state[left] = new
        converged[left] = done
        left = left[~done]
    kept = np.full(len(state), band * n - band * (band + 1) // 2)
    return Stationary(unpack(state), g.currents(state), kept, unique, converged)


def _conjugate_residuals(
    g: Redfield, correct: _Corrector, state: Array, tolerance: float
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Generalised conjugate residuals on the preconditioned equation, all points at once.

    The preconditioned residual is the step that is left, to first order: when it and the last step
    move no current by more than the tolerance, the point is done.
    """
    shape = state.shape
    flat = (len(state), -1)
    scale = tolerance * _scale(g, state)
    x, r = state.reshape(flat), correct(g.apply(state)).reshape(flat)
    directions: list[tuple[Array, Array]] = []
    done = np.zeros(len(state), dtype=bool)
    for _ in range(RESTART):
        p, q = r, -correct(g.apply(r.reshape(shape))).reshape(flat)
        for p_old, q_old in directions:
            along = np.vecdot(q, q_old)[:, None]
            p, q = p - along * p_old, q - along * q_old
        norm = np.sqrt(np.vecdot(q, q))[:, None]
        norm = 1.0 / np.where(norm > 0, norm, 1.0)
        p, q = p * norm, q * norm
        directions.append((p, q))
        length = np.vecdot(r, q)[:, None]
        step = length * p
        x, r = x + step, r - length * q
        moved = np.abs(g.currents(step.reshape(shape))).max(axis=-1)
        ahead = np.abs(g.currents(r.reshape(shape))).max(axis=-1)
        done = (moved < 1e3 * scale) & (ahead < 0.03 * scale)
        if done.mean() > ENOUGH:
            break
    return x.reshape(shape), done


def _scale(g: Redfield, state: Array) -> Array:
    """Largest current, or 1e-6 of the traffic where all currents cancel (equilibrium)."""
    p = np.einsum("...ii->...i", state)
    own = np.einsum("...ii->...i", g.heat).real
    traffic = np.abs(own * p[..., None, :]).sum(axis=-1).max(axis=-1)
    largest = np.abs(g.currents(state)).max(axis=-1)
    return np.maximum(largest, 1e-6 * traffic) + np.finfo(float).tiny


class _Corrector:
    """Approximate inverse of minus the Redfield operator: the band exactly, the rest by its diagonal."""

    def __init__(self, g: Redfield, band: int) -> None:
        n = g.levels
        self.n, self.band = n, band
        a, self.scale = _with_trace(g.matrix(band), n)
        self.inverse = _inverse(a)
        size = np.abs(self.inverse).max(axis=(-2, -1))
        self.unique = np.isfinite(size) & (size < SINGULAR)
        own = g.own()
        far = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) > band
        safe = -1.0 / np.where(far & (np.abs(own) > 0), own, -1.0)
        self.even, self.odd = np.where(far, safe.real, 0.0), np.where(far, safe.imag, 0.0)

    def start(self) -> Array:
        """Stationary state on the band alone, packed."""
        x = np.where(self.unique[:, None], self.inverse[..., 0], 0.0)
        return _packed(x, self.n, self.band)

    def take(self, points: npt.NDArray[np.intp]) -> _Corrector:
        """Some points of the batch."""
        if len(points) == len(self.even):
            return self
        out = object.__new__(_Corrector)
        out.n, out.band = self.n, self.band
        for name in ("scale", "inverse", "unique", "even", "odd"):
            setattr(out, name, getattr(self, name)[points])
        return out

    def __call__(self, residual: Array) -> Array:
        """Change of the packed state that a non-zero time derivative calls for."""
        r = -_unknowns(residual, self.band) / self.scale[..., 0]
        r[..., 0] = 0.0
        near = np.matmul(self.inverse, r[..., None])[..., 0]
        far = self.even * residual + self.odd * np.swapaxes(residual, -1, -2)
        return _packed(near, self.n, self.band) + far


def _inverse(a: Array) -> Array:
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:  # one singular point must not take the others with it
        if a.ndim == 2:
            return np.full_like(a, np.inf)
        return np.stack([_inverse(x) for x in a])
