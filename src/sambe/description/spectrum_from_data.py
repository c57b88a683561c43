"""Spectral densities from what a user has: samples, a function, a QuTiP environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import Array, Number, namespace, to_numpy
from .gate import answers, looked_at
from .spectral_density import SpectralDensity

__all__ = ["Custom", "QutipSpectrum", "Tabulated", "as_spectrum"]

# Frequency below which J of a QuTiP environment continues linearly to zero. An environment that is made from
# its power spectrum S gives J = S(w) - S(-w), of which seven digits of 16 are left there at T = 1.
LINEAR_BELOW = 1e-9


def _samples(field: str, x: Any) -> npt.NDArray[np.float64]:
    try:
        array = np.asarray(x)
        if array.dtype.kind not in "iufO" or np.ma.isMaskedArray(x):
            raise TypeError
        out = np.array(array, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InputError(field, x, "give a one-dimensional list of numbers") from None
    if out.ndim != 1 or out.size < 2 or not np.isfinite(out).all():
        raise InputError(field, x, "give at least two finite samples in one dimension")
    out.setflags(write=False)
    return out


@dataclass(frozen=True, eq=False)
class Tabulated(SpectralDensity):
    r"""Interpolated samples of J, zero above the last one.

    .. math:: J(w) = \mathrm{strength}\; w\,\Bigl[(1-x)\frac{J_k}{w_k} + x\frac{J_{k+1}}{w_{k+1}}\Bigr],\qquad
              x = \frac{w-w_k}{w_{k+1}-w_k}

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
    r"""Any vectorised callable J(w) for w > 0, in the rate convention.

    .. math:: J(w) = \mathrm{strength}\; f(w)

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
