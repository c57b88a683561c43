"""Systems and baths as a reader is shown them: numbers by the paths that messages use, and no matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...numerics.arrays import Number
from ..gate import is_labelled

__all__ = ["bath_in_words", "number_in_words", "system_in_words"]

MOST_TERMS = 12  # of a Hamiltonian that are listed; a choice: a screen holds them and the baths


def system_in_words(system: Any) -> str:
    """A system in some lines: its size, its terminals, and every number.

    Examples
    --------
    >>> import sambe
    >>> bath = sambe.Bath("hot", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)
    >>> print(system_in_words(sambe.System([(0.5, sambe.sigmaz())], baths=[bath], name="qubit")))
    System 'qubit': 2 levels, terminals hot, pump
      hamiltonian[0]: 0.5
      bath 'hot': Ohmic, strength 0.002, cutoff 10, exponent 1, temperature 1
    """
    many = f"{system.levels} levels, terminals {', '.join(system.terminals)}"
    starts = tuple(f"{bath.label}." for bath in system.baths)
    terms = [
        f"  {path}: {number_in_words(value)}"
        for path, value in system.numbers().items()
        if value is not None and not path.startswith(starts)
    ]
    if len(terms) > MOST_TERMS:
        terms = [*terms[:MOST_TERMS], f"  and {len(terms) - MOST_TERMS} more numbers, by .numbers()"]
    baths = [f"  {bath_in_words(bath)}" for bath in system.baths]
    return "\n".join([f"System {system.name!r}: {many}", *terms, *baths])


def bath_in_words(bath: Any) -> str:
    """A bath in one line: what it is made of, and its numbers."""
    numbers: dict[str, Number] = {}
    bath.map_numbers(lambda path, value: numbers.setdefault(path, value))
    return f"{bath.label}: {', '.join([*_kinds(bath), *_listed(numbers)])}"


def _kinds(bath: Any) -> list[str]:
    """Names of what a bath is made of."""
    kinds = [type(part).__name__ for part in (bath.spectrum, bath.state) if part is not None]
    if type(bath).__name__ != "Bath":
        kinds = [type(bath).__name__]
    return [*kinds, *(["rotating-wave coupling"] if bath.rotating_wave else [])]


def _listed(numbers: Mapping[str, Number]) -> list[str]:
    """Numbers with the last part of their paths."""
    return [
        f"{path.rsplit('.', 1)[-1]} {number_in_words(value)}"
        for path, value in numbers.items()
        if value is not None and not callable(value)
    ]


def number_in_words(value: Any) -> str:
    """A number as it is, one of a sweep by its axes and ends.

    Examples
    --------
    >>> import sambe
    >>> number_in_words(sambe.axis("omega", [0.5, 1.0, 2.0])), number_in_words(10.0)
    ('0.5 to 2 along omega (3)', '10')
    """
    if is_labelled(value):
        sizes = ", ".join(f"{dim} ({size})" for dim, size in value.sizes.items())
        data = value.data
        if isinstance(data, np.ndarray) and data.dtype.kind in "iuf" and data.size:
            return f"{float(data.min()):.6g} to {float(data.max()):.6g} along {sizes}"
        return f"along {sizes}"  # complex, or not yet computed
    if isinstance(value, int | float | complex | np.generic):
        number = complex(value)
        return f"{number:.6g}" if number.imag else f"{number.real:.6g}"
    return f"{type(value).__name__} of shape {np.shape(value)}"
