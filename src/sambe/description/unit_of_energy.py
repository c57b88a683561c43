r"""A unit of energy for each point, so that an answer depends on no scale: energies of 1e-100 or of 1e100 are
solved as energies near one.

.. math:: H' = H/u,\quad \omega' = \omega/u,\quad T' = T/u,\quad J'(w) = J(wu)/u,\qquad
          E = u E',\quad J_u = u^2 J_u'

with u the power of two nearest to the energies of the Hamiltonian, so that nothing is rounded. Energies
between 2^-16 and 2^16 stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import Array, Number, is_array, to_numpy
from .bath import Bath
from .gate import unchecked
from .leads.lead import Lead
from .reservoir import Rates, ReservoirState
from .spectral_density import SpectralDensity
from .spectrum_from_data import Tabulated
from .system import System, Terms

__all__ = [
    "LARGEST",
    "NEAR_ONE",
    "Rescaled",
    "in_unit",
    "spectrum_in_unit",
    "unit_exponents",
    "unusable_unit",
]

# Energies up to 2^16 from one, either way, need no unit of their own. A choice: no constant of the package is
# felt there (the closest are 1e-12 of a single-precision energy and 1e-9 of a QuTiP environment), and no
# sweep of everyday numbers is divided.
NEAR_ONE = 16
# Largest exponent of a unit: its square, the unit of a current, has to leave room for a small rate beside it.
# A choice, 1e140 and 1e-140; a double reaches from 2e-308 to 2e308.
LARGEST = 464


def unit_exponents(system: System, near: int = NEAR_ONE) -> npt.NDArray[np.int64]:
    """Binary exponent of the unit of each point, ``(...)`` over the batch of the Hamiltonian's coefficients.

    Parameters
    ----------
    system : System
        Numbers plain or NumPy arrays of one batch shape.
    near : int
        Exponent up to which the unit is one.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        bound: Any = _bound(system.hamiltonian) + sum(map(_bound, system.drive.values()))
        for w in system.frequencies().values():
            bound = np.where(bound > 0, bound, np.abs(to_numpy(w)))
    finite = np.isfinite(bound) & (bound > 0)
    logarithm = np.log2(np.where(finite, bound, 1.0))
    exponents = np.rint(logarithm).astype(np.int64)
    exponents = np.where(np.abs(exponents) > near, exponents, 0)
    return np.where(bound == np.inf, 2 * LARGEST, exponents)


def _bound(terms: Terms) -> Any:
    """No element of a sum of terms is larger."""
    return sum(np.abs(to_numpy(c)) * float(np.abs(op).max()) for c, op in terms)


def unusable_unit(exponent: int) -> InputError | None:
    """What is wrong with energies of that size, if anything."""
    if abs(exponent) <= LARGEST:
        return None
    return InputError(
        "hamiltonian", f"energies near 2^{exponent}", "currents go with the square of an energy, which no "
        "double holds here; count energies in a unit of their own size",
    )  # fmt: skip


def in_unit(system: System, unit: float) -> System:
    """The same system, energies counted in this unit.

    Raises
    ------
    InputError
        If a number is then beyond what a double holds.
    """
    out = unchecked(
        System, system,
        hamiltonian=_divided(system.hamiltonian, unit),
        drive={k: _divided(terms, unit) for k, terms in system.drive.items()},
        omega=_frequency_in(system.omega, unit),
        baths=tuple(bath_in_unit(bath, unit) for bath in system.baths),
        steps=None if system.steps is None else system.steps.in_unit(unit),
    )  # fmt: skip
    for path, x in out.numbers().items():
        if not np.isfinite(to_numpy(x) if is_array(x) else x).all():
            raise InputError(path, system.numbers()[path], "is too far from the energies of the Hamiltonian")
    return out


def _frequency_in(omega: Any, unit: float) -> Any:
    if isinstance(omega, tuple):
        return tuple(w / unit for w in omega)
    return None if omega is None else omega / unit


def _divided(terms: Terms, unit: float) -> Terms:
    return tuple((c / unit, op) for c, op in terms)


def bath_in_unit(bath: Bath, unit: float) -> Bath:
    """The same bath, energies counted in this unit."""
    if isinstance(bath, Lead):
        rate = bath.tunnelling
        inside = spectrum_in_unit(rate, unit) if isinstance(rate, SpectralDensity) else rate / unit
        return bath.in_unit(unit, inside)
    spectrum = None if bath.spectrum is None else spectrum_in_unit(bath.spectrum, unit)
    if bath.state is None:
        return replace(bath, spectrum=spectrum, temperature=bath.temperature / unit)
    state = bath.state.in_unit(unit) or RescaledState(bath.state, unit)
    return replace(bath, spectrum=spectrum, state=state)


def spectrum_in_unit(spectrum: SpectralDensity, unit: float) -> SpectralDensity:
    """The same spectral density, by its numbers where their powers of energy are known."""
    if isinstance(spectrum, Tabulated):
        return replace(spectrum, frequency=spectrum.frequency / unit, values=spectrum.values / unit)
    if isinstance(spectrum, Rescaled):
        whole = spectrum.unit * unit
        return spectrum.inner if whole == 1 else Rescaled(spectrum.inner, whole)
    powers = spectrum.energy_powers
    if powers is None:
        return Rescaled(spectrum, unit)
    return spectrum.map_numbers(lambda name, x: x / unit ** powers[name] if powers[name] else x)


@dataclass(frozen=True)
class Rescaled(SpectralDensity):
    """Any spectral density with energies counted in another unit, J(w unit) / unit."""

    inner: SpectralDensity
    unit: float
    of_numbers: ClassVar[bool] = False

    def density(self, w: Array) -> Array:
        return self.inner.density(w * self.unit) / self.unit

    def numbers(self) -> tuple[str, ...]:
        return self.inner.numbers()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.inner.numbers():
            raise AttributeError(name)
        return getattr(self.inner, name)

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Self:
        return replace(self, inner=self.inner.map_numbers(change))

    def scales(self) -> tuple[float, ...]:
        return tuple(x / self.unit for x in self.inner.scales())


@dataclass(frozen=True)
class RescaledState(ReservoirState):
    """Any state of a reservoir with energies counted in another unit."""

    inner: ReservoirState
    unit: float

    @property
    def needs_spectrum(self) -> bool:  # type: ignore[override]
        return self.inner.needs_spectrum

    @property
    def is_work(self) -> bool:  # type: ignore[override]
        return self.inner.is_work

    def _original(self, spectrum: Any) -> Any:
        return None if spectrum is None else spectrum_in_unit(spectrum, 1.0 / self.unit)

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        up, down = self.inner.rates(self._original(spectrum), energy * self.unit)
        return up / self.unit, down / self.unit

    def anomalous(self, spectrum: Any, energy: Array) -> Array | None:
        correlation = self.inner.anomalous(self._original(spectrum), energy * self.unit)
        return None if correlation is None else correlation / self.unit

    def dissipation(self, spectrum: Any, energy: Array) -> Array:
        return self.inner.dissipation(self._original(spectrum), energy * self.unit) / self.unit

    def singular_at_zero(self, spectrum: Any, near: Array, far: Array) -> Array:
        return self.inner.singular_at_zero(self._original(spectrum), near * self.unit, far * self.unit)

    def scale(self) -> float:
        return self.inner.scale() / self.unit

    def kinks(self) -> tuple[float, ...]:
        return tuple(x / self.unit for x in self.inner.kinks())

    def at_rest(self) -> ReservoirState:
        return replace(self, inner=self.inner.at_rest())

    def fault(self, name: str, value: float) -> str | None:
        return self.inner.fault(name, value)

    def words(self) -> str:
        return self.inner.words()

    def numbers(self) -> tuple[str, ...]:
        return self.inner.numbers()

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Self:
        return replace(self, inner=self.inner.map_numbers(change))
