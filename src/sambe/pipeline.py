"""From a System with plain or batched numbers to currents: dress, rate, solve, count.

One pure function, `solve_batch`, in the array namespace of the system's numbers. What does not depend
on the numbers (the frame, the distinct couplings) is prepared once, in a `Method`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ._array import Array, is_numpy, namespace
from .currents import secular_currents
from .dressing import Dressing, driven_dressed, ordered, shift_zone, traditional
from .errors import FrameError, InputError
from .floquet import floquet
from .frame import check_frame, find_frame, nearest_frame
from .generator import make_redfield
from .jumps import Jumps, Wiring, bath_operators, make_jumps
from .lamb import LAMB_SHIFTS, with_shift
from .positive import cluster_jumps, make_clustered, make_universal, shifted_dressing
from .steady import redfield_state, stationary_populations
from .system import System

__all__ = ["EQUATIONS", "LAMB_SHIFT", "SECULAR", "Method", "Solution", "dress", "prepare", "solve_batch"]

EQUATIONS = ("auto", "driven_dressed", "floquet", "dressed", "heom")
HEOM_OPTIONS = ("tolerance", "expansion_tolerance", "max_depth", "max_exponents", "max_unknowns")
POSITIVE = ("ule", "clustered")
SECULAR = ("partial", "full", "none", *POSITIVE)
LAMB_SHIFT = "none"  # of the coherence-keeping equations
POPULATED = 1e-3  # pairs of states that hold less than this share do not count
EXACT = 1e-11  # relative change of the currents at which `none` stops
ROUNDING = 1e-26  # squared coupling elements below this share of the largest are zero
ZONE_CUT = 100.0  # states this close modulo omega, in relaxation rates, are brought together


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
        See `sambe.lamb.with_shift`; ``"none"`` for the populations of ``"full"``.
    heom : tuple of (str, number)
        Options of `sambe.heom.heom_currents`.
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


@dataclass(frozen=True)
class Solution:
    """Stationary solution of a batch.

    Attributes
    ----------
    jumps : Jumps
    state : array (..., N, N) or (..., N)
        Density matrix in the dressed basis, or populations for the full secular equation.
    currents : array (..., U + 1)
        Positive into the system; the pump last.
    kept : array (...)
        Coherences in the stationary matrix.
    unique, converged : bool array (...)
    """

    jumps: Jumps
    state: Array
    currents: Array
    kept: Array
    unique: Array
    converged: Array

    @property
    def populations(self) -> Array:
        """Populations, ``(..., N)``."""
        xp = namespace(self.state)
        if self.state.ndim == self.jumps.dressing.energies.ndim:
            return self.state
        return xp.real(xp.linalg.diagonal(self.state))


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
        if not 0 < number < 1:
            raise InputError(field, number, "give a number between 0 and 1")
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
    for name, value in options.items():
        if name not in HEOM_OPTIONS:
            raise InputError("heom", name, f"the options of HEOM are {', '.join(HEOM_OPTIONS)}")
        if name.startswith("max_") and (not isinstance(value, int) or value < 1):
            raise InputError(f"heom.{name}", value, "give a positive whole number")
        if not name.startswith("max_") and not 0 < value < 1:
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
        return floquet(harmonics, omega, method.operators, method.frame, method.propagation_tolerance)
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
    xp = namespace(dressing.energies)
    # with every harmonic kept no heat current depends on the zone
    balanced = method.secular == "none" and method.equation == "floquet"
    if is_numpy(xp) and any(dressing.quanta) and not balanced:
        shift = zone_shift(jumps)
        if shift.any():
            dressing = ordered(shift_zone(dressing, shift))
            jumps = make_jumps(dressing, system.baths, method.wiring)
    jumps = with_shift(jumps, system.baths, method.lamb_shift)
    if method.secular in POSITIVE:
        return _solve_positive(jumps, system, method)
    if balanced:
        from .harmonic_balance import balance

        return Solution(jumps, *balance(jumps))
    generator = make_redfield(jumps)
    exact = method.secular == "none"
    found = redfield_state(generator, EXACT if exact else method.tolerance)
    return Solution(jumps, found.state, found.currents, found.kept, found.unique, found.converged)


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
    """Rates without those of squared elements that are rounding alone: they must not tie together what
    no bath connects."""
    xp, rates = namespace(jumps.energy), jumps.rates
    largest = xp.max(rates, axis=(-2, -1), keepdims=True)
    if is_numpy(xp) and (rates > 1e-18 * largest).all():
        return rates
    size = sum(xp.sum(w, axis=-3) for w in {id(w): w for w in jumps.weights}.values())
    size = size + xp.matrix_transpose(size)
    linked = size > ROUNDING * xp.max(size, axis=(-2, -1), keepdims=True)
    return xp.where(linked, rates, 0.0 * size)


def relaxation_rates(jumps: Jumps) -> Array:
    """Scale on which the coherence of each pair relaxes, ``(..., N, N)``: mean rate out of the two
    states, jumps that change no state included."""
    xp = namespace(jumps.energy)
    leaving = xp.sum(jumps.rates, axis=-2)
    return 0.5 * (leaving[..., :, None] + leaving[..., None, :])


def coherence_paths(jumps: Jumps) -> dict[int, npt.NDArray[np.bool_]]:
    """Which coherences the baths can drive, by the multiple m >= 0 of omega between the channels.

    Populations feed the coherence of i and j through channels q and q - m that lead from one state k
    to both, or from both to one. Weak channels (1e-3 of the strongest of the point, so that a point
    does not depend on its neighbours in a sweep) are left out, as are pairs that no such path joins:
    their degeneracy does no harm. Arrays are ``(..., N, N)``.
    """
    size = np.abs(jumps.dressing.couplings)
    present = (size > 1e-3 * size.max(axis=(-4, -3, -2, -1), keepdims=True)).astype(np.float32)
    signed: dict[int, Array] = {}  # as numbers, whose matrix product is a hundred times faster
    for k, q in enumerate(jumps.dressing.quanta):
        signed[q], signed[-q] = present[..., k, :, :], present[..., k, :, :].swapaxes(-1, -2)
    paths: dict[int, npt.NDArray[np.bool_]] = {}
    for q, a in signed.items():
        for q2, b in signed.items():
            if q >= q2 and a.any() and b.any():
                out = np.matmul(a, b.swapaxes(-1, -2)) + np.matmul(b.swapaxes(-1, -2), a)
                paths[q - q2] = np.asarray(paths.get(q - q2, False) | (out > 0).any(axis=-3))
    return {m: p for m, p in paths.items() if p.any()}


def secular_ratio(jumps: Jumps, populations: Array) -> Array:
    """Smallest gap over relaxation rate, ``(...)``: the secular approximation needs it large.

    Gaps count modulo those multiples of omega by which two channels can differ, and only between
    states whose coherence the baths can drive and that are populated: the broad, empty top of a ladder
    does no harm.
    """
    n = jumps.dressing.levels
    e, w = jumps.dressing.energies, np.asarray(jumps.dressing.omega)[..., None, None]
    gap = e[..., :, None] - e[..., None, :]
    rate = relaxation_rates(jumps)
    rate = np.maximum(rate, 1e-200)  # no overflow where nothing relaxes
    counted = populations[..., :, None] + populations[..., None, :] >= POPULATED
    counted = counted & ~np.eye(n, dtype=bool)
    out: Array = np.full(e.shape[:-1], np.inf)
    for m, path in coherence_paths(jumps).items():
        pairs = path | path.swapaxes(-1, -2)
        if pairs.any():
            ratio = np.where(pairs & counted, np.abs(gap - m * w) / rate, np.inf)
            out = np.minimum(out, ratio.min(axis=(-2, -1)))
    return out


def edge_population(solution: Solution, edge: tuple[int, ...]) -> Array:
    """Population of the basis states at the cut of a ladder, ``(...)``; zero where there is none."""
    populations = solution.populations
    if not edge:
        return 0.0 * populations[..., 0]
    states = solution.jumps.dressing.states[..., list(edge), :]
    if solution.state.ndim == populations.ndim:  # populations alone
        return np.sum(np.abs(states) ** 2 * populations[..., None, :], axis=(-2, -1))
    seen = np.matmul(states, solution.state) * np.conj(states)
    return np.real(np.sum(seen, axis=(-2, -1)))


def zone_shift(jumps: Jumps) -> npt.NDArray[np.intp]:
    """Multiples of omega that bring together states near-degenerate modulo omega, ``(..., N)``.

    Quasienergies are defined modulo omega. Coherences are kept between states of nearly equal
    energy, so a pair that is near-degenerate only modulo omega has to be moved to the same zone.
    """
    n = jumps.dressing.levels
    e = np.asarray(jumps.dressing.energies)
    shift = np.zeros(e.shape, dtype=np.intp)
    paths = {m: p for m, p in coherence_paths(jumps).items() if m}
    if n < 2 or not paths:
        return shift
    w = np.broadcast_to(np.asarray(jumps.dressing.omega), e.shape[:-1])[..., None, None]
    gap = e[..., :, None] - e[..., None, :]
    multiple = np.round(gap / w).astype(np.intp)
    rate = relaxation_rates(jumps)
    moved = np.abs(gap - multiple * w)
    # worth it where it brings the pair much closer; lines broader than the zone have no neighbours in it
    close = (moved <= ZONE_CUT * rate) & (moved < 0.25 * np.abs(gap)) & (40.0 * rate < w)
    reachable = np.zeros_like(close)
    for m, path in paths.items():
        reachable |= (np.abs(multiple) == m) & (path | path.swapaxes(-1, -2))
    close &= reachable
    safe = np.where(rate > 0, rate, np.finfo(float).tiny)
    as_it_is = np.where(np.abs(gap) <= ZONE_CUT * rate, np.abs(gap) / safe, np.inf)
    distance = np.where(close, moved / safe, as_it_is)
    multiple = np.where(close, multiple, 0)
    for point in map(tuple, np.argwhere(close.any(axis=(-2, -1)))):
        shift[point] = _align(distance[point], multiple[point])
    return shift


def _align(distance: npt.NDArray[np.float64], m: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Shifts that bring pairs together, the closest first; pairs already joined stay as they are."""
    n = len(distance)
    shift, group = np.zeros(n, dtype=np.intp), np.arange(n)
    i, j = np.triu_indices(n, 1)
    near = np.flatnonzero(np.isfinite(distance[i, j]))
    for k in near[np.argsort(distance[i[near], j[near]], kind="stable")]:
        a, b = i[k], j[k]
        if group[a] == group[b]:
            continue
        moving = group == group[b]
        shift[moving] += shift[a] + m[a, b] - shift[b]
        group[moving] = group[a]
    return shift
