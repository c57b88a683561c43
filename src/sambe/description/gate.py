"""The gate of a description: numbers, arrays, sizes, names and labels are looked at once, before any work.

Whatever comes from a user passes here, from Python or from a file, and is refused with the field, the value
and the way out, or leaves as what everything behind the gate expects: double or single precision in the
machine's byte order, finite where it stands alone, names that every file can hold.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import Number, whole_number

__all__ = [
    "LEVELS_VARIABLE",
    "PART",
    "RESERVED",
    "answers",
    "axis_name",
    "frozen",
    "is_labelled",
    "looked_at",
    "most_levels",
    "names_once",
    "number",
    "size",
    "text",
    "truth",
    "unchecked",
]

_T = TypeVar("_T")

# Levels at most, unless the environment says otherwise. A choice: one dense matrix of 4096 levels takes
# 268 MB, and a point needs dozens of them.
MOST_LEVELS = 4096
LEVELS_VARIABLE = "SAMBE_MOST_LEVELS"
COMPLEX = 16  # bytes of an element
# Characters of a name or a title. A choice: beyond any that a person writes, and quick to look through.
LONGEST_TEXT = 10**6
# Control characters but for tabulators and line ends; halves of surrogate pairs, which no file in UTF-8
# holds; and the two code points that no XML file, such as an SVG, may contain.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile("[\t\n\r\u2028\u2029]")
# Names of terminals that are not a bath's: those of the drive and of what is counted beside energies.
RESERVED = re.compile(r"pump( \d+)?|particle .*|.*:.*", re.DOTALL)
PART = "spectrum"  # field of an error that does not know its bath
_KEPT = ("float32", "float64", "complex64", "complex128")


def text(field: str, value: Any, lines: bool = True) -> str:
    """A text that every file of results can hold; ``lines`` says whether it may have several.

    >>> text("title", "heat \u2192 work")
    'heat \u2192 work'
    """
    if not isinstance(value, str):
        raise InputError(field, value, "give a text")
    if len(value) > LONGEST_TEXT:
        raise InputError(field, value, f"has {len(value)} characters; {LONGEST_TEXT} are enough")
    bad = _UNWRITABLE.search(value) or (None if lines else _LINE.search(value))
    if bad:
        raise InputError(field, value, f"the character {bad[0]!a} at {bad.start()} cannot be written to a "
                         "file of results; leave it out")  # fmt: skip
    return value


def truth(field: str, value: Any) -> bool:
    """A truth value, and nothing that stands for one."""
    if not isinstance(value, bool):
        raise InputError(field, value, "give True or False")
    return value


def names_once(field: str, value: Any) -> list[str]:
    """One or more different names in a list."""
    listed = isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)
    if not listed or not value or len(set(value)) != len(value):
        raise InputError(field, value, "name one or more in a list, each once")
    return list(value)


def axis_name(field: str, name: Any) -> str:
    """Name of a dimension or coordinate."""
    if not isinstance(name, str) or not name.strip(". \t\r\n"):  # a store takes no "." or ".."
        raise InputError(field, name, "give a name, as a text")
    return text(field, name, lines=False)


def most_levels() -> int:
    """Levels that a system may have."""
    given = os.environ.get(LEVELS_VARIABLE, "")
    if not given:
        return MOST_LEVELS
    if not given.isdecimal() or len(given) > 9 or int(given) < 1:
        raise InputError(LEVELS_VARIABLE, given, "the environment variable is a positive whole number")
    return int(given)


def size(field: str, value: Any, least: int = 1) -> int:
    """Number of levels: a whole number for which a matrix can be held.

    Raises
    ------
    InputError
        That says what more would need, and how to ask for it.
    """
    if not whole_number(value, least):
        kind = "a positive integer" if least == 1 else f"an integer from {least} up"
        raise InputError(field, value, f"give the number of levels as {kind}")
    most = most_levels()
    if value > most:
        need = (
            f"{COMPLEX * float(value) ** 2 / 1e9:.3g} GB" if value < 10**9 else "more than any computer has"
        )
        raise InputError(
            field, value, f"one matrix of so many levels takes {need}, and a point needs dozens of them; up "
            f"to {most} are allowed, or what the environment variable {LEVELS_VARIABLE} says",
        )  # fmt: skip
    return int(value)


def is_labelled(x: object) -> bool:
    """Whether a number is a labelled array."""
    return hasattr(x, "dims") and hasattr(x, "coords")


def number(field: str, x: Number) -> Number:
    """A number or array of a description in a type that kernels compute with; others go on as they are.

    Half and extended precision, integers, foreign byte orders, objects that are numbers and masked elements
    (which become NaN) are put right; truth values, texts and dates are refused.
    """
    if is_labelled(x):
        return _labelled(field, x)
    if isinstance(x, np.ndarray) and x.ndim:
        return _plain_array(field, x)
    if isinstance(x, np.ndarray | np.generic):
        x = _plain_array(field, np.asarray(x)[None])[0].item()
    if isinstance(x, int) and not isinstance(x, bool):
        try:
            return float(x)  # whole numbers have no negative powers in NumPy
        except OverflowError:
            raise InputError(field, x, "is beyond what a double can hold, 1.8e308") from None
    return x.real if isinstance(x, complex) and x.imag == 0 else x


def _plain_array(field: str, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same values as doubles, complex ones if need be; single precision stays."""
    if not x.size:
        raise InputError(field, x.shape, "a sweep axis needs at least one value")
    if isinstance(x, np.ma.MaskedArray):
        x = np.ma.filled(x.astype(complex if x.dtype.kind == "c" else float), np.nan)
    if x.dtype.name in _KEPT and x.dtype.isnative:
        return x
    if x.dtype.kind in "iufc":
        with np.errstate(over="ignore"):  # what a double cannot hold is infinite, and its point is marked
            if x.dtype.name in _KEPT:
                return x.astype(x.dtype.newbyteorder("="))
            return x.astype(complex if x.dtype.kind == "c" else float)
    if x.dtype.kind == "O" and not any(isinstance(value, bool | str | bytes) for value in x.flat):
        for kind in (float, complex):
            try:
                return x.astype(kind)
            except (TypeError, ValueError, OverflowError):
                continue
    raise InputError(field, x.dtype, "give numbers; these are of another type")


def _labelled(field: str, x: Any) -> Any:
    """A labelled array whose values are numbers and whose coordinates a file of results can hold."""
    for name in x.dims:
        axis_name(f"{field}: dimension", name)
    if x.dtype.name not in _KEPT or not x.dtype.isnative:
        if x.dtype.kind in "iufc":  # lazy arrays too
            with np.errstate(over="ignore"):
                wide = complex if x.dtype.kind == "c" else float
                x = x.astype(x.dtype.newbyteorder("=") if x.dtype.name in _KEPT else wide)
        elif getattr(x, "chunks", None) is not None:
            raise InputError(field, x.dtype, "give numbers; these are of another type")
        else:
            x = x.copy(data=_plain_array(field, x.values))
    changed = {}
    for name, coordinate in x.coords.items():
        axis_name(f"{field}: coordinate", name)
        values = _coordinate(f"{field}: coordinate {name!r}", coordinate)
        if values is not None:
            changed[name] = (coordinate.dims, values, coordinate.attrs)
    return x.assign_coords(changed) if changed else x


def _coordinate(field: str, x: Any) -> npt.NDArray[Any] | None:
    """Values of a coordinate where they are to be changed."""
    for key, value in x.attrs.items():
        _attribute(field, key, value)
    if x.name in x.indexes and getattr(x.indexes[x.name], "nlevels", 1) > 1:
        raise InputError(field, x.dtype, "no file holds a MultiIndex; give the levels as coordinates, with "
                         "reset_index(...)")  # fmt: skip
    if x.dtype.kind in "iufcbSUMm":
        if x.dtype.kind in "fc" and x.dtype.itemsize > (8 if x.dtype.kind == "f" else 16):
            return np.asarray(x.values, dtype=complex if x.dtype.kind == "c" else float)
        if x.dtype.kind == "U":
            _texts(field, x.values)
        return None
    if getattr(x, "chunks", None) is None:
        values = np.asarray(x.values)
        if values.dtype.kind == "O" and all(isinstance(value, str) for value in values.flat):
            _texts(field, values)
            return None if isinstance(x.dtype, np.dtype) else values  # categories become texts
        try:
            return _plain_array(field, values)
        except InputError:
            pass
    raise InputError(field, x.dtype, "give numbers, texts or dates for the points of an axis")


def _attribute(field: str, key: Any, value: Any) -> None:
    """Refuse what some file of results cannot hold as an attribute."""
    field = f"{field}: attribute {text(f'{field}: attribute', key)!r}"
    if isinstance(value, str):
        text(field, value)
    values = np.asarray(value)
    if values.dtype.kind == "U":
        _texts(field, values)
    if values.dtype.kind not in "iufU" or values.ndim > 1:
        raise InputError(field, value, "give texts or real numbers, one or a row of them")


def _texts(field: str, values: npt.NDArray[Any]) -> None:
    for value in values.flat:
        text(field, str(value))


def _is_writable(x: Any) -> bool:
    """Whether a number is an array of NumPy's that its owner could still change."""
    values = x.variable.data if is_labelled(x) else x
    while isinstance(values, np.ndarray) and values.ndim > 0:
        if values.flags.writeable:
            return True
        values = values.base  # a view that is read only may be one of an array that is not
    return False


def frozen(x: Any) -> Any:
    """A number whose values nobody can change: a copy where it is an array that its owner could write to."""
    if not _is_writable(x):
        return x
    if is_labelled(x):
        return x.copy(deep=True, data=frozen(x.values))
    repeated = tuple(slice(0, 1) if step == 0 else slice(None) for step in x.strides)
    copy = x[repeated].copy()
    copy.setflags(write=False)
    return np.broadcast_to(copy, x.shape) if copy.shape != x.shape else copy


def unchecked(kind: type[_T], given: Any, /, **values: Any) -> _T:
    """A frozen dataclass with the fields of one that is given, and values in the place of some.

    What follows from something that was checked is not checked again.
    """
    out = object.__new__(kind)
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        name = field.name
        object.__setattr__(out, name, values[name] if name in values else getattr(given, name))
    return out


def answers(function: Callable[[Any], Any], w: npt.NDArray[Any], part: str = PART, symbol: str = "J") -> Any:
    """What a user's function says at some frequencies: one finite number for each, not negative.

    Parameters
    ----------
    function : callable
    w : array
    part, symbol : str
        Field of an error, and how it names the function.

    Raises
    ------
    InputError
        With a frequency, where there is one to name.
    """
    name = getattr(function, "__name__", type(function).__name__)
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(function(w))
        except Exception as error:  # whatever a user's function may raise
            said = (
                f"fails on frequencies from {w.min():.6g} to {w.max():.6g} ({type(error).__name__}: {error})"
                "; it is given arrays, so write it with NumPy's functions"
            )
            raise InputError(part, name, said) from error
    if values.shape not in ((), w.shape) or values.dtype.kind not in "iuf":
        raise InputError(
            part, name, f"gives {values.dtype} of shape {values.shape} for frequencies of shape {w.shape}; "
            "give one real number for each",
        )  # fmt: skip
    bad = np.broadcast_to(~(np.isfinite(values) & (values >= 0)), w.shape)
    if bad.any():
        shown = float(np.broadcast_to(values, w.shape)[bad][0])
        raise InputError(
            part, name, f"{symbol}({float(w[bad][0]):.6g}) is {shown:.6g}; it must give one finite number "
            "that is not negative for each frequency",
        )  # fmt: skip
    return values


def looked_at(
    function: Callable[[Any], Any], field: str, symbol: str = "J", both_signs: bool = False
) -> Callable[[Any], Any]:
    """The same callable, after a look at whether it takes arrays and answers anywhere.

    What it does at a single frequency is the affair of the points that ask for that.
    """
    probe = np.array([0.5, 1.0, 2.0])
    if both_signs:
        probe = np.concatenate([-probe[::-1], probe])
    whole = _fault(function, probe, symbol)
    if whole is None:
        return function
    alone = [_fault(function, probe[k : k + 1], symbol) for k in range(probe.size)]
    if all(fault is not None for fault in alone) or not any(alone):
        raise InputError(field, whole.value, whole.remedy) from whole
    return function


def _fault(function: Callable[[Any], Any], w: npt.NDArray[Any], symbol: str) -> InputError | None:
    """What is wrong with a function's answer at some frequencies."""
    try:
        answers(function, w, symbol=symbol)
    except InputError as error:
        return error
    return None
