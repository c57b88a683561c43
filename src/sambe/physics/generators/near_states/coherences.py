"""Which coherences the baths can drive, and on what scale they relax."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, folded, namespace
from ..jumps import Jumps

__all__ = ["PRESENT", "as_many", "coherence_paths", "from_another_zero", "relaxation_rates"]


PRESENT = 1e-3  # share of the strongest element of a point below which a channel is too weak to count


def relaxation_rates(jumps: Jumps) -> Array:
    """Scale on which the coherence of each pair relaxes, ``(..., N, N)``: mean rate out of the two
    states, jumps that change no state included."""
    leaving = jumps.leaving
    return 0.5 * (leaving[..., :, None] + leaving[..., None, :])


def coherence_paths(jumps: Jumps) -> dict[int, npt.NDArray[np.bool_]]:
    """Which coherences the baths can drive, by the multiple m >= 0 of omega between the channels.

    Populations feed the coherence of i and j through channels q and q - m that lead from one state k
    to both, or from both to one. Weak channels (1e-3 of the strongest of the point, so that a point
    does not depend on its neighbours in a sweep) are left out, as are pairs that no such path joins:
    their degeneracy does no harm. Arrays are ``(..., N, N)``.
    """
    paths = _paths(jumps.dressing.couplings, jumps.dressing.quanta)
    alike = as_many(jumps)
    if alike is None:
        return paths
    # though X and Y of a lead each seem to join states that differ by two particles
    return {m: path & alike for m, path in paths.items() if (path & alike).any()}


def from_another_zero(jumps: Jumps) -> Jumps:
    """The jumps, to judge currents by, with energies that are counted from a zero far from the levels.

    A particle at the zero of energy carries none, and what moves it would move no current of energy. The same
    energy c more for each particle changes every current of a lead by c times that of the particles, so that
    none vanishes unless both do. The jumps themselves without leads.
    """
    change = next((b.change for b in jumps.beyond if b.change is not None), None)
    if change is None:
        return jumps
    xp = namespace(jumps.energy)
    scale = xp.max(xp.abs(jumps.energy), axis=(-3, -2, -1), keepdims=True)
    return replace(jumps, energy=jumps.energy + xp.where(scale > 0, scale, xp.ones_like(scale)) * change)


def as_many(jumps: Jumps) -> Array:
    """Pairs of states of as many particles, ``(..., N, N)``, None without leads: others are never in
    superposition."""
    change = next((b.change for b in jumps.beyond if b.change is not None), None)
    return None if change is None else change[..., 0, :, :] == 0


def _paths(couplings: Array, quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    size = np.abs(couplings)
    shape = size.shape[-4:]
    flat = size.reshape(-1, int(np.prod(shape)))
    present = np.packbits(flat > PRESENT * folded(np.maximum, flat)[:, None], axis=1)
    # elements are present in few ways, of which neighbours have the same: what follows is done once for each
    changes = np.flatnonzero(folded(np.logical_or, present[1:] != present[:-1])) + 1
    starts = np.concatenate([np.zeros(min(1, len(present)), dtype=np.intp), changes])
    ways, way = present[starts], np.zeros(len(starts), dtype=np.intp)
    if len(starts) > 1:
        few = ways.shape[1] == 1  # numbers are sorted faster than rows of one
        ways, way = np.unique(ways[:, 0] if few else ways, axis=0, return_inverse=True)
        ways = ways.reshape(len(ways), -1)
    of = np.repeat(way.reshape(-1), np.diff(np.append(starts, len(present)))).reshape(size.shape[:-4])
    each = np.unpackbits(ways, axis=1, count=flat.shape[1]).astype(bool)
    return {m: path[of] for m, path in _joined(each.reshape(-1, *shape), quanta).items()}


def _joined(elements: npt.NDArray[np.bool_], quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    """Paths from the elements that are present, ``(..., C, Q, N, N)``."""
    if len(quanta) > FEW_QUANTA and quanta[-1] < MOST_LINES:
        return _correlated(elements, quanta)
    present = elements.astype(np.float32)
    signed: dict[int, Array] = {}  # as numbers, whose matrix product is a hundred times faster
    for k, q in enumerate(quanta):
        signed[q], signed[-q] = present[..., k, :, :], present[..., k, :, :].swapaxes(-1, -2)
    signed = {q: a for q, a in signed.items() if a.any()}  # of several tones most are too weak
    paths: dict[int, npt.NDArray[np.bool_]] = {}
    for q, a in signed.items():
        for q2, b in signed.items():
            if q >= q2:
                out = np.matmul(a, b.swapaxes(-1, -2)) + np.matmul(b.swapaxes(-1, -2), a)
                paths[q - q2] = np.asarray(paths.get(q - q2, False) | (out > 0).any(axis=-3))
    return {m: p for m, p in paths.items() if p.any()}


def _correlated(elements: npt.NDArray[np.bool_], quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    r"""Paths by the number of them, a correlation over the quanta, whose transform is a matrix product.

    .. math:: n^{(m)}_{ij} = \sum_{q,k} b^{(q)}_{ik} b^{(q-m)}_{jk}

    counts the pairs of channels that lead from one state to both. As those of -q are the adjoint of those of
    q, it counts with them the pairs that lead from both to one.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    shape = elements.shape
    every = elements.reshape(-1, *shape[-4:])
    most, n = quanta[-1], shape[-1]
    lines = int(next_fast_len(4 * most + 1, real=True))  # differences up to 2 most, of both signs
    place = np.asarray(quanta)
    paths = np.zeros((2 * most + 1, len(every), n, n), dtype=bool)
    size = max(1, TOGETHER // (shape[-4] * lines * n * n))
    for some in (slice(k, k + size) for k in range(0, len(every), size)):
        part = np.moveaxis(every[some], 2, 0)
        signed = np.zeros((lines, *part.shape[1:]))
        signed[place] = part
        signed[-place] = part.swapaxes(-1, -2)
        spectrum = rfft(signed, axis=0)
        product = np.matmul(spectrum, spectrum.conj().swapaxes(-1, -2)).sum(axis=2)
        paths[:, some] = irfft(product, n=lines, axis=0)[: 2 * most + 1] > 0.5
    there = np.flatnonzero(paths.any(axis=(1, 2, 3)))
    return {int(m): paths[m].reshape(*shape[:-4], n, n) for m in there}


MOST_LINES = 2**16  # quanta beyond which a transform over them is none: those of several tones
FEW_QUANTA = 8  # of the drive: taking each two of them costs no more than transforms (measured)
TOGETHER = 2**18  # numbers in the elements whose paths are counted together: they stay in the cache
