r"""Spectral densities J(w), in the rate convention (twice QuTiP's).

.. math:: J(\omega) = 2\pi \sum_j g_j^2\, \delta(\omega - \omega_j),\qquad J(-\omega) = -J(\omega).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import Array, Number, finite_number, is_array, namespace, to_numpy
from .gate import answers, looked_at

__all__ = [
    "Custom",
    "DrudeLorentz",
    "Flat",
    "Ohmic",
    "QutipSpectrum",
    "SpectralDensity",
    "Tabulated",
    "Underdamped",
    "Window",
    "as_spectrum",
    "away_from_zero",
    "span",
]


# Frequency below which J of a QuTiP environment continues linearly to zero. An environment that is made from
# its power spectrum S gives J = S(w) - S(-w), of which seven digits of 16 are left there at T = 1.
LINEAR_BELOW = 1e-9
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


def _samples(field: str, x: Any) -> npt.NDArray[np.float64]:
    try:
        given = np.asarray(x)
        if given.dtype.kind not in "iufO" or np.ma.isMaskedArray(x):
            raise TypeError
        out = np.array(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InputError(field, x, "give a one-dimensional list of numbers") from None
    if out.ndim != 1 or out.size < 2 or not np.isfinite(out).all():
        raise InputError(field, x, "give at least two finite samples in one dimension")
    out.setflags(write=False)
    return out


@dataclass(frozen=True, eq=False)
class Tabulated(SpectralDensity):
    """Interpolated samples of J, zero above the last one.

    The interpolant is linear in J(w)/w, so that detailed balance and the Ohmic limit at zero
    frequency are exact; below the first sample J(w)/w is constant.

    Parameters
    ----------
    frequency : array_like
        Increasing, positive (a first sample at zero is allowed if J is zero there).
    values : array_like
        J at these frequencies, rate convention, not negative.
    strength : float
        Factor on all samples: the handle for a sweep.

    Examples
    --------
    >>> float(Tabulated([1.0, 2.0], [0.1, 0.4])(1.5).round(12))
    0.225
    """

    frequency: Any
    values: Any
    strength: Number = 1.0
    _fixed: ClassVar[tuple[str, ...]] = ("frequency", "values")

    def __post_init__(self) -> None:
        w = _samples("Tabulated.frequency", self.frequency)
        j = _samples("Tabulated.values", self.values)
        if w.shape != j.shape:
            raise InputError("Tabulated.values", j.shape, f"give {w.size} values, one a frequency")
        if (np.diff(w) <= 0).any() or w[0] < 0:
            raise InputError("Tabulated.frequency", w, "frequencies must be positive and increase")
        if (j < 0).any():
            raise InputError("Tabulated.values", j, "a spectral density is not negative")
        if w[0] == 0:
            if j[0] != 0:
                raise InputError("Tabulated.values[0]", j[0], "J(0) = 0, as J is odd")
            w, j = w[1:], j[1:]
        object.__setattr__(self, "frequency", w)
        object.__setattr__(self, "values", j)

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength)
        w = xp.asarray(w)
        if self.frequency.size == 1:
            knots = np.array([0.0, self.frequency[0]])
            ratio = np.repeat(self.values / self.frequency, 2)
        else:
            knots = self.frequency
            ratio = self.values / self.frequency
        x, y = xp.asarray(knots), xp.asarray(ratio)
        flat = xp.reshape(xp.clip(w, float(knots[0]), float(knots[-1])), (-1,))
        k = xp.clip(xp.searchsorted(x, flat) - 1, 0, knots.size - 2)
        left, step = xp.take(x, k), xp.take(x, k + 1) - xp.take(x, k)
        share = (flat - left) / step
        value = xp.take(y, k) * (1.0 - share) + xp.take(y, k + 1) * share
        value = xp.reshape(value, w.shape) * w
        return self.strength * xp.where(w <= float(knots[-1]), value, w * 0.0)


@dataclass(frozen=True)
class Custom(SpectralDensity):
    """Any vectorised callable J(w) for w > 0, in the rate convention.

    Parameters
    ----------
    function : callable
        Takes an array of positive frequencies; written in array-API functions if it is to run on JAX.
    strength : float
        Factor on it: the handle for a sweep.

    Examples
    --------
    >>> float(Custom(lambda w: 0.002 * w**3)(2.0))
    0.016
    """

    function: Callable[[Any], Any]
    strength: Number = 1.0
    _fixed: ClassVar[tuple[str, ...]] = ("function",)
    of_numbers: ClassVar[bool] = False

    def density(self, w: Array) -> Array:
        return self.strength * (answers(self.function, w) if isinstance(w, np.ndarray) else self.function(w))


@dataclass(frozen=True, eq=False)
class QutipSpectrum(SpectralDensity):
    """Spectral density of a QuTiP bosonic environment, doubled into the rate convention.

    QuTiP's power spectrum is then J(w)[1 + n(w)] at w and J(w) n(w) at -w. Below `LINEAR_BELOW`, where an
    environment that is made from its power spectrum loses J in rounding, J continues linearly.
    """

    environment: Any
    strength: Number = 1.0
    _fixed: ClassVar[tuple[str, ...]] = ("environment",)
    of_numbers: ClassVar[bool] = False

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength)
        host = to_numpy(w)
        safe = np.maximum(host, LINEAR_BELOW)
        values = np.asarray(self.environment.spectral_density(safe), dtype=float)
        return self.strength * xp.asarray(2.0 * values * (host / safe))


def as_spectrum(x: Any, field: str) -> SpectralDensity:
    """Spectral density from one of this module, a callable, or a QuTiP environment."""
    if isinstance(x, SpectralDensity):
        return x
    if callable(getattr(x, "power_spectrum", None)):
        return QutipSpectrum(x)
    if callable(x):
        return Custom(looked_at(x, field))
    raise InputError(
        field, x, "give a spectral density such as Ohmic(0.002, cutoff=10), a callable J(w) or a "
        "QuTiP environment",
    )  # fmt: skip


def span(xp: ModuleType, dtype: Any) -> tuple[float, float, float]:
    """Least energy, largest energy and largest exponent that leave every formula finite."""
    least, exponent = DOUBLE_SPAN if xp.finfo(dtype).bits > 32 else SINGLE_SPAN
    return least, least**LARGEST_POWER, exponent


def away_from_zero(energy: Array) -> Array:
    """|W|, at least 1e-100: there J n already has its limit J'(0) T, and no quotient is 0/0."""
    xp = namespace(energy)
    least, most, _ = span(xp, energy.dtype)
    return xp.clip(xp.abs(energy), least, most)
