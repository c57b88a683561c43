r"""Numerically exact currents of one point, converged in depth, exponents and harmonics.

The current out of bath u is taken where the energy leaves, from its own Hamiltonian,
.. math:: J_u = -\overline{\frac{d}{dt}\langle H_u\rangle} = -\overline{\sum_k v_k\,
    \mathrm{Tr}[S_u\rho_{u,k}]} + 2\,\mathrm{Im}\,C_u(0)\,\overline{\langle S_u^2\rangle},

with the first-level auxiliary operators rho_{u,k} of its exponents; C(0) is real for a bath with a finite
bandwidth and its imaginary part stands for the kink of an expansion at t = 0. As neither the system nor the
interaction stores energy over a period, these currents and the pump
:math:`\overline{\mathrm{Tr}[\dot H\rho]} + \sum_{u,k}\overline{\mathrm{Tr}[\dot S_u\rho_{u,k}]}`, work on
modulated couplings included, sum to zero exactly, at any depth, also where the couplings of the baths do not
commute (the system-side current :math:`\langle i[S_u, H]X_u\rangle` then differs by cross terms). See Kato
and Tanimura, J. Chem. Phys. 145, 224105 (2016). Those of a lead, particles too, are
`sambe.physics.heom.coupling_harmonics.exchange_flows`, of the hierarchy of Jin, Zheng and Yan, J. Chem. Phys.
128, 234703 (2008).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import ConvergenceError
from .expansion import Expansion, refine
from .refinement import Point, Setting, expanded_point

__all__ = ["HeomResult", "heom_currents"]

Complex = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]
FIRST_DEPTH = 2  # levels of the hierarchy tried first: one is of second order, two tell how far that holds
# Share of the tolerance by which a single refinement may move the currents: if each moves them at most half
# as far as the one before, as a convergent sequence does, the error that is left is at most twice the last
# move.
MARGIN = 0.5


@dataclass(frozen=True, eq=False)
class HeomResult:
    """Numerically exact stationary solution of one point.

    Attributes
    ----------
    terminals : tuple of str
        Bath names, then ``"pump"``.
    currents : array (U + 1,)
        Energy currents, positive into the system.
    state : array (N, N)
        Density matrix averaged over a period, in the basis of the Hamiltonian.
    state_harmonics : array (2 harmonics + 1, N, N)
        rho(t) = sum_m state_harmonics[harmonics + m] exp(-i m w t).
    depth : int
        Levels of the hierarchy.
    exponents : tuple of int
        Exponentials of each bath.
    harmonics : int
        Largest harmonic of the state kept.
    unknowns : int
        Size of the linear system.
    expansion_error : tuple of float
        Largest error of a golden-rule rate of each bath, relative to its largest.
    movement : dict of str to float
        How far the currents moved when ``depth``, ``exponents`` and ``harmonics`` were last raised,
        relative to ``scale``.
    scale : float
        The largest current, or 1 % of the largest one-way energy flow where that is more.
    error : float
        Estimated error of the currents relative to ``scale``: twice the sum of the movements.
    residual : float
        Sum of the currents over the terminals: the first law.
    particles : array (U + 1,)
        Particles into the system per unit time; zero for the pump and for what is no lead.
    """

    terminals: tuple[str, ...]
    currents: Floats
    state: Complex
    state_harmonics: Complex
    depth: int
    exponents: tuple[int, ...]
    harmonics: int
    unknowns: int
    expansion_error: tuple[float, ...]
    movement: dict[str, float]
    scale: float
    error: float
    residual: float
    particles: Floats


def heom_currents(
    system: System,
    *,
    tolerance: float = 1e-4,
    expansion_tolerance: float | None = None,
    max_depth: int = 12,
    max_exponents: int = 12,
    max_unknowns: int = 1_000_000,
) -> HeomResult:
    """Numerically exact currents of one point by the hierarchical equations of motion.

    Parameters
    ----------
    system : System
        Plain numbers only: one point of a sweep.
    tolerance : float
        Of the currents, relative to the largest: depth, exponents and harmonics are raised until the
        currents move by less than half of it.
    expansion_tolerance : float, optional
        Largest error of a bath's golden-rule rates, relative to its largest; ``tolerance`` if left
        out.
    max_depth, max_exponents, max_unknowns : int
        Limits: levels, exponentials of one bath, and size of the linear system.

    Returns
    -------
    HeomResult

    Raises
    ------
    InputError
        If a number is not plain, or a spectrum has no exponential expansion.
    ConvergenceError
        If a limit is met first; it says which, and the way out.

    Notes
    -----
    No counter-term is added: a coupling such as a + a† renormalises the levels, as in the Lamb shift
    of the other equations. Several operators of one bath couple to modes of their own.

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.models.spin_boson(drive=0.5, omega=0.8, baths=[
    ...     sambe.Bath("hot", spectrum=sambe.DrudeLorentz(0.005, cutoff=2.0), temperature=1.0),
    ...     sambe.Bath("cold", spectrum=sambe.DrudeLorentz(0.005, cutoff=2.0), temperature=0.5)])
    >>> exact = heom_currents(qubit)
    >>> [round(1e3 * float(x), 2) for x in exact.currents]
    [-1.61, -2.4, 4.01]
    """
    point, expansions = expanded_point(system, tolerance, expansion_tolerance, max_exponents, max_unknowns)
    return _converged(point, expansions, max_depth, system.whole_terminals)


def _converged(
    point: Point, expansions: tuple[Expansion | None, ...], max_depth: int, terminals: tuple[str, ...]
) -> HeomResult:
    """Raise harmonics, exponents and depth in turn until none of them moves the currents."""

    def deeper(s: Setting) -> Setting | None:
        return replace(s, depth=s.depth + 1) if s.depth < max_depth else None

    def wider(s: Setting) -> Setting | None:
        return replace(s, reach=s.reach + point.step) if point.step else s

    def longer(s: Setting) -> Setting | None:
        return _longer(point, s)

    moved = {}
    # the effect of longer expansions shows at a small depth already, where it costs little
    s = Setting(expansions, min(FIRST_DEPTH, max_depth), point.reach)
    s, _ = _settle(point, s, wider, "harmonics")
    s, moved["exponents"] = _settle(point, deeper(s) or s, longer, "exponents")
    s, moved["depth"] = _settle(point, replace(s, depth=FIRST_DEPTH), deeper, "depth")
    before = s
    s, moved["harmonics"] = _settle(point, s, wider, "harmonics")
    if s.reach != before.reach:
        s, moved["depth"] = _settle(point, s, deeper, "depth")
    return _result(point, replace(s, depth=s.depth + 1), moved, terminals)


def _settle(
    point: Point, setting: Setting, raised: Callable[[Setting], Setting | None], limit: str
) -> tuple[Setting, float]:
    """Raise one limit until the currents move by less than half of the tolerance.

    Returns
    -------
    setting : Setting
        The last but one, which was good enough.
    moved : float
        By how much the last one moved the currents, relative to the scale.
    """
    moved = float("nan")
    while True:
        finer = raised(setting)
        if finer is setting:
            return setting, 0.0
        if finer is None:
            still = (
                "it cannot be raised even once, to see whether the currents stand still"
                if np.isnan(moved)
                else f"the currents still moved by {moved:.1e} of the largest, more than "
                f"{MARGIN * point.tolerance:.0e}"
            )
            raise ConvergenceError(
                f"with {limit} at its limit (depth {setting.depth}, exponents {setting.exponents}, "
                f"{setting.reach} harmonics) {still}; raise max_{limit}, loosen the tolerance, or weaken the "
                "coupling"
            )
        better = point.solve(finer)
        moved = point.moved(point.solve(setting), better)
        if moved <= MARGIN * point.tolerance:
            return setting, moved
        setting = finer


def _longer(point: Point, s: Setting) -> Setting | None:
    """Every expansion one step longer; those that are exact stay."""
    out: list[Expansion | None] = []
    for x, line in zip(s.expansions, point.lines, strict=True):
        better = None if x is None else refine(x, line, point.floor)
        out.append(x if better is None else better)
    if max(0 if x is None else x.number for x in out) > point.max_exponents:
        return None
    if all(a is b for a, b in zip(out, s.expansions, strict=True)):
        return s
    return replace(s, expansions=tuple(out))


def _result(point: Point, s: Setting, moved: dict[str, float], terminals: tuple[str, ...]) -> HeomResult:
    a = point.solve(s)
    states = (a.states + a.states[::-1].conj().swapaxes(-1, -2)) / 2.0
    return HeomResult(
        terminals=terminals,
        currents=a.currents,
        state=states[s.reach],
        state_harmonics=states,
        depth=s.depth,
        exponents=s.exponents,
        harmonics=s.reach,
        unknowns=a.unknowns,
        expansion_error=tuple(0.0 if x is None else x.error for x in s.expansions),
        movement=moved,
        scale=point.scale(a),
        error=sum(moved.values()) / MARGIN,
        residual=float(a.currents.sum()),
        particles=a.particles,
    )
