r"""Courses of linear equations whose generator stands still, and their integrals over time.

.. math:: \dot x = Ax,\qquad x(t) = \sum_k r_k\,e^{\lambda_k t}\,(l_k^\dagger x_0),\qquad
          \int_0^t x = \sum_k r_k\,\frac{e^{\lambda_k t} - 1}{\lambda_k}\,(l_k^\dagger x_0).

Where eigenvectors (nearly) coincide that sum cancels, and exponentials of the generator take its place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError
from ...numerics.arrays import Array

__all__ = ["krylov_course", "linear_course"]

# Condition of the eigenvectors up to which they are used: of the 16 digits of a double twelve are left.
CONDITION = 1e4
SAME_STEP = 1e-11  # relative difference of two steps of an axis that is rounding of its values
DIRECTIONS = 30  # of a Krylov space. A choice: as many as are orthogonalised at the cost of a few products.
ACCURACY = 1e-11  # of a Krylov course, relative to its start, over all of its steps
MOST_STEPS = 20_000  # of a Krylov course; a choice, some minutes for a hundred levels
SHORTEST, LONGEST = 0.2, 5.0  # factors by which a step changes at once, at most. Choices, usual ones

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def linear_course(generator: Array, start: Array, elapsed: Reals) -> tuple[Complex, Complex]:
    """x(t) and its integral from 0 on, ``(P, T, d)`` each.

    Parameters
    ----------
    generator : array (P, d, d)
    start : array (P, d)
    elapsed : array (P, T)
        Times since the start, ascending.
    """
    points, size = start.shape
    shape = (points, elapsed.shape[1], size)
    x, total = np.empty(shape, dtype=complex), np.empty(shape, dtype=complex)
    values, right, left = _eigenvectors(generator)
    condition = np.linalg.norm(right, axis=(-2, -1)) * np.linalg.norm(left, axis=(-2, -1))
    good = condition <= CONDITION * size
    if good.any():
        places = np.flatnonzero(good)
        x[places], total[places] = _spectral(
            values[places], right[places], left[places], start[places], elapsed[places]
        )
    for k in np.flatnonzero(~good):
        x[k], total[k] = _stepped(generator[k], start[k], elapsed[k])
    return x, total


def _eigenvectors(generator: Array) -> tuple[Complex, Complex, Complex]:
    """Eigenvalues, right and left eigenvectors; infinite left ones where there are none."""
    values, right = np.linalg.eig(generator)
    left = np.full(right.shape, np.inf + 0j)
    with np.errstate(all="ignore"):
        try:
            left = np.linalg.inv(right)
        except np.linalg.LinAlgError:  # some point of the batch is exactly singular
            for k, one in enumerate(right):
                if np.linalg.cond(one) < CONDITION * len(one):
                    left[k] = np.linalg.inv(one)
    return values, right, np.where(np.isfinite(left), left, np.inf)


def _spectral(
    values: Complex, right: Complex, left: Complex, start: Array, elapsed: Reals
) -> tuple[Complex, Complex]:
    """The sums over eigenvectors."""
    share = right * np.matmul(left, start[..., None])[..., 0][:, None, :]
    exponent = values[:, :, None] * elapsed[:, None, :]
    grown = np.expm1(exponent)
    still = values == 0
    over = np.where(
        still[:, :, None], elapsed[:, None, :] + 0j, grown / np.where(still, 1.0, values)[:, :, None]
    )
    return (np.matmul(share, grown + 1.0).swapaxes(-1, -2), np.matmul(share, over).swapaxes(-1, -2))


def _stepped(generator: Array, start: Array, elapsed: Reals) -> tuple[Complex, Complex]:
    """By exponentials of the generator with the integral as more unknowns, one for each length of a step."""
    from scipy.linalg import expm

    size = len(start)
    wide = np.zeros((2 * size, 2 * size), dtype=complex)
    wide[:size, :size], wide[size:, :size] = generator, np.eye(size)
    steps = np.diff(elapsed, prepend=0.0)
    length = max(float(np.abs(elapsed).max(initial=0.0)), np.finfo(float).tiny)
    kinds, which = np.unique(np.round(steps / (SAME_STEP * length)), return_inverse=True)
    maps = [expm(wide * steps[which == k].mean()) for k in range(len(kinds))]
    state = np.concatenate([start, np.zeros(size)]) + 0j
    out = np.empty((len(elapsed), 2 * size), dtype=complex)
    for k, kind in enumerate(which):
        state = maps[kind] @ state
        out[k] = state
    return out[:, :size], out[:, size:]


def krylov_course(apply: Callable[[Reals], Reals], start: Reals, elapsed: Reals) -> tuple[Reals, Reals]:
    r"""x(t) and its integral of a single point, ``(T, d)`` each, from products with the generator alone.

    In the space of :math:`x, Ax, A^2x, \ldots` the exponential of a small matrix takes a step, whose length
    follows from the error that the next direction would mend (Saad, SIAM J. Numer. Anal. 29, 209, 1992).

    Parameters
    ----------
    apply : callable
        From ``(d,)`` to ``(d,)``.
    start : array (d,)
    elapsed : array (T,)
        Times since the start, ascending.

    Raises
    ------
    ConvergenceError
        If it takes too many steps.
    """
    x, total, now = start.copy(), np.zeros_like(start), 0.0
    states, sums = np.empty((len(elapsed), len(start))), np.empty((len(elapsed), len(start)))
    span = max(float(elapsed[-1]), np.finfo(float).tiny)
    bound, step, steps = ACCURACY * float(np.linalg.norm(start)) / span, np.inf, 0
    for k, time in enumerate(elapsed):
        while time - now > 0.0:
            basis, small, after, size = _arnoldi(apply, x)
            if not np.isfinite(step):
                step = 1.0 / max(float(np.abs(small).sum(axis=0).max(initial=0.0)), np.finfo(float).tiny)
            length, moved, sums_moved, error = _accepted(small, after, size, min(step, time - now), bound)
            x, total = basis @ moved, total + basis @ sums_moved
            whole = length >= time - now
            now = float(time) if whole else now + length
            factor = np.clip(
                0.9 * (bound * length / max(error, 1e-300)) ** (1.0 / len(small)), SHORTEST, LONGEST
            )
            step = max(step, length * factor) if whole else length * factor
            steps += 1
            if steps > MOST_STEPS:
                raise ConvergenceError(
                    f"the course took more than {MOST_STEPS} Krylov steps; take an earlier end, or "
                    "fewer levels"
                )
        states[k], sums[k] = x, total
    return states, sums


def _arnoldi(apply: Callable[[Reals], Reals], x: Reals) -> tuple[Reals, Reals, float, float]:
    """Orthonormal directions, the generator among them, the size of what leads out of them, and |x|."""
    size = float(np.linalg.norm(x))
    count = min(DIRECTIONS, len(x))
    basis, small = np.empty((len(x), count + 1)), np.zeros((count + 1, count))
    basis[:, 0] = x / size
    for k in range(count):
        new = apply(basis[:, k])
        scale = np.linalg.norm(new)
        for _ in range(2):  # once more, as rounding leaves what is not orthogonal
            part = basis[:, : k + 1].T @ new
            small[: k + 1, k] += part
            new = new - basis[:, : k + 1] @ part
        rest = float(np.linalg.norm(new))
        if rest <= 1e-14 * scale or scale == 0.0:
            return basis[:, : k + 1], small[: k + 1, : k + 1], 0.0, size
        small[k + 1, k] = rest
        basis[:, k + 1] = new / rest
    return basis[:, :count], small[:count], float(small[count, count - 1]), size


def _accepted(
    small: Reals, after: float, size: float, step: float, bound: float
) -> tuple[float, Reals, Reals, float]:
    """A step short enough: its length, the state and its integral along the directions, and its error."""
    from scipy.linalg import expm

    n = len(small)
    wide = np.zeros((n + 1, n + 1))
    wide[:n, :n], wide[0, n] = small, 1.0  # the last column is the integral of the first
    while True:
        grown = expm(step * wide)
        error = abs(after * size * grown[n - 1, n])
        if error <= bound * step or after == 0.0:
            return step, size * grown[:n, 0], size * grown[:n, n], error
        step *= float(np.clip(0.9 * (bound * step / error) ** (1.0 / n), SHORTEST, 0.9))
