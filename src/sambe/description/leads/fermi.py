r"""Fermi seas: the state of a lead, and tunnelling rates that depend on the energy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ...numerics.arrays import Array, Number, is_array, namespace
from ..rate_slopes import density_slope
from ..reservoir import Rates, ReservoirState
from ..spectral_density import SpectralDensity, span

__all__ = ["EnergyDependent", "FermiState", "Lorentzian", "fermi"]


def fermi(energy: Array, temperature: Number) -> Array:
    """Fermi function 1/(exp(x/T) + 1) of an energy counted from the chemical potential.

    A step at T = 0, one half at its edge; never overflows.

    Examples
    --------
    >>> fermi(np.array([-1.0, 0.0, 1.0]), 0.0).tolist()
    [1.0, 0.5, 0.0]
    """
    xp = namespace(energy, temperature)
    least, _, exponent = span(xp, energy.dtype)
    step = 0.5 * (1.0 - xp.sign(energy))
    if not is_array(temperature):
        if temperature <= least:
            return step
        return 1.0 / (1.0 + xp.exp(xp.clip(energy / temperature, -exponent, exponent)))
    warm = xp.asarray(temperature) > least
    t = xp.where(warm, temperature, xp.ones_like(temperature))
    smooth = 1.0 / (1.0 + xp.exp(xp.clip(energy / t, -exponent, exponent)))
    return xp.where(warm, smooth, step)


@dataclass(frozen=True)
class FermiState(ReservoirState):
    r"""Fermi sea, :math:`\Gamma(\epsilon) f(\epsilon-\mu)` and :math:`\Gamma(\epsilon)[1-f(\epsilon-\mu)]`.

    The rates are those at which a particle of energy :math:`\epsilon` enters and leaves the system, in the
    place of a(W) and a(-W): a jump that takes W and brings a particle has :math:`\epsilon = W`, one that
    takes W and removes a particle :math:`\epsilon = -W`.

    Parameters
    ----------
    temperature : float or array
        T >= 0.
    chemical_potential : float or array
    """

    temperature: Number
    chemical_potential: Number
    energy_powers: ClassVar[Mapping[str, float] | None] = {"temperature": 1, "chemical_potential": 1}

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        rate, x = spectrum.density(energy), energy - self.chemical_potential
        return rate * fermi(x, self.temperature), rate * fermi(-x, self.temperature)

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        if by.startswith("spectrum."):
            return super().slopes(spectrum, energy, by)
        t = np.asarray(self.temperature, dtype=float) + 0.0 * energy
        x, rate = energy - self.chemical_potential, spectrum.density(energy)
        full, empty = fermi(x, t), fermi(-x, t)
        safe = np.where(t > 0, t, 1.0)
        bent = np.where(t > 0, rate * full * empty / safe, 0.0)  # Gamma df/dmu; at T = 0 a step
        if by == "energy":
            slope = density_slope(spectrum, energy)
            return slope * full - bent, slope * empty + bent
        out = bent * {"state.temperature": x / safe, "state.chemical_potential": 1.0}.get(by, np.nan)
        return out, -out

    def _of_density(self, energy: Array) -> Array:
        return energy

    def singular_at_zero(self, spectrum: Any, near: Array, far: Array) -> Array:
        """Nowhere: a jump of no energy brings a particle or removes one."""
        xp = namespace(near, self.temperature)
        return xp.zeros(np.broadcast_shapes(near.shape, np.shape(self.temperature)), dtype=xp.bool)

    def scale(self) -> float:
        return float(self.temperature)

    def words(self) -> str:
        return f"at T = {self.temperature:g} and the chemical potential {self.chemical_potential:g}"


@dataclass(frozen=True)
class EnergyDependent(SpectralDensity):
    """A tunnelling rate that is a function of the energy, of either sign."""

    function: Callable[[Array], Array]
    _fixed: ClassVar[tuple[str, ...]] = ("function",)
    of_numbers: ClassVar[bool] = False

    def density(self, w: Array) -> Array:
        return (
            np.asarray(self.function(w)) * np.ones_like(w) if isinstance(w, np.ndarray) else self.function(w)
        )


@dataclass(frozen=True)
class Lorentzian(SpectralDensity):
    r"""A Lorentzian band: the tunnelling rate of a lead that ends, or of one behind a broad level.

    .. math:: \Gamma(\epsilon) = \Gamma_0\,\frac{\gamma^2}{(\epsilon - \epsilon_0)^2 + \gamma^2}

    A site of the energy :math:`\epsilon_0`, to which the system hops by t and which decays into a wide band
    at the rate :math:`2\gamma`, is a lead with :math:`\Gamma_0 = 2t^2/\gamma`. Of a bath of bosons it is J at
    frequencies above zero.

    Parameters
    ----------
    strength : float
        :math:`\Gamma_0`, the largest rate.
    width : float
        :math:`\gamma`, half the width at half of it.
    centre : float
        :math:`\epsilon_0`, on the scale of the energies of the Hamiltonian.

    Examples
    --------
    >>> band = Lorentzian(0.02, width=3.0, centre=1.0)
    >>> float(band.density(4.0)), float(band.density(-2.0))
    (0.01, 0.01)
    """

    strength: Number
    width: Number
    centre: Number = 0.0
    energy_powers: ClassVar[Mapping[str, float] | None] = {"strength": 1, "width": 1, "centre": 1}

    def density(self, w: Array) -> Array:
        away = (w - self.centre) / self.width
        return self.strength / (1.0 + away * away)

    def scales(self) -> tuple[float, ...]:
        """The centre and the two flanks, where they lie above zero."""
        ends = (self.centre - self.width, self.centre, self.centre + self.width)
        return tuple(x for x in ends if x > 0)
