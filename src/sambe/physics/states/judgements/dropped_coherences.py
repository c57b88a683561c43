r"""What the coherences that populations alone leave out would do to each current, to first order.

With populations p, the stationary equation drives the coherence of a pair by
:math:`C_{ij} = [\sum L p S^\dagger - G p + \mathrm{h.c.}]_{ij}`, and it follows by
:math:`\rho_{ij} = -C_{ij}/\Lambda_{ij}`, with the generator's own element
:math:`\Lambda_{ij} = -i(E_i - E_j) - \ldots`. It moves the current of a terminal directly and by way of the
populations,

.. math:: \delta J_u = 2\,\mathrm{Re}\sum_{i \ne j} (Z_u)_{ji}\,\rho_{ij},\qquad
          Z_u = K_u - \sum S^\dagger Y_u L + Y_u G,

where the diagonal :math:`Y_u` solves the adjoint rate equation, :math:`R^T y_u = j_u`, with :math:`j_u` the
current that each state carries.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, dagger, diagonal, namespace, over_last
from ...generators.jumps import Jumps
from ...generators.near_states.coherences import relaxation_rates
from ...generators.redfield import Redfield
from ..iterations.conjugate_residuals import with_trace

__all__ = ["Changes", "current_of_states", "leverage", "moved_itself", "moved_share"]

# Beside what is a current judged? A bath's may cross zero, and in equilibrium is nothing beside the traffic
# both ways, of which the theory itself is wrong by a relaxation rate over a frequency. The pump's does not:
# it is as small as the drive, and its one-way traffic takes part in no balance.
BATH_FLOOR = 1e-2  # of the largest current, and of the traffic
PUMP_FLOOR = 1e-9  # of its traffic: rounding
ROUNDING = 1e-12  # of the traffic: what currents of double precision cancel to
# Of a gap to the rate: an effect so many times larger, squared, is one that rounding made.
LEAST_RATIO = 1e-6
LEAST_RATE = 1e-200  # where nothing relaxes


@dataclass(frozen=True)
class Changes:
    """What the coherence of each pair of states does to each current, to first order.

    Attributes
    ----------
    of_states : array (P, U + 1, N)
        Current that each state carries.
    populations : array (P, N)
    halves : array (P, U + 1, N, N)
        Half of the change by each pair: that of i and j has the other half at j, i.
    """

    of_states: Array
    populations: Array
    halves: Array

    @classmethod
    def of(cls, g: Redfield, populations: Array, inverse: Array = None) -> Changes:
        """Those of a batch with one leading axis, by populations ``(P, N)``; the inverse of the rates between
        them, with the trace, where it is known."""
        states = current_of_states(g)
        return cls(states, populations, _changes(g, populations, states, inverse))

    def take(self, points: npt.NDArray[np.intp]) -> Changes:
        """Some points of the batch."""
        if len(points) == len(self.populations):
            return self
        return Changes(self.of_states[points], self.populations[points], self.halves[points])

    def effects(self) -> Array:
        """Change of the current that the coherence of each pair of states moves most, relative to it.

        Returns
        -------
        array (P, N, N)
            Symmetric, not negative, zero on the diagonal and where the rate equation is singular.
        """
        xp = namespace(self.halves)
        change = xp.abs(self.halves + xp.matrix_transpose(self.halves))
        scale = _traffic_and_scale(self.of_states, self.populations)[1][..., None, None]
        scale = xp.where(scale > 0, scale, xp.full_like(scale, float("inf")))
        out = xp.max(change / scale, axis=1)
        return xp.where(xp.isfinite(out), out, xp.zeros_like(out))

    def move(self, counted: Array = None) -> Array:
        """Largest change of a current by all the coherences together, relative to the largest, ``(P,)``.

        Parameters
        ----------
        counted : bool array (P, N, N), optional
            Pairs of states whose coherence there can be.

        Returns
        -------
        array (P,)
            Zero where no current flows, or the rate equation is singular.
        """
        xp, change = namespace(self.halves), self.halves
        if counted is not None:
            change = xp.where(counted[:, None, ...], change, 0.0 * change)
        return moved_share(xp.sum(change, axis=(-2, -1)), self.of_states, self.populations)

    def slowed_move(self, jumps: Jumps, held: Array) -> Array:
        r"""Largest change of a current if all of a coherence were as slow as its slower half may be, relative
        to the largest, ``(P,)``.

        The first order damps both halves of a coherence at the rate of its states. What the other half of it,
        or other coherences, feed into it may leave one half next to undamped: that of a spin along the axis
        of the only coupling. It is then their gap that limits it, to :math:`\gamma^2/\Delta E^2` times as
        much.

        Parameters
        ----------
        jumps : Jumps
            Of these points.
        held : bool array (P, N, N)
            Pairs that count, among those nearer to one another than their rate.
        """
        xp, d = namespace(self.halves), jumps.dressing
        gap = xp.abs(d.energies[..., :, None] - d.energies[..., None, :])
        rate = xp.maximum(relaxation_rates(jumps), xp.full_like(gap, LEAST_RATE))
        ratio = xp.maximum(gap / rate, xp.full_like(gap, LEAST_RATIO))
        more = xp.where(held & (ratio < 1.0), ratio**-2.0, 0.0 * ratio)
        return moved_share(xp.sum(xp.abs(self.halves) * more[:, None, ...], axis=(-2, -1)),
                           self.of_states, self.populations)  # fmt: skip


def moved_share(move: Array, of_states: Array, populations: Array) -> Array:
    """Largest change of a current, relative to the largest current, ``(P,)``; see `Changes.move`.

    Parameters
    ----------
    move : array (P, U + 1)
    of_states : array (P, U + 1, N)
    populations : array (P, N)
    """
    xp = namespace(move)
    carried = of_states * populations[:, None, :]
    largest = over_last("maximum", xp.abs(over_last("add", carried)))
    traffic = over_last("maximum", over_last("add", xp.abs(carried)))
    there = largest > ROUNDING * traffic
    share = over_last("maximum", xp.abs(move)) / xp.where(there, largest, xp.ones_like(largest))
    return xp.where(there & xp.isfinite(share), share, 0.0 * largest)


def moved_itself(move: Array, of_states: Array, populations: Array) -> Array:
    """Largest change of a current, relative to it as `Changes.effects` are, ``(P,)``; see `moved_share`."""
    xp = namespace(move)
    scale = _traffic_and_scale(of_states, populations)[1]
    share = xp.where(scale > 0, xp.abs(move) / xp.where(scale > 0, scale, xp.ones_like(scale)), 0.0 * scale)
    share = xp.max(share, axis=-1)
    return xp.where(xp.isfinite(share), share, xp.zeros_like(share))


def leverage(of_states: Array, populations: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Largest change of a current, relative to it, by a change of its one-way flow relative to that,
    ``(P,)``."""
    traffic, scale = _traffic_and_scale(of_states, populations)
    return np.asarray((traffic / np.where(scale > 0, scale, np.inf)).max(axis=-1))


def current_of_states(g: Redfield) -> Array:
    """Current that each state carries, ``(P, U + 1, N)``."""
    return 2.0 * namespace(g.heat).real(diagonal(g.heat))


def _traffic_and_scale(states: Array, populations: Array) -> tuple[Array, Array]:
    """One-way flow of each terminal, and what its current is judged by, ``(P, U + 1)``."""
    xp = namespace(states)
    size = xp.abs(over_last("add", states * populations[:, None, :]))
    traffic = over_last("add", xp.abs(states) * populations[:, None, :])
    baths = BATH_FLOOR * xp.maximum(over_last("maximum", size)[..., None], traffic)
    pump = xp.asarray(np.arange(traffic.shape[-1]) == traffic.shape[-1] - 1)
    floor = xp.where(pump, PUMP_FLOOR * traffic, baths)
    return traffic, xp.maximum(size, floor)


def _changes(g: Redfield, populations: Array, states: Array, inverse: Array = None) -> Array:
    """Half of the change of each current by the coherence of each pair, ``(P, U + 1, N, N)``."""
    xp = namespace(populations)
    weight = xp.matrix_transpose(g.heat - _by_populations(g, states, inverse))
    rho = _coherences(g, populations)[:, None, ...]
    return 2.0 * (weight * rho if g.real else xp.real(weight * rho))


def _coherences(g: Redfield, populations: Array) -> Array:
    """Coherences that the populations drive, ``(P, N, N)``; their real part, of which alone real operators
    make a current, where all operators are real."""
    xp = namespace(populations)
    row = populations[:, None, :]
    fed = xp.matmul(_wide(g.forward * row[:, None, ...]), dagger(_wide(g.coupling)))
    half = fed - g.drift * row
    source, apart = half + dagger(half), xp.asarray(~np.eye(g.levels, dtype=bool))
    if g.real:
        size = g.damped * g.damped + g.gaps * g.gaps
        answers = (size > 0) & apart
        out = source * (g.damped / xp.where(answers, size, xp.ones_like(size)))
    else:
        answers = (xp.abs(g.own) > 0) & apart
        out = source / xp.where(answers, g.own, xp.ones_like(g.own))
    return xp.where(answers, -out, 0.0 * source)


def _wide(x: Array) -> Array:
    """Matrices of the second axis side by side, ``(P, N, K N)``."""
    xp = namespace(x)
    return xp.reshape(xp.permute_dims(x, (0, 2, 1, 3)), (x.shape[0], x.shape[-1], -1))


def _by_populations(g: Redfield, states: Array, inverse: Array) -> Array:
    """S† Y L - Y G for each terminal, ``(P, U + 1, N, N)``."""
    xp = namespace(states)
    points, terminals, n = states.shape
    a, scale = with_trace(g.matrix(0), n)
    right = xp.matrix_transpose(states)
    if inverse is None:
        y = _solved(xp.matrix_transpose(a), right) / scale
    else:
        y = xp.matmul(xp.matrix_transpose(inverse), right) / scale
    first = xp.asarray(np.arange(n) == 0)[:, None]
    y = xp.where(first, 0.0 * y, y)  # the first row stands for the trace and for no equation of motion
    # all terminals at once, and the harmonics on top of one another
    weighted = xp.reshape(y[:, None, :, :, None] * g.forward[:, :, :, None, :], (points, -1, terminals * n))
    back = xp.matmul(dagger(xp.reshape(g.coupling, (points, -1, n))), weighted)
    back = xp.permute_dims(xp.reshape(back, (points, n, terminals, n)), (0, 2, 1, 3))
    return back - xp.matrix_transpose(y)[..., None] * g.drift[:, None, ...]


def _solved(a: Array, b: Array) -> Array:
    xp = namespace(a)
    try:
        return xp.linalg.solve(a, b)
    except np.linalg.LinAlgError:  # points without a unique state are flagged as such
        return np.linalg.pinv(a) @ b
