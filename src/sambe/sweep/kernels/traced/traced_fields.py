"""What is reported of a point, by operations that a compiler can take whole: bulk of a sweep on a card.

Of a point that asks for more (states to be moved to another zone, pairs within a few rates of one another,
terms between different quanta, no answer) nothing is decided here: it is marked, and `point_fields` solves it
with NumPy. What is left needs a handful of products of matrices, alike for all points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ....description.system import System
from ....numerics.arrays import Array, diagonal, namespace, repeated
from ....physics.accounts import account_fields
from ....physics.currents.laws import first_law_residual
from ....physics.dressing.dressing import Dressing
from ....physics.edges import edge_population
from ....physics.generators.jumps import Jumps
from ....physics.generators.level_shifts import with_shift
from ....physics.generators.near_states.coherences import as_many, relaxation_rates
from ....physics.generators.near_states.multiples import differences_of
from ....physics.generators.near_states.pair_effects import partners
from ....physics.generators.near_states.zones import wanted_elsewhere
from ....physics.generators.one_sided import both_signs
from ....physics.generators.redfield import make_redfield
from ....physics.method import Method
from ....physics.pipeline import solve_batch
from ....physics.states.iterations.conjugate_residuals import SINGULAR, with_trace
from ....physics.states.judgements.close_states import EMPTY, FAR, HINT, LEAST_EFFECT, TRUSTED_EFFECT
from ....physics.states.judgements.cross_terms import SLIGHT, SLIGHT_ALONE, slowness_in_frame
from ....physics.states.judgements.dropped_coherences import Changes
from ....physics.states.judgements.felt_quanta import felt_share
from ....physics.states.solution import Solution
from ....physics.states.stationary import Stationary
from ....physics.treatments import COHERENT, TREATMENTS
from ....physics.validity import POPULATED, currents_apart, diverging, reach

__all__ = ["traced_fields", "traced_solution"]

PRESENT = 1e-3  # elements of the couplings below this share of the point's largest join no states
NEAR = 0.99  # share of a bound on a ratio from which a point is left to NumPy
MARGIN = 2.0  # factor on what the terms between different quanta move, as their estimates differ


def traced_fields(system: System, method: Method) -> tuple[dict[str, Array], Array]:
    """Fields of a batch as `sambe.sweep.kernels.fields.point_fields` has them, and the points left to NumPy.

    Parameters
    ----------
    system : System
        Numbers are JAX arrays that broadcast to one batch ``(P,)``, traced or not.
    method : Method
        Not of an exact equation, without branches.
    """
    return traced_solution(system, method)[1:]


def traced_solution(system: System, method: Method) -> tuple[Solution, dict[str, Array], Array]:
    """The same, with the solution that it rests on."""
    method = replace(method, bare=True)
    solution = solve_batch(system, method)
    jumps, populations = solution.plain, solution.populations
    xp = namespace(jumps.energy)
    batch = solution.currents.shape[:-1]
    inverse = _inverse_rates(jumps)
    near, away = _in_other_zones(jumps, method, inverse)
    treatment = TREATMENTS[method.secular]
    close, ratio, within, crowded = _gap_ratio(solution, near, treatment.populations_only, inverse)
    moved, share = _other_quanta(solution, system, method, inverse)
    if not treatment.populations_only:
        moved = moved | away
    solved = solution.unique & solution.converged & ~diverging(jumps, system.baths)
    host = ~solved | close | moved | ~xp.all(xp.isfinite(solution.currents), axis=-1)
    zeros = xp.zeros(batch, dtype=xp.int64)
    shift, unknown = _of_coherences(solution, system, method, within, crowded)
    host = host | unknown
    if solution.complete is not None:  # currents on the side of the coupling: more than these goes with them
        host, solution = host | solution.complete, replace(solution, complete=None)
    fields = {
        **shift,
        "energy": xp.broadcast_to(jumps.dressing.energies, (*batch, system.levels)),
        "population": populations,
        **account_fields(system, method, solution),
        "first_law_residual": first_law_residual(solution.currents),
        "secular_ratio": ratio,
        "edge_population": edge_population(solution, method),
        "cross_terms_kept": xp.astype(zeros, xp.int8),
        "cross_term_shift": share,
        "coherences_kept": zeros + solution.kept,
        "status": xp.astype(zeros, xp.int8),
    }
    return solution, fields, host


def _of_coherences(
    solution: Solution, system: System, method: Method, within: Array, crowded: Array
) -> tuple[dict[str, Array], Array]:
    """What a treatment that is asked for by name does to coherences, and where that is not known here."""
    treatment, jumps = TREATMENTS[method.secular], solution.plain
    if treatment.populations_only:
        p, alike = solution.populations, as_many(jumps)
        first, xp = Changes.of(make_redfield(jumps), p), namespace(p)
        held = p[..., :, None] + p[..., None, :] >= NEAR * EMPTY
        share, slowed = first.move(alike), first.slowed_move(jumps, held if alike is None else held & alike)
        misled = xp.maximum(share, slowed) > NEAR * HINT
        return {"coherence_shift": xp.where(within, share, 0.0 * share)}, crowded & misled
    if not treatment.positive:
        return {}, solution.unique & False
    kept = solve_batch(system, replace(method, secular=COHERENT))
    shift = currents_apart(solution, kept.currents)
    return {"coherence_shift": shift}, ~(kept.unique & kept.converged)


def _inverse_rates(jumps: Jumps) -> Array:
    """Inverse of the rates between the populations, the trace in the first row, ``(P, N, N)``: once, as to
    compile the solution of a linear system takes as long as a dozen products."""
    a, _ = with_trace(make_redfield(jumps).matrix(0), jumps.dressing.levels)
    return namespace(a).linalg.inv(a)


def _in_other_zones(jumps: Jumps, method: Method, inverse: Array) -> tuple[Array, Array]:
    """Points whose states may be near in another zone for the ratio of gaps, and for the state itself."""
    xp = namespace(jumps.energy)
    if not any(jumps.dressing.quanta):
        none = xp.astype(0.0 * jumps.dressing.energies[..., 0], xp.bool)
        return none, none
    least = xp.asarray([NEAR * LEAST_EFFECT, method.tolerance])[:, None, None, None]
    unique = xp.max(xp.abs(inverse), axis=(-2, -1)) < SINGULAR
    away = wanted_elsewhere(jumps, lambda _: (inverse[..., 0], unique), least)
    return away[0, ...], away[1, ...]


def _gap_ratio(solution: Solution, elsewhere: Array, alone: bool, inverse: Array) -> tuple[Array, ...]:
    """`sambe.physics.validity.secular_ratio`, and where it has to be worked out with more care.

    A pair nearer than some rates counts if its coherence moves a current. Those that are near modulo omega
    alone are looked at in other zones, which is left to NumPy. Last, where a pair is so near that what
    populations ``alone`` leave out may move a current, and so near that the first order may mislead.
    """
    jumps, populations = solution.plain, solution.populations
    d, xp = jumps.dressing, namespace(jumps.energy)
    gap = d.energies[..., :, None] - d.energies[..., None, :]
    rate = xp.maximum(relaxation_rates(jumps), xp.full_like(gap, 1e-200))
    omega = xp.broadcast_to(xp.asarray(d.omega) * 1.0, gap.shape[:-2])[..., None, None]
    apart, alike = xp.asarray(~np.eye(d.levels, dtype=bool)), as_many(jumps)
    apart = apart if alike is None else apart & alike
    pairs = populations[..., :, None] + populations[..., None, :]
    least = _nearest(d, gap, omega, apart & (pairs >= POPULATED)) / rate
    least = xp.minimum(least, xp.matrix_transpose(least))
    near = xp.abs(gap) / rate
    harm = Changes.of(make_redfield(jumps), populations, inverse).effects()
    infinite = xp.full_like(gap, float("inf"))
    judged = xp.where(near < FAR, xp.where(harm > TRUSTED_EFFECT, near, infinite), least)
    paired = apart & (pairs >= NEAR * EMPTY)
    left = xp.any(paired & (near >= NEAR * FAR) & (NEAR * least < FAR), axis=(-2, -1))
    most = 2 * max(d.quanta)
    far = reach(jumps, populations, solution.currents, pairs) if alone else FAR
    nearest = near
    if most:
        turns = xp.clip(xp.round(gap / omega), -most, most)
        away = xp.abs(gap - turns * omega) / rate
        left = left | (xp.any(paired & (turns != 0) & (NEAR * away < far), axis=(-2, -1)) & elsewhere)
        nearest = xp.minimum(near, away)
    within = xp.any(paired & (nearest < far), axis=(-2, -1))
    crowded = xp.any(paired & (NEAR * nearest < FAR), axis=(-2, -1))
    return left, xp.min(xp.where(apart, judged, infinite), axis=(-2, -1)), within, crowded


def _nearest(d: Dressing, gap: Array, omega: Array, counted: Array) -> Array:
    """Distance of each pair from the nearest multiple of omega at which channels join it."""
    xp, joined = namespace(gap), _Paths.of(d)

    def nearer(k: Any, least: Array) -> Array:
        path, away = joined.by(k), gap - multiples[k] * omega
        either = path | xp.matrix_transpose(path)
        return xp.minimum(least, xp.where(either & counted, xp.abs(away), infinite))

    infinite, multiples = xp.full_like(gap, float("inf")), xp.asarray(joined.differences * 1.0)
    return repeated(xp, len(joined.differences), nearer, infinite)


@dataclass(frozen=True)
class _Paths:
    """Which states are joined by channels that differ by m quanta.

    See `sambe.physics.generators.near_states.coherences.coherence_paths`; counted here by products over all
    quanta.

    Attributes
    ----------
    present : array (..., K + 1, N, N)
        1 where an operator has an element with a harmonic of either sign, and an empty one.
    differences : int array (D,)
        Quanta, from zero on, by which two channels can differ.
    partners : int array (D, K + 1)
        See `sambe.physics.generators.near_states.zones.partners`.
    """

    present: Array
    differences: npt.NDArray[np.intp]
    partners: Array

    @classmethod
    def of(cls, d: Dressing) -> _Paths:
        """Of every coupling operator."""
        xp = namespace(d.couplings)
        size = xp.abs(d.couplings)
        largest = xp.max(size, axis=(-4, -3, -2, -1), keepdims=True)
        there = xp.astype(size > PRESENT * largest, xp.float32)
        driven = [k for k, q in enumerate(d.quanta) if q]
        each = [both_signs(there[..., c, :, :, :], driven, 1.0) for c in range(int(there.shape[-4]))]
        empty = 0.0 * each[0][..., :1, :, :]
        differences = differences_of(d.quanta)
        table = xp.asarray(partners(d, differences))
        return cls(xp.concat([*each, empty], axis=-3), differences, table)

    def by(self, k: Any) -> Array:
        """Pairs of states that channels which differ by ``differences[k]`` join to a third one."""
        xp = namespace(self.present)
        other = xp.take(self.present, self.partners[k, :], axis=-3)
        return xp.sum(xp.matmul(self.present, xp.matrix_transpose(other)), axis=-3) > 0.5


def _other_quanta(solution: Solution, system: System, method: Method, inverse: Array) -> tuple[Array, Array]:
    """Points at which terms between different quanta matter, and what they move elsewhere."""
    jumps, treatment = solution.plain, TREATMENTS[method.secular]
    never = solution.unique & False
    share = 0.0 * solution.currents[..., 0]
    if not any(jumps.dressing.quanta) or treatment.positive:
        return never, share if solution.judged is None else solution.judged
    points = ~(_slowness(solution, method) < 1.0)
    shifted = with_shift(jumps, system.baths, method) if treatment.shifted else jumps
    share = felt_share(shifted, _as_matrix(solution), None, points, inverse)
    return ~(MARGIN * share < TRUSTED_EFFECT), share


def _slowness(solution: Solution, method: Method) -> Array:
    """Relaxation over omega, in units of what is slight (see `cross_terms.dropped_shift`)."""
    leaving = diagonal(relaxation_rates(solution.plain))
    xp, omega = namespace(leaving), solution.plain.dressing.omega
    if not method.static:
        alone = TREATMENTS[method.secular].populations_only
        return xp.max(leaving, axis=-1) / (omega * (SLIGHT_ALONE if alone else SLIGHT))
    return slowness_in_frame(solution.plain, solution.populations, solution.currents)


def _as_matrix(solution: Solution) -> Stationary:
    """The state as a density matrix."""
    xp, state = namespace(solution.state), solution.state
    if state.ndim == solution.plain.dressing.energies.ndim:
        state = state[..., None] * xp.eye(state.shape[-1], dtype=state.dtype)
    return Stationary(state, solution.currents, solution.kept, solution.unique, solution.converged)
