"""Laws that currents obey: the first one as a residual, the second one as an entropy production."""

from __future__ import annotations

from functools import reduce

from ...numerics.arrays import Array, namespace

__all__ = ["entropy_production", "first_law_residual", "thermal_entropy"]

# Heat into a bath at T = 0, over the largest current of the point, that counts as none. A choice: some tens
# of roundings.
NO_HEAT = 1e-14


def first_law_residual(currents: Array) -> Array:
    """Sum of the currents over the terminals, ``(...)``."""
    return _total(currents)


def entropy_production(currents: Array, temperatures: Array) -> Array:
    """Rate -sum_u J_u / T_u over the baths, ``(...)``; +inf where heat flows into a bath at T = 0.

    NaN where a bath has no temperature: what its energy carries in entropy is not J over a number.

    Parameters
    ----------
    currents : array (..., U + 1)
    temperatures : array (..., U)
        NaN for a bath that has none.
    """
    xp = namespace(currents)
    largest = reduce(xp.maximum, _apart(xp.abs(currents)))
    return _total(-thermal_entropy(currents[..., : temperatures.shape[-1]], temperatures, largest[..., None]))


def thermal_entropy(heat: Array, temperature: Array, largest: Array) -> Array:
    """J/T, the entropy that heat brings; -inf where heat flows into a bath at T = 0.

    Parameters
    ----------
    heat, temperature : array
    largest : array
        Largest current of the point: rounding of it must not turn "no heat" into infinity.
    """
    xp = namespace(heat)
    cold = temperature <= 0
    ratio = heat / xp.where(cold, xp.ones_like(temperature), temperature)
    into = heat < -NO_HEAT * largest
    return xp.where(cold, xp.where(into, xp.full_like(ratio, -float("inf")), 0.0 * ratio), ratio)


def _apart(x: Array) -> list[Array]:
    """Entries along the last axis: terminals are few, and NumPy is slow over short axes."""
    return [x[..., k] for k in range(x.shape[-1])]


def _total(x: Array) -> Array:
    first, *more = _apart(x)
    return sum(more, start=first)
