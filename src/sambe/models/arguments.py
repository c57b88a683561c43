"""Checks of what the ready-made models take: numbers, sizes, and a place for each bath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..description.bath import Bath
from ..description.gate import is_labelled, size
from ..description.gate import number as checked
from ..description.operators import Operator
from ..description.spectral_density import Ohmic
from ..errors import InputError
from ..numerics.arrays import Number, finite_number, is_array

__all__ = ["COOL", "Baths", "each", "everywhere", "ladder", "listed_baths", "number", "several"]

Baths = Sequence[Bath] | Bath | None

# The two Ohmic baths of a model that is given none: strength 1, cutoff and temperatures in units of the
# energy, which is 1 for the default splittings. A choice, weak coupling (J(1) = 0.0018)
# and with a clear bias; the reference numbers of the tests are for these baths.
DEFAULT_STRENGTH, DEFAULT_CUTOFF = 0.002, 10.0
DEFAULT_TEMPERATURES = (1.2, 0.4)
EXAMPLE = 'sambe.Bath("hot", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)'  # for messages
# Those of devices of which a few levels of each ladder are kept, whose top levels stay empty at them.
COOL = (0.25, 0.1)


def number(field: str, x: Number) -> Number:
    """A finite number or an array, under the name that the caller knows it by."""
    x = checked(field, x)
    if is_array(x) or is_labelled(x):
        if np.prod(x.shape, dtype=int) == 0:
            raise InputError(field, x.shape, "a sweep axis needs at least one value")
        return x
    if not finite_number(x):
        raise InputError(field, x, "give a finite number, or sambe.axis(...) for a sweep")
    return x


def several(field: str, values: Sequence[Number], count: int) -> list[Number]:
    """Exactly ``count`` numbers, each as `number` wants it."""
    listed = isinstance(values, list | tuple) or getattr(values, "ndim", 0) == 1
    if not listed or len(values) != count:
        raise InputError(field, values, f"give {count} numbers")
    return [number(f"{field}[{k}]", x) for k, x in enumerate(values)]


def ladder(levels: int) -> int:
    """Number of Fock states of a ladder that can be driven."""
    return size("levels", levels, least=2)


def _default_baths(
    temperatures: tuple[float, float], names: tuple[str, str] = ("left", "right")
) -> tuple[Bath, ...]:
    spectrum = Ohmic(DEFAULT_STRENGTH, cutoff=DEFAULT_CUTOFF)
    return tuple(
        Bath(name, spectrum=spectrum, temperature=t) for name, t in zip(names, temperatures, strict=True)
    )


def listed_baths(baths: Baths) -> tuple[Bath, ...]:
    """One bath or several as a tuple; anything else is refused."""
    listed = (
        (baths,)
        if isinstance(baths, Bath)
        else tuple(baths)
        if isinstance(baths, Iterable) and len(getattr(baths, "shape", "1"))
        else ()
    )
    if not listed or not all(isinstance(bath, Bath) for bath in listed):
        raise InputError("baths", baths, f"give at least one sambe.Bath, such as {EXAMPLE}")
    return listed


def everywhere(
    baths: Baths, coupling: Any, temperatures: tuple[float, float] = DEFAULT_TEMPERATURES
) -> tuple[Bath, ...]:
    """Baths with one coupling, whatever a `Bath` takes for one, for all that bring none; by default two with
    these temperatures."""
    listed = _default_baths(temperatures) if baths is None else listed_baths(baths)
    return tuple(b if b.coupling is not None else replace(b, coupling=coupling) for b in listed)


def each(
    baths: Baths,
    couplings: list[Operator],
    names: tuple[str, str] = ("left", "right"),
    temperatures: tuple[float, float] = DEFAULT_TEMPERATURES,
) -> tuple[Bath, ...]:
    """Baths with the coupling of their place in the list; further ones must bring their own. By default two
    with these names and temperatures."""
    listed = _default_baths(temperatures, names) if baths is None else listed_baths(baths)
    places: list[Operator | None] = [*couplings, *[None] * len(listed)]
    if len(listed) < len(couplings) or any(
        b.coupling is None and op is None for b, op in zip(listed, places, strict=False)
    ):
        raise InputError(
            "baths", [b.name for b in listed],
            f"this model has {len(couplings)} places for a bath, in this order; give one for each "
            "(any further bath needs a coupling of its own)",
        )  # fmt: skip
    return tuple(
        b if b.coupling is not None else replace(b, coupling=op)
        for b, op in zip(listed, places, strict=False)
    )
