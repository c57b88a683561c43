r"""Fourier lines of couplings between Floquet modes within the segments of a period, in closed form.

Within a segment that begins at :math:`x_0` a coupling between the modes is a sum of exponentials, with the
levels :math:`e_a` of its Hamiltonian, the quasienergies :math:`\epsilon_i` and the period T,

.. math:: S_{ij}(x) = s(x)\sum_{ab}Y_{ai}^*S_{ab}Y_{bj}\,e^{i(x - x_0)T(e_a - e_b)}\,
          e^{ixT(\epsilon_j - \epsilon_i)},

and so is the factor s(x) of its switching, a number or half a cosine. On a segment of the length
:math:`\ell` about :math:`m`

.. math:: \int e^{2\pi i(q + \phi)x}\,dx = \ell\,e^{2\pi i(q + \phi)m}\,
          \frac{\sin\pi(q + \phi)\ell}{\pi(q + \phi)\ell},

however large q is: no line is that of another, folded back. Those are :math:`N^4` terms a line. Beyond a few
levels values at the nodes of pieces on which an element turns by a few radians cost less: expanded in
Legendre polynomials of :math:`y \in [-1, 1]`, each line follows from

.. math:: \int f(x)\,e^{2\pi iqx}\,dx = \ell\,e^{2\pi iqm}\sum_l i^l j_l(\pi q\ell)\,c_l,\qquad
          c_l = \tfrac{2l + 1}2\int_{-1}^1 P_l(y)\,f\,dy,

with spherical Bessel functions. (Filon, Proc. R. Soc. Edinburgh 49, 38 (1928); Bakhvalov and Vasil'eva, USSR
Comput. Math. Math. Phys. 8, 241 (1968).)
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
TERMS = 2**18  # of closed forms that are held at once: they stay in the cache
# Nodes whose weights cost what the sine of a term does, about: with these pieces of a segment N^2 levels are
# summed as fast as the nodes (measured for two to eight levels).
NODES_A_SINE = 8
NEAR = 2.0  # radians below which sin(x)/x is taken of x itself

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
        short = count[:, s] * NODES_A_SINE < n * n
        _add_closed(out, modes, np.flatnonzero(~short & (count[:, s] > 0)), s, operators, schedules, quanta)
        keys = np.stack([modes.course.start[:, s], modes.course.length[:, s], count[:, s]], axis=-1)
        by_nodes = np.flatnonzero(short & (count[:, s] > 0))
        distinct, which = np.unique(keys[by_nodes], axis=0, return_inverse=True)
        for k, (start, length, pieces) in enumerate(distinct):
            group = by_nodes[which.reshape(-1) == k]
            _add_segment(out, modes, group, (s, start, length, int(pieces)), operators, schedules, quanta)
    return out


def _add_closed(
    out: Complex, modes: StepModes, group: Points, segment: int, operators: Sequence[Array],
    schedules: Sequence[str], quanta: Points,
) -> None:  # fmt: skip
    """Add what a segment gives to the lines of some points, by their exponentials."""
    n = out.shape[-1]
    size = max(1, TERMS // (n**4 * len(quanta)))
    for points in (group[k : k + size] for k in range(0, len(group), size)):
        part = modes.take(points)
        length = part.course.length[:, segment]
        since, middle = 0.5 * length, part.course.start[:, segment] + 0.5 * length
        levels, basis = part.own(segment)
        inside = part.inside[:, segment]
        apart = levels[:, :, None] - levels[:, None, :]
        moved = part.energies[:, None, :] - part.energies[:, :, None]
        # turns of a term a period, (P, i, j, a, b)
        turns = (moved[:, :, :, None, None] + apart[:, None, None]) / part.omega[:, None, None, None, None]
        phase = (
            2.0
            * np.pi
            * (
                (moved * (middle / part.omega)[:, None, None])[:, :, :, None, None]
                + (apart * (since / part.omega)[:, None, None])[:, None, None]
            )
        )
        pairs = (
            inside.conj().swapaxes(-1, -2)[:, :, None, :, None] * inside.swapaxes(-1, -2)[:, None, :, None]
        )
        pairs = pairs * np.exp(1j * phase)
        carried = (np.exp(2j * np.pi * middle[:, None] * quanta) * length[:, None])[:, :, None, None]
        for name in dict.fromkeys(schedules):
            wires = [c for c, schedule in enumerate(schedules) if schedule == name]
            within = np.stack(
                [np.matmul(dagger(basis), np.matmul(operators[c], basis)) for c in wires], axis=-1
            )
            terms = pairs[..., None] * within[:, None, None]
            for weight, beside in _exponentials(part, name, middle):
                if weight.any():
                    weighted = weight[:, None, None, None, None, None] * terms
                    summed = _integrated(turns + beside[:, None, None, None, None], weighted, quanta, length)
                    for c, x in zip(wires, np.moveaxis(summed, 2, 0), strict=True):
                        out[points, c] += x * carried


def _integrated(turns: Reals, terms: Complex, quanta: Points, length: Reals) -> Complex:
    """Terms ``(P, i, j, a, b, C)`` that turn, over a segment with a wave of each number of quanta and summed
    over the levels a, b, ``(P, Q, C, i, j)``."""
    points, n = terms.shape[:2]
    waves = _sinc(quanta, turns.reshape(points, n * n, n * n), length[:, None])
    terms = terms.reshape(points, n * n, n * n, -1)
    summed = np.matmul(waves, terms.real) + 1j * np.matmul(waves, terms.imag)
    return np.moveaxis(summed.reshape(points, n, n, len(quanta), -1), (3, 4), (1, 2))


def _sinc(quanta: Points, turns: Reals, length: Reals) -> Reals:
    """sin(x)/x of x = pi (q + phi) l for phi ``(P, M, K)`` and l ``(P, 1)``, ``(P, M, Q, K)``."""
    by_quanta, by_turns = np.pi * length[..., None] * quanta, np.pi * length[..., None] * turns
    size = by_quanta[..., None] + by_turns[..., None, :]
    out = np.sin(by_quanta)[..., None] * np.cos(by_turns)[..., None, :]
    out += np.cos(by_quanta)[..., None] * np.sin(by_turns)[..., None, :]
    # a sum of sines loses digits where it is small, against what it is divided by
    near = np.abs(size) < NEAR
    size[near] /= np.pi
    out[near] = np.sinc(size[near])
    size[near] = 1.0
    out /= size
    return np.asarray(out)


def _exponentials(modes: StepModes, name: str, middle: Reals) -> list[tuple[Complex, Reals]]:
    """Weights, at the middle of a segment, and turns a period of what the factor of a switching is a sum of
    in it, each ``(P,)``."""
    if not name:
        return [(np.ones(len(middle), dtype=complex), np.zeros(len(middle)))]
    level, swing, low, length = modes.course.schedules[name].within(middle)
    turns = 0.5 / length
    turned = 0.5 * swing * np.exp(1j * np.pi * (middle - low) / length)
    return [(level + 0j, 0.0 * middle), (turned, turns), (turned.conj(), -turns)]


def _add_segment(
    out: Complex, modes: StepModes, group: Points, segment: tuple[int, float, float, int],
    operators: Sequence[Array], schedules: Sequence[str], quanta: Points,
) -> None:  # fmt: skip
    """Add what a segment gives to the lines of some points."""
    s, start, length, pieces = segment
    x = start + length * nodes(pieces)
    count = max(1, BYTES // (16 * len(x) * out.shape[-1] ** 2))
    for points in (group[k : k + count] for k in range(0, len(group), count)):
        part = modes.take(points)
        at = np.broadcast_to(x, (len(points), len(x)))
        states, (_, basis) = part.at(s, at), part.own(s)
        values = []
        for c, operator in enumerate(operators):
            within = np.matmul(dagger(basis), np.matmul(operator, basis))
            value = np.matmul(dagger(states), np.matmul(within[:, None], states))
            if schedules[c]:
                value *= part.course.switching(schedules[c], s, at)[0][:, :, None, None]
            values.append(value.reshape(len(points), len(x), -1))
        rows = max(1, BYTES // (16 * len(x)))
        for k in range(0, len(quanta), rows):
            weights = filon_weights(start, length, pieces, quanta[k : k + rows])
            for c, value in enumerate(values):
                lines = np.matmul(weights, value)
                out[points, c, k : k + rows] += lines.reshape(*lines.shape[:2], *out.shape[-2:])
