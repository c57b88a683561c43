r"""Points of so many levels that a pass over all pairs of states with products of matrices takes too long.

The coherences that populations leave out, :math:`\rho_{ij} = -C_{ij}/\Lambda_{ij}`, move the currents by
:math:`2\,\mathrm{Re\,Tr}(Z_u\rho)` (see `dropped_coherences`). What each pair does by itself takes all of
:math:`Z_u`; the sum takes traces, of which

.. math:: \mathrm{Tr}(S^\dagger M\rho) = \sum_{kj} M_{kj}\,(\rho S^\dagger)_{jk}

needs a single product for each operator and quantum, whatever the number of terminals. Operators come one at
a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, dagger
from ....numerics.close_pairs import Windows, windows_of
from ...generators.jumps import Jumps, quanta_by_tone
from ...generators.near_states.coherences import PRESENT, as_many, coherence_paths
from ...generators.near_states.multiples import differences_of
from ...generators.near_states.pair_effects import SINGLE_LEVELS
from ...generators.redfield import make_redfield, pauli_generator
from ...generators.single_lines import lines_one_by_one
from ..iterations.conjugate_residuals import with_trace
from ..stationary import solve_each
from .dropped_coherences import Changes, moved_itself, moved_share

__all__ = ["MANY_LEVELS", "nearest_driven", "summed_move"]

# Levels above which a point is judged so. A choice: what each pair does takes a second then, and minutes and
# many gigabytes with ten times as many.
MANY_LEVELS = 256
TRIED = 2**16  # pairs, the nearest first, of which it is asked one by one whether baths drive their coherence
TOGETHER = 2**9  # of them at a time
# Levels above which only coherences of states so many mean rates apart are summed, where all is real: then
# they move currents by the square of a rate over a gap. Of chains of spins the others make up half a per
# cent of the move. A choice.
BAND_LEVELS, REACH = 1024, 30.0

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
    n, p = jumps.dressing.levels, populations[0]
    terminals = len(jumps.wiring) + len(quanta_by_tone(jumps))
    states = np.zeros((terminals, n))
    single: Callable[[Any], Any] = _single if n > SINGLE_LEVELS else np.asarray
    real = not np.iscomplexobj(jumps.dressing.couplings) and jumps.shift_forward is None
    reach = REACH * 2.0 * float(jumps.leaving.mean()) if real and n > BAND_LEVELS else np.inf
    band = windows_of(jumps.dressing.energies[0], reach)
    kind = single(np.ones(1, dtype=float if real else complex)).dtype
    drift, fed = np.zeros((n, n), kind), np.zeros((n, n), kind)
    ends: list[tuple[Any, Any]] = []
    for _, _, s, l, counted in lines_one_by_one(jumps):
        short, bra = single(l), dagger(single(s))
        band.add(drift, bra, short)
        band.add(fed, short * single(p), bra)
        ends.append((np.diagonal(l), np.diagonal(s)))
        for u, warm in counted:
            states[u] += 2.0 * np.real(np.conj(s) * warm).sum(axis=0)
    a, scale = with_trace(pauli_generator(jumps.rates[0]), n)
    y = solve_each(a.T, states.T).T / scale
    y[:, 0] = 0.0  # the first row stands for the trace and for no equation of motion
    rho = _coherences(jumps, band, drift, fed, ends, p)
    if alike is not None:
        rho = np.where(alike[0], rho, 0.0 * rho)
    move = 2.0 * np.real(y @ (drift * rho.T).sum(axis=1))
    for _, _, s, l, counted in lines_one_by_one(jumps):
        acted = band.times(rho, dagger(single(s))).T
        move -= 2.0 * np.real(y @ (l * acted).sum(axis=1))
        for u, warm in counted:
            move[u] += 2.0 * np.real((warm * acted).sum())
    return _shares(move[None], states[None], populations)


def _coherences(
    jumps: Jumps, band: Windows, drift: Array, fed: Array, ends: list[tuple[Any, Any]], p: Real
) -> npt.NDArray[Any]:
    """Those that populations drive, within a band; where all is real their imaginary part is idle."""
    e, lost, rho = jumps.dressing.energies[0], np.diagonal(drift), np.zeros_like(drift)
    for i, j in band.parts:
        half = fed[i, j] - drift[i, j] * p[j] + (fed[j, i] - drift[j, i] * p[i]).conj().T
        own = -lost[i, None] - lost[j].conj() - 1j * (e[i, None] - e[j])
        for l, s in ends:
            own += np.multiply.outer(l[i], s[j].conj()) + np.multiply.outer(s[i], l[j].conj())
        still = np.abs(own) == 0.0
        part = -half / np.where(still, 1.0, own)
        part = np.where(still, 0.0, part if np.iscomplexobj(rho) else part.real)
        rho[i, j] = part
    np.fill_diagonal(rho, 0.0)
    return np.asarray(rho)


def _single(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)


def _shares(move: Real, of_states: Real, populations: Real) -> tuple[float, float]:
    of_largest, of_itself = (f(move, of_states, populations)[0] for f in (moved_share, moved_itself))
    return float(of_largest), float(of_itself)
