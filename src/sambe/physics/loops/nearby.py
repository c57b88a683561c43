r"""A batch of points and its neighbours in the space of the numbers: generators and currents in one basis.

The basis is that of the dressed states of the point itself; it stands still while the numbers move, so that a
state, in which the dressed states turn, is differentiated as a matrix and needs no phase of an eigenvector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...numerics.arrays import dagger
from ..currents.channels import channel_rates
from ..currents.particles import particle_currents
from ..currents.terminals import secular_currents
from ..generators.jumps import Jumps, jumps_at, true_rates
from ..generators.level_shifts import with_shift
from ..generators.redfield import Redfield, make_redfield, pack, pauli_generator, unpack
from ..method import Method
from ..pipeline import jumps_of
from ..states.group_inverse import DenseResponse, IteratedResponse
from ..states.iterations.conjugate_residuals import Applied
from ..states.stationary import DENSE_LEVELS
from ..treatments import TREATMENTS

__all__ = ["Slopes", "Standing", "Tangent", "moved", "reach", "slopes", "standing"]

Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]
Motion = Mapping[str, Any]

# Central differences of the sixth and of the fourth order, by what is between points at k and -k steps.
SIXTH = (45.0 / 60.0, -9.0 / 60.0, 1.0 / 60.0)
FOURTH = (8.0 / 12.0, -1.0 / 12.0, 0.0)
# Share of the largest energy or temperature that counts as the size of a number which may vanish. A choice.
SMALLEST = 0.1
STILL = 1e-12  # of those energies: a derivative that is rounding
ENERGIES = ("hamiltonian", "drive", "steps")
POSITIVE = (".temperature", ".strength", ".cutoff", ".width", ".frequency", ".tunnelling")


@dataclass(frozen=True)
class Standing:
    """Generator and currents of points in a basis that stands still.

    States are flat: populations ``(P, N)``, or Re + Im of matrices ``(P, N^2)``.

    Attributes
    ----------
    jumps : Jumps
    populations : bool
        Whether populations are all there is.
    omega : array (P,)
    turn : array (P, N, N), optional
        Columns: the own states in the basis; for populations ``(P, N)``, which of the own states is the one.
    """

    jumps: Jumps
    populations: bool
    omega: Reals
    turn: Any = None

    @property
    def levels(self) -> int:
        """Number of states N."""
        return self.jumps.dressing.levels

    @property
    def leads(self) -> bool:
        """Whether some bath exchanges particles."""
        return any(beyond.change is not None for beyond in self.jumps.beyond)

    @cached_property
    def redfield(self) -> Redfield:
        """Of populations and coherences."""
        return make_redfield(self.jumps)

    @cached_property
    def matrix(self) -> Reals:
        """Generator on the own states, ``(P, n, n)``."""
        if self.populations:
            return np.asarray(pauli_generator(true_rates(self.jumps)))
        return np.asarray(self.redfield.superoperator())

    @cached_property
    def _applied(self) -> Applied:
        return Applied(self.redfield)

    def response(self, state: Reals, kept: Points, tolerance: float) -> DenseResponse | IteratedResponse:
        """Group inverse of the generator, in the own states."""
        if self.populations:
            return DenseResponse(self.matrix, np.arange(self.levels))
        if self.levels <= DENSE_LEVELS:
            return DenseResponse(self.matrix, np.arange(self.levels) * (self.levels + 1))
        return IteratedResponse(self.redfield, state, kept, tolerance)

    def _own(self, x: Reals) -> Reals:
        """A state among the own states."""
        if self.turn is None:
            return x
        if self.populations:
            out = np.empty_like(x)
            np.put_along_axis(out, self.turn, x, axis=-1)
            return out
        rho = unpack(x.reshape(-1, self.levels, self.levels))
        return np.asarray(pack(dagger(self.turn) @ rho @ self.turn).reshape(x.shape))

    def _back(self, x: Reals) -> Reals:
        if self.turn is None:
            return x
        if self.populations:
            return np.take_along_axis(x, self.turn, axis=-1)
        rho = unpack(x.reshape(-1, self.levels, self.levels))
        return np.asarray(pack(self.turn @ rho @ dagger(self.turn)).reshape(x.shape))

    def act(self, x: Reals) -> Reals:
        """Time derivative of a state."""
        inner = self._own(x)
        if self.populations:
            return self._back(np.matmul(self.matrix, inner[..., None])[..., 0])
        packed = inner.reshape(-1, self.levels, self.levels)
        return self._back(np.asarray(self._applied.apply(packed)).reshape(inner.shape))

    def currents(self, x: Reals) -> Reals:
        """Energy and particles from each terminal into the system and, last, quanta of the drive,
        ``(P, 2 U + 3)``."""
        inner = self._own(x)
        state = inner if self.populations else unpack(inner.reshape(-1, self.levels, self.levels))
        if self.populations:
            energy = np.asarray(secular_currents(self.jumps, inner))
        else:
            energy = np.asarray(self.redfield.currents(pack(state)))
        particles = 0.0 * energy
        if self.leads:
            rates = None if self.populations else channel_rates(self.jumps, state)
            particles = np.asarray(particle_currents(self.jumps, state, rates))
        return np.concatenate([energy, particles, energy[:, -1:] / self.omega[:, None]], axis=-1)


def standing(system: System, method: Method, jumps: Jumps, basis: Any = None) -> Standing:
    """Points with one batch axis, in their own basis or in another ``(P, N, N)``."""
    treatment = TREATMENTS[method.secular]
    if treatment.shifted:
        jumps = with_shift(jumps, system.baths, method)
    omega = np.ones(1) if system.omega is None else np.asarray(system.omega, dtype=float)
    here = Standing(jumps, treatment.populations_only, np.broadcast_to(omega, len(jumps.energy)))
    if basis is None:
        return here
    turn = np.matmul(dagger(basis), jumps.dressing.states)
    return replace(here, turn=np.abs(turn).argmax(axis=-1) if here.populations else turn)


def reach(system: System, motions: Sequence[Motion], points: int) -> Reals:
    """Way along the directions, in units of their coordinates, over which some number changes by its size,
    ``(P,)``; not a number where one moves that is zero and may not become negative."""
    values = system.numbers()
    energies = [x for path, x in values.items() if path == "omega" or path.startswith(ENERGIES)]
    energies += [x for path, x in values.items() if path.endswith((".temperature", ".chemical_potential"))]
    energy = np.max([np.broadcast_to(np.abs(x), points) for x in energies], axis=0)
    speed = np.zeros(points)
    for motion in motions:
        for path, x in motion.items():
            size, change = (np.broadcast_to(np.abs(y), points) for y in (values[path], x))
            if not path.endswith(POSITIVE):
                size = np.maximum(size, SMALLEST * energy)
            moves = change > STILL * energy
            ratio = np.divide(change, size, out=np.full(points, np.nan), where=size > 0)
            speed = np.maximum(speed, np.where(moves, ratio, 0.0))
    return np.asarray(1.0 / np.where(speed == 0, 1.0, speed))


def moved(system: System, motion: Motion, way: Reals) -> System:
    """The points, each number gone some way along its motion."""

    def change(path: str, x: Any) -> Any:
        return x + way * motion[path] if path in motion else x

    return System.map_numbers(system, change)


class Tangent(Protocol):
    """A derivative of generator and currents, on states that stand still."""

    def act(self, x: Reals) -> Reals:
        """Of the generator, on a state."""

    def currents(self, x: Reals) -> Reals:
        """Of the currents in a state."""


class Slopes:
    """Derivatives along a direction of the generator and of the currents, on states that stand still.

    Parameters
    ----------
    sides : sequence of (Standing, Standing)
        At one, two and three steps ahead and behind; none where nothing is left to differences.
    step : array (P,)
    exact : sequence of Tangent
        What is known without a step.
    """

    def __init__(
        self, sides: Sequence[tuple[Standing, Standing]], step: Reals, exact: Sequence[Tangent] = ()
    ) -> None:
        self.sides, self.step, self.exact = sides, step[:, None], exact

    def _of(self, name: str, x: Reals, weights: Sequence[float]) -> Reals:
        out = sum(getattr(tangent, name)(x) for tangent in self.exact)
        parts = [
            w * (getattr(ahead, name)(x) - getattr(behind, name)(x))
            for w, (ahead, behind) in zip(weights, self.sides, strict=False) if w
        ]  # fmt: skip
        return np.asarray(out + sum(parts) / self.step)

    def act(self, x: Reals) -> Reals:
        """Of the generator, on a state."""
        return self._of("act", x, SIXTH)

    def currents(self, x: Reals) -> Reals:
        """Of the currents in a state."""
        return self._of("currents", x, SIXTH)

    def error(self, x: Reals) -> Reals:
        """How far the derivative of the generator on a state is from one of lower order, ``(P,)``."""
        if not self.sides:
            return np.zeros(len(x))
        return np.asarray(np.abs(self.act(x) - self._of("act", x, FOURTH)).max(axis=-1))


def slopes(
    system: System, motion: Motion, method: Method, step: Reals, basis: Any, exact: Sequence[Tangent] = ()
) -> Slopes:
    """By solving nothing: the points beside are dressed and rated only, beside what is known exactly."""

    def at(k: int) -> Standing:
        there = moved(system, motion, k * step)
        jumps = jumps_at(jumps_of(there, method))
        return standing(there, method, jumps, basis)

    return Slopes([(at(k), at(-k)) for k in (1, 2, 3)] if motion else [], step, exact)
