r"""Whether a Hamiltonian is Hermitian, at every point of a sweep and on its own scale.

A term :math:`c\,O` with :math:`O = A + iB`, A and B Hermitian, adds
:math:`(cO - c^*O^\dagger)/2i = \mathrm{Im}(c)\,A + \mathrm{Re}(c)\,B` to what must vanish. Only the terms for
which that is not zero at once are looked at, element by element, so that a sweep costs as much as its
coefficients do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from ...numerics.arrays import is_concrete, to_numpy
from ..operators import Operator

__all__ = ["Skew", "check_hermitian", "hermiticity_fault", "skew_part"]

ROUNDING = 1e-10  # of the sum of the terms' sizes: what coefficients of a dozen digits leave


class Skew(NamedTuple):
    """The worst element of the anti-Hermitian part of a sum of terms.

    Attributes
    ----------
    row, column : int
        Where it stands.
    broken : bool or array of bool
        Where a part is larger than rounding, in the shape (or with the labels) of the coefficients.
    """

    row: int
    column: int
    broken: Any


def skew_part(terms: Sequence[tuple[Any, Operator]]) -> Skew | None:
    """Where a sum of terms is not Hermitian; None where no term can make it so.

    Parameters
    ----------
    terms : sequence of (coefficient, operator)
        Coefficients are numbers, arrays of one shape, or labelled arrays.
    """
    parts = []
    for c, op in terms:
        even, odd = 0.5 * (op + op.conj().T), -0.5j * (op - op.conj().T)
        turned = np.any(np.imag(c) != 0)
        if turned or odd.any():
            parts.append((np.imag(c) * 1.0, even, np.real(c) * 1.0, odd))
    if not parts:
        return None
    size: Any = sum(abs(c) * float(abs(op).max()) for c, op in terms)
    places = np.argwhere(np.triu(sum((abs(a) + abs(b)) for _, a, _, b in parts)))
    worst, broken = -1.0, np.asarray(False)
    place = (0, 0)
    for i, j in places.tolist():
        gap = abs(sum(im * complex(even[i, j]) + re * complex(odd[i, j]) for im, even, re, odd in parts))
        broken = (gap > ROUNDING * size) | broken
        largest = float(np.max(np.asarray(gap)))
        if largest > worst:
            worst, place = largest, (i, j)
    return Skew(*place, broken)


def check_hermitian(terms: Sequence[tuple[Any, Operator]]) -> None:
    """Reject an H_0 that is nowhere Hermitian, or not everywhere where its numbers have no labels.

    Points of a labelled sweep answer for themselves when it runs, and those of a Dask array when they are
    computed.
    """
    coefficients = [c for c, _ in terms]
    if not all(is_concrete(c) for c in coefficients) or any(getattr(c, "chunks", None) for c in coefficients):
        return  # a JAX tracer has no values to look at
    plain = [(c if hasattr(c, "dims") else to_numpy(c), op) for c, op in terms]
    skew = skew_part(plain)
    if skew is None:
        return
    labelled, broken = hasattr(skew.broken, "dims"), np.asarray(skew.broken)
    if broken.all() if labelled else broken.any():
        raise hermiticity_fault(plain, skew, int(np.argmax(broken)))


def hermiticity_fault(terms: Sequence[tuple[Any, Operator]], skew: Skew, point: int) -> InputError:
    """What is wrong with H_0 at a point, counted over the places where the coefficients differ."""
    total = sum(_at(c, point, skew.broken) * op for c, op in terms)
    i, j = skew.row, skew.column
    return InputError(
        f"hamiltonian[{i}, {j}]", complex(total[i, j]),
        f"H_0 must be Hermitian, but element [{j}, {i}] is {complex(total[j, i])}; add the conjugate term",
    )  # fmt: skip


def _at(c: Any, point: int, like: Any) -> Any:
    """Coefficient at a point of the broadcast of all coefficients."""
    if hasattr(like, "dims"):
        c = c.broadcast_like(like).transpose(*like.dims).values if hasattr(c, "dims") else np.asarray(c)
    values = np.broadcast_to(c, np.shape(like)) if np.ndim(c) else c
    return np.ravel(values)[point] if np.ndim(values) else values
