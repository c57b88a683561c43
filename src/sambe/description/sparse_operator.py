"""Large matrices with few elements: held by those alone, dense wherever an array is asked for.

A chain of spins of N levels is a sum of dozens of operators, each of N to a few N elements. As dense matrices
they take more memory than everything that is done with their sum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin

__all__ = ["LEAN_LEVELS", "SparseOperator", "add_to", "elements_of", "identity_like"]

# Levels from which an operator is held by its elements. A choice: a dense one has 1 MB then, and what Python
# takes for its elements one by one is little beside the products of such matrices.
LEAN_LEVELS = 256
FEW = 1.0 / 16.0  # share of its elements that a matrix may fill: less memory, by five, than the dense one


class SparseOperator(NDArrayOperatorsMixin):
    """A square matrix by its elements that are not zero, which are not changed.

    Sums, products, multiples, adjoints and absolute values stay sparse; what else NumPy is asked for it is
    given as a dense array, which goes when that is done.

    Parameters
    ----------
    elements : csr_array (N, N)
        In canonical form.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> raising = SparseOperator(csr_array(np.array([[0.0, 1.0], [0.0, 0.0]])))
    >>> float(np.abs(raising + raising.conj().T).max()), float(np.trace(raising @ raising.T))
    (1.0, 1.0)
    """

    __slots__ = ("elements",)
    ndim = 2

    def __init__(self, elements: Any) -> None:
        self.elements = elements

    def __getstate__(self) -> Any:
        return self.elements

    def __setstate__(self, elements: Any) -> None:
        self.elements = elements

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (int(self.elements.shape[0]), int(self.elements.shape[1]))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of its elements."""
        kind: np.dtype[Any] = np.dtype(self.elements.dtype)
        return kind

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return int(self.elements.data.nbytes + self.elements.indices.nbytes + self.elements.indptr.nbytes)

    @property
    def T(self) -> SparseOperator:
        """The transpose."""
        return SparseOperator(self.elements.T.tocsr())

    @property
    def real(self) -> SparseOperator:
        """The real part."""
        return SparseOperator(_clean(self.elements.real))

    @property
    def imag(self) -> SparseOperator:
        """The imaginary part."""
        return SparseOperator(_clean(self.elements.imag))

    def conj(self) -> SparseOperator:
        """The complex conjugate."""
        return SparseOperator(self.elements.conj())

    def diagonal(self, offset: int = 0) -> npt.NDArray[Any]:
        """The diagonal so far above the main one."""
        return np.asarray(self.elements.diagonal(offset))

    def places(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        """Rows, columns and values of the elements."""
        x = self.elements.tocoo()
        return x.row, x.col, x.data

    def any(self, *where: Any, **options: Any) -> Any:
        """Whether it has an element that is not zero."""
        if where or options:
            return np.asarray(self).any(*where, **options)
        return bool(self.elements.data.any())

    def max(self, *where: Any, **options: Any) -> Any:
        """Its largest element, zeros included."""
        full = self.elements.nnz == self.shape[0] * self.shape[1]
        if where or options or full or self.dtype.kind != "f":
            return np.asarray(self).max(*where, **options)
        return self.elements.data.max(initial=0.0)

    def sum(self, *where: Any, **options: Any) -> Any:
        """Sum of its elements."""
        if where or options:
            return np.asarray(self).sum(*where, **options)
        return self.elements.data.sum()

    def setflags(self, write: bool) -> None:
        """Nothing: it is never written to."""

    def __getattr__(self, name: str) -> Any:
        """What else arrays have, of the dense matrix, which nobody can write to."""
        if name.startswith("__") or not hasattr(np.ndarray, name):
            raise AttributeError(name)
        dense = np.asarray(self)
        dense.setflags(write=False)
        return getattr(dense, name)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        """An element or a row as the dense matrix has it; a block of rows and columns stays sparse."""
        if isinstance(key, tuple) and len(key) == 2 and all(np.ndim(k) == 2 for k in key):
            return SparseOperator(self.elements[key].tocsr())
        return self.elements[key] if isinstance(key, tuple) and _is_place(key) else np.asarray(self)[key]

    def __array__(self, dtype: Any = None, copy: Any = None) -> npt.NDArray[Any]:
        dense = self.elements.toarray()
        return np.asarray(dense if dtype is None else dense.astype(dtype, copy=False))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and not options:
            kept = _KEPT.get(ufunc)
            out = NotImplemented if kept is None else kept(*map(_elements, inputs))
            if out is not NotImplemented:
                return out
        options["out"] = options.get("out", ())
        return getattr(ufunc, method)(*map(_dense, inputs), **{k: v for k, v in options.items() if v != ()})

    def __array_function__(self, function: Any, _: Any, inputs: Any, options: Any) -> Any:
        kept = _FUNCTIONS.get(function)
        if kept is not None:
            out = kept(*inputs, **options)
            if out is not NotImplemented:
                return out
        return function(*map(_dense, inputs), **options)


def elements_of(x: Any) -> Any:
    """Complex elements of a large matrix that has few, ``csr_array``; None where it is better dense.

    Parameters
    ----------
    x : array, SciPy sparse matrix, or Qobj
    """
    if isinstance(x, SparseOperator):
        return x.elements
    data: Any = x
    if not (isinstance(x, np.ndarray) or hasattr(x, "tocsr")):
        data = getattr(x, "data", None)
        data = data.as_scipy() if hasattr(data, "as_scipy") else None
    shape: tuple[int, ...] = getattr(data, "shape", ())
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < LEAN_LEVELS or data.dtype.kind not in "biufc":
        return None
    count = np.count_nonzero(data) if isinstance(data, np.ndarray) else data.nnz
    if count > FEW * shape[0] ** 2:
        return None
    from scipy.sparse import csr_array

    return _clean(csr_array(data).astype(complex))


def identity_like(x: Any) -> Any:
    """The identity of the size and kind of an operator."""
    if not isinstance(x, SparseOperator):
        return np.eye(len(x))
    from scipy.sparse import eye_array

    return SparseOperator(eye_array(len(x), format="csr"))


def add_to(total: npt.NDArray[Any], coefficient: Any, operator: Any) -> None:
    """Add a multiple of an operator to a dense matrix ``(..., N, N)``, in its memory.

    Parameters
    ----------
    coefficient : number or array (...)
    operator : array or SparseOperator (N, N)
    """
    c = np.asarray(coefficient)
    if not isinstance(operator, SparseOperator):
        total += c[..., None, None] * operator
        return
    row, column, values = operator.places()
    total[..., row, column] += c[..., None] * values


def _clean(x: Any) -> Any:
    """Elements in order, none twice, without zeros."""
    x = x.tocsr(copy=True)  # parts of a matrix share its places
    x.sum_duplicates()
    x.eliminate_zeros()
    return x


def _elements(x: Any) -> Any:
    return x.elements if isinstance(x, SparseOperator) else x


def _dense(x: Any) -> Any:
    if isinstance(x, list | tuple):
        return type(x)(map(_dense, x))
    return np.asarray(x) if isinstance(x, SparseOperator) else x


def _is_place(key: tuple[Any, ...]) -> bool:
    return len(key) == 2 and all(isinstance(k, int | np.integer) for k in key)


def _is_sparse(x: Any) -> bool:
    return hasattr(x, "tocsr")


def _same(operation: Callable[..., Any]) -> Callable[..., Any]:
    """What takes zeros to zeros, of one matrix."""
    return lambda x: SparseOperator(operation(x))


def _both(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Sums of two of them."""

    def kept(x: Any, y: Any) -> Any:
        both = _is_sparse(x) and _is_sparse(y)
        return SparseOperator(_clean(operation(x, y))) if both else NotImplemented

    return kept


def _added(x: Any, y: Any) -> Any:
    for one, other in ((x, y), (y, x)):  # Python's sums begin with a zero
        if _is_sparse(one) and not _is_sparse(other) and np.ndim(other) == 0 and other == 0:
            return SparseOperator(one)
    return _both(lambda a, b: a + b)(x, y)


def _multiplied(x: Any, y: Any) -> Any:
    if not _is_sparse(x):
        x, y = y, x
    if np.ndim(y) == 0 and not _is_sparse(y):
        return SparseOperator(_clean(x * y)) if np.isfinite(y) else NotImplemented
    finite = _is_sparse(y) or np.shape(y) == x.shape
    return SparseOperator(_clean(x.multiply(y))) if finite else NotImplemented


def _divided(x: Any, y: Any) -> Any:
    plain = _is_sparse(x) and not _is_sparse(y) and np.ndim(y) == 0 and y != 0
    return SparseOperator(_clean(x / y)) if plain else NotImplemented


def _product(x: Any, y: Any) -> Any:
    if np.ndim(x) > 2 or np.ndim(y) > 2:
        return NotImplemented
    out = x @ y
    return SparseOperator(_clean(out)) if _is_sparse(out) else out


def _unequal(x: Any, y: Any) -> Any:
    plain = _is_sparse(x) and not _is_sparse(y) and np.ndim(y) == 0 and y == 0
    return SparseOperator(x.astype(bool)) if plain else NotImplemented


def _power(x: Any, y: Any) -> Any:
    plain = _is_sparse(x) and np.ndim(y) == 0 and not _is_sparse(y) and y == 2
    return SparseOperator(x.multiply(x).tocsr()) if plain else NotImplemented


_KEPT: dict[Any, Callable[..., Any]] = {
    np.absolute: _same(abs), np.conjugate: _same(lambda x: x.conj()), np.negative: _same(lambda x: -x),
    np.square: _same(lambda x: x.multiply(x).tocsr()), np.power: _power,
    np.add: _added, np.subtract: _both(lambda x, y: x - y),
    np.multiply: _multiplied, np.true_divide: _divided, np.matmul: _product, np.not_equal: _unequal,
}  # fmt: skip


def _all_equal(x: Any, y: Any, **_: Any) -> Any:
    if not (isinstance(x, SparseOperator) and isinstance(y, SparseOperator)):
        return NotImplemented
    a, b = x.elements, y.elements
    return a.shape == b.shape and all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in ("indptr", "indices", "data")
    )


def _inner(x: Any, y: Any) -> Any:
    both = isinstance(x, SparseOperator) and isinstance(y, SparseOperator)
    return (x.conj() * y).sum() if both else NotImplemented


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.real: lambda x: x.real, np.imag: lambda x: x.imag, np.diagonal: lambda x, offset=0: x.diagonal(offset),
    np.trace: lambda x: x.diagonal().sum(), np.array_equal: _all_equal, np.vdot: _inner,
    np.count_nonzero: lambda x: int(np.count_nonzero(x.elements.data)), np.shape: lambda x: x.shape,
    np.ndim: lambda x: 2, np.iscomplexobj: lambda x: x.dtype.kind == "c",
    np.isrealobj: lambda x: x.dtype.kind != "c",
}  # fmt: skip
