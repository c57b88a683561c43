r"""Truncated ladders in a system's operators, and the system with each cut one level lower.

A truncated mode shows as :math:`|A_{n-1,n}|^2 = c\,n` up to a last level, in any place of a tensor product:
on the diagonal at the offset d of the operator, with :math:`n = \lfloor i/d \rfloor \bmod K`. Spins and
plain levels do not, and are not cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.operators import Operator
from ..description.system import System

__all__ = ["find_ladders", "top_states", "without_top"]

LEAST_LEVELS = 3  # two levels are as much a qubit as a ladder
# A squared element below this share of the largest ends a ladder, and the others follow c n to this relative
# accuracy. Choices, far above rounding and far below what a Kerr term or a spin does to a ladder.
GAP, ACCURACY = 1e-12, 1e-9


def find_ladders(system: System) -> tuple[tuple[int, int], ...]:
    """Truncated modes as (offset d, levels K): basis state i has floor(i/d) mod K quanta.

    Examples
    --------
    >>> import sambe
    >>> find_ladders(sambe.models.kerr_resonator(levels=12)), find_ladders(sambe.models.spin(1.5))
    (((1, 12),), ())
    """
    ladders = {ladder for op in _operators(system) for ladder in _in_operator(op)}
    return tuple(sorted(ladders))


def _operators(system: System) -> Iterator[Operator]:
    for bath in system.baths:
        yield from bath.operators
    for terms in (system.hamiltonian, *system.drive.values()):
        for _, op in terms:
            yield op


def _in_operator(op: Operator) -> Iterator[tuple[int, int]]:
    n = len(op)
    for d in range(1, n // LEAST_LEVELS + 1):
        if n % d:
            continue
        for k in (1, -1):  # a lowering operator has elements on one side of the diagonal alone
            size = np.abs(np.diagonal(op, k * d)) ** 2
            gaps = np.flatnonzero(size[::d] <= GAP * size.max(initial=0.0))
            levels = int(gaps[0]) + 1 if gaps.size else n // d
            if levels < LEAST_LEVELS or n % (d * levels):
                continue
            quanta = (np.arange(n - d) // d) % levels + 1.0
            expected = np.where(quanta < levels, quanta, 0.0)
            if size[0] > 0 and np.allclose(size, size[0] * expected, rtol=ACCURACY, atol=0):
                yield d, levels


def top_states(system: System) -> npt.NDArray[np.bool_]:
    """Basis states at the cut: those of ``system.edge``, else in the top level of a ladder, ``(N,)``."""
    i = np.arange(system.levels)
    top = np.isin(i, system.edge)
    if top.any():
        return top
    for d, levels in find_ladders(system):
        top |= (i // d) % levels == levels - 1
    return top


def without_top(system: System) -> System:
    """The system with the top level of every ladder removed from all operators."""
    keep = np.ix_(~top_states(system), ~top_states(system))

    def terms(pairs: Any) -> list[tuple[Any, Operator]]:
        return [(c, op[keep]) for c, op in pairs]

    frame = None if system.frame is None else tuple(np.asarray(system.frame)[~top_states(system)])
    return System(
        terms(system.hamiltonian),
        {k: terms(t) for k, t in system.drive.items()},
        system.omega,
        [replace(b, coupling=[op[keep] for op in b.operators]) for b in system.baths],
        frame,
        system.name,
    )
