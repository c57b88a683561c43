"""Terms: (coefficient, operator) pairs, of which Hamiltonians, drives and modulated couplings are sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Array, Number, is_array, is_numpy, namespace
from ..operators import Operator, as_operator
from ..sparse_operator import SparseOperator, add_to

__all__ = ["Term", "Terms", "as_terms", "summed"]

Term = tuple[Number, Operator]
Terms = tuple[Term, ...]


def as_terms(x: Any, field: str) -> Terms:
    """Terms from an operator, a pair, or a list of pairs, their operators checked.

    >>> [(c, op.shape) for c, op in as_terms(np.eye(2), "hamiltonian")]
    [(1.0, (2, 2))]
    """
    pairs = _pairs(x, field)
    return tuple(
        (c, op if _is_ready(op) else as_operator(op, f"{field}[{k}]")) for k, (c, op) in enumerate(pairs)
    )


def summed(terms: Terms) -> Array:
    """The operator that terms are the sum of, ``(..., N, N)``, real where all of them are.

    >>> summed(((0.5, np.diag([1.0, -1.0]).astype(complex)),)).tolist()
    [[0.5, 0.0], [0.0, -0.5]]
    """
    xp = namespace(*(c for c, _ in terms))
    total: Any = None
    if is_numpy(xp) and any(isinstance(op, SparseOperator) for _, op in terms):
        real = not any(np.iscomplexobj(c) or op.imag.any() for c, op in terms)
        batch = np.broadcast_shapes(*(np.shape(c) for c, _ in terms))
        total = np.zeros((*batch, *terms[0][1].shape), dtype=float if real else complex)
        for c, op in terms:
            add_to(total, c, op.real if real else op)
        return total
    for c, op in terms:
        real = not op.imag.any()  # real matrices diagonalise three times faster
        m = xp.asarray(op.real if real else op)
        part = c[..., None, None] * m if is_array(c) else c * m
        total = part if total is None else total + part
    return total


def _pairs(x: Any, field: str) -> Iterable[Any]:
    """(coefficient, operator) pairs from an operator, one pair, or a list of pairs."""
    # of another package, such as dynamiqs, or one of SciPy's sparse ones
    array = getattr(x, "ndim", 0) == 2 and (hasattr(x, "__array__") or hasattr(x, "toarray"))
    if hasattr(x, "full") or isinstance(x, np.ndarray) or array:
        return [(1.0, x)]
    if isinstance(x, tuple) and len(x) == 2 and not _is_pair(x[0]):
        return [x]
    if not isinstance(x, list | tuple) or not x:
        raise InputError(field, x, "give an operator or a list of (coefficient, operator) pairs")
    if all(_is_pair(p) for p in x):
        return x
    if any(isinstance(row, list | tuple) and _is_turned(row) for row in x):
        raise InputError(field, x, "give (coefficient, operator) pairs, the coefficient first")
    if all(isinstance(row, list | tuple) for row in x):
        return [(1.0, x)]  # a matrix as nested lists
    raise InputError(field, x, "give (coefficient, operator) pairs")


def _is_ready(op: Any) -> bool:
    if isinstance(op, SparseOperator):
        return True
    return isinstance(op, np.ndarray) and op.dtype == complex and not op.flags.writeable


def _is_turned(row: Sequence[Any]) -> bool:
    """Whether this is an operator with its coefficient behind it."""
    if len(row) != 2:
        return False
    operator = hasattr(row[0], "full") or getattr(row[0], "ndim", 0) == 2
    return operator and isinstance(row[1], int | float | complex | np.number)


def _is_pair(p: Any) -> bool:
    if not isinstance(p, list | tuple) or len(p) != 2:
        return False
    op = p[1]
    nested = isinstance(op, list | tuple) and len(op) > 0 and isinstance(op[0], list | tuple)
    return nested or hasattr(op, "full") or getattr(op, "ndim", 0) == 2
