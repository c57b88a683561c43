r"""Reservoirs: a spectral density in a state, which together answer for the rates.

.. math:: a(W) = \int dt\, e^{-iWt} \langle B(t) B\rangle

is the rate at which the system takes the energy W, per unit :math:`|S|^2`. Everything that asks a reservoir
(generators, Lamb shift, hierarchy, audit, statuses) asks for a(W) and a(-W) and for what stands in
`ReservoirState`; nobody takes J and a temperature apart. A new state is a new class beside `ThermalState`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import ModuleType
from typing import Any, ClassVar, Self

import numpy as np

from ..errors import InputError
from ..numerics.arrays import Array, Number, is_array, namespace
from .rate_slopes import density_slope, thermal_by_energy, thermal_by_temperature, with_sign
from .spectral_density import SpectralDensity, away_from_zero, span

__all__ = ["Keyed", "Reservoir", "ReservoirState", "ThermalState", "absorption_rate", "boson_rates",
           "occupation", "thermal"]  # fmt: skip

Rates = tuple[Array, Array]
# Ratio of the rates at two tiny energies, W = 1e-60 and 1e-40 in double precision, from which they count as
# growing without bound towards zero. A choice: a finite limit is the same at both, and a power W^-s is seen
# from s = 2e-4 on.
GROWING = 1.01


@dataclass(frozen=True)
class ReservoirState:
    """Base class of the states of a reservoir: a frozen dataclass that defines `rates`.

    The other methods have an answer that follows from the rates; a state overrides what it knows better.
    Numeric fields may be swept like those of a spectral density (path ``"state.<field>"``) and are checked
    by `fault`, never in ``__post_init__``, as they may be arrays; fields named in ``_fixed``, functions and
    texts are not numbers.

    Examples
    --------
    A bath of two-level systems of which the share p is excited:

    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> import sambe
    >>> from sambe.description.reservoir import ReservoirState
    >>> from sambe.description.spectral_density import away_from_zero
    >>> @dataclass(frozen=True)
    ... class Inverted(ReservoirState):
    ...     p: float
    ...     def rates(self, spectrum, energy):
    ...         j = spectrum.density(away_from_zero(energy))
    ...         excited = np.where(energy > 0, self.p, 1.0 - self.p)
    ...         return j * excited, j * (1.0 - excited)
    >>> gain = sambe.Bath("gain", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), state=Inverted(0.7))
    >>> up, down = gain.rates(np.asarray(1.0))
    >>> round(float(up / down), 6)
    2.333333
    """

    _fixed: ClassVar[tuple[str, ...]] = ()
    needs_spectrum: ClassVar[bool] = True  # False: the state gives its rates without a spectral density
    is_work: ClassVar[bool] = False  # True: its energy carries no entropy, as that of a drive
    energy_powers: ClassVar[Mapping[str, float] | None] = None  # of the unit of energy in each number
    fixed_words: ClassVar[Mapping[str, str]] = {}  # that a field takes in the place of a number
    functions: ClassVar[tuple[str, ...]] = ()  # fields that may be one in the place of a number

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        """a(W) and a(-W), each of the shape of ``energy``, proportional to J; never NaN or infinite.

        ``spectrum`` is the bath's `SpectralDensity` (None where the state needs none), ``energy`` an array of
        real numbers of either sign, zero included.
        """
        raise TypeError(f"{type(self).__name__} does not define rates")

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        """Derivatives of a(W) and a(-W), of the shape of ``energy``, by ``"energy"``, which is W, or by a
        number ``"state.x"`` or ``"spectrum.x"``; NaN where they are not known. For NumPy's arrays."""
        part, _, name = by.partition(".")
        if part != "spectrum":
            return 0.0 * energy + np.nan, 0.0 * energy + np.nan
        w = self._of_density(energy)
        j, slope = spectrum.density(w) + 0.0 * w, density_slope(spectrum, w, name)
        share = np.divide(slope, j, out=np.where(slope == 0, 0.0, np.nan), where=j != 0)
        up, down = self.rates(spectrum, energy)
        return up * share, down * share

    def _of_density(self, energy: Array) -> Array:
        """Energy at which J stands in the rates."""
        return away_from_zero(energy)

    def anomalous(self, spectrum: Any, energy: Array) -> Array | None:
        """<bb> at W, which turns with the phase of the drive and couples q and q' = q +- 2; None without."""
        return None

    def driven_at(self, omega: Number | None, field: str) -> Self:
        """The state beside a drive of that frequency; ``field`` is its place in an error."""
        return self

    def squeezing_centre(self) -> Number | None:
        """Half the frequency of the pump that makes the correlations <bb>; None without."""
        return None

    def dissipation(self, spectrum: Any, energy: Array) -> Array:
        """a(-W) - a(W), odd in W: what a classical force loses to the reservoir, J(W) for modes of bosons."""
        up, down = self.rates(spectrum, energy)
        return down - up

    def singular_at_zero(self, spectrum: Any, near: Array, far: Array) -> Array:
        """Whether a(W) has no one finite limit at W = 0, told by two tiny energies; shape of ``near``.

        It has none where rates grow towards zero without bound, or where those of the two signs differ and
        do not vanish.
        """
        (up, down), (up_far, down_far) = (self.rates(spectrum, w) for w in (near, far))
        xp = namespace(up, down)
        larger, before = xp.maximum(up, down), xp.maximum(up_far, down_far)
        apart = (xp.abs(up - down) > (GROWING - 1.0) * larger) & (GROWING * larger > before)
        return (larger > GROWING * before) | apart

    def scale(self) -> float:
        """Least energy on which the state lets plain rates vary, such as T; 0 where it has none."""
        return 0.0

    def kinks(self) -> tuple[float, ...]:
        """Energies W > 0 at which plain rates jump or bend, besides those of the spectral density."""
        return ()

    def at_rest(self) -> ReservoirState:
        """State of the same dissipation and the least noise: all that the static pull s(0) depends on."""
        return self

    def in_unit(self, unit: float) -> Self | None:
        """The same state with energies counted in this unit, by its numbers; None where that is unknown."""
        powers = self.energy_powers
        if powers is None:
            return None
        return self.map_numbers(lambda name, x: x / unit ** powers[name] if powers[name] else x)

    def check_fields(self, field: str) -> None:
        """Refuse, of the numbers in `energy_powers`, what is none, nor a word or function in its place."""
        for name in self.energy_powers or ():
            x, word = getattr(self, name), self.fixed_words.get(name)
            if (callable(x) and name in self.functions) or (isinstance(x, str) and x == word):
                continue
            if x is None or callable(x) or isinstance(x, str | bytes):
                others = " or a function" if name in self.functions else f' or "{word}"' if word else ""
                raise InputError(f"{field}.{name}", x, f"give a finite number, a labelled array{others}")

    def fault(self, name: str, value: float) -> str | None:
        """What is wrong with a finite value of a number; None if nothing is."""
        return None

    def words(self) -> str:
        """How a message names the state, after the word spectrum."""
        return f"in the state {self}"

    def numbers(self) -> tuple[str, ...]:
        """Names of the numeric fields."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in self._fixed}
        return tuple(n for n, x in values.items() if not (callable(x) or x is None or isinstance(x, str)))

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Self:
        """Copy with ``change(name, value)`` in the place of each numeric field."""
        return replace(self, **{n: change(n, getattr(self, n)) for n in self.numbers()})


def boson_rates(density: Array, stimulated: Array, energy: Array) -> Rates:
    """a(W) and a(-W) of modes of bosons from J and J n at |W|: what is emitted has J (1 + n)."""
    xp = namespace(density, stimulated)
    # products with a mask cost a fifth of a `where` on signs that alternate
    up = stimulated + density * xp.astype(energy < 0, density.dtype)
    down = stimulated + density * xp.astype(energy > 0, density.dtype)
    return up, down


@dataclass(frozen=True)
class ThermalState(ReservoirState):
    r"""Thermal equilibrium, :math:`a(W) = J(W)\,n(W)` and :math:`a(-W) = J(W)\,[1 + n(W)]` for W > 0.

    Parameters
    ----------
    temperature : float or array
        T >= 0; broadcasts against energies.
    """

    temperature: Number

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        w = away_from_zero(energy)
        j = spectrum.density(w)
        return boson_rates(j, j * _occupation(w, self.temperature), energy)

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        if by == "state.temperature":
            out = thermal_by_temperature(spectrum, energy, self.temperature, *self.rates(spectrum, energy))
            return out, out
        if by != "energy":
            return super().slopes(spectrum, energy, by)
        w = away_from_zero(energy)
        j, slope = spectrum.density(w) + 0.0 * energy, density_slope(spectrum, w + 0.0 * energy)
        n = _occupation(w, self.temperature)
        return with_sign(energy, *thermal_by_energy(j, slope, w, self.temperature, n))

    def dissipation(self, spectrum: Any, energy: Array) -> Array:
        return spectrum(energy)  # the difference of two rates would lose digits where n is large

    def singular_at_zero(self, spectrum: Any, near: Array, far: Array) -> Array:
        """Where a(0) = J'(0) T has no limit; at T = 0 nothing is asked of it."""
        xp = namespace(near)
        grows = spectrum.density(near) / near > GROWING * spectrum.density(far) / far
        return grows & (xp.asarray(self.temperature) > 0)

    def scale(self) -> float:
        return float(self.temperature)

    def at_rest(self) -> ThermalState:
        return ThermalState(self.temperature * 0.0)

    def words(self) -> str:
        return f"at T = {self.temperature:g}"


@dataclass(frozen=True)
class Reservoir:
    """What a coupling operator meets: a spectral density in a state.

    Attributes
    ----------
    spectrum : SpectralDensity or None
        J, rate convention; None for a state that needs none.
    state : ReservoirState
    """

    spectrum: SpectralDensity | None
    state: ReservoirState

    def rates(self, energy: Array) -> Rates:
        """a(W) and a(-W), sharing one evaluation of J and of the state."""
        return self.state.rates(self.spectrum, energy)

    def slopes(self, energy: Array, by: str) -> Rates:
        """Derivatives of a(W) and a(-W) by W or by a number; see `ReservoirState.slopes`."""
        return self.state.slopes(self.spectrum, energy, by)

    def anomalous(self, energy: Array) -> Array | None:
        """<bb> at W, or None; see `ReservoirState.anomalous`."""
        return self.state.anomalous(self.spectrum, energy)

    def dissipation(self, energy: Array) -> Array:
        """a(-W) - a(W), J(W) for a thermal reservoir."""
        return self.state.dissipation(self.spectrum, energy)

    def density(self, w: Array) -> Array:
        """J(w) at w > 0; the sum of both rates where there is no spectral density."""
        if self.spectrum is not None:
            return self.spectrum.density(w)
        up, down = self.rates(w)
        return up + down

    def singular_at_zero(self, xp: ModuleType, dtype: Any) -> Array:
        """Whether there is no finite a(0), of the shape of the numbers; their last axis has length one."""
        least = span(xp, dtype)[0]
        near, far = (xp.asarray([least**power], dtype=dtype) for power in (0.6, 0.4))
        with np.errstate(all="ignore"):
            return self.state.singular_at_zero(self.spectrum, near, far)

    @property
    def temperature(self) -> Number:
        """T where entropy is energy over one temperature, else None."""
        return self.state.temperature if isinstance(self.state, ThermalState) else None

    def at_rest(self) -> Reservoir:
        """The reservoir in the state of least noise with the same dissipation."""
        return Reservoir(self.spectrum, self.state.at_rest())

    def kinks(self) -> tuple[float, ...]:
        """Energies W > 0 where plain rates may jump or bend: scales and knots of J, and the state's own."""
        j = self.spectrum
        return (*(() if j is None else j.scales()), *self.state.kinks())

    def numbers(self) -> dict[str, Number]:
        """Every number by its path, those of the state first."""
        values: dict[str, Number] = {}
        self.map_numbers(lambda path, x: values.setdefault(path, x))
        return values

    def with_numbers(self, values: Mapping[str, Number]) -> Reservoir:
        """Copy with other numbers, given by their paths."""
        return self.map_numbers(lambda path, _: values[path])

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Reservoir:
        """Copy with ``change(path, value)`` for each number; paths ``"state.x"`` and ``"spectrum.x"``."""
        state = self.state.map_numbers(lambda name, x: change(f"state.{name}", x))
        if self.spectrum is None:
            return Reservoir(None, state)
        return Reservoir(self.spectrum.map_numbers(lambda n, x: change(f"spectrum.{n}", x)), state)


@dataclass(frozen=True)
class Keyed:
    """A reservoir with plain numbers that is hashed by its values, its ``spectrum.strength`` set to one."""

    identity: tuple[Any, ...]
    reservoir: Reservoir = field(compare=False)

    @classmethod
    def of(cls, reservoir: Reservoir) -> Keyed:
        """Key of a reservoir whose numbers are plain."""
        unit = reservoir.map_numbers(lambda path, x: 1.0 if path == "spectrum.strength" else float(x))
        return cls(tuple(_stamp(part) for part in (unit.spectrum, unit.state)), unit)


def _stamp(part: Any) -> Any:
    """Hashable values of a dataclass; functions and foreign objects, kept alive by the key, by identity."""

    def value(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            return x.tobytes()
        return x if isinstance(x, float | str) else (type(x), id(x))

    return None if part is None else (type(part), *(value(getattr(part, f.name)) for f in fields(part)))


def thermal(spectrum: SpectralDensity, temperature: Number) -> Reservoir:
    """A thermal reservoir."""
    return Reservoir(spectrum, ThermalState(temperature))


def occupation(w: Array, temperature: Number) -> Array:
    """Bose-Einstein occupation n(w) = 1/(exp(w/T) - 1) for w > 0; zero at T = 0.

    Never overflows; frequencies below 1e-100 are raised to it, and T below it counts as zero.
    """
    return _occupation(away_from_zero(w), temperature)


def _occupation(w: Array, temperature: Number) -> Array:
    xp = namespace(w, temperature)
    least, _, exponent = span(xp, w.dtype)
    hottest = 1.0 / (least * least)
    if not is_array(temperature):
        if temperature <= least:
            return xp.zeros_like(w)
        return 1.0 / xp.expm1(xp.clip(w / min(temperature, hottest), None, exponent))
    warm = xp.astype(temperature > least, w.dtype)
    t = xp.clip(temperature, least, hottest)
    return warm / xp.expm1(xp.clip(w / t, None, exponent))


def absorption_rate(spectrum: SpectralDensity, temperature: Number, energy: Array) -> Array:
    r"""Rate at which the system takes the energy W from the bath, per unit ``|S|^2``.

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
    >>> from sambe import Ohmic
    >>> a = absorption_rate(Ohmic(0.002, cutoff=10.0), 0.5, np.array([-1.0, 0.0, 1.0]))
    >>> bool(np.isclose(a[0] / a[2], np.exp(1.0 / 0.5)))
    True
    """
    xp = namespace(energy, temperature)
    energy = xp.asarray(energy) * 1.0
    return thermal(spectrum, temperature).rates(energy)[0]
