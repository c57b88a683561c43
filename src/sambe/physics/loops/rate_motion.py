r"""Motion of numbers that stand in rates alone, whose generator is differentiated without a step.

With :math:`\dot\theta` the motion of temperatures, chemical potentials and numbers of spectral densities,

.. math:: \dot a_u(W) = \sum_\theta \frac{\partial a_u(W)}{\partial\theta}\,\dot\theta,

of which each reservoir answers for its own, is put in the place of :math:`a_u(W)`: generator and currents
are linear in the rates, and states and energies stand still.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath, expanded
from ...description.system import System
from ...numerics.arrays import expand
from ..generators.exchanged_particles import jump_slopes
from ..generators.jumps import Jumps
from ..generators.redfield import Redfield, make_redfield, pauli_generator
from .nearby import Motion, Standing

__all__ = ["RateMotion", "rate_motion"]

# Numbers of baths that move more than rates: modulated couplings, and a voltage that does so
MORE = ("coupling", "ac_voltage")

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RateMotion(Standing):
    """Derivative of generator and currents, as an operator of its own."""

    @cached_property
    def redfield(self) -> Redfield:
        """Of populations and coherences, without what turns by itself."""
        g = make_redfield(self.jumps)
        return replace(g, gaps=0.0 * g.gaps)

    @cached_property
    def matrix(self) -> Reals:
        """On the own states, ``(P, N, N)``."""
        return np.asarray(pauli_generator(self.jumps.rates))


def rate_motion(system: System, motion: Motion, here: Standing) -> tuple[RateMotion | None, Motion]:
    """What moves through rates alone, if anything does and its slopes are known, and what else moves.

    Parameters
    ----------
    system : System
        Numbers with one batch axis.
    motion : mapping
        Derivatives of its numbers by a coordinate.
    here : Standing
        The same points in their own basis.
    """
    left = dict(motion)
    moving = [_of_bath(bath, here.jumps, u, left) for u, bath in enumerate(system.baths)]
    if len(left) == len(motion):
        return None, motion
    forward, backward = (tuple(x[k] for x in moving) for k in (0, 1))
    jumps = replace(here.jumps, forward=forward, backward=backward)
    return RateMotion(jumps, here.populations, here.omega), left


def _of_bath(bath: Bath, jumps: Jumps, u: int, left: dict[str, Reals]) -> tuple[Reals, Reals]:
    """Derivatives of a(W) and a(-W) of a bath; takes away from ``left`` what is in them."""
    wide, change = expanded(bath, 3), jumps.beyond[u].change
    up, down = 0.0 * jumps.forward[u], 0.0 * jumps.backward[u]
    start = f"{bath.label}."
    for path in [p for p in left if p.startswith(start) and not p[len(start) :].startswith(MORE)]:
        pace = expand(np.asarray(left[path]), 3)
        slopes = jump_slopes(wide, jumps.energy, change, path[len(start) :])
        parts = [np.where(pace == 0, 0.0, pace * slope) for slope in slopes]
        if all(np.isfinite(part).all() for part in parts):
            up, down = up + parts[0], down + parts[1]
            del left[path]
    return up, down
