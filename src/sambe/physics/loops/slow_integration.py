r"""The equation integrated over slow cycles: what is pumped, without a derivative of any state.

.. math:: \Omega\,\frac{\mathrm d\rho}{\mathrm ds} = \mathcal L(s)\rho,\qquad \rho(2\pi) = \rho(0),\qquad
          Q_u(\Omega) = \frac1\Omega\oint J_u(s)[\rho]\,\mathrm ds,

at a pace :math:`\Omega` well below every relaxation. In half the difference of the two orientations what
flows while everything stands still, and all that is even in the pace, cancels; two paces remove what is left.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import dagger
from ..generators.jumps import Jumps, jumps_at
from ..method import Method
from ..pipeline import jumps_of
from ..treatments import TREATMENTS
from .nearby import standing

__all__ = ["pumped_slowly"]

# Angle per relaxation time, and the same halved. A choice: what is left is of its fourth power.
PACE = 0.02
LARGEST = 2400  # unknowns over all points of a loop that are solved for together. A choice: some seconds
FEWEST = 9  # points of a loop after it was thinned out

Reals = npt.NDArray[np.float64]


def pumped_slowly(system: System, method: Method) -> Reals:
    """Energy and particles into the system from each terminal per slow cycle, and quanta of the drive,
    ``(2 U + 3,)``.

    Parameters
    ----------
    system : System
        The points of one loop along the batch axis, in their order.
    method : Method

    Raises
    ------
    InputError
        If there are too many unknowns, or states change places around the loop.
    """
    n = system.levels if TREATMENTS[method.secular].populations_only else system.levels**2
    jumps = jumps_at(jumps_of(system, method))
    count = _points(len(jumps.energy), n)
    generator, rows = _along(system, method, jumps)
    generator, rows = _resampled(generator, count), _resampled(rows, count)
    place = np.arange(n) if n == system.levels else np.arange(system.levels) * (system.levels + 1)
    relaxation = float(np.sort(-np.linalg.eigvals(generator).real, axis=-1)[:, 1].min())
    slow, slower = (_odd_part(generator, rows, place, relaxation * pace) for pace in (PACE, PACE / 2))
    return np.asarray((4.0 * slower - slow) / 3.0)


def _along(system: System, method: Method, jumps: Jumps) -> tuple[Reals, Reals]:
    """Generators (M, n, n) and currents (M, 2 U + 3, n) in one basis for the whole loop."""
    levels = jumps.dressing.levels
    frame = np.broadcast_to(np.eye(levels), jumps.dressing.states.shape)
    here = standing(system, method, jumps, frame)
    if here.populations:
        here = replace(here, turn=_followed(jumps))
    size = levels if here.populations else levels**2
    units = [np.broadcast_to(x, (len(here.omega), size)) for x in np.eye(size)]
    return (np.stack([here.act(x) for x in units], axis=-1),
            np.stack([here.currents(x) for x in units], axis=-1))  # fmt: skip


def _followed(jumps: Jumps) -> npt.NDArray[np.intp]:
    """Which of its states is the one that each of the first point has become, ``(M, N)``."""
    v = jumps.dressing.states
    step = np.abs(np.matmul(dagger(v), np.roll(v, -1, axis=0))).argmax(axis=-1)
    out: npt.NDArray[np.intp] = np.empty(step.shape, dtype=np.intp)
    out[0] = np.arange(v.shape[-1])
    for k in range(1, len(v)):
        out[k] = step[k - 1][out[k - 1]]
    if (step[-1][out[-1]] != out[0]).any() or (np.sort(out, axis=-1) != out[0]).any():
        raise InputError(
            "check", True, "the states do not return to their places around the loop, or its points are too "
            "few to tell; take more points, or check=False",
        )  # fmt: skip
    return out


def _points(count: int, unknowns: int) -> int:
    """Odd number of points, near those of the loop, that can be solved for together."""
    most = min(count | 1, LARGEST // unknowns)
    odd = most if most % 2 else most - 1
    if odd < min(FEWEST, count):
        raise InputError(
            "check", True, f"{unknowns} unknowns at each point of the loop are too many to integrate over "
            "it; leave it out",
        )  # fmt: skip
    return odd


def _resampled(x: Reals, count: int) -> Reals:
    """A periodic function at another, odd number of points, by its Fourier series."""
    waves = np.fft.rfft(x, axis=0) / len(x)
    if len(x) % 2 == 0:
        waves[-1] *= 0.5  # the shortest wave is shared by both signs
    angle = 2.0 * np.pi * np.arange(count) / count
    k = np.arange(min(len(waves), count // 2 + 1))
    turned = np.exp(1j * angle[:, None] * k) * np.where(k > 0, 2.0, 1.0)
    return np.asarray(np.tensordot(turned, waves[: len(k)], axes=1).real)


def _odd_part(generator: Reals, rows: Reals, place: npt.NDArray[np.intp], pace: float) -> Reals:
    """Half the difference of the energies per cycle of both orientations."""
    there, back = (_energies(generator, rows, place, sign * pace) for sign in (1.0, -1.0))
    return 0.5 * (there - back)


def _energies(generator: Reals, rows: Reals, place: npt.NDArray[np.intp], pace: float) -> Reals:
    """Energies per cycle of the periodic state at a pace, whose sign is the orientation."""
    m, n = generator.shape[:2]
    k = np.arange(m)
    apart = k[:, None] - k
    with np.errstate(divide="ignore"):
        turning = np.where(apart == 0, 0.0, 0.5 * (-1.0) ** apart / np.sin(np.pi * apart / m))
    a = np.zeros((m, n, m, n))
    a[:, np.arange(n), :, np.arange(n)] = pace * turning
    a[k, :, k, :] -= generator
    flat = a.reshape(m * n, m * n)
    right = np.zeros(m * n)
    size = np.abs(generator).max()
    flat[place[0]] = 0.0  # conserved: what it says follows from the other equations
    flat[place[0], place], right[place[0]] = size, size
    state = np.linalg.solve(flat, right).reshape(m, n)
    return np.asarray(2.0 * np.pi / m * np.einsum("mtn,mn->t", rows, state) / abs(pace))
