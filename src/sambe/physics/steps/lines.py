r"""Fourier lines of couplings between Floquet modes, from values within the segments of a period.

Within a segment of the length :math:`\ell` a matrix element is a sum of exponentials; on a piece that turns
by a few radians it is a polynomial to rounding. Expanded in Legendre polynomials of
:math:`y \in [-1, 1]`, each line follows in closed form,

.. math:: \int f(x)\,e^{2\pi iqx}\,dx = \ell\,e^{2\pi iqx_0}\sum_l i^l j_l(\pi q\ell)\,c_l,\qquad
          c_l = \tfrac{2l + 1}2\int_{-1}^1 P_l(y)\,f\,dy,

with spherical Bessel functions, however large q is: no line is that of another, folded back. (Filon, Proc. R.
Soc. Edinburgh 49, 38 (1928); Bakhvalov and Vasil'eva, USSR Comput. Math. Math. Phys. 8, 241 (1968).)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, dagger
from .modes import StepModes

__all__ = ["coupling_lines", "filon_weights", "pieces_of"]

# Gauss nodes of a piece, and radians that an element turns on it at most: the 24th Legendre coefficient of
# exp(iy 3) is then below 1e-18.
NODES, TURN = 24, 6.0
BYTES = 2**25  # of the weights that are held at once

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


def filon_weights(start: float, length: float, pieces: int, quanta: Points) -> Complex:
    """From values at the nodes of equal pieces to the integrals with exp(2 pi i q x), ``(Q, pieces n)``.

    >>> x = 0.2 + 0.3 * nodes(1)
    >>> line = filon_weights(0.2, 0.3, 1, np.array([0, 3])) @ np.exp(-6j * np.pi * x)
    >>> complex(line[1]).real.__round__(12)
    0.3
    """
    from scipy.special import eval_legendre, spherical_jn

    y, w = np.polynomial.legendre.leggauss(NODES)
    degree = np.arange(NODES)
    size = length / pieces
    expand = (degree + 0.5)[:, None] * eval_legendre(degree[:, None], y) * w
    bessel = spherical_jn(degree, np.pi * size * np.abs(quanta)[:, None]) * 1j**degree
    each = np.where((quanta < 0)[:, None], bessel.conj(), bessel) @ expand
    middle = start + size * (np.arange(pieces) + 0.5)
    phase = size * np.exp(2j * np.pi * np.outer(quanta, middle))
    return np.asarray((phase[:, :, None] * each[:, None, :]).reshape(len(quanta), -1))


def nodes(pieces: int) -> Reals:
    """Positions of the nodes of equal pieces of [0, 1]."""
    y, _ = np.polynomial.legendre.leggauss(NODES)
    return np.asarray((np.arange(pieces)[:, None] + 0.5 + 0.5 * y) / pieces).reshape(-1)


def pieces_of(modes: StepModes) -> npt.NDArray[np.intp]:
    """Pieces of each segment, powers of two, ``(P, S)``; none of a segment without a length."""
    # a ramp turns by half a circle
    need = np.ceil(np.log2(np.maximum((modes.turns + np.pi) / TURN, 1.0)))
    return np.asarray(np.where(modes.course.length > 0, 2.0**need, 0), dtype=np.intp)


def coupling_lines(
    modes: StepModes,
    operators: Sequence[npt.NDArray[np.complex128]],
    schedules: Sequence[str],
    quanta: Points,
) -> Complex:
    """S^(q) of each operator between the modes for q of one sign or both, ``(P, C, Q, N, N)``.

    Parameters
    ----------
    operators : sequence of array (N, N)
    schedules : sequence of str
        The bath with whose factor each is switched; empty for none.
    quanta : int array (Q,)
    """
    points, n = modes.energies.shape
    out = np.zeros((points, len(operators), len(quanta), n, n), dtype=complex)
    count = pieces_of(modes)
    for s in range(count.shape[1]):
        keys = np.stack([modes.course.start[:, s], modes.course.length[:, s], count[:, s]], axis=-1)
        distinct, which = np.unique(keys, axis=0, return_inverse=True)
        for k, (start, length, pieces) in enumerate(distinct):
            if pieces:
                group = np.flatnonzero(which.reshape(-1) == k)
                _add_segment(out, modes, group, (s, start, length, int(pieces)), operators, schedules, quanta)
    return out


def _add_segment(
    out: Complex, modes: StepModes, group: Points, segment: tuple[int, float, float, int],
    operators: Sequence[Array], schedules: Sequence[str], quanta: Points,
) -> None:  # fmt: skip
    """Add what a segment gives to the lines of some points."""
    s, start, length, pieces = segment
    x = start + length * nodes(pieces)
    some = max(1, BYTES // (16 * len(x) * out.shape[-1] ** 2))
    for points in (group[k : k + some] for k in range(0, len(group), some)):
        part = modes.take(points)
        at = np.broadcast_to(x, (len(points), len(x)))
        states, (_, basis) = part.at(s, at), part.own(s)
        values = []
        for c, operator in enumerate(operators):
            within = np.matmul(dagger(basis), np.matmul(operator, basis))
            value = np.matmul(dagger(states), np.matmul(within[:, None], states))
            if schedules[c]:
                value *= part.course.schedules[schedules[c]].at(at)[0][:, :, None, None]
            values.append(value.reshape(len(points), len(x), -1))
        rows = max(1, BYTES // (16 * len(x)))
        for k in range(0, len(quanta), rows):
            weights = filon_weights(start, length, pieces, quanta[k : k + rows])
            for c, value in enumerate(values):
                lines = np.matmul(weights, value)
                out[points, c, k : k + rows] += lines.reshape(*lines.shape[:2], *out.shape[-2:])
