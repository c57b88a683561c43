r"""A unit of the laboratory as a power of energy, with :math:`\hbar = k_B = e = 1`.

.. math:: M^a L^{2a} T^c \Theta^d I^f = E^{x}\,\hbar^{y}\,k_B^{z}\,e^{f},\qquad
          y = 2a + c - f,\quad z = -d,\quad x = a - y - z .

The text of a unit is read here and never evaluated: names, powers, products and one way of division. What
each name means is pint's affair, with one change: **a hertz is a cycle per second**, 2 pi of the reciprocal
second.
"""

from __future__ import annotations

import functools
import re
import sys
from dataclasses import dataclass
from typing import Any

from scipy import constants

from ...errors import InputError

__all__ = ["Natural", "in_unit", "natural", "split"]

# A number and the text of a unit behind it.
_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµμΩ°%1].*)?", re.DOTALL)
_FACTOR = re.compile(
    r"\s*([*·/]?)\s*(?:(1)(?=\s*/)|([A-Za-zµμΩ°%]+)(?:(?:\^|\*\*)\(?([+-]?\d{1,2}(?:\.\d)?)\)?|([²³⁴⁵]))?)"
)
_RAISED = {"²": 2.0, "³": 3.0, "⁴": 4.0, "⁵": 5.0}
LONGEST = 60  # characters of a unit; a choice, beyond any that is written
# Levels of power on a logarithmic scale, and what 0 of them is in watts.
DECIBEL = {"dBm": 1e-3, "dBW": 1.0}
_KINDS: dict[tuple[float, ...], str] = {
    (-1, 1, 0, 0): "a time", (2, -1, 0, 0): "a power", (1, -1, 1, 0): "a power per kelvin",
    (1, -1, 0, 1): "a current of charge", (0, 0, 0, 0): "a bare number", (1, -1, 0, 0): "a frequency",
    (1, 0, -1, 0): "a temperature", (1, 0, 0, -1): "a voltage",
}  # fmt: skip


@dataclass(frozen=True)
class Natural:
    """What one of a unit is.

    Attributes
    ----------
    joules : float
        In joules to the power below, with hbar = k_B = e = 1.
    energy : float
        x, the power of energy.
    hbar, kelvin, charge : float
        y, z and f, which tell apart what has one power of energy.
    """

    joules: float
    energy: float
    hbar: float
    kelvin: float
    charge: float

    @property
    def is_energy(self) -> bool:
        """Whether it stands for some power of an energy: of one, a frequency, a temperature or a voltage."""
        if self.energy == 0:
            return not (self.hbar or self.kelvin or self.charge)
        roots = tuple(x / self.energy for x in (self.hbar, self.kelvin, self.charge))
        return roots in ((0, 0, 0), (-1, 0, 0), (0, -1, 0), (0, 0, -1))

    @property
    def kind(self) -> str:
        """In words, for a message."""
        key = (self.energy, self.hbar, self.kelvin, self.charge)
        if key in _KINDS:
            return _KINDS[key]
        if not self.is_energy:
            return "a quantity of another kind"
        return "an energy" if self.energy == 1 else f"the power {self.energy:g} of an energy"


def split(text: str) -> tuple[float, str] | None:
    """Number and unit of a quantity; None where the text does not begin as one.

    >>> split("5.1 GHz"), split("-120dBm"), split("mean")
    ((5.1, 'GHz'), (-120.0, 'dBm'), None)
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    return float(match[1]), (match[2] or "").strip()


@functools.lru_cache(maxsize=256)
def natural(field: str, unit: str) -> Natural:
    """One of a unit.

    Raises
    ------
    InputError
        For a unit that is not known, has an offset, or a dimension that energies, times, temperatures and
        charges do not make.

    Examples
    --------
    >>> from scipy import constants
    >>> round(natural("splitting", "GHz").joules / constants.h)
    1000000000
    """
    quantity = _registry().Quantity(1.0, _parsed(field, unit))
    try:
        one, two = quantity.to_base_units(), (2.0 * quantity).to_base_units()
        size = float(one.magnitude)
        linear = abs(float(two.magnitude) / size - 2.0) < 1e-9
    except Exception:  # whatever pint raises on units with an offset or a logarithm
        linear, size, one = False, 1.0, quantity
    if not linear or not 0.0 < size < float("inf"):
        raise InputError(field, unit, "is no unit that a number multiplies; give one such as K, GHz or W")
    dimension = {str(k): float(v) for k, v in one.dimensionality.items()}
    mass, length, time, kelvin, current = (
        dimension.pop(f"[{name}]", 0.0) for name in ("mass", "length", "time", "temperature", "current")
    )
    if dimension or length != 2.0 * mass:
        raise InputError(field, unit, f"its dimension, {one.dimensionality}, is not made of energy, time, "
                         "temperature and charge")  # fmt: skip
    y = 2.0 * mass + time - current
    factor = constants.hbar**y * constants.k**-kelvin * constants.e**current
    return Natural(size / factor, mass - y + kelvin, y, -kelvin, current)


def in_unit(field: str, value: Any, unit: str) -> Any:
    """A quantity as a number of a unit; numbers and arrays are in it already.

    Raises
    ------
    InputError
        For a quantity of another dimension, or that is not a number and a unit.

    Examples
    --------
    >>> round(in_unit("distance", "20 um", "mm"), 6)
    0.02
    """
    if not isinstance(value, str):
        return value
    parts = split(value)
    if parts is None or not parts[1]:
        raise InputError(field, value, f'give a number and a unit such as "1 {unit}"')
    known = _registry()
    try:
        quantity = known.Quantity(parts[0], _parsed(field, parts[1]))
        return float(f"{quantity.to(_parsed(field, unit)).magnitude:.15g}")
    except InputError:
        raise
    except Exception:  # of pint, where the dimensions differ
        raise InputError(field, value, f"is of another dimension than {unit}") from None


@functools.cache
def _registry() -> Any:
    # a command keeps pint from what imports it in vain, as xarray does
    if sys.modules.get("pint", sys) is None:
        del sys.modules["pint"]
    try:
        import pint
    except ImportError:
        raise InputError("units", "pint", "it is not installed: pip install 'sambe[units]'") from None
    known: Any = pint.UnitRegistry(on_redefinition="ignore", cache_folder=None)
    known.define("hertz = turn / second = Hz")
    return known


def _parsed(field: str, unit: str) -> Any:
    """A unit of pint's from names and powers alone: what pint evaluates could take forever."""
    known = _registry()
    product, place, first = known.Unit(""), 0, True
    if len(unit) > LONGEST:
        raise InputError(field, unit, f"a unit has up to {LONGEST} characters")
    while place < len(unit.rstrip()):
        match = _FACTOR.match(unit, place)
        if match is None or (first and match[1]):
            raise InputError(field, unit, "a unit is written as GHz, W/K or GHz^1.5")
        place, first = match.end(), False
        if match[2]:
            continue
        power = _RAISED.get(match[5] or "", float(match[4] or 1.0))
        try:
            factor = known.parse_units(match[3])
        except Exception:  # pint raises several kinds of error for a name that it does not know
            raise InputError(field, unit, f"no unit has the name {match[3]!r}") from None
        product *= factor ** (-power if match[1] == "/" else power)
    return product
