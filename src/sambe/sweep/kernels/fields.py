"""What is reported of a point: one array for each variable of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.hilbert_space.sectors import projected
from ...description.observables import places_of_parts
from ...description.system import System
from ...errors import ConvergenceError
from ...numerics.arrays import Fields
from ...physics.accounts import account_fields, squeezed_status
from ...physics.currents.entropy import ACCOUNTS
from ...physics.currents.expectations import measured
from ...physics.currents.laws import first_law_residual
from ...physics.currents.particles import PARTICLES
from ...physics.dressing.dressing import of_same_harmonics
from ...physics.edges import edge_population
from ...physics.equations import EQUATIONS
from ...physics.generators.jumps import Jumps
from ...physics.long_time import long_time_limit
from ...physics.method import Branch, Method
from ...physics.pipeline import by_zones, dressed, jumps_of, solve_batch
from ...physics.states.solution import Solution
from ...physics.statuses import STATUS
from ...physics.steps.fields import stroke_fields, tail_of_currents
from ...physics.tones.folding import folded, folds
from ...physics.tones.splitting import Folded, with_pumps
from ...physics.treatments import COHERENT, TREATMENTS, follows_period
from ...physics.validity import (
    Secular,
    currents_apart,
    point_status,
    secular_measures,
    turning_ratio,
)
from ..units import picked
from .beating_fields import Report, beating_fields

__all__ = [
    "alike",
    "alike_jumps",
    "by_tones",
    "joined",
    "of_alike",
    "of_groups",
    "point_fields",
    "solution_fields",
]

# Levels up to which a state under two tones that has too many harmonics is looked for along a period, point
# by point. A choice: seconds.
MOST_LEVELS = 6
# of several parts these add up, the others are the least or follow one another
SUMS = ("energy_current", "entropy_production", "first_law_residual", "edge_population")


def point_fields(system: System, method: Method) -> Fields:
    """Everything that `sambe.steady_state` reports of a batch of valid points."""
    answer = EQUATIONS[method.equation].answer
    if answer is not None:
        return answer(system, method, STATUS["not_converged"])
    if method.branches:
        return branch_fields(system, method)
    return by_tones(system, method, lambda batch, solution, _: solution_fields(batch, method, solution), True)


def by_tones(system: System, method: Method, report: Report, means: bool = False) -> Fields:
    """What is reported of the solutions of a batch: under several tones, points at which these are
    commensurate fold, each ratio by itself.

    Parameters
    ----------
    report : callable
        From some points, their solution, and how it was found where tones have folded.
    means : bool
        Whether what is reported may be averaged over a beat of two tones.
    """
    if system.tones == 1:
        return of_alike(system, method, lambda batch, solution: report(batch, solution, None))
    points = len(system.numbers()["hamiltonian[0]"])

    def solved() -> Iterator[tuple[npt.NDArray[np.intp], Fields]]:
        for at, fold in folds(system, method, points):
            batch = picked(system, at)
            if fold is None:
                yield at, _of_modes(batch, method, report, means and system.tones == 2)
                continue
            inner, how = folded(batch, method, fold)
            first = sum(len(x.parts) for x in method.observables)
            for places, _, solution in alike(inner, how):
                part, some = Folded(solution, fold, first, method.static), picked(batch, places)
                yield at[places], report(some, with_pumps(part, some, method), part)

    return joined(solved(), points)


def alike(system: System, method: Method) -> Iterator[tuple[npt.NDArray[np.intp], System, Solution]]:
    """Points of a batch whose couplings have the same harmonics in the same zones, their system and its
    solution: no digit of a point then depends on what its neighbours need. In a static frame all have."""
    for at, part, jumps in alike_jumps(system, method):
        yield at, part, solve_batch(part, method, jumps)


def alike_jumps(system: System, method: Method) -> Iterator[tuple[npt.NDArray[np.intp], System, Jumps]]:
    """The same with the jumps that they have, of which nothing is solved yet."""
    whole = dressed(system, method)
    if not EQUATIONS[method.equation].folded:
        points = np.arange(int(np.prod(whole.energies.shape[:-1], dtype=int)))
        yield points, system, jumps_of(system, method, whole)
        return
    for some, dressing in of_same_harmonics(whole):
        batch = picked(system, some)
        for at, jumps in by_zones(jumps_of(batch, method, dressing), method):
            yield some[at], picked(batch, at), jumps


def of_alike(system: System, method: Method, report: Callable[[System, Solution], Fields]) -> Fields:
    """What is reported of the points that are `alike`, group by group, in their places."""
    return of_groups((at, report(batch, solution)) for at, batch, solution in alike(system, method))


def _of_modes(system: System, method: Method, report: Report, means: bool) -> Fields:
    """What is reported of tones that do not fold; where they are two and their modes or their state have too
    many harmonics, the mean over their beat, if there may be one."""
    try:
        out = of_alike(system, method, lambda batch, solution: report(batch, solution, None))
    except ConvergenceError as reason:
        if not means or len(system.numbers()["hamiltonian[0]"]) > 1:
            raise
        return beating_fields(system, method, report, reason)
    if not (means and follows_period(method)) or system.levels > MOST_LEVELS:
        return out
    unjudged = (out["status"] == STATUS["ok"]) & np.isnan(out["cross_term_shift"])
    for k in np.flatnonzero(unjudged | (out["status"] == STATUS["not_converged"])):
        with suppress(ConvergenceError):
            mean = beating_fields(picked(system, np.array([k])), method, report, ConvergenceError("none"))
            for name, value in mean.items():
                out[name] = np.array(out[name])
                out[name][k] = value[0]
    return out


def joined(parts: Iterable[tuple[npt.NDArray[np.intp], Fields]], points: int) -> Fields:
    """Fields of a batch from those of its parts."""
    out: Fields = {}
    for at, fields in parts:
        for name, value in fields.items():
            if name not in out:
                out[name] = np.zeros((points, *value.shape[1:]), dtype=value.dtype)
            out[name][at] = value
    return out


def of_groups(parts: Iterable[tuple[npt.NDArray[np.intp], Fields]]) -> Fields:
    """The same where the parts hold each point once; of a single one without copies."""
    groups = list(parts)
    return groups[0][1] if len(groups) == 1 else joined(groups, sum(len(at) for at, _ in groups))


def solution_fields(system: System, method: Method, solution: Solution) -> Fields:
    """What is reported of a solution."""
    batch = solution.currents.shape[:-1]
    shift = solution.cross_term_shift
    # what populations alone leave out is asked with how far apart their states lie
    currents = solution.currents if TREATMENTS[method.secular].populations_only else None
    secular = secular_measures(solution.plain, solution.plain_populations, system.baths, currents)
    spread = {} if solution.spread is None else {"partition_spread": solution.spread}
    return {
        **spread,
        **_of_coherences(system, method, solution, secular),
        **_of_steps(system, method, solution),
        **_asked_for(solution, method),
        **account_fields(system, method, solution),
        "energy": np.broadcast_to(solution.energies, (*batch, system.levels)),
        "population": solution.populations,
        "first_law_residual": first_law_residual(solution.currents),
        "secular_ratio": np.minimum(secular.ratio, turning_ratio(solution.plain, shift)),
        "edge_population": edge_population(solution, method),
        "cross_terms_kept": np.zeros(batch, np.int8)
        + (0 if solution.complete is None else solution.complete),
        "cross_term_shift": shift,
        "coherences_kept": solution.kept,
        "status": squeezed_status(solution, system.baths, point_status(solution, system.baths)),
    }


def _of_coherences(system: System, method: Method, solution: Solution, secular: Secular) -> Fields:
    """What a treatment that is asked for by name does to coherences: to first order for populations alone,
    beside the equation that keeps them for the positive ones."""
    treatment = TREATMENTS[method.secular]
    if treatment.populations_only:
        return {"coherence_shift": secular.shift}
    if not treatment.positive:
        return {}
    kept = by_tones(system, replace(method, secular=COHERENT), lambda _, whole, __: {
        "currents": whole.currents, "settled": whole.unique & whole.converged,
    })  # fmt: skip
    shift = currents_apart(solution, kept["currents"])
    return {"coherence_shift": np.where(kept["settled"], shift, np.nan)}


def _of_steps(system: System, method: Method, solution: Solution) -> Fields:
    """What a period in steps adds."""
    if system.steps is None:
        return {}
    batch = solution.currents.shape[:-1]
    out = {"harmonics_error": tail_of_currents(solution.plain, solution.currents)}
    if method.strokes:
        out |= stroke_fields(
            system.steps, solution.plain, method.operators, method.schedules, method.mixing, system.numbers(),
            batch,
        )  # fmt: skip
    return out


def _asked_for(solution: Solution, method: Method) -> Fields:
    """Expectation values and density matrices, where they are asked for."""
    if not method.observables and not method.states:
        return {}
    values, matrices = measured(solution)
    out: Fields = {"density_matrix": matrices} if method.states else {}
    if method.observables:
        out["expectation"] = _by_observable(values, method)
    return out


def _by_observable(values: npt.NDArray[np.float64], method: Method) -> npt.NDArray[Any]:
    """Values of the observables from those of their Hermitian parts, ``(..., observable)``."""
    columns = []
    for places in places_of_parts(method.observables):
        real, *imaginary = (values[..., place] for place in places)
        columns.append(real + 1j * imaginary[0] if imaginary else real)
    return np.stack(columns, axis=-1)


def branch_fields(system: System, method: Method) -> Fields:
    """What an initial state leads to: the stationary states of the parts that it reaches, by their shares.

    The levels of the parts stand one after the other; those that are not reached, at the end, have no energy
    and hold nothing.
    """
    shares = [branch.start.share for branch in method.branches]
    parts = [_branch(system, branch) for branch in method.branches]
    rest = system.levels - sum(branch.start.basis.shape[1] for branch in method.branches)
    beyond = np.zeros((len(parts[0]["status"]), rest))
    populations = [share * part["population"] for share, part in zip(shares, parts, strict=True)]
    status = np.stack([part["status"] for part in parts])
    out = {
        **_summed(method, shares, parts),
        "energy": np.concatenate([*(part["energy"] for part in parts), beyond * np.nan], axis=-1),
        "population": np.concatenate([*populations, beyond], axis=-1),
        "secular_ratio": np.min([part["secular_ratio"] for part in parts], axis=0),
        "cross_terms_kept": np.min([part["cross_terms_kept"] for part in parts], axis=0),
        "cross_term_shift": np.max([part["cross_term_shift"] for part in parts], axis=0),
        "coherences_kept": np.sum([part["coherences_kept"] for part in parts], axis=0),
        "status": np.take_along_axis(status, np.argmax(status > 0, axis=0)[None], axis=0)[0],
    }
    if "coherence_shift" in parts[0]:
        out["coherence_shift"] = np.max([part["coherence_shift"] for part in parts], axis=0)
    if method.stepped:
        out["harmonics_error"] = np.max([part["harmonics_error"] for part in parts], axis=0)
    if method.states:
        bases = [branch.start.basis for branch in method.branches]
        whole = [basis @ part["density_matrix"] @ basis.conj().T
                 for basis, part in zip(bases, parts, strict=True)]  # fmt: skip
        out["density_matrix"] = _shared(shares, whole)
    return out


def _summed(method: Method, shares: Sequence[float], parts: Sequence[Fields]) -> Fields:
    """What adds up over the parts: currents, particles, and what belongs to them."""
    names = [*SUMS]
    if method.observables:
        names.append("expectation")
    if PARTICLES[0] in method.accounts:
        names += PARTICLES
    out = {name: _shared(shares, [part[name] for part in parts]) for name in names}
    if ACCOUNTS[0] in method.accounts:
        out["preparation_cost"] = _shared(shares, [part["preparation_cost"] for part in parts])
        carried = _shared(shares, [part["energy_current"] / part["effective_temperature"] for part in parts])
        out["effective_temperature"] = out["energy_current"] / carried
    return out


def _shared(shares: Sequence[float], parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Mean of what the parts of a system have, by their shares."""
    return np.asarray(sum(share * part for share, part in zip(shares, parts, strict=True)))


def _branch(system: System, branch: Branch) -> Fields:
    """Fields of one part; where several states are stationary, of the one that the initial state leads to."""
    part = projected(system, branch.start.basis)
    out = {name: np.array(x) for name, x in point_fields(part, branch.method).items()}
    for point in np.flatnonzero(out["status"] == STATUS["stationary_state_not_unique"]):

        def pick(_: str, x: Any, at: int = int(point)) -> Any:
            return x[at : at + 1] if isinstance(x, np.ndarray) and x.ndim else x

        one = part.map_numbers(pick)
        limit = long_time_limit(one, branch.method, branch.start.state)
        if limit is not None:
            for name, value in solution_fields(one, branch.method, limit).items():
                out[name][point] = value[0]
    return out
