"""What a result depends on, value by value, so that a stored run is only continued by its own kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from ..._version import __version__
from ...description.reservoir import ReservoirState
from ...description.sparse_operator import SparseOperator
from ...description.spectral_density import Flat, SpectralDensity
from ...description.system import System
from ...physics.method import Method
from .code_digest import OPAQUE, VERSION, code_digest, is_installed, value_digest

__all__ = ["configuration", "differences"]

Value = str | float | bool | None
# Frequencies by which a spectral density that is a function is known: a hundred a decade around the unit of
# energy. A choice: they show what depends on more than the code, such as a file that the function reads.
_PROBES = np.geomspace(1e-3, 1e3, 601)
_CODE = "code "  # how the digest of a function or a class begins
_MOST_NAMED = 4  # differences that an error names: as many as can be read at once


def configuration(system: System, method: Method) -> dict[str, Value]:
    """Everything that the numbers of a result depend on, by its path.

    Plain numbers and texts stand for themselves, arrays by a digest of their values. A spectral density
    that is a function, or a function in the state of a reservoir, stands by its code and by its values, and
    so does a class of spectral densities or states that is not sambe's own.

    Parameters
    ----------
    system : System
        Labelled or not.
    method : Method

    Examples
    --------
    >>> import sambe
    >>> from sambe.physics.preparation import prepare
    >>> qubit = sambe.models.spin_boson(drive=0.1, omega=0.8)
    >>> configuration(qubit, prepare(qubit))["system.omega"]
    0.8
    """
    return {"sambe": __version__, **dict(_entries("system", system)), **dict(_entries("method", method))}


def _entries(path: str, value: Any) -> Iterator[tuple[str, Value]]:
    """Every value below an object by its path, in the order of its fields."""
    written = _written(value)
    if written:
        yield path, *written
        return
    if is_dataclass(value):
        yield path, type(value).__name__
        if not is_installed(type(value)):
            yield f"{path}.class", f"{_CODE}{code_digest(type(value))}"
    for name, part in _parts(value):
        yield from _entries(path + name, part)


def _written(value: Any) -> tuple[()] | tuple[Value]:
    """A number, a text or an array as a store keeps it; nothing for what has parts, and for other objects."""
    if value is None or isinstance(value, bool | str):
        return (value,)
    if hasattr(value, "dims"):
        coords = (value.coords[name].values for name in value.dims if name in value.coords)
        return (value_digest(repr(value.dims), value.values, *coords),)
    if isinstance(value, SparseOperator):  # as the dense matrix, so that a store does not ask how it is held
        return (value_digest(np.asarray(value)),)
    if isinstance(value, np.ndarray) and value.ndim:
        return (value_digest(value),)
    if isinstance(value, int | float | np.number | np.ndarray) and np.isrealobj(value):
        return (float(value),)
    if isinstance(value, complex | np.number | np.ndarray):
        return (str(complex(value)),)
    return ()


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What an object consists of, each part with its piece of the path."""
    if isinstance(value, Mapping):
        yield from ((f"[{key}]", part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"[{k}]", part) for k, part in enumerate(value))
    elif is_dataclass(value):
        for field in fields(value):
            part = getattr(value, field.name)
            yield f".{field.name}", _field(value, field.name)
            if isinstance(value, SpectralDensity | ReservoirState) and _is_opaque(part):
                yield f".{field.name}.code", f"{_CODE}{code_digest(part)}"


def _field(value: Any, name: str) -> Any:
    """Field of a dataclass; where a spectral density or a state is a function, its values at the probes."""
    part = getattr(value, name)
    if isinstance(value, SpectralDensity) and _is_opaque(part):
        return value.map_numbers(lambda _, __: 1.0).density(_PROBES)
    if isinstance(value, ReservoirState) and _is_opaque(part):
        first = value.map_numbers(lambda _, x: float(np.ravel(np.asarray(x))[0]))
        return np.stack(first.rates(Flat(1.0), _PROBES))
    return part


def _is_opaque(x: object) -> bool:
    """Whether a value is a function or a foreign object, known by what it does alone."""
    known = int | float | complex | np.number | np.ndarray | str | None
    return not (hasattr(x, "dims") or isinstance(x, known))


def differences(old: Mapping[str, Value], new: Mapping[str, Value]) -> list[str]:
    """What is not the same, in words, at most `_MOST_NAMED` things."""
    out = []
    for path in sorted({*old, *new}):
        there, here = (str(x.get(path, "nothing")) for x in (old, new))
        if path not in old or path not in new or old[path] != new[path] or here.startswith(_CODE + OPAQUE):
            out.append(path + _compared(there, here))
    first = _MOST_NAMED - 1
    return out if len(out) <= _MOST_NAMED else [*out[:first], f"{len(out) - first} things more"]


def _compared(there: str, here: str) -> str:
    """In words, how two values of one thing differ."""
    if here.startswith(_CODE + OPAQUE):
        return f" {here.removeprefix(_CODE)}; give it an attribute {VERSION}, a text that changes as it does"
    if there.startswith(_CODE) and here.startswith(_CODE):
        return f" is another function, or of another Python (an attribute {VERSION} would stand for its code)"
    changed = there.startswith("sha256:") and here.startswith("sha256:")
    return " has other values" if changed else f" was {there}, is {here}"
