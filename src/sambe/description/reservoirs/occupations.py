r"""Reservoirs that are not in thermal equilibrium: given occupation, inversion, classical noise.

Each is a `ReservoirState`: with the spectral density J of its bath it answers for the rates a(W) and a(-W)
at which the system takes and gives the energy W, per unit :math:`|S|^2`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ...numerics.arrays import Array, Number, namespace
from ..gate import answers, looked_at
from ..rate_slopes import density_slope, with_sign
from ..reservoir import Rates, ReservoirState, boson_rates
from ..spectral_density import away_from_zero

__all__ = ["Inverted", "Noise", "Occupied"]


@dataclass(frozen=True)
class Occupied(ReservoirState):
    r"""State of a reservoir whose modes have a given occupation.

    .. math:: a(W) = J n,\qquad a(-W) = J\,(1 + n)\qquad (W > 0)

    Parameters
    ----------
    n : float or callable
        Quanta in a mode, n >= 0: the same in all modes, or a function n(w) of positive frequencies.

    Notes
    -----
    A rate at W = 0 exists only where both are the same there, as for J(0) = 0 and a finite n: elsewhere a
    coupling with diagonal elements has no answer.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> lamp = sambe.Bath("lamp", sambe.sigmax(), sambe.Flat(0.003), state=Occupied(2.0))
    >>> [round(float(rate), 9) for rate in lamp.rates(np.asarray(1.0))]
    [0.006, 0.009]
    """

    n: Number | Callable[[Any], Any]
    energy_powers: ClassVar[Mapping[str, float] | None] = {"n": 0}
    functions: ClassVar[tuple[str, ...]] = ("n",)

    def __post_init__(self) -> None:
        if callable(self.n):
            looked_at(self.n, "Occupied.n", "n")

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        w = away_from_zero(energy)
        j = spectrum.density(w)
        return boson_rates(j, j * self._occupation(w), energy)

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        if callable(self.n) or by not in ("energy", "state.n"):
            return super().slopes(spectrum, energy, by)
        w = away_from_zero(energy) + 0.0 * energy
        if by == "state.n":
            return spectrum.density(w), spectrum.density(w)
        slope = density_slope(spectrum, w)
        return with_sign(energy, slope * self.n, slope * (1.0 + self.n))

    def _occupation(self, w: Array) -> Array:
        if not callable(self.n):
            return self.n
        return answers(self.n, w, "state.n", "n") if isinstance(w, np.ndarray) else self.n(w)

    def dissipation(self, spectrum: Any, energy: Array) -> Array:
        return spectrum(energy)

    def at_rest(self) -> Occupied:
        return Occupied(0.0)

    def in_unit(self, unit: float) -> Self | None:
        return None if callable(self.n) else super().in_unit(unit)

    def fault(self, name: str, value: float) -> str | None:
        return "an occupation is not negative" if value < 0 else None

    def words(self) -> str:
        return "of given occupation" if callable(self.n) else f"of the occupation {self.n:g}"


@dataclass(frozen=True)
class Inverted(ReservoirState):
    r"""State of a reservoir of two-level systems of which a share is excited.

    .. math:: a(W) = J p,\qquad a(-W) = J\,(1 - p)\qquad (W > 0)

    Parameters
    ----------
    p : float
        Excited share, 0 < p < 1; inverted above 1/2.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> gain = sambe.Bath("gain", sambe.sigmax(), sambe.Flat(0.003), state=Inverted(0.8))
    >>> [round(float(rate), 9) for rate in gain.rates(np.asarray(1.0))]
    [0.0024, 0.0006]
    """

    p: Number
    energy_powers: ClassVar[Mapping[str, float] | None] = {"p": 0}

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        w = away_from_zero(energy)
        xp = namespace(w, self.p)
        j, sign = spectrum.density(w), xp.sign(energy)
        bias = sign * (self.p - 0.5)  # at W = 0 the mean of both
        return j * (0.5 + bias), j * (0.5 - bias)

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        w = away_from_zero(energy) + 0.0 * energy
        if by == "state.p":
            out = np.sign(energy) * spectrum.density(w)
            return out, -out
        if by != "energy":
            return super().slopes(spectrum, energy, by)
        slope = density_slope(spectrum, w)
        return with_sign(energy, slope * self.p, slope * (1.0 - self.p))

    def fault(self, name: str, value: float) -> str | None:
        return None if 0 < value < 1 else "the excited share lies between 0 and 1, both left out"

    def words(self) -> str:
        return f"with the share {self.p:g} excited"


@dataclass(frozen=True)
class Noise(ReservoirState):
    r"""A noise power spectrum, :math:`a(W) = S(-W)`: what ``Bath(power=...)`` makes.

    Parameters
    ----------
    power : float or callable
        S(w) for w > 0 is the rate of emission into the bath per unit :math:`|S|^2`, S(-w) that of absorption
        from it; one number for white noise.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> flicker = sambe.Bath("flicker", sambe.sigmax(), power=lambda w: 1e-4 / (1.0 + w**2))
    >>> [float(rate) for rate in flicker.rates(np.asarray(1.0))]
    [5e-05, 5e-05]
    """

    power: Number | Callable[[Any], Any]
    needs_spectrum: ClassVar[bool] = False
    is_work: ClassVar[bool] = True
    energy_powers: ClassVar[Mapping[str, float] | None] = {"power": 1}
    functions: ClassVar[tuple[str, ...]] = ("power",)

    def __post_init__(self) -> None:
        if callable(self.power):
            looked_at(self.power, "power", "S", both_signs=True)

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        if not callable(self.power):
            rate = self.power * (0.0 * energy + 1.0)
            return rate, rate
        if not isinstance(energy, np.ndarray):
            return self.power(-energy), self.power(energy)
        up, down = (answers(self.power, w, "power", "S") for w in (-energy, energy))
        return up, down

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        known = {"energy": 0.0, "state.power": 1.0}
        out = 0.0 * energy + (np.nan if callable(self.power) else known.get(by, np.nan))
        return out, out

    def in_unit(self, unit: float) -> Self | None:
        return None if callable(self.power) else super().in_unit(unit)

    def fault(self, name: str, value: float) -> str | None:
        return "a power spectrum is not negative" if value < 0 else None

    def words(self) -> str:
        return "of a noise power spectrum"
