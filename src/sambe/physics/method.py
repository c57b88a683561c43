"""How to solve, as one record: the choice that a user made, and what was found once for all points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.hilbert_space.sectors import Start
from ..description.observables import Observable
from ..errors import InputError
from ..numerics.arrays import real_number, whole_number
from .generators.coupling_parts import Mixing
from .generators.jumps import Wiring

__all__ = ["HEOM_LIMITS", "LAMB_SHIFT", "Binning", "Branch", "Counting", "Drifting", "Flowing", "Method",
           "Moving", "Performing", "Relaxing", "Responding", "Stretched", "Tilting",
           "heom_options"]  # fmt: skip

HEOM_OPTIONS = ("tolerance", "expansion_tolerance", "max_depth", "max_exponents", "max_unknowns")
HEOM_LIMITS = ("depth", "exponents", "harmonics")  # each raised until the currents stand still
LAMB_SHIFT = "none"  # of the coherence-keeping equations: a frequency that is given is the measured one


@dataclass(frozen=True)
class Method:
    """How to solve: the equation and what it needs to know about the system's structure.

    Attributes
    ----------
    equation : str
        A name in `sambe.physics.equations.EQUATIONS`.
    secular : str
        A name in `sambe.physics.treatments.TREATMENTS`.
    tolerance : float
        On the currents, relative to the largest, for the coherence-keeping generators.
    propagation_tolerance : float
        On the quasienergies, in units of omega.
    frame : tuple of int
        Static frame, or for `floquet` the labels of the modes.
    operators : tuple of array (N, N)
        Distinct coupling operators, or those that modulated couplings are made of.
    wiring : tuple of tuple of int
        Couplings of each bath.
    lamb_shift : {"none", "shift", "counter", "auto"}
        See `sambe.physics.generators.level_shifts.ShiftRule`; ``"none"`` where no shift enters.
    heom : tuple of (str, number)
        Options of `sambe.physics.heom.heom_currents`.
    harmonics : int, optional
        Of the extended space, for `floquet` outside NumPy; see `sambe.physics.dressing.floquet.floquet`.
        Of the couplings of a period in steps, where it is to be the same for all points.
    branches : tuple of Branch
        Parts of the system that nothing leaves, for an initial state; none where one state is stationary.
    edge : tuple of int
        Basis states at the cut of a ladder.
    edge_vectors : array (N, R), optional
        States at the cut of ladders that the basis does not show, beside those.
    static : bool
        Whether the drive stands still in the frame, and no coupling is modulated.
    mixing : tuple of tuple of Part
        What each coupling is made of; empty where the operators are the couplings. See
        `sambe.physics.generators.coupling_parts`.
    observables : tuple of Observable
        Whose expectation values are asked for.
    states : bool
        Whether density matrices are.
    accounts : tuple of str
        Variables that only reservoirs which are not thermal call for.
    ambient : float or str, optional
        Temperature against which their preparation is counted, or the bath that has it; the coldest thermal
        one by default.
    schedules : tuple of str
        The bath with whose factor each operator is switched in a period of steps; empty for none.
    stepped : int
        Steps of the period; 0 where the drive is given by harmonics.
    strokes : bool
        Whether heat and work are told by steps.
    bare : bool
        Whether values alone are asked for, without derivatives, and states stay in the zone that the equation
        gives: for a caller that has points which need another solved elsewhere.
    tabled : tuple of bool
        Of each bath, whether the integrals of its Lamb shift are looked up in a table, as they are many.
    """

    equation: str
    secular: str
    tolerance: float
    propagation_tolerance: float
    frame: tuple[int, ...]
    operators: tuple[npt.NDArray[Any], ...]
    wiring: Wiring
    lamb_shift: str = "none"
    heom: tuple[tuple[str, float], ...] = ()
    harmonics: int | None = None
    branches: tuple[Branch, ...] = ()
    edge: tuple[int, ...] = ()
    edge_vectors: npt.NDArray[Any] | None = None
    static: bool = False
    observables: tuple[Observable, ...] = ()
    states: bool = False
    accounts: tuple[str, ...] = ()
    ambient: float | str | None = None
    mixing: Mixing = ()
    schedules: tuple[str, ...] = ()
    stepped: int = 0
    strokes: bool = False
    bare: bool = False
    tabled: tuple[bool, ...] = ()

    @property
    def couplings(self) -> int:
        """Number of distinct couplings."""
        return len(self.mixing) or len(self.operators)

    def population_at_edge(self, states: Any) -> Any:
        """Population at the cut of a ladder, of density matrices ``(..., N, N)`` in the system's basis."""
        out = np.diagonal(states, axis1=-2, axis2=-1).real[..., list(self.edge)].sum(axis=-1)
        if self.edge_vectors is None:
            return out
        v = self.edge_vectors
        return out + np.real(np.sum(v.conj() * np.matmul(states, v), axis=(-2, -1)))

    def in_unit(self, unit: float) -> Method:
        """The same with energies counted in this unit."""
        if not isinstance(self.ambient, float):
            return self
        return replace(self, ambient=self.ambient / unit)


@dataclass(frozen=True)
class Counting(Method):
    """A method of which the statistics of the energies are asked as well.

    Attributes
    ----------
    cumulants : int
        How many.
    pumps : tuple of str
        Names of the tones whose quanta are counted apart; none of one tone.
    """

    cumulants: int = 2
    pumps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tilting(Method):
    """A method of which the generating function of the energies is asked."""


@dataclass(frozen=True)
class Moving(Method):
    """A method by which a state is followed in time.

    Attributes
    ----------
    times : array (T,)
        Ascending.
    start : array (N, N), optional
        Density matrix in the basis of the system at the first of the times; the stationary state by default.
    phases : int
        Instead of the times so many equal steps of a period, from t = 0 on; 0 for the times.
    envelope : callable, optional
        From times to the strength of the drive in [0, 1].
    shape : array
        Values of the envelope by which a store knows it.
    """

    times: Any = ()
    start: Any = None
    phases: int = 0
    envelope: Any = None
    shape: Any = ()

    def in_unit(self, unit: float) -> Method:
        """The same with energies counted in this unit, and times in its inverse."""
        times = np.asarray(self.times, dtype=float) * unit
        envelope = None if self.envelope is None else Stretched(self.envelope, unit)
        return replace(super().in_unit(unit), times=times, envelope=envelope)  # type: ignore[call-arg]


@dataclass(frozen=True)
class Stretched:
    """A function of time in another unit.

    Attributes
    ----------
    function : callable
    unit : float
        Of energy.
    """

    function: Any
    unit: float

    def __call__(self, times: Any) -> Any:
        """Value at times in the new unit."""
        return self.function(times / self.unit)


@dataclass(frozen=True)
class Binning(Method):
    """A method of which the currents by the energies of the jumps are asked.

    Attributes
    ----------
    edges : array (B + 1,)
        Of the bins, ascending; none where the largest energy is asked first.
    """

    edges: Any = ()

    def in_unit(self, unit: float) -> Method:
        """The same with energies counted in this unit."""
        return replace(super().in_unit(unit), edges=np.asarray(self.edges, dtype=float) / unit)  # type: ignore[call-arg]


@dataclass(frozen=True)
class Relaxing(Method):
    """A method of which the rates of relaxation are asked.

    Attributes
    ----------
    start : array (N, N), optional
        Density matrix at t = 0 whose share in each decay is asked.
    """

    start: Any = None


@dataclass(frozen=True)
class Drifting(Method):
    """A method of which it is asked what slow motion of the numbers carries."""


@dataclass(frozen=True)
class Performing(Method):
    """A method of which it is asked what machine the system is.

    Attributes
    ----------
    roles : tuple of (str, int)
        Baths that a user has named, each by ``"hot"``, ``"cold"`` or ``"work"`` and its number.
    """

    roles: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Responding(Method):
    """A method of which the derivatives of the currents are asked."""


@dataclass(frozen=True)
class Flowing(Method):
    """A method of which it is asked where the energy goes inside.

    Attributes
    ----------
    sites : tuple of int
        Levels of each site.
    products : tuple of Product
        For each observable, what it stands with; see `sambe.physics.machines.site_flows`.
    """

    sites: tuple[int, ...] = ()
    products: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Branch:
    """A part of the system that nothing leaves, what the initial state holds in it, and how it is solved."""

    start: Start
    method: Method


def heom_options(options: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Options of the exact equation, checked, in an order of their own.

    Raises
    ------
    InputError
        If there is no option of that name, or its value makes no sense.
    """
    if not isinstance(options, Mapping):
        raise InputError("heom", options, "give a mapping of options to numbers")
    for name, value in options.items():
        if not isinstance(name, str) or name not in HEOM_OPTIONS:
            raise InputError("heom", name, f"the options of HEOM are {', '.join(HEOM_OPTIONS)}")
        if name.startswith("max_") and not whole_number(value, 1):
            raise InputError(f"heom.{name}", value, "give a positive whole number")
        if not name.startswith("max_") and not (real_number(value) and 0 < value < 1):
            raise InputError(f"heom.{name}", value, "give a number between 0 and 1")
    return tuple(sorted(options.items()))
