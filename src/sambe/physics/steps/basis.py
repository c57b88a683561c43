r"""Dressed states in the laboratory at any time of a period in steps, and the Hamiltonian there.

.. math:: V(t) = U(t, 0)\,V(0)\,e^{i\epsilon t},

from the product of exponentials of `step_modes`, with the quasienergies and the states of the jumps. At the
very time of a step this has begun, and a kick at that time is still to come: a state that is given at the
begin of a period meets the first Hamiltonian, and every kick.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import dagger
from ..dressing.dressing import Dressing
from .modes import StepModes, step_modes
from .segments import course_of

__all__ = ["SNAP", "StepBasis", "step_basis"]

SNAP = 1e-11  # of a period, the rounding of a time that was meant to be that of a step

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class StepBasis:
    """Dressed states of a batch with one axis of points.

    Attributes
    ----------
    modes : StepModes
        In the order and in the zones of the jumps.
    static : array (P, N, N)
        Mean Hamiltonian of the period.
    """

    modes: StepModes
    static: Complex

    @property
    def omega(self) -> Reals:
        """Of the period, ``(P,)``."""
        return self.modes.omega

    def at(self, times: Reals) -> Complex:
        """V at times (P, T), ``(P, T, N, N)``."""
        x, segment = self.places(times)
        out = np.empty((*times.shape, *self.static.shape[-2:]), dtype=complex)
        for s in np.unique(segment):
            here = segment == s
            basis = self.modes.own(s)[1]
            out = np.where(here[..., None, None], np.matmul(basis[:, None], self.modes.at(s, x)), out)
        return out

    def hamiltonians(self, times: Reals) -> tuple[Complex, Complex]:
        """H at times (P, T), ``(P, T, N, N)``, and its derivative by time, which is zero within a step."""
        course, (_, segment) = self.modes.course, self.places(times)
        rows = np.arange(len(times))[:, None]
        h = np.asarray(course.hamiltonians[rows, course.step[rows, segment]])
        return h, np.zeros_like(h)

    def places(self, times: Reals) -> tuple[Reals, Points]:
        """Positions in the period and the segments that they are in, ``(P, T)`` each."""
        course = self.modes.course
        turned = times * (self.omega / (2.0 * np.pi))[:, None]
        near = SNAP * (1.0 + np.abs(turned))
        x = turned - np.floor(turned + near)
        begun = course.start[:, None] <= (x + near)[..., None]
        to_come = begun & (course.start[:, None] >= (x - near)[..., None]) & (course.kick >= 0)[:, None]
        last = begun.sum(axis=-1) - 1
        return x, np.asarray(np.where(to_come.any(axis=-1), np.argmax(to_come, axis=-1) - 1, last))

    def take(self, points: Points) -> StepBasis:
        """Some points of the batch."""
        return StepBasis(self.modes.take(points), self.static[points])


def step_basis(system: System, dressing: Dressing) -> StepBasis:
    """States in which the jumps of a batch with one axis of points are given.

    Raises
    ------
    InputError
        If the system has no steps.
    """
    if system.steps is None:
        raise InputError("system", system.name, "it has no steps; use System.from_steps")
    points, n = dressing.energies.shape
    omega = np.broadcast_to(np.asarray(system.omega, dtype=float), (points,))
    modes = step_modes(course_of(system.steps, points), omega)
    # the same states in the order of the jumps, each in its zone
    turn = np.matmul(dagger(modes.states), np.asarray(dressing.states))
    aligned = replace(
        modes, energies=np.asarray(dressing.energies), states=np.asarray(dressing.states) + 0j,
        inside=np.matmul(modes.inside, turn[:, None]),
    )  # fmt: skip
    static: Any = np.broadcast_to(system.harmonics()[0], (points, n, n))
    return StepBasis(aligned, static + 0j)
