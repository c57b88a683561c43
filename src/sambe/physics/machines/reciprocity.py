r"""Reciprocity of what the currents answer, where Onsager's relations ask for it.

Near an equilibrium at :math:`T` and :math:`\mu`, with the heat :math:`Q = J - \mu I`,

.. math:: L = \begin{pmatrix} T\,\partial Q_u/\partial T_v & \partial Q_u/\partial\mu_v \\
                              T\,\partial I_u/\partial T_v & \partial I_u/\partial\mu_v \end{pmatrix}
          = L^{\mathsf T},\qquad r = \frac{\max|L - L^{\mathsf T}|}{\max|L|} .

Populations obey it to rounding. Where coherences are kept r is what the equation itself breaks: as its
stationary state is a thermal one of the bare Hamiltonian but for the order of the coupling, r falls as the
square of that, down to rounding. A Hamiltonian that no reversal of time leaves as it is, such as a ring
with a flux, breaks it in any equation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.system import System

__all__ = ["at_equilibrium", "reciprocity_residual"]

ALIKE = 1e-12  # relative difference of temperatures, and of potentials over them, that is rounding

Reals = npt.NDArray[np.float64]


def at_equilibrium(system: System, points: int) -> npt.NDArray[np.bool_]:
    """Where nothing drives a system and all its baths share one temperature and one potential, ``(P,)``."""
    out = np.zeros(points, dtype=bool)
    baths = system.baths
    if system.steps is not None or any(b.temperature is None or b.modulated for b in baths):
        return out
    terms = [c for h in system.drive for c, _ in system.drive[h]]
    still = np.all([np.broadcast_to(np.asarray(c) == 0, points) for c in terms], axis=0) if terms else True
    t = _spread([np.broadcast_to(np.asarray(b.temperature, dtype=float), points) for b in baths])
    mu = _spread([_potential(b, points) for b in baths if b.particles is not None])
    warm = t[1] > 0
    return np.asarray(still & warm & (t[0] <= ALIKE * t[1]) & (mu[0] <= ALIKE * np.maximum(mu[1], t[1])))


def _spread(values: Sequence[Reals]) -> tuple[Reals, Reals]:
    """Largest less smallest, and the largest size."""
    if not values:
        return np.zeros(1), np.zeros(1)
    return np.ptp(values, axis=0), np.abs(values).max(axis=0)


def _potential(bath: Bath, points: int) -> Reals:
    mu = bath.chemical_potential  # type: ignore[attr-defined]
    return np.broadcast_to(np.asarray(mu, dtype=float), points)


def reciprocity_residual(system: System, thermoelectric: Reals) -> Reals:
    """r of each point, NaN away from equilibrium and where an entry of L is not known.

    Parameters
    ----------
    system : System
        Numbers with one batch axis.
    thermoelectric : array (P, 2, U + 1, 2, V)
        Energies and particles by temperatures and potentials, of which leads alone have one; see `Answers`.
    """
    points = len(thermoelectric)
    thermal = [u for u, bath in enumerate(system.baths) if bath.temperature is not None]
    leads = [k for k, u in enumerate(thermal) if system.baths[u].particles is not None]
    energy, particle = (thermoelectric[:, k][:, thermal] for k in (0, 1))  # (P, V, 2, V)
    t = np.broadcast_to(np.asarray(system.baths[thermal[0]].temperature, dtype=float), points)[:, None, None]
    matrix = energy[:, :, 0]
    if leads:
        mu = _potential(system.baths[thermal[leads[0]]], points)[:, None, None, None]
        brings = np.isin(np.arange(len(thermal)), leads)[:, None, None]
        flux = np.where(brings, particle, 0.0)
        both = [np.concatenate([t * x[:, :, 0], x[:, :, 1][..., leads]], axis=-1)
                for x in (energy - mu * flux, flux)]  # fmt: skip
        matrix = np.concatenate([both[0], both[1][:, leads]], axis=-2)
    apart = np.abs(matrix - np.swapaxes(matrix, -1, -2)).max(axis=(-2, -1))
    size = np.abs(matrix).max(axis=(-2, -1))
    out = apart / np.where(size > 0, size, 1.0)
    return np.asarray(np.where(at_equilibrium(system, points), out, np.nan))
