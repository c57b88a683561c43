r"""What slow motion of the numbers carries through each terminal, beyond the currents of standing still.

While the numbers move the state lags behind the stationary one by :math:`\delta\rho` with
:math:`\mathcal L\,\delta\rho = \dot\rho_{ss}`, and the currents of the lag add up, over a path C, to

.. math:: Q_u = \oint_C \sum_a A_{u,a}\,dx_a,\qquad A_{u,a} = J_u[\mathcal L^+\partial_a\rho_{ss}],\qquad
          \mathcal L\,\partial_a\rho_{ss} = -(\partial_a\mathcal L)\rho_{ss},

which depends on the path but not on the pace; :math:`\mathcal L^+` is the group (Drazin) inverse. Over a
surface it is the flux of the curvature

.. math:: F_u = \partial_x A_{u,y} - \partial_y A_{u,x}
          = (\partial_x J_u)[\delta_y] - J_u[\mathcal L^+(\partial_x\mathcal L)\delta_y]
          - (x\leftrightarrow y),\qquad \delta_a = \mathcal L^+\partial_a\rho_{ss}

(Sinitsyn and Nemenman, EPL 77, 58001, 2007; Ren, Haenggi and Li, Phys. Rev. Lett. 104, 170601, 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ..generators.jumps import jumps_at
from ..generators.lamb_shift import NO_SHIFT
from ..generators.level_shifts import with_shift
from ..generators.near_states.coherences import relaxation_rates
from ..generators.redfield import make_redfield, pack
from ..method import Method
from ..states.solution import Solution
from ..states.stationary import redfield_state
from .level_motion import level_motion
from .nearby import Motion, Slopes, Standing, Tangent, reach, slopes, standing
from .rate_motion import rate_motion

__all__ = ["carried"]

# Steps of the derivatives, in shares of the way over which a number changes by its size, from the first to
# those where the answer depends on it more sharply: a sixth order leaves 1e-15 of a smooth dependence at the
# first, and rounding leaves 1e-9 at the last.
STEPS = (2.0**-10, 2.0**-14, 2.0**-18)
# Distance of a derivative from one of lower order, over its size, that lets a step do: its own error is then
# some orders below. From the second on there is no answer.
GOOD, BAD = 1e-6, 1e-3
# Share of the relaxation rates per way that counts as no derivative: rounding.
ROUNDING = 1e-9

SMALL = 1e-2  # of what goes to and fro, below which currents cancel
UNMOVED = 1e-4  # of the largest current. A choice: a hundredth of what other terms are left out for
TOGETHER = 2**16  # jumps of a bath at the points whose neighbours are held at once. A choice: some 50 MB

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Points = npt.NDArray[np.intp]
Pick = Callable[[Points], tuple[System, Sequence[Motion]]]


def carried(
    system: System, motions: Sequence[Motion], solution: Solution, method: Method, pick: Pick
) -> tuple[Reals, Flags]:
    """A of one direction, or F of two: energies of the terminals, their particles, and quanta of the drive.

    Parameters
    ----------
    system : System
        Numbers with one batch axis.
    motions : sequence of mapping
        Derivative of each number by the coordinate of each direction.
    solution : Solution
        Of the system.
    method : Method
        Of populations, or of coherences in a static frame.
    pick : callable
        System and motions at some points.

    Returns
    -------
    carried : array (P, 2 U + 3)
        Not a number where the derivatives cannot be told.
    known : bool array (P,)
    """
    points = solution.unique.size
    out = np.full((points, 2 * len(solution.plain.wiring) + 3), np.nan)
    error = np.full(points, np.inf)
    size = max(1, TOGETHER // (len(motions) * solution.plain.energy.shape[-3] * system.levels**2))
    way = reach(system, motions, points)
    solution, solved = _in_the_frame(system, solution, method)
    places = np.flatnonzero(solved & np.isfinite(way))
    for share in STEPS:
        if not places.size:
            break
        for part in (places[k : k + size] for k in range(0, places.size, size)):
            batch, moving = pick(part)
            value, off = _at(batch, moving, solution, part, method, share * way[part])
            better = off < error[part]
            out[part[better]], error[part[better]] = value[better], off[better]
        places = places[error[places] > GOOD]
    known = error < BAD
    out[~known] = np.nan
    return out, known


def _in_the_frame(system: System, solution: Solution, method: Method) -> tuple[Solution, Flags]:
    """The solution with states of the frame, and the points that have one.

    Where levels a multiple of omega apart share a zone their coherence turns in the frame, in which the basis
    stands still. As it hardly ever matters, such points are solved without it, and kept where no current
    moves.
    """
    known = solution.unique & solution.converged & np.isfinite(solution.currents).all(axis=-1)
    if solution.shift is None:
        return solution, known
    points = np.flatnonzero(known & (solution.shift != solution.shift[..., :1]).any(axis=-1))
    if not points.size:
        return solution, known
    jumps = with_shift(solution.plain, system.baths, method)
    still = redfield_state(make_redfield(jumps_at(jumps, points)), method.tolerance)
    moved = np.abs(still.currents - solution.currents[points]).max(axis=-1)
    e = solution.energies[points]
    gross = relaxation_rates(jumps_at(jumps, points)).max(axis=(-2, -1)) * (e.max(axis=-1) - e.min(axis=-1))
    same = moved <= UNMOVED * np.maximum(np.abs(solution.currents[points]).max(axis=-1), SMALL * gross)
    known[points] &= same & still.unique & still.converged
    state, kept = solution.state.copy(), solution.kept.copy()
    state[points], kept[points] = still.state, still.kept
    return replace(solution, state=state, kept=kept), known


def _at(
    system: System, motions: Sequence[Motion], solution: Solution, points: Points, method: Method, step: Reals
) -> tuple[Reals, Reals]:
    """Values at some points, and how far the derivatives of their states are from less exact ones."""
    jumps = jumps_at(solution.plain, points)
    here = standing(system, method, jumps)
    state = solution.state[points]
    x = state if state.ndim == 2 else pack(state).reshape(len(points), -1)
    respond = _Response(here, x, solution.kept[points], method)
    ways = [_way(system, motion, method, step, here) for motion in motions]
    driven = [way.act(x) for way in ways]
    floor = ROUNDING * relaxation_rates(jumps).max(axis=(-2, -1)) * STEPS[0] / step
    sizes = [np.maximum(np.abs(b).max(axis=-1), floor) for b in driven]
    error = np.max([way.error(x) / size for way, size in zip(ways, sizes, strict=True)], axis=0)
    lags = [respond(-respond(b)) for b in driven]  # of the stationary state's derivative
    if len(ways) == 1:
        value = here.currents(lags[0])
    else:
        value = _around(ways[0], lags[1], here, respond) - _around(ways[1], lags[0], here, respond)
    return value, np.where(respond.converged & np.isfinite(value).all(axis=-1), error, np.inf)


def _way(system: System, motion: Motion, method: Method, step: Reals, here: Standing) -> Slopes:
    """Derivatives along a direction: exact through rates and levels where they are known, and else by points
    beside."""
    exact: list[Tangent] = []
    if method.stepped:  # a number of harmonics that jumps from point to point leaves no derivative
        method = replace(method, harmonics=max(here.jumps.dressing.quanta) or None)
    if method.lamb_shift == NO_SHIFT:  # which moves levels with every number
        through_rates, motion = rate_motion(system, motion, here)
        through_levels, motion = level_motion(system, motion, method, here)
        exact = [x for x in (through_rates, through_levels) if x is not None]
    return slopes(system, motion, method, step, here.jumps.dressing.states, exact)


def _around(way: Slopes, lag: Reals, here: Standing, respond: _Response) -> Reals:
    """Derivative along one direction of what the lag along another carries, but for that of the state."""
    return way.currents(lag) + here.currents(respond(way.act(lag)))


class _Response:
    """-L^+ b for one b at each point."""

    def __init__(self, here: Standing, state: Reals, kept: Points, method: Method) -> None:
        self.inner = here.response(state, kept, method.tolerance)
        energies = here.jumps.dressing.energies
        self.energy = energies.max(axis=-1) - energies.min(axis=-1)

    @property
    def converged(self) -> Flags:
        """Whether all that was asked has its answer, ``(P,)``."""
        return self.inner.converged

    def __call__(self, b: Reals) -> Reals:
        scale = self.energy * np.abs(b).sum(axis=-1)
        return self.inner(b[:, None], scale[:, None])[:, 0]
