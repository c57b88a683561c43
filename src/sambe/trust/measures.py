r"""What is measured of a batch of points before an answer is judged.

*Memory.* With the one-sided transform :math:`\Gamma_u(W) = \tfrac12 a_u(W) + i s_u(W)` of a bath's
correlation function,

.. math:: \int_0^\infty t\,C_u(t)\,e^{-iWt}\,dt = i\,\partial_W \Gamma_u(W),

so that the first correction to a Markovian equation, what the state changes while the bath remembers, is of
the order

.. math:: \epsilon = \sum_j p_j \sum_{u,q,i} 2|\partial_W\Gamma_u(W)|\,|S^{(q)}_{u,ij}|^2 .

This *Markov ratio* is the mean relaxation rate :math:`\gamma = \sum_j p_j\sum_i R_{ij}` over the *bath
correlation rate* :math:`\nu = \gamma/\epsilon`, which is g for a memory :math:`e^{-gt}`: the scale on which
the baths' rates and shifts vary at the energies of the jumps, a cutoff, a width or a temperature, whichever
is felt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath, temperatures
from ..description.leads.lead import Lead
from ..description.system import System
from ..numerics.arrays import Fields
from ..physics.accounts import account_fields, carried_entropy
from ..physics.currents.particles import PARTICLES
from ..physics.generators.jumps import Jumps
from ..physics.generators.near_states.coherences import relaxation_rates
from ..physics.method import Method
from ..physics.states.solution import Solution
from ..physics.steps.fields import tail_of_currents
from ..physics.tones.splitting import Folded
from ..physics.validity import point_status, secular_ratio
from ..sweep.kernels.fields import by_tones
from .bath_memory import bath_slope, memory_correction
from .bypass import dephasing_flow, exchange_flow

__all__ = ["answer_fields", "current_fields", "own_scales", "particle_scales", "reference_fields"]

Floats = npt.NDArray[np.float64]
# Share of the largest one-way energy flow below which a current of a bath counts as zero in equilibrium, and
# what is rounding. The first is an upper bound: the theory's own error is the square of the Markov ratio.
SMALL_FLOW, ROUNDING = 1e-4, 1e-10
# Share of its one-way flow below which a bath's current is what two flows leave of each other. A choice.
CANCELS = 0.1
# Distance of neighbouring states, in relaxation rates, below which they belong to one degenerate block: where
# the coherence between them decays as fast as it turns.
BLOCK = 1.0


def current_fields(system: System, method: Method) -> Fields:
    """Currents and status alone: what a repetition with another setting needs."""
    return _reported(system, method, _currents)


def _currents(system: System, method: Method, solution: Solution, _part: Folded | None) -> Fields:
    return {
        "energy_current": solution.currents,
        **_particles(system, method, solution),
        "status": point_status(solution, system.baths),
    }


def answer_fields(system: System, method: Method) -> Fields:
    """An equation's answer with what can be seen wrong with it by itself."""
    return _reported(system, method, _answer)


def _answer(system: System, method: Method, solution: Solution, _part: Folded | None) -> Fields:
    batch = solution.currents.shape[:-1]
    flows = [flow + np.zeros(batch) for flow in carried_entropy(system, method, solution)]
    return {
        "energy_current": solution.currents,
        **_particles(system, method, solution),
        "first_law_residual": solution.currents.sum(axis=-1),
        "entropy_production": -np.sum(flows, axis=0),
        "entropy_scale": np.sum([np.where(np.isfinite(flow), np.abs(flow), 0.0) for flow in flows], axis=0)
        + _rounded_entropy(system, solution),
        "smallest_eigenvalue": _smallest_eigenvalue(solution),
        "energy_above_middle": _energy_above_middle(system, solution),
        **_kept(solution),
        "status": point_status(solution, system.baths),
    }


def reference_fields(system: System, method: Method) -> Fields:
    """The best Markovian answer, and what does not depend on the equation."""
    return _reported(system, method, _best)


def _best(system: System, method: Method, solution: Solution, part: Folded | None) -> Fields:
    from .truncation import top_states

    jumps, p = solution.jumps, np.asarray(solution.populations)
    rate = np.sum(p * jumps.rates.sum(axis=-2), axis=-1)
    changes = [beyond.change for beyond in jumps.beyond]
    slopes = [
        np.abs(bath_slope(bath, jumps.energy, change))
        for bath, change in zip(system.baths, changes, strict=True)
    ]
    memory = np.sum(p * _memory(jumps, system.baths, slopes), axis=-1)
    every = temperatures(system.baths, rate.shape)
    coldest, hottest = (fold.reduce(every, axis=-1) for fold in (np.fmin, np.fmax))
    carnot = 1.0 - np.where(hottest > 0, coldest, 1.0) / np.where(hottest > 0, hottest, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(memory > 0, rate / memory, np.inf)
        over_temperature = rate / coldest
    bare = _bare_populations(solution)
    flows = _one_way_flows(jumps, p, system.baths)
    flow: Floats = np.max(flows, axis=0)
    hotter = np.maximum(np.where(np.isnan(every).any(axis=-1), 1.0, carnot), _bias(system.baths, coldest))
    brought = _particles(system, method, solution)
    carried = _carried(system, brought, rate.shape)
    pumped = np.abs(solution.currents[..., len(system.baths) :]).max(axis=-1)
    driven = (hotter > 0) | (pumped > ROUNDING * flow)
    nothing = np.where(driven, ROUNDING, _spurious(memory))
    if brought:
        through = np.stack([_particles_one_way(jumps, p, u) for u in range(len(system.baths))], axis=-1)
        brought = {
            **brought,
            "particle_scales": particle_scales(brought["particle_current"], through, memory),
        }
    left_out = {} if system.steps is None else {"harmonics_error": tail_of_currents(jumps, solution.currents)}
    return {
        "energy_current": solution.currents,
        **brought,
        **left_out,
        "scale": np.maximum(np.maximum(np.abs(solution.currents).max(axis=-1), carried), nothing * flow),
        "own_scales": own_scales(solution.currents, np.stack(flows, axis=-1), memory, nothing, carried),
        "one_way_flow": flow,
        "exchange_flow": exchange_flow(jumps, p, system.baths),
        "dephasing_flow": dephasing_flow(jumps, p, slopes, flows),
        # a reservoir that is not thermal can drive a current with all of its energy, a bias with some
        "carnot_factor": hotter,
        "secular_ratio": secular_ratio(jumps, p),
        "relaxation_rate": rate,
        "bath_correlation_rate": correlation,
        "markov_ratio": memory,
        "memory_correction": _by_tones(
            memory_correction(jumps, _density(solution), system.baths), solution.currents, part
        ),
        "temperature_ratio": over_temperature,
        "top_population": np.sum(bare * top_states(system), axis=-1),
        "degenerate_block": _largest_block(jumps),
        **_kept(solution),
        "status": point_status(solution, system.baths),
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


def _rounded_entropy(system: System, solution: Solution) -> Floats:
    """Entropy flow that is rounding, of the one-way flows: all that there is in equilibrium."""
    out = np.zeros(solution.currents.shape[:-1])
    flows = _one_way_flows(solution.jumps, np.asarray(solution.populations), system.baths)
    for bath, flow in zip(system.baths, flows, strict=True):
        if bath.temperature is not None:
            t = np.asarray(bath.temperature)
            out = out + ROUNDING * np.where(t > 0, flow / np.where(t > 0, t, 1.0), 0.0)
    return out


def _bias(baths: Sequence[Bath], coldest: Floats) -> Floats:
    """Share of their energies with which chemical potentials drive particles, ``(...)``: 0 for one alone."""
    each = [np.asarray(bath.chemical_potential) for bath in baths if isinstance(bath, Lead)]
    if not each:
        return np.zeros(coldest.shape)
    wide = np.broadcast_arrays(*each)
    spread = np.max(wide, axis=0) - np.min(wide, axis=0)
    return np.asarray(spread / np.where(spread > 0, spread + coldest, 1.0))


def _particles(system: System, method: Method, solution: Solution) -> Fields:
    """The particle currents of each bath and, none, the pumps, ``(..., U + T)``, where there are leads."""
    if PARTICLES[0] not in method.accounts or any(bath.squeezing_centre is not None for bath in system.baths):
        return {}
    return {"particle_current": account_fields(system, method, solution)["particle_current"]}


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


def _kept(solution: Solution) -> Fields:
    """Where terms between different quanta are kept, and what they would move where that was judged."""
    nowhere = np.zeros(solution.currents.shape[:-1])
    complete = nowhere if solution.complete is None else nowhere + solution.complete
    judged = nowhere if solution.judged is None else nowhere + solution.judged
    return {"complete": complete, "cross_term_shift": judged}


def _reported(
    system: System, method: Method,
    report: Callable[[System, Method, Solution, Folded | None], Fields],
) -> Fields:  # fmt: skip
    """What is told of the solutions of a batch; singular points are told by the status, not by warnings."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return by_tones(system, method, lambda batch, solution, part: report(batch, method, solution, part))


def _by_tones(change: Floats, currents: Floats, part: Folded | None) -> Floats:
    """Change of the currents with the pump of every tone, ``(P, U + T)``: those that have folded share theirs
    as they do the current."""
    if part is None:
        return change
    quanta = part.fold.quanta != 0
    baths = currents.shape[-1] - quanta.shape[-1]
    size = np.abs(currents[:, None, baths:]) * quanta
    whole = size.sum(axis=-1, keepdims=True)
    share = np.where(whole > 0, size / np.where(whole > 0, whole, 1.0), quanta / quanta.sum(-1)[:, None])
    tones = (share * change[:, baths:, None]).sum(axis=1)
    return np.asarray(np.concatenate([change[:, :baths], tones], axis=-1))


def _memory(jumps: Jumps, baths: Sequence[Bath], slopes: Sequence[Floats]) -> Floats:
    """Sum over the jumps out of each state of 2 |dGamma/dW| |S|^2, ``(..., N)``, with slopes at W."""
    out = np.zeros(jumps.energy.shape[:-3] + jumps.energy.shape[-1:])
    reverse = np.asarray(jumps.reverses())
    for u, bath in enumerate(baths):
        weight = jumps.weights[u]
        out += np.sum(weight * 2.0 * slopes[u], axis=(-3, -2))
        if any(jumps.dressing.quanta):
            change = jumps.beyond[u].change
            back = bath_slope(bath, -jumps.energy, None if change is None else -change)
            out += np.sum(reverse * weight * 2.0 * np.abs(back), axis=(-3, -1))
    return out


def _one_way_flows(jumps: Jumps, p: Floats, baths: Sequence[Bath]) -> list[Floats]:
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


def _density(solution: Solution) -> Any:
    """Density matrix in the dressed basis, ``(..., N, N)``."""
    if solution.state.ndim > solution.jumps.dressing.energies.ndim:
        return solution.state
    diagonal = np.eye(solution.state.shape[-1], dtype=bool)
    return np.where(diagonal, solution.state[..., None], 0.0)


def _smallest_eigenvalue(solution: Solution) -> Floats:
    rho = _density(solution)
    fine = np.isfinite(rho).all(axis=(-2, -1), keepdims=True)
    rho = np.where(fine, rho, 0.0)
    values = np.linalg.eigvalsh(0.5 * (rho + rho.conj().swapaxes(-1, -2)))
    return np.asarray(values[..., 0], dtype=float)


def _bare_populations(solution: Solution) -> Floats:
    """Populations of the basis states of the Hamiltonian (for Floquet modes at t = 0), ``(..., N)``."""
    v = np.asarray(solution.jumps.dressing.states)
    bare = np.matmul(np.matmul(v, _density(solution)), v.conj().swapaxes(-1, -2))
    return np.asarray(np.diagonal(bare, axis1=-2, axis2=-1).real, dtype=float)


def _energy_above_middle(system: System, solution: Solution) -> Floats:
    """Mean of the static H_0 over its value at infinite temperature, in half its spread, ``(...)``.

    Positive where the system is inverted: no bath of positive temperature leaves it there.
    """
    v = np.asarray(solution.jumps.dressing.states)
    h = np.asarray(system.harmonics()[0])
    inside = np.matmul(v.conj().swapaxes(-1, -2), np.matmul(h, v))
    mean = np.einsum("...ij,...ji->...", _density(solution), inside).real
    levels = np.linalg.eigvalsh(h)
    half = 0.5 * (levels[..., -1] - levels[..., 0])
    above = (mean - levels.mean(axis=-1)) / np.where(half > 0, half, 1.0)
    return np.asarray(above, dtype=float)


def _largest_block(jumps: Jumps) -> npt.NDArray[np.int64]:
    """Number of states in the largest run of neighbours within `BLOCK` relaxation rates, ``(...)``."""
    e = np.asarray(jumps.dressing.energies)
    close = np.diagonal(relaxation_rates(jumps), 1, -2, -1) * BLOCK > np.diff(e, axis=-1)
    longest = run = np.ones(e.shape[:-1], dtype=np.int64)
    for k in range(close.shape[-1]):
        run = np.where(close[..., k], run + 1, 1)
        longest = np.maximum(longest, run)
    return longest
