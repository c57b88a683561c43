"""Population at the cut of truncated ladders: of basis states, and of states that the basis does not show."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..numerics.arrays import Array, is_numpy, namespace
from .method import Method
from .states.solution import Solution

__all__ = ["edge_population"]


def edge_population(solution: Solution, method: Method) -> Array:
    """Population of the states at the cut of a ladder, ``(...)``; zero where there is none."""
    populations = solution.populations
    xp = namespace(populations)
    if not method.edge and method.edge_vectors is None:
        return 0.0 * populations[..., 0]
    states, order = _seen_from_edge(solution.plain.dressing.states, method), solution.order
    if order is not None:
        states = np.take_along_axis(states, order[..., None, :], axis=-1)
    if solution.state.ndim == populations.ndim:  # populations alone
        held = xp.abs(states) ** 2 * populations[..., None, :]
        # as one row, as a sum over two axes follows the order in memory, which the size of a batch decides
        return xp.sum(xp.reshape(held, (*held.shape[:-2], -1)), axis=-1)
    diagonal = xp.matmul(states, solution.state) * xp.conj(states)  # <k|rho|k>, term by term
    return xp.real(xp.sum(diagonal, axis=(-2, -1)))


def _seen_from_edge(states: Array, method: Method) -> Array:
    """Components of dressed states in the states at the cut, ``(..., R, N)``."""
    xp: Any = namespace(states)
    rows = states[..., list(method.edge), :] if is_numpy(xp) else xp.take(
        states, xp.asarray(method.edge, dtype=xp.int64), axis=-2
    )  # fmt: skip
    if method.edge_vectors is None:
        return rows
    turned = xp.matmul(xp.asarray(method.edge_vectors.conj().T), states)
    return xp.concat([rows + 0.0 * turned[..., :1, :], turned], axis=-2)
