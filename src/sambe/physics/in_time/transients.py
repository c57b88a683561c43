r"""A state on its way: energies and currents at each time of a batch of points.

With the dissipative part D of the generator, the dressed energies E and the count of quanta P_q,

.. math:: \frac{\mathrm d\langle H\rangle}{\mathrm dt} = \mathrm{Tr}[\dot H\rho]
          + \mathrm{Tr}[H\,\mathcal D\rho],\qquad
          P = P_q + \frac{\mathrm d}{\mathrm dt}\big(\langle H\rangle - \langle E\rangle\big),

the last term being :math:`\omega\,\mathrm d\langle n\rangle/\mathrm dt` in a static frame. Where every
coherence is kept P is :math:`\mathrm{Tr}[\dot H\rho]`, the power of the drive, and in the complete equation
to rounding. What is left over, :math:`\mathrm d\langle H\rangle/\mathrm dt - P - \sum_u J_u`, is the residual
of the first law, zero for populations alone and where rates are flat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...numerics.arrays import Array, dagger
from ..currents.particles import PARTICLES
from ..dressing.frequencies import Tones, energies_by_tone, expanded_omega
from ..generators.coupling_side import on_side_of_couplings
from ..generators.jumps import Jumps, jumps_at
from ..method import Method, Moving
from ..pipeline import solve_batch
from ..states.solution import Solution
from ..steps.basis import StepBasis, step_basis
from ..steps.course import CouplingsMade, SteppedCourse, stepped_course
from ..treatments import TREATMENTS, by_channels, follows_period
from .courses import Course, coherent_course, populations_course
from .energies import History, trace_with
from .moving_basis import Basis, moving_basis, turning
from .particle_flows import standing_particles, turning_particles
from .periodic_course import periodic_course

__all__ = ["Origin", "Transient", "bare", "basis_of", "generator_at", "moved_by", "origin_of", "transient_of"]

TOGETHER = 2**18  # elements of the states that are looked at together: they stay in the cache

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Origin:
    """What moves a batch of points.

    Attributes
    ----------
    jumps : Jumps
        Between states in the zones that matter, with one axis of points.
    solution : Solution
        The stationary one, which decides between two equations and tells of what is dropped; it costs a
        tenth of a course at most.
    complete : bool array (P,)
        Where terms between different quanta are kept.
    balanced : bool array (P,)
        Where nothing turns, and energies are counted on the side of the coupling. `steady_state` does so
        where its currents miss the first law, which those of a state on its way do at some time or other.
    framed : bool array (P,)
        Where they are counted so although terms between different quanta, which turn, are left out: where
        ``"auto"`` stands still in a frame, from a given state or where those terms are not slight in the
        stationary one, of which `steady_state` tells. With a Lamb shift this is closer
        to the complete equation, without one as close.
    """

    jumps: Jumps
    solution: Solution
    complete: npt.NDArray[np.bool_]
    balanced: npt.NDArray[np.bool_]
    framed: npt.NDArray[np.bool_]


def moved_by(system: System, method: Method) -> Method:
    """The method of the generator that moves a batch.

    Where a drive stands still in a frame the generator does too: terms between different quanta, which would
    turn, are left to the warning.
    """
    return bare(by_channels(method) if method.static and system.drive else method)


def origin_of(system: System, method: Method, jumps: Jumps | None = None) -> Origin:
    """What moves a batch with one axis of points, whose jumps in the method of `moved_by` may be known."""
    asked, method = method, moved_by(system, method)
    standing = method.secular != asked.secular
    solution = solve_batch(system, method, jumps)
    jumps = jumps_at(solution.jumps)
    every = np.ones(len(jumps.energy), dtype=bool)
    if any(jumps.dressing.quanta):
        whole = False if solution.complete is None else np.asarray(solution.complete, dtype=bool)
        # coherences of a given state are large, though those terms be slight in the stationary one
        given = getattr(asked, "start", None) is not None
        framed = every & standing & (given | (solution.cross_term_shift != 0.0))
        return Origin(jumps, solution, every & whole, ~every, framed)
    return Origin(jumps, solution, ~every, every & follows_period(method), ~every)


def bare(method: Method) -> Method:
    """The method without what is asked for beside the states, which would be dressed with the couplings."""
    return replace(method, observables=(), states=False)


def generator_at(origin: Origin, points: Points, method: Method) -> Any:
    """Redfield operator of some points."""
    inside = None if origin.solution.inside is None else origin.solution.inside[points]
    jumps = jumps_at(origin.jumps, points)
    counted: Any = TREATMENTS[method.secular].counted(jumps, inside)
    generator = counted.redfield
    so = (origin.framed | origin.balanced)[points]
    if not so.any():
        return generator
    heat = on_side_of_couplings(generator.heat, jumps)
    return replace(generator, heat=np.where(so[:, None, None, None], heat, generator.heat))


@dataclass(frozen=True)
class Transient:
    """A batch on its way.

    Attributes
    ----------
    history : History
    origin : Origin
    converged : bool array (P,)
    """

    history: History
    origin: Origin
    converged: npt.NDArray[np.bool_]


def transient_of(system: System, method: Moving, jumps: Jumps | None = None) -> Transient:
    """A batch with one axis of points at the times of the method, whose jumps may be known."""
    origin = origin_of(system, method, jumps)
    points = len(origin.jumps.energy)
    harmonics = {k: np.broadcast_to(h, (points, *np.shape(h)[-2:])) for k, h in system.harmonics().items()}
    basis = basis_of(system, origin, method, harmonics)
    times = _times(method, basis.omega, points)
    history = History.blank(points, times.shape[1], system.levels, len(origin.jumps.wiring),
                            len(method.observables), method.states,
                            len(energies_by_tone(np.zeros(1), basis.omega)))  # fmt: skip
    converged = np.ones(points, dtype=bool)
    for complete in (False, True):
        places = np.flatnonzero(origin.complete == complete)
        if not places.size:
            continue
        part = basis.take(places)
        start = _start(origin, places, part, method, times[places])
        course: Course
        if not complete:
            course = _standing_course(origin, places, method, start, times[places] - times[places, :1])
        elif isinstance(part, StepBasis):
            numbers = {path: x[places] if np.ndim(x) else x for path, x in system.numbers().items()}
            couplings = CouplingsMade(method.operators, method.schedules, method.mixing, numbers)
            course, converged[places] = stepped_course(
                part, jumps_at(origin.jumps, places), couplings, start, times[places]
            )
        else:
            course, converged[places] = periodic_course(jumps_at(origin.jumps, places), start, times[places])
        driven = (
            part if isinstance(part, StepBasis)
            else _Driven({k: h[places] for k, h in harmonics.items()}, part.omega)
        )  # fmt: skip
        energies = np.asarray(origin.jumps.dressing.energies)[places]
        _look(history, places, course, part, driven, energies, times[places], method)
        if PARTICLES[0] in method.accounts:
            _look_at_particles(history, places, course, origin, method, times[places])
    return Transient(history, origin, converged)


def basis_of(
    system: System, origin: Origin, method: Method, harmonics: Mapping[int, Array]
) -> Basis | StepBasis:
    """States in which the jumps are given, in the laboratory at any time."""
    if system.steps is not None:
        return step_basis(system, origin.jumps.dressing)
    return moving_basis(origin.jumps, method, harmonics)


def _look_at_particles(
    history: History, points: Points, course: Course, origin: Origin, method: Method, times: Reals
) -> None:
    """Enter what leads bring at some points, some times at once."""
    jumps = jumps_at(origin.jumps, points)
    size = max(1, TOGETHER // max(1, jumps.dressing.couplings[..., 0, 0].size))
    if isinstance(course, SteppedCourse):
        history.particles[points] = course.particles
        return
    for span in (slice(k, k + size) for k in range(0, times.shape[1], size)):
        states = course.part(span)[0]
        history.particles[points, span] = (
            turning_particles(jumps, states, times[:, span])
            if (origin.complete | origin.balanced)[points].any()
            else standing_particles(jumps, states, method)
        )


def _times(method: Moving, omega: Any, points: int) -> Reals:
    """Times of each point, ``(P, T)``."""
    if method.phases:
        phase = 2.0 * np.pi * np.arange(method.phases) / method.phases
        return np.asarray(phase / omega[:, None])
    times = np.asarray(method.times, dtype=float)
    return np.broadcast_to(times, (points, len(times)))


def _start(
    origin: Origin, points: Points, basis: Basis | StepBasis, method: Moving, times: Reals
) -> Complex | None:
    """States in the dressed basis at the first time; None for the periodic state of the complete equation."""
    if method.start is not None:
        v = basis.at(times[:, :1])[:, 0]
        return np.asarray(np.matmul(dagger(v), np.matmul(np.asarray(method.start) + 0j, v)))
    if origin.complete[points].any():
        return None
    state = np.asarray(origin.solution.state)[points]
    whole = state[..., None] * np.eye(state.shape[-1]) if state.ndim == 2 else state
    return np.asarray(whole, dtype=complex)


def _standing_course(
    origin: Origin, points: Points, method: Method, start: Complex | None, elapsed: Reals
) -> Course:
    if start is None:
        start = np.full((len(points), *np.shape(origin.jumps.energy)[-2:]), np.nan + 0j)
    start = np.where(np.isfinite(start).all(axis=(-2, -1), keepdims=True), start, 0.0)
    if TREATMENTS[method.secular].populations_only:
        return populations_course(jumps_at(origin.jumps, points), start, elapsed)
    return coherent_course(generator_at(origin, points, method), start, elapsed)


@dataclass(frozen=True)
class _Driven:
    """The Hamiltonian of some points in the laboratory.

    Attributes
    ----------
    harmonics : mapping of int to array (P, N, N)
    omega : array (P,), or Tones
    """

    harmonics: Mapping[int, Complex]
    omega: Any

    @property
    def static(self) -> Complex:
        """H_0, the drive off."""
        return self.harmonics[0]

    def hamiltonians(self, times: Reals) -> tuple[Complex, Complex]:
        """H and its time derivative, ``(P, T, N, N)``, of length one along T where nothing turns."""
        h = self.harmonics[0][:, None] + 0j
        slope = 0.0 * h
        for k, part in self.harmonics.items():
            if k and part.any():
                energy = turning(np.array([k]), self.omega)
                turn = np.exp(-1j * energy * times)[..., None, None]
                h = h + turn * part[:, None]
                slope = slope - 1j * energy[:, :, None, None] * turn * part[:, None]
        return h, slope


def _look(
    history: History, places: Points, course: Course, basis: Basis | StepBasis, driven: _Driven | StepBasis,
    energies: Reals, times: Reals, method: Moving,
) -> None:  # fmt: skip
    """Enter the energies and states of some points, some times at once."""
    points, count = times.shape
    n = energies.shape[-1]
    counter = _Counter.of(basis)
    pumps = len(counter.frame) or 1
    outer = np.empty((points, count, pumps))  # <H> - <E>, or what of it each tone has
    size = max(1, TOGETHER // (points * n * n))
    for span in (slice(k, k + size) for k in range(0, count, size)):
        states, slopes = course.part(span)
        v = basis.at(times[:, span])
        turned = slopes + 1j * (energies[:, :, None] - energies[:, None, :])[:, None] * states
        lab, relaxed = (np.matmul(v, np.matmul(x, dagger(v))) for x in (states, turned))
        h, slope = driven.hamiltonians(times[:, span])
        rate = trace_with(h, relaxed) + trace_with(slope, lab)
        dressed, inner = (
            (energies[:, None] * np.diagonal(x, axis1=-2, axis2=-1).real).sum(axis=-1)
            for x in (states, slopes)
        )
        history.stored[places, span] = trace_with(h, lab)
        if counter.frame:
            change, outer[:, span] = counter.counted(h, lab, relaxed, states, slopes)
        else:
            change, outer[:, span, 0] = (rate - inner)[..., None], history.stored[places, span] - dressed
        heat, quanta = course.counts[:, span, :-pumps], course.counts[:, span, -pumps:]
        counts = quanta + change
        history.current[places, span] = np.concatenate([heat, counts], axis=-1)
        history.residual[places, span] = rate - counts.sum(axis=-1) - heat.sum(axis=-1)
        history.enter_states(places, span, lab, driven.static, method)
    transferred = course.taken.copy()
    transferred[..., -pumps:] += outer - outer[:, :1]
    history.transferred[places] = transferred


@dataclass(frozen=True)
class _Counter:
    r"""Energy :math:`w_t\langle n_t\rangle` that each of several tones has given to states in a static frame.

    Attributes
    ----------
    frame : list of array (P, N)
        w_t n_t of the basis states, one a tone; none of one tone, which has given all of <H> - <E>.
    shift : list of array (P, N)
        The same by which states were moved to other zones.
    """

    frame: list[Reals]
    shift: list[Reals]

    @classmethod
    def of(cls, basis: Basis | StepBasis) -> _Counter:
        """Of dressed states."""
        if isinstance(basis, StepBasis) or not isinstance(basis.omega, Tones) or basis.frame is None:
            return cls([], [])
        wide = expanded_omega(basis.omega, 1)
        moved = np.zeros(len(basis.frame)) if basis.shift is None else basis.shift.astype(float)
        return cls(energies_by_tone(basis.frame.astype(float), wide), energies_by_tone(moved, wide))

    def counted(
        self, h: Complex, lab: Complex, relaxed: Complex, states: Complex, slopes: Complex
    ) -> tuple[Reals, Reals]:
        """Its time derivative and itself, ``(P, T', T)``, of states in the laboratory and dressed."""
        turned = 2.0 * np.diagonal(np.matmul(h, lab), axis1=-2, axis2=-1).imag  # -i [H, rho]
        direct, change, inner, still = (
            np.diagonal(x, axis1=-2, axis2=-1).real for x in (lab, relaxed, slopes, states)
        )
        rate, quanta = (
            np.stack([
                (outside * n[:, None]).sum(axis=-1) - (inside * m[:, None]).sum(axis=-1)
                for n, m in zip(self.frame, self.shift, strict=True)
            ], axis=-1)
            for outside, inside in ((change + turned, inner), (direct, still))
        )  # fmt: skip
        return rate, quanta
