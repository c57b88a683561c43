r"""Operators of a chain taken apart by its sites: what acts on one, what joins two, what is left.

.. math:: h_A = \sum_{B\subseteq A} (-1)^{|A|-|B|}\,\mathrm{Tr}_{\bar B} H / d_{\bar B} \otimes 1

for a set A of sites has no partial trace over any of them, and the sum of all :math:`h_A` is H.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ..operators import Operator

__all__ = ["by_sites"]


def by_sites(
    operator: Operator, sites: Sequence[int]
) -> tuple[dict[int, Operator], dict[tuple[int, int], Operator], Operator]:
    """Parts of an operator on one site and on two, each on the whole chain, and what is left beyond them.

    Parameters
    ----------
    operator : array (N, N)
    sites : sequence of int
        Levels of each site, N in all.

    Returns
    -------
    one : dict of int to array (N, N)
        Without a trace.
    two : dict of (int, int) to array (N, N)
        For pairs in ascending order, without a partial trace over either site.
    rest : array (N, N)
        What joins three sites or more.

    Examples
    --------
    >>> import numpy as np
    >>> x, z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    >>> one, two, rest = by_sites(np.kron(x, x) + np.kron(z, np.eye(2)), (2, 2))
    >>> bool(np.allclose(one[0], np.kron(z, np.eye(2))) and np.allclose(two[0, 1], np.kron(x, x)))
    True
    """
    numbers = range(len(sites))
    mean = _within(operator, (), sites)
    one = {s: _within(operator, (s,), sites) - mean for s in numbers}
    two = {
        (s, o): _within(operator, (s, o), sites) - one[s] - one[o] - mean for s, o in combinations(numbers, 2)
    }
    rest: Operator = operator - mean - sum(one.values()) - sum(two.values())
    return one, two, rest


def _within(operator: Operator, kept: tuple[int, ...], sites: Sequence[int]) -> Operator:
    """The operator averaged over all sites but some."""
    count = len(sites)
    x = np.asarray(operator, dtype=complex).reshape(*sites, *sites)
    for s in range(count):
        if s not in kept:
            inside = np.trace(x, axis1=s, axis2=count + s) / sites[s]
            spread = np.multiply.outer(np.eye(sites[s]), inside)
            x = np.moveaxis(spread, (0, 1), (s, count + s))
    return np.asarray(x.reshape(math.prod(sites), -1))
