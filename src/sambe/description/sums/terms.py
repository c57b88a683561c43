"""Terms: (coefficient, operator) pairs, of which Hamiltonians, drives and modulated couplings are sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Number
from ..operators import Operator, as_operator

__all__ = ["Term", "Terms", "as_terms"]

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


def _pairs(x: Any, field: str) -> Iterable[Any]:
    """(coefficient, operator) pairs from an operator, one pair, or a list of pairs."""
    array = getattr(x, "ndim", 0) == 2 and hasattr(x, "__array__")  # of another package, such as dynamiqs
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
