"""What the closed forms of quantum dots share: the leads' numbers, their Fermi functions and integrals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from ..errors import InputError

__all__ = ["Floats", "Leads", "digamma", "fermi", "finite", "leads_of"]

Floats = npt.NDArray[np.float64]

# |y| beyond which psi(1/2 + y) is ln y + 1/(24 y^2) to rounding: the next term is 7/960 |y|^-4. It stands for
# cold leads, whose y grows as 1/T, and T = 0.
LARGE = 1e4


class Leads(NamedTuple):
    """The arguments of the single level: ``(..., lead)``, but level and omega, ``(..., 1)``."""

    level: Floats
    tunnelling: Floats
    temperature: Floats
    potential: Floats
    swing: Floats  # amplitude of the level against the lead, over omega: the Bessel functions' argument
    omega: Floats


def finite(field: str, value: npt.ArrayLike) -> Floats:
    """The argument as an array of finite numbers."""
    try:
        array = np.asarray(value, float)
    except (TypeError, ValueError):
        raise InputError(field, value, "give a number or an array of numbers") from None
    if not np.isfinite(array).all():
        raise InputError(field, value, "give finite numbers")
    return array


def leads_of(
    level: npt.ArrayLike,
    tunnelling: npt.ArrayLike,
    temperature: npt.ArrayLike,
    chemical_potential: npt.ArrayLike,
    gate: npt.ArrayLike,
    ac_voltage: npt.ArrayLike,
    omega: npt.ArrayLike | None,
) -> Leads:
    """The checked arguments: level and omega ``(..., 1)``, what leads have ``(..., lead)``."""
    rate, heat = finite("tunnelling", tunnelling), finite("temperature", temperature)
    potential, voltage = finite("chemical_potential", chemical_potential), finite("ac_voltage", ac_voltage)
    energy, amplitude = finite("level", level)[..., None], finite("gate", gate)[..., None]
    if not (heat >= 0).all():
        raise InputError("temperature", temperature, "give a temperature >= 0")
    if omega is None and (amplitude.any() or voltage.any()):
        raise InputError("omega", omega, "a drive needs its frequency")
    frequency = finite("omega", 1.0 if omega is None else omega)[..., None]
    if not (frequency > 0).all():
        raise InputError("omega", omega, "give a frequency above zero")
    try:
        batch = np.broadcast_shapes(
            *(x.shape for x in (rate, heat, potential, voltage, energy, amplitude, frequency))
        )
        of_leads = [np.broadcast_to(x, batch) for x in (rate, heat, potential, (amplitude - voltage))]
    except ValueError:
        way = "the shapes (..., lead) of what leads have and (...) of all else do not go together"
        raise InputError("tunnelling", tunnelling, way) from None
    rate, heat, potential, swing = of_leads
    if not ((rate >= 0).all() and (rate.sum(-1) > 0).all()):
        raise InputError("tunnelling", tunnelling, "give a rate >= 0 for each lead, one of them above zero")
    shape = (*batch[:-1], 1)
    energy, frequency = np.broadcast_to(energy, shape), np.broadcast_to(frequency, shape)
    return Leads(energy, rate, heat, potential, swing / frequency, frequency)


def fermi(energy: Floats, leads: Leads) -> tuple[Floats, Floats]:
    """Filling f and vacancy 1 - f at energies ``(..., 1, E)``, ``(..., lead, E)``; 1/2 at the edge at T = 0.

    Each on its own: far below the edge 1 - f would be lost in the rounding of f.
    """
    above = energy - leads.potential[..., None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled = np.where(above == 0, 0.0, above / leads.temperature[..., None])
    return np.asarray(special.expit(-scaled)), np.asarray(special.expit(scaled))


def digamma(energy: Floats, leads: Leads) -> npt.NDArray[np.complex128]:
    """psi(1/2 + (Gamma/2 + i(E - mu)) / 2 pi T) + ln 2 pi T, ``(..., lead, E)``, finite down to T = 0."""
    total = leads.tunnelling.sum(-1)[..., None, None]
    pole = 0.5 * total + 1j * (energy - leads.potential[..., None])
    scale = 2.0 * np.pi * leads.temperature[..., None]
    cold = abs(pole) > LARGE * scale
    y = pole / np.where(cold, 1.0, scale)
    warm = special.digamma(0.5 + y) + np.log(np.where(cold, 1.0, scale))
    return np.asarray(np.where(cold, np.log(pole) + (scale / pole) ** 2 / 24.0, warm))
