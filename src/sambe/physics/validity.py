"""What a solution says of its own validity: gaps over rates, the cut of a ladder, rates that diverge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath, expanded
from ..numerics.arrays import Array, folded, is_numpy, namespace
from .generators.coherences import coherence_paths, relaxation_rates
from .generators.jumps import ROUNDING, Jumps
from .states.solution import Solution
from .statuses import STATUS

__all__ = ["diverging", "edge_population", "point_status", "secular_ratio"]

POPULATED = 1e-3  # pairs of states that hold less than this share do not count
STANDING = 1e-12  # jumps of less than this share of the largest energy take none at all


def secular_ratio(jumps: Jumps, populations: Array) -> Array:
    """Smallest gap over relaxation rate, ``(...)``: the secular approximation needs it large.

    Gaps count modulo those multiples of omega by which two channels can differ, and only between
    states whose coherence the baths can drive and that are populated: the broad, empty top of a ladder
    does no harm.
    """
    n = jumps.dressing.levels
    e, w = jumps.dressing.energies, np.asarray(jumps.dressing.omega)[..., None, None]
    gap = e[..., :, None] - e[..., None, :]
    rate = relaxation_rates(jumps)
    rate = np.maximum(rate, 1e-200)  # no overflow where nothing relaxes
    counted = populations[..., :, None] + populations[..., None, :] >= POPULATED
    counted = counted & ~np.eye(n, dtype=bool)
    out: Array = np.full(e.shape[:-1], np.inf)
    for m, path in coherence_paths(jumps).items():
        pairs = path | path.swapaxes(-1, -2)
        if pairs.any():
            ratio = np.where(pairs & counted, np.abs(gap - m * w) / rate, np.inf)
            out = np.minimum(out, folded(np.minimum, ratio.reshape(*ratio.shape[:-2], -1)))
    return out


def edge_population(solution: Solution, edge: tuple[int, ...]) -> Array:
    """Population of the basis states at the cut of a ladder, ``(...)``; zero where there is none."""
    populations = solution.populations
    if not edge:
        return 0.0 * populations[..., 0]
    states, order = solution.plain.dressing.states[..., list(edge), :], solution.order
    if order is not None:
        states = np.take_along_axis(states, order[..., None, :], axis=-1)
    if solution.state.ndim == populations.ndim:  # populations alone
        return np.sum(np.abs(states) ** 2 * populations[..., None, :], axis=(-2, -1))
    diagonal = np.matmul(states, solution.state) * np.conj(states)  # <k|rho|k>, term by term
    return np.real(np.sum(diagonal, axis=(-2, -1)))


def diverging(jumps: Jumps, baths: Sequence[Bath], floor: float = ROUNDING) -> Array:
    """Where a bath has no finite rate a(0) and a jump without energy asks for it, ``(...)``.

    White noise and sub-Ohmic baths dephase at an infinite rate when their coupling has diagonal elements
    in the dressed basis. The rates of a computer stay finite: it is their spectrum that tells. Squared
    elements below the share ``floor`` of the largest count as zero.
    """
    energy = jumps.energy
    xp = namespace(energy)
    out = xp.zeros(energy.shape[:-3], dtype=xp.bool)
    for u, bath in enumerate(baths):
        wide = expanded(bath, 1)  # one number for each point beside the single energy
        singular = wide.reservoir.singular_at_zero(xp, energy.dtype)[..., 0]
        if is_numpy(xp) and not singular.any():
            continue
        weight, size = jumps.weights[u], xp.abs(energy)
        standing = size <= STANDING * xp.max(size, axis=(-3, -2, -1), keepdims=True)
        felt = weight > floor * xp.max(weight, axis=(-3, -2, -1), keepdims=True)
        out = out | (xp.any(standing & felt, axis=(-3, -2, -1)) & singular)
    return out


def point_status(found: Solution, baths: Sequence[Bath]) -> npt.NDArray[np.int64]:
    """Status of each point of a batch, ``(...)``."""
    status = np.where(found.converged, STATUS["ok"], STATUS["not_converged"])
    status = np.where(found.unique, status, STATUS["stationary_state_not_unique"])
    finite = np.isfinite(found.currents).all(axis=-1)
    status = np.where(finite | (status > 0), status, STATUS["diverging_rate"])
    # the cause of whatever else a rate without bound has brought about, if only by way of rounding
    diverges = diverging(found.plain, baths) | ((status > 0) & diverging(found.plain, baths, 0.0))
    return np.where(diverges, STATUS["diverging_rate"], status)
