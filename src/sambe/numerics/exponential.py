"""Exponentials of stacks of small anti-Hermitian matrices, by Taylor polynomials of a few degrees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from .arrays import Array

__all__ = ["expm", "rectangles"]

# Degree of the Taylor polynomial, and the 1-norm up to which it is used: the first term that it leaves out,
# norm^(m + 1) / (m + 1)!, is then below 1e-14.
DEGREES = ((8, 0.11), (12, 0.47), (18, 1.45))

# Coefficients of 1, x, x^2, x^3 (and x^6) in the factors of the polynomials of degree 12 and 18, by Bader,
# Blanes and Casas, Mathematics 7, 1174 (2019).
TAYLOR_12 = np.array([
    [9.0198e-16, 0.46932117595418237389, -0.20099424927047284052, -0.04623946134063071740],
    [5.31597895759871264183, 1.19926790417132231573, 0.01179296240992997031, 0.01108844528519167989],
    [0.18188869982170434744, 0.05502798439925399070, 0.09351590770535414968, 0.00610700528898058230],
    [-2.0861320e-13, -0.13181061013830184015, -0.02027855540589259079, -0.00675951846863086359],
])  # fmt: skip

TAYLOR_18 = np.array([
    [0.0, -1.00365581030144618291e-1, -8.02924648241156932449e-3, -8.92138498045729985177e-4, 0.0],
    [0.0, 3.97849749499645077844e-1, 1.36783778460411720168, 4.98289622525382669416e-1,
     -6.37898194594723280150e-4],
    [-1.09676396052962061844e1, 1.68015813878906206114, 5.71779846478865511061e-2,
     -6.98210122488052056106e-3, 3.34975017086070470649e-5],
    [-9.04316832390810593223e-2, -6.76404519071381882256e-2, 6.75961301770459654925e-2,
     2.95552570429315521194e-2, -1.39180257516060693404e-5],
    [0.0, 0.0, -9.23364619367118555360e-2, -1.69364939002081722752e-2, -1.40086798182036094347e-5],
])  # fmt: skip


def expm(x: Array) -> Array:
    """Exponentials of the matrices of each point ``(P, ..., N, N)``, by a Taylor polynomial and squaring.

    Polynomials of degree 8, 12 and 18 in three, four and five products: Bader, Blanes and Casas,
    Mathematics 7, 1174 (2019). The degree is chosen from the largest 1-norm of the point, so that what is cut
    off is below rounding and neighbours change no digit. Not a number where an element is not finite.
    """
    norms = np.abs(x).sum(axis=-2).reshape(len(x), -1).max(axis=-1, initial=0.0)
    efforts = [_effort(float(norm)) if np.isfinite(norm) else None for norm in norms]
    if len(set(efforts)) == 1:
        return _with_effort(x, efforts[0])
    out = np.empty_like(x)
    for effort in dict.fromkeys(efforts):
        group = [k for k, other in enumerate(efforts) if other == effort]
        out[group] = _with_effort(x[group], effort)
    return out


def rectangles(points: int, steps: int, numbers: int, room: int) -> Iterator[tuple[slice, slice]]:
    """Points and steps whose matrices, of so many ``numbers`` each, have room together.

    As many steps of a point whatever the other points are: products of other shapes round otherwise.
    """
    width = min(steps, max(1, room // numbers))
    size = max(1, room // (width * numbers))
    for first in range(0, points, size):
        for start in range(0, steps, width):
            yield slice(first, min(first + size, points)), slice(start, min(start + width, steps))


def _with_effort(x: Array, effort: tuple[int, int] | None) -> Array:
    """Exponentials by so many squarings of a polynomial of a degree; of what is not finite without."""
    if effort is None:
        return x * np.nan
    squarings, degree = effort
    if squarings:
        x = x * (0.5**squarings)
    out = {8: _taylor_8, 12: _taylor_12, 18: _taylor_18}[degree](x)
    for _ in range(squarings):
        out = np.matmul(out, out)
    return out


def _effort(norm: float) -> tuple[int, int]:
    """Squarings and degree for matrices of a 1-norm."""
    squarings = max(0, int(np.ceil(np.log2(max(norm, 1e-300) / DEGREES[-1][1]))))
    return squarings, next(d for d, bound in DEGREES if norm * 0.5**squarings <= bound)


def _sums(table: npt.NDArray[np.float64], powers: Array) -> Array:
    """Sums of the identity and the powers of each point ``(P, K, ..., N, N)`` with the coefficients of each
    row, in one pass; the sums first."""
    flat = powers.view(float).reshape(*powers.shape[:2], -1)
    shape = len(powers), len(table), *powers.shape[2:]
    out = np.moveaxis(np.matmul(table[:, 1:], flat).view(powers.dtype).reshape(shape), 1, 0)
    index = np.arange(powers.shape[-1])
    out[..., index, index] += table[:, :1].reshape(-1, *[1] * (powers.ndim - 2))
    return out


def _taylor_8(x: Array) -> Array:
    root = np.sqrt(177.0)
    x2 = np.matmul(x, x)
    x4 = np.matmul(x2, (1.0 + root) / 132.0 * x + (1.0 + root) / 528.0 * x2)
    right = np.array([[2.0 * (29.0 * root - 271.0) / 420.0, 11.0 * (root - 1.0) / 840.0,
                       11.0 * (root - 9.0) / 3360.0, (89.0 - root) / 2240.0]])  # fmt: skip
    out = np.matmul(2.0 / 3.0 * x2 + x4, _sums(right, np.stack([x, x2, x4], axis=1))[0])
    out += _sums(np.array([[1.0, 1.0, (857.0 - 58.0 * root) / 630.0]]), np.stack([x, x2], axis=1))[0]
    return out


def _powers(x: Array, count: int) -> Array:
    """Room for so many powers of the matrices of each point, the first three of them in it."""
    out = np.empty((len(x), count, *x.shape[1:]), dtype=x.dtype)
    out[:, 0] = x
    np.matmul(x, x, out=out[:, 1])
    np.matmul(out[:, 1], x, out=out[:, 2])
    return out


def _taylor_12(x: Array) -> Array:
    first, second, third, fourth = _sums(TAYLOR_12, _powers(x, 3))
    third += np.matmul(fourth, fourth)
    second += third
    first += np.matmul(second, third)
    return first


def _taylor_18(x: Array) -> Array:
    powers = _powers(x, 4)
    np.matmul(powers[:, 2], powers[:, 2], out=powers[:, 3])
    first, second, third, fourth, fifth = _sums(TAYLOR_18, powers)
    fourth += np.matmul(first, fifth)
    third += fourth
    second += np.matmul(third, fourth)
    return second
