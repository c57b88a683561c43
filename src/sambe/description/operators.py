"""Operators as plain NumPy matrices: of oscillators and between states; what is taken for one.

QuTiP's `Qobj` is accepted wherever an operator is; these exist so that `import sambe` need not
import QuTiP. Conventions are QuTiP's: `destroy` lowers Fock states counted from zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import whole_number
from .gate import size
from .sparse_operator import SparseOperator, elements_of

__all__ = [
    "Operator",
    "as_operator",
    "create",
    "destroy",
    "identity",
    "lift",
    "num",
    "onto_site",
    "projector",
    "transition",
]

Operator = Any  # a matrix (N, N) of complex128; of a large system that has few elements a `SparseOperator`


def identity(levels: int) -> Operator:
    """Identity on ``levels`` states.

    Parameters
    ----------
    levels : int
        At least 1.

    Returns
    -------
    ndarray (levels, levels)
        Complex.

    Raises
    ------
    InputError
        If that is no whole number of at least one level, or too large.

    Examples
    --------
    >>> identity(2).real.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return np.eye(size("levels", levels), dtype=complex)


def destroy(levels: int) -> Operator:
    r"""Annihilation operator of an oscillator, cut at ``levels``.

    .. math:: a|n\rangle = \sqrt{n}\,|n-1\rangle

    Parameters
    ----------
    levels : int
        Number of Fock states kept, the vacuum first.

    Returns
    -------
    ndarray (levels, levels)
        Complex.

    Raises
    ------
    InputError
        If that is no whole number of at least one level, or too large.

    Examples
    --------
    >>> destroy(3).real.round(3).tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.414], [0.0, 0.0, 0.0]]
    """
    return np.diag(np.sqrt(np.arange(1, size("levels", levels), dtype=float)), 1).astype(complex)


def create(levels: int) -> Operator:
    r"""Creation operator, the adjoint of `destroy`.

    .. math:: a^\dagger|n\rangle = \sqrt{n+1}\,|n+1\rangle

    Parameters
    ----------
    levels : int
        Number of Fock states kept, the vacuum first.

    Returns
    -------
    ndarray (levels, levels)
        Complex.

    Raises
    ------
    InputError
        If that is no whole number of at least one level, or too large.

    Examples
    --------
    >>> bool((create(3) == destroy(3).T).all())
    True
    """
    return destroy(levels).T.copy()


def num(levels: int) -> Operator:
    r"""Number operator diag(0, 1, ..., levels - 1).

    .. math:: a^\dagger a\,|n\rangle = n\,|n\rangle

    Parameters
    ----------
    levels : int
        Number of Fock states kept, the vacuum first.

    Returns
    -------
    ndarray (levels, levels)
        Complex.

    Raises
    ------
    InputError
        If that is no whole number of at least one level, or too large.

    Examples
    --------
    >>> num(3).real.diagonal().tolist()
    [0.0, 1.0, 2.0]
    """
    return np.diag(np.arange(size("levels", levels), dtype=float)).astype(complex)


def projector(levels: int, state: int) -> Operator:
    """Projector ``|state><state|``.

    Parameters
    ----------
    levels : int
        At least 1.
    state : int
        Counted from 0.

    Returns
    -------
    ndarray (levels, levels)
        Complex.

    Raises
    ------
    InputError
        If there is no such state.

    Examples
    --------
    >>> projector(3, 1).real.diagonal().tolist()
    [0.0, 1.0, 0.0]
    """
    return transition(levels, state, state)


def transition(levels: int, to: int, start: int) -> Operator:
    """Transition operator ``|to><start|``.

    Parameters
    ----------
    levels : int
        At least 1.
    to, start : int
        States, counted from 0.

    Returns
    -------
    ndarray (levels, levels)
        Complex.

    Raises
    ------
    InputError
        If there is no such state.

    Examples
    --------
    >>> transition(2, 0, 1).real.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    n = size("levels", levels)
    for field, value in (("to", to), ("start", start)):
        if not whole_number(value, 0, n - 1):
            raise InputError(field, value, f"states are numbered 0 to {n - 1}")
    op = np.zeros((n, n), dtype=complex)
    op[to, start] = 1.0
    return op


def lift(operator: Any, site: int, dims: Sequence[int]) -> Operator:
    r"""Lift an operator of one site to the whole chain, identity elsewhere.

    .. math:: 1\otimes\dots\otimes 1\otimes O\otimes 1\otimes\dots\otimes 1

    Parameters
    ----------
    operator : array_like or Qobj
        Acts on site ``site``; shape ``(dims[site], dims[site])``.
    site : int
        Index into ``dims``, from the left of the tensor product.
    dims : sequence of int
        Number of levels of each site.

    Returns
    -------
    ndarray
        Shape ``(prod(dims), prod(dims))``.

    Raises
    ------
    InputError
        If the site does not exist or its dimension differs.

    Examples
    --------
    >>> lift(num(2), 1, [2, 2]).real.diagonal().tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    if not isinstance(dims, list | tuple):
        raise InputError("dims", dims, "give the levels of every site in a list")
    dims = [size("dims", levels) for levels in dims]
    size("dims", math.prod(dims))
    if not whole_number(site, 0, len(dims) - 1):
        raise InputError("site", site, f"sites are numbered 0 to {len(dims) - 1}")
    op = as_operator(operator, "operator")
    if op.shape[0] != dims[site]:
        raise InputError(
            "operator", op.shape, f"site {site} has {dims[site]} levels; give a matrix of that size"
        )
    return np.asarray(onto_site(op, site, dims), dtype=np.complex128)


def onto_site(matrix: npt.NDArray[Any], site: int, dims: Sequence[int]) -> npt.NDArray[Any]:
    """What `lift` gives of what has been checked, in the type of the matrix."""
    return np.kron(np.kron(np.eye(math.prod(dims[:site])), matrix), np.eye(math.prod(dims[site + 1 :])))


def is_hermitian(op: Operator, rounding: float = 1e-12) -> bool:
    """Whether a matrix is its own adjoint, but for a share of its largest element."""
    return bool(abs(op - op.conj().T).max() <= rounding * abs(op).max())


def as_operator(x: Any, field: str) -> Operator:
    """Square, finite, complex matrix from an array, a SciPy sparse matrix or a QuTiP `Qobj`.

    A NumPy array; a `SparseOperator` where a large one has few elements.

    Raises
    ------
    InputError
        If it is not a finite square matrix.
    """
    elements = elements_of(x)
    if elements is not None and np.isfinite(elements.data).all():
        size(f"{field}: levels", elements.shape[0])
        return x if isinstance(x, SparseOperator) else SparseOperator(elements)
    if hasattr(x, "full") and callable(x.full):
        x = x.full()
    elif hasattr(x, "toarray"):
        x = x.toarray()
    refused = callable(x) or isinstance(x, str | Mapping | np.ma.MaskedArray)
    refused = refused or getattr(x, "dtype", np.dtype(float)).kind not in "biufcO"
    try:
        if refused:
            raise TypeError
        with np.errstate(over="ignore"):
            op = np.array(x, dtype=complex)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise InputError(field, x, "give a square matrix (NumPy array or QuTiP Qobj)") from None
    if op.ndim != 2 or op.shape[0] != op.shape[1] or op.shape[0] == 0:
        raise InputError(field, op.shape, "give a square matrix (NumPy array or QuTiP Qobj)")
    size(f"{field}: levels", len(op))
    if not np.isfinite(op).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(op))[0])
        raise InputError(f"{field}{list(bad)}", op[bad], "every matrix element must be finite")
    op.setflags(write=False)
    return op
