"""Observables whose expectation values are asked for beside the currents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from ..errors import InputError
from .gate import axis_name
from .operators import Operator, as_operator, is_hermitian

__all__ = ["Observable", "observables_of", "places_of_parts"]


@dataclass(frozen=True, eq=False)
class Observable:
    """An operator with a name.

    Attributes
    ----------
    name : str
    operator : array (N, N)
    """

    name: str
    operator: Operator

    @property
    def hermitian(self) -> bool:
        """Whether its values are real."""
        return is_hermitian(self.operator)

    @property
    def parts(self) -> tuple[Operator, ...]:
        """Hermitian operators A, or A and B with A + i B, that make it up."""
        adjoint = self.operator.conj().T
        real = 0.5 * (self.operator + adjoint)
        return (real,) if self.hermitian else (real, -0.5j * (self.operator - adjoint))

    def projected(self, basis: Operator) -> Observable:
        """The observable in a subspace, from an isometry ``(N, d)`` onto it."""
        return Observable(self.name, basis.conj().T @ self.operator @ basis)


def places_of_parts(observables: Sequence[Observable]) -> list[range]:
    """Where the Hermitian parts of each observable stand, in a row of those of all."""
    ends = list(accumulate((len(x.parts) for x in observables), initial=0))
    return [range(*pair) for pair in pairwise(ends)]


def observables_of(given: Any, levels: int) -> tuple[Observable, ...]:
    """Observables from a mapping of names to operators.

    Parameters
    ----------
    given : mapping of str to array (N, N) or Qobj, or None
    levels : int
        N of the system.

    Raises
    ------
    InputError
        If it is no such mapping, or an operator acts on other levels.

    Examples
    --------
    >>> [x.name for x in observables_of({"n": [[0, 0], [0, 1]]}, 2)]
    ['n']
    """
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise InputError(
            "observables", given, 'give a mapping of names to operators, such as {"n": sambe.num(5)}'
        )
    out = []
    for name, operator in given.items():
        field = f"observables[{name!r}]"
        op = as_operator(operator, field)
        if len(op) != levels:
            raise InputError(field, op.shape, f"give an operator on the {levels} levels of the system")
        out.append(Observable(axis_name("observables", name), op))
    return tuple(out)
