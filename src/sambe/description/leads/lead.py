r"""Leads: Fermi seas that exchange particles with a system, and energy with them.

.. math:: H_I = \sum_k t_k\,(d^\dagger c_k + c_k^\dagger d),\qquad
          \Gamma(\epsilon) = 2\pi\sum_k |t_k|^2\,\delta(\epsilon - \epsilon_k).

A particle of energy :math:`\epsilon` enters through :math:`d^\dagger` at the rate
:math:`\Gamma f(\epsilon - \mu)` and leaves through d at :math:`\Gamma[1 - f(\epsilon - \mu)]`. In a
generator the pair :math:`X = (d + d^\dagger)/\sqrt2`, :math:`Y = i(d - d^\dagger)/\sqrt2` stands for it: with
rates that depend on whether an element brings a particle or removes one,
:math:`L_X\rho X + L_Y\rho Y = L_d\,\rho\,d^\dagger + L_{d^\dagger}\,\rho\,d`, without terms between d and d.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...numerics.arrays import Number, is_array, real_number
from ..bath import Bath, check_name
from ..gate import is_labelled, number
from ..operators import Operator
from ..reservoir import Reservoir
from ..reservoirs.couplings import couplings, lowering, quadratures
from ..spectral_density import Flat, SpectralDensity
from ..sums.modulation import Modulation
from .fermi import EnergyDependent, FermiState, Lorentzian
from .sidebands import turning

__all__ = ["Lead"]


@dataclass(frozen=True, eq=False, repr=False)
class Lead(Bath):
    """A fermionic lead: one terminal for energy and particles.

    It stands in ``System(baths=[...])`` beside thermal baths. Particle and heat currents through it are
    positive into the system.

    Parameters
    ----------
    name : str
        Label of the terminal; not ``"pump"``, which is the drive's.
    coupling : operator, or a sequence of operators or of (coefficient, operator)
        The annihilation operator d, which lowers the number of particles by one, such as `fermion` gives;
        never d + d†. Several operators, such as those of two spins, couple each to modes of its own;
        (coefficient, operator) pairs are summed. Two leads on one system lower the same number of particles,
        which the Hamiltonian conserves.
    tunnelling : float, DataArray, Lorentzian or callable
        The rate Gamma, in the wide-band limit a number, or a function of the energy of a particle.
    temperature : float or DataArray
        T >= 0; zero is legal.
    chemical_potential : float or DataArray
        mu, on the scale of the energies of the Hamiltonian.
    ac_voltage : float or DataArray, optional
        V of V cos(omega t) on this lead alone: the pump gives or takes q quanta with the weight
        J_q(V/omega)^2.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> import sambe
    >>> d = sambe.fermion(0, 1)
    >>> dot = sambe.System([(1.0, d.conj().T @ d)], baths=[
    ...     sambe.Lead("left", d, tunnelling=0.01, temperature=1.0),
    ...     sambe.Lead("right", d, tunnelling=0.004, temperature=0.4, chemical_potential=0.3)])
    >>> flow = sambe.steady_state(dot)
    >>> round(flow.particle_current.sel(terminal="left").item(), 10)
    0.0003454121
    """

    spectrum: Any = field(default=None, init=False, repr=False)
    temperature: Number = field(default=None, kw_only=True)
    state: Any = field(default=None, init=False, repr=False)
    power: Any = field(default=None, init=False, repr=False)
    correlation: Any = field(default=None, init=False, repr=False)
    rotating_wave: bool = field(default=False, init=False, repr=False)
    tunnelling: Any = field(default=None, kw_only=True)
    chemical_potential: Number = field(default=0.0, kw_only=True)
    ac_voltage: Number = field(default=None, kw_only=True)
    turned_by_voltage: tuple[Any, ...] = field(default=(), init=False, repr=False)
    particles: npt.NDArray[np.intp] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        check_name(self.name, "lead")
        put(self, "tunnelling", _tunnelling(self.tunnelling, f"{self.label}.tunnelling"))
        for name, said in (
            ("temperature", "give a temperature (0 is legal)"),
            ("chemical_potential", "give a number, on the scale of the Hamiltonian"),
        ):
            put(self, name, _checked_number(getattr(self, name), f"{self.label}.{name}", said))
        if self.ac_voltage is not None:
            said = "give the amplitude V of V cos(omega t), or leave it out"
            put(self, "ac_voltage", _checked_number(self.ac_voltage, f"{self.label}.ac_voltage", said))
        if self.coupling is not None:
            place = f"{self.label}.coupling"
            put(self, "coupling", couplings(self.coupling, place, check=_annihilation))

    @property
    def label(self) -> str:
        """How messages and paths of numbers name it."""
        return f"lead {self.name!r}"

    @property
    def reservoir(self) -> Reservoir:
        """The Fermi sea, whose rates are those of particles by their energy."""
        rate = self.tunnelling if isinstance(self.tunnelling, SpectralDensity) else Flat(self.tunnelling)
        return Reservoir(rate, FermiState(self.temperature, self.chemical_potential))

    @property
    def _asked(self) -> tuple[str, Any]:
        return "tunnelling", self.tunnelling

    @property
    def couplings(self) -> tuple[Operator | Modulation, ...]:
        """X and Y of each operator, in turn; under an ac voltage they turn with the drive."""
        if self.coupling is None:
            raise InputError(f"{self.label}.coupling", None, "give an annihilation operator of the system")
        if self.turned_by_voltage:
            return self.turned_by_voltage
        return tuple(part for d in self.coupling for part in quadratures(d))

    def driven_at(self, omega: Number | None) -> Lead:
        """The lead with the sidebands of its ac voltage under a drive of that frequency."""
        if self.ac_voltage is None or self.coupling is None:
            return self
        if omega is None:
            raise InputError("omega", None, f"the ac voltage of {self.label} needs the drive frequency")
        if not (is_labelled(omega) or is_array(omega)) and not (real_number(omega) and omega > 0):
            return self  # the System says what is wrong with it
        parts = [
            turning(quadratures(d), self.ac_voltage, omega, f"{self.label}.ac_voltage") for d in self.coupling
        ]
        return self._exchanged(turned_by_voltage=tuple(part for pair in parts for part in pair))

    def holding(self, particles: npt.NDArray[np.intp]) -> Lead:
        """The lead with the number of particles of each basis state."""
        return self._exchanged(particles=particles)

    def in_unit(self, unit: float, tunnelling: Any) -> Lead:
        """The same with energies counted in this unit, its tunnelling rate too."""
        volts = None if self.ac_voltage is None else self.ac_voltage / unit
        return self._exchanged(
            tunnelling=tunnelling, temperature=self.temperature / unit,
            chemical_potential=self.chemical_potential / unit, ac_voltage=volts,
        )  # fmt: skip

    def turned(self, change: Callable[[Operator], Operator]) -> Lead:
        """Unchecked copy with a linear map of its operators, such as one to another basis."""
        parts = (p.turned(change) if isinstance(p, Modulation) else change(p) for p in self.turned_by_voltage)
        return self._exchanged(
            coupling=tuple(map(change, self.coupling)), turned_by_voltage=tuple(parts),
            particles=None if self.particles is None else _projected(self.particles, change, self.label),
        )  # fmt: skip

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Lead:
        """Copy with ``change(path, value)`` in the place of each number."""
        rate = self.tunnelling
        if isinstance(rate, SpectralDensity):
            rate = rate.map_numbers(lambda n, x: change(f"tunnelling.{n}", x))
        else:
            rate = change("tunnelling", rate)
        values = {"tunnelling": rate}
        for name in ("temperature", "chemical_potential", "ac_voltage"):
            if getattr(self, name) is not None:
                values[name] = change(name, getattr(self, name))
        values["turned_by_voltage"] = tuple(
            part.map_numbers(lambda n, x, k=k: change(f"coupling[{k}]{n}", x))  # type: ignore[misc]
            if isinstance(part, Modulation) else part
            for k, part in enumerate(self.turned_by_voltage)
        )  # fmt: skip
        return self._exchanged(**values)


def _checked_number(x: Any, place: str, said: str) -> Number:
    if x is None:
        raise InputError(place, None, said)
    x = number(place, x)
    if not (is_labelled(x) or is_array(x)) and not real_number(x):
        raise InputError(place, x, said)
    return x


def _tunnelling(x: Any, place: str) -> Any:
    """A rate as a number, or as what gives it at an energy."""
    if isinstance(x, EnergyDependent | Flat | Lorentzian):
        return x
    if isinstance(x, SpectralDensity):
        raise InputError(
            place, x, "it is known at frequencies above zero alone, and particles have energies of either "
            "sign; give a number, a function G(energy), or sambe.Lorentzian",
        )  # fmt: skip
    if callable(x) and not is_array(x) and not is_labelled(x):
        return EnergyDependent(x)
    return _checked_number(
        x, place, "give the rate as a number that is not negative, or a function G(energy)"
    )


def _annihilation(x: Any, place: str) -> Operator:
    return lowering(
        x, place, "give an annihilation operator that stands still; what modulates a lead is its ac_voltage",
        "it changes no number of particles by one; give the annihilation operator alone, such as "
        "fermion(0, 1), never d + d†",
    )  # fmt: skip


def _projected(
    particles: npt.NDArray[np.intp], change: Callable[[Operator], Operator], label: str
) -> npt.NDArray[np.intp]:
    """Numbers of particles in another basis, each of whose states has to have one."""
    inside = change(np.diag(particles).astype(complex))
    whole: npt.NDArray[np.float64] = np.rint(inside.diagonal().real)
    if not np.allclose(inside, np.diag(whole), rtol=0.0, atol=1e-9):
        raise InputError(
            "initial", label, "a part of the system that nothing leaves mixes states of different numbers of "
            "particles, which leads count; leave initial and sector out",
        )  # fmt: skip
    return whole.astype(np.intp)
