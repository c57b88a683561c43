"""Courses that are followed point by point: under an envelope of the drive, and by the exact hierarchy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import ConvergenceError
from ...numerics.arrays import dagger
from ..equations import EQUATIONS
from ..method import Moving
from ..pipeline import solve_batch
from .energies import History, trace_with
from .pulses import pulsed
from .transients import bare

__all__ = ["WholeCourses", "followed_one_by_one"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WholeCourses:
    """A batch whose points go one by one.

    Attributes
    ----------
    history : History
    converged : bool array (P,)
    ratio : array (P,)
        How fast an envelope changes against the gaps.
    """

    history: History
    converged: npt.NDArray[np.bool_]
    ratio: Reals


@dataclass(frozen=True)
class _Course:
    """The course of one point in the laboratory.

    Attributes
    ----------
    states : array (T, N, N)
    stored, rate : array (T,)
        <H(t)> and its time derivative.
    currents, taken : array (T, U + 1)
        Energy per unit time into the system, and since the first time; the pump's last.
    particles : array (T, U + 1)
    ratio : float
        As of `WholeCourses`; NaN without an envelope.
    """

    states: Complex
    stored: Reals
    rate: Reals
    currents: Reals
    taken: Reals
    particles: Reals
    ratio: float = float("nan")


def followed_one_by_one(system: System, method: Moving) -> WholeCourses:
    """A batch with one axis of points, by its envelope or by the exact equation."""
    points = len(system.numbers()["hamiltonian[0]"])
    times = np.asarray(method.times, dtype=float)
    history = History.blank(points, len(times), system.levels, len(system.baths), len(method.observables),
                            method.states)  # fmt: skip
    converged, ratio = np.zeros(points, dtype=bool), np.full(points, np.nan)
    follow = _exact if EQUATIONS[method.equation].exact else _pulsed
    for k in range(points):
        one = _point(system, k)
        course = follow(one, method, times)
        if course is not None:
            _enter(history, k, one, method, course)
            converged[k], ratio[k] = True, course.ratio
    return WholeCourses(history, converged, ratio)


def _point(system: System, k: int) -> System:
    """One point of a batch, its numbers plain."""
    return system.map_numbers(lambda _, x: x[k].item() if np.ndim(x) else x)


def _start(system: System, method: Moving, times: Reals) -> Complex | None:
    """The state at the first time; the stationary one is that of the drive's strength there."""
    if method.start is not None:
        return np.asarray(method.start) + 0j
    strength = float(np.asarray(method.envelope(times[:1]), dtype=float).reshape(-1)[0])

    def at(path: str, x: Any) -> Any:
        return np.full(1, x) if path == "hamiltonian[0]" else x * strength if path.startswith("drive") else x

    solution = solve_batch(system.map_numbers(at), bare(method))
    if not (solution.unique & solution.converged).all():
        return None
    state = np.asarray(solution.state)[0]
    state = np.diag(state) if state.ndim == 1 else state
    d = solution.jumps.dressing
    omega = 1.0 if system.omega is None else float(np.real(system.omega))
    v = np.exp(-1j * omega * times[0] * np.asarray(method.frame))[:, None] * np.asarray(d.states)[0]
    return np.asarray(v @ state @ dagger(v), dtype=complex)


def _pulsed(system: System, method: Moving, times: Reals) -> _Course | None:
    """The course of a point under an envelope, if there is one."""
    start = _start(system, method, times)
    pulse = None if start is None else pulsed(system, method, start, times, method.envelope)
    if pulse is None:
        return None
    rate = trace_with(pulse.hamiltonian, pulse.relaxed) + trace_with(pulse.slope, pulse.states)
    stored = trace_with(pulse.hamiltonian, pulse.states)
    currents, taken = pulse.counts.copy(), pulse.taken.copy()
    currents[:, -1] += rate
    taken[:, -1] += stored - stored[0]
    return _Course(pulse.states, stored, rate, currents, taken, pulse.particles, pulse.ratio)


def _exact(system: System, method: Moving, times: Reals) -> _Course | None:
    """The exact course of a point, if there is one."""
    from ..heom.exact_course import exact_course
    from ..heom.fields import with_counter_terms

    if method.lamb_shift == "counter":
        system = with_counter_terms(system)
    options: dict[str, Any] = dict(method.heom)
    try:
        course = exact_course(system, np.asarray(method.start) + 0j, times, **options)
    except ConvergenceError:
        return None
    omega = 1.0 if system.omega is None else float(np.real(system.omega))
    turned = {p: np.exp(-1j * p * omega * times)[:, None, None] * h for p, h in system.harmonics().items()}
    h = np.asarray(sum(turned.values())) + 0j
    slope = np.asarray(sum((-1j * p * omega * x for p, x in turned.items()), start=0.0 * h))
    rate = trace_with(h, course.slopes) + trace_with(slope, course.states)
    stored = trace_with(h, course.states)
    return _Course(course.states, stored, rate, course.currents, course.taken, course.particles)


def _enter(history: History, k: int, system: System, method: Moving, course: _Course) -> None:
    history.current[k], history.transferred[k] = course.currents, course.taken
    history.residual[k] = course.rate - course.currents.sum(axis=-1)
    history.stored[k], history.particles[k] = course.stored, course.particles
    static = np.broadcast_to(system.harmonics()[0], (1, system.levels, system.levels)) + 0j
    history.enter_states(np.array([k]), slice(None), course.states[None], static, method)
