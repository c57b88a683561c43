r"""Spectral densities J(w), in the rate convention (twice QuTiP's).

.. math:: J(\omega) = 2\pi \sum_j g_j^2\, \delta(\omega - \omega_j),\qquad J(-\omega) = -J(\omega).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import Any, ClassVar, Self

import numpy as np

from ..errors import InputError
from ..numerics.arrays import Array, Number, finite_number, is_array, namespace

__all__ = [
    "DrudeLorentz",
    "Flat",
    "Ohmic",
    "SpectralDensity",
    "Underdamped",
    "Window",
    "away_from_zero",
    "span",
]


# Least energy, and the largest exponent of exp, in double precision and in single. Choices within the range
# of the format (2e-308 to 2e308 and 1e-38 to 3e38): exp(700) = 1e304, exp(80) = 6e34.
DOUBLE_SPAN = 1e-100, 700.0
SINGLE_SPAN = 1e-12, 80.0
# The largest energy is the least one to this power: four of them multiply without overflow, as in
# `Underdamped`.
LARGEST_POWER = -0.7


@dataclass(frozen=True)
class SpectralDensity:
    """Base class: `density` gives J(w) for w > 0.

    Numeric fields may be numbers, labelled arrays (`xarray.DataArray`: a sweep) or arrays of any
    array-API library; the names in ``_fixed`` are not numeric and never swept.
    """

    _fixed: ClassVar[tuple[str, ...]] = ()
    of_numbers: ClassVar[bool] = True  # whether a text can describe it, as in an input file
    strength_power: ClassVar[int] = 1  # of a field ``strength``, to which J is proportional
    energy_powers: ClassVar[Mapping[str, float] | None] = None  # of the unit of energy in each number

    def density(self, w: Array) -> Array:
        """J(w) for w > 0, shape of ``w``; parameters broadcast against it."""
        raise TypeError(f"{type(self).__name__} does not define a density")

    def __call__(self, w: Array) -> Array:
        """J(w), continued to negative frequencies as an odd function."""
        xp = namespace(w, *(getattr(self, name) for name in self.numbers()))
        w = xp.asarray(w) * 1.0
        return xp.sign(w) * self.density(away_from_zero(w))

    def numbers(self) -> tuple[str, ...]:
        """Names of the numeric fields."""
        return tuple(f.name for f in fields(self) if f.name not in self._fixed)

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Self:
        """Copy with ``change(name, value)`` in the place of each numeric field."""
        return replace(self, **{n: change(n, getattr(self, n)) for n in self.numbers()})

    def scales(self) -> tuple[float, ...]:
        """Energies that its plain numbers say something about, such as a cutoff, and knots of a table."""
        numbers = [getattr(self, name) for name in self.numbers() if name != "strength"]
        return (*numbers, *np.ravel(getattr(self, "frequency", ())).tolist())


@dataclass(frozen=True)
class Ohmic(SpectralDensity):
    r"""Power law with an exponential cutoff.

    .. math:: J(\omega) = \kappa\,\omega^{s}\,\omega_c^{1-s}\, e^{-\omega/\omega_c}

    Parameters
    ----------
    strength : float
        Dimensionless :math:`\kappa`, rate convention (twice QuTiP's prefactor).
    cutoff : float
        :math:`\omega_c`.
    exponent : float
        s = 1 Ohmic, s > 1 super-Ohmic, s < 1 sub-Ohmic.

    Examples
    --------
    >>> float(Ohmic(0.002, cutoff=10.0)(1.0).round(9))
    0.001809675
    """

    strength: Number
    cutoff: Number
    exponent: Number = 1.0
    energy_powers: ClassVar[Mapping[str, float] | None] = {"strength": 0, "cutoff": 1, "exponent": 0}

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength, self.cutoff, self.exponent)
        decay = xp.exp(w * (-1.0 / self.cutoff))
        if not is_array(self.exponent) and self.exponent == 1:
            return self.strength * w * decay
        return self.strength * self.cutoff * decay * (w / self.cutoff) ** self.exponent


@dataclass(frozen=True)
class DrudeLorentz(SpectralDensity):
    r"""Overdamped bath, whose correlations decay exponentially at a high temperature.

    .. math:: J(\omega) = 4\lambda\gamma\,\frac{\omega}{\omega^2 + \gamma^2}

    ``strength`` is QuTiP's reorganisation energy :math:`\lambda` and ``cutoff`` its :math:`\gamma`;
    the factor 4 (QuTiP: 2) is the rate convention.

    Parameters
    ----------
    strength, cutoff : float
        :math:`\lambda` and :math:`\gamma`, in units of energy.

    Examples
    --------
    >>> float(DrudeLorentz(0.01, cutoff=2.0)(2.0))
    0.02
    """

    strength: Number
    cutoff: Number
    energy_powers: ClassVar[Mapping[str, float] | None] = {"strength": 1, "cutoff": 1}

    def density(self, w: Array) -> Array:
        return 4.0 * self.strength * self.cutoff * w / (w * w + self.cutoff * self.cutoff)


@dataclass(frozen=True)
class Underdamped(SpectralDensity):
    r"""Damped mode: a peak of J at its frequency.

    .. math:: J(\omega) = \frac{2\lambda^2\Gamma\omega}{(\omega^2-\omega_0^2)^2 + \Gamma^2\omega^2}

    ``strength`` is QuTiP's :math:`\lambda`, ``width`` its :math:`\Gamma` and ``frequency`` its
    :math:`\omega_0`; the factor 2 (QuTiP: 1) is the rate convention.

    Parameters
    ----------
    strength, width, frequency : float
        :math:`\lambda` (of dimension energy to the power 3/2), :math:`\Gamma` and :math:`\omega_0`.

    Examples
    --------
    >>> float(Underdamped(0.1, width=0.5, frequency=2.0)(2.0).round(12))
    0.02
    """

    strength: Number
    width: Number
    frequency: Number
    strength_power: ClassVar[int] = 2
    energy_powers: ClassVar[Mapping[str, float] | None] = {"strength": 1.5, "width": 1, "frequency": 1}

    def density(self, w: Array) -> Array:
        detuned = w * w - self.frequency * self.frequency
        damped = self.width * w
        return 2.0 * self.strength * self.strength * damped / (detuned * detuned + damped * damped)


@dataclass(frozen=True)
class Flat(SpectralDensity):
    r"""White spectrum: the same J at every frequency w > 0.

    .. math:: J(w) = \mathrm{strength}

    The odd continuation jumps at zero, where the thermal rate JT/W diverges (it stops growing at
    W = 1e-100).

    Parameters
    ----------
    strength : float
        J, in units of energy for a dimensionless coupling operator.

    Examples
    --------
    >>> float(Flat(0.002)(3.0))
    0.002
    """

    strength: Number
    energy_powers: ClassVar[Mapping[str, float] | None] = {"strength": 1}

    def density(self, w: Array) -> Array:
        return self.strength * (w * 0.0 + 1.0)


@dataclass(frozen=True)
class Window(SpectralDensity):
    r"""Band with hard edges: the same J from ``low`` to ``high``, both included, else 0.

    Parameters
    ----------
    strength : float
        J within the band.
    low, high : float
        Edges of the band, 0 <= low < high.

    Examples
    --------
    >>> band = Window(0.002, low=0.5, high=1.5)
    >>> float(band(1.0)), float(band(2.0))
    (0.002, 0.0)
    """

    strength: Number
    low: Number
    high: Number
    energy_powers: ClassVar[Mapping[str, float] | None] = {"strength": 1, "low": 1, "high": 1}

    def __post_init__(self) -> None:
        plain = all(finite_number(x) and np.imag(x) == 0 for x in (self.low, self.high))
        if plain and not np.real(self.low) < np.real(self.high):
            raise InputError("Window.high", self.high, f"must lie above low = {self.low}")

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength, self.low, self.high)
        inside = (w >= self.low) & (w <= self.high)
        return xp.where(inside, self.strength * (w * 0.0 + 1.0), w * 0.0)


def span(xp: ModuleType, dtype: Any) -> tuple[float, float, float]:
    """Least energy, largest energy and largest exponent that leave every formula finite."""
    least, exponent = DOUBLE_SPAN if xp.finfo(dtype).bits > 32 else SINGLE_SPAN
    return least, least**LARGEST_POWER, exponent


def away_from_zero(energy: Array) -> Array:
    """|W|, at least 1e-100: there J n already has its limit J'(0) T, and no quotient is 0/0."""
    xp = namespace(energy)
    least, most, _ = span(xp, energy.dtype)
    return xp.clip(xp.abs(energy), least, most)
