r"""What the currents answer to small changes: exact derivatives of the stationary equation.

With :math:`\mathcal L\rho = 0` and currents :math:`J = j(\rho)`, a change of the generator by
:math:`\delta\mathcal L` and of the currents by :math:`\delta j` gives

.. math:: \delta J = \delta j(\rho) + j(x),\qquad \mathcal L x = -\delta\mathcal L\rho,\qquad
          \mathrm{Tr}\,x = 0 .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath, expanded
from ...description.observables import Observable
from ...description.system import System
from ...description.tones.quanta import code_of
from ...numerics.arrays import Array, dagger
from ..currents.channels import channel_rates
from ..currents.particles import particle_currents
from ..currents.terminals import secular_currents
from ..dressing.dressing import Dressing
from ..generators.exchanged_particles import jump_slopes
from ..generators.jumps import Jumps, baths_at, jumps_at, true_rates
from ..generators.periodic_generator import HARMONIC_FLOOR, PeriodicGenerator, make_harmonics, reach_of
from ..generators.positive import universal, within_clusters
from ..generators.redfield import Redfield, pack, pauli_generator, unpack
from ..method import Responding
from ..states.group_inverse import DenseResponse, IteratedResponse
from ..states.periods.complete_state import MAP_LEVELS, courses_of
from ..states.periods.period_response import IteratedPeriod, MappedPeriod
from ..states.solution import Solution
from ..states.stationary import DENSE_LEVELS
from ..treatments import TREATMENTS
from .dissipators import of_bath
from .tangents import (
    Change,
    Leg,
    by_change,
    by_drive,
    by_root,
    changed_generator,
    changed_period,
    changed_rates,
)

__all__ = ["Answers", "answers_of", "drive_operators"]

# Numbers in the matrices of the points that are answered for together: they stay in the cache
TOGETHER = 2**19

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Pair = tuple[Reals, Reals]  # changes of a(W) and a(-W)
# change of the equation of motion (P, n) and of what is carried (P, 2, U + 1): energies and particles
Push = tuple[Reals, Reals]


@dataclass(frozen=True)
class Answers:
    """Derivatives of the currents of a batch, NaN where they are not known.

    Attributes
    ----------
    conductance : array (P, U + 1, V)
        By the temperatures of the V thermal baths.
    drive : array (P, U + 1)
        By a factor on the drive.
    converged : bool array (P,)
    thermoelectric : array (P, 2, U + 1, 2, V)
        Energies and particles by temperatures and chemical potentials.
    """

    conductance: Reals
    drive: Reals
    converged: npt.NDArray[np.bool_]
    thermoelectric: Reals


def drive_operators(system: System) -> tuple[Observable, ...]:
    """The operators of the drive, term by term, looked at between the dressed states."""
    terms = (op for h in sorted(system.drive) for _, op in system.drive[h])
    return tuple(Observable(str(k), op) for k, op in enumerate(terms))


def answers_of(system: System, method: Responding, solution: Solution) -> Answers:
    """Derivatives at the stationary states of a batch with one axis of points."""
    batch = _Batch.of(system, solution)
    places = np.flatnonzero(
        solution.unique & solution.converged & np.isfinite(solution.currents).all(axis=-1)
    )
    if solution.complete is not None:
        complete = np.asarray(solution.complete)[places]
        if system.tones == 1 and complete.any():  # several have no period
            jumps = jumps_at(solution.jumps, places[complete])
            for alike, packed, slow in courses_of(jumps):
                group = jumps_at(jumps, alike)
                batch.answer(places[complete][alike], group, _Period(group, packed, slow))
        places = places[~complete]
    n, alone = solution.plain.dressing.levels, TREATMENTS[method.secular].populations_only
    unknowns = n if alone else n * n
    size = max(1, TOGETHER // (unknowns * (unknowns if n <= DENSE_LEVELS else 8)))
    for points in (places[k : k + size] for k in range(0, places.size, size)):
        jumps = jumps_at(solution.jumps, points)
        batch.answer(points, jumps, (_Populations if alone else _Coherences)(method, solution, points, jumps))
    return batch.out


@dataclass(frozen=True)
class _Batch:
    """Points that are answered for in groups.

    Attributes
    ----------
    system : System
    solution : Solution
    thermal : list of int
        Baths with a temperature.
    out : Answers
        Filled in group by group.
    """

    system: System
    solution: Solution
    thermal: list[int]
    out: Answers

    @classmethod
    def of(cls, system: System, solution: Solution) -> _Batch:
        """Points of which nothing is known yet."""
        points, terminals = solution.unique.size, len(system.baths) + system.tones
        thermal = [u for u, bath in enumerate(system.baths) if bath.temperature is not None]
        none = not system.drive and system.steps is None  # steps have no scale of a drive: not a number
        out = Answers(
            conductance=np.full((points, terminals, len(thermal)), np.nan),
            drive=np.full((points, terminals), 0.0 if none else np.nan),
            converged=np.zeros(points, dtype=bool),
            thermoelectric=np.full((points, 2, terminals, 2, len(thermal)), np.nan),
        )
        return cls(system, solution, thermal, out)

    def answer(self, points: Points, jumps: Jumps, route: Route) -> None:
        """Put in what is known of some points."""
        thermal, out = self.thermal, self.out
        baths = [
            expanded(bath, 3) for bath in baths_at(self.system.baths, self.solution.unique.shape, points)
        ]
        leads = [u for u in thermal if baths[u].particles is not None]
        asked = [(u, "temperature") for u in thermal] + [(u, "chemical_potential") for u in leads]
        pushes = [
            route.by_rates(u, jump_slopes(baths[u], jumps.energy, jumps.beyond[u].change, by))
            for u, by in asked
        ]
        if self.system.drive:
            pushes.append(self._by_scale(points, jumps, baths, route))
        driven = np.stack([push for push, _ in pushes], axis=1)
        known = np.asarray(np.isfinite(driven).all(axis=-1))
        size = np.stack([np.abs(np.nan_to_num(carried)).max(axis=(-2, -1)) for _, carried in pushes], axis=1)
        moved = route.answer(np.where(known[..., None], driven, 0.0), np.maximum(size, np.finfo(float).tiny))
        answers = [
            np.where(known[:, k, None, None], carried + route.carried(moved[:, k]), np.nan)
            for k, (_, carried) in enumerate(pushes)
        ]
        if self.system.drive:
            out.drive[points] = answers.pop()[:, 0]
        for k, u in enumerate(thermal):
            out.conductance[points, :, k] = answers[k][:, 0]
            out.thermoelectric[points, :, :, 0, k] = answers[k]
            if u in leads:
                out.thermoelectric[points, :, :, 1, k] = answers[len(thermal) + leads.index(u)]
        out.converged[points] = route.converged

    def _by_scale(self, points: Points, jumps: Jumps, baths: Sequence[Bath], route: Route) -> Push:
        """Under a factor on the drive; NaN where a bath is not described by its rates, or has no slope."""
        observed, solution = jumps.dressing.observed, self.solution
        if observed is None or solution.inside is not None or any(not b.nothing for b in jumps.beyond):
            unknown = np.full((len(points), route.unknowns), np.nan)
            return unknown, np.full((len(points), 2, len(baths) + self.system.tones), np.nan)
        harmonics = _harmonics(self.system, observed, solution.unique.shape, points)
        change = by_drive(jumps.dressing, harmonics, tilted=route.tilted)
        slopes = [jump_slopes(bath, jumps.energy) for bath in baths]
        return route.by_legs(by_change(jumps, change, slopes, route.root), change)


def _harmonics(
    system: System, observed: Dressing, batch: tuple[int, ...], points: Points
) -> dict[int, Complex]:
    """V^(q) of the drive between the dressed states, both signs of q, ``(P, N, N)`` each."""
    out: dict[int, Complex] = {}
    parts = (
        (code_of(key) if isinstance(key, tuple) else key, c, unit)
        for key in sorted(system.drive)
        for c, operator in system.drive[key]
        for unit in (1.0, 1j)[: len(Observable("", operator).parts)]
    )
    for part, (h, c, unit) in enumerate(parts):
        weight = np.broadcast_to(np.asarray(c), batch).reshape(-1)[points][:, None, None] * unit
        for k, q in enumerate(observed.quanta):
            line = observed.couplings[:, part, k]
            for taken, element in ((q, line), (-q, dagger(line)))[: 2 if q else 1]:
                # the term turns by h itself, and its conjugate the other way
                term = weight * element
                out[taken + h] = out.get(taken + h, 0.0) + term
                out[-taken - h] = out.get(-taken - h, 0.0) + dagger(term)
    return out


class Route(Protocol):
    """How a stationary state is pushed and what it answers."""

    unknowns: int
    root: bool  # whether the roots of the rates stand on both sides of the state
    tilted: bool  # whether coherences between close levels are kept

    @property
    def converged(self) -> Flags:
        """Where all answers so far are good."""

    def by_rates(self, bath: int, slopes: Pair) -> Push:
        """Under a change of the rates of a bath."""

    def by_legs(self, legs: Sequence[Leg], change: Change) -> Push:
        """Under a change of the dressing."""

    def answer(self, driven: Reals, scale: Reals) -> Reals:
        """x for each push, ``(P, T, n)``, to a tolerance relative to the scales ``(P, T)``."""

    def carried(self, x: Reals) -> Reals:
        """Energies and particles into the system by a state ``(P, n)``, ``(P, 2, U + 1)``."""


def _both(energies: Array, particles: Array = None) -> Reals:
    """Energies and, if they are known, particles side by side; no pump brings any."""
    beside = np.full(np.shape(energies), np.nan)
    if particles is not None:
        beside[...] = 0.0
        beside[..., : particles.shape[-1]] = particles
    return np.stack([np.asarray(energies), beside], axis=-2)


class _Populations:
    """The rate equation."""

    root = tilted = False

    def __init__(self, _method: Responding, solution: Solution, points: Points, jumps: Jumps) -> None:
        self.jumps = jumps
        self.p = np.asarray(solution.populations)[points]
        self.unknowns = self.p.shape[-1]
        self.answer = DenseResponse(np.asarray(pauli_generator(true_rates(jumps))), np.arange(self.unknowns))
        self.converged = self.answer.converged

    def by_rates(self, bath: int, slopes: Pair) -> Push:
        """Under a change of the rates of a bath."""
        changed = of_bath(self.jumps, bath, *slopes)
        return self._moved(changed.rates), self._carried(changed, self.p)

    def by_legs(self, legs: Sequence[Leg], _change: Change) -> Push:
        """Under a change of the dressing."""
        rates, taken = changed_rates(self.jumps, legs)
        return self._moved(rates), _both(np.matmul(taken, self.p[:, None, :, None])[..., 0].sum(axis=-1))

    def _moved(self, rates: Reals) -> Reals:
        return np.asarray(np.matmul(pauli_generator(rates), self.p[..., None])[..., 0])

    def _carried(self, jumps: Jumps, p: Reals) -> Reals:
        return _both(secular_currents(jumps, p), particle_currents(jumps, p, None))

    def carried(self, x: Reals) -> Reals:
        """Energies and particles into the system by a state ``(P, n)``."""
        return self._carried(self.jumps, x)


class _Coherences:
    """An equation that keeps coherences."""

    tilted = True

    def __init__(self, method: Responding, solution: Solution, points: Points, jumps: Jumps) -> None:
        self.jumps = jumps
        self.inside = None if solution.inside is None else np.asarray(solution.inside)[points]
        treatment = TREATMENTS[method.secular]
        self.root = treatment.generator is universal
        self.g = treatment.generator(jumps, self.inside)
        self.packed = np.asarray(pack(np.asarray(solution.state)[points]))
        n = self.g.levels
        self.unknowns = n * n
        self.answer: DenseResponse | IteratedResponse
        if n <= DENSE_LEVELS:
            self.answer = DenseResponse(np.asarray(self.g.superoperator()), np.arange(n) * (n + 1))
        else:
            flat = self.packed.reshape(len(points), -1)
            self.answer = IteratedResponse(self.g, flat, np.asarray(solution.kept)[points], method.tolerance)

    @property
    def converged(self) -> Flags:
        """Where all answers so far are good."""
        return self.answer.converged

    def by_rates(self, bath: int, slopes: Pair) -> Push:
        """Under a change of the rates of a bath."""
        if self.root:
            return self.by_legs(by_root(self.jumps, bath, slopes), None)
        jumps = of_bath(self.jumps, bath, *slopes)
        changed = within_clusters(jumps, self.inside)
        changed = replace(changed, gaps=0.0 * changed.gaps)
        return self._flat(changed.apply(self.packed)), self._carried(changed, jumps, self.packed)

    def by_legs(self, legs: Sequence[Leg], change: Change | None) -> Push:
        """Under a change of what stands on both sides of the state."""
        changed = changed_generator(self.jumps, legs, change)
        return self._flat(changed.apply(self.packed)), _both(changed.currents(self.packed))

    def _flat(self, moved: Reals) -> Reals:
        return np.asarray(moved).reshape(len(moved), -1)

    def _carried(self, g: Redfield, jumps: Jumps, packed: Reals) -> Reals:
        if self.root or all(beyond.change is None for beyond in jumps.beyond):
            return _both(g.currents(packed))
        state = unpack(packed)
        return _both(g.currents(packed), particle_currents(jumps, state, channel_rates(jumps, state)))

    def carried(self, x: Reals) -> Reals:
        """Energies and particles into the system by a state ``(P, n)``, packed and flat."""
        return self._carried(self.g, self.jumps, x.reshape(self.packed.shape))


class _Period:
    """The complete equation, whose states move along the period."""

    root, tilted = False, True

    def __init__(self, jumps: Jumps, packed: Reals, slow: bool) -> None:
        self.jumps, self.packed, self.samples = jumps, packed, packed.shape[1]
        self.unknowns = packed[0].size
        self.reach = reach_of(jumps, HARMONIC_FLOOR)
        self.g = self._generator(jumps)
        self.slow, self.converged = slow, np.ones(len(packed), dtype=bool)

    def _generator(self, jumps: Jumps) -> PeriodicGenerator:
        return PeriodicGenerator.of(make_harmonics(jumps, self.reach), self.samples)

    def by_rates(self, bath: int, slopes: Pair) -> Push:
        """Under a change of the rates of a bath."""
        changed = self._generator(of_bath(self.jumps, bath, *slopes))
        moved = changed.dissipate(self.packed).reshape(len(self.packed), -1)
        return moved, _both(changed.currents(self.packed))

    def by_legs(self, legs: Sequence[Leg], change: Change) -> Push:
        """Under a change of the dressing."""
        moved, currents = changed_period(self.jumps, legs, change, self.packed)
        return moved.reshape(len(moved), -1), _both(currents)

    def answer(self, driven: Reals, scale: Reals) -> Reals:
        """By the iteration, and where that does not end by the map of a period."""
        iterated = IteratedPeriod(self.jumps, self.reach, self.packed, self.slow)
        out = iterated(driven, scale)
        self.converged = iterated.converged.copy()
        left = np.flatnonzero(~self.converged)
        if left.size and self.g.levels <= MAP_LEVELS and self.samples & (self.samples - 1) == 0:
            mapped = MappedPeriod(jumps_at(self.jumps, left), self.reach[left], self.packed[left])
            out[left] = mapped(driven[left], scale[left])
            self.converged[left] = mapped.converged
        return out

    def carried(self, x: Reals) -> Reals:
        """Energies into the system by a state ``(P, M N^2)``, packed and flat; particles are not known."""
        return _both(self.g.currents(x.reshape(self.packed.shape)))
