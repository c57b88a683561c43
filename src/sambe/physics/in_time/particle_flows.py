r"""Particles through leads on the way of a state.

By channels where the generator stands still, as in a steady state, and with terms between different quanta

.. math:: I_u(t) = -2\,\mathrm{Re\,Tr}[(\Delta N\circ S_u)(t)\,L_u(t)\,\rho(t)],

positive into the system, so that together they are the change of the number of particles.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath, expanded
from ...numerics.arrays import Fields
from ..currents.complete_counts import FLOOR
from ..currents.particles import heat_currents, particle_currents, particle_variables
from ..generators.jumps import Jumps, jumps_at
from ..generators.periodic_generator import make_harmonics, reach_of
from ..method import Method
from ..treatments import COHERENT, TREATMENTS, channel_counter

__all__ = ["moving_variables", "standing_particles", "turning_particles"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def standing_particles(jumps: Jumps, states: Complex, method: Method) -> Reals:
    """Where the generator stands still, ``(P, T, U + 1)``.

    Parameters
    ----------
    jumps : Jumps
        A batch with one axis of points.
    states : array (P, T, N, N)
        In the dressed basis.
    method : Method
    """
    points, count, n = states.shape[:3]
    wide = jumps_at(jumps, np.repeat(np.arange(points), count))
    flat = states.reshape(points * count, n, n)
    if TREATMENTS[method.secular].populations_only:
        currents = particle_currents(wide, np.diagonal(flat, axis1=-2, axis2=-1).real, None)
    else:
        counted = (
            TREATMENTS[COHERENT].channels if channel_counter(method) is None else channel_counter(method)
        )
        currents = particle_currents(wide, flat, counted(wide, flat))  # type: ignore[misc]
    return np.asarray(currents, dtype=float).reshape(points, count, -1)


def turning_particles(jumps: Jumps, states: Complex, times: Reals) -> Reals:
    """With terms between different quanta, ``(P, T, U + 1)``.

    Parameters
    ----------
    jumps : Jumps
    states : array (P, T, N, N)
        In the dressed basis.
    times : array (P, T)
        The phase of the drive is counted from t = 0.
    """
    h = make_harmonics(jumps, reach_of(jumps, FLOOR))
    turn = np.exp(-1j * np.asarray(h.omega)[:, None, None] * times[..., None] * h.quanta)
    out = np.zeros((*times.shape, len(jumps.wiring) + 1))
    for u, ((wires, part), beyond) in enumerate(zip(h.heat, jumps.beyond, strict=True)):
        if beyond.change is None:
            continue
        counted = beyond.change[:, 0][:, None, None] * h.coupling[:, list(wires)]
        s, l = (np.einsum("ptk,pckij->ptcij", turn, x) for x in (counted, part))
        jumped = np.matmul(s, np.matmul(l, states[:, :, None]))
        out[..., u] = -2.0 * np.trace(jumped, axis1=-2, axis2=-1).real.sum(axis=-1)
    return out


def moving_variables(currents: Reals, particles: Reals, baths: Sequence[Bath]) -> Fields:
    """`particle_current`, `heat_current` and `electrical_power` over the times, ``(P, T, ...)``."""
    wide = [expanded(bath, 1) for bath in baths]
    heats = heat_currents(currents, particles, wide)
    return particle_variables(currents, currents, heats, particles, wide)
