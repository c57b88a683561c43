"""One point for the hierarchy: what it asks of its baths, and its currents at one refinement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.hilbert_space.symmetry import check_unique
from ...description.system import System
from ...errors import ConvergenceError, InputError
from ..dressing.dressing import Dressing
from ..dressing.floquet import floquet
from ..dressing.frame import frame_of
from ..dressing.particle_sectors import in_sectors
from ..dressing.static_frame import driven_dressed
from ..generators.coupling_parts import coupling_parts, with_modulation
from .coupling_harmonics import (
    Harmonics,
    coupling_harmonics,
    energy_flows,
    exchange_flows,
    largest_harmonic,
    power,
)
from .expansion import Expansion, expand
from .hierarchy import excited, hierarchy, hierarchy_size
from .jump_lines import Lines, bath_lines, coupling_reach
from .periodic_state import Work, periodic_state

__all__ = ["Answer", "Point", "Setting", "expanded_point", "prepared_point"]

Complex = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]
# Rates below this share of the largest need no relative accuracy. A choice: it costs the smallest currents.
IDLE = 1e-3
# Currents below this share of the largest one-way energy flow count as zero. A choice: they are differences
# of flows a hundred times as large, which are not solved more accurately for their sake.
SMALL_FLOW = 1e-2
# Accuracy of the linear system relative to the tolerance of the currents times the largest rate, and its
# floor in units of energy, which rounding does not let it pass. Choices.
SOLVED, ROUNDING = 1e-3, 1e-13


@dataclass(frozen=True, eq=False)
class Setting:
    """Refinement of one solution."""

    expansions: tuple[Expansion | None, ...]
    depth: int
    reach: int

    @property
    def exponents(self) -> tuple[int, ...]:
        return tuple(0 if x is None else x.number for x in self.expansions)


@dataclass(frozen=True, eq=False)
class Answer:
    currents: Floats
    particles: Floats
    states: Complex
    unknowns: int


@dataclass(frozen=True, eq=False)
class Point:
    """One point: the system, what it asks of its baths, and limits."""

    harmonics: dict[int, Complex]
    omega: float
    baths: tuple[Bath, ...]
    couplings: tuple[tuple[Harmonics, ...], ...]
    lines: tuple[Lines, ...]
    reach: int
    tolerance: float
    max_exponents: int
    max_unknowns: int
    solved: dict[Any, Answer] = field(default_factory=dict)
    work: Work = field(default_factory=Work)

    @property
    def step(self) -> int:
        """Harmonics to add at a time: two of the drive's largest, as parity may hide one."""
        return 2 * max(*self.harmonics, largest_harmonic(self.couplings))

    @property
    def floor(self) -> float:
        """Rate below which a bath's relative accuracy does not matter."""
        return IDLE * max(line.largest for line in self.lines)

    def scale(self, a: Answer) -> float:
        """The largest current, or a share of the largest one-way flow where that is more."""
        flow = max(line.energy_flow for line in self.lines)
        return max(float(np.abs(a.currents).max()), SMALL_FLOW * flow)

    def moved(self, old: Answer, new: Answer) -> float:
        """How far currents have moved, those of energy relative to `scale`, of particles alike."""
        energy = float(np.abs(new.currents - old.currents).max()) / self.scale(new)
        if not new.particles.any():
            return energy
        flow = max(line.largest for line in self.lines if line.change is not None)
        most = max(float(np.abs(new.particles).max()), SMALL_FLOW * flow)
        return max(energy, float(np.abs(new.particles - old.particles).max()) / most)

    def pairs(self, expansions: Sequence[Expansion | None]) -> list[tuple[Expansion, Harmonics]]:
        """Each coupling with the expansion of its bath, of those that exchange anything."""
        return [
            (x, coupling)
            for x, couplings in zip(expansions, self.couplings, strict=True)
            if x is not None
            for coupling in couplings
        ]

    def solve(self, s: Setting) -> Answer:
        """Currents and harmonics of the state at one refinement, solved once."""
        key = s.expansions, s.depth, s.reach  # an expansion equals itself alone
        if key not in self.solved:
            self.solved[key] = self._solve(s)
        return self.solved[key]

    def _solve(self, s: Setting) -> Answer:
        """Build the hierarchy and solve it.

        Raises
        ------
        ConvergenceError
            If the hierarchy is too large, or its linear system cannot be solved.
        """
        pairs = self.pairs(s.expansions)
        block = len(self.harmonics[0]) ** 2 * (2 * s.reach + 1)
        operators = hierarchy_size(*excited(pairs, s.depth))
        if operators * block > self.max_unknowns:
            raise ConvergenceError(
                f"the hierarchy would need {operators} auxiliary operators x {block} elements and "
                f"harmonics = {operators * block:.3g} unknowns (depth {s.depth}, exponents "
                f"{s.exponents}), more than {self.max_unknowns:.3g}; loosen the tolerance, raise "
                "max_unknowns, or weaken the coupling"
            )
        h = hierarchy(pairs, s.depth)
        rate = max(line.largest for line in self.lines)
        accuracy = max(SOLVED * self.tolerance * rate, ROUNDING)
        x = periodic_state(h, self.harmonics, self.omega, s.reach, accuracy, self.work)
        n = len(self.harmonics[0])
        # QuTiP stacks columns: element (i, j) is number i + N j
        states = np.moveaxis(x.reshape(h.operators, n, n, 2 * s.reach + 1), -1, 1).swapaxes(-1, -2)
        return Answer(*self._currents(s, states, h.first, h.decay), states[0], operators * block)

    def _currents(
        self, s: Setting, states: Complex, first: tuple[int, ...], decay: Complex
    ) -> tuple[Floats, Floats]:
        """Energies and particles into the system."""
        places = iter(first)
        out, brought, pump = [], [], power(self.harmonics, self.omega, states[0])
        for expansion, couplings, line in zip(s.expansions, self.couplings, self.lines, strict=True):
            exponents = expansion.environment.exponents if expansion is not None else ()
            kink, total, count = sum(complex(x.coefficient).imag for x in exponents), 0.0, 0.0
            for coupling in couplings:
                tier = [next(places) for _ in exponents]
                if line.change is None:
                    heat, work = energy_flows(
                        coupling, self.omega, kink, states[0], states[tier], decay[tier]
                    )
                else:
                    heat, number, work = exchange_flows(coupling, self.omega, states[tier], decay[tier])
                    count += number
                total, pump = total + heat, pump + work
            out.append(total)
            brought.append(count)
        return np.array([*out, pump]), np.array([*brought, 0.0])


def expanded_point(
    system: System, tolerance: float, expansion_tolerance: float | None, max_exponents: int, max_unknowns: int
) -> tuple[Point, tuple[Expansion | None, ...]]:
    """A point, with the shortest expansion of each bath whose rates are right; None where there are none.

    Raises
    ------
    InputError
        If a tolerance makes no sense, or the system does not suit the hierarchy.
    ConvergenceError
        If a bath has no expansion that is short enough.
    """
    for name, value in (("tolerance", tolerance), ("expansion_tolerance", expansion_tolerance)):
        if value is not None and not 0 < value < 1:
            raise InputError(name, value, "give a number between 0 and 1")
    point = prepared_point(system, tolerance, max_exponents, max_unknowns)
    rates = tolerance if expansion_tolerance is None else expansion_tolerance
    return point, tuple(
        expand(bath, line, rates, max_exponents, point.floor) if line.largest > 0 else None
        for bath, line in zip(point.baths, point.lines, strict=True)
    )


def prepared_point(system: System, tolerance: float, max_exponents: int, max_unknowns: int) -> Point:
    plain = system.map_numbers(_plain)
    check_unique(plain)
    operators, wiring, mixing = coupling_parts(plain.baths)
    frame, contradiction = frame_of(plain)
    omega = 1.0 if plain.omega is None else float(plain.omega)
    dress = driven_dressed if contradiction is None else floquet
    particles = next((bath.particles for bath in plain.baths if bath.particles is not None), None)

    def dressed(one: System) -> Dressing:
        return dress(one.harmonics(), omega, operators, frame)

    if particles is None:
        dressing = dressed(plain)
    else:
        dressing = in_sectors(dressed, plain, particles, contradiction is not None, frame)
    dressing = with_modulation(dressing, mixing, plain.numbers())
    lines = bath_lines(dressing, wiring, plain.baths)
    if not max(line.largest for line in lines) > 0:
        raise InputError(
            "baths", [b.name for b in plain.baths],
            "no bath exchanges energy at the frequencies of the system: the stationary state is not "
            "unique; give one a spectrum that does not vanish there",
        )  # fmt: skip
    every = {k: np.asarray(h, dtype=complex) for k, h in plain.harmonics().items()}
    harmonics = {k: h for k, h in every.items() if k == 0 or h.any()}
    couplings = tuple(map(coupling_harmonics, plain.baths))
    largest = max(*harmonics, largest_harmonic(couplings))
    reach = max(largest, coupling_reach(dressing, tolerance)) if largest else 0
    return Point(harmonics, omega, plain.baths, couplings, lines, reach, tolerance, max_exponents,
                  max_unknowns)  # fmt: skip


def _plain(path: str, value: Any) -> Any:
    if np.ndim(value) > 0:
        raise InputError(path, value, "the exact reference takes one point; use steady_state for a sweep")
    number = complex(np.asarray(value)[()])
    return number if number.imag else number.real
