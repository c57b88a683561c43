"""What couples a system to a reservoir: operators, (coefficient, operator) pairs that are summed, or
mappings from harmonics to these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics.arrays import finite_number
from .operators import Operator, as_operator, is_hermitian
from .sums.modulation import Modulation, modulation

__all__ = ["couplings"]


def couplings(x: Any, field: str) -> tuple[Operator | Modulation, ...]:
    """The couplings of a bath, each checked to be Hermitian."""
    if callable(x) and not hasattr(x, "full"):  # f(t), a QobjEvo
        raise InputError(
            field, x, "a coupling that depends on time is given by its harmonics, {0: S0, 1: S1}, S_q that "
            "of exp(-i q omega t) with the conjugates implied",
        )  # fmt: skip
    if isinstance(x, list | tuple) and not len(x):
        raise InputError(field, x, "give at least one operator")
    if _is_weighted(x):
        return (_hermitian(_weighted_sum([x], field), field),)
    if isinstance(x, list | tuple) and any(map(_is_weighted, x)):
        return (_hermitian(_weighted_sum(x, field), field),)
    several = isinstance(x, list | tuple) and (
        any(isinstance(part, Mapping | Modulation) or hasattr(part, "full") for part in x) or _depth(x) > 2
    )
    parts: Sequence[Any] = x if several else [x]
    return tuple(_coupling(part, f"{field}[{k}]" if several else field) for k, part in enumerate(parts))


def _coupling(x: Any, field: str) -> Operator | Modulation:
    """One coupling, fixed or modulated."""
    if isinstance(x, Modulation):
        return x
    return modulation(x, field) if isinstance(x, Mapping) else _hermitian(x, field)


def _depth(x: Any) -> int:
    """Dimensions of an array, or of lists inside each other, by their first elements; 3 for more than 2."""
    if hasattr(x, "ndim"):
        return int(x.ndim)
    if isinstance(x, list | tuple) and x:
        first = x[0]
        if isinstance(first, list | tuple) and first and isinstance(first[0], list | tuple):
            return 3
        return 1 + (_depth(first) if hasattr(first, "ndim") else isinstance(first, list | tuple))
    return 0


def _is_weighted(x: Any) -> bool:
    """Whether this is a (coefficient, operator) pair, as in a Hamiltonian."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        return False
    if isinstance(x[0], list | tuple | Mapping | Modulation) or hasattr(x[0], "full") or _depth(x[0]) > 1:
        return False
    return hasattr(x[1], "full") or _depth(x[1]) == 2


def _weighted_sum(pairs: Sequence[Any], field: str) -> Operator:
    """The sum of (coefficient, operator) pairs: one operator on one common set of modes."""
    total: Any = None
    for k, pair in enumerate(pairs):
        if not _is_weighted(pair):
            raise InputError(
                f"{field}[{k}]", pair, "give (coefficient, operator) pairs, whose sum couples to one set of "
                "modes, or operators that each couple to modes of their own; not both in one list",
            )  # fmt: skip
        if not finite_number(pair[0]):
            raise InputError(
                f"{field}[{k}][0]", pair[0], "the weight of a coupling is one finite number; for a sweep "
                "give an axis to the strength of the spectrum, which goes with its square",
            )  # fmt: skip
        op = as_operator(pair[1], f"{field}[{k}][1]")
        if total is not None and op.shape != total.shape:
            raise InputError(f"{field}[{k}][1]", op.shape, f"the first operator is {total.shape}")
        total = pair[0] * op + (0.0 if total is None else total)
    out: Operator = total
    return out


def _hermitian(x: Any, field: str) -> Operator:
    op = as_operator(x, field)
    if not is_hermitian(op):
        skew = abs(op - op.conj().T)
        i, j = (int(k) for k in np.unravel_index(int(skew.argmax()), skew.shape))
        raise InputError(
            f"{field}[{i}, {j}]", complex(op[i, j]),
            f"a coupling operator must be Hermitian, but element [{j}, {i}] is {complex(op[j, i])}; "
            "for a ladder use a + a†",
        )  # fmt: skip
    return op
