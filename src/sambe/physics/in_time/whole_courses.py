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
from .energies import Seen
from .pulses import Pulse, pulsed
from .transients import bare, look_at_states, trace_with

__all__ = ["WholeCourses", "followed_one_by_one"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WholeCourses:
    """What is seen of a batch whose points go one by one.

    Attributes
    ----------
    seen : Seen
    converged : bool array (P,)
    ratio : array (P,)
        How fast an envelope changes against the gaps.
    """

    seen: Seen
    converged: npt.NDArray[np.bool_]
    ratio: Reals


def followed_one_by_one(system: System, method: Moving) -> WholeCourses:
    """A batch with one axis of points, by its envelope or by the exact equation."""
    points = len(system.numbers()["hamiltonian[0]"])
    times = np.asarray(method.times, dtype=float)
    seen = Seen.blank(points, len(times), system.levels, len(system.baths), len(method.observables),
                      method.states)  # fmt: skip
    converged, ratio = np.zeros(points, dtype=bool), np.full(points, np.nan)
    for k in range(points):
        one = _point(system, k)
        if EQUATIONS[method.equation].exact:
            converged[k] = _exact(seen, k, one, method, times)
            continue
        start = _start(one, method, times)
        pulse = None if start is None else pulsed(one, method, start, times, method.envelope)
        if pulse is not None:
            _enter_pulse(seen, k, one, method, pulse)
            converged[k], ratio[k] = True, pulse.ratio
    return WholeCourses(seen, converged, ratio)


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


def _enter_pulse(seen: Seen, k: int, system: System, method: Moving, pulse: Pulse) -> None:
    rate = trace_with(pulse.hamiltonian, pulse.relaxed) + trace_with(pulse.slope, pulse.states)
    stored = trace_with(pulse.hamiltonian, pulse.states)
    currents, taken = pulse.counts.copy(), pulse.taken.copy()
    currents[:, -1] += rate
    taken[:, -1] += stored - stored[0]
    _enter(seen, k, system, method, pulse.states, stored, rate, currents, taken)
    seen.particles[k] = pulse.particles


def _exact(seen: Seen, k: int, system: System, method: Moving, times: Reals) -> bool:
    """Enter the exact course of a point; whether there is one."""
    from ..heom.exact_course import exact_course
    from ..heom.fields import with_counter_terms

    if method.lamb_shift == "counter":
        system = with_counter_terms(system)
    options: dict[str, Any] = dict(method.heom)
    try:
        course = exact_course(system, np.asarray(method.start) + 0j, times, **options)
    except ConvergenceError:
        return False
    omega = 1.0 if system.omega is None else float(np.real(system.omega))
    turned = {p: np.exp(-1j * p * omega * times)[:, None, None] * h for p, h in system.harmonics().items()}
    h = np.asarray(sum(turned.values())) + 0j
    slope = np.asarray(sum((-1j * p * omega * x for p, x in turned.items()), start=0.0 * h))
    rate = trace_with(h, course.slopes) + trace_with(slope, course.states)
    stored = trace_with(h, course.states)
    _enter(seen, k, system, method, course.states, stored, rate, course.currents, course.taken)
    seen.particles[k] = course.particles
    return True


def _enter(
    seen: Seen, k: int, system: System, method: Moving, states: Complex, stored: Reals, rate: Reals,
    currents: Reals, taken: Reals,
) -> None:  # fmt: skip
    seen.current[k], seen.transferred[k] = currents, taken
    seen.residual[k], seen.stored[k] = rate - currents.sum(axis=-1), stored
    static = np.broadcast_to(system.harmonics()[0], (1, system.levels, system.levels)) + 0j
    observables = [x.operator for x in method.observables]
    look_at_states(seen, np.array([k]), slice(None), states[None], static, observables)
