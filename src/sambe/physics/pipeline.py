"""From a System with plain or batched numbers to currents: dress, rate, solve, count.

One pure function, `solve_batch`, in the array namespace of the system's numbers. What does not depend
on the numbers (the frame, the distinct couplings) is prepared once, in a `Method`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Array, expand, is_numpy, namespace
from .currents.terminals import secular_currents
from .dressing.dressing import ordered, shift_zone
from .generators.coherences import coherence_paths, relaxation_rates
from .generators.jumps import Jumps, baths_at, jumps_at, make_jumps, tied
from .generators.lamb_shift import with_shift
from .generators.positive import cluster_jumps, make_clustered, make_universal, shifted_dressing
from .generators.redfield import make_redfield
from .generators.zones import zone_groups, zone_shift
from .method import POSITIVE, Method, dress
from .states.conjugate_residuals import Scratch
from .states.stationary import (
    BANDS,
    DENSE_LEVELS,
    Stationary,
    chunk_size,
    redfield_state,
    stationary_populations,
)

__all__ = ["Solution", "coherence_paths", "relaxation_rates", "solve_batch"]

EXACT = 1e-11  # relative change of the currents at which `none` stops


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
    """

    plain: Jumps
    state: Array
    currents: Array
    kept: Array
    unique: Array
    converged: Array
    shift: npt.NDArray[np.intp] | None = None
    move: Callable[[], Jumps] | None = None

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
        return np.argsort(d.energies + self.shift * expand(d.omega, 1), axis=-1)

    @property
    def energies(self) -> Array:
        """Energies of the states in the order of `state`."""
        d = self.plain.dressing
        if self.shift is None:
            return d.energies
        return np.sort(d.energies + self.shift * expand(d.omega, 1), axis=-1)

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


def solve_batch(system: System, method: Method) -> Solution:
    """Stationary state and currents of a batch of points.

    Parameters
    ----------
    system : System
        Numbers are scalars or arrays of one broadcast batch shape ``(...)``.
    method : Method
    """
    dressing = ordered(dress(system, method))
    jumps = make_jumps(dressing, system.baths, method.wiring)
    if method.secular == "full":
        return _solve_full(jumps)
    # with every harmonic kept no heat current depends on the zone
    balanced = method.secular == "none" and method.equation == "floquet"
    if is_numpy(namespace(dressing.energies)) and any(dressing.quanta) and not balanced:
        shift = zone_shift(jumps)
        if shift.any() or shift.size > shift.shape[-1] * chunk_size(shift.shape[-1]):
            return _solve_moved(jumps, shift, system, method)
    jumps = with_shift(jumps, system.baths, method.lamb_shift)
    if method.secular in POSITIVE:
        return _solve_positive(jumps, system, method)
    if balanced:
        if not is_numpy(namespace(dressing.energies)):
            raise InputError(
                "secular", "none", "the terms between different quanta are solved with NumPy arrays only; "
                "take secular='partial'",
            )  # fmt: skip
        from .states.harmonic_balance import balance

        return Solution(jumps, *balance(jumps))
    found = _solve_redfield(jumps, method)
    return Solution(jumps, found.state, found.currents, found.kept, found.unique, found.converged)


def _solve_redfield(
    jumps: Jumps, method: Method, scratch: Scratch | None = None, bands: Sequence[int] = BANDS
) -> Stationary:
    tolerance = EXACT if method.secular == "none" else method.tolerance
    return redfield_state(make_redfield(jumps), tolerance, scratch, bands)


def _solve_moved(jumps: Jumps, shift: npt.NDArray[np.intp], system: System, method: Method) -> Solution:
    """Points in their zones: those whose shifts need the same quanta together, as each quantum costs."""

    def move(some: Jumps, by: npt.NDArray[np.intp], baths: Sequence[Bath]) -> Jumps:
        if by.any():
            some = make_jumps(ordered(shift_zone(some.dressing, by)), baths, method.wiring)
        return with_shift(some, baths, method.lamb_shift)

    if method.secular in POSITIVE:
        return _solve_positive(move(jumps, shift, system.baths), system, method)
    batch, n = shift.shape[:-1], shift.shape[-1]
    flat = shift.reshape(-1, n)
    out: list[Array] = []
    scratch, size, left = Scratch(), chunk_size(n), zone_groups(flat)
    # points that take long wait for each other, as few at a time are slow
    for bands in [[band] for band in BANDS] if n > DENSE_LEVELS else [BANDS]:
        groups, left = left, []
        for group in groups:
            late: list[npt.NDArray[np.intp]] = []
            for points in (group[k : k + size] for k in range(0, len(group), size)):
                baths = baths_at(system.baths, batch, points)
                some = move(jumps_at(jumps, points), flat[points], baths)
                part = _solve_redfield(some, method, scratch, bands)
                out = out or [np.zeros((len(flat), *x.shape[1:]), x.dtype) for x in vars(part).values()]
                for whole, piece in zip(out, vars(part).values(), strict=True):
                    whole[points] = piece
                late.append(points[~part.converged])
            if sum(map(len, late)):
                left.append(np.concatenate(late))
    state, currents, kept, unique, converged = (x.reshape((*batch, *x.shape[1:])) for x in out)
    return Solution(
        jumps, state, currents, kept, unique, converged, shift, lambda: move(jumps, shift, system.baths)
    )


def _solve_positive(jumps: Jumps, system: System, method: Method) -> Solution:
    if method.lamb_shift != "none":
        jumps = make_jumps(shifted_dressing(jumps), system.baths, method.wiring)
    if method.secular == "ule":
        found = redfield_state(make_universal(jumps), method.tolerance)
        return Solution(jumps, found.state, found.currents, found.kept, found.unique, found.converged)
    xp = namespace(jumps.energy)
    jumps, inside = cluster_jumps(jumps, system.baths, relaxation_rates(jumps))
    found = redfield_state(make_clustered(jumps, inside), method.tolerance)
    kept = xp.astype(xp.sum(xp.triu(inside, k=1), axis=(-2, -1)), xp.int64)
    return Solution(jumps, found.state, found.currents, kept, found.unique, found.converged)


def _solve_full(jumps: Jumps) -> Solution:
    xp = namespace(jumps.energy)
    populations, unique = stationary_populations(_true_rates(jumps))
    kept = xp.zeros(unique.shape, dtype=xp.int64)
    return Solution(jumps, populations, secular_currents(jumps, populations), kept, unique, unique)


def _true_rates(jumps: Jumps) -> Array:
    """Rates between the states that a bath connects."""
    xp, rates = namespace(jumps.energy), jumps.rates
    largest = xp.max(rates, axis=(-2, -1), keepdims=True)
    if is_numpy(xp) and (rates > 1e-18 * largest).all():
        return rates
    size = sum(xp.sum(w, axis=-3) for w in {id(w): w for w in jumps.weights}.values())
    return xp.where(tied(size), rates, 0.0 * size)
