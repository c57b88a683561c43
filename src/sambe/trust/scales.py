"""What errors are relative to: each current, or what the theory cannot tell beside the flows to and fro."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath, temperatures
from ..description.leads.lead import Lead
from ..description.system import System
from ..numerics.arrays import Fields
from ..physics.accounts import account_fields
from ..physics.currents.particles import PARTICLES
from ..physics.generators.jumps import Jumps
from ..physics.method import Method
from ..physics.states.solution import Solution

__all__ = ["ROUNDING", "one_way_flows", "own_scales", "particle_currents", "particle_scales", "scales_of"]

Floats = npt.NDArray[np.float64]
# Share of the largest one-way energy flow below which a current of a bath counts as zero in equilibrium, and
# what is rounding. The first is an upper bound: the theory's own error is the square of the Markov ratio.
SMALL_FLOW, ROUNDING = 1e-4, 1e-10
# Share of its one-way flow below which a bath's current is what two flows leave of each other. A choice.
CANCELS = 0.1


def scales_of(
    system: System, method: Method, solution: Solution, flows: Sequence[Floats], memory: Floats
) -> Fields:
    """What errors of the currents are relative to, and the flows and the bias from which that follows.

    Parameters
    ----------
    system : System
    method : Method
    solution : Solution
        The reference.
    flows : sequence of array (...)
        See `one_way_flows`.
    memory : array (...)
        Markov ratio.
    """
    flow: Floats = np.max(flows, axis=0)
    driving = _driving(system, flow.shape)
    particles = particle_currents(system, method, solution)
    carried = _carried(system, particles, flow.shape)
    pumped = np.abs(solution.currents[..., len(system.baths) :]).max(axis=-1)
    nothing = np.where((driving > 0) | (pumped > ROUNDING * flow), ROUNDING, _spurious(memory))
    if particles:
        p = np.asarray(solution.populations)
        through = np.stack(
            [_particles_one_way(solution.jumps, p, u) for u in range(len(system.baths))], axis=-1
        )
        scales = particle_scales(particles["particle_current"], through, memory)
        particles = {**particles, "particle_scales": scales}
    return {
        **particles,
        "scale": np.maximum(np.maximum(np.abs(solution.currents).max(axis=-1), carried), nothing * flow),
        "own_scales": own_scales(solution.currents, np.stack(flows, axis=-1), memory, nothing, carried),
        "one_way_flow": flow,
        "carnot_factor": driving,
    }


def own_scales(
    currents: Floats, flows: Floats, memory: Floats, nothing: Floats, carried: Floats | float = 0.0
) -> Floats:
    r"""What an error of a current is relative to, ``(..., U + 1)``: itself, or what the theory cannot tell.

    .. math:: \max(|J_u|, \epsilon J, |\textstyle\sum_v J_v|, \min(J, \Phi_u/10)),\qquad
              \max(|P|, \epsilon J, |\textstyle\sum_v J_v|, 10^{-10}\,\Phi)

    for baths and the pump, with the largest current J. A Markovian equation is good to the Markov ratio
    :math:`\epsilon`, so that it says nothing of currents that are smaller than the largest by more than that,
    nor of what the first law misses. The current of a bath is the difference of what it gives and takes, the
    one-way flow :math:`\Phi_u`: where these cancel, as it changes its sign, they are judged. The power of a
    pump is counted by quanta, and vanishes with the drive.

    Parameters
    ----------
    currents : array (..., U + T)
        Of the reference, positive into the system, the pumps last.
    flows : array (..., U)
        One-way energy flow of each bath.
    memory : array (...)
        Markov ratio.
    nothing : array (...)
        Share of the strongest flow that is none: rounding, or where no difference of temperatures and no
        drive makes a current, what the theory lets flow in equilibrium.
    carried : array (...)
        Thermal energy that particles carry, which counts as a current: their own energy has no zero.
    """
    size = np.abs(currents)
    largest = np.maximum(size.max(axis=-1), carried)[..., None]
    missed = np.abs(currents.sum(axis=-1, keepdims=True))
    with np.errstate(over="ignore", invalid="ignore"):
        unsaid = np.fmax(memory[..., None] * largest, missed)
        strongest = flows.max(axis=-1, keepdims=True)
        heat = np.maximum(np.minimum(CANCELS * flows, largest), nothing[..., None] * strongest)
        pumps = np.repeat(ROUNDING * strongest, currents.shape[-1] - flows.shape[-1], axis=-1)
        least = np.concatenate([heat, pumps], axis=-1)
        out: Floats = np.maximum(np.maximum(size, unsaid), least)
    return out


def particle_scales(currents: Floats, flows: Floats, memory: Floats) -> Floats:
    r"""What an error of a particle current is relative to, ``(..., U + T)``, as `own_scales` of energies,

    .. math:: \max(|I_u|, \epsilon I, \min(I, \Phi_u/10), 10^{-4}\,\Phi),

    with the largest current I; where a bath or the pump brings none, that of the largest. In equilibrium the
    last is all, what a Redfield equation may let flow.

    Parameters
    ----------
    currents : array (..., U + T)
        Of the reference, into the system.
    flows : array (..., U)
        One-way flow of particles of each bath; 0 of one that brings none.
    memory : array (...)
        Markov ratio.
    """
    size, strongest = np.abs(currents), flows.max(axis=-1, keepdims=True)
    largest = size.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        cancelling = np.minimum(CANCELS * flows, largest)
        pumps = np.repeat(largest, currents.shape[-1] - flows.shape[-1], axis=-1)
        every = np.concatenate([np.where(flows > 0, cancelling, largest), pumps], axis=-1)
        out: Floats = np.maximum(np.maximum(size, memory[..., None] * largest), every)
    return np.asarray(np.maximum(out, SMALL_FLOW * strongest + np.finfo(float).tiny))


def particle_currents(system: System, method: Method, solution: Solution) -> Fields:
    """The particle currents of each bath and, none, the pumps, ``(..., U + T)``, where there are leads."""
    if PARTICLES[0] not in method.accounts or any(bath.squeezing_centre is not None for bath in system.baths):
        return {}
    return {"particle_current": account_fields(system, method, solution)["particle_current"]}


def one_way_flows(jumps: Jumps, p: Floats, baths: Sequence[Bath]) -> list[Floats]:
    """Energy per unit time that each bath gives or takes, ``(...)``, the larger of the two; of a lead the
    energies about the level too, to which its width lets particles spread."""
    flows: list[Floats] = []
    for u, bath in enumerate(baths):
        spread: Any = 0.0 if bath.particles is None else np.asarray(bath.temperature)
        wide = spread[..., None, None, None] if np.ndim(spread) else spread
        there = jumps.weights[u] * (np.abs(jumps.energy) + wide)
        flow = np.sum(there * jumps.forward[u] * p[..., None, None, :], axis=(-3, -2, -1))
        back = jumps.reverses() * there * jumps.backward[u] * p[..., None, :, None]
        flows.append(0.5 * (flow + np.sum(back, axis=(-3, -2, -1))))
    return flows


def _driving(system: System, batch: tuple[int, ...]) -> Floats:
    """Share of the energy of flows that a difference of reservoirs can turn into a current: Carnot's factor,
    all of it where a reservoir is not thermal, some where a bias is."""
    every = temperatures(system.baths, batch)
    coldest, hottest = (fold.reduce(every, axis=-1) for fold in (np.fmin, np.fmax))
    carnot = 1.0 - np.where(hottest > 0, coldest, 1.0) / np.where(hottest > 0, hottest, 1.0)
    driving: Floats = np.maximum(
        np.where(np.isnan(every).any(axis=-1), 1.0, carnot), _bias(system.baths, coldest)
    )
    return driving


def _bias(baths: Sequence[Bath], coldest: Floats) -> Floats:
    """Share of their energies with which chemical potentials drive particles, ``(...)``: 0 for one alone."""
    each = [np.asarray(bath.chemical_potential) for bath in baths if isinstance(bath, Lead)]
    if not each:
        return np.zeros(coldest.shape)
    wide = np.broadcast_arrays(*each)
    spread = np.max(wide, axis=0) - np.min(wide, axis=0)
    return np.asarray(spread / np.where(spread > 0, spread + coldest, 1.0))


def _carried(system: System, brought: Fields, batch: tuple[int, ...]) -> Floats:
    """Thermal energy of the particle currents, T I of the lead where it is most, ``(...)``."""
    out = np.zeros(batch)
    for u, bath in enumerate(system.baths if brought else ()):
        if bath.particles is not None:
            out = np.fmax(out, np.asarray(bath.temperature) * np.abs(brought["particle_current"][..., u]))
    return out


def _particles_one_way(jumps: Jumps, p: Floats, bath: int) -> Floats:
    """Particles per time that a bath gives and takes, half of both, ``(...)``; zero of one without any."""
    change = jumps.beyond[bath].change
    if change is None:
        return np.zeros(p.shape[:-1])
    there = jumps.weights[bath] * np.abs(np.asarray(change))
    flow = np.sum(there * jumps.forward[bath] * p[..., None, None, :], axis=(-3, -2, -1))
    back = jumps.reverses() * there * jumps.backward[bath] * p[..., None, :, None]
    return np.asarray(0.5 * (flow + np.sum(back, axis=(-3, -2, -1))))


def _spurious(memory: Floats) -> Floats:
    """Heat that a Redfield equation lets flow even in equilibrium, of the one-way flow: of second order."""
    with np.errstate(over="ignore", invalid="ignore"):
        out: Floats = np.clip(memory**2, ROUNDING, SMALL_FLOW)
    return out
