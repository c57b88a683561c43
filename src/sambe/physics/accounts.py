"""The accounts of a solution: its currents by terminals, and what they carry in entropy and cost.

`sambe.physics.currents.entropy` has the formulas; here is known which treatment can tell what.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..description.system import System
from ..numerics.arrays import Array, namespace
from .currents.complete_counts import complete_counts
from .currents.entropy import by_terminals, carried_by_jumps, entropy_flows, entropy_variables
from .currents.particles import (
    PARTICLES,
    complete_particles,
    heat_currents,
    particle_currents,
    particle_variables,
)
from .currents.squeezed_heat import squeezed_heat
from .generators.jumps import ROUNDING, Jumps, jumps_at, standing_phase
from .generators.near_states.coherences import relaxation_rates
from .method import Method
from .states.solution import Solution
from .statuses import STATUS
from .treatments import channel_counter

__all__ = ["account_fields", "carried_entropy", "flows_of", "squeezed_status"]

NEAR = 10.0  # relaxation rates from a transition within which a centre of squeezing sits on it
# Share of the largest squared element from which two transitions count as a pair that squeezing joins: what
# they move goes with the product of the elements. A choice: a thousandth of the largest element.
FAINT = 1e-6


def account_fields(system: System, method: Method, solution: Solution) -> dict[str, Array]:
    """Currents by terminals, entropy production, and where reservoirs are not thermal their accounts."""
    particles, warm = _particles(system, method, solution)
    flows, heats, naive = _flows(system, method, solution, warm)
    currents, baths = solution.currents, system.baths
    split = by_terminals(currents, heats, baths)
    return {
        "energy_current": split,
        **entropy_variables(currents, flows, baths, method.accounts, method.ambient, naive),
        **({} if particles is None else particle_variables(split, currents, warm, particles, baths)),
    }


def _particles(system: System, method: Method, solution: Solution) -> tuple[Array, Array]:
    """Particles through each bath, None without leads, and the currents of heat, ``(..., U + 1)`` each."""
    currents = solution.currents
    if PARTICLES[0] not in method.accounts:
        return None, currents
    count, jumps, state = channel_counter(method), solution.jumps, solution.state
    alone = state.ndim == jumps.dressing.energies.ndim
    rates = None if count is None or alone else count(jumps, state)
    particles = particle_currents(jumps, state, rates)
    if solution.complete is not None:
        batch = currents.shape[:-1]
        complete = np.flatnonzero(np.broadcast_to(solution.complete, batch))
        if complete.size:
            flat = np.array(particles).reshape(-1, particles.shape[-1])
            flat[complete] = complete_particles(jumps_at(jumps, complete))
            particles = flat.reshape(particles.shape)
    more = currents.shape[-1] - particles.shape[-1]
    if more:  # pumps of tones that have folded, which bring none
        particles = np.concatenate([particles, np.zeros((*particles.shape[:-1], more))], axis=-1)
    return particles, heat_currents(currents, particles, system.baths)


def carried_entropy(system: System, method: Method, solution: Solution) -> list[Array]:
    """Entropy that enters the system with the energy of each bath, ``(...)`` each; NaN where terms between
    different quanta mix the heat of a squeezed bath with the work of its squeezer."""
    return flows_of(system, method, solution)[0]


def flows_of(
    system: System, method: Method, solution: Solution
) -> tuple[list[Array], dict[int, Array], list[Array]]:
    """Entropy that enters with the heat of each bath, the heat of squeezed ones by their number, and that
    entropy as if squeezing cost nothing, ``(...)`` each."""
    return _flows(system, method, solution, _particles(system, method, solution)[1])


def _flows(
    system: System, method: Method, solution: Solution, currents: Array
) -> tuple[list[Array], dict[int, Array], list[Array]]:
    """Entropy by bath, the heat of squeezed ones, and entropy by bath as if squeezing cost nothing, from
    currents of heat."""
    baths = system.baths
    by_jumps = [bath.temperature is None and not bath.is_work for bath in baths]
    if not any(by_jumps):
        flows = entropy_flows(currents, baths, None, None)
        return flows, {}, flows
    count, xp = channel_counter(method), namespace(currents)
    jumps = solution.jumps
    rates = None if count is None else count(jumps, solution.state)
    naive = entropy_flows(currents, baths, jumps, rates)
    unknown = 0.0 * currents[..., 0]
    if solution.complete is not None:
        unknown = unknown + xp.where(xp.asarray(solution.complete), float("nan"), 0.0)
        known = [
            by_jump and bath.squeezing_centre is None for by_jump, bath in zip(by_jumps, baths, strict=True)
        ]
        naive = _with_every_quantum(jumps, solution.complete, naive, known)
        naive = [
            flow + unknown if by_jump and not told else flow
            for flow, by_jump, told in zip(naive, by_jumps, known, strict=True)
        ]
    heats = {}
    for u, bath in enumerate(baths):
        if bath.squeezing_centre is not None:
            here = None if rates is None else (rates[0][..., u, :, :, :], rates[1][..., u, :, :, :])
            heats[u] = unknown + (float("nan") if here is None else squeezed_heat(
                jumps, u, bath, solution.state, here))  # fmt: skip
    return entropy_flows(currents, baths, jumps, rates, heats, naive), heats, naive


def _with_every_quantum(
    jumps: Jumps, complete: Array, flows: Sequence[Array], which: Sequence[bool]
) -> list[Array]:
    """Entropy of some baths with that of the complete equation where it was solved; without bound where it is
    so without the terms between different quanta."""
    out = list(flows)
    points = np.flatnonzero(np.broadcast_to(complete, np.shape(flows[0])))
    if not points.size or not any(which):
        return out
    some = jumps_at(jumps, points)
    counted = [carried_by_jumps(some, u) if told else None for u, told in enumerate(which)]
    entropy = complete_counts(some, counted)
    for u in np.flatnonzero(which):
        flat = np.array(out[u]).reshape(-1)
        flat[points] = np.where(np.isinf(flat[points]), flat[points], entropy[:, u])
        out[u] = flat.reshape(np.shape(out[u]))
    return out


def squeezed_status(
    solution: Solution, baths: Sequence[Bath], status: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Status of points with an answer at which less is known of a squeezed bath, ``(...)``."""
    squeezed = [(u, bath) for u, bath in enumerate(baths) if bath.squeezing_centre is not None]
    if not squeezed:
        return status
    out = np.where(_phase_is_dropped(solution, squeezed) & (status == 0), STATUS["phase_dropped"], status)
    if solution.complete is None:
        return np.asarray(out)
    return np.where(np.asarray(solution.complete) & (status == 0), STATUS["split_undefined"], out)


def _phase_is_dropped(solution: Solution, squeezed: Sequence[tuple[int, Bath]]) -> Any:
    """Where the correlation <bb> turns against the drive, but stands still against a transition, or against
    two whose energies add up to twice its centre."""
    jumps = solution.plain
    rate = relaxation_rates(jumps)[..., None, :, :]
    out: Any = np.zeros(rate.shape[:-3], dtype=bool)
    for u, bath in squeezed:
        centre = np.asarray(bath.squeezing_centre)
        turning = ~np.asarray(standing_phase(centre, np.asarray(jumps.dressing.omega)))
        weight = np.asarray(jumps.weights[u])
        share = weight / np.maximum(weight.max(axis=(-3, -2, -1), keepdims=True), np.finfo(float).tiny)
        wide = centre[..., None, None, None] if centre.ndim else centre
        energy = np.abs(jumps.energy)
        near = (np.abs(energy - wide) < NEAR * rate) & (share > ROUNDING)
        pairs = _in_pairs(np.where(share > FAINT, energy, np.nan), wide, rate + 0.0 * energy)
        out = out | (turning & (near.any(axis=(-3, -2, -1)) | pairs))
    return out


def _in_pairs(energy: Array, centre: Array, rate: Array) -> Array:
    """Whether two energies add up to twice the centre within `NEAR` of the sum of their rates, ``(...)``.

    Among energies and their mirrors in order, some neighbours of different kinds are as close as any two.
    """
    flat = (*energy.shape[:-3], -1)
    both = np.concatenate([energy.reshape(flat), (2.0 * centre - energy).reshape(flat)], axis=-1)
    rates = np.tile(rate.reshape(flat), 2)
    order = np.argsort(both, axis=-1)
    apart = np.diff(np.take_along_axis(both, order, axis=-1), axis=-1)
    rates = np.take_along_axis(rates, order, axis=-1)
    mirrored = order >= both.shape[-1] // 2
    near = apart < NEAR * (rates[..., 1:] + rates[..., :-1])  # never of what is not a number
    return (near & (mirrored[..., 1:] != mirrored[..., :-1])).any(axis=-1)
