"""What a result depends on, value by value, so that a stored run is only continued by its own kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from .._version import __version__
from ..description.reservoir import ReservoirState
from ..description.spectral_density import Flat, SpectralDensity
from ..description.system import System
from ..physics.method import Method

__all__ = ["configuration", "differences"]

Value = str | float | bool | None
# Frequencies by which a spectral density that is a function is known: a hundred a decade around the unit of
# energy. A choice: two functions that agree at all of them count as the same.
_PROBES = np.geomspace(1e-3, 1e3, 601)
_MOST_NAMED = 4  # differences that an error names: as many as can be read at once


def configuration(system: System, method: Method) -> dict[str, Value]:
    """Everything that the numbers of a result depend on, by its path.

    Plain numbers and texts stand for themselves, arrays by a digest of their values. A spectral density
    that is a function, or a function in the state of a reservoir, stands by its values.

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
    for name, part in _parts(value):
        yield from _entries(path + name, part)


def _written(value: Any) -> tuple[()] | tuple[Value]:
    """A number, a text or an array as a store keeps it; nothing for what has parts, and for other objects."""
    if value is None or isinstance(value, bool | str):
        return (value,)
    if hasattr(value, "dims"):
        coords = (value.coords[name].values for name in value.dims if name in value.coords)
        return (_digest(repr(value.dims), value.values, *coords),)
    if isinstance(value, np.ndarray) and value.ndim:
        return (_digest(value),)
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
        yield from ((f".{field.name}", _field(value, field.name)) for field in fields(value))


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


def _digest(*parts: Any) -> str:
    out = hashlib.sha256()
    for part in parts:
        x = np.asarray(part)
        text = x.dtype.kind in "OUST"
        out.update(f"{x.dtype.kind}{x.shape}".encode())
        out.update(repr(x.tolist()).encode() if text else np.ascontiguousarray(x).tobytes())
    return f"sha256:{out.hexdigest()[:32]}"


def differences(old: Mapping[str, Value], new: Mapping[str, Value]) -> list[str]:
    """What is not the same, in words, at most `_MOST_NAMED` things."""
    out = []
    for path in sorted({*old, *new}):
        if path not in old or path not in new or old[path] != new[path]:
            there, here = (str(x.get(path, "nothing")) for x in (old, new))
            changed = there.startswith("sha256:") and here.startswith("sha256:")
            out.append(path + (" has other values" if changed else f" was {there}, is {here}"))
    first = _MOST_NAMED - 1
    return out if len(out) <= _MOST_NAMED else [*out[:first], f"{len(out) - first} things more"]
