r"""Baths: a coupling operator, a spectral density and a temperature.

Conventions (:math:`\hbar = k_B = 1`). The spectral density is in the *rate convention*,

.. math:: J(\omega) = 2\pi \sum_j g_j^2\, \delta(\omega - \omega_j),

so the golden-rule emission rate is :math:`J(\omega)[1 + n(\omega)]\,|S|^2`. QuTiP's spectral
density is half of it. J is continued as an odd function. The *absorption rate* :math:`a(W)` is the
rate at which the system takes the energy W from the bath, per unit :math:`|S|^2`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from ._array import Array, Number, expand, is_array, namespace, to_numpy
from .errors import InputError
from .operators import Operator, as_operator

__all__ = [
    "Bath",
    "Custom",
    "DrudeLorentz",
    "Flat",
    "Ohmic",
    "QutipSpectrum",
    "SpectralDensity",
    "Tabulated",
    "Underdamped",
    "Window",
    "absorption_rate",
    "as_spectrum",
    "occupation",
]


@dataclass(frozen=True)
class SpectralDensity:
    """Base class: `density` gives J(w) for w > 0.

    Numeric fields may be numbers, labelled arrays (`xarray.DataArray`: a sweep) or arrays of any
    array-API library; the names in ``_fixed`` are not numeric and never swept.
    """

    _fixed: ClassVar[tuple[str, ...]] = ()

    def density(self, w: Array) -> Array:
        """J(w) for w > 0, shape of ``w``; parameters broadcast against it."""
        raise TypeError(f"{type(self).__name__} does not define a density")

    def __call__(self, w: Array) -> Array:
        """J(w), continued to negative frequencies as an odd function."""
        xp = namespace(w, *(getattr(self, name) for name in self.numbers()))
        w = xp.asarray(w) * 1.0
        return xp.sign(w) * self.density(_away_from_zero(w))

    def numbers(self) -> tuple[str, ...]:
        """Names of the numeric fields."""
        return tuple(f.name for f in fields(self) if f.name not in self._fixed)

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Self:
        """Copy with ``change(name, value)`` in the place of each numeric field."""
        return replace(self, **{n: change(n, getattr(self, n)) for n in self.numbers()})


@dataclass(frozen=True)
class Ohmic(SpectralDensity):
    r"""Power law with an exponential cutoff,
    :math:`J(\omega) = \kappa\,\omega^{s}\,\omega_c^{1-s}\, e^{-\omega/\omega_c}`.

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

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength, self.cutoff, self.exponent)
        decay = xp.exp(w * (-1.0 / self.cutoff))
        if not is_array(self.exponent) and self.exponent == 1:
            return self.strength * w * decay
        return self.strength * self.cutoff * decay * (w / self.cutoff) ** self.exponent


@dataclass(frozen=True)
class DrudeLorentz(SpectralDensity):
    r"""Overdamped bath, :math:`J(\omega) = 4\lambda\gamma\,\omega/(\omega^2 + \gamma^2)`.

    ``strength`` is QuTiP's reorganisation energy :math:`\lambda` and ``cutoff`` its :math:`\gamma`;
    the factor 4 (QuTiP: 2) is the rate convention.
    """

    strength: Number
    cutoff: Number

    def density(self, w: Array) -> Array:
        return 4.0 * self.strength * self.cutoff * w / (w * w + self.cutoff * self.cutoff)


@dataclass(frozen=True)
class Underdamped(SpectralDensity):
    r"""Damped mode,
    :math:`J(\omega) = 2\lambda^2\Gamma\omega/[(\omega^2-\omega_0^2)^2 + \Gamma^2\omega^2]`.

    ``strength`` is QuTiP's :math:`\lambda`, ``width`` its :math:`\Gamma` and ``frequency`` its
    :math:`\omega_0`; the factor 2 (QuTiP: 1) is the rate convention.
    """

    strength: Number
    width: Number
    frequency: Number

    def density(self, w: Array) -> Array:
        detuned = w * w - self.frequency * self.frequency
        damped = self.width * w
        return 2.0 * self.strength * self.strength * damped / (detuned * detuned + damped * damped)


@dataclass(frozen=True)
class Flat(SpectralDensity):
    r"""White spectrum, :math:`J(\omega) = J` for :math:`\omega > 0`; the odd continuation jumps at
    zero, where the thermal rate JT/W diverges (it stops growing at W = 1e-100)."""

    strength: Number

    def density(self, w: Array) -> Array:
        return self.strength * (w * 0.0 + 1.0)


@dataclass(frozen=True)
class Window(SpectralDensity):
    r"""Band with hard edges, :math:`J(\omega) = J` for ``low`` <= :math:`\omega` <= ``high``,
    else zero."""

    strength: Number
    low: Number
    high: Number

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength, self.low, self.high)
        inside = (w >= self.low) & (w <= self.high)
        return xp.where(inside, self.strength * (w * 0.0 + 1.0), w * 0.0)


def _samples(field: str, x: Any) -> npt.NDArray[np.float64]:
    try:
        out = np.array(x, dtype=float)
    except (TypeError, ValueError):
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
        part = (flat - left) / step
        value = xp.take(y, k) * (1.0 - part) + xp.take(y, k + 1) * part
        value = xp.reshape(value, w.shape) * w
        return self.strength * xp.where(w <= float(knots[-1]), value, w * 0.0)


@dataclass(frozen=True)
class Custom(SpectralDensity):
    """Any vectorised callable J(w) for w > 0, in the rate convention."""

    function: Callable[[Any], Any]
    strength: Number = 1.0
    _fixed: ClassVar[tuple[str, ...]] = ("function",)

    def density(self, w: Array) -> Array:
        return self.strength * self.function(w)


@dataclass(frozen=True, eq=False)
class QutipSpectrum(SpectralDensity):
    """Spectral density of a QuTiP bosonic environment, doubled into the rate convention.

    QuTiP's power spectrum is then J(w)[1 + n(w)] at w and J(w) n(w) at -w. Below 1e-9, where an
    environment that is made from its power spectrum loses J in rounding, J continues linearly.
    """

    environment: Any
    strength: Number = 1.0
    _fixed: ClassVar[tuple[str, ...]] = ("environment",)

    def density(self, w: Array) -> Array:
        xp = namespace(w, self.strength)
        host = to_numpy(w)
        safe = np.maximum(host, 1e-9)
        values = np.asarray(self.environment.spectral_density(safe), dtype=float)
        return self.strength * xp.asarray(2.0 * values * (host / safe))


def as_spectrum(x: Any, field: str) -> SpectralDensity:
    """Spectral density from one of this module, a callable, or a QuTiP environment."""
    if isinstance(x, SpectralDensity):
        return x
    if callable(getattr(x, "power_spectrum", None)):
        return QutipSpectrum(x)
    if callable(x):
        return Custom(x)
    raise InputError(
        field, x, "give a spectral density such as Ohmic(0.002, cutoff=10), a callable J(w) or a "
        "QuTiP environment",
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Bath:
    """A heat reservoir: one terminal of the energy circuit.

    Parameters
    ----------
    name : str
        Label of the terminal; not ``"pump"``, which is the drive's.
    coupling : operator, or sequence of operators
        Hermitian S in the coupling S (x) B. Several operators couple each to modes of its own, with
        the same spectrum and temperature; for one common set of modes give the sum of them.
        The ready-made models supply it where it is left out.
    spectrum : SpectralDensity, callable or QuTiP environment
        J(w) in the rate convention (twice QuTiP's).
    temperature : float or DataArray
        T >= 0; zero is legal. Taken from a QuTiP environment that has one where left out.
    """

    name: str
    coupling: Any = None
    spectrum: Any = None
    temperature: Number = None

    def __post_init__(self) -> None:
        field = f"bath {self.name!r}"
        if not isinstance(self.name, str) or not self.name or self.name == "pump":
            raise InputError("bath.name", self.name, "give a name; 'pump' is the drive's terminal")
        spectrum = as_spectrum(self.spectrum, f"{field}.spectrum")
        temperature = self.temperature
        if isinstance(spectrum, QutipSpectrum):
            own = getattr(spectrum.environment, "T", None)
            if temperature is None:
                temperature = own
            elif own is not None and is_scalar(temperature) and abs(temperature - own) > 1e-9 * own:
                raise InputError(
                    f"{field}.temperature", temperature,
                    f"the QuTiP environment has T = {own}; leave temperature out or use that",
                )  # fmt: skip
        if temperature is None:
            raise InputError(f"{field}.temperature", None, "give a temperature (0 is legal)")
        object.__setattr__(self, "spectrum", spectrum)
        object.__setattr__(self, "temperature", temperature)
        if self.coupling is not None:
            object.__setattr__(self, "coupling", _couplings(self.coupling, f"{field}.coupling"))

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The coupling operators, each Hermitian, shape ``(N, N)``."""
        if self.coupling is None:
            raise InputError(f"bath {self.name!r}.coupling", None, "give the system's coupling operator")
        out: tuple[Operator, ...] = self.coupling
        return out

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Bath:
        """Copy with ``change(path, value)`` in the place of each number."""
        spectrum = self.spectrum.map_numbers(lambda n, x: change(f"spectrum.{n}", x))
        return replace(self, spectrum=spectrum, temperature=change("temperature", self.temperature))


def is_scalar(x: object) -> bool:
    """Whether ``x`` is a plain real number."""
    return isinstance(x, int | float | np.number) and not isinstance(x, bool)


def _couplings(x: Any, field: str) -> tuple[Operator, ...]:
    several = isinstance(x, list | tuple) and (
        hasattr(x[0], "full") or np.ndim(x[0]) == 2 if len(x) else True
    )
    parts: Sequence[Any] = x if several else [x]
    if not len(parts):
        raise InputError(field, x, "give at least one operator")
    out = []
    for k, part in enumerate(parts):
        where = f"{field}[{k}]" if several else field
        op = as_operator(part, where)
        if not np.allclose(op, op.conj().T, rtol=0, atol=1e-12 * max(1.0, abs(op).max())):
            raise InputError(where, op, "a coupling operator must be Hermitian; for a ladder use a + a†")
        out.append(op)
    return tuple(out)


def _span(xp: ModuleType, dtype: Any) -> tuple[float, float, float]:
    """Least energy, largest energy and largest exponent that leave every formula finite."""
    least, exponent = (1e-100, 700.0) if xp.finfo(dtype).bits > 32 else (1e-12, 80.0)
    return least, least**-0.7, exponent


def _away_from_zero(energy: Array) -> Array:
    """|W|, at least 1e-100: there J n already has its limit J'(0) T, and no quotient is 0/0."""
    xp = namespace(energy)
    least, most, _ = _span(xp, energy.dtype)
    return xp.clip(xp.abs(energy), least, most)


def occupation(w: Array, temperature: Number) -> Array:
    """Bose-Einstein occupation n(w) = 1/(exp(w/T) - 1) for w > 0; zero at T = 0.

    Never overflows; frequencies below 1e-100 are raised to it, and T below it counts as zero.
    """
    return _occupation(_away_from_zero(w), temperature)


def _occupation(w: Array, temperature: Number) -> Array:
    xp = namespace(w, temperature)
    least, _, exponent = _span(xp, w.dtype)
    hottest = 1.0 / (least * least)
    if not is_array(temperature):
        if temperature <= least:
            return xp.zeros_like(w)
        return 1.0 / xp.expm1(xp.clip(w / min(temperature, hottest), None, exponent))
    warm = xp.astype(temperature > least, w.dtype)
    t = xp.clip(temperature, least, hottest)
    return warm / xp.expm1(xp.clip(w / t, None, exponent))


def absorption_pair(spectrum: SpectralDensity, temperature: Number, energy: Array) -> tuple[Array, Array]:
    """Rates a(W) and a(-W), sharing one evaluation of J and n; see `absorption_rate`."""
    xp = namespace(energy, temperature)
    w = _away_from_zero(energy)
    j = spectrum.density(w)
    thermal = j * _occupation(w, temperature)
    # products with a mask cost a fifth of a `where` on signs that alternate
    up = thermal + j * xp.astype(energy < 0, w.dtype)
    down = thermal + j * xp.astype(energy > 0, w.dtype)
    return up, down


def absorption_rate(spectrum: SpectralDensity, temperature: Number, energy: Array) -> Array:
    r"""Rate at which the system takes the energy W from the bath, per unit :math:`|S|^2`.

    .. math:: a(W) = J(W)\,n(W)\ (W > 0),\qquad a(W) = J(|W|)\,[1 + n(|W|)]\ (W < 0),
              \qquad a(0) = J'(0)\,T,

    with detailed balance :math:`a(-W) = e^{W/T} a(W)`. At T = 0 only emission is left.

    Parameters
    ----------
    spectrum : SpectralDensity
        J, rate convention.
    temperature : float or array
        T >= 0; broadcasts against ``energy``.
    energy : array
        W, positive when the system absorbs.

    Returns
    -------
    array
        a(W), shape of ``energy``; never NaN.

    Examples
    --------
    >>> import numpy as np
    >>> a = absorption_rate(Ohmic(0.002, cutoff=10.0), 0.5, np.array([-1.0, 0.0, 1.0]))
    >>> bool(np.isclose(a[0] / a[2], np.exp(1.0 / 0.5)))
    True
    """
    xp = namespace(energy, temperature)
    energy = xp.asarray(energy) * 1.0
    return absorption_pair(spectrum, temperature, energy)[0]


def expanded(bath: Bath, axes: int) -> Bath:
    """Copy whose array-valued numbers have ``axes`` more axes, to broadcast against energies."""
    return bath.map_numbers(lambda _, x: expand(x, axes))
