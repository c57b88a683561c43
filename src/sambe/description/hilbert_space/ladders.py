r"""Truncated ladders in a system's operators: where more levels should follow and none do.

A truncated mode shows as :math:`|A_{n-1,n}|^2 = c\,n` up to a last level: on the diagonal at the offset d of
an operator, with :math:`n = \lfloor i/d \rfloor \bmod K`, which is its place in a tensor product; or as a
chain of elements in any order of the basis states. Spins, whose elements fall again towards the last level,
and plain levels do not. From four levels on an anharmonic ladder (a transmon) counts too. Chains whose first
levels are cut off, and chains climbed by two quanta, are exact or none. Ladders that no order of the basis
shows are looked for in `turned_ladders`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ..operators import Operator
from ..sparse_operator import SparseOperator
from ..system import System
from .turned_ladders import CLEAR_LEVELS, LEAST_LEVELS, MOST_CUT_OFF, MOST_LEVELS, spanned
from .turned_ladders import cut_vectors as turned_vectors

__all__ = ["cut_states", "cut_vectors", "find_ladders", "top_states"]

# Share by which a squared element may miss c n: 13 % for 4 levels of a transmon, E_J = 50 E_C
ANHARMONIC = 0.15
EXACT = 1e-9  # the same of three levels, which could be any
Law = Callable[[npt.NDArray[np.float64]], bool]

NOTHING = 1e-12  # squared element, over the largest of the operator, that is rounding


def find_ladders(system: System) -> tuple[tuple[int, int], ...]:
    """Truncated modes as (offset d, levels K): basis state i has floor(i/d) mod K quanta.

    Examples
    --------
    >>> import sambe
    >>> find_ladders(sambe.models.kerr_resonator(levels=12)), find_ladders(sambe.models.spin(1.5))
    (((1, 12),), ())
    """
    ladders = {ladder for op in _operators(system) for ladder in _by_offset(op)}
    return tuple(sorted(ladders))


def _operators(system: System) -> Iterator[Operator]:
    for bath in system.baths:
        yield from bath.operators
    for terms in (system.hamiltonian, *system.drive.values()):
        for _, op in terms:
            yield op


def _by_offset(op: Operator) -> Iterator[tuple[int, int]]:
    n = len(op)
    for d in range(1, n // LEAST_LEVELS + 1):
        if n % d:
            continue
        for k in (1, -1):  # a lowering operator alone stands on one side
            size = np.abs(np.diagonal(op, k * d)) ** 2
            gaps = np.flatnonzero(size[::d] <= NOTHING * size.max(initial=0.0))
            levels = int(gaps[0]) + 1 if gaps.size else n // d
            if levels < LEAST_LEVELS or n % (d * levels):
                continue
            quanta = (np.arange(n - d) // d) % levels + 1.0
            if _grows(size, np.where(quanta < levels, quanta, 0.0), levels) and _by_few(op, d, levels):
                yield d, levels


def _grows(size: npt.NDArray[np.float64], quanta: npt.NDArray[np.float64], levels: int) -> bool:
    """Whether squared elements are in proportion to the quanta, and none where those are zero."""
    error = ANHARMONIC if levels >= CLEAR_LEVELS else EXACT
    close = np.abs(size - size[0] * quanta) <= error * size[0] * quanta + NOTHING * size.max(initial=0.0)
    return bool(size[0] > 0 and close.all())


def _by_few(op: Operator, d: int, levels: int) -> bool:
    """Whether an operator moves two quanta seldom beside one, or as a ladder does, in proportion to n(n - 1);
    or else no three, as an even potential does.

    A matrix that is full may grow along its first diagonal by accident: one of four levels in 270 does.
    """
    rung = (np.arange(max(0, len(op) - 2 * d)) // d) % levels + 1.0
    inside = rung + 2 <= levels
    one, three = (
        max(float((np.abs(np.diagonal(op, k)) ** 2).sum()) for k in (m * d, -m * d)) for m in (1, 3)
    )
    for k in (2 * d, -2 * d) if three > ANHARMONIC**2 * one else ():
        size, pairs = np.abs(np.diagonal(op, k)[inside]) ** 2, (rung * (rung + 1.0) / 2.0)[inside]
        if size.sum() > ANHARMONIC * one and not _grows(size, pairs, levels):
            return False
    return True


def _tops(op: Operator, law: Law) -> set[int]:
    """Basis states at the cut of the ladders of an operator."""
    n = len(op)
    out = set(_ends_of_chains(op, law))
    for d, levels in _by_offset(op):
        out.update(np.flatnonzero((np.arange(n) // d) % levels == levels - 1).tolist())
    return out


def _ends_of_chains(op: Operator, law: Law) -> Iterator[int]:
    """Last states of chains of elements, in any order of the basis, whose squares grow by a law."""
    row, column, size = _links(op)
    degree = np.bincount(row, minlength=len(op))
    first = np.concatenate([[0], np.cumsum(degree)])
    for start in np.flatnonzero(degree == 1):
        chain, here, before = [], int(start), -1
        while degree[here] <= 2:
            ahead = [k for k in range(first[here], first[here + 1]) if column[k] != before]
            if not ahead:
                break
            chain.append(size[ahead[0]])
            here, before = int(column[ahead[0]]), here
        if degree[here] == 1 and law(np.array(chain)):
            yield here


def _by_one(chain: npt.NDArray[np.float64]) -> bool:
    """Whether squared elements grow as 1, 2, 3, ..., or without the first of these."""
    n, levels = np.arange(1.0, len(chain) + 1.0), len(chain) + 1
    if levels < CLEAR_LEVELS:
        return False
    cut_off = range(1, MOST_CUT_OFF + 1)
    return _grows(chain, n, levels) or any(_grows(chain, (n + s) / (1.0 + s), 0) for s in cut_off)


def _by_two(chain: npt.NDArray[np.float64]) -> bool:
    """Whether they grow as those of two quanta at once, as 2, 12, 30, ... or 6, 20, 42, ..."""
    n = np.arange(1.0, len(chain) + 1.0)
    laws = (2.0 * n * (2.0 * n - 1.0), 2.0 * n * (2.0 * n + 1.0))
    return len(chain) > 1 and any(_grows(chain, x / x[0], 0) for x in laws)


def _links(op: Operator) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Rows, columns and squares of elements off the diagonal that are there, row by row, from either side."""
    if not isinstance(op, SparseOperator):
        size = np.abs(op) ** 2
        size = np.maximum(size, size.T)
        np.fill_diagonal(size, 0.0)
        row, column = np.nonzero(size > NOTHING * size.max(initial=0.0))
        return row, column, size[row, column]
    size = abs(op.elements).multiply(abs(op.elements)).tocsr()
    row, column, size = SparseOperator(size.maximum(size.T.tocsr())).places()
    apart = row != column
    there = np.flatnonzero(apart & (size > NOTHING * size[apart].max(initial=0.0)))
    there = there[np.lexsort((column[there], row[there]))]
    return row[there], column[there], size[there]


def cut_vectors(system: System) -> npt.NDArray[np.complex128]:
    """Orthonormal states at the cut of ladders that the basis does not show, ``(N, R)``, none of them in the
    span of the `top_states`.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> a, turn = sambe.destroy(4), np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    >>> ladder = sambe.System(turn @ a.T @ a @ turn.T, baths=[
    ...     sambe.Bath("bath", turn @ (a + a.T) @ turn.T, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])
    >>> cut_states(ladder), bool(np.allclose(np.abs(cut_vectors(ladder)[:, 0]), np.abs(turn[:, 3])))
    ((), True)
    """
    n = system.levels
    if system.edge is not None or not LEAST_LEVELS <= n <= MOST_LEVELS:
        return np.zeros((n, 0), dtype=complex)
    every = [np.asarray(op) + 0j for op in _operators(system) if not isinstance(op, SparseOperator)]
    every = list({op.tobytes(): op for op in every if np.isfinite(op).all()}.values())
    hidden = [op for op in every if not _tops(op, _by_one)]
    terms = [(_some_number(c), np.asarray(op) + 0j) for c, op in system.hamiltonian]
    hamiltonian = sum((c * op for c, op in terms), start=np.zeros((n, n), dtype=complex))
    counts, tops = [*(op for _, op in terms), hamiltonian], np.eye(n, dtype=complex)[:, top_states(system)]
    laws = [partial(_tops, law=law) for law in ((_by_one,) if tops.size else (_by_one, _by_two))]
    return spanned(turned_vectors(hidden, counts, hamiltonian, laws), tops)


def _some_number(coefficient: Any) -> float:
    """A coefficient, or one of those of a sweep; one where it is not known yet."""
    value = getattr(coefficient, "data", coefficient)
    if isinstance(value, np.ndarray) and value.size:
        return float(value.flat[value.size // 2].real)
    return float(coefficient) if isinstance(coefficient, int | float) else 1.0


def top_states(system: System) -> npt.NDArray[np.bool_]:
    """Basis states at the cut: those of ``system.edge``, or those in the top level of a ladder, ``(N,)``."""
    if system.edge is not None:
        return np.isin(np.arange(system.levels), system.edge)
    every = list(_operators(system))
    tops = set().union(*(_tops(op, _by_one) for op in every))
    tops = tops or set().union(*(_tops(op, _by_two) for op in every))
    return np.isin(np.arange(system.levels), sorted(tops))


def cut_states(system: System) -> tuple[int, ...]:
    """Numbers of the `top_states`.

    Examples
    --------
    >>> import sambe
    >>> a = sambe.destroy(4)
    >>> ladder = sambe.System(a.T @ a, baths=[
    ...     sambe.Bath("bath", a + a.T, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])
    >>> cut_states(ladder)
    (3,)
    """
    return tuple(np.flatnonzero(top_states(system)).tolist())
