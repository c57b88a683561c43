r"""Between numbers of the model and quantities with a unit: one line says what the number 1 is.

.. math:: E = x E_0,\quad f = x E_0/h,\quad \omega = x E_0/\hbar,\quad T = x E_0/k_B,\quad
          P = x E_0^2/\hbar,\quad t = x \hbar/E_0 .
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError
from ..gate import is_labelled
from .natural import DECIBEL, Natural, natural, split

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Units", "amplitude", "kind_of_energy", "outputs"]

# Joules that a unit of energy may have. A choice: the observable universe is 4e69 J at rest, a quantum of one
# oscillation since its beginning 1e-51 J; and their cubes are within what a double holds.
SMALLEST, LARGEST = 1e-70, 1e70
# What a variable of a result with the unit "energy" is in the laboratory: by its name, else by a word of its
# long name, the first that is there. One of which nothing is known keeps its numbers and its unit.
_OF_ENERGY = {
    "rate": ("activity", "rate", "gap", "pump_quanta", "particle_current", "relaxation_rate",
             "generating_function", "generating_function_imaginary", "bath_correlation_rate"),
    "entropy": ("entropy_production", "naive_entropy_production", "spohn_entropy_production", "conductance"),
    "temperature": ("effective_temperature", "site_temperature", "temperature"),
    "frequency": ("energy", "channel_energy", "stored_energy", "battery_energy", "ergotropy",
               "energy_transferred", "geometric_energy", "geometric_work"),
}  # fmt: skip
_POWERS = {"power": 2, "temperature": 1, "frequency": 1, "rate": 1, "time": -1}  # of energy, in each choice
_WORDS = {"entropy": "entropy", "temperature": "temperature", "rate": "rate", "per unit time": "rate",
          "particle": "rate", "energy": "frequency", "work": "frequency"}  # fmt: skip
_KIND = {name: kind for kind, names in _OF_ENERGY.items() for name in names}


@dataclass(frozen=True)
class Units:
    r"""The unit of energy of a model: quantities with units in, results in watts and kelvins out.

    "5.1 GHz" of an energy or a frequency f means :math:`h f`, that is :math:`2\pi f` as an angular frequency;
    "rad/s" is angular. So a rate of "1 MHz" is :math:`2\pi\times10^6` per second, and "1/s" is literal. A
    temperature T stands for :math:`k_B T`, a voltage for :math:`eV`.

    Parameters
    ----------
    energy : str
        What the number 1 of the model is: ``"1 GHz"``, ``"20 ueV"``, ``"50 mK"``. A scale of the problem is
        the best choice; the answers do not depend on it.

    Raises
    ------
    InputError
        If it is not a positive energy, frequency, temperature or voltage.

    Notes
    -----
    Calling it gives the number of the model: of a text, of a number, an array or a labelled axis and the text
    of a unit, of a labelled axis whose coordinate has the attribute ``units``, or of a quantity of pint's. A
    labelled axis keeps its coordinate in the unit in which it was given. Numbers without a unit are of the
    model already.

    Examples
    --------
    >>> units = Units(energy="1 GHz")
    >>> units("5.1 GHz"), round(units("50 mK"), 6), round(units("20 ueV"), 6)
    (5.1, 1.041831, 4.835978)
    >>> round(units.to(1e-4, "aW"), 6)     # a current
    0.416328
    """

    energy: str
    joules: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = split(self.energy) if isinstance(self.energy, str) else None
        if parts is None or not parts[1]:
            raise InputError("units.energy", self.energy, 'give an energy with its unit, such as "1 GHz"')
        size, unit = parts
        one = natural("units.energy", unit)
        if not one.is_energy or one.energy != 1 or not 0 < size < math.inf:
            way = f"is {one.kind}; give a positive energy, frequency, temperature or voltage"
            raise InputError("units.energy", self.energy, way)
        joules = size * one.joules
        if not SMALLEST < joules < LARGEST:
            way = f"is {joules:.3g} J; give a unit between {SMALLEST:g} and {LARGEST:g} J"
            raise InputError("units.energy", self.energy, way)
        object.__setattr__(self, "joules", joules)

    def __call__(
        self, value: Any, unit: str | None = None, *, field: str = "quantity", power: float = 1.0
    ) -> Any:
        """The number of the model for a quantity.

        Parameters
        ----------
        value : str, number, array or DataArray
        unit : str, optional
            Of a value that does not bring its own.
        field : str
            What a message names.
        power : float
            Of energy: 1 of energies, frequencies, rates and temperatures, 2 of a power, 0 of bare numbers.

        Returns
        -------
        float, array or DataArray

        Raises
        ------
        InputError
            For another dimension; it names the field.
        """
        number, unit = _number_and_unit(value, unit, field)
        if not unit:
            return number
        if unit in DECIBEL:
            number, unit = DECIBEL[unit] * 10.0 ** (number / 10.0), "W"
        one = natural(field, unit)
        fits = one.is_energy or (power == 2 and one.kind == "a power")
        if one.energy != power or not fits:
            raise InputError(field, value, f"a value in {unit} is {one.kind}; {_advice(power)}")
        return number * self._factor(one)

    def to(self, value: Any, unit: str) -> Any:
        """A number of the model, an array or a DataArray in a unit: what it is, the unit says.

        Parameters
        ----------
        value : float, array or DataArray
        unit : str
            ``"W"`` of currents, ``"mK"`` of temperatures, ``"GHz"`` of energies, ``"1/s"`` of rates, ``"ns"``
            of times, ``"W/K"`` of entropy produced and of conductances, ``"pA"`` of particle currents.

        Returns
        -------
        float, array or DataArray
        """
        return value / self._factor(natural("unit", unit))

    def drive(self, power: Any, kappa: Any, frequency: Any) -> Any:
        r"""Amplitude of a drive through a port, from the power that arrives there.

        .. math:: F = \sqrt{\kappa P / \hbar\omega}

        of the drive :math:`F (a^\dagger e^{-i\omega t} + \text{h.c.})` of an oscillator whose energy leaves
        through that port at the rate kappa; on resonance, with no other loss, it holds
        :math:`4F^2/\kappa^2` quanta.

        Parameters
        ----------
        power : str or DataArray
            Such as ``"-120 dBm"`` or ``"1 fW"``; an axis with the unit of its coordinate.
        kappa, frequency : str, number or DataArray
            ``"1 MHz"`` is :math:`2\pi\times10^6` per second.

        Returns
        -------
        float or DataArray
            F as a number of the model.

        Raises
        ------
        InputError
            For a power without its unit, another dimension, or what is not positive.

        Examples
        --------
        >>> units = Units(energy="1 MHz")
        >>> round(units.drive("-120 dBm", kappa="1 MHz", frequency="5 GHz"), 6)
        6.931018
        """
        flow = self(power, field="power", power=2)
        bare = isinstance(power, str) and split(power) == (flow, "")
        if flow is power or bare:
            raise InputError("power", power, 'give a power with its unit, such as "-120 dBm"')
        return amplitude(flow, self(kappa, field="kappa"), self(frequency, field="frequency"))

    def dress(
        self,
        flow: xr.Dataset,
        *,
        power: str = "W",
        temperature: str = "K",
        frequency: str = "Hz",
        rate: str = "1/s",
        time: str = "s",
    ) -> xr.Dataset:
        """A result in units of the laboratory, each variable with its unit in its attributes.

        Parameters
        ----------
        flow : Dataset
            Of any verb.
        power, temperature, frequency, rate, time : str
            Units of currents, temperatures, energies (which may also be in ``"ueV"``), rates and times.
            Entropy produced is in W/K, a noise of energy in J^2/s.

        Returns
        -------
        Dataset
            Variables without a unit, and those whose dimension is not known, stay as they are, and so do
            the axes of a sweep, which have the unit in which they were given.

        Raises
        ------
        InputError
            For a unit of another dimension, and a result that is dressed already.

        Examples
        --------
        >>> import sambe
        >>> units = Units(energy="5 GHz")
        >>> flow = units.dress(sambe.steady_state(sambe.models.spin_boson()), power="aW")
        >>> flow.energy_current.attrs["units"], [round(float(x), 3) for x in flow.energy_current]
        ('aW', [-93.684, -94.022, 187.706])
        """
        if "unit_of_energy" in flow.attrs:
            raise InputError("flow", flow.attrs["unit_of_energy"], "these numbers have their units already")
        wanted = outputs(power=power, temperature=temperature, frequency=frequency, rate=rate, time=time)
        changed: dict[str, Any] = {}
        for key, x in flow.variables.items():
            name = str(key)
            unit = self._unit_of(name, x.attrs, wanted)
            if unit:
                out = x / self._factor(natural(name, unit))
            elif x.attrs.get("units") == "energy^(cumulant + 1)":
                unit, out = "J^cumulant/s", self._cumulants(flow, name)
            else:
                continue
            out.attrs = {**x.attrs, "units": unit}
            changed[name] = out
        return flow.assign(changed).assign_attrs(unit_of_energy=self.energy)

    def _cumulants(self, flow: xr.Dataset, name: str) -> xr.Variable:
        """Cumulants of energies, whose unit goes with their order."""
        order = flow["cumulant"]
        size = self.joules**order / self._factor(natural(name, "1/s"))
        return (flow[name] * size).transpose(*flow[name].dims).variable

    @staticmethod
    def _unit_of(name: str, attributes: Mapping[Any, Any], wanted: dict[str, str]) -> str:
        """Unit in which a variable is shown, "" where it stays as it is."""
        unit, words = attributes.get("units", ""), str(attributes.get("long_name", ""))
        if unit == "energy":
            return wanted.get(kind_of_energy(name, words), "")
        known = {"energy^2": wanted["power"], "energy^3": "J^2/s", "1/energy": wanted["time"]}
        return known.get(unit, "")

    def _factor(self, one: Natural) -> float:
        """Numbers of the model in one of a unit."""
        return float(one.joules / self.joules**one.energy)


def kind_of_energy(name: str, long_name: str) -> str:
    """What a variable of a result in units of energy is in the laboratory: "" where nothing is known.

    >>> kind_of_energy("particle_current", ""), kind_of_energy("energy", "")
    ('rate', 'frequency')
    """
    said = next((kind for word, kind in _WORDS.items() if word in long_name), "")
    return _KIND.get(name, said)


def outputs(**chosen: str) -> dict[str, str]:
    """Units of results by what they are for, each of the dimension that is wanted there.

    Raises
    ------
    InputError
        With the name of the one that is not.
    """
    for name, unit in chosen.items():
        one = natural(name, unit)
        if one.energy != _POWERS[name] or (name == "power") != (one.kind == "a power"):
            raise InputError(name, unit, f"is {one.kind}")
    return {**chosen, "entropy": "W/K"}


def amplitude(power: Any, kappa: Any, frequency: Any, place: str = "") -> Any:
    """Amplitude of a drive through a port, all in numbers of the model; ``place`` leads to them."""
    for name, value in (("kappa", kappa), ("frequency", frequency)):
        if not (np.asarray(value) > 0).all():
            raise InputError(f"{place}{name}", value, "give a rate and a frequency above zero")
    if not (np.asarray(power) >= 0).all():
        raise InputError(f"{place}power", power, "give a power that is not negative")
    return (kappa * power / frequency) ** 0.5


def _number_and_unit(value: Any, unit: str | None, field: str) -> tuple[Any, str | None]:
    """A quantity taken apart; the axis of a labelled one says its unit, or is told it."""
    if isinstance(value, str):
        parts = split(value)
        if parts is None or (unit and parts[1]) or not math.isfinite(parts[0]):
            raise InputError(field, value, 'give a number and a unit, such as "5.1 GHz"')
        return parts[0], parts[1] or unit
    if hasattr(value, "magnitude") and hasattr(value, "units"):  # of pint's
        value, unit = value.magnitude, str(value.units).replace(" ", "")
    if not is_labelled(value) or value.name not in value.coords:
        return value, unit
    axis = value.coords[value.name]
    if unit is None:
        unit = axis.attrs.get("units")
    if unit and "units" not in axis.attrs:
        value = value.assign_coords({value.name: axis.assign_attrs(units=unit)})
    return value, unit


def _advice(power: float) -> str:
    if power == 1:
        return 'give an energy, a frequency, a temperature or a voltage, such as "5.1 GHz" or "50 mK"'
    if power == 2:
        return 'give a power, such as "-120 dBm" or "1 fW"'
    if power == 0:
        return "give a bare number"
    return f'give the power {power:g} of an energy, such as "0.1 GHz^{power:g}"'
