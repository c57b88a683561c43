"""What the closed forms share: bath rates, a ladder's populations, and checks of the input."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath, expanded, refuse_beyond_rates
from ..description.operators import Operator
from ..errors import InputError
from ..numerics.arrays import Array, Number, namespace

__all__ = ["Rates", "boltzmann", "check_couplings", "floats", "rates", "sidebands"]


# Largest difference of an element from the model's coupling: rounding of sqrt(n), with room. The elements are
# of the order of one.
ROUNDING = 1e-12
# Sidebands beyond n = x that are summed, in widths x^(1/3) (and two more for small x): J_n(x) falls faster
# than exponentially there, as an Airy function. A choice; at 12 widths what is left out is below rounding.
SIDEBAND_MARGIN = 12.0
# Amplitude over frequency at most. A choice: so many sidebands take a tenth of a second for each point.
LARGEST_INDEX = 1e5


class Rates(NamedTuple):
    """Rates a(W), a(-W) and the dissipation J(W) = a(-W) - a(W), by bath and channel: ``(..., bath, C)``."""

    forward: Array
    backward: Array
    density: Array


def floats(*values: Number) -> tuple[Array, ...]:
    """The numbers as real arrays of one shape, in the namespace of the arrays among them."""
    xp = namespace(*values)
    arrays = (xp.asarray(x if hasattr(x, "dtype") else float(x)) * 1.0 for x in values)
    return tuple(xp.broadcast_arrays(*arrays))


def rates(energy: Array, baths: Sequence[Bath]) -> Rates:
    """Rates at which jumps of energy W, ``(..., C)``, exchange it with each bath."""
    if not baths:
        raise InputError("baths", baths, "give at least one sambe.Bath")
    of_baths: list[Array] = []  # forward, backward and density of the first bath, then of the second, ...
    for bath in (expanded(b, 1) for b in baths):
        refuse_beyond_rates(bath, energy)
        of_baths += [*bath.rates(energy), bath.reservoir.dissipation(energy)]
    xp = namespace(*of_baths)
    shaped = xp.broadcast_arrays(*of_baths)
    return Rates(*(xp.stack(shaped[k::3], axis=-2) for k in range(3)))


def boltzmann(steps: int, up: Array, down: Array) -> tuple[Array, Array]:
    """Populations ``(..., steps + 1)`` of a ladder with one ratio up/down, and that ratio.

    Powers are taken of the smaller ratio, counted from the fuller end, so nothing overflows.
    """
    xp = namespace(up)
    inverted = up > down
    high = xp.where(inverted, up, down)
    small = xp.where(inverted, down, up) / xp.where(high > 0, high, xp.full_like(high, math.nan))
    powers = xp.stack([small**k for k in range(steps + 1)], axis=-1)
    powers = powers / xp.sum(powers, axis=-1)[..., None]
    ratio = up / xp.where(down > 0, down, xp.full_like(down, math.nan))
    ratio = xp.where((down > 0) | (up <= 0), ratio, xp.full_like(ratio, math.inf))
    return xp.where(inverted[..., None], xp.flip(powers, axis=-1), powers), ratio


def sidebands(index: npt.NDArray[np.float64]) -> npt.NDArray[np.int_]:
    """Orders n of all Bessel functions J_n(index) that are not below rounding."""
    reach = float(abs(index).max())
    if not reach <= LARGEST_INDEX:
        raise InputError(
            "omega", reach, f"the drive's amplitude is so many times its frequency; {LARGEST_INDEX:g} at most"
        )
    largest = math.ceil(reach + SIDEBAND_MARGIN * (2.0 + np.cbrt(reach)))
    return np.arange(-largest, largest + 1)


def check_couplings(baths: Sequence[Bath], expected: Callable[[int], Operator]) -> None:
    """Refuse a bath that brings a coupling other than the one the formula is for."""
    for bath in baths:
        if bath.coupling is None:
            continue
        op = bath.operators[0]
        wanted = expected(op.shape[0])
        same = len(bath.operators) == 1 and not bath.modulated and op.shape == wanted.shape
        if not same or not np.allclose(op, wanted, rtol=0, atol=ROUNDING):
            raise InputError(
                f"bath {bath.name!r}.coupling", op, "this closed form is for the model's coupling; "
                "leave it out",
            )  # fmt: skip
