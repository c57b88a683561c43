r"""How many particles each basis state holds, as the operators by which leads couple tell it.

Where :math:`d_{ij} \neq 0` of a lead, :math:`N_i - N_j = -1`, and where the Hamiltonian or its drive have
elements, :math:`N_i = N_j`: only differences are known, and nothing else is needed. Baths of bosons change
the number by even numbers, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ..bath import Bath
from ..operators import Operator
from ..sums.terms import Terms
from .lead import Lead

__all__ = ["with_particles"]

# Share of the largest element of an operator below which one is rounding: some tens of it.
ROUNDING = 1e-14


class _Numbers:
    """Numbers of particles of N states, known by their differences: a union-find with weights."""

    def __init__(self, levels: int) -> None:
        self._above = list(range(levels))
        self._more = [0] * levels

    def root(self, i: int) -> tuple[int, int]:
        """State from which those connected with i are counted, and how many more i has."""
        more = 0
        while self._above[i] != i:
            more += self._more[i]
            i = self._above[i]
        return i, more

    def tell(self, i: int, j: int, change: int) -> int:
        """Note that i has ``change`` more than j; by how many this misses what is known, 0 if by none."""
        (a, of_i), (b, of_j) = self.root(i), self.root(j)
        if a == b:
            return of_i - of_j - change
        self._above[a], self._more[a] = b, change + of_j - of_i
        return 0

    def values(self) -> list[int]:
        """Of each state, the least of those that are connected being 0."""
        each = [self.root(i) for i in range(len(self._above))]
        least: dict[int, int] = {}
        for root, more in each:
            least[root] = min(least.get(root, more), more)
        return [more - least[root] for root, more in each]


def with_particles(baths: Sequence[Bath], hamiltonian: Terms, drive: Mapping[int, Terms]) -> tuple[Bath, ...]:
    """The baths, each lead with the numbers of particles of the basis states.

    Raises
    ------
    InputError
        If there are no such numbers, or a bath of bosons changes them by an odd one.
    """
    leads = [bath for bath in baths if isinstance(bath, Lead)]
    if not leads:
        return tuple(baths)
    known = _Numbers(len(hamiltonian[0][1]))
    for k, lead in enumerate(leads):
        _tell_lead(known, lead, [other.name for other in leads[:k]])
    terms = [("hamiltonian", hamiltonian), *((f"drive[{h}]", t) for h, t in drive.items())]
    for field, pairs in terms:
        for k, (_, op) in enumerate(pairs):
            _tell_hamiltonian(known, op, f"{field}[{k}]")
    bosons = [(b, k, op) for b in baths if not isinstance(b, Lead) for k, op in enumerate(b.operators)]
    for _, _, op in bosons:  # parts that nothing else connects hold as many, as far as can be known
        for i, j in _elements(op):
            known.tell(i, j, 0)
    numbers = np.array(known.values())
    for bath, k, op in bosons:
        _check_parity(numbers, op, f"{bath.label}.coupling[{k}]")
    numbers.setflags(write=False)
    return tuple(bath.holding(numbers) if isinstance(bath, Lead) else bath for bath in baths)


def _elements(op: Operator) -> Iterable[tuple[int, int]]:
    size = np.abs(op)
    return ((int(i), int(j)) for i, j in np.argwhere(size > ROUNDING * size.max(initial=0.0)))


def _tell_lead(known: _Numbers, lead: Lead, before: Sequence[str]) -> None:
    alone = _Numbers(len(lead.coupling[0]))
    for k, d in enumerate(lead.coupling):
        for i, j in _elements(d):
            field = f"{lead.label}.coupling[{k}][{i}, {j}]"
            if alone.tell(i, j, -1):
                raise InputError(
                    field, complex(d[i, j]), "a lead couples by operators that lower one number of particles "
                    "by one, and with this element there is no such number; give an annihilation operator, "
                    "such as fermion(0, 1), and never a sum of it and its adjoint",
                )  # fmt: skip
            if known.tell(i, j, -1):
                raise InputError(
                    field, complex(d[i, j]), f"the number of particles that it lowers by one is another than "
                    f"that of {' and '.join(map(repr, before))}; give annihilation operators of the same "
                    "particles to every lead",
                )  # fmt: skip


def _tell_hamiltonian(known: _Numbers, op: Operator, field: str) -> None:
    for i, j in _elements(op):
        missed = known.tell(i, j, 0)
        if missed:
            raise InputError(
                f"{field}[{i}, {j}]", complex(op[i, j]), f"changes the number of particles by {missed:+d}; "
                "beside leads, which count them, it has to be conserved",
            )  # fmt: skip


def _check_parity(numbers: Any, op: Operator, field: str) -> None:
    for i, j in _elements(op):
        change = int(numbers[i] - numbers[j])
        if change % 2:
            raise InputError(
                f"{field}[{i}, {j}]", complex(op[i, j]), f"changes the number of fermions by {change:+d}, an "
                "odd one, which no coupling to bosons can; give an even operator such as d†d, or a "
                "sambe.Lead",
            )  # fmt: skip
