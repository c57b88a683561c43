"""Array helpers shared by every kernel: namespace, dagger, broadcasting, finiteness."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
from array_api_compat import array_namespace, is_array_api_obj
from array_api_compat import numpy as _numpy_namespace

# Any array of the array-API standard (NumPy, JAX, CuPy, array-api-strict); a number may stand
# where a zero-dimensional array may.
Array = Any
Number = Any

# Longest axis, in elements, that is reduced slice by slice. NumPy's own reduction over the last axis starts a
# loop for each row, which costs more than the row while rows are short: over 1000 rows
# the maximum by slices was 11 times faster at 4 elements, twice at 16, and slower from 32 on.
SHORT = 16

__all__ = [
    "Array",
    "Fields",
    "Number",
    "added",
    "dagger",
    "diagonal",
    "expand",
    "finite_number",
    "folded",
    "if_any",
    "in_a_row",
    "is_array",
    "is_concrete",
    "is_numpy",
    "namespace",
    "over_last",
    "real_number",
    "repeated",
    "to_numpy",
    "values_of",
    "whole_number",
]


# Types that are asked for most often, by systems of plain numbers; a NumPy scalar is none of them.
_PLAIN = frozenset({int, float, complex, type(None)})


def is_array(x: object) -> bool:
    """Whether ``x`` is an array of a known array-API library."""
    if isinstance(x, np.ndarray):
        return True
    return type(x) not in _PLAIN and is_array_api_obj(x)


def namespace(*values: object) -> ModuleType:
    """Array namespace of the non-NumPy arrays among ``values``, else NumPy's.

    Operators are NumPy arrays even where the parameters are JAX arrays, so NumPy gives way.
    """
    foreign = [x for x in values if not isinstance(x, np.ndarray | np.generic) and is_array(x)]
    if foreign:
        library: ModuleType = array_namespace(*foreign)
        return library
    return _numpy_namespace


def is_numpy(xp: ModuleType) -> bool:
    """Whether the namespace is NumPy's, so that host-side shortcuts are allowed."""
    return xp is _numpy_namespace or xp is np


def is_concrete(x: object) -> bool:
    """Whether the values of ``x`` may be looked at (false for a JAX tracer)."""
    return not any(base.__name__ == "Tracer" for base in type(x).__mro__)


def to_numpy(x: Array) -> np.ndarray[Any, Any]:
    """Copy of an array on the host, as NumPy; the door out of any library."""
    if isinstance(x, np.ndarray):
        return x
    get = getattr(x, "get", None)  # CuPy does not convert itself
    return np.asarray(get() if callable(get) else x)


def expand(x: Number, axes: int) -> Number:
    """Append ``axes`` axes of length one to an array; leave a Python number alone."""
    if not is_array(x) or getattr(x, "ndim", 0) == 0:
        return x
    return x[(..., *([None] * axes))]


def dagger(x: Array) -> Array:
    """Hermitian conjugate over the last two axes."""
    xp = namespace(x)
    flipped = xp.matrix_transpose(x)
    return xp.conj(flipped) if xp.isdtype(x.dtype, "complex floating") else flipped


def diagonal(x: Array) -> Array:
    """Diagonal over the last two axes, shape ``(..., N)``."""
    return namespace(x).linalg.diagonal(x)


def folded(operation: np.ufunc, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Reduction of a NumPy array over its last axis, slice by slice where that is shorter than `SHORT`."""
    if not 0 < x.shape[-1] <= SHORT:
        return np.asarray(operation.reduce(x, axis=-1))
    out = x[..., 0]
    for k in range(1, x.shape[-1]):
        out = operation(out, x[..., k])
    return np.asarray(out)


def in_a_row(places: npt.NDArray[np.intp]) -> npt.NDArray[np.intp] | slice:
    """Places as a slice where each follows the one before: what stands there is no copy, and soon written.

    >>> in_a_row(np.array([3, 4, 5])), in_a_row(np.array([3, 5]))
    (slice(3, 6, None), array([3, 5]))
    """
    if not len(places) or places[-1] - places[0] != len(places) - 1 or (np.diff(places) != 1).any():
        return places
    return slice(int(places[0]), int(places[-1]) + 1)


def over_last(operation: str, x: Array) -> Array:
    """Sum ("add"), "maximum" or "minimum" over the last axis, in any namespace."""
    xp = namespace(x)
    if is_numpy(xp):
        return folded(getattr(np, operation), x)
    return {"add": xp.sum, "maximum": xp.max, "minimum": xp.min}[operation](x, axis=-1)


def added(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum of a NumPy array over its first axis, term after term; NumPy adds a single column in pairs."""
    return np.asarray(np.add.accumulate(x)[-1] if x[0].size == 1 else np.add.reduce(x))


def repeated(xp: ModuleType, count: int, step: Callable[[Any, Any], Any], state: Any) -> Any:
    """What is left of a state after so many steps (k, state) -> state; JAX compiles one for all."""
    if xp.__name__.startswith("jax"):
        import jax

        return jax.lax.fori_loop(0, count, step, state)
    for k in range(count):
        state = step(k, state)
    return state


def if_any(flags: Array, work: Callable[[], Any], nothing: Any) -> Any:
    """What work gives where any flag is set, else nothing; JAX compiles both and runs one."""
    xp = namespace(flags)
    if not is_concrete(flags):
        import jax

        return jax.lax.cond(xp.any(flags), work, lambda: nothing)
    return work() if bool(xp.any(flags)) else nothing


def finite_number(x: object) -> bool:
    """Whether ``x`` is a finite real or complex Python or NumPy scalar."""
    if isinstance(x, bool) or not isinstance(x, int | float | complex | np.number):
        return False
    try:
        z = complex(x)
    except OverflowError:  # an integer of hundreds of digits
        return False
    return math.isfinite(z.real) and math.isfinite(z.imag)


def real_number(x: object) -> bool:
    """Whether ``x`` is a finite real Python or NumPy scalar."""
    return finite_number(x) and not isinstance(x, complex | np.complexfloating)


def whole_number(x: object, least: int | None = None, most: int | None = None) -> bool:
    """Whether ``x`` is a Python or NumPy integer, not below the least and not above the most.

    >>> whole_number(3, 1, 3), whole_number(True, 1), whole_number(2.0)
    (True, False, False)
    """
    if isinstance(x, bool) or not isinstance(x, int | np.integer):
        return False
    return (least is None or bool(x >= least)) and (most is None or bool(x <= most))


Fields = dict[str, npt.NDArray[Any]]


def values_of(record: Any) -> tuple[Any, ...]:
    """Values of a dataclass in the order of its fields, without what it has cached."""
    return tuple(getattr(record, field.name) for field in fields(record))
