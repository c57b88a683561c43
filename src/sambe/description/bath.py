r"""Baths: a coupling operator on a reservoir, which is a spectral density in a state.

Conventions (:math:`\hbar = k_B = 1`). The spectral density is in the *rate convention*,

.. math:: J(\omega) = 2\pi \sum_j g_j^2\, \delta(\omega - \omega_j),

so the golden-rule emission rate is :math:`J(\omega)[1 + n(\omega)]\,|S|^2`. QuTiP's spectral
density is half of it. J is continued as an odd function. The *absorption rate* :math:`a(W)` is the
rate at which the system takes the energy W from the bath, per unit :math:`|S|^2`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import Array, Number, expand, is_array, namespace
from .gate import PART, RESERVED, text
from .operators import Operator
from .reservoir import Reservoir, ReservoirState, ThermalState
from .reservoirs.couplings import correlated, couplings, quadratures
from .reservoirs.occupations import Noise
from .spectral_density import SpectralDensity
from .spectrum_from_data import QutipSpectrum, as_spectrum
from .sums.modulation import Modulation
from .words.in_words import bath_in_words

__all__ = ["Bath", "check_name", "expanded", "refuse_anomalous", "refuse_beyond_rates", "temperatures"]

# Relative difference up to which two temperatures are the same: one of them may have been printed and read.
SAME_TEMPERATURE = 1e-9
_FUNCTIONS = (PART, "state.n", "power")  # fields of errors by a user's functions, without their bath


@dataclass(frozen=True, eq=False)
class Bath:
    """A heat reservoir: one terminal of the energy circuit.

    Parameters
    ----------
    name : str
        Label of the terminal; not ``"pump"``, which is the drive's.
    coupling : operator, mapping of int to operator, a sequence of these, or of (coefficient, operator)
        Hermitian S in the coupling S (x) B. Several operators couple each to modes of its own, with
        the same spectrum and temperature; for one common set of modes give the sum of them, or
        (coefficient, operator) pairs, which are summed. A mapping ``{0: S0, 1: S1}`` is a coupling that
        the pump modulates, S(t) = sum_q S_q exp(-i q omega t), conjugates implied; its S_q may be
        (coefficient, operator) pairs, with coefficients that may be labelled arrays.
        The ready-made models supply it where it is left out.
    spectrum : SpectralDensity, callable or QuTiP environment
        J(w) in the rate convention (twice QuTiP's).
    temperature : float or DataArray
        T >= 0; zero is legal. Taken from a QuTiP environment that has one where left out.
    state : ReservoirState, optional
        In the place of a temperature: a state other than thermal equilibrium, `Occupied`, `Inverted` or a
        class of one's own.
    power : float or callable, optional
        In the place of spectrum and temperature: a noise power spectrum S, of which S(w), w > 0, is the rate
        of emission into the bath per unit ``|S|^2`` and S(-w) that of absorption from it; a number is white
        noise. The terminal counts as work: it has no temperature and carries no entropy.
    correlation : array_like, optional
        How several coupling operators share modes, a real symmetric positive semidefinite matrix: the
        identity (default) is modes of their own, a matrix of ones common modes. The operators are replaced by
        independent ones that are together the same.
    rotating_wave : bool
        The coupling is an operator c that lowers the energy, or several, and meets the bath as
        c† b + h.c.: emission goes through c, absorption through c†.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> from sambe import Ohmic, sigmax
    >>> bath = Bath("left", coupling=sigmax(), spectrum=Ohmic(0.002, cutoff=10.0), temperature=1.2)
    >>> bath.operators[0].shape
    (2, 2)
    >>> up, down = bath.rates(np.array([0.5, 1.0]))
    >>> np.log(down / up).round(6).tolist()  # W/T: detailed balance
    [0.416667, 0.833333]
    """

    name: str
    coupling: Any = None
    spectrum: Any = None
    temperature: Number = None
    state: ReservoirState | None = None
    power: Any = None
    correlation: Any = None
    rotating_wave: bool = False

    def __post_init__(self) -> None:
        put = object.__setattr__
        check_name(self.name)
        field = self.label
        state, temperature = self.state, self.temperature
        if self.power is not None:
            state = _noise(self, field)
            put(self, "power", None)
        if state is not None:
            _check_state(state, temperature, self.spectrum, field)
        if isinstance(state, ThermalState):
            temperature, state = state.temperature, None
        spectrum = self.spectrum
        if state is None or state.needs_spectrum:
            spectrum = as_spectrum(spectrum, f"{field}.spectrum")
        if state is None:
            temperature = _temperature(spectrum, temperature, field)
        else:
            _refuse_second_temperature(spectrum, state, field)
        put(self, "spectrum", spectrum)
        put(self, "temperature", temperature)
        put(self, "state", state)
        if self.coupling is not None:
            operators = couplings(self.coupling, f"{field}.coupling", self.rotating_wave)
            if self.correlation is not None:
                operators = correlated(operators, self.correlation, f"{field}.correlation")
                put(self, "correlation", None)
            put(self, "coupling", operators)

    def __repr__(self) -> str:
        return bath_in_words(self)

    @property
    def label(self) -> str:
        """How messages and paths of numbers name it."""
        return f"bath {self.name!r}"

    @property
    def particles(self) -> npt.NDArray[np.intp] | None:
        """Number of particles of each basis state, ``(N,)``, where the terminal exchanges them; else None."""
        return None

    @property
    def reservoir(self) -> Reservoir:
        """What the coupling meets: the spectral density in its state."""
        state = ThermalState(self.temperature) if self.state is None else self.state
        return Reservoir(self.spectrum, state)

    @property
    def is_work(self) -> bool:
        """Whether its energy carries no entropy."""
        return self.state is not None and self.state.is_work

    def rates(self, energy: Array) -> tuple[Array, Array]:
        """Rates a(W) and a(-W) at which the system takes and gives the energy W, per unit ``|S|^2``.

        One evaluation of the spectral density and of the state serves both; see `absorption_rate`.

        Parameters
        ----------
        energy : array
            W, positive when the system absorbs; the bath's numbers broadcast against it.

        Returns
        -------
        tuple of array
            Each of the shape of ``energy``; never NaN.
        """
        if not is_array(energy) or (isinstance(energy, np.ndarray) and energy.dtype.kind != "f"):
            energy = np.asarray(energy, dtype=float)
        if not isinstance(energy, np.ndarray):
            return self.reservoir.rates(energy)
        return self._checked(self.reservoir.rates, energy)

    @property
    def terminals(self) -> tuple[str, ...]:
        """Names of its terminals: its own, or the heat of a squeezed bath and its squeezer."""
        parts = (":heat", ":squeezer") if self.squeezing_centre is not None else ("",)
        return tuple(f"{self.name}{part}" for part in parts)

    def driven_at(self, omega: Number | None) -> Bath:
        """The bath, squeezed about the frequency of the drive if it is to follow that."""
        state = None if self.state is None else self.state.driven_at(omega, f"{self.label}.state")
        return self if state is self.state else replace(self, state=state)

    @property
    def squeezing_centre(self) -> Number | None:
        """Half the frequency of the pump that squeezes it; None for a bath that is not."""
        return None if self.state is None else self.state.squeezing_centre()

    def _checked(self, ask: Callable[[Array], tuple[Array, Array]], energy: Array) -> tuple[Array, Array]:
        """Rates of a reservoir that may be a user's: finite, not negative, real, one for each energy."""
        part, source = self._asked
        field = f"{self.label}.{part}"
        try:
            up, down = (np.asarray(rate) for rate in ask(energy))
        except InputError as error:
            part = f"{self.label}.{error.field}" if error.field in _FUNCTIONS else error.field
            raise InputError(part, error.value, error.remedy) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError) as error:
            said = f"fails at some energies ({type(error).__name__}: {error})"
            raise InputError(field, type(source).__name__, f"{said}; mend it, or leave them out") from error
        for rate in (up, down):
            fits = rate.shape == energy.shape or self._is_answer(rate.shape, energy.shape)
            if rate.dtype.kind not in "iuf" or not fits:
                raise InputError(
                    field, type(source).__name__, f"gives {rate.dtype} of shape {rate.shape} for energies of "
                    f"shape {energy.shape}; give one real number for each",
                )  # fmt: skip
            if rate.size and not (np.isfinite(rate.sum()) and rate.min() >= 0):
                _refuse_rates(field, source, *np.broadcast_arrays(rate, energy))
        return up, down

    @property
    def _asked(self) -> tuple[str, Any]:
        """What gives the rates, by its name."""
        part = "spectrum" if self.state is None else "state"
        return part, getattr(self, part)

    def _is_answer(self, shape: tuple[int, ...], energies: tuple[int, ...]) -> bool:
        """Whether rates of a shape broadcast to the energies, at every point of the bath's numbers."""
        numbers = self.reservoir.numbers().values()
        try:
            every = np.broadcast_shapes(energies, *map(np.shape, numbers))
            return np.broadcast_shapes(every, shape) == every
        except ValueError:
            return False

    def anomalous(self, energy: Array) -> Array | None:
        """<bb> of a reservoir that knows the drive's phase, such as a squeezed one; None without."""
        return self.reservoir.anomalous(energy)

    @property
    def couplings(self) -> tuple[Operator | Modulation, ...]:
        """The couplings, each on modes of its own: Hermitian operators ``(N, N)``, in the rotating-wave
        approximation pairs X = (c + c†)/sqrt 2 and Y = i(c - c†)/sqrt 2, or those that are modulated."""
        if self.coupling is None:
            raise InputError(f"bath {self.name!r}.coupling", None, "give the system's coupling operator")
        out: tuple[Any, ...] = self.coupling
        return tuple(part for c in out for part in quadratures(c)) if self.rotating_wave else out

    @property
    def modulated(self) -> bool:
        """Whether a coupling is a `Modulation`."""
        return any(isinstance(part, Modulation) for part in self.couplings)

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The Hermitian operators ``(N, N)`` of the couplings; of a modulated one those whose cosines and
        sines it is a sum of."""
        parts = (part.operators if isinstance(part, Modulation) else (part,) for part in self.couplings)
        return tuple(op for several in parts for op in several)

    def turned(self, change: Callable[[Operator], Operator]) -> Bath:
        """Unchecked copy with a linear map of its operators, such as one to another basis."""
        parts = (part.turned(change) if isinstance(part, Modulation) else change(part)
                 for part in self.coupling)  # fmt: skip
        return self._exchanged(coupling=tuple(parts))

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Bath:
        """Unchecked copy with ``change(path, value)`` in the place of each number."""
        values: dict[str, Any] = {}
        if self.spectrum is not None:
            values["spectrum"] = self.spectrum.map_numbers(lambda n, x: change(f"spectrum.{n}", x))
        if self.coupling is not None:
            values["coupling"] = tuple(
                part.map_numbers(lambda n, x, k=k: change(f"coupling[{k}]{n}", x))  # type: ignore[misc]
                if isinstance(part, Modulation) else part
                for k, part in enumerate(self.coupling)
            )  # fmt: skip
        if self.state is None:
            values["temperature"] = change("temperature", self.temperature)
        else:
            values["state"] = self.state.map_numbers(lambda n, x: change(f"state.{n}", x))
        return self._exchanged(**values)

    def _exchanged(self, **values: Any) -> Self:
        """Unchecked copy with some fields exchanged."""
        out = object.__new__(type(self))
        out.__dict__.update(self.__dict__)
        out.__dict__.update(values)
        return out


def _refuse_rates(field: str, source: Any, rate: Array, energy: Array) -> None:
    """Refuse a rate that is infinite, NaN or negative; rounding of a QuTiP environment is left alone."""
    bad = ~np.isfinite(rate)
    if not isinstance(source, QutipSpectrum):
        bad |= rate < 0
    if bad.any():
        raise InputError(
            field, float(rate[bad][0]), f"is the rate at the energy {float(energy[bad][0]):.6g}; rates are "
            "finite and not negative at every energy that a jump takes",
        )  # fmt: skip


def is_scalar(x: object) -> bool:
    """Whether ``x`` is a plain real number."""
    return isinstance(x, int | float | np.number) and not isinstance(x, bool)


def check_name(name: Any, kind: str = "bath") -> None:
    """Refuse what is no name of a bath, or that of another terminal."""
    field = f"{kind}.name"
    if not isinstance(name, str) or not name:
        raise InputError(field, name, "give a name; 'pump' is the drive's terminal")
    text(field, name)
    if RESERVED.fullmatch(name):
        raise InputError(
            field, name, "'pump' is the drive's terminal, and names with ':' or that begin with "
            "'particle ' are kept for parts of terminals; give another",
        )  # fmt: skip


def _noise(bath: Bath, field: str) -> Noise:
    """The state of a bath that is given by its power spectrum, and by nothing else."""
    for other in ("spectrum", "temperature", "state"):
        if getattr(bath, other) is not None:
            said = "a noise power spectrum says all of the bath; give power alone"
            raise InputError(f"{field}.{other}", getattr(bath, other), said)
    return Noise(bath.power)


def _check_state(state: Any, temperature: Number, spectrum: Any, field: str) -> None:
    """Refuse what is no state of a reservoir, and what says the same thing twice."""
    if not isinstance(state, ReservoirState):
        raise InputError(
            f"{field}.state", state, "give a state by a class that derives from "
            "sambe.description.reservoir.ReservoirState, or a temperature",
        )  # fmt: skip
    if hidden := set(vars(state)) - {f.name for f in fields(state)}:
        raise InputError(
            f"{field}.state", state, f"{', '.join(sorted(hidden))} is no field, so that nobody could sweep "
            "it; decorate the class with @dataclass(frozen=True)",
        )  # fmt: skip
    state.check_fields(f"{field}.state")
    if temperature is not None:
        raise InputError(f"{field}.temperature", temperature, "give a temperature or a state, not both")
    if spectrum is not None and not state.needs_spectrum:
        raise InputError(f"{field}.spectrum", spectrum, "the state gives its rates by itself; leave it out")


def _temperature(spectrum: SpectralDensity, temperature: Number, field: str) -> Number:
    """The temperature of a thermal bath, given or that of its QuTiP environment."""
    known = _environment_temperature(spectrum)
    if temperature is None:
        temperature = known
    elif known is not None and is_scalar(temperature) and abs(temperature - known) > SAME_TEMPERATURE * known:
        raise InputError(
            f"{field}.temperature", temperature,
            f"the QuTiP environment has T = {known}; leave temperature out or use that",
        )  # fmt: skip
    if temperature is None:
        raise InputError(f"{field}.temperature", None, "give a temperature (0 is legal)")
    return temperature


def _environment_temperature(spectrum: Any) -> Any:
    """T of the QuTiP environment that a spectrum was taken from, None where there is none."""
    return getattr(spectrum.environment, "T", None) if isinstance(spectrum, QutipSpectrum) else None


def _refuse_second_temperature(spectrum: Any, state: ReservoirState, field: str) -> None:
    """Refuse a QuTiP environment that has a temperature beside a state of another kind."""
    known = _environment_temperature(spectrum)
    if known is not None:
        raise InputError(
            f"{field}.state", state, f"the QuTiP environment has T = {known}; give its "
            "spectral density as a callable, or leave state out",
        )  # fmt: skip


def expanded(bath: Bath, axes: int) -> Bath:
    """Copy whose array-valued numbers have ``axes`` more axes, to broadcast against energies."""
    return bath.map_numbers(lambda _, x: expand(x, axes))


def temperatures(baths: Sequence[Bath], batch: tuple[int, ...]) -> Array:
    """Temperatures of the baths on a batch, ``(..., U)``; NaN where entropy is not energy over one."""
    xp = namespace(*(bath.temperature for bath in baths))
    each = [np.nan if bath.temperature is None else bath.temperature for bath in baths]
    return xp.stack([xp.broadcast_to(xp.asarray(t, dtype=xp.float64), batch) for t in each], axis=-1)


def refuse_beyond_rates(bath: Bath, energy: Array) -> None:
    """Refuse a bath of which the rates are not the whole answer, where nothing else is known."""
    if bath.rotating_wave:
        raise InputError(
            f"bath {bath.name!r}.rotating_wave", True, "only a coupling S (x) B with a Hermitian S is known "
            "here; leave it out, or use a master equation",
        )  # fmt: skip
    refuse_anomalous(bath, energy)


def refuse_anomalous(bath: Bath, energy: Array) -> None:
    """Refuse a bath with anomalous correlations, where those are not known."""
    if bath.anomalous(energy) is not None:
        raise InputError(
            f"bath {bath.name!r}.state", bath.state, "its correlations <bb> couple what absorbs q and "
            "q +- 2 quanta of the drive, which this equation leaves out; take a state without them",
        )  # fmt: skip
