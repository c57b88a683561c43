"""Readers of arguments that are more than what TOML gives: numbers of a sweep, operators, states, times."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ..input.expressions import read_operator
from .task import Context

__all__ = ["as_tuple", "bins", "numbers_by_name", "sector", "state", "times"]


def as_tuple(_field: str, value: Any, _context: Context) -> Any:
    """A list as Python has it where it stands for so many things and no more."""
    return tuple(value) if isinstance(value, list) else value


def numbers_by_name(field: str, value: Any, context: Context) -> dict[str, Any]:
    """A table of numbers, each of which may be swept."""
    if not isinstance(value, dict):
        raise InputError(field, value, "give a table of numbers, { name = 0.1 }")
    last = field.rpartition(".")[2]
    return {name: context.numbers(f"{field}.{name}", x, f"{last}[{name}]") for name, x in value.items()}


def state(field: str, value: Any, context: Context) -> Any:
    """The number of a basis state, a name that the verb knows, or the amplitudes of a ket."""
    if not isinstance(value, list):
        return value
    return np.array([context.numbers.plain(f"{field}[{k}]", x) for k, x in enumerate(value)])


def sector(field: str, value: Any, context: Context) -> list[tuple[Any, Any]]:
    """Pairs of an operator, in the notation of the couplings, and its eigenvalue."""
    out = []
    for k, pair in enumerate(value if isinstance(value, list) else [value]):
        place = f"{field}[{k}]"
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise InputError(place, pair, 'give ["operator", eigenvalue]')
        operator = read_operator(place, pair[0], context.sites(), context.numbers.names)
        out.append((operator, context.numbers.plain(place, pair[1])))
    return out


def bins(field: str, value: Any, context: Context) -> Any:
    """A number of bins, or their edges."""
    return times(field, value, context) if isinstance(value, list | dict) else value


def times(field: str, value: Any, context: Context) -> Any:
    """Values as an axis has them, without its name."""
    if not isinstance(value, list | dict):
        raise InputError(field, value, "give a list, or {start = , stop = , points = }")
    return context.numbers.axis(field, field.rpartition(".")[2], value, -1.0).values
