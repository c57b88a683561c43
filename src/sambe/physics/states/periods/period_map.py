r"""Periodic state of the complete equation by its map over one period, for small systems.

On the :math:`N^2` real numbers of a Hermitian state the equation is :math:`\dot x = A(t)x`. A step of length
h with Gauss's three times obeys (Blanes, Casas and Ros, BIT 40, 434, 2000)

.. math:: x(t + h) = e^{\Omega}x(t),\qquad \Omega = \alpha_1 + \tfrac1{12}\alpha_3
          + \tfrac1{240}[-20\alpha_1 - \alpha_3 + C_1,\, \alpha_2 + C_2] + O(h^7),

:math:`\alpha_1 = hA_2`, :math:`\alpha_2 = \tfrac{\sqrt{15}}3 h(A_3 - A_1)`,
:math:`\alpha_3 = \tfrac{10}3 h(A_3 - 2A_2 + A_1)`, :math:`C_1 = [\alpha_1, \alpha_2]`,
:math:`C_2 = -\tfrac1{60}[\alpha_1, 2\alpha_3 + C_1]`. The steps are multiplied in pairs, pairs of pairs and
so on; the map of the whole period leaves the periodic state alone, and going back down the pairs gives it at
every step. The steps are halved until the currents stand still.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, folded
from ....numerics.exponential import expm, rectangles
from ...generators.jumps import Jumps, jumps_at
from ...generators.periodic_generator import (
    HARMONIC_FLOOR,
    Harmonics,
    PeriodicGenerator,
    make_harmonics,
    reach_of,
    superoperators,
)
from ...generators.redfield import unpack
from ..iterations.conjugate_residuals import SINGULAR, with_trace
from ..stationary import Stationary, solve_each

__all__ = ["exponent", "first_steps", "period_map_state", "period_states", "steps_of"]

Reals = npt.NDArray[np.float64]
Course = Callable[[npt.NDArray[np.intp], Reals], None]  # takes points and their states along a period
GAUSS = (0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15))  # times of a step, in steps
ORDER = 6  # of the steps: twice as many are 2^6 times closer
TOLERANCE = 1e-10  # error of the currents by the steps, relative to the largest
FEWEST = 16  # steps of a period: even where nothing turns the drive's own harmonics have to be told apart
TURN = 1.0  # steps for each radian/2 pi that the widest gap turns in a period; more are added where needed
SIDEBAND, RESOLVED = 1e-6, 0.6  # share of a sideband that the first steps half resolve, the next ones fully
# Numbers in the step matrices of a point at most. A choice: 32 MB, as much again for their products, and
# about two seconds.
LARGEST = 2**22
# Steps of a period at most, where matrices are so small that their number counts. A choice: a qubit takes
# some seconds for them and those before, and a drive of 1e-4 of the splitting needs a quarter.
MOST_STEPS = 2**17
TOGETHER = 2**20  # numbers in the step matrices of points that are solved together, where calls cost little
GROWN = 100.0  # elements of a period's map; those of a map between states stay below two
CACHED = 2**15  # numbers of one matrix stack of the steps that are made together: they stay in the cache


def period_map_state(
    jumps: Jumps, tolerance: float = TOLERANCE, numbers: int = LARGEST, course: Course | None = None
) -> Stationary:
    """Periodic state of a batch with one axis of points; ``state`` is its mean over the period.

    The steps of a point are doubled until its currents stand still, or until their matrices would hold more
    ``numbers``; ``converged`` tells. ``course`` is given points and their packed states at every step.
    """
    points, n = jumps.energy.shape[0], jumps.dressing.levels
    reach, count = reach_of(jumps, HARMONIC_FLOOR), first_steps(jumps)
    state = np.full((points, n, n), np.nan, dtype=complex)
    currents = np.full((points, len(jumps.wiring) + 1), np.nan)
    unique, converged = np.ones(points, dtype=bool), np.zeros(points, dtype=bool)
    left = (count * n**4 <= numbers) & (count <= MOST_STEPS)
    while left.any():
        steps = count[left].min()
        group = np.flatnonzero(left & (count == steps))
        for places in _together(group, max(1, TOGETHER // int(steps * n**4))):
            harmonics = make_harmonics(jumps_at(jumps, places), reach[places])
            flow, scale, fine = _at_steps(harmonics, int(steps), state, places, course)
            moved = np.abs(flow - currents[places]).max(axis=-1)
            currents[places], unique[places] = flow, fine
            converged[places] = moved <= (2**ORDER - 1) * tolerance * scale
        count[group] *= 2
        left[group] = unique[group] & ~converged[group] & (count[group] * n**4 <= numbers)
        left[group] &= count[group] <= MOST_STEPS
    kept = np.full(points, n * (n - 1) // 2)
    return Stationary(state, currents, kept, unique, converged | ~unique)


def first_steps(jumps: Jumps) -> npt.NDArray[np.intp]:
    """Power of two that resolves the coupling's harmonics, the turning of the coherences and the relaxation
    of a point, ``(P,)``."""
    d = jumps.dressing
    lost = folded(np.maximum, jumps.leaving)
    turns = (np.ptp(d.energies, axis=-1) + lost) / np.asarray(d.omega)
    least = np.maximum(RESOLVED * reach_of(jumps, SIDEBAND), np.maximum(TURN * turns, FEWEST))
    # beyond the bound of work in any case: no overflow
    return np.asarray(2.0 ** np.ceil(np.log2(np.minimum(least, LARGEST))), dtype=np.intp)


def _at_steps(
    harmonics: Harmonics, count: int, state: Array, points: npt.NDArray[np.intp], course: Course | None
) -> tuple[Reals, Reals, npt.NDArray[np.bool_]]:
    """Currents, their scale and uniqueness with so many steps; the mean states go into ``state``."""
    n = harmonics.gaps.shape[-1]
    with np.errstate(over="ignore", invalid="ignore"):  # too few steps may grow without bound
        packed, unique = period_states(steps_of(harmonics, count), n)
    packed = packed.reshape(*packed.shape[:2], n, n)
    state[points] = unpack(packed.mean(axis=1))
    if course is not None:
        course(points, packed)
    g = PeriodicGenerator.of(harmonics, count)
    return g.currents(packed), g.scale(packed), unique


def steps_of(harmonics: Harmonics, count: int) -> Reals:
    """Maps of the steps of a period, ``(P, count, N^2, N^2)``."""
    h = (2.0 * np.pi / count / harmonics.omega)[:, None, None, None]
    times = [harmonics.sampled(count, offset) for offset in GAUSS]
    points, size = len(h), harmonics.gaps.shape[-1] ** 2
    out = np.empty((points, count, size, size))
    for who, at in rectangles(points, count, size * size, CACHED):
        gaps, length = harmonics.gaps[who], h[who]
        parts = (length * superoperators(gaps, s[who, at], l[who, at]) for s, l in times)
        out[who, at] = expm(exponent(*parts))
    return out


def exponent(first: Reals, middle: Reals, last: Reals) -> Reals:
    """The exponent of a step from h A at its three times."""
    second = np.sqrt(15.0) / 3.0 * (last - first)
    third = 10.0 / 3.0 * (last - 2.0 * middle + first)
    c1 = _commutator(middle, second)
    c2 = _commutator(middle, 2.0 * third + c1) / -60.0
    out = _commutator(c1 - 20.0 * middle - third, second + c2) / 240.0
    out += middle
    out += third / 12.0
    return out


def _commutator(a: Reals, b: Reals) -> Reals:
    out: Reals = np.matmul(a, b)
    out -= np.matmul(b, a)
    return out


def period_states(steps: Reals, levels: int) -> tuple[Reals, npt.NDArray[np.bool_]]:
    """Packed states at the begin of every step, ``(P, M, N^2)``, and whether there is a single such course.

    Parameters
    ----------
    steps : array (P, M, N^2, N^2)
        M a power of two.
    """
    tree = [steps]
    while tree[-1].shape[1] > 1:
        pairs = tree[-1]
        tree.append(np.matmul(pairs[:, 1::2], pairs[:, ::2]))
    n = steps.shape[-1]
    whole = tree.pop()[:, 0]
    # a map that lets a state grow comes of too long steps: it does not say that several states are
    # stationary
    tame = np.abs(whole).max(axis=(-2, -1)) < GROWN
    x, unique = _periodic(np.where(tame[:, None, None], whole, 0.0) - np.eye(n), levels)
    x[~tame] = np.nan
    x = x[:, None]
    for pairs in reversed(tree):
        wide = np.empty((len(x), pairs.shape[1], n))
        wide[:, ::2] = x
        wide[:, 1::2] = np.matmul(pairs[:, ::2], x[..., None])[..., 0]
        x = wide
    return x, unique | ~tame


def _periodic(whole: Reals, levels: int) -> tuple[Reals, npt.NDArray[np.bool_]]:
    """Null vector of unit trace of the map of a period minus one, and whether it is the only one."""
    n = whole.shape[-1]
    # a matrix of which the first row is the trace: populations are every (N + 1)-th of the packed state
    order = np.argsort(np.arange(n) % (levels + 1) != 0, kind="stable")
    a, _ = with_trace(whole[:, order][:, :, order], levels)
    right = np.stack([(np.arange(n) == 0) * 1.0, np.cos(1.7 * np.arange(n))], axis=-1)
    solution = solve_each(a, right)
    unique = np.isfinite(solution).all(axis=(-2, -1)) & (np.abs(solution[..., 1]).max(axis=-1) < SINGULAR)
    x = np.empty((len(a), n))
    x[:, order] = np.where(unique[:, None], solution[..., 0], np.nan)
    return x, unique


def _together(points: npt.NDArray[np.intp], size: int) -> list[npt.NDArray[np.intp]]:
    return [points[k : k + size] for k in range(0, len(points), size)]
