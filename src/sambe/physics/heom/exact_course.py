r"""The exact transient of one point: QuTiP's hierarchy in time, from a state that knows nothing of its baths.

The currents are those of `exact_currents`, without the mean over a period,

.. math:: J_u = -\sum_k v_k\,\mathrm{Tr}[S_u\rho_{u,k}] + 2\,\mathrm{Im}\,C_u(0)\,\langle S_u^2\rangle,\qquad
          P = \mathrm{Tr}[\dot H\rho] + \sum_{u,k}\mathrm{Tr}[\dot S_u\rho_{u,k}],

so that together they change the energy of the system and of its interaction with the baths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import ConvergenceError
from .coupling_harmonics import Harmonics, adjoint
from .exact_currents import FIRST_DEPTH
from .expansion import Expansion, refine
from .hierarchy import Hierarchy, excited, hierarchy, hierarchy_size
from .jump_lines import Lines
from .refinement import expanded_point

__all__ = ["ExactCourse", "exact_course"]

ACCURATE = 1e-3  # accuracy of the integration in time, over the tolerance
MOST_CALLS = 200_000  # actions of the generator in a course. A choice: some minutes

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ExactCourse:
    """The course of one point.

    Attributes
    ----------
    states, slopes : array (T, N, N)
        Density matrices and their time derivatives.
    currents, taken, particles : array (T, U + 1)
        Positive into the system, the pump's last; their integrals; and particles per unit time through leads.
    depth : int
        Levels of the hierarchy.
    """

    states: Complex
    slopes: Complex
    currents: Reals
    taken: Reals
    particles: Reals
    depth: int


class _Motion:
    """The hierarchy of one point in time."""

    def __init__(self, point: Any, expansions: Sequence[Any], depth: int) -> None:
        pairs = point.pairs(expansions)
        self.point, self.expansions = point, expansions
        self.levels = len(point.harmonics[0])
        operators = hierarchy_size(*excited(pairs, depth))
        if operators * self.levels**2 > point.max_unknowns:
            raise ConvergenceError(
                f"the hierarchy would need {operators} auxiliary operators (depth {depth}), more than "
                f"{point.max_unknowns:.3g} unknowns; loosen the tolerance, raise max_unknowns, or weaken the "
                "coupling"
            )
        self.h: Hierarchy = hierarchy(pairs, depth)
        self.calls = 0

    def at(self, harmonics: Harmonics, time: float) -> tuple[Complex, Complex]:
        """An operator and its derivative."""
        turned = {k: np.exp(-1j * k * self.point.omega * time) * x for k, x in harmonics.items()}
        slope = sum(
            (-1j * k * self.point.omega * x for k, x in turned.items()),
            start=0.0 * turned[next(iter(turned))],
        )
        return np.asarray(sum(turned.values())) + 0j, np.asarray(slope) + 0j

    def move(self, time: float, y: Complex) -> Complex:
        """Time derivative of all operators, and of what the terminals have given behind them."""
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise ConvergenceError(f"the hierarchy took more than {MOST_CALLS} steps; take an earlier end")
        h, n = self.h, self.levels
        flat = y[: h.operators * n * n]
        out = h.links @ flat
        for p, links in h.turning.items():
            out = out + np.exp(-1j * p * self.point.omega * time) * (links @ flat)
        rho = flat.reshape(h.operators, n, n)  # columns are stacked: transposed
        energy = self.at(self.point.harmonics, time)[0].T
        out = out.reshape(rho.shape) - h.decay[:, None, None] * rho - 1j * (rho @ energy - energy @ rho)
        return np.concatenate([out.reshape(-1), self.currents(time, flat)])

    def currents(self, time: float, flat: Complex) -> Complex:
        """Energy currents at a time, and behind them those of particles."""
        n = self.levels
        rho = flat.reshape(-1, n, n).swapaxes(-1, -2)
        pump = np.trace(self.at(self.point.harmonics, time)[1] @ rho[0]).real
        places = iter(self.h.first)
        baths = [self._exchanged(time, rho, u, places) for u in range(len(self.expansions))]
        heat, brought, work = np.reshape(baths, (-1, 3)).T
        return np.array([*heat, pump + work.sum(), *brought, 0.0], dtype=complex)

    def _exchanged(
        self, time: float, rho: Complex, bath: int, places: Iterator[int]
    ) -> tuple[float, float, float]:
        """Energy and particles per time out of a bath, and the power of what modulates its couplings."""
        expansion, fermionic = self.expansions[bath], self.point.lines[bath].change is not None
        heat = count = work = 0.0
        if expansion is None:
            return heat, count, work
        exponents = expansion.environment.exponents
        kink = sum(complex(x.coefficient).imag for x in exponents)
        for coupling in self.point.couplings[bath]:
            tier = [next(places) for _ in exponents]
            half = len(tier) // 2
            # of a lead d goes with the exponents of particles that enter, d† with the others
            sides = [(1, coupling, tier[:half]), (-1, adjoint(coupling), tier[half:])]
            for sign, harmonics, side in sides if fermionic else [(1, coupling, tier)]:
                s, slope = self.at(harmonics, time)
                inner = np.einsum("ij,kji->k", s, rho[side])
                heat -= (self.h.decay[side] * inner).sum().real
                work += np.einsum("ij,kji->", slope, rho[side]).real
                if fermionic:
                    count -= sign * inner.sum().imag
                else:
                    heat += 2.0 * kink * np.trace(s @ s @ rho[0]).real
        return heat, count, work

    def course(self, start: Complex, times: Reals, accuracy: float) -> ExactCourse:
        """Integrated over the times."""
        from scipy.integrate import solve_ivp

        n, terminals = self.levels, len(self.point.baths) + 1
        y = np.zeros(self.h.operators * n * n + 2 * terminals, dtype=complex)
        y[: n * n] = start.T.reshape(-1)
        ends = times[0], times[-1]
        if ends[1] > ends[0]:
            trajectory = solve_ivp(
                self.move, ends, y, t_eval=times, rtol=accuracy, atol=accuracy, method="DOP853"
            )
            if not trajectory.success:
                raise ConvergenceError(f"the hierarchy was not integrated: {trajectory.message}")
            rows = trajectory.y.T
        else:
            rows = np.repeat(y[None], len(times), axis=0)
        every = [self.move(t, row) for t, row in zip(times, rows, strict=True)]
        block = self.h.operators * n * n

        def first(x: Any) -> Complex:
            return np.asarray([row[: n * n].reshape(n, n).T for row in x])

        given, taken = (np.array([row[block:].real for row in x]) for x in (every, rows))
        return ExactCourse(
            first(rows), first(every), given[:, :terminals], taken[:, :terminals], given[:, terminals:],
            len(self.h.starts) - 2,
        )  # fmt: skip


def _wider(expansion: Expansion | None, line: Lines) -> Expansion | None:
    """One pole more than the rates of a lead ask for: a level between bands feels the energies about it."""
    if expansion is None or line.change is None:
        return expansion
    return refine(expansion, line) or expansion


def exact_course(
    system: System, start: Complex, times: Reals, *, tolerance: float = 1e-4,
    expansion_tolerance: float | None = None, max_depth: int = 12, max_exponents: int = 12,
    max_unknowns: int = 1_000_000,
) -> ExactCourse:  # fmt: skip
    """Numerically exact course of one point, the depth raised until states and currents stand still.

    Parameters
    ----------
    system : System
        Plain numbers.
    start : array (N, N)
        At the first of the times, when the baths are in equilibrium and know nothing of it.
    times : array (T,)
        Ascending.
    tolerance, expansion_tolerance, max_depth, max_exponents, max_unknowns
        As for `sambe.physics.heom.heom_currents`; the tolerance is that of the states' elements, and of the
        currents relative to the largest.

    Raises
    ------
    InputError, ConvergenceError
        As for `sambe.physics.heom.heom_currents`.
    """
    point, shortest = expanded_point(system, tolerance, expansion_tolerance, max_exponents, max_unknowns)
    expansions = [_wider(x, line) for x, line in zip(shortest, point.lines, strict=True)]
    before = None
    for depth in range(FIRST_DEPTH, max_depth + 1):
        course = _Motion(point, expansions, depth).course(start, times, ACCURATE * tolerance)
        if before is not None:
            scale = max(float(np.abs(course.currents).max()), np.finfo(float).tiny)
            moved = max(
                float(np.abs(course.states - before.states).max()),
                float(np.abs(course.currents - before.currents).max()) / scale,
            )
            if moved <= tolerance:
                return course
        before = course
    raise ConvergenceError(
        f"with depth at its limit ({max_depth}) the course still moved; raise max_depth, loosen the "
        "tolerance, or weaken the coupling"
    )
