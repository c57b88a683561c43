r"""What a system conserves whatever its state: the operators that commute with every :math:`H_k` and every
coupling, and the subspaces into which they divide its states.

A subspace that neither the Hamiltonian nor a bath leaves keeps its share of the population for ever, so that
the stationary state depends on where the system began. A collective coupling is the plain case: spins that
only their total spin couples keep its length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...numerics.arrays import is_array, is_concrete, to_numpy
from ...numerics.invariant_subspaces import components, irreducible_subspaces, linked_states, quotient
from ..operators import Operator
from ..system import System, Terms

__all__ = ["check_unique", "generating_operators", "invariant_parts", "sizes_of"]

# Levels above which a symmetry of linked states is left to the points, each of which tells whether its state
# is the only one: to look for it here takes as long as the eigenbasis of a point. A choice.
POINTWISE = 512
SPARE = 4  # points of a sweep looked at beyond the number of terms: enough for any combination of them
SHOWN = 6  # dimensions that a message names
NEGLIGIBLE = 1e-12  # of a combination of swept terms, beside the largest


def generating_operators(system: System) -> list[Operator]:
    r"""Operators that generate what :math:`H_k` and the couplings do over all points of a sweep.

    Terms whose coefficients stay in proportion act as one operator: four spins of one swept frequency have a
    symmetry at every point, four with frequencies of their own have none.

    Parameters
    ----------
    system : System
        With numbers of any kind; those whose values cannot be looked at (under a JAX transformation, or
        lazy ones) count as independent.
    """
    out = [op for bath in system.baths for op in bath.operators]
    steps = system.steps
    static = (system.hamiltonian,) if steps is None else steps.every_terms()
    for terms in (*static, *system.drive.values()):
        out += _independent(terms)
    return out


def _independent(terms: Terms) -> Iterable[Operator]:
    """Combinations of the terms that occur at some point."""
    hidden = [(c, op) for c, op in terms if not _is_open(c)]
    known = [(c, op) for c, op in terms if _is_open(c)]
    yield from (op for _, op in hidden)
    if not known:
        return
    values = _sampled([c for c, _ in known])
    values = np.where(np.isfinite(values), values, 0.0)
    size = np.abs(values).max(axis=0)
    size[size == 0.0] = 1.0
    _, strength, rows = np.linalg.svd(quotient(values, size), full_matrices=False)
    for s, row in zip(strength, rows, strict=True):
        if s > NEGLIGIBLE * strength[0]:
            # a coefficient that a sweep takes through many orders of magnitude is weighed at
            # each point
            weights = row * size
            weights = quotient(weights, np.abs(weights).max())
            yield sum(w * op for w, (_, op) in zip(weights, known, strict=True))


def _is_open(x: Any) -> bool:
    """Whether a coefficient's values may be looked at without work."""
    return is_concrete(x) and getattr(x, "chunks", None) is None


def _sampled(coefficients: list[Any]) -> npt.NDArray[Any]:
    """Values of the coefficients at some points of the sweep, ``(points, terms)``."""
    random = np.random.default_rng(0)
    count = len(coefficients) + SPARE
    place: dict[Any, npt.NDArray[np.float64]] = {}  # in each dimension, as a share of its length

    def at(dims: Iterable[Any], x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        index = []
        for dim, length in zip(dims, x.shape, strict=True):
            share = place.setdefault(dim, random.random(count))
            index.append((share * length).astype(int))
        return x[tuple(index)] if index else np.full(count, x)

    columns = []
    for c in coefficients:
        if hasattr(c, "dims"):
            columns.append(at(c.dims, c.values))
        else:
            x = to_numpy(c) if is_array(c) else np.asarray(c)
            columns.append(at(range(-x.ndim, 0), x))  # bare arrays broadcast from the last axis on
    return np.stack(columns, axis=-1)


def invariant_parts(system: System) -> list[npt.NDArray[np.complex128]]:
    """Irreducible subspaces of a system, ``(m, N, d)`` for m equivalent ones of dimension d.

    Examples
    --------
    >>> import sambe
    >>> [part.shape for part in invariant_parts(sambe.models.spin(1.5))]
    [(1, 4, 4)]
    """
    return irreducible_subspaces(generating_operators(system))


def check_unique(system: System) -> None:
    """Refuse a system with more than one irreducible part: each keeps its share of the population for ever.

    Raises
    ------
    InputError
        Naming the basis states that nothing connects, or the parts of a symmetry, and the way out.
    """
    acting = generating_operators(system)
    if system.levels > POINTWISE and components(linked_states(acting, system.levels))[0] == 1:
        return
    parts = irreducible_subspaces(acting)
    count = sum(len(part) for part in parts)
    if count == 1:
        return
    names = [bath.name for bath in system.baths]
    support = [np.flatnonzero(np.abs(copy).max(axis=-1) > 0).tolist() for part in parts for copy in part]
    ways = "or say where it begins: steady_state(system, initial=...) or sector=..."
    if sum(map(len, support)) == system.levels:  # each basis state in one part
        shown = " and ".join(map(str, sorted(support)[:4])) + (" and more" if count > 4 else "")
        raise InputError(
            "baths", names,
            f"the stationary state is not unique: nothing connects the basis states {shown}; "
            f"give a bath a coupling operator with matrix elements between them, {ways}",
        )  # fmt: skip
    raise InputError(
        "baths", names,
        "the stationary state is not unique: a symmetry commutes with the Hamiltonian and with every "
        f"coupling, and divides the states into parts that keep their share ({sizes_of(parts)}); give a bath "
        f"a coupling operator that breaks it, {ways}",
    )  # fmt: skip


def sizes_of(parts: Sequence[npt.NDArray[Any]]) -> str:
    """How many parts there are of each dimension, in words.

    >>> sizes_of([np.zeros((1, 4, 3)), np.zeros((1, 4, 1))])
    '1 of dimension 3, 1 of dimension 1'
    """
    count = Counter[int]()
    for part in parts:
        count[part.shape[-1]] += len(part)
    shown = [f"{count[size]} of dimension {size}" for size in sorted(count, reverse=True)]
    return ", ".join(shown[:SHOWN]) + (" and more" if len(shown) > SHOWN else "")
