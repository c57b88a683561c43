"""Every variable that a result can hold: its name, dimensions, unit and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..physics.currents.entropy import ACCOUNTS, NAIVE
from ..physics.currents.particles import PARTICLES
from ..physics.equations import EQUATIONS, Equation
from ..physics.machines.performance import MODES
from ..physics.method import (
    Binning,
    Counting,
    Drifting,
    Flowing,
    Method,
    Moving,
    Performing,
    Relaxing,
    Responding,
    Tilting,
)
from ..physics.states.judgements.cross_terms import MOVED, MOVED_ITSELF
from ..physics.statuses import OF_A_POINT, OF_SQUEEZING, OF_TIME, STATUS
from ..physics.treatments import TREATMENTS, Treatment

__all__ = ["CHANNELS", "CONVENTIONS", "COUNTED", "COUNTED_PARTICLES", "DIMENSIONS", "DRIFTING", "FLOWS",
           "GENERATING", "HARMONICS", "MOVING", "PERFORMANCE", "RELAXATION", "RESPONSES", "SPECTRAL",
           "STATIONARY", "UNITS", "WARNED_OF", "Variable", "flags", "status_variable",
           "variables_of"]  # fmt: skip

CONVENTIONS = {
    "conventions": "hbar = k_B = 1; energies, temperatures and angular frequencies share one unit; "
    "currents are positive into the system, pump included",
    "reference": "Kong, Lu, Liu, Duan, Wang, arXiv:2603.29754 (2026)",
}
# dimensions of results, those to come included, which no axis of a sweep can be called
DIMENSIONS = frozenset({
    "column", "cumulant", "decay", "equation", "level", "limit", "observable", "other", "phase", "quanta",
    "quanta_1", "quanta_2", "row", "secular", "site", "step", "terminal", "time",
})  # fmt: skip


UNITS: dict[str, str] = {}  # of each variable that there is, by name: kernels answer in units of their own


@dataclass(frozen=True)
class Variable:
    """A variable of a Dataset; two of one name have one unit.

    Attributes
    ----------
    name, long_name, units : str
    dims : tuple of str
        Behind those of the sweep.
    leading : tuple of str
        Before those of the sweep.
    dtype : type
    attributes : mapping
        Beside its long name and units.
    """

    name: str
    long_name: str
    units: str = "1"
    dims: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    dtype: npt.DTypeLike = float
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if UNITS.setdefault(self.name, self.units) != self.units:
            raise TypeError(f"{self.name} is in {UNITS[self.name]!r}, and here in {self.units!r}")

    @property
    def blank(self) -> float:
        """Value where a point has no answer."""
        return np.nan if np.dtype(self.dtype).kind in "fc" else 0

    def described(self) -> dict[str, Any]:
        """Attributes of the variable in a Dataset."""
        units = {} if "flag_values" in self.attributes else {"units": self.units} if self.units else {}
        return {"long_name": self.long_name, **units, **self.attributes}


def flags(meanings: Mapping[str, int]) -> dict[str, Any]:
    """Attributes of a variable of flags, by the CF conventions."""
    values = np.asarray(list(meanings.values()), dtype=np.int8)
    return {"flag_values": values, "flag_meanings": " ".join(meanings)}


def status_variable(*more: str, leading: tuple[str, ...] = ()) -> Variable:
    """The status of a point, with those that only some results know."""
    codes = {name: STATUS[name] for name in sorted({*OF_A_POINT, *more}, key=STATUS.__getitem__)}
    return Variable("status", "status of the point", leading=leading, dtype=np.int8, attributes=flags(codes))


INTO = {"sign": "positive into the system"}
CURRENT = Variable(
    "energy_current", "energy current into the system", "energy^2", ("terminal",), attributes=INTO,
)  # fmt: skip
STATIONARY = (
    CURRENT,
    Variable("energy", "dressed energy or quasienergy", "energy", ("level",)),
    Variable("population", "stationary population", dims=("level",)),
    Variable("entropy_production", "entropy production rate", "energy"),
    Variable("effective_temperature", "energy current over entropy flow", "energy", ("terminal",)),
    Variable("preparation_cost", "work spent on the preparation of reservoirs that are not thermal",
             "energy^2", ("terminal",)),
    Variable("naive_entropy_production", "entropy production as if squeezing cost nothing", "energy"),
    Variable("particle_current", "particles into the system per unit time", "energy", ("terminal",),
             attributes=INTO),
    Variable("heat_current", "energy current less chemical potential times particle current", "energy^2",
             ("terminal",), attributes=INTO),
    Variable("electrical_power", "electrical power generated between the leads", "energy^2"),
    Variable("first_law_residual", "sum of the currents over the terminals", "energy^2"),
    Variable("secular_ratio", "smallest gap over relaxation rate"),
    Variable("edge_population", "population at the cut of a truncated ladder"),
    Variable("coherences_kept", "coherences in the stationary matrix", dtype=np.int64),
    Variable("cross_terms_kept", "1 where terms between different quanta are kept", dtype=np.int8,
             attributes={"comment": "secular='auto' keeps them, in the complete equation, where they move "
                         f"a current by more than {MOVED:g} of the largest or {MOVED_ITSELF:g} of itself, or "
                         "may do so; secular='partial' drops them everywhere, and is faster there"}),
    Variable("cross_term_shift", "estimated move of a current by terms between different quanta that are "
             "dropped, relative to it or to a hundredth of the largest"),
    Variable("partition_spread",
             "move of a current by clusters a fifth wider or narrower, of the largest"),
    Variable("coherence_shift", "move of a current by what the treatment does to coherences, of the largest"),
    Variable("expectation", "mean over a period, in the laboratory frame", dims=("observable",)),
    Variable("density_matrix", "density matrix at t = 0, in the laboratory frame", dims=("row", "column"),
             dtype=complex),
    Variable("harmonics_error", "energy per time, one way, by harmonics of couplings that are left out, of "
             "the largest current"),
    Variable("stroke_heat", "energy into the system in each step of a period", "energy",
             ("step", "terminal"), attributes=INTO),
    Variable("stroke_work", "work in a period by changing the Hamiltonian to that of a step, and by kicks "
             "in it", "energy", ("step",), attributes=INTO),
    Variable("stroke_particles", "particles into the system in each step of a period",
             dims=("step", "terminal"), attributes=INTO),
    Variable("switching_work", "work in a period by switching the coupling of a bath", "energy",
             ("terminal",), attributes=INTO),
    Variable("hierarchy_error", "estimated numerical error of the hierarchy, of the largest current"),
    Variable("hierarchy_movement", "move of the currents when a limit of the hierarchy is raised",
             dims=("limit",)),
    status_variable(),
)  # fmt: skip
COUNTED = (
    Variable("energy_noise", "zero-frequency covariance of the energies into the system", "energy^3",
             ("terminal", "other")),
    Variable("energy_cumulant", "cumulant of the energy into the system, per unit time",
             "energy^(cumulant + 1)", ("cumulant", "terminal")),
    Variable("pump_quanta", "cumulant of the drive quanta absorbed, per unit time", "energy", ("cumulant",)),
    Variable("fano", "variance over mean of the drive quanta"),
    Variable("activity", "jumps per unit time that change the state or absorb quanta", "energy"),
    Variable("spohn_entropy_production", "entropy production rate by the energies that reach the system",
             "energy"),
    Variable("uncertainty_ratio", "variance times entropy production over squared mean", dims=("terminal",)),
    Variable("kinetic_ratio", "variance times activity over squared mean", dims=("terminal",)),
)  # fmt: skip
OF_PUMPS = ("pump_quanta", "fano")
COUNTED_PARTICLES = (
    Variable("particle_noise", "zero-frequency covariance of the particles into the system", "energy",
             ("terminal", "other")),
    Variable("particle_cumulant", "cumulant of the particles into the system, per unit time", "energy",
             ("cumulant", "terminal")),
    Variable("particle_fano", "variance over mean of the particles", dims=("terminal",)),
    Variable("particle_uncertainty_ratio",
             "variance of the particles times entropy production over squared mean", dims=("terminal",)),
)  # fmt: skip
PERFORMANCE = (
    Variable("mode", "mode of the machine", dtype=np.int8, attributes=flags(MODES)),
    Variable("power", "power that is delivered", "energy^2"),
    Variable("efficiency", "power delivered over heat of the hot bath"),
    Variable("cop", "heat of the cold bath over work, or over heat of the working bath"),
    Variable("heat_pump_cop", "heat into the hot bath over work"),
    Variable("carnot", "bound of the mode's own figure"),
    Variable("fraction_of_carnot", "figure of the mode over its bound"),
    Variable("naive_efficiency", "efficiency as if preparing a reservoir cost nothing"),
    Variable("naive_carnot", "bound by the effective temperature, as if preparing a reservoir cost nothing"),
)  # fmt: skip
RESPONSES = (
    Variable("conductance", "change of a current with a temperature", "energy", ("terminal", "other")),
    Variable("drive_response", "change of a current with the scale of the drive", "energy^2", ("terminal",)),
    Variable("thermoelectric", "change of energy and particle currents with temperatures and chemical "
             "potentials", "energy for energies, 1 for particles", ("flow", "terminal", "force", "other")),
    Variable("reciprocity_residual", "departure from Onsager's symmetry over the largest coefficient"),
)  # fmt: skip
FLOWS = (
    Variable("bond_current", "energy that leaves a site for its interaction with another", "energy^2",
             ("site", "other"), attributes={"sign": "positive where it leaves the site"}),
    Variable("local_power", "energy that a terminal gives to a site's own energy", "energy^2",
             ("site", "terminal"), attributes={"sign": "positive into the site"}),
)  # fmt: skip
WARNED_OF = tuple(variable for variable in STATIONARY if variable.name in (
    "secular_ratio", "edge_population", "cross_terms_kept", "cross_term_shift", "partition_spread", "status",
))  # fmt: skip
# of a generating function, with what is warned of
GENERATING = (
    Variable("generating_function", "generating function of the energies into the system", "energy"),
    Variable("generating_function_imaginary", "its imaginary part", "energy"),
    *WARNED_OF,
)
# of a state on its way; for a period the dimension is the phase
MOVING = (
    replace(CURRENT, dims=("time", "terminal")),
    Variable("energy_transferred", "energy into the system since the first time", "energy",
             ("time", "terminal"), attributes=INTO),
    *(replace(variable, dims=("time", *variable.dims)) for variable in STATIONARY
      if variable.name in PARTICLES),
    Variable("stored_energy", "mean of the Hamiltonian, drive included", "energy", ("time",)),
    Variable("battery_energy", "mean of the Hamiltonian without the drive", "energy", ("time",)),
    Variable("ergotropy", "most work that unitaries can take out, the drive off", "energy", ("time",)),
    Variable("first_law_residual", "change of the stored energy less the currents", "energy^2", ("time",)),
    Variable("expectation", "mean in the laboratory frame", dims=("time", "observable")),
    Variable("density_matrix", "density matrix in the laboratory frame", dims=("time", "row", "column"),
             dtype=complex),
    *(variable for variable in STATIONARY if variable.name in (
        "secular_ratio", "cross_terms_kept", "cross_term_shift", "partition_spread", "harmonics_error")),
    Variable("edge_population", "largest population at the cut of a truncated ladder, at any time"),
    Variable("pulse_ratio", "largest change of a dressed state by the envelope, over the square of a gap"),
    status_variable(*OF_TIME),
)  # fmt: skip
RELAXATION = (
    Variable("rate", "eigenvalue of the generator, its real part not positive", "energy", ("decay",),
             dtype=complex),
    Variable("gap", "slowest rate of relaxation", "energy"),
    Variable("defective", "1 where eigenvectors coincide with those of a neighbour", dims=("decay",),
             dtype=np.int8),
    Variable("overlap", "share of the state in each decay, by trace norm", dims=("decay",)),
    *WARNED_OF,
)  # fmt: skip
# of a point whose numbers move along one or two directions, with what is warned of
DRIFTING = (
    CURRENT,
    Variable("geometric_energy", "energy into the system that slow motion carries, by coordinates", "energy",
             ("terminal",), attributes=INTO),
    Variable("geometric_particles", "particles into the system that slow motion carries, by coordinates",
             dims=("terminal",)),
    Variable("geometric_quanta", "drive quanta that slow motion has absorbed, by coordinates"),
    *WARNED_OF,
)  # fmt: skip
STEPPED = ("harmonics_error", "stroke_heat", "stroke_work", "switching_work")  # of periods in steps
STEPPED_PARTICLES = "stroke_particles"  # of those between leads
# variables of a method that asks for more than the steady state, beside its own
BESIDE: dict[type[Method], tuple[Variable, ...]] = {
    Counting: COUNTED, Performing: PERFORMANCE, Responding: RESPONSES, Flowing: FLOWS,
}  # fmt: skip
ASKED_FOR = ("expectation", "density_matrix")  # there only where a user asks
OF_STARTS = ("overlap", "pulse_ratio")  # of a state, and of an envelope, that a user gives
OF_SLOW_PARTICLES = "geometric_particles"  # of leads
CHANNELS = (
    Variable("rate", "jumps per unit time", "energy", ("channel",)),
    Variable("channel_energy", "energy W that a jump takes from the bath", "energy", ("channel",)),
    replace(CURRENT, dims=("channel",), attributes={}),
    Variable("pump_current", "energy current from the drive", "energy^2", ("channel",)),
    status_variable(),
)  # fmt: skip
CHANNEL_PARTICLES = Variable("particle_current", "particles into the system per unit time", "energy",
                             ("channel",))  # fmt: skip
WITH_QUANTA = "by the drive quanta that a jump absorbs, without terms between different quanta"
HARMONICS = (
    replace(CURRENT, name="harmonic_current", dims=("terminal", "quanta"),
            long_name="energy current of jumps with that many quanta",
            attributes={**CURRENT.attributes, "comment": WITH_QUANTA}),
    replace(CURRENT, name="pseudo_current", dims=("terminal", "quanta"),
            long_name="the part of it by jumps from a state to itself"),
)  # fmt: skip
HARMONIC_PARTICLES = replace(
    CURRENT, name="harmonic_particle_current", units="energy", dims=("terminal", "quanta"),
    long_name="particles of jumps with that many quanta per unit time",
)  # fmt: skip

ANSWERS = ("equation", "secular")  # what an audit judges, before the sweep
AUDIT_SHARED = (
    Variable("secular_ratio", "smallest gap, modulo the drive frequency, over relaxation rate"),
    Variable("relaxation_rate", "mean rate of leaving a state", "energy"),
    Variable("bath_correlation_rate", "scale on which the baths' rates and shifts vary", "energy"),
    Variable("markov_ratio", "relaxation rate over bath correlation rate"),
    Variable("temperature_ratio", "relaxation rate over lowest temperature"),
    Variable("one_way_flow", "largest energy per time that one bath gives or takes", "energy^2"),
    Variable("carnot_factor", "1 - lowest over highest temperature"),
    Variable("top_population", "population of the top levels of truncated ladders"),
    Variable("degenerate_block", "states in the largest block closer than its relaxation rate"),
    Variable("scale", "current that errors are relative to", "energy^2"),
)
AUDIT_OWN = (
    Variable("estimated_error", "estimated error of the currents", leading=ANSWERS),
    Variable("first_law_residual", "sum of the currents over the terminals", "energy^2", leading=ANSWERS),
    Variable("entropy_production", "entropy production rate", "energy", leading=ANSWERS),
    Variable("smallest_eigenvalue", "smallest eigenvalue of the state", leading=ANSWERS),
    Variable("energy_above_middle", "mean energy over that at infinite temperature, in half the spread",
             leading=ANSWERS),
)  # fmt: skip
AUDIT_TABLES = (
    replace(CURRENT, leading=ANSWERS),
    Variable("error_part", "part of the estimated error", dims=("part",), leading=ANSWERS),
    replace(CURRENT, name="exact_current",
            long_name="numerically exact (HEOM) energy current into the system"),
    Variable("exact_error", "error against HEOM of the largest current", leading=ANSWERS),
    Variable("verdict", "whether the answer can be trusted", leading=ANSWERS, dtype=np.int8),
    Variable("cause", "largest part of the estimated error", leading=ANSWERS, dtype=np.int8),
    Variable("reason", "why", "", leading=ANSWERS, dtype=object),
    Variable("remedy", "what to do", "", leading=ANSWERS, dtype=object),
    status_variable("no_static_frame", leading=ANSWERS),
)  # fmt: skip

SPECTRAL = (
    replace(CURRENT, name="spectral_current", dims=("terminal", "energy"),
            long_name="energy current of quanta in that range of energies"),
    CURRENT,
    *WARNED_OF,
)  # fmt: skip
SPECIAL = (
    (Binning, SPECTRAL),
    (Tilting, GENERATING),
    (Moving, MOVING),
    (Relaxing, RELAXATION),
    (Drifting, DRIFTING),
)  # of other questions


def variables_of(method: Method) -> tuple[Variable, ...]:
    """Variables of a result: those of what is asked, and those of the chosen method."""
    absent = _optional() - _reported(method)
    types = {} if all(x.hermitian for x in method.observables) else {"expectation": complex}
    *first, status = (
        replace(variable, dtype=types.get(variable.name, variable.dtype))
        for variable in _main(method)
        if variable.name not in absent
    )
    statuses: tuple[str, ...] = OF_SQUEEZING if NAIVE[0] in method.accounts else ()
    statuses += ("one_temperature",) if isinstance(method, Performing) else ()
    return (*first, *_beside(method), status_variable(*statuses) if statuses else status)


def _optional() -> frozenset[str]:
    """Names of variables that only some methods report."""
    records: tuple[Equation | Treatment, ...] = (*EQUATIONS.values(), *TREATMENTS.values())
    special = (name for record in records for name in record.variables)
    return frozenset({
        *special, *ASKED_FOR, *ACCOUNTS, *NAIVE, *PARTICLES, *STEPPED, STEPPED_PARTICLES, *OF_STARTS,
        OF_SLOW_PARTICLES,
    })  # fmt: skip


def _reported(method: Method) -> frozenset[str]:
    """Those of them that this one does."""
    records: tuple[Equation | Treatment, ...] = EQUATIONS[method.equation], TREATMENTS[method.secular]
    names = {*method.accounts, *(name for record in records for name in record.variables)}
    start, envelope = (getattr(method, name, None) is not None for name in ("start", "envelope"))
    conditions = (
        ("expectation", method.observables and not isinstance(method, Flowing | Responding)),
        ("density_matrix", method.states),
        *((name, ACCOUNTS[0] in method.accounts and isinstance(method, Performing)) for name in NAIVE),
        ("overlap", start),
        ("pulse_ratio", envelope),
        (STEPPED[0], method.stepped),
        *((name, method.strokes) for name in STEPPED[1:]),
        (STEPPED_PARTICLES, method.strokes and PARTICLES[0] in method.accounts),
        (OF_SLOW_PARTICLES, PARTICLES[0] in method.accounts),
    )
    return frozenset(names.union(name for name, holds in conditions if holds))


def _main(method: Method) -> tuple[Variable, ...]:
    """Variables of the question, the status last."""
    every = next((table for kind, table in SPECIAL if isinstance(method, kind)), STATIONARY)
    if not isinstance(method, Moving) or not method.phases:
        return every
    return tuple(replace(v, dims=tuple("phase" if d == "time" else d for d in v.dims)) for v in every)


def _beside(method: Method) -> tuple[Variable, ...]:
    """Variables of what is asked beside the steady state."""
    table = next((table for kind, table in BESIDE.items() if isinstance(method, kind)), ())
    entropy, particles = ACCOUNTS[0] in method.accounts, PARTICLES[0] in method.accounts
    table = tuple(v for v in table if (entropy or not v.name.startswith("naive"))
                  and (particles or v.name != "thermoelectric"))  # fmt: skip
    if not isinstance(method, Counting):
        return table
    if method.pumps:
        table = tuple(replace(v, dims=(*v.dims, "pump")) if v.name in OF_PUMPS else v for v in table)
    return table + COUNTED_PARTICLES * particles


def names_of(*catalogues: Iterable[Variable]) -> frozenset[str]:
    """Names of the variables of several results."""
    return frozenset(variable.name for catalogue in catalogues for variable in catalogue)
