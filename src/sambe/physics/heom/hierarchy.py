r"""The hierarchy of auxiliary operators: QuTiP's generator, ordered by level and kept apart from H.

.. math:: \dot\rho_n = -i[H(t), \rho_n] - \Big(\sum_k n_k v_k\Big)\rho_n + \text{neighbours},

where the neighbours of level l are on the levels l - 1 and l + 1 only. What the baths bring does not
depend on H(t) or on the drive frequency, so it is built once for a sweep over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ...description.operators import Operator
from .coupling_harmonics import Harmonics
from .expansion import Expansion

__all__ = ["Hierarchy", "excited", "hierarchy", "hierarchy_size"]

Complex = npt.NDArray[np.complex128]
# (type, ck, vk, ck2) of an exponent, how far behind it stands its partner of the other sign, for one of a
# lead; bytes of its coupling operator
Exponent = tuple[str, complex, complex, complex | None, int | None, bytes]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Bath part of the generator on the A auxiliary operators of N^2 elements each.

    Attributes
    ----------
    decay : array (A,)
        sum_k n_k v_k.
    links : sparse array (A N^2, A N^2)
        Couplings between neighbours; columns of an operator are stacked, as in QuTiP.
    starts : tuple of int
        First operator of each level, and A at the end.
    first : tuple of int
        The operator with one excitation of each exponent, in the order of the exponents.
    turning : mapping of int to sparse array (A N^2, A N^2)
        Links that turn with the harmonics p != 0 of modulated couplings.
    """

    decay: Complex
    links: Any
    starts: tuple[int, ...]
    first: tuple[int, ...]
    turning: Mapping[int, Any] = field(default_factory=dict)

    @property
    def operators(self) -> int:
        """Number A of operators."""
        return len(self.decay)

    @property
    def block(self) -> int:
        """Elements N^2 of one operator."""
        return int(self.links.shape[0]) // self.operators

    def between(self, rows: slice, columns: slice) -> dict[int, Any]:
        """Links from some operators into others, a sparse array for each harmonic by which they turn."""
        n = self.block
        row, column = (slice(n * s.start, n * s.stop) for s in (rows, columns))
        return {p: links[row, column] for p, links in {0: self.links, **self.turning}.items()}


def hierarchy_size(exponents: int, depth: int, fermions: int = 0) -> int:
    """Number of auxiliary operators, C(exponents + depth, depth) for bosons.

    An exponent of a lead is excited once at most: of these ``fermions``, j at once leave depth - j to others.
    """
    return sum(
        comb(fermions, j) * comb(exponents + depth - j, depth - j) for j in range(min(fermions, depth) + 1)
    )


def excited(pairs: Sequence[tuple[Expansion, Any]], depth: int) -> tuple[int, int, int]:
    """Arguments of `hierarchy_size`: exponents of bosons, the depth, and exponents of leads."""
    fermions = sum(x.number for x, _ in pairs if x.environment.exponents[0].fermionic)
    return sum(x.number for x, _ in pairs) - fermions, depth, fermions


def hierarchy(pairs: Sequence[tuple[Expansion, Operator | Harmonics]], depth: int) -> Hierarchy:
    r"""Hierarchy of independent baths, each with its coupling.

    The generator is linear in the couplings of bosons, and in d and d† of leads. QuTiP takes d alone, so that
    what turns by p is put together from :math:`L(d_p)`, :math:`L(id_p)` and the same of :math:`d_{-p}`, whose
    adjoint turns by p:

    .. math:: \tfrac12[L(d_p) - iL(id_p)] + \tfrac12[L(d_{-p}) + iL(id_{-p})].

    Parameters
    ----------
    pairs : sequence of (Expansion, operator or its harmonics)
        A coupling that turns by both signs of its harmonics; for a lead d.
    depth : int
        Largest number of excitations, at least 1.
    """
    couplings = [(x, op if isinstance(op, Mapping) else {0: op}) for x, op in pairs]
    levels = len(next(iter(couplings[0][1].values())))
    none = np.zeros((levels, levels))

    def at(p: int, factor: complex = 1.0) -> Hierarchy:
        exponents = tuple(
            (x.type.name, complex(x.ck), complex(x.vk), None if x.ck2 is None else complex(x.ck2),
             _partner(expansion, x), np.ascontiguousarray(factor * ops.get(p, none), dtype=complex).tobytes())
            for expansion, ops in couplings for x in expansion.environment.exponents
        )  # fmt: skip
        return _built(exponents, levels, depth)

    def turned(p: int) -> Any:
        if not any(x.fermionic for expansion, _ in couplings for x in expansion.environment.exponents):
            return at(p).links
        first, second = (at(q).links + sign * at(q, 1j).links for q, sign in ((p, -1j), (-p, 1j)))
        return sparse.csr_array(0.5 * (first + second))

    turning = sorted({p for _, ops in couplings for p in ops if p})
    return replace(at(0), turning={p: turned(p) for p in turning}) if turning else at(0)


def _partner(expansion: Expansion, exponent: Any) -> int | None:
    """Places from an exponent of a lead to its partner: those of particles that enter stand first."""
    if not exponent.fermionic:
        return None
    half = expansion.number // 2
    return half if exponent.type.name == "+" else -half


@lru_cache(maxsize=16)  # depths and expansions of the points in hand; the number is a choice
def _built(exponents: tuple[Exponent, ...], levels: int, depth: int) -> Hierarchy:
    from qutip import Qobj
    from qutip.solver.heom import Bath, BathExponent, HEOMSolver

    coupling = {x[-1]: Qobj(np.frombuffer(x[-1], dtype=complex).reshape(levels, levels)) for x in exponents}
    bath = Bath([
        BathExponent(kind, None if partner is None else 2, coupling[op], ck, vk, ck2, partner)
        for kind, ck, vk, ck2, partner, op in exponents
    ])  # fmt: skip
    solver = HEOMSolver(Qobj(np.zeros((levels, levels))), bath, depth)
    labels = solver.ados.labels  # excitations of each exponent, a tuple for each auxiliary operator
    level = np.array([sum(label) for label in labels])
    order = np.argsort(level, kind="stable")
    n = levels * levels
    rows = (order[:, None] * n + np.arange(n)).ravel()
    generator = solver.rhs(0).to("csr").data.as_scipy().tocsr()[rows][:, rows]
    decay = np.array(labels)[order] @ np.array([x[2] for x in exponents])
    place = {labels[k]: p for p, k in enumerate(order)}
    unit = np.eye(len(exponents), dtype=int)
    return Hierarchy(
        decay,
        sparse.csr_array(generator + sparse.diags_array(np.repeat(decay, n))),
        tuple(int(s) for s in np.searchsorted(level[order], np.arange(depth + 2))),
        tuple(place[tuple(int(i) for i in row)] for row in unit),
    )
