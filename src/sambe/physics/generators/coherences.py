"""Which coherences the baths can drive, and on what scale they relax."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, folded, namespace
from .jumps import Jumps

__all__ = ["coherence_paths", "relaxation_rates"]


def relaxation_rates(jumps: Jumps) -> Array:
    """Scale on which the coherence of each pair relaxes, ``(..., N, N)``: mean rate out of the two
    states, jumps that change no state included."""
    xp = namespace(jumps.energy)
    leaving = xp.sum(jumps.rates, axis=-2)
    return 0.5 * (leaving[..., :, None] + leaving[..., None, :])


def coherence_paths(jumps: Jumps) -> dict[int, npt.NDArray[np.bool_]]:
    """Which coherences the baths can drive, by the multiple m >= 0 of omega between the channels.

    Populations feed the coherence of i and j through channels q and q - m that lead from one state k
    to both, or from both to one. Weak channels (1e-3 of the strongest of the point, so that a point
    does not depend on its neighbours in a sweep) are left out, as are pairs that no such path joins:
    their degeneracy does no harm. Arrays are ``(..., N, N)``.
    """
    return _paths(jumps.dressing.couplings, jumps.dressing.quanta)


def _paths(couplings: Array, quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    size = np.abs(couplings)
    shape = size.shape[-4:]
    flat = size.reshape(-1, int(np.prod(shape)))
    present = flat > 1e-3 * folded(np.maximum, flat)[:, None]
    if present.shape[1] > FEW_ELEMENTS:
        return _joined(present.reshape(*size.shape[:-4], *shape), quanta)
    # few elements are present in few ways: what follows is worked out once for each
    code = present @ (1 << np.arange(present.shape[1]))
    known = np.flatnonzero(np.bincount(code))
    which = np.zeros(known[-1] + 1 if known.size else 1, dtype=np.intp)
    which[known] = np.arange(known.size)
    ways = ((known[:, None] >> np.arange(present.shape[1])) & 1).astype(bool)
    of = which[code].reshape(size.shape[:-4])
    return {m: path[of] for m, path in _joined(ways.reshape(-1, *shape), quanta).items()}


def _joined(elements: npt.NDArray[np.bool_], quanta: tuple[int, ...]) -> dict[int, npt.NDArray[np.bool_]]:
    """Paths from the elements that are present, ``(..., C, Q, N, N)``."""
    present = elements.astype(np.float32)
    signed: dict[int, Array] = {}  # as numbers, whose matrix product is a hundred times faster
    for k, q in enumerate(quanta):
        signed[q], signed[-q] = present[..., k, :, :], present[..., k, :, :].swapaxes(-1, -2)
    paths: dict[int, npt.NDArray[np.bool_]] = {}
    for q, a in signed.items():
        for q2, b in signed.items():
            if q >= q2 and a.any() and b.any():
                out = np.matmul(a, b.swapaxes(-1, -2)) + np.matmul(b.swapaxes(-1, -2), a)
                paths[q - q2] = np.asarray(paths.get(q - q2, False) | (out > 0).any(axis=-3))
    return {m: p for m, p in paths.items() if p.any()}


FEW_ELEMENTS = 12  # of the couplings of a point: their patterns can be counted
