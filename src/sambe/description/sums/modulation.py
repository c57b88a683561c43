r"""Couplings that the pump modulates, by the harmonics of the drive:

.. math:: S(t) = \sum_q S_q e^{-iq\omega t},\qquad S_{-q} = S_q^\dagger,

so that a coupling is Hermitian at every moment. As in a drive, q counts quanta absorbed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Number, finite_number, is_array, whole_number
from ..gate import is_labelled, number
from ..operators import Operator, is_hermitian
from .terms import as_terms

__all__ = ["WIDEST", "Modulation", "hermitian_parts", "may_be_complex", "modulation"]

# Largest harmonic of a coupling or a drive. A choice: that of a frame's integers, up to which q omega keeps
# ten digits beside omega.
WIDEST = 10**6
_MOTION = re.compile(r"^motion \d+ of ")
_AMPLITUDE = re.compile(r"\.coupling\[\d+\]\[[1-9]\d*\]\[\d+\]$")


@dataclass(frozen=True, eq=False)
class Modulation:
    """A coupling S(t) by its harmonics, those of q >= 0.

    Attributes
    ----------
    harmonics : mapping of int to array (N, N)
        What no number of a sweep multiplies, of each S_q.
    swept : tuple of (int, number, array (N, N))
        Harmonic, coefficient and operator of the terms whose coefficients are arrays, labelled or not.
    """

    harmonics: Mapping[int, Operator]
    swept: tuple[tuple[int, Number, Operator], ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether nothing turns, so that no drive frequency is needed."""
        return not any(q for q, _, _ in self.terms())

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Hermitian operators whose cosines and sines the coupling is a sum of."""
        return tuple(part for _, _, op in self.terms() for _, part in hermitian_parts(op))

    def terms(self) -> Iterator[tuple[int, str, Operator]]:
        """Harmonic, name of the coefficient (see `map_numbers`; empty for one) and operator of each term."""
        yield from ((q, "", op) for q, op in self.harmonics.items())
        yield from ((q, f"[{q}][{k}]", op) for k, (q, _, op) in enumerate(self.swept))

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Modulation:
        """Copy with ``change("[q][k]", value)`` in the place of the coefficient of the k-th swept term."""
        swept = ((q, change(f"[{q}][{k}]", c), op) for k, (q, c, op) in enumerate(self.swept))
        return replace(self, swept=tuple(swept)) if self.swept else self

    def turned(self, change: Callable[[Operator], Operator]) -> Modulation:
        """Copy with ``change(operator)`` in the place of each operator."""
        return Modulation(
            {q: change(op) for q, op in self.harmonics.items()},
            tuple((q, c, change(op)) for q, c, op in self.swept),
        )


def modulation(given: Mapping[Any, Any], field: str) -> Operator | Modulation:
    """The coupling that a mapping from harmonics to terms describes; an operator where nothing turns.

    Parameters
    ----------
    given : mapping of int to terms
        For each q >= 0 an operator or (coefficient, operator) pairs, which are summed. S_0 is Hermitian; the
        adjoints of the others are implied. Coefficients may be arrays, labelled or not.
    field : str
        For errors.

    Examples
    --------
    >>> from sambe import sigmax, sigmap
    >>> modulation({0: sigmax(), 1: [(0.2, sigmax()), (0.1, sigmap())]}, "coupling").harmonics[1].real
    array([[0. , 0.3],
           [0.2, 0. ]])
    """
    if not given:
        raise InputError(field, given, "give {q: operator}, q counting quanta absorbed")
    harmonics: dict[int, Operator] = {}
    swept: list[tuple[int, Number, Operator]] = []
    sizes = []
    for q, terms in ((_harmonic(q, field), terms) for q, terms in given.items()):
        place = f"{field}[{q}]"
        for k, (c, op) in enumerate(as_terms(terms, place)):
            sizes.append(op.shape)
            if op.shape != sizes[0]:
                raise InputError(f"{place}[{k}]", op.shape, f"the first operator is {sizes[0]}")
            c = number(f"{place}[{k}][0]", c)
            if is_labelled(c) or is_array(c):
                _check_still(q, op, f"{place}[{k}]")
                swept.append((q, c, op))
            elif finite_number(c):
                harmonics[q] = c * op + harmonics.get(q, 0.0)
            else:
                raise InputError(f"{place}[{k}][0]", c, "give a finite number, or a labelled array")
        _check_still(q, harmonics.get(q), place)
    harmonics = {q: _read_only(op) for q, op in sorted(harmonics.items()) if op.any()}
    if swept or any(harmonics):
        return Modulation(harmonics, tuple(swept))
    return harmonics.get(0, np.zeros(sizes[0], dtype=complex))


def _check_still(q: int, op: Any, field: str) -> None:
    if q == 0 and op is not None and not is_hermitian(op):
        raise InputError(
            field, op, "what stands still in a coupling must be Hermitian; only the adjoints of the "
            "harmonics from 1 on are implied",
        )  # fmt: skip


def _read_only(op: Operator) -> Operator:
    op.setflags(write=False)
    return op


def _harmonic(q: Any, field: str) -> int:
    if not whole_number(q, 0):
        raise InputError(
            field, q, "the harmonics of a coupling are whole numbers from 0 on; the adjoint of each is "
            "implied",
        )  # fmt: skip
    if q > WIDEST:
        raise InputError(field, q, f"harmonics up to {WIDEST} are counted")
    return int(q)


def hermitian_parts(op: Operator) -> Iterator[tuple[complex, Operator]]:
    r"""Factors and Hermitian operators of which an operator is the sum, :math:`S = A + iB`.

    >>> raising = np.array([[0.0, 2.0], [0.0, 0.0]])
    >>> [c for c, _ in hermitian_parts(raising)]
    [1.0, 1j]
    >>> bool((sum(c * part for c, part in hermitian_parts(raising)) == raising).all())
    True
    """
    if is_hermitian(op):
        yield 1.0, op
        return
    adjoint = op.conj().T
    if not np.array_equal(op, -adjoint):
        yield 1.0, 0.5 * (op + adjoint)
    yield 1j, -0.5j * (op - adjoint)


def may_be_complex(path: str) -> bool:
    """Whether the number at a path of a `System` is a coefficient, not a quantity that is real by meaning.

    Coefficients are those of the Hamiltonian, of what turns in a coupling, and fields of a statistics; what a
    number may be its motion may be too.

    >>> may_be_complex("bath 'hot'.coupling[0][1][0]"), may_be_complex("bath 'hot'.coupling[0][0][0]")
    (True, False)
    >>> may_be_complex("motion 0 of drive[1][0]"), may_be_complex("motion 0 of omega")
    (True, False)
    """
    path = _MOTION.sub("", path)
    terms = path.startswith(("hamiltonian", "drive", "steps", "kicks")) and path.endswith("]")
    return terms or path.startswith("field ") or _AMPLITUDE.search(path) is not None
