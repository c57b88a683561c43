"""What a function is, by its code: so that a store is only continued by the function that began it.

Values at some frequencies cannot tell two functions apart that differ between them. Here a function stands by
its bytecode and constants, its defaults, what its closure holds, and the globals that it names; an object by
its class and its state. Functions of an installed package stand by their name and its version. What cannot be
seen through is never the same as anything, unless it bears a version of its own.
"""

from __future__ import annotations

import functools
import hashlib
import sys
import sysconfig
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

__all__ = ["OPAQUE", "VERSION", "code_digest", "is_installed", "value_digest"]

# Attribute by which a function or an object says which it is, instead of its code.
VERSION = "sambe_version"
OPAQUE = "cannot be told apart"  # how the digest of what cannot be seen through begins
_PLAIN = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), range)
_INSTALLED = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
# What is equal by its content: whether two of them are one object is up to Python, and no part of a function.
_SHARED = (tuple, frozenset, np.ndarray, np.generic, types.CodeType)


def value_digest(*parts: Any) -> str:
    """Digest of arrays or texts by their content."""
    out = hashlib.sha256()
    for part in parts:
        x = np.asarray(part)
        text = x.dtype.kind in "OUST"
        out.update(f"{x.dtype.kind}{x.shape}".encode())
        out.update(repr(x.tolist()).encode() if text else np.ascontiguousarray(x).tobytes())
    return f"sha256:{out.hexdigest()[:32]}"


def code_digest(x: Any) -> str:
    """Digest of a function or an object by what it is made of.

    Returns
    -------
    str
        Equal for two that are made of the same. It begins with `OPAQUE` for what cannot be seen through.

    Examples
    --------
    >>> code_digest(lambda w: 0.002 * w) == code_digest(lambda w: 0.002 * w)
    True
    >>> code_digest(lambda w: 0.002 * w) == code_digest(lambda w: 0.003 * w)
    False
    """
    walk = _Walk()
    try:
        text = walk.of(x)
    except (RecursionError, _Opaque) as error:
        return f"{OPAQUE}: {error}"
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


class _Opaque(Exception):
    """Something in a function that shows nothing of itself."""


class _Walk:
    """One walk through a function or an object; what is met a second time is named by its number."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.alive: list[Any] = []  # so that no number is given twice

    def of(self, x: Any) -> str:
        """Text that is the same for what is made of the same."""
        if isinstance(x, _PLAIN):
            return f"{type(x).__name__}:{x!r}"
        if id(x) in self.numbers:
            return f"again:{self.numbers[id(x)]}"
        if not isinstance(x, _SHARED):
            self.numbers[id(x)] = len(self.numbers)
        self.alive.append(x)
        version = getattr(x, VERSION, None)
        if isinstance(version, str | int | float):
            return f"version:{version!r}"
        return f"{type(x).__name__}({','.join(self._parts(x))})"

    def _parts(self, x: Any) -> Iterator[str]:
        for kinds, parts in self._by_kind:
            if isinstance(x, kinds):
                return parts(self, x)
        return self._named_or_made_of(x)

    def _values(self, x: Any) -> Iterator[str]:
        yield value_digest(x) if x.dtype.kind != "O" else self.of(x.tolist())

    def _code(self, code: types.CodeType) -> Iterator[str]:
        """Bytecode and constants; where it stands in which file is no matter."""
        yield code.co_code.hex()
        yield from map(self.of, code.co_consts)
        yield repr((code.co_names, code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]))

    def _items(self, x: Mapping[Any, Any]) -> Iterator[str]:
        return (f"{self.of(key)}:{self.of(value)}" for key, value in x.items())

    def _each(self, x: Any) -> Iterator[str]:
        return map(self.of, x)

    def _unordered(self, x: Any) -> Iterator[str]:
        """Their order is that of this process."""
        return iter(sorted(map(self.of, x), key=str))

    def _module(self, x: types.ModuleType) -> Iterator[str]:
        yield f"{x.__name__} {_package_version(x.__name__)}"

    def _partial(self, x: Any) -> Iterator[str]:
        return map(self.of, (x.func, x.args, x.keywords))

    def _method(self, x: types.MethodType) -> Iterator[str]:
        return map(self.of, (x.__func__, x.__self__))

    _by_kind: ClassVar[tuple[tuple[Any, Callable[[Any, Any], Iterator[str]]], ...]] = (
        ((np.ndarray, np.generic), _values),
        (types.CodeType, _code),
        (Mapping, _items),
        ((list, tuple), _each),
        ((set, frozenset), _unordered),
        (types.ModuleType, _module),
        (functools.partial, _partial),
        (types.MethodType, _method),
    )

    def _named_or_made_of(self, x: Any) -> Iterator[str]:
        """What a package provides by its name, what a user wrote by what it consists of."""
        named = _name_of(x)
        if named is not None:
            yield named
        elif isinstance(x, types.FunctionType):
            yield from self._function(x)
        elif hasattr(x, "__wrapped__"):  # as of a cache, or a compiler
            yield self.of(x.__wrapped__)
        elif isinstance(x, type):
            yield from map(self.of, x.__bases__)
            yield from (f"{name}={self.of(part)}" for name, part in _own_parts(x))
        else:
            yield self.of(type(x))
            yield from self._state(x)

    def _function(self, x: types.FunctionType) -> Iterator[str]:
        yield from map(self.of, (x.__code__, x.__defaults__, x.__kwdefaults__))
        for cell in x.__closure__ or ():
            try:
                yield self.of(cell.cell_contents)
            except ValueError:  # a variable that has no value yet
                yield "empty"
        if hasattr(x, "__wrapped__"):
            yield self.of(x.__wrapped__)
        names = sorted(_names(x.__code__))
        for name in (name for name in names if name in x.__globals__):
            value = x.__globals__[name]
            yield f"{name}={self.of(value)}"
            if isinstance(value, types.ModuleType) and _package_version(value.__name__) is None:
                yield from (f"{name}.{part}={self.of(getattr(value, part))}" for part in names
                            if hasattr(value, part))  # fmt: skip

    def _state(self, x: Any) -> Iterator[str]:
        """State of an object, as it would be copied or pickled."""
        try:
            reduced = x.__reduce_ex__(4)
        except Exception:  # whatever a foreign type may raise
            raise _Opaque(f"an object of {type(x).__module__}.{type(x).__qualname__}") from None
        if isinstance(reduced, str):
            yield reduced
            return
        for part in reduced:
            yield self.of(list(part) if isinstance(part, Iterator) else part)


def _names(code: types.CodeType) -> set[str]:
    """Globals and attributes that a function, or one within it, names."""
    inner = (part for part in code.co_consts if isinstance(part, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def is_installed(kind: type) -> bool:
    """Whether a class is of an installed package, whose version stands for it."""
    return _name_of(kind) is not None


# What a class has by itself without anybody's having written it.
_AUTOMATIC = frozenset({"__dict__", "__weakref__", "__module__", "__doc__", "__qualname__", "__firstlineno__",
                        "__static_attributes__", "__abstractmethods__", "_abc_impl", "__slots__",
                        "__annotations__", "__slotnames__", "__annotate__", "__annotate_func__",
                        "__annotations_cache__",
                        "__parameters__", "__orig_bases__", "__match_args__",
                        "__dataclass_fields__", "__dataclass_params__"})  # fmt: skip


def _own_parts(kind: type) -> Iterator[tuple[str, Any]]:
    """What is written in the body of a class, by name."""
    for name, part in sorted(kind.__dict__.items()):
        if name in _AUTOMATIC or isinstance(part, types.MemberDescriptorType | types.GetSetDescriptorType):
            continue
        if isinstance(part, staticmethod | classmethod):
            yield name, part.__func__
        elif isinstance(part, property):
            yield name, [part.fget]
        elif isinstance(part, functools.cached_property):
            yield name, part.func
        else:
            yield name, part


def _name_of(x: Any) -> str | None:
    """Name and version of what an installed package, or Python itself, provides; None for anything else."""
    module, name = getattr(x, "__module__", None), getattr(x, "__qualname__", None)
    if isinstance(x, np.ufunc):
        module, name = "numpy", x.__name__
    elif isinstance(x, types.BuiltinFunctionType):
        owner = getattr(x, "__self__", None)
        module, name = (module or type(owner).__module__), x.__qualname__
        if owner is not None and not isinstance(owner, types.ModuleType | type):
            return None
    if not isinstance(module, str) or not isinstance(name, str) or "<" in name:
        return None
    version = _package_version(module)
    return None if version is None else f"{module}.{name} {version}"


def _package_version(module: str) -> str | None:
    """Version of the installed package of a module; None where a user wrote it."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "builtins":
        return "of Python"
    package = sys.modules.get(top)
    version, file = getattr(package, "__version__", None), getattr(package, "__file__", None) or ""
    is_installed = top == "sambe" or any(Path(file).is_relative_to(folder) for folder in _INSTALLED)
    return version if isinstance(version, str) and is_installed else None
