"""Annihilation operators of fermions on sites, as matrices."""

from __future__ import annotations

from functools import reduce

import numpy as np

from ...errors import InputError
from ...numerics.arrays import whole_number
from ..gate import size
from ..operators import Operator

__all__ = ["fermion"]

_STRING, _EMPTIED = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [0.0, 0.0]])


def fermion(i: int, sites: int) -> Operator:
    r"""Annihilation operator of a fermion on site i, with its Jordan-Wigner string.

    .. math:: d_i = Z^{\otimes i} \otimes d \otimes 1^{\otimes(n - 1 - i)},\qquad
              d = |0\rangle\langle 1|,\qquad Z = |0\rangle\langle 0| - |1\rangle\langle 1|,

    so that operators of different sites anticommute. Basis states are counted like binary numbers, the first
    site in front, 0 for empty; a spin counts as a site of its own.

    Parameters
    ----------
    i : int
        From 0.
    sites : int
        How many there are.

    Returns
    -------
    array (2^sites, 2^sites)

    Raises
    ------
    InputError
        If there is no such site, or there are too many.

    Examples
    --------
    >>> up, down = fermion(0, 2), fermion(1, 2)
    >>> bool((up @ down == -down @ up).all())
    True
    >>> (up.conj().T @ up + down.conj().T @ down).diagonal().real.tolist()
    [0.0, 1.0, 1.0, 2.0]
    """
    count = size("sites", sites)
    size("sites", 2 ** min(count, 64))
    if not whole_number(i, 0, count - 1):
        raise InputError("i", i, f"sites are numbered 0 to {count - 1}")
    return reduce(
        np.kron, [*[_STRING] * i, _EMPTIED, *[np.eye(2)] * (count - 1 - i)], np.eye(1, dtype=complex)
    )
