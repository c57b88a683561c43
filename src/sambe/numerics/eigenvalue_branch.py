"""The eigenvalue of largest real part, and one followed from a matrix in which it is known to another.

A step is accepted where Newton's iteration for eigenvalue and eigenvector together,

    (A - l) dx - dl x = -(A - l) x,    x0 . dx = 0    (x0 the old eigenvector),

begins near and contracts at once: then the new eigenvector is the one that continues the old, and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["FIRST", "SMALLEST", "Branch", "followed", "refined", "rightmost"]

FIRST, SMALLEST = 0.25, 2.0**-20  # steps along the path, which has the length one; choices
CONTRACTING = 0.1  # second correction over the first: well inside where Newton's iteration doubles digits
NEAR = 0.3  # first correction of the eigenvector: a longer step may pass another eigenvalue by. A choice
CORRECTIONS = 12  # of an eigenvalue at most: Newton's iteration doubles the digits with each. A choice
CLOSE, ROUNDED = 1e-13, 1e-8  # change of the eigenvector that counts as none, and that rounding may leave

Numbers = npt.NDArray[np.complex128]
Flags = npt.NDArray[np.bool_]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Branch:
    """Eigenvalues and eigenvectors of a batch.

    Attributes
    ----------
    value : array (P,)
    vector : array (P, n)
    known : bool array (P,)
    """

    value: Numbers
    vector: Numbers
    known: Flags


def rightmost(a: Numbers) -> Branch:
    """Eigenvalue of the largest real part of each matrix (P, n, n), and its eigenvector."""
    known: Flags = np.asarray(np.isfinite(a).all(axis=(-2, -1)))
    values, vectors = np.linalg.eig(np.where(known[:, None, None], a, 0.0))
    first = values.real.argmax(axis=-1)
    value = np.take_along_axis(values, first[:, None], axis=-1)[:, 0]
    vector = np.take_along_axis(vectors, first[:, None, None], axis=-1)[..., 0]
    return Branch(np.where(known, value, np.nan), vector, known)


def followed(matrix: Callable[[Points, npt.NDArray[np.float64]], Numbers], start: Branch) -> Branch:
    """The eigenvalue at the end of the path.

    Parameters
    ----------
    matrix : callable
        From points (p,) and places on their paths, 0 to 1, to matrices (p, n, n).
    start : Branch
        At the place 0.
    """
    points = len(start.value)
    value, vector = start.value.astype(complex), start.vector.astype(complex)
    place, step = np.zeros(points), np.full(points, FIRST)
    known: Flags = start.known.copy()
    while (left := np.flatnonzero(known & (place < 1.0))).size:
        ahead = np.minimum(place[left] + step[left], 1.0)
        trial = refined(matrix(left, ahead), value[left], vector[left])
        fine = left[trial.known]
        value[fine], vector[fine] = trial.value[trial.known], trial.vector[trial.known]
        place[fine], step[fine] = ahead[trial.known], 2.0 * step[fine]
        short = left[~trial.known]
        step[short] *= 0.25
        known[short[step[short] < SMALLEST]] = False
    return Branch(np.where(known, value, np.nan), vector, known)


def refined(a: Numbers, value: Numbers, vector: Numbers) -> Branch:
    """Eigenvalue and eigenvector of each matrix near given ones, and where Newton's iteration contracts."""
    n = a.shape[-1]
    value, vector = value.copy(), vector.copy()
    known: Flags = np.asarray(np.isfinite(a).all(axis=(-2, -1)))
    a = np.where(known[:, None, None], a, 0.0)
    size = np.zeros(len(a))
    done = ~known
    whole = np.zeros((len(a), n + 1, n + 1), dtype=complex)
    size_squared = np.vecdot(vector, vector).real
    whole[:, n, :n] = vector.conj() / np.where(size_squared > 0, size_squared, 1.0)[:, None]
    for k in range(CORRECTIONS):
        whole[:, :n, :n] = a - value[:, None, None] * np.eye(n)
        whole[:, :n, n] = -vector
        right = np.zeros((len(a), n + 1, 1), dtype=complex)
        right[:, :n] = -np.matmul(whole[:, :n, :n], vector[..., None])
        change = _solved(whole, right)
        length = np.abs(change[:, :n]).max(axis=-1) / np.abs(vector).max(axis=-1)
        fresh = ~done & np.isfinite(length)
        vector[fresh] += change[fresh, :n]
        value[fresh] += change[fresh, n]
        if k == 0:
            known &= length <= NEAR
        if k == 1:
            known &= done | (length <= np.maximum(CONTRACTING * size, CLOSE))
        # the steps no longer shrink: the eigenvalue is as good as rounding lets it be, or there is
        # none near
        stands = (k > 1) & (length >= size)
        known &= done | (np.isfinite(length) & ~(stands & (length > ROUNDED)))
        done |= (length <= CLOSE) | stands | ~known
        size = length
        if done.all():
            break
    return Branch(value, vector, known & done)


def _solved(a: Numbers, b: Numbers) -> Numbers:
    try:
        return np.asarray(np.linalg.solve(a, b))[..., 0]
    except np.linalg.LinAlgError:
        if len(a) == 1:
            return np.full(b.shape[:-1], np.nan, dtype=complex)
        return np.concatenate([_solved(x[None], y[None]) for x, y in zip(a, b, strict=True)])
