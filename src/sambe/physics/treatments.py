"""What becomes of the coherences: the treatments, each a record with the route that solves it.

A new treatment is one entry of `TREATMENTS`, with a route from jumps to a solution; nothing else in the
package compares their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..description.system import System
from ..numerics.arrays import Array, is_numpy, namespace, values_of
from .currents.channels import channel_rates, universal_rates
from .currents.terminals import secular_currents
from .dressing.dressing import ordered, shift_zone
from .equations import quanta_meet
from .generators.counting.counting_field import (
    Counted,
    counted_coherences,
    counted_populations,
    counted_universal,
)
from .generators.jumps import Jumps, baths_at, jumps_at, make_jumps, true_rates
from .generators.lamb_shift import NO_SHIFT
from .generators.level_shifts import with_shift
from .generators.near_states.coherences import relaxation_rates
from .generators.near_states.multiples import zone_groups
from .generators.near_states.zones import zone_shift
from .generators.positive import (
    cluster_jumps,
    make_clustered,
    make_universal,
    shifted_dressing,
    universal,
    within_clusters,
)
from .generators.redfield import Redfield, make_redfield
from .method import Method
from .states.cross_terms import Judged, judged_state
from .states.iterations.conjugate_residuals import Scratch
from .states.judgements.felt_quanta import may_count
from .states.judgements.standing_currents import in_fast_period, standing_state
from .states.periods.complete_state import solve_complete
from .states.solution import Solution
from .states.stationary import (
    BANDS,
    DENSE_LEVELS,
    Stationary,
    chunk_size,
    redfield_state,
    settled_state,
    stationary_populations,
)
from .states.tones.balance import balanced_batch
from .states.tones.judgement import judged_tones

__all__ = ["COHERENT", "COMPLETE", "DEFAULT", "EXACT", "POPULATIONS", "TREATMENTS", "Treatment",
           "by_channels", "channel_counter", "follows_period", "mixes_quanta", "solve_judged",
           "treatment_names"]  # fmt: skip

Counter = Callable[[Jumps, Array], Counted]
Route = Callable[[Jumps, System, Method], Solution]
ChannelCounter = Callable[[Jumps, Array], tuple[Array, Array]]

# factor on the width of clusters and on what a coherence does in a zone: well within what both are good to
MARGIN = 1.2
# Names of the treatments that others speak of: by default, the same without the terms between different
# quanta, populations alone, every coherence, and what stands beside an exact answer.
DEFAULT, COHERENT, POPULATIONS, COMPLETE, EXACT = "auto", "partial", "full", "none", "exact"
CONVERGED = 1e-11  # relative change of the currents at which `none` stops: rounding, and no more
# Work arrays of a point at the peak, in complex (N, N) matrices, measured with tracemalloc: of the generator,
# of the iteration above DENSE_LEVELS, and for each operator and harmonic and each bath.
POPULATION_MATRICES = 10, 0, 5, 2
COHERENCE_MATRICES = 40, 24, 20, 12


@dataclass(frozen=True)
class Treatment:
    """What becomes of the coherences.

    Attributes
    ----------
    name : str
        Value of ``secular``.
    meaning : str
        A clause for help texts.
    solve : callable, optional
        From the jumps of a batch, in the zone that the equation gives, to its solution; None where the
        equation answers by itself.
    channels : callable, optional
        Jumps per unit time by channel; None where a current cannot be told by channels.
    counted : callable
        From the jumps of a solution, and what is inside its clusters, to the generator with counting fields.
    generator : callable
        From the same to the operator of populations and coherences.
    shifted : bool
        Whether a Lamb shift enters.
    populations_only : bool
        Whether all coherences are dropped, so that levels have to lie apart.
    positive : bool
        Whether the state is positive by construction, at the price of approximate rates.
    iterated : bool
        Whether coherences follow by iteration, in chunks of points of their own.
    matrices : tuple of int
        Work memory: see `POPULATION_MATRICES`.
    variables : tuple of str
        What it reports beside the others.
    citations : tuple of str
        Keys of `sambe.cite`, or BibTeX entries.
    dashes : object
        Line style in figures where treatments are compared.
    """

    name: str
    meaning: str
    solve: Route | None
    channels: ChannelCounter | None = channel_rates
    counted: Counter = counted_coherences
    generator: Callable[[Jumps, Array], Redfield] = within_clusters
    shifted: bool = True
    populations_only: bool = False
    positive: bool = False
    iterated: bool = False
    matrices: tuple[int, int, int, int] = COHERENCE_MATRICES
    variables: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    dashes: Any = ":"


def solve_populations(jumps: Jumps, _system: System, _method: Method) -> Solution:
    """Populations alone, by the Pauli rate equation."""
    xp = namespace(jumps.energy)
    populations, unique = stationary_populations(true_rates(jumps))
    kept = xp.zeros(unique.shape, dtype=xp.int64)
    return Solution(jumps, populations, secular_currents(jumps, populations), kept, unique, unique)


def solve_coherent(jumps: Jumps, system: System, method: Method) -> Solution:
    """Populations with the coherences that the currents feel, to the tolerance of the method."""
    return _solve_in_zones(jumps, system, method, method.tolerance)


def solve_every(jumps: Jumps, system: System, method: Method) -> Solution:
    """Every coherence; where quasienergies are folded, with the terms between different quanta."""
    if not quanta_meet(method):
        return _solve_in_zones(jumps, system, method, CONVERGED, judged=not any(jumps.dressing.quanta))
    # left to NumPy: populations alone stand in its place, marked as not converged
    if not is_numpy(namespace(jumps.energy)):
        solution = solve_populations(jumps, system, method)
        return replace(solution, converged=solution.converged & False)
    jumps = with_shift(jumps, system.baths, method)
    every = np.ones(jumps.energy.shape[:-3], dtype=bool)
    whole = balanced_batch(jumps) if jumps.dressing.several_tones else solve_complete(jumps)
    return replace(_solution(jumps, whole), complete=every, judged=0.0 * every)


def _judged(jumps: Jumps, part: Stationary, tolerance: float, static: bool) -> Judged:
    return (judged_tones if jumps.dressing.several_tones else judged_state)(jumps, part, tolerance, static)


def solve_judged(jumps: Jumps, system: System, method: Method) -> Solution:
    """As `solve_coherent`, and the complete equation at the points where it moves a current.

    With squeezed baths those points are told by what the terms between different quanta would move: in the
    complete equation the heat of such a bath cannot be told from the work of its squeezer.
    """
    if any(bath.squeezing_centre is not None for bath in system.baths):
        return solve_coherent(jumps, system, method)
    return _solve_in_zones(jumps, system, method, method.tolerance, judged=True)


def _solve_in_zones(
    jumps: Jumps, system: System, method: Method, tolerance: float, judged: bool = False
) -> Solution:
    shift = _needed_shift(jumps, method)
    if isinstance(shift, np.ndarray):
        return _solve_moved(jumps, shift, system, method, tolerance, judged)
    jumps = with_shift(jumps, system.baths, method)
    part = settled_state(jumps, lambda j: make_redfield(j, shift), tolerance)
    if not any(jumps.dressing.quanta) and not jumps.dressing.several_tones:
        part = standing_state(jumps, part, judged)
        jumps = jumps if system.drive else in_fast_period(jumps, part)
    elif judged and is_numpy(namespace(jumps.energy)):
        part = _judged(jumps_at(jumps, np.arange(part.unique.size)), part, tolerance, method.static)
    elif judged:  # where those terms may matter, NumPy decides and solves
        felt = may_count(jumps, part, shift, tolerance, method.static)
        part = replace(part, converged=part.converged & ~felt)
    return _solution(jumps, part)


def _solution(jumps: Jumps, result: Stationary, kept: Array = None) -> Solution:
    kept = result.kept if kept is None else kept
    complete, shift = (result.complete, result.shift) if isinstance(result, Judged) else (None, None)
    return Solution(jumps, result.state, result.currents, kept, result.unique, result.converged,
                    complete=complete, judged=shift)  # fmt: skip


def _needed_shift(jumps: Jumps, method: Method) -> Array:
    """Zones of the states, or None where all stay and the batch is small enough to be solved at once.

    Those of NumPy's arrays are for `_moved`, others for the generators, which hold them point by point.
    """
    if method.bare or not any(jumps.dressing.quanta):
        return None
    shift = zone_shift(jumps, stationary_populations, method.tolerance, framed=method.static)
    if not isinstance(shift, np.ndarray):
        return shift
    states = shift.shape[-1]
    return shift if shift.any() or shift.size > states * chunk_size(states) else None


def _solve_moved(
    jumps: Jumps,
    shift: npt.NDArray[np.intp],
    system: System,
    method: Method,
    tolerance: float,
    judged: bool = False,
) -> Solution:
    """Points in their zones: those whose shifts need the same quanta together, as each quantum costs."""
    batch, n = shift.shape[:-1], shift.shape[-1]
    flat, scratch, size = shift.reshape(-1, n), Scratch(), chunk_size(n)
    whole: list[Stationary] = []

    def solve(points: npt.NDArray[np.intp], bands: Sequence[int]) -> npt.NDArray[np.intp]:
        """Put what points settle to in its place; those that do not are left."""
        baths = baths_at(system.baths, batch, points)
        some = _moved(jumps_at(jumps, points), flat[points], baths, method)
        part = settled_state(some, make_redfield, tolerance, scratch, bands)
        if judged:
            part = _judged(some, part, tolerance, method.static)
        if not whole:
            whole.append(_like(part, lambda x: np.zeros((len(flat), *x.shape[1:]), x.dtype)))
        for x, piece in zip(values_of(whole[0]), values_of(part), strict=True):
            x[points] = piece
        return np.asarray(points[~part.converged])

    left = zone_groups(flat)
    # points that do not settle on the first band wait until all groups were tried: a few at a time are
    # slow
    for bands in [[band] for band in BANDS] if n > DENSE_LEVELS else [BANDS]:
        late = [
            np.concatenate([solve(group[k : k + size], bands) for k in range(0, len(group), size)])
            for group in left
        ]
        left = [group for group in late if group.size]
    result = _like(whole[0], lambda x: x.reshape((*batch, *x.shape[1:])))
    return replace(
        _solution(jumps, result), shift=shift, move=lambda: _moved(jumps, shift, system.baths, method)
    )


def _like(part: Stationary, change: Callable[[Array], Array]) -> Stationary:
    """The same record with each of its arrays changed."""
    return type(part)(*map(change, values_of(part)))


def _moved(jumps: Jumps, by: npt.NDArray[np.intp], baths: Sequence[Bath], method: Method) -> Jumps:
    """Jumps between states in other zones, with the Lamb shift."""
    if by.any():
        jumps = make_jumps(ordered(shift_zone(jumps.dressing, by)), baths, method.wiring)
    return with_shift(jumps, baths, method)


def solve_universal(jumps: Jumps, system: System, method: Method) -> Solution:
    """The universal Lindblad equation."""
    jumps, shift = _dressed_by_baths(jumps, _needed_shift(jumps, method), system, method)
    solution = _solution(jumps, settled_state(jumps, lambda j: make_universal(j, shift), method.tolerance))
    return _in_one_zone(solution, shift, method)


def solve_clustered(jumps: Jumps, system: System, method: Method) -> Solution:
    """Clusters of close levels share one jump energy."""
    plain, zones = jumps, _needed_shift(jumps, method)
    jumps, shift = _dressed_by_baths(jumps, zones, system, method)
    xp = namespace(jumps.energy)
    jumps, inside = cluster_jumps(jumps, system.baths, relaxation_rates(jumps), shift)
    part = settled_state(jumps, lambda j: make_clustered(j, inside, shift), method.tolerance)
    solution = _solution(jumps, part, xp.astype(xp.sum(xp.triu(inside, k=1), axis=(-2, -1)), xp.int64))
    if not is_numpy(xp):
        return _in_one_zone(solution, shift, method)
    zones = np.zeros(inside.shape[:-1], dtype=np.intp) if zones is None else zones
    solution = replace(solution, inside=inside)
    return replace(solution, spread=_spread(solution, plain, zones, system, method))


def _spread(
    solution: Solution, plain: Jumps, zones: npt.NDArray[np.intp], system: System, method: Method
) -> npt.NDArray[np.float64]:
    """How far clusters that are wider or narrower, or zones by multiples of omega that do nearly as much,
    move a current, of the largest, ``(...)``."""
    batch, n = zones.shape[:-1], zones.shape[-1]
    out = np.zeros(int(np.prod(batch)))
    currents = solution.currents.reshape(len(out), -1)
    largest = np.maximum(np.abs(currents).max(axis=-1), np.finfo(float).tiny)
    for margin in (MARGIN, 1.0 / MARGIN):
        by = zones
        if any(plain.dressing.quanta):
            by = zone_shift(plain, stationary_populations, method.tolerance, margin, method.static)
        jumps, _ = _dressed_by_baths(plain, by, system, method)
        jumps, inside = cluster_jumps(jumps, system.baths, relaxation_rates(jumps), None, margin)
        differs = (inside != solution.inside).any(axis=(-2, -1))
        differs |= (by - by[..., :1] != zones - zones[..., :1]).any(axis=-1)
        points = np.flatnonzero(differs)
        if points.size:
            other = make_clustered(jumps_at(jumps, points), inside.reshape(-1, n, n)[points])
            off = redfield_state(other, method.tolerance).currents - currents[points]
            out[points] = np.maximum(out[points], np.abs(off).max(axis=-1) / largest[points])
    return out.reshape(batch)


def _dressed_by_baths(jumps: Jumps, shift: Array, system: System, method: Method) -> tuple[Jumps, Array]:
    """Jumps in their zones, between levels that the Lamb shift has moved, and what is left to be shifted by
    the generator."""
    if isinstance(shift, np.ndarray):
        jumps, shift = _moved(jumps, shift, system.baths, method), None
    else:
        jumps = with_shift(jumps, system.baths, method)
    if jumps.shift_forward is not None:
        jumps = make_jumps(shifted_dressing(jumps), system.baths, method.wiring)
    return jumps, shift


def _in_one_zone(solution: Solution, shift: Array, method: Method) -> Solution:
    """Outside NumPy the levels of a zone are shifted among themselves: no answer where states of two join."""
    if shift is None or method.lamb_shift == NO_SHIFT:
        return solution
    alone = namespace(shift).all(shift == shift[..., :1], axis=-1)
    return replace(solution, unique=solution.unique & alone)


def channel_counter(method: Method) -> ChannelCounter | None:
    """Jumps per unit time by channel; None where terms between different quanta belong to no channel."""
    return None if mixes_quanta(method) else TREATMENTS[method.secular].channels


def mixes_quanta(method: Method) -> bool:
    """Whether the terms between different quanta are kept at every point."""
    return TREATMENTS[method.secular].solve is solve_every and quanta_meet(method)


def follows_period(method: Method) -> bool:
    """Whether the state may change within a period, by terms between different quanta."""
    return TREATMENTS[method.secular].solve in (solve_judged, solve_every)


def by_channels(method: Method) -> Method:
    """The same without what belongs to no channel, so that every current is told by channels."""
    if TREATMENTS[method.secular].solve is not solve_judged:
        return method
    return replace(method, secular=COHERENT)


def treatment_names() -> tuple[str, ...]:
    """Those that a user can ask for, the default first."""
    return tuple(name for name, treatment in TREATMENTS.items() if treatment.solve is not None)


TREATMENTS: dict[str, Treatment] = {
    treatment.name: treatment
    for treatment in (
        Treatment(
            DEFAULT, "partial, with terms between different quanta where they move a current",
            solve_judged, iterated=True, citations=("Redfield1957", "Farina2019"), dashes="-",
        ),
        Treatment(
            COHERENT, "populations with the coherences that matter", solve_coherent, iterated=True,
            citations=("Redfield1957", "Farina2019"), dashes="-",
        ),
        Treatment(
            POPULATIONS, "populations alone", solve_populations, counted=counted_populations, shifted=False,
            populations_only=True, matrices=POPULATION_MATRICES, citations=("Davies1974",),
            variables=("coherence_shift",), dashes=(0, (4, 1.5)),
        ),
        Treatment(COMPLETE, "every coherence", solve_every, iterated=True, citations=("Redfield1957",)),
        Treatment(
            "ule", "the universal Lindblad equation", solve_universal, channels=universal_rates,
            counted=counted_universal, generator=universal, positive=True, citations=("Nathan2020",),
            variables=("coherence_shift",),
        ),
        Treatment(
            "clustered", "close levels share one jump energy", solve_clustered, positive=True,
            variables=("partition_spread", "coherence_shift"), citations=("Potts2021",),
        ),
        Treatment(EXACT, "no master equation", None, channels=None),
    )
}  # fmt: skip
