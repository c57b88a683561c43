r"""Points of so many levels that a pass over all pairs of states with products of matrices takes too long.

The coherences that populations leave out, :math:`\rho_{ij} = -C_{ij}/\Lambda_{ij}`, move the currents by
:math:`2\,\mathrm{Re\,Tr}(Z_u\rho)` (see `sambe.physics.states.dropped_coherences`). What each pair does by
itself takes all of :math:`Z_u`; the sum takes traces, of which

.. math:: \mathrm{Tr}(S^\dagger M\rho) = \sum_{kj} M_{kj}\,(\rho S^\dagger)_{jk}

needs a single product for each operator and quantum, whatever the number of terminals. Operators come one at
a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger
from ...numerics.invariant_subspaces import ROUNDING, SAME, components
from ..generators.coherences import PRESENT, as_many, coherence_paths
from ..generators.jumps import Jumps, quanta_by_tone
from ..generators.one_sided import half_transforms
from ..generators.redfield import make_redfield
from ..generators.zones import differences_of
from .conjugate_residuals import with_trace
from .dropped_coherences import Changes, moved_itself, moved_share
from .stationary import solve_each

__all__ = ["MANY_LEVELS", "nearest_driven", "no_symmetry", "summed_move"]

# Levels above which a point is judged so. A choice: what each pair does takes a second then, and minutes and
# many gigabytes with ten times as many.
MANY_LEVELS = 256
# Levels above which products are formed with single precision, in half the time and memory: it leaves a move
# of 1e-2 of a current, which counts, three digits or more. A choice.
SINGLE_LEVELS = 1024
TRIED = 2**16  # pairs, the nearest first, of which it is asked one by one whether baths drive their coherence
TOGETHER = 2**9  # of them at a time

Real = npt.NDArray[np.float64]


def nearest_driven(jumps: Jumps, populations: Real, populated: float) -> float:
    """Smallest gap over relaxation rate of a point, whatever the coherences of its pairs do.

    Gaps count modulo those multiples of omega by which two channels can differ, of pairs that hold population
    and whose coherence the baths can drive.

    Parameters
    ----------
    jumps : Jumps
        A batch of one, with a single tone.
    populations : array (1, N)
    populated : float
        Share that counts as population.
    """
    d, p = jumps.dressing, populations[0]
    i, j = np.triu_indices(d.levels, 1)
    held = np.flatnonzero(p[i] + p[j] >= populated)
    i, j = i[held], j[held]
    if not held.size:
        return np.inf
    e, leaving, best = d.energies[0], jumps.leaving[0], np.inf
    gap, rate = np.abs(e[i] - e[j]), np.maximum(0.5 * (leaving[i] + leaving[j]), 1e-200)
    size = np.abs(d.couplings[0])
    present = size > PRESENT * size.max()
    for m in differences_of(d.quanta).tolist():
        ratio = np.abs(gap - np.abs(m * np.ravel(d.omega)[0])) / rate if m else gap / rate
        order = np.argpartition(ratio, TRIED)[:TRIED] if ratio.size > TRIED else np.arange(ratio.size)
        order = order[np.argsort(ratio[order])]
        tied = _first_tied(present, d.quanta, m, i[order], j[order])
        if tied is None and order.size < ratio.size:  # none of those nearby
            path = coherence_paths(jumps).get(m)
            near = ratio if path is None else ratio[path[0, i, j] | path[0, j, i]]
            best = best if path is None else min(best, float(near.min(initial=np.inf)))
        elif tied is not None:
            best = min(best, float(ratio[order[tied]]))
    return best


def _first_tied(
    present: npt.NDArray[np.bool_], quanta: tuple[int, ...], m: int, i: npt.NDArray[np.intp],
    j: npt.NDArray[np.intp],
) -> int | None:  # fmt: skip
    """The first of some pairs that channels join which differ by m quanta; see `coherence_paths`."""
    signed = {q: present[:, k] for k, q in enumerate(quanta)}
    signed |= {-q: present[:, k].swapaxes(-1, -2) for k, q in enumerate(quanta) if q}
    pairs = [(a, signed[q - s]) for q, a in signed.items() for s in {m, -m} if q - s in signed]
    for first in range(0, len(i), TOGETHER):
        x, y = i[first : first + TOGETHER], j[first : first + TOGETHER]
        tied = np.zeros(len(x), dtype=bool)
        for a, b in pairs:
            tied |= (a[:, x] & b[:, y]).any(axis=(0, -1))
            tied |= (a[:, :, x] & b[:, :, y]).any(axis=(0, 1))
        if tied.any():
            return first + int(np.argmax(tied))
    return None


class _Line(NamedTuple):
    """An operator with the harmonics of one sign: S, L, and for each terminal what its current counts.

    Attributes
    ----------
    coupling, forward : array (K, N, N)
    counted : list of (int, array (K, N, N))
        Terminal, and W times the part of L that is its bath's, or the energy that each tone gives times L.
    """

    coupling: npt.NDArray[np.generic]
    forward: npt.NDArray[np.generic]
    counted: list[tuple[int, npt.NDArray[np.generic]]]


def _lines(jumps: Jumps) -> Iterator[_Line]:
    """Operators one by one, each with one harmonic at a time."""
    d, baths = jumps.dressing, range(len(jumps.wiring))
    for c in range(int(d.couplings.shape[-4])):
        for k, q in enumerate(d.quanta):
            for sign in (1.0, -1.0) if q else (1.0,):
                s = d.couplings[0, c, k]
                energy = jumps.energy[0, k]
                s, energy = (s, energy) if sign > 0 else (dagger(s), -energy.T)
                rates = []
                for u in (u for u in baths if c in jumps.wiring[u]):
                    up, low = (x[0, k] for x in half_transforms(jumps, u))
                    rates.append((u, up if sign > 0 else low.T))
                whole = sum((rate for _, rate in rates[1:]), start=rates[0][1]) * s if rates else 0.0 * s
                counted = [(u, energy * (rate * s)) for u, rate in rates]
                for t, turn in enumerate(quanta_by_tone(jumps)):
                    if q:
                        taken = sign * float(np.broadcast_to(turn, (1, len(d.quanta), 1, 1))[0, k, 0, 0])
                        counted.append((len(jumps.wiring) + t, taken * whole))
                yield _Line(s, whole, counted)


def summed_move(jumps: Jumps, populations: Real) -> tuple[float, float]:
    """`Changes.move` of a batch of one, without what each pair does; and the same relative to each current.

    Parameters
    ----------
    jumps : Jumps
    populations : array (1, N)
    """
    alike = as_many(jumps)
    if jumps.slopes is not None or not all(beyond.nothing for beyond in jumps.beyond):
        first = Changes.of(make_redfield(jumps), populations)
        counted = first.halves if alike is None else np.where(alike[:, None], first.halves, 0.0)
        return _shares(counted.sum(axis=(-2, -1)), first.of_states, populations)
    n, p, e = jumps.dressing.levels, populations[0], jumps.dressing.energies[0]
    terminals = len(jumps.wiring) + len(quanta_by_tone(jumps))
    states, matrix = np.zeros((terminals, n)), np.zeros((n, n))
    single = _single if n > SINGLE_LEVELS else np.asarray
    drift: npt.NDArray[np.generic] | float = 0.0
    fed: npt.NDArray[np.generic] | float = 0.0
    own: npt.NDArray[np.generic] | float = 0.0
    for s, l, counted in _lines(jumps):
        short, bra = single(l), dagger(single(s))
        drift = drift + bra @ short
        fed = fed + (short * single(p)) @ bra
        matrix += 2.0 * np.real(l * np.conj(s))
        own = own + np.multiply.outer(np.diagonal(l), np.conj(np.diagonal(s)))
        for u, warm in counted:
            states[u] += 2.0 * np.real(np.conj(s) * warm).sum(axis=0)
    lost = np.diagonal(drift)
    np.fill_diagonal(matrix, np.diagonal(matrix) - 2.0 * np.real(lost))
    own = own + dagger(own) - lost[:, None] - np.conj(lost) - 1j * (e[:, None] - e)
    half = fed - drift * p
    answers = (np.abs(own) > 0) & ~np.eye(n, dtype=bool)
    if alike is not None:
        answers &= alike[0]
    rho = np.where(answers, -(half + dagger(half)) / np.where(answers, own, 1.0), 0.0)
    a, scale = with_trace(matrix, n)
    y = solve_each(a.T, states.T).T / scale
    y[:, 0] = 0.0  # the first row stands for the trace and for no equation of motion
    rho = single(rho if np.iscomplexobj(drift) else rho.real)  # where all is real its imaginary part is idle
    move = 2.0 * np.real(y @ (drift * rho.T).sum(axis=1))
    for s, l, counted in _lines(jumps):
        acted = (rho @ dagger(single(s))).T
        move -= 2.0 * np.real(y @ (l * acted).sum(axis=1))
        for u, warm in counted:
            move[u] += 2.0 * np.real((warm * acted).sum())
    return _shares(move[None], states[None], populations)


def _single(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)


def _shares(move: Real, of_states: Real, populations: Real) -> tuple[float, float]:
    of_largest, of_itself = (f(move, of_states, populations)[0] for f in (moved_share, moved_itself))
    return float(of_largest), float(of_itself)


def no_symmetry(jumps: Jumps, shift: npt.NDArray[np.intp], near: float, singular: float) -> bool:
    """Whether a point has a single stationary state at first sight; where it has not, more has to be asked.

    Levels that differ modulo omega leave a commutant that is diagonal, and states that elements beyond any
    rounding link leave nothing of it. A superposition of two levels that are near modulo omega is dark if
    the jumps from both are in proportion.

    Parameters
    ----------
    jumps : Jumps
        A batch of one, with a single tone.
    shift : int array (N,)
        Multiples of omega that take all levels into one zone.
    near : float
        Distance of levels, of their span, up to which their superpositions are looked at.
    singular : float
        Loss, over the largest of a state, at which a state counts as dark, inverse.
    """
    d = jumps.dressing
    e = d.energies[0] + shift * np.ravel(d.omega)[0] if shift.any() else d.energies[0]
    order = np.argsort(e)
    step, span = np.diff(e[order]), e[order[-1]] - e[order[0]]
    close = step <= near * span
    if (step <= SAME * span).any() or (close[1:] & close[:-1]).any():
        return False
    gap = np.abs(e[:, None] - e)
    np.fill_diagonal(gap, np.inf)
    turn = ROUNDING * span * (1.0 / gap).sum(axis=-1)
    size = np.abs(d.couplings[0]).max(axis=(0, 1))
    linked = size > (turn[:, None] + turn + ROUNDING) * size.max()
    if components(linked)[0] > 1:
        return False
    i, j = order[:-1][close], order[1:][close]
    lost, crossed = np.zeros(d.levels), np.zeros(len(i), dtype=complex)
    columns = []
    for c, q, l in _absorbing(jumps):
        lost += (np.abs(l) ** 2).sum(axis=0)
        columns.append((c, q, np.conj(l[:, i]), l[:, j]))
    for c, q, left, _ in columns:
        for other, p, _, right in columns:
            # the same number of quanta is absorbed from either in one zone
            both = (shift[i] - shift[j] == q - p) & (other == c)
            crossed += np.where(both, (left * right).sum(axis=0), 0.0)
    a, b = lost[i], lost[j]
    least = 0.5 * (a + b) - np.hypot(0.5 * (a - b), np.abs(crossed))
    return bool(min(lost.min(), least.min(initial=np.inf)) > lost.max() / singular)


def _absorbing(jumps: Jumps) -> Iterator[tuple[int, int, npt.NDArray[np.generic]]]:
    """Number of the operator, quanta absorbed and L of each of the `_lines`."""
    d = jumps.dressing
    signs = [
        (c, s * q)
        for c in range(int(d.couplings.shape[-4]))
        for q in d.quanta
        for s in ((1, -1) if q else (1,))
    ]
    for (c, q), line in zip(signs, _lines(jumps), strict=True):
        yield c, q, line.forward
