"""Operators of small systems as plain NumPy matrices.

QuTiP's `Qobj` is accepted wherever an operator is; these exist so that `import sambe` need not
import QuTiP. Conventions are QuTiP's: the first basis state of a two-level system is the excited
one, ``sigmap = |e><g|``, and `destroy` lowers Fock states counted from zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import finite_number, whole_number
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
    "sigmam",
    "sigmap",
    "sigmax",
    "sigmay",
    "sigmaz",
    "spin_jm",
    "spin_jp",
    "spin_jx",
    "spin_jy",
    "spin_jz",
    "transition",
]

Operator = Any  # a matrix (N, N) of complex128; of a large system that has few elements a `SparseOperator`


def sigmax() -> Operator:
    """Pauli matrix sigma_x.

    Examples
    --------
    >>> sigmax().real.tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    return np.array([[0, 1], [1, 0]], dtype=complex)


def sigmay() -> Operator:
    """Pauli matrix sigma_y.

    Examples
    --------
    >>> sigmay().imag.tolist()
    [[0.0, -1.0], [1.0, 0.0]]
    """
    return np.array([[0, -1j], [1j, 0]], dtype=complex)


def sigmaz() -> Operator:
    """Pauli matrix sigma_z, +1 on the excited (first) state.

    Examples
    --------
    >>> sigmaz().real.tolist()
    [[1.0, 0.0], [0.0, -1.0]]
    """
    return np.array([[1, 0], [0, -1]], dtype=complex)


def sigmap() -> Operator:
    """Raising operator ``sigma_+ = |e><g|``.

    Examples
    --------
    >>> sigmap().real.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    return np.array([[0, 1], [0, 0]], dtype=complex)


def sigmam() -> Operator:
    """Lowering operator ``sigma_- = |g><e|``.

    Examples
    --------
    >>> sigmam().real.tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    return np.array([[0, 0], [1, 0]], dtype=complex)


def identity(levels: int) -> Operator:
    """Identity on ``levels`` states.

    Parameters
    ----------
    levels : int
        At least 1.

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

    Examples
    --------
    >>> destroy(3).real.round(3).tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.414], [0.0, 0.0, 0.0]]
    """
    return np.diag(np.sqrt(np.arange(1, size("levels", levels), dtype=float)), 1).astype(complex)


def create(levels: int) -> Operator:
    """Creation operator, the adjoint of `destroy`.

    Parameters
    ----------
    levels : int
        Number of Fock states kept, the vacuum first.

    Examples
    --------
    >>> bool((create(3) == destroy(3).T).all())
    True
    """
    return destroy(levels).T.copy()


def num(levels: int) -> Operator:
    """Number operator diag(0, 1, ..., levels - 1).

    Parameters
    ----------
    levels : int
        Number of Fock states kept, the vacuum first.

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


def _spin(s: float) -> tuple[float, npt.NDArray[np.float64]]:
    two_s = 2 * float(s) if finite_number(s) and not isinstance(s, complex) else 0.0
    if not 1 <= two_s < math.inf or two_s != round(two_s):
        raise InputError("s", s, "a spin is a positive multiple of 1/2")
    size("s", int(two_s) + 1)
    return two_s / 2, np.arange(two_s / 2, -two_s / 2 - 1, -1.0)


def spin_jz(s: float) -> Operator:
    """Spin operator ``S_z = diag(s, s-1, ..., -s)``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Examples
    --------
    >>> spin_jz(1.5).real.diagonal().tolist()
    [1.5, 0.5, -0.5, -1.5]
    """
    return np.diag(_spin(s)[1]).astype(complex)


def spin_jp(s: float) -> Operator:
    """Spin raising operator ``S_+``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Examples
    --------
    >>> spin_jp(1).real.round(3).tolist()
    [[0.0, 1.414, 0.0], [0.0, 0.0, 1.414], [0.0, 0.0, 0.0]]
    """
    s, m = _spin(s)
    return np.diag(np.sqrt(s * (s + 1) - m[1:] * (m[1:] + 1)), 1).astype(complex)


def spin_jm(s: float) -> Operator:
    """Spin lowering operator ``S_-``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Examples
    --------
    >>> spin_jm(0.5).real.tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    return spin_jp(s).T.copy()


def spin_jx(s: float) -> Operator:
    """Spin operator ``S_x = (S_+ + S_-) / 2``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Examples
    --------
    >>> spin_jx(0.5).real.tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    return (spin_jp(s) + spin_jm(s)) / 2


def spin_jy(s: float) -> Operator:
    """Spin operator ``S_y = (S_+ - S_-) / 2i``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Examples
    --------
    >>> spin_jy(0.5).imag.tolist()
    [[0.0, -0.5], [0.5, 0.0]]
    """
    return (spin_jp(s) - spin_jm(s)) / 2j


def lift(operator: Any, site: int, dims: Sequence[int]) -> Operator:
    """Lift an operator of one site to the whole chain, identity elsewhere.

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
    >>> lift(sigmaz(), 1, [2, 2]).real.diagonal().tolist()
    [1.0, -1.0, 1.0, -1.0]
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
