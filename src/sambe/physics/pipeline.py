"""From a System with plain or batched numbers to currents: dress, rate, solve, count.

One pure function, `solve_batch`, in the array namespace of the system's numbers. What does not depend
on the numbers (the frame, the distinct couplings) is prepared once, in a `Method`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..description.system import System
from ..errors import FrameError, InputError
from ..numerics.arrays import Array, expand, finite_number, is_numpy, namespace
from .currents.terminals import secular_currents
from .dressing.dressing import Dressing, driven_dressed, ordered, shift_zone, traditional
from .dressing.floquet import floquet
from .dressing.frame import check_frame, find_frame, nearest_frame
from .generators.jumps import Jumps, Wiring, bath_operators, make_jumps, tied
from .generators.lamb_shift import LAMB_SHIFTS, with_shift
from .generators.positive import cluster_jumps, make_clustered, make_universal, shifted_dressing
from .generators.redfield import make_redfield
from .generators.zones import baths_at, coherence_paths, jumps_at, relaxation_rates, zone_groups, zone_shift
from .states.conjugate_residuals import Scratch
from .states.stationary import (
    BANDS,
    DENSE_LEVELS,
    Stationary,
    chunk_size,
    redfield_state,
    stationary_populations,
)

__all__ = [
    "EQUATIONS", "LAMB_SHIFT", "SECULAR", "Method", "Solution", "coherence_paths", "dress", "prepare",
    "relaxation_rates", "solve_batch",
]  # fmt: skip

EQUATIONS = ("auto", "driven_dressed", "floquet", "dressed", "heom")
HEOM_OPTIONS = ("tolerance", "expansion_tolerance", "max_depth", "max_exponents", "max_unknowns")
HEOM_LIMITS = ("depth", "exponents", "harmonics")  # each raised until the currents stand still
POSITIVE = ("ule", "clustered")
SECULAR = ("partial", "full", "none", *POSITIVE)
LAMB_SHIFT = "none"  # of the coherence-keeping equations
EXACT = 1e-11  # relative change of the currents at which `none` stops


@dataclass(frozen=True)
class Method:
    """How to solve: the equation and what it needs to know about the system's structure.

    Attributes
    ----------
    equation : {"driven_dressed", "floquet", "dressed", "heom"}
    secular : {"partial", "full", "none", "ule", "clustered", "exact"}
        ``"exact"`` for `heom`, which is no master equation.
    tolerance : float
        On the currents, relative to the largest, for the coherence-keeping generators.
    propagation_tolerance : float
        On the quasienergies, in units of omega.
    frame : tuple of int
        Static frame, or for `floquet` the labels of the modes.
    operators : tuple of array (N, N)
        Distinct coupling operators.
    wiring : tuple of tuple of int
        Operators of each bath.
    lamb_shift : {"none", "shift", "counter", "auto"}
        See `sambe.physics.generators.lamb_shift.with_shift`; ``"none"`` for the populations of ``"full"``.
    heom : tuple of (str, number)
        Options of `sambe.physics.heom.heom_currents`.
    harmonics : int, optional
        Of the extended space, for `floquet` outside NumPy; see `sambe.physics.dressing.floquet.floquet`.
    """

    equation: str
    secular: str
    tolerance: float
    propagation_tolerance: float
    frame: tuple[int, ...]
    operators: tuple[npt.NDArray[Any], ...]
    wiring: Wiring
    lamb_shift: str = "none"
    heom: tuple[tuple[str, float], ...] = ()
    harmonics: int | None = None


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


def prepare(
    system: System,
    equation: str = "auto",
    secular: str = "partial",
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    lamb_shift: str | bool = LAMB_SHIFT,
    heom: Mapping[str, float] | None = None,
) -> Method:
    """Check the choice of equation and find the frame.

    Raises
    ------
    InputError
        Unknown equation, secular treatment or Lamb shift, or a system whose stationary state is not
        unique.
    FrameError
        If the equation needs a static frame and there is none.
    """
    if isinstance(lamb_shift, bool):
        lamb_shift = "shift" if lamb_shift else "none"
    for field, value, known in (
        ("equation", equation, EQUATIONS),
        ("secular", secular, SECULAR),
        ("lamb_shift", lamb_shift, LAMB_SHIFTS),
    ):
        if value not in known:
            raise InputError(field, value, f"choose one of {', '.join(known)}")
    for field, number in (
        ("tolerance", tolerance),
        ("propagation_tolerance", propagation_tolerance),
    ):
        if not finite_number(number) or not 0 < number < 1:
            raise InputError(field, number, "give a number between 0 and 1")
    if not isinstance(system, System):
        raise InputError("system", system, "give a sambe.System, such as one of sambe.models")
    _check_connected(system)
    operators, wiring = bath_operators(system.baths)
    if equation == "heom":
        options = _heom_options(heom or {})
        return Method("heom", "exact", tolerance, propagation_tolerance, (), tuple(operators), wiring,
                      "counter" if lamb_shift == "counter" else "shift", options)  # fmt: skip
    chosen, frame = _frame_for(system, equation)
    shift = "none" if secular == "full" else lamb_shift
    return Method(chosen, secular, tolerance, propagation_tolerance, frame, tuple(operators), wiring, shift)


def _heom_options(options: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    if not isinstance(options, Mapping):
        raise InputError("heom", options, "give a mapping of options to numbers")
    for name, value in options.items():
        if name not in HEOM_OPTIONS:
            raise InputError("heom", name, f"the options of HEOM are {', '.join(HEOM_OPTIONS)}")
        if name.startswith("max_") and (not isinstance(value, int) or value < 1):
            raise InputError(f"heom.{name}", value, "give a positive whole number")
        if not name.startswith("max_") and not (finite_number(value) and 0 < value < 1):
            raise InputError(f"heom.{name}", value, "give a number between 0 and 1")
    return tuple(sorted(options.items()))


def _frame_for(system: System, equation: str) -> tuple[str, tuple[int, ...]]:
    masks = system.masks()
    if system.frame is not None:
        check_frame(masks, system.frame)  # a frame that was given has to fit, whatever the equation
    try:
        frame = system.frame if system.frame is not None else find_frame(masks)
    except FrameError:
        if equation in ("driven_dressed", "dressed"):
            raise
        bare = np.real(np.diagonal(sum(op for _, op in system.hamiltonian)))
        return "floquet", nearest_frame(masks, bare)
    if equation == "floquet" and system.omega is not None:
        return "floquet", frame
    return ("dressed" if equation == "dressed" else "driven_dressed"), frame


def _check_connected(system: System) -> None:
    """Refuse a system that falls apart: each part keeps its share of the population for ever."""
    from scipy.sparse.csgraph import connected_components

    linked: Any = sum(system.masks().values())
    for bath in system.baths:
        for op in bath.operators:
            linked = linked | (op != 0)
    count, label = connected_components(linked, directed=False)
    if count > 1:
        parts = [np.flatnonzero(label == k).tolist() for k in range(min(count, 4))]
        shown = " and ".join(map(str, parts)) + (" and more" if count > 4 else "")
        raise InputError(
            "baths", [b.name for b in system.baths],
            f"the stationary state is not unique: nothing connects the basis states {shown}; "
            "give a bath a coupling operator with matrix elements between them",
        )  # fmt: skip


def dress(system: System, method: Method) -> Dressing:
    """Dressing of a batch by the chosen equation."""
    if method.equation == "heom":
        raise InputError(
            "equation", "heom", "the exact hierarchy knows no jumps between dressed states; it answers "
            "steady_state and compare",
        )  # fmt: skip
    harmonics = system.harmonics()
    omega = 1.0 if system.omega is None else system.omega
    if method.equation == "floquet":
        tolerance, cutoff = method.propagation_tolerance, method.harmonics
        return floquet(harmonics, omega, method.operators, method.frame, tolerance, cutoff)
    make = driven_dressed if method.equation == "driven_dressed" else traditional
    return make(harmonics, omega, method.operators, method.frame)


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
