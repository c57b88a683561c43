r"""Stationary states of the Pauli and the Redfield generators.

The coherence-keeping solver starts from the populations alone and lets every coherence follow from the
stationary equation, until the currents stop moving (`refine`).
Where states within a linewidth share population, or that takes long, the matrix also holds the
coherences between neighbours in energy; a small system that this does not bring to the tolerance has
every coherence in the matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, is_numpy, namespace, values_of
from ..generators.jumps import Jumps
from ..generators.near_states.coherences import from_another_zero
from ..generators.redfield import Redfield, pack, pauli_generator, unpack
from .iterations.conjugate_residuals import (
    SINGULAR,
    Applied,
    Corrector,
    Scratch,
    beside_rates,
    descend,
    with_trace,
)
from .iterations.refined_descent import refine

__all__ = ["BANDS", "Stationary", "chunk_size", "redfield_state", "settled_state",
           "solve_each", "stationary_populations"]  # fmt: skip

BANDS = (0, 1)  # of coherences in the matrix above eight levels; wider clusters are left to the iteration
CLOSE, SHARED = 0.1, 1e-2  # gap in relaxation rates, and population, of a pair that needs its coherence
CHUNK = 2**19  # bytes of one real matrix for each point of those that are iterated together
DENSE_LEVELS = 8  # levels up to which every coherence goes into the matrix
STEPS = 480  # of the iteration at most. A choice
# Levels up to which a point that the iteration leaves has every coherence in one matrix. A choice: half a
# second, and 100 MB, for the point.
LAST_RESORT = 48
RESTART = 24  # steps of the iteration after which finished points are left out of it. A choice


@dataclass(frozen=True)
class Stationary:
    """Stationary state of a batch of points.

    Attributes
    ----------
    state : array (..., N, N)
        Density matrix in the dressed basis.
    currents : array (..., U + 1)
        Into the system, the pump last.
    kept : array (...)
        Coherences formed in the matrix.
    unique : bool array (...)
        False where the stationary state is not unique.
    converged : bool array (...)
        False where the tolerance was not reached.
    """

    state: Array
    currents: Array
    kept: Array
    unique: Array
    converged: Array


def _solve_with_trace(
    matrix: Array, populations: int | npt.NDArray[np.intp], damping: Array = None
) -> tuple[Array, Array]:
    """Null vector of a generator with unit trace, and whether it is the only one.

    A second right-hand side probes the condition of the matrix at next to no cost. Where that is large,
    rates may be far below gaps and yet well known: with the ``damping`` of coherences each equation is
    judged by its own size.
    """
    xp = namespace(matrix)
    n = matrix.shape[-1]
    a, _ = with_trace(matrix, populations)
    right = np.stack([(np.arange(n) == 0) * 1.0, np.cos(1.7 * np.arange(n))], axis=-1)
    x = solve_each(a, xp.asarray(right, dtype=matrix.dtype))
    size = xp.max(xp.abs(x[..., 1]), axis=-1)
    if damping is not None and is_numpy(xp) and not (size < SINGULAR).all():
        slow = ~(size < SINGULAR)
        of_each = beside_rates(matrix[slow], populations, damping[slow])[..., None]
        x[slow] = solve_each(a[slow] / of_each, right)
        size = np.abs(x[..., 1]).max(axis=-1)
    return x[..., 0], xp.isfinite(size) & (size < SINGULAR)


def solve_each(a: Array, b: Array) -> Array:
    """Solution for each matrix of a stack, with one right side (N, k) for all or one for each; not a number
    for one that is singular."""
    xp = namespace(a)
    wide = xp.broadcast_to(b, (*a.shape[:-2], *b.shape[-2:])) + 0.0
    if not is_numpy(xp):
        return xp.linalg.solve(a, wide)
    try:
        return np.linalg.solve(a, wide)
    except np.linalg.LinAlgError:  # one singular point must not take the others with it
        if a.ndim == 2:
            return np.full_like(wide, np.nan)
        stack, right = a.reshape(-1, *a.shape[-2:]), wide.reshape(-1, *b.shape[-2:])
        return np.stack([solve_each(x, y) for x, y in zip(stack, right, strict=True)]).reshape(wide.shape)


def stationary_populations(rates: Array) -> tuple[Array, Array]:
    """Stationary populations of the Pauli rate equation.

    Parameters
    ----------
    rates : array (..., N, N)
        R_ij of j -> i; the diagonal does not matter.

    Returns
    -------
    populations : array (..., N)
    unique : bool array (...)
    """
    xp = namespace(rates)
    if rates.shape[-1] == 2:
        up, down = rates[..., 0, 1], rates[..., 1, 0]
        total = up + down
        largest = xp.max(rates, axis=(-2, -1))  # jumps that change no state included
        unique = total * SINGULAR > largest
        safe = xp.where(unique, total, xp.full_like(total, float("nan")))
        return xp.stack([up / safe, down / safe], axis=-1), unique
    populations, unique = _solve_with_trace(pauli_generator(rates), rates.shape[-1])
    # not a number rather than infinite: what is computed from it stays silent
    return xp.where(unique[..., None], populations, xp.full_like(populations, float("nan"))), unique


def chunk_size(levels: int) -> int:
    """Points that are solved together: few enough that their arrays stay in the cache."""
    return max(1, CHUNK // (8 * levels * levels))


def settled_state(
    jumps: Jumps, make: Callable[[Jumps], Redfield], tolerance: float, scratch: Scratch | None = None,
    bands: Sequence[int] = BANDS,
) -> Stationary:  # fmt: skip
    """As `redfield_state`, of the generator that jumps make, converged by currents that do not vanish where
    the particles of leads flow without energy.

    Parameters
    ----------
    jumps : Jumps
    make : callable
        Generator of jumps.
    tolerance, scratch, bands
        Those of `redfield_state`.
    """
    judged = from_another_zero(jumps)
    part = redfield_state(make(judged), tolerance, scratch, bands)
    return part if judged is jumps else replace(part, currents=make(jumps).currents(pack(part.state)))


def redfield_state(
    generator: Redfield, tolerance: float, scratch: Scratch | None = None, bands: Sequence[int] = BANDS
) -> Stationary:
    """Stationary state with coherences.

    Parameters
    ----------
    generator : Redfield
        A batch with any leading axes.
    tolerance : float
        Largest change of a current, relative to the largest current, that still counts as moving.
    scratch : Scratch, optional
        To be used again from call to call.
    bands : sequence of int
        Bands of coherences in the matrix, above eight levels: the next one for points that the iteration
        with the last has not brought to the tolerance in a few steps.

    Notes
    -----
    Outside NumPy every coherence goes into one matrix, which can be traced and differentiated.
    """
    xp = namespace(generator.gaps)
    n = generator.levels
    if not is_numpy(xp) or n <= DENSE_LEVELS:
        return _direct(generator)
    batch = generator.gaps.shape[:-2]
    flat = replace(generator, **{
        f.name: getattr(generator, f.name).reshape((-1, *getattr(generator, f.name).shape[len(batch) :]))
        for f in fields(generator) if getattr(generator, f.name) is not None
    })  # fmt: skip
    out = _by_iteration(flat, tolerance, scratch or Scratch(), bands)
    return Stationary(*(x.reshape((*batch, *x.shape[1:])) for x in values_of(out)))


def _direct(g: Redfield) -> Stationary:
    """Every coherence in one matrix."""
    xp, n = namespace(g.gaps), g.levels
    x, unique = _solve_with_trace(g.superoperator(), np.arange(n) * (n + 1), g.damping())
    packed = xp.reshape(x, g.gaps.shape)
    kept = xp.zeros(unique.shape, dtype=xp.int64) + n * (n - 1) // 2
    return Stationary(unpack(packed), g.currents(packed), kept, unique, unique)


def _by_iteration(g: Redfield, tolerance: float, scratch: Scratch, bands: Sequence[int]) -> Stationary:
    """Some points at a time."""
    points, size = g.gaps.shape[0], chunk_size(g.levels)
    parts = [
        _iterate(g.take(np.arange(k, min(k + size, points))), tolerance, scratch, bands)
        for k in range(0, points, size)
    ]
    every = zip(*map(values_of, parts), strict=True)
    return Stationary(*(np.concatenate(pieces) for pieces in every))


def _iterate(g: Redfield, tolerance: float, scratch: Scratch, bands: Sequence[int]) -> Stationary:
    """Let the coherences follow the populations; where that takes long, solve for a band of them."""
    points, n = g.gaps.shape[0], g.levels
    kept = np.zeros(points, dtype=np.int64)
    state = np.zeros((points, n, n))
    unique, converged = np.zeros(points, dtype=bool), np.zeros(points, dtype=bool)
    for band in bands:
        who = np.flatnonzero(~converged)
        if not who.size:
            break
        correct = Corrector(g.take(who), band)
        state[who] = correct.start()
        unique[who] = correct.unique if band else correct.unique & ~_collapsed(g, state)
        kept[who] = band * n - band * (band + 1) // 2
        fine = np.flatnonzero(unique[who])
        if fine.size:
            who, settle = who[fine], _descended if band else refine
            state[who], converged[who] = settle(
                g.take(who), correct.take(fine), state[who], tolerance, scratch
            )
    result = Stationary(unpack(state), g.currents(state), kept, unique, converged)
    # a point that the next band may bring there has not come to the last resort, which costs fifty times more
    return _with_last_resort(g, result) if n <= LAST_RESORT and BANDS[-1] in bands else result


def _descended(
    g: Redfield, correct: Corrector, state: Array, tolerance: float, scratch: Scratch
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """As `refine`, with coherences in the matrix: those that are left begin anew after some steps."""
    a, who = Applied(g), np.arange(len(state))
    converged = np.zeros(len(state), dtype=bool)
    for _ in range(STEPS // RESTART):
        if not who.size:
            break
        state[who], converged[who] = descend(a.take(who), correct, state[who], tolerance, RESTART, scratch)
        left = np.flatnonzero(~converged[who])
        correct, who = correct.take(left), who[left]
    return state, converged


def _with_last_resort(g: Redfield, result: Stationary) -> Stationary:
    """Solve points directly, one at a time, that no preconditioner brings to the tolerance.

    On the ladder of a resonantly driven oscillator all gaps of the frame are alike and of the size of the
    rates, so that populations are no start and neighbours' coherences no help.
    """
    for k in np.flatnonzero(result.unique & ~result.converged):
        direct = _direct(g.take(np.array([k])))
        for whole, part in zip(values_of(result), values_of(direct), strict=True):
            whole[k] = part[0]
    return result


def _collapsed(g: Redfield, packed: Array) -> npt.NDArray[np.bool_]:
    """Whether populations alone are no place to start: neighbours within a linewidth share population,
    or their coherence neither turns nor decays, so that the matrix has to tell what is unique."""
    p = np.diagonal(packed, 0, -2, -1)
    gap = np.abs(np.diagonal(g.gaps, 1, -2, -1))
    close = gap <= CLOSE * np.diagonal(g.damping(), 1, -2, -1)
    shared = np.minimum(p[:, 1:], p[:, :-1]) > SHARED
    alone = np.abs(np.diagonal(g.damped, 1, -2, -1) - 1j * np.diagonal(g.gaps, 1, -2, -1))
    largest = np.maximum(np.abs(g.gaps).max(axis=(-2, -1)), np.abs(g.damped).max(axis=(-2, -1)))
    still = alone <= largest[:, None] / SINGULAR
    return np.asarray(((close & shared) | still).any(axis=-1), dtype=bool)
