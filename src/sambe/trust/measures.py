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
from ..description.system import System
from ..numerics.arrays import Fields
from ..physics.accounts import carried_entropy
from ..physics.edges import edge_population
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
from .scales import ROUNDING, one_way_flows, particle_currents, scales_of

__all__ = ["answer_fields", "current_fields", "reference_fields"]

Floats = npt.NDArray[np.float64]
# Distance of neighbouring states, in relaxation rates, below which they belong to one degenerate block: where
# the coherence between them decays as fast as it turns.
BLOCK = 1.0


def current_fields(system: System, method: Method) -> Fields:
    """Currents and status alone: what a repetition with another setting needs."""
    return _reported(system, method, _currents)


def _currents(system: System, method: Method, solution: Solution, _part: Folded | None) -> Fields:
    return {
        "energy_current": solution.currents,
        **particle_currents(system, method, solution),
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
        **particle_currents(system, method, solution),
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
    jumps, p = solution.jumps, np.asarray(solution.populations)
    slopes = [
        np.abs(bath_slope(bath, jumps.energy, beyond.change))
        for bath, beyond in zip(system.baths, jumps.beyond, strict=True)
    ]
    memory = np.sum(p * _memory(jumps, system.baths, slopes), axis=-1)
    flows = one_way_flows(jumps, p, system.baths)
    left_out = {} if system.steps is None else {"harmonics_error": tail_of_currents(jumps, solution.currents)}
    return {
        "energy_current": solution.currents,
        **left_out,
        **_time_scales(system, solution, memory),
        **scales_of(system, method, solution, flows, memory),
        "exchange_flow": exchange_flow(jumps, p, system.baths),
        "dephasing_flow": dephasing_flow(jumps, p, slopes, flows),
        "secular_ratio": secular_ratio(jumps, p),
        "memory_correction": _by_tones(
            memory_correction(jumps, _density(solution), system.baths), solution.currents, part
        ),
        "top_population": edge_population(solution, method),
        "degenerate_block": _largest_block(jumps),
        **_kept(solution),
        "status": point_status(solution, system.baths),
    }


def _time_scales(system: System, solution: Solution, memory: Floats) -> Fields:
    """How fast the state relaxes, against how fast the baths forget and against the coldest one."""
    p = np.asarray(solution.populations)
    rate = np.sum(p * solution.jumps.rates.sum(axis=-2), axis=-1)
    coldest = np.fmin.reduce(temperatures(system.baths, rate.shape), axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(memory > 0, rate / memory, np.inf)
        over_temperature = rate / coldest
    return {
        "relaxation_rate": rate,
        "bath_correlation_rate": correlation,
        "markov_ratio": memory,
        "temperature_ratio": over_temperature,
    }


def _rounded_entropy(system: System, solution: Solution) -> Floats:
    """Entropy flow that is rounding, of the one-way flows: all that there is in equilibrium."""
    out = np.zeros(solution.currents.shape[:-1])
    flows = one_way_flows(solution.jumps, np.asarray(solution.populations), system.baths)
    for bath, flow in zip(system.baths, flows, strict=True):
        if bath.temperature is not None:
            t = np.asarray(bath.temperature)
            out = out + ROUNDING * np.where(t > 0, flow / np.where(t > 0, t, 1.0), 0.0)
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
