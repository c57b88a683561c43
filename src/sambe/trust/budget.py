"""The error of an answer, part by part, from runs that would agree if nothing were neglected.

Every part is a distance between currents, the largest over the terminals. What an equation or a treatment
drops, a cut and a propagation are judged current by current, each relative to itself (see
`sambe.trust.scales.own_scales`), and so is the distance from the reference, the Lamb shift included;
memory, which is known to a factor of two, relative to the largest current. Particle currents are judged as
energies are, by what is dropped and by the distance from the reference. The *reference* is the best
Markovian answer: the driven-dressed equation where there is a static frame, else Floquet's, with every
coherence that matters, the Lamb shift, and the terms between different quanta where they move a current.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import ConvergenceError, FrameError
from ..numerics.arrays import Fields
from ..physics.cost import typical_seconds
from ..physics.equations import AUTO, EQUATIONS, quanta_meet
from ..physics.generators.lamb_shift import NO_SHIFT, WHERE_FINITE
from ..physics.method import Method
from ..physics.preparation import prepare
from ..physics.statuses import STATUS
from ..physics.treatments import COHERENT, COMPLETE, DEFAULT, TREATMENTS
from ..sweep.axes import Sweep
from ..sweep.blocks import gather, run_blocks
from ..sweep.run import Run
from .measures import answer_fields, current_fields, reference_fields
from .truncation import cut_states_in_all, without_top

__all__ = ["PARTS", "REFERENCE", "Budget", "Setting"]

REFERENCE = DEFAULT  # treatment of the best Markovian answer: right from slow drives to fast ones
# Equation that propagates over a period, and so depends on the tolerance of the propagation.
PROPAGATED = next(name for name, equation in EQUATIONS.items() if equation.folded)

PARTS = (
    "secular", "cross_terms", "equation", "lamb_shift", "memory", "coherences", "propagation", "truncation",
    "first_law", "second_law", "positivity",
)  # fmt: skip
# The first four were set so that the estimates cover exact currents: docs/benchmark.md lists the points, and
# docs/audit.md says what each stands for.
# Bounds of what memory does to the largest current, over the Markov ratio.
MEMORY = 0.4, 1.5
# Share of that by which it may be off; the reference is moved by half of it.
DOUBT = 0.6
# Least error by memory over the Markov ratio, relative to the one-way flow times the Carnot factor.
TRAFFIC = 0.2
# Error by memory of one bath's flow, over the Markov ratio of another bath's diagonal coupling.
DEPHASING = 1.3
# Factor by which a current that is not the largest may be further from the reference's: a memory that is not
# corrected current by current is a larger share of it. Set so that fewer right answers are flagged in vain
# than by the distance from the best answer with the same shift alone, and more wrong ones
# (docs/benchmark.md).
SMALL_CURRENTS = 1.5
# Distance of a current from the default's, of itself, from which an answer is another one. A choice: a fifth
# of what is trusted.
ASTRAY = 0.01
# Seconds that the complete equation of an audit may take beyond that of its reference. A choice: elsewhere
# what it would change is estimated to first order.
BALANCED = 2.0
# Factor by which the tolerance of a propagation is loosened to see what it is worth, and the loosest.
# Choices: the difference shows above rounding, and is larger than the error at the tolerance itself.
COARSER, COARSEST = 100.0, 0.1

Floats = npt.NDArray[np.float64]
Kernel = Callable[[System, Method], Fields]


@dataclass(frozen=True)
class Setting:
    """How the audited answers are made, as for `sambe.steady_state`."""

    lamb_shift: str
    tolerance: float
    propagation_tolerance: float
    run: Run


@dataclass
class Budget:
    """Runs of one sweep, each made once, and the parts of the errors that follow from them.

    Arrays have one leading axis of points. The progress of the run is told of the points of all runs, of
    which there are to be ``runs``.
    """

    system: System
    setting: Setting
    runs: int = 1
    _runs: dict[Any, Fields] = field(default_factory=dict)
    _done: int = 0

    def __post_init__(self) -> None:
        self.sweep = Sweep(self.system)
        shift = self.setting.lamb_shift
        self.shift = WHERE_FINITE if shift == NO_SHIFT else shift
        self.reference = self._run(AUTO, REFERENCE, self.shift, reference_fields)

    @cached_property
    def reference_name(self) -> str:
        """Equation of the reference."""
        return self._reference_method.equation

    @cached_property
    def _reference_method(self) -> Method:
        return prepare(self.system, AUTO)

    def answer(self, equation: str, secular: str, lamb_shift: str | None = None) -> Fields:
        """Fields of an audited answer; NaN with that status where the equation has no static frame."""
        shift = self.setting.lamb_shift if lamb_shift is None else lamb_shift
        return self._run(equation, secular, _shift_of(secular, shift), answer_fields)

    def parts(self, equation: str, secular: str) -> dict[str, Floats]:
        """Parts of the error of an answer, each (points,); see `PARTS`."""
        shift = _shift_of(secular, self.setting.lamb_shift)
        answer = self.answer(equation, secular)
        flow = answer["energy_current"]
        complete = self.answer(equation, REFERENCE, shift)
        # `dressed` may have no coherent answer to compare with
        whole = _known(complete["energy_current"], flow)
        coherent, dropped = whole, (complete["complete"] > 0) & ~(answer["complete"] > 0)
        particles = self.particles_apart(answer, complete)
        through: tuple[Floats, ...] = (
            np.where(dropped, 0.0, particles), np.where(dropped, particles, 0.0)
        )  # fmt: skip
        if dropped.any():
            fewer = self.answer(equation, COHERENT, shift)
            without = _known(fewer["energy_current"], whole)
            coherent = np.where(dropped[:, None], without, whole)
            through = tuple(
                np.where(dropped, self.particles_apart(*pair), x)
                for pair, x in zip(((answer, fewer), (fewer, complete)), through, strict=True)
            )
        best, others = self._currents(AUTO, REFERENCE, shift), self._given(AUTO, REFERENCE, shift)
        count = len(self.system.whole_terminals)
        with np.errstate(invalid="ignore", divide="ignore"):
            entropy = np.maximum(0.0, -answer["entropy_production"]) / answer["entropy_scale"]
        parts = {
            "secular": _worse(self.own_distance(flow, coherent), through[0]),
            "cross_terms": _worse(self.own_distance(coherent, whole), through[1]),
            "equation": _worse(self.own_distance(whole, best), self.particles_apart(complete, others)),
            "lamb_shift": self.distance(best, self.reference["energy_current"]),
            "memory": self._memory_size,
            "coherences": self._coherences,
            "propagation": self._propagation(equation),
            "truncation": self._truncation,
            "first_law": np.abs(answer["first_law_residual"]) / self.reference["scale"] / count,
            "second_law": np.nan_to_num(entropy),
            "positivity": np.maximum(0.0, -answer["smallest_eigenvalue"]),
        }
        return {name: parts[name] for name in PARTS}

    def total(self, equation: str, secular: str, parts: dict[str, Floats]) -> Floats:
        """Estimated error, (points,): the distance from the reference half way through its correction by
        memory, the doubt in that, and what else it lacks, added in squares as they know nothing of each
        other; or, where it says more, the distance of a small current from the reference, or a broken
        law."""
        answer = self.answer(equation, secular)
        currents = answer["energy_current"]
        small = self.own_distance(currents, self.reference["energy_current"])
        small = np.fmax(small, self.particles_apart(answer, self.reference)) / SMALL_CURRENTS
        shift, doubt = self._memory
        lacking = ("coherences", "propagation", "truncation")
        others = [doubt, *(np.nan_to_num(parts[name]) for name in lacking)]
        estimate = self.distance(currents, self.reference["energy_current"] + shift)
        for other in others:
            estimate = np.hypot(estimate, other)
        broken = np.max([parts[name] for name in ("first_law", "second_law", "positivity")], axis=0)
        out: Floats = np.fmax(np.maximum(estimate, broken), small)
        if secular == REFERENCE:
            return out
        # an answer that differs from the default and lies nearer to the reference does so by
        # accident
        best = self._currents(AUTO, REFERENCE, _shift_of(secular, self.setting.lamb_shift))
        astray = self.own_distance(currents, best) > ASTRAY
        return np.asarray(np.where(astray, np.fmax(out, self._estimate_of_default), out))

    @cached_property
    def _estimate_of_default(self) -> Floats:
        """Estimated error of the default, ``(points,)``."""
        return self.total(AUTO, REFERENCE, self.parts(AUTO, REFERENCE))

    def distance(self, a: Floats, b: Floats) -> Floats:
        """Largest difference of two sets of currents, relative to the largest current, ``(points,)``."""
        out: Floats = np.abs(a - b).max(axis=-1) / self.reference["scale"]
        return out

    def own_distance(self, a: Floats, b: Floats) -> Floats:
        """Largest difference of a current, relative to that current, ``(points,)``."""
        out: Floats = (np.abs(a - b) / self.reference["own_scales"]).max(axis=-1)
        return out

    def particles_apart(self, one: Fields, other: Fields) -> Floats:
        """Largest difference of a particle current of two answers, relative to that current, ``(points,)``;
        nothing without leads."""
        if "particle_scales" not in self.reference:
            return np.zeros(self.sweep.points)
        apart = np.abs(one["particle_current"] - other["particle_current"])
        out: Floats = (apart / self.reference["particle_scales"]).max(axis=-1)
        return out

    @cached_property
    def _memory(self) -> tuple[Floats, Floats]:
        """What the baths remember: half of the first-order change of the currents, and the doubt in it.

        Of the change the size is right to a factor of two and the sign mostly, so the truth is taken to lie
        between about none and all of it, and its size within bounds by the Markov ratio. Where it is not
        known, on large systems, all of the upper bound is doubt. Processes of higher order pass a hindrance,
        such as a drive off resonance, that keeps the current far below the flows between the system and each
        bath; a difference of temperatures drives them.
        """
        r = self.reference
        change, size = r["memory_correction"], self._memory_change
        least, most = (bound * r["markov_ratio"] for bound in MEMORY)
        expected = np.clip(size, least, most)
        with np.errstate(invalid="ignore", divide="ignore"):
            shift = 0.5 * change * (expected / size)[:, None]
        with np.errstate(over="ignore", invalid="ignore"):
            passing = np.maximum(
                TRAFFIC * r["markov_ratio"] * r["one_way_flow"], DEPHASING * r["dephasing_flow"]
            )
            driven = np.where(r["carnot_factor"] > 0, passing * r["carnot_factor"], 0.0)
            could = (driven + r["exchange_flow"]) / r["scale"]
        doubt = np.where(np.isnan(size), most, DOUBT * expected)
        return np.nan_to_num(shift, posinf=0.0, neginf=0.0), np.maximum(doubt, could)

    @cached_property
    def _memory_change(self) -> Floats:
        """Size of the computed change relative to the scale, ``(points,)``."""
        out: Floats = np.abs(self.reference["memory_correction"]).max(axis=-1) / self.reference["scale"]
        return out

    @cached_property
    def _memory_size(self) -> Floats:
        """Error of the reference itself by memory, ``(points,)``."""
        shift, doubt = self._memory
        out: Floats = np.hypot(np.abs(shift).max(axis=-1) / self.reference["scale"], doubt)
        return out

    @cached_property
    def _coherences(self) -> Floats:
        """What the reference leaves out, coherences and terms between different q, would change.

        With the Lamb shift of the reference and with that of the answers, whichever says more: where lines
        are broad the two can be far apart, and hide it from each other. To first order everywhere, and by
        another run with all of them: with a static frame everywhere, without one at as many points as take a
        few seconds, those where lines are broadest against the drive frequency. Points of the reference that
        keep all are left out.
        """
        shifts = dict.fromkeys((self.shift, self.setting.lamb_shift))
        gaps = [self._left_out(shift) for shift in shifts]
        with np.errstate(invalid="ignore"):
            out: Floats = np.fmax.reduce(gaps)
        return out

    def _left_out(self, shift: str) -> Floats:
        kept = self._best(shift)
        currents, out = kept["energy_current"], kept["cross_term_shift"].copy()
        left = kept["complete"] == 0
        if not quanta_meet(self._reference_method):
            gap = self.own_distance(self._currents(AUTO, COMPLETE, shift), currents)
            return np.where(left, np.fmax(out, gap), out)
        broad = np.nan_to_num(self.reference["relaxation_rate"] / self._omega(), nan=-1.0)
        most = int(BALANCED / typical_seconds(self.system.levels))
        points = np.flatnonzero(left & (broad >= 0))
        points = np.sort(points[np.argsort(-broad[points], kind="stable")[:most]])
        if points.size:
            complete = self._run(AUTO, COMPLETE, shift, current_fields, system=self._some(points))
            gap = np.abs(complete["energy_current"] - currents[points]) / self.reference["own_scales"][points]
            out[points] = np.fmax(out[points], gap.max(axis=-1))
        return out

    def _best(self, shift: str) -> Fields:
        """The best Markovian answer with this shift."""
        if shift == self.shift:
            return self.reference
        return self._run(AUTO, REFERENCE, shift, answer_fields)

    def _omega(self) -> Any:
        omega = self.sweep.part(np.arange(self.sweep.points)).omega
        return np.minimum.reduce(np.broadcast_arrays(*omega)) if isinstance(omega, tuple) else omega

    def _some(self, points: npt.NDArray[np.intp]) -> System:
        """The system swept over some of the points, without the shape of the grid."""
        import xarray as xr

        part = self.sweep.part(points)
        return part.map_numbers(lambda _, x: xr.DataArray(x, dims="point") if np.ndim(x) else x)

    def _propagation(self, equation: str) -> Floats:
        """What a hundredfold tolerance of the propagation changes; nothing without a propagation. A period in
        steps is propagated exactly, and what counts is the energy by harmonics of its couplings that are left
        out."""
        if self.system.steps is not None:
            return self.reference["harmonics_error"]
        used = EQUATIONS.get(equation, EQUATIONS[self.reference_name])
        if not used.folded or self.system.omega is None:
            return np.zeros(self.sweep.points)
        loose = min(COARSEST, COARSER * self.setting.propagation_tolerance)
        coarse = self._run(PROPAGATED, REFERENCE, self.shift, current_fields, loose)["energy_current"]
        return self.distance(coarse, self._currents(PROPAGATED, REFERENCE, self.shift))

    @cached_property
    def _truncation(self) -> Floats:
        """What one level less of every ladder changes."""
        if cut_states_in_all(self.system) in (0, self.system.levels):
            return np.zeros(self.sweep.points)
        system = without_top(self.system)
        less = self._run(AUTO, REFERENCE, self.shift, current_fields, system=system)
        return self.own_distance(less["energy_current"], self.reference["energy_current"])

    def _currents(self, equation: str, secular: str, shift: str) -> Floats:
        return self._given(equation, secular, shift)["energy_current"]

    def _given(self, equation: str, secular: str, shift: str) -> Fields:
        """Currents of an answer, of whichever run has them."""
        for kernel in (reference_fields, answer_fields):
            key = (equation, secular, shift, kernel, None)
            if key in self._runs:
                return self._runs[key]
        return self._run(equation, secular, shift, current_fields)

    def _run(
        self, equation: str, secular: str, shift: str, kernel: Kernel,
        propagation: float | None = None, system: System | None = None,
    ) -> Fields:  # fmt: skip
        if system is not None:  # the run of another system is needed once, and not remembered
            return self._solve(equation, secular, shift, kernel, propagation, system)
        key = (equation, secular, shift, kernel, propagation)
        if key not in self._runs:
            self._runs[key] = self._solve(equation, secular, shift, kernel, propagation, system)
        return self._runs[key]

    def _solve(
        self, equation: str, secular: str, shift: str, kernel: Kernel,
        propagation: float | None, system: System | None,
    ) -> Fields:  # fmt: skip
        s = self.setting
        sweep = self.sweep if system is None else Sweep(system)
        try:
            method = prepare(
                sweep.system, equation, secular, s.tolerance, propagation or s.propagation_tolerance, shift
            )
        except FrameError:
            if kernel is reference_fields:  # the given frame fits no equation
                raise
            return _nothing(sweep, STATUS["no_static_frame"])
        try:
            run = replace(s.run, progress=lambda done, _: self.tell(done))
            return gather(sweep, run_blocks(sweep, method, kernel, run))
        except ConvergenceError:
            if kernel is reference_fields:
                raise
            return _nothing(sweep, STATUS["not_converged"])
        finally:
            self._done += sweep.points

    def tell(self, done: int) -> None:
        """Report points of the run in hand."""
        progress = self.setting.run.progress
        if callable(progress):
            total = self.runs * self.sweep.points
            progress(min(self._done + done, total), total)


def _nothing(sweep: Sweep, status: int) -> Fields:
    """Fields of an answer that does not exist."""
    points = sweep.points
    names = ("first_law_residual", "entropy_production", "entropy_scale", "smallest_eigenvalue",
             "energy_above_middle")  # fmt: skip
    nothing: Fields = {name: np.full(points, np.nan) for name in names}
    currents = np.full((points, len(sweep.system.whole_terminals)), np.nan)
    nothing["particle_current"] = currents
    kept = {"complete": np.zeros(points), "cross_term_shift": np.full(points, np.nan)}
    return {**nothing, **kept, "energy_current": currents, "status": np.full(points, status)}


def _worse(energies: Floats, particles: Floats) -> Floats:
    """The larger of what moves energies and particles; not a number where no energies are known."""
    return np.where(np.isnan(energies), np.nan, np.fmax(energies, particles))


def _known(currents: Floats, otherwise: Floats) -> Floats:
    """Currents, and others where they are none."""
    return np.where(np.isnan(currents), otherwise, currents)


def _shift_of(secular: str, lamb_shift: str) -> str:
    """The Lamb shift that enters a treatment, one name for one answer."""
    return lamb_shift if TREATMENTS[secular].shifted else NO_SHIFT
