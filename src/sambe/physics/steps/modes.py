r"""Floquet modes of a period in steps: the product of the exponentials, and the states along each segment.

.. math:: U(T) = \prod_s e^{-iH_s\tau_s}e^{-iK_s},\qquad
          \psi_i(t) = U(t)\,u_i(0) = e^{-i\epsilon_i t}u_i(t).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...numerics.arrays import dagger
from ...numerics.eigenphases import floquet_modes
from ..dressing.modes import coinciding, phase_blocks, separate
from .segments import Course, course_of

__all__ = ["StepModes", "recounted", "step_modes"]

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class StepModes:
    """Floquet modes of a batch of points.

    Attributes
    ----------
    course : Course
    omega : array (P,)
    energies : array (P, N)
        Quasienergies, each with the multiple of omega that is nearest to the mode's mean energy.
    levels : array (P, K, N)
        Energies of the step Hamiltonians.
    bases : array (P, K, N, N)
        Their eigenvectors.
    inside : array (P, S, N, N)
        The solutions psi_i(t) at the begin of each segment, behind its kick, in the eigenbasis of its
        Hamiltonian.
    states : array (P, N, N)
        The modes at t = 0, before a kick at that time.
    """

    course: Course
    omega: Reals
    energies: Reals
    levels: Reals
    bases: Complex
    inside: Complex
    states: Complex

    def take(self, points: Points) -> StepModes:
        """Some points of the batch."""
        return StepModes(
            self.course.take(points), self.omega[points], self.energies[points], self.levels[points],
            self.bases[points], self.inside[points], self.states[points],
        )  # fmt: skip

    def ordered(self) -> StepModes:
        """The modes in the order of their energies."""
        order = np.argsort(self.energies, axis=-1)
        inside = np.take_along_axis(self.inside, order[:, None, None, :], axis=-1)
        states = np.take_along_axis(self.states, order[:, None, :], axis=-1)
        energies = np.take_along_axis(self.energies, order, axis=-1)
        return replace(self, energies=energies, inside=inside, states=states)

    def own(self, segment: int) -> tuple[Reals, Complex]:
        """Energies and eigenvectors of the Hamiltonian of a segment, ``(P, N)`` and ``(P, N, N)``."""
        rows, step = np.arange(len(self.omega)), self.course.step[:, segment]
        return self.levels[rows, step], self.bases[rows, step]

    def at(self, segment: int, x: Reals) -> Complex:
        """The periodic modes at positions within a segment, in the eigenbasis of its Hamiltonian,
        ``(P, M, N, N)`` for x ``(P, M)``."""
        period = (2.0 * np.pi / self.omega)[:, None]
        e, _ = self.own(segment)
        since = (x - self.course.start[:, segment, None]) * period
        rows = np.exp(-1j * since[:, :, None] * e[:, None, :])
        columns = np.exp(1j * (x * period)[:, :, None] * self.energies[:, None, :])
        return np.asarray(rows[..., None] * self.inside[:, segment, None] * columns[:, :, None, :])

    @property
    def turns(self) -> Reals:
        """Radians that a phase between modes or levels turns within each segment, at most, ``(P, S)``."""
        widest = np.take_along_axis(np.ptp(self.levels, axis=-1), self.course.step, axis=-1)
        whole = widest + np.ptp(self.energies, axis=-1)[:, None]
        return np.asarray(whole * self.course.length * (2.0 * np.pi / self.omega)[:, None])


def step_modes(course: Course, omega: Reals, frame: Sequence[int] = ()) -> StepModes:
    """Quasienergies and modes by the product of the exponentials of all segments.

    Parameters
    ----------
    course : Course
    omega : array (P,)
    frame : sequence of int, optional
        Quanta n of each basis state: quasienergies are then nearest to the mean of
        :math:`H - \\omega\\,\\mathrm{diag}(n)`, which moves little where levels n quanta apart mix.
    """
    points, segments = course.length.shape
    levels, bases = np.linalg.eigh(course.hamiltonians)
    rotations = _rotations(course.kicks)
    n, rows = levels.shape[-1], np.arange(points)
    period = 2.0 * np.pi / omega
    u = np.broadcast_to(np.eye(n, dtype=complex), (points, n, n))
    inside = np.empty((points, segments, n, n), dtype=complex)
    for s in range(segments):
        kicked = np.flatnonzero(course.kick[:, s] >= 0)
        if kicked.size:
            u = u.copy()
            u[kicked] = np.matmul(rotations[kicked, course.kick[kicked, s]], u[kicked])
        e, v = levels[rows, course.step[:, s]], bases[rows, course.step[:, s]]
        inside[:, s] = np.matmul(dagger(v), u)
        turned = np.exp(-1j * e * (period * course.length[:, s])[:, None])
        u = np.matmul(v, turned[:, :, None] * inside[:, s])
    phases, modes = floquet_modes(u)
    mean = _mean_energy(course, levels, inside, omega)
    phases, modes = _untangled(phases, modes, mean)
    inside = np.matmul(inside, modes[:, None])
    energy = np.einsum("pai,pab,pbi->pi", modes.conj(), mean, modes).real / omega[:, None]
    if any(frame):
        counted = _mean(course, levels, bases, inside, np.asarray(frame), omega)
        energy = energy - np.einsum("pii->pi", counted).real
    bare = phases / (2.0 * np.pi)
    energies = (bare + np.round(energy - bare)) * omega[:, None]
    return StepModes(course, omega, energies, levels, bases, inside, modes)


def recounted(system: System, frame: Sequence[int]) -> bool:
    """Whether a mode, followed along a closed loop of points, changes the number of quanta with which it is
    counted."""
    if system.steps is None:
        return False
    omega = np.ravel(np.asarray(system.omega, dtype=float))
    points = max((np.size(x) for x in system.numbers().values()), default=1)
    modes = step_modes(course_of(system.steps, points), np.broadcast_to(omega, (points,)), frame)
    overlap = np.abs(np.matmul(dagger(modes.states), np.roll(modes.states, -1, axis=0)))
    there = np.take_along_axis(np.roll(modes.energies, -1, axis=0), overlap.argmax(axis=-1), axis=-1)
    return bool((np.abs(there - modes.energies) > 0.5 * modes.omega[:, None]).any())


def _rotations(kicks: Complex) -> Complex:
    """exp(-iK)."""
    if not kicks.shape[1]:
        return kicks
    angle, basis = np.linalg.eigh(kicks)
    return np.asarray(np.matmul(basis * np.exp(-1j * angle)[..., None, :], dagger(basis)))


def _mean_energy(course: Course, levels: Reals, inside: Complex, omega: Reals) -> Complex:
    """Mean over a period of U†(t) H(t) U(t), kicks included, ``(P, N, N)``."""
    e = np.take_along_axis(levels, course.step[..., None], axis=1) * course.length[..., None]
    out = np.einsum("psai,psa,psaj->pij", inside.conj(), e, inside)
    if not course.kicks.shape[1]:
        return np.asarray(out)
    _, bases = np.linalg.eigh(course.hamiltonians)
    rows = np.arange(len(omega))
    for s in range(course.length.shape[1]):
        kicked = np.flatnonzero(course.kick[:, s] >= 0)
        if kicked.size:
            # K commutes with its own rotation: before and behind the kick it has one mean
            u = np.matmul(bases[rows, course.step[:, s]], inside[:, s])[kicked]
            k = course.kicks[kicked, course.kick[kicked, s]]
            weight = (omega[kicked] / (2.0 * np.pi))[:, None, None]
            out[kicked] += weight * np.matmul(dagger(u), np.matmul(k, u))
    return np.asarray(out)


def _mean(
    course: Course, levels: Reals, bases: Complex, inside: Complex, diagonal: Points, omega: Reals
) -> Complex:
    """Mean over a period of a diagonal N between the solutions, ``(P, N, N)``; within a segment its elements
    turn with the levels."""
    rows, out = np.arange(len(omega)), np.zeros((len(omega), *inside.shape[2:]), dtype=complex)
    for s in range(course.length.shape[1]):
        basis, e = bases[rows, course.step[:, s]], levels[rows, course.step[:, s]]
        length = course.length[:, s, None, None]
        turned = (e[:, :, None] - e[:, None, :]) * length / omega[:, None, None]
        within = np.matmul(dagger(basis), diagonal[:, None] * basis)
        within = length * within * np.exp(1j * np.pi * turned) * np.sinc(turned)
        out += np.matmul(dagger(inside[:, s]), np.matmul(within, inside[:, s]))
    return out


def _untangled(phases: Reals, modes: Complex, mean: Complex) -> tuple[Reals, Complex]:
    """Modes whose quasienergies coincide modulo omega, told apart by their mean energy."""
    tangled = coinciding(phases)
    if not tangled.size:
        return phases, modes
    phases, modes = phases.copy(), modes.copy()
    for p in tangled:
        for block in phase_blocks(phases[p]):
            part = modes[p][:, block]
            separate(phases[p], modes[p], block, part.conj().T @ mean[p] @ part)
    return phases, modes
