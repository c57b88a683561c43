r"""The hierarchy of auxiliary operators: QuTiP's generator, ordered by level and kept apart from H.

.. math:: \dot\rho_n = -i[H(t), \rho_n] - \Big(\sum_k n_k v_k\Big)\rho_n + \text{neighbours},

where the neighbours of level l are on the levels l - 1 and l + 1 only. What the baths bring does not
depend on H(t) or on the drive frequency, so it is built once for a sweep over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ...description.operators import Operator
from .expansion import Expansion

__all__ = ["Hierarchy", "hierarchy", "hierarchy_size"]

Complex = npt.NDArray[np.complex128]
# (type, ck, vk, ck2) of an exponent; bytes of its coupling operator
Exponent = tuple[str, complex, complex, complex | None, bytes]


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
    """

    decay: Complex
    links: Any
    starts: tuple[int, ...]
    first: tuple[int, ...]

    @property
    def operators(self) -> int:
        """Number A of operators."""
        return len(self.decay)

    @property
    def block(self) -> int:
        """Elements N^2 of one operator."""
        return int(self.links.shape[0]) // self.operators

    def between(self, rows: slice, columns: slice) -> Any:
        """Links from some operators into others, a sparse array."""
        n = self.block
        row, column = (slice(n * s.start, n * s.stop) for s in (rows, columns))
        return self.links[row, column]


def hierarchy_size(exponents: int, depth: int) -> int:
    """Number of auxiliary operators, C(exponents + depth, depth)."""
    return comb(exponents + depth, depth)


def hierarchy(pairs: Sequence[tuple[Expansion, Operator]], depth: int) -> Hierarchy:
    """Hierarchy of independent baths, each with its coupling operator.

    Parameters
    ----------
    pairs : sequence of (Expansion, operator)
    depth : int
        Largest number of excitations, at least 1.
    """
    exponents = tuple(
        (x.type.name, complex(x.ck), complex(x.vk), None if x.ck2 is None else complex(x.ck2),
         np.ascontiguousarray(op, dtype=complex).tobytes())
        for expansion, op in pairs for x in expansion.environment.exponents
    )  # fmt: skip
    return _built(exponents, len(pairs[0][1]), depth)


@lru_cache(maxsize=16)  # depths and expansions of the points in hand; the number is a choice
def _built(exponents: tuple[Exponent, ...], levels: int, depth: int) -> Hierarchy:
    from qutip import Qobj
    from qutip.solver.heom import Bath, BathExponent, HEOMSolver

    coupling = {x[-1]: Qobj(np.frombuffer(x[-1], dtype=complex).reshape(levels, levels)) for x in exponents}
    bath = Bath([BathExponent(kind, None, coupling[op], ck, vk, ck2) for kind, ck, vk, ck2, op in exponents])
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
