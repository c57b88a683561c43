"""What the pipeline finds at a batch of points: the state, its currents, and the jumps that they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, namespace
from ..dressing.frequencies import expanded_omega
from ..generators.jumps import Jumps, jumps_at
from .judgements.cross_terms import dropped_shift
from .tones.judgement import moved_by_turning_terms

__all__ = ["Solution"]


@dataclass(frozen=True)
class Solution:
    """Stationary solution of a batch.

    Attributes
    ----------
    plain : Jumps
        In the zone that the equation gives.
    state : array (..., N, N) or (..., N)
        Density matrix in the dressed basis of `jumps`, or populations for the full secular equation.
    currents : array (..., U + 1)
        Positive into the system; the pump last.
    kept : array (...)
        Coherences in the stationary matrix.
    unique, converged : bool array (...)
    shift : int array (..., N), optional
        Multiples of omega by which states were moved to another zone.
    move : callable, optional
        Jumps after it.
    spread : array (...), optional
        Of the clustered equation from NumPy's arrays: how far clusters that are wider or narrower by a fifth
        move a current, of the largest. Where that is much, neighbouring points may differ by as much.
    complete : bool array (...), optional
        Where terms between different quanta are kept; nowhere if it is not given.
    judged : array (...), optional
        `cross_term_shift`, where it was worked out on the way.
    framed : bool
        Whether the dressing is that of a static frame.
    inside : array (..., N, N), optional
        Of the clustered equation: 1 for two states of one cluster.
    """

    plain: Jumps
    state: Array
    currents: Array
    kept: Array
    unique: Array
    converged: Array
    shift: npt.NDArray[np.intp] | None = None
    move: Callable[[], Jumps] | None = None
    spread: npt.NDArray[np.float64] | None = None
    complete: Array = None
    judged: Array = None
    framed: bool = False
    inside: Array = None

    @cached_property
    def cross_term_shift(self) -> Array:
        """Largest move of a current by the terms between different quanta where they are dropped, ``(...)``.

        Estimated by perturbation theory where relaxation is slow against the drive; relative to the current,
        or to a hundredth of the largest. Zero where those terms are kept, and where relaxation is so much
        slower that it is below a per cent.
        """
        if self.judged is not None:
            return self.judged
        batch = self.currents.shape[:-1]
        points = int(np.prod(batch, dtype=int))
        state = np.broadcast_to(self.state, (*batch, *self.state.shape[len(batch) :]))
        state = state.reshape(points, *state.shape[len(batch) :])
        currents = self.currents.reshape(points, -1)
        if self.plain.dressing.several_tones:
            jumps = jumps_at(self.jumps)
            return moved_by_turning_terms(jumps, state, currents, self.framed).reshape(batch)
        return dropped_shift(jumps_at(self.jumps), state, currents, self.framed).reshape(batch)

    @cached_property
    def jumps(self) -> Jumps:
        """Jumps between the states in the order of `state`; made when asked for, as they cost as much as
        the solution."""
        return self.plain if self.move is None else self.move()

    @property
    def order(self) -> npt.NDArray[np.intp] | None:
        """Place of each state of `state` in ``plain``, or None where nothing moved."""
        if self.shift is None:
            return None
        d = self.plain.dressing
        return np.argsort(d.energies + self.shift * expanded_omega(d.omega, 1), axis=-1)

    @property
    def energies(self) -> Array:
        """Energies of the states in the order of `state`."""
        d = self.plain.dressing
        if self.shift is None:
            return d.energies
        return np.sort(d.energies + self.shift * expanded_omega(d.omega, 1), axis=-1)

    @property
    def populations(self) -> Array:
        """Populations, ``(..., N)``."""
        xp = namespace(self.state)
        if self.state.ndim == self.plain.dressing.energies.ndim:
            return self.state
        return xp.real(xp.linalg.diagonal(self.state))

    @property
    def plain_populations(self) -> Array:
        """Populations in the order of ``plain``."""
        order = self.order
        if order is None:
            return self.populations
        out = np.empty_like(self.populations)
        np.put_along_axis(out, order, self.populations, axis=-1)
        return out
