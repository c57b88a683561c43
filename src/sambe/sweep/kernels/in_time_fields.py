"""What is reported of a point on its way in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...description.tones.drives import refuse_several
from ...errors import InputError
from ...numerics.arrays import Fields
from ...physics.currents.particles import PARTICLES
from ...physics.edges import edge_population
from ...physics.equations import EQUATIONS
from ...physics.generators.jumps import Jumps
from ...physics.in_time.decays import decays_of
from ...physics.in_time.energies import History
from ...physics.in_time.particle_flows import moving_variables
from ...physics.in_time.transients import Origin, Transient, moved_by, transient_of
from ...physics.in_time.whole_courses import followed_one_by_one
from ...physics.method import Method, Moving, Relaxing
from ...physics.statuses import STATUS
from ...physics.steps.fields import tail_of_currents
from ...physics.tones.folding import folded, folds, refuse_folding
from ...physics.validity import diverging, point_status, secular_ratio
from ..units import picked
from .fields import alike_jumps, joined, of_groups

__all__ = ["moving_fields", "relaxing_fields"]

# Eigenvalue of a state below which it is none. A choice: above what the tolerances of the courses leave, and
# below what the theory is good to.
NEGATIVE = -1e-6
ROUNDING = 1e-9  # of the spread of energies: what courses leave of an energy balance that is exact


def moving_fields(system: System, method: Method) -> Fields:
    """Everything that `sambe.evolve` and `sambe.cycle` report of a batch of valid points."""
    if not isinstance(method, Moving):
        raise InputError("method", method, "it does not say when the state is looked at")
    if method.envelope is not None or EQUATIONS[method.equation].exact:
        return _one_by_one(system, method)
    refuse_folding(system, method, "follow one drive at their common frequency, of which they are harmonics")
    return _of_alike(system, method, lambda batch, jumps: _moving(batch, method, jumps))


def _of_alike(system: System, method: Method, report: Callable[[System, Jumps], Fields]) -> Fields:
    """What is reported of points by the jumps that move them, of those that are `alike` together."""
    moved = alike_jumps(system, moved_by(system, method))
    return of_groups((at, report(batch, jumps)) for at, batch, jumps in moved)


def _moving(system: System, method: Moving, jumps: Jumps) -> Fields:
    """The same as `moving_fields` of points that are alike."""
    transient = transient_of(system, method, jumps)
    judged = _judged(transient.origin, system)
    judged["cross_term_shift"] = np.fmax(judged["cross_term_shift"], _missed(transient))
    return {
        **_of(transient.history, method, system),
        **judged,
        **_left_out(transient, system),
        "status": _status(transient, system, method),
    }


def _missed(transient: Transient) -> npt.NDArray[np.float64]:
    """Energy that the baths have given and the system does not have, of the largest given by one, ``(P,)``:
    what energies counted on the side of the bath miss where nothing turns."""
    history, d = transient.history, transient.origin.jumps.dressing
    if any(d.quanta):
        return np.zeros(len(history.stored))
    gained = history.stored - history.stored[:, :1]
    missed = np.abs(history.transferred.sum(axis=-1) - gained).max(axis=-1)
    largest = np.abs(history.transferred).max(axis=(1, 2))
    exact = missed <= ROUNDING * (d.energies[..., -1] - d.energies[..., 0])
    return np.where(exact, 0.0, missed / np.where(exact, 1.0, largest))


def _left_out(transient: Transient, system: System) -> Fields:
    """What harmonics of a period in steps exchange that are not held, of the largest current at any time."""
    if system.steps is None:
        return {}
    largest = np.abs(transient.history.current).max(axis=1)
    return {"harmonics_error": tail_of_currents(transient.origin.jumps, largest)}


def _one_by_one(system: System, method: Moving) -> Fields:
    """The same of points that are followed one by one, of which no stationary state is known."""
    courses = followed_one_by_one(system, method)
    points = courses.converged.shape
    status = np.where(courses.converged, STATUS["ok"], STATUS["not_converged"])
    negative = (
        courses.converged & (courses.history.least < NEGATIVE) & ~np.array(EQUATIONS[method.equation].exact)
    )
    pulse = {} if method.envelope is None else {"pulse_ratio": courses.ratio}
    return {
        **_of(courses.history, method, system),
        **pulse,
        "secular_ratio": np.full(points, np.nan),
        "cross_terms_kept": np.full(points, EQUATIONS[method.equation].exact, dtype=np.int8),
        "cross_term_shift": np.zeros(points),
        "status": np.where(negative, STATUS["not_positive"], status),
    }


def _of(history: History, method: Moving, system: System) -> Fields:
    """A history, by the names of its variables."""
    plain = all(x.hermitian for x in method.observables)
    out: Fields = {
        "energy_current": history.current,
        "energy_transferred": history.transferred,
        "stored_energy": history.stored,
        "battery_energy": history.battery,
        "ergotropy": history.ergotropy,
        "first_law_residual": history.residual,
        "edge_population": history.edge,
    }
    if PARTICLES[0] in method.accounts:
        out |= moving_variables(history.current, history.particles, system.baths)
    if history.matrix is not None:
        out["density_matrix"] = history.matrix
    if method.observables:
        out["expectation"] = history.expectation.real if plain else history.expectation
    return out


def relaxing_fields(system: System, method: Method) -> Fields:
    """Everything that `sambe.relaxation` reports of a batch of valid points."""
    if not isinstance(method, Relaxing):
        raise InputError("method", method, "it does not ask for rates of relaxation")
    if system.tones == 1:
        return _relaxing_alike(system, method)
    points = len(system.numbers()["hamiltonian[0]"])
    return joined(_relaxing_by_tones(system, method, points), points)


def _relaxing_by_tones(
    system: System, method: Relaxing, points: int
) -> Iterator[tuple[npt.NDArray[np.intp], Fields]]:
    """The same under several tones, where these fold or stand still in a frame."""
    for at, fold in folds(system, method, points):
        batch = picked(system, at)
        if fold is not None:
            inner, how = folded(batch, method, fold)
            same = replace(method, frame=how.frame)
            yield at, _relaxing_alike(inner, same)
        elif EQUATIONS[method.equation].framed:
            yield at, _relaxing_alike(batch, method)
        else:
            refuse_several(batch.omega, "without a static frame or a common period nothing stands still of "
                           "which there were eigenvalues")  # fmt: skip


def _relaxing_alike(system: System, method: Relaxing) -> Fields:
    """The same of one tone, or in a frame."""
    return _of_alike(system, method, lambda batch, jumps: _relaxing(batch, method, jumps))


def _relaxing(system: System, method: Relaxing, jumps: Jumps) -> Fields:
    """The same of points that are alike."""
    decays = decays_of(system, method, jumps)
    status = _unless_diverging(decays.origin, system)
    known = decays.converged & np.isfinite(decays.gap)
    edge = edge_population(decays.origin.solution, method)
    out: Fields = {
        "rate": decays.rate,
        "gap": decays.gap,
        "defective": decays.defective.astype(np.int8),
        **_judged(decays.origin, system),
        "edge_population": np.where(np.isfinite(edge), edge, 0.0),
        "status": np.where((status == STATUS["ok"]) & ~known, STATUS["not_converged"], status),
    }
    if method.start is not None:
        out["overlap"] = decays.overlap
    return out


def _judged(origin: Origin, system: System) -> Fields:
    """How far levels lie apart, and what terms between different quanta would do, as `steady_state` says."""
    every = (origin.complete | origin.balanced).astype(np.int8)
    solution, kept = origin.solution, {"cross_terms_kept": every}
    known = np.isfinite(solution.plain_populations).all(axis=-1, keepdims=True)
    populations = np.where(known, solution.plain_populations, 1.0 / system.levels)
    shift = np.where(known[..., 0], solution.cross_term_shift, 0.0)
    spread = {} if solution.spread is None else {"partition_spread": solution.spread}
    return {
        **kept,
        **spread,
        "secular_ratio": secular_ratio(solution.plain, populations, system.baths),
        "cross_term_shift": np.broadcast_to(shift, (len(every),)),
    }


def _unless_diverging(origin: Origin, system: System) -> npt.NDArray[np.int64]:
    """Status of points of which no stationary state is asked."""
    return np.where(diverging(origin.jumps, system.baths), STATUS["diverging_rate"], STATUS["ok"])


def _status(transient: Transient, system: System, method: Moving) -> npt.NDArray[np.int64]:
    """Status of each point."""
    if method.start is None:
        status = point_status(transient.origin.solution, system.baths)
    else:
        status = _unless_diverging(transient.origin, system)
    finite = np.isfinite(transient.history.current).all(axis=(-2, -1))
    status = np.where(
        (status == STATUS["ok"]) & ~(transient.converged & finite), STATUS["not_converged"], status
    )
    negative = (status == STATUS["ok"]) & (transient.history.least < NEGATIVE)
    return np.where(negative, STATUS["not_positive"], status)
