r"""Stationary states of the Pauli and the Redfield generators.

The coherence-keeping solver forms only the coherences between near-degenerate states,
:math:`|E_i - E_j| \le c\,\Gamma_{ij}` with :math:`\Gamma_{ij}` the rate at which that coherence relaxes. The
others follow from the stationary equation one by one, iterated until the currents stop moving; where
the iteration is slow the cut c is raised, until every coherence is in the matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._array import Array, is_numpy, namespace
from .generator import Redfield, pauli_generator

__all__ = ["Stationary", "redfield_state", "stationary_populations"]

CUTS = (30.0, 1000.0, float("inf"))
SWEEPS = 14  # iterations before the cut is raised
DENSE_LEVELS = 24  # above, all coherences in one matrix would not fit: solve iteratively
SINGULAR = 1e13  # condition of a stationary equation that has more than one solution


@dataclass(frozen=True)
class Stationary:
    """Stationary state of a batch of points.

    Attributes
    ----------
    state : array (..., N, N)
        Density matrix in the dressed basis.
    kept : array (...)
        Coherences formed in the matrix.
    unique : bool array (...)
        False where the stationary state is not unique.
    converged : bool array (...)
        False where the tolerance was not reached.
    """

    state: Array
    kept: Array
    unique: Array
    converged: Array


def _solve_with_trace(matrix: Array, populations: int) -> tuple[Array, Array]:
    """Null vector of a generator with unit trace, and whether it is the only one.

    The first row becomes the trace condition. A second right-hand side probes the condition of the
    matrix at next to no cost.
    """
    xp = namespace(matrix)
    n = matrix.shape[-1]
    scale = xp.max(xp.abs(matrix), axis=(-2, -1), keepdims=True)
    scale = xp.where(scale > 0, scale, xp.ones_like(scale))
    trace = xp.asarray((np.arange(n) < populations) * 1.0, dtype=matrix.dtype)
    first = xp.asarray((np.arange(n) == 0)[:, None] * np.ones((1, n)), dtype=matrix.dtype)
    a = xp.where(first > 0, trace + 0.0 * matrix, matrix / scale)
    right = np.stack([(np.arange(n) == 0) * 1.0, np.cos(1.7 * np.arange(n))], axis=-1)
    b = xp.asarray(right, dtype=matrix.dtype)
    x = _solve(a, b)
    size = xp.max(xp.abs(x[..., 1]), axis=-1)
    unique = xp.isfinite(size) & (size < SINGULAR)
    return x[..., 0], unique


def _solve(a: Array, b: Array) -> Array:
    xp = namespace(a)
    wide = xp.broadcast_to(b, (*a.shape[:-2], *b.shape)) + 0.0
    if not is_numpy(xp):
        return xp.linalg.solve(a, wide)
    try:
        return np.linalg.solve(a, wide)
    except np.linalg.LinAlgError:  # one singular point must not take the others with it
        out = np.full(wide.shape, np.inf, dtype=wide.dtype)
        flat_a, flat_b = a.reshape(-1, *a.shape[-2:]), wide.reshape(-1, *b.shape)
        flat_out = out.reshape(-1, *b.shape)
        for k in range(len(flat_a)):
            try:
                flat_out[k] = np.linalg.solve(flat_a[k], flat_b[k])
            except np.linalg.LinAlgError:
                continue
        return flat_out.reshape(out.shape)


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
    return _solve_with_trace(pauli_generator(rates), rates.shape[-1])


def redfield_state(generator: Redfield, tolerance: float, *, dense: bool = False) -> Stationary:
    """Stationary state with coherences.

    Parameters
    ----------
    generator : Redfield
        A batch with any leading axes.
    tolerance : float
        Largest change of a current, relative to the largest current, that still counts as moving.
    dense : bool
        Put every coherence into one matrix (small N, and under JAX tracing).
    """
    xp = namespace(generator.gaps)
    n = generator.levels
    if dense or not is_numpy(xp):
        upper = np.stack(np.triu_indices(n, 1), axis=1)
        x, unique = _solve_with_trace(generator.real_matrix(upper), n)
        kept = xp.zeros(unique.shape, dtype=xp.int64) + len(upper)
        return Stationary(_density(x, upper, n), kept, unique, unique)
    batch = generator.gaps.shape[:-2]
    flat = _flatten(generator)
    out = _adapt(flat, tolerance)
    return Stationary(*(x.reshape((*batch, *x.shape[1:])) for x in
                        (out.state, out.kept, out.unique, out.converged)))  # fmt: skip


def _flatten(g: Redfield) -> Redfield:
    def flat(x: Array, keep: int) -> Array:
        return x.reshape(-1, *x.shape[x.ndim - keep :])

    return Redfield(
        flat(g.gaps, 2), flat(g.coupling, 4), flat(g.forward, 4), flat(g.backward, 4),
        flat(g.drift, 2), tuple(flat(k, 2) for k in g.heat), flat(g.pump, 2),
    )  # fmt: skip


def _density(x: Array, upper: npt.NDArray[np.intp], n: int) -> Array:
    """Hermitian matrix from the real unknowns (populations, Re, Im)."""
    xp = namespace(x)
    m = len(upper)
    place = np.zeros((n + 2 * m, n, n), dtype=complex)
    place[np.arange(n), np.arange(n), np.arange(n)] = 1.0
    i, j = upper.T
    rows = n + np.arange(m)
    place[rows, i, j] = place[rows, j, i] = 1.0
    place[rows + m, i, j], place[rows + m, j, i] = 1.0j, -1.0j
    flat = xp.matmul(x + 0.0j, xp.asarray(place.reshape(n + 2 * m, n * n)))
    return xp.reshape(flat, (*x.shape[:-1], n, n))


def _adapt(g: Redfield, tolerance: float) -> Stationary:
    points, n = g.gaps.shape[0], g.levels
    state = np.full((points, n, n), np.nan, dtype=complex)
    kept = np.zeros(points, dtype=np.int64)
    unique = np.zeros(points, dtype=bool)
    converged = np.zeros(points, dtype=bool)
    gaps, damping = np.abs(g.gaps), g.damping()
    for cut in CUTS:
        todo = np.flatnonzero(~converged)
        if todo.size == 0:
            break
        near = np.ones((todo.size, n, n), dtype=bool)
        if np.isfinite(cut) or n > DENSE_LEVELS:
            near = gaps[todo] <= (cut if np.isfinite(cut) else CUTS[0]) * damping[todo]
        for upper, members in _patterns(near):
            who = todo[members]
            part = _iterate(g.take(who), upper, tolerance, krylov=not np.isfinite(cut))
            state[who], unique[who], converged[who] = part.state, part.unique, part.converged
            kept[who] = len(upper)
        converged |= ~unique & (kept > 0)
    return Stationary(state, kept, unique, converged & unique)


def _patterns(
    near: npt.NDArray[np.bool_],
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Group points by which coherences (i < j) they keep."""
    n = near.shape[-1]
    i, j = np.triu_indices(n, 1)
    flags = near[:, i, j]
    packed = np.packbits(flags, axis=1)
    if packed.shape[1] == 0:
        return [(np.zeros((0, 2), dtype=np.intp), np.arange(len(near)))]
    _, first, inverse = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    inverse = inverse.ravel()
    return [
        (np.stack([i[flags[f]], j[flags[f]]], axis=1), np.flatnonzero(inverse == k))
        for k, f in enumerate(first)
    ]


def _iterate(g: Redfield, upper: npt.NDArray[np.intp], tolerance: float, krylov: bool) -> Stationary:
    """Solve for the kept coherences, then let the others follow until the currents stand still."""
    n = g.levels
    matrix = g.real_matrix(upper)
    x, unique = _solve_with_trace(matrix, n)
    state = _density(x, upper, n)
    converged = np.ones(len(state), dtype=bool)
    if len(upper) == n * (n - 1) // 2:
        return Stationary(state, np.full(len(state), len(upper)), unique, converged)
    correct = _Corrector(g, matrix, upper)
    scale = _scale(g, state)
    converged = ~unique
    for sweep in range(SWEEPS):
        step = correct(g.apply(state))
        state = state + step
        moved = np.max(np.abs(g.currents(step)), axis=-1) / scale
        # the first sweep moves only the coherences left out; populations answer in the second
        if sweep:
            converged |= moved < tolerance
        if converged.all():
            break
        if sweep > 3 and (~(moved < 1.0)).any() and not krylov:
            break
    if krylov and not converged.all():
        from .krylov import finish

        state, converged = finish(g, correct, state, converged, tolerance)
    return Stationary(state, np.full(len(state), len(upper)), unique, converged)


def _scale(g: Redfield, state: Array) -> Array:
    """Largest current, or 1e-6 of the traffic where all currents cancel (equilibrium)."""
    n = g.levels
    p = np.einsum("...ii->...i", state).real
    traffic = [np.sum(np.abs(np.einsum("...ii->...i", k).real * p), axis=-1) for k in g.heat]
    largest = np.max(np.abs(g.currents(state)), axis=-1)
    floor = 1e-6 * np.max(np.stack(traffic), axis=0) + np.finfo(float).tiny * n
    return np.maximum(largest, floor)


class _Corrector:
    """Approximate inverse of the Redfield operator: kept block exactly, the rest by its diagonal."""

    def __init__(self, g: Redfield, matrix: Array, upper: npt.NDArray[np.intp]) -> None:
        n = g.levels
        self.n, self.upper = n, upper
        scale = np.max(np.abs(matrix), axis=(-2, -1), keepdims=True)
        self.scale = np.where(scale > 0, scale, 1.0)
        a = matrix / self.scale
        a[..., 0, :] = (np.arange(a.shape[-1]) < n) * 1.0
        try:
            self.inverse = np.linalg.inv(a)
        except np.linalg.LinAlgError:
            self.inverse = np.linalg.pinv(a)
        drift = np.einsum("...ii->...i", g.drift)
        self.own = 1j * g.gaps + drift[..., :, None] + drift[..., None, :].conj()
        free = np.ones((n, n), dtype=bool)
        free[np.arange(n), np.arange(n)] = False
        free[upper[:, 0], upper[:, 1]] = free[upper[:, 1], upper[:, 0]] = False
        self.free = free

    def __call__(self, residual: Array) -> Array:
        """Change of the state that a non-zero time derivative calls for."""
        i, j = self.upper.T
        coherence = residual[..., i, j]
        r = np.concatenate([np.einsum("...ii->...i", residual).real, coherence.real, coherence.imag], axis=-1)
        r = -r / self.scale[..., 0]
        r[..., 0] = 0.0
        step = _density(np.matmul(self.inverse, r[..., None])[..., 0], self.upper, self.n)
        own = np.where(self.free, self.own, 1.0)
        return step + np.where(self.free, residual / own, 0.0)
