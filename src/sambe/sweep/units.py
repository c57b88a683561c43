"""Kernels in a unit of energy of each point's own: points of one unit are solved together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.unit_of_energy import NEAR_ONE, in_unit, unit_exponents, unusable_unit
from ..errors import InputError
from ..numerics.arrays import Fields
from ..physics.equations import EQUATIONS
from ..physics.method import Method
from .catalogue import UNITS
from .drifting_system import DriftingSystem
from .tilted_system import TiltedSystem

__all__ = ["Part", "in_own_unit", "picked", "solve_in_units"]

# Exponents up to which energies count as near one for the exact hierarchy. Seen on a qubit: at 2^-12 its
# currents move by 6e-5 of themselves, at 2^-16 it does not converge.
NEAR_ONE_EXACT = 3
# Power of the unit of energy in what kernels report beside the variables of results: scales of an audit.
_INNER_POWERS = {"entropy_scale": 1, "own_scales": 2, "memory_correction": 2, "dephasing_flow": 2,
                 "exchange_flow": 2, "particle_scales": 1}  # fmt: skip
_POWERS = {"energy^3": 3, "energy^2": 2, "energy": 1}
Kernel = Callable[[System, Method], Fields]
Part = tuple[npt.NDArray[np.intp], Fields | InputError]


def picked(system: System, points: npt.NDArray[Any]) -> System:
    """Some points of a batch."""
    return system.map_numbers(lambda _, x: x[points] if isinstance(x, np.ndarray) and x.ndim else x)


def solve_in_units(system: System, method: Method, kernel: Kernel) -> list[Part]:
    """Fields of a batch by a kernel, in parts of one unit each; an error where no unit will do.

    Parameters
    ----------
    system : System
        Numbers with one batch axis.
    kernel : callable
        Its fields are known to `in_unit_of`.
    """
    exponents = unit_exponents(system, near_one(method))
    if not exponents.any():
        return [(np.arange(len(exponents)), kernel(system, method))]
    parts: list[Part] = []
    for exponent in np.unique(exponents).tolist():
        points = np.flatnonzero(exponents == exponent)
        fault = unusable_unit(exponent)
        parts.append((points, fault or _solved(picked(system, points), method, kernel, 2.0**exponent)))
    return parts


def _solved(system: System, method: Method, kernel: Kernel, unit: float) -> Fields:
    """Fields in the unit of the caller."""
    if unit == 1.0:
        return kernel(system, method)
    scaled = in_unit(system, unit)
    if isinstance(system, TiltedSystem | DriftingSystem):
        scaled = system.recounted(scaled, unit)
    fields = kernel(scaled, method.in_unit(unit))
    return {name: in_unit_of(name, values, unit) for name, values in fields.items()}


def near_one(method: Method) -> int:
    """Exponent up to which the unit is one: the fits of the exact hierarchy feel the scale sooner."""
    return NEAR_ONE_EXACT if EQUATIONS[method.equation].exact else NEAR_ONE


def in_own_unit(system: System, method: Method) -> tuple[System, float]:
    """A single point in its own unit, and that unit.

    Raises
    ------
    InputError
        If there is none.
    """
    exponent = int(unit_exponents(system, near_one(method)).max())
    fault = unusable_unit(exponent)
    if fault is not None:
        raise fault
    unit = 2.0**exponent
    return (system if unit == 1.0 else in_unit(system, unit)), unit


def energy_power(name: str) -> int:
    """Power of the unit of energy in a field of that name.

    >>> energy_power("energy_current"), energy_power("population")
    (2, 0)
    """
    return _INNER_POWERS.get(name, _POWERS.get(UNITS.get(name, "1"), 0))


def in_unit_of(name: str, values: npt.NDArray[Any], unit: float) -> npt.NDArray[Any]:
    """A field of that name, points first, from energies in a unit to those of the caller."""
    if name == "thermoelectric":  # flows of energy and of particles
        return np.asarray(values * np.array([unit, 1.0])[:, None, None, None])
    if name == "energy_cumulant":
        orders = np.arange(values.shape[1])[:, None]
        return np.asarray(values * unit ** (orders + 2.0))
    power = energy_power(name)
    return np.asarray(values * unit**power) if power else values
