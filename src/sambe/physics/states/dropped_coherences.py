r"""What the coherences that populations alone leave out would do to each current, to first order.

With populations p, the stationary equation drives the coherence of a pair by
:math:`C_{ij} = [\sum L p S^\dagger - G p + \mathrm{h.c.}]_{ij}`, and it follows by
:math:`\rho_{ij} = -C_{ij}/\Lambda_{ij}`, with the generator's own element
:math:`\Lambda_{ij} = -i(E_i - E_j) - \ldots`. It moves the current of a terminal directly and by way of the
populations,

.. math:: \delta J_u = 2\,\mathrm{Re}\sum_{i \ne j} (Z_u)_{ji}\,\rho_{ij},\qquad
          Z_u = K_u - \sum S^\dagger Y_u L + Y_u G,

where the diagonal :math:`Y_u` solves the adjoint rate equation, :math:`R^T y_u = j_u`, with :math:`j_u` the
current that each state carries.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from ..generators.redfield import Redfield
from .conjugate_residuals import with_trace

__all__ = ["leverage", "relative_effects"]

# Beside what is a current judged? A bath's may cross zero, and in equilibrium is nothing beside the traffic
# both ways, of which the theory itself is wrong by a relaxation rate over a frequency. The pump's does not:
# it is as small as the drive, and its one-way traffic takes part in no balance.
BATH_FLOOR = 1e-2  # of the largest current, and of the traffic
PUMP_FLOOR = 1e-9  # of its traffic: rounding


def relative_effects(g: Redfield, populations: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Change of the current that the coherence of each pair of states moves most, relative to it.

    Parameters
    ----------
    g : Redfield
        A batch with one leading axis.
    populations : array (P, N)

    Returns
    -------
    array (P, N, N)
        Symmetric, not negative, zero on the diagonal and where the rate equation is singular.
    """
    rho = _coherences(g, populations)
    states = 2.0 * np.real(np.diagonal(g.heat, 0, -2, -1))  # current that each state carries, (P, U + 1, N)
    weight = g.heat - _by_populations(g, states)
    change = 2.0 * np.real(weight.swapaxes(-1, -2) * rho[:, None])
    change = np.abs(change + change.swapaxes(-1, -2))
    scale = _traffic_and_scale(states, populations)[1][..., None, None]
    out = np.where(scale > 0, change / np.where(scale > 0, scale, 1.0), 0.0).max(axis=1)
    return np.where(np.isfinite(out), out, 0.0)


def leverage(g: Redfield, populations: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Largest change of a current, relative to it, by a change of its one-way flow relative to that,
    ``(P,)``."""
    states = 2.0 * np.real(np.diagonal(g.heat, 0, -2, -1))
    traffic, scale = _traffic_and_scale(states, populations)
    return np.asarray((traffic / np.where(scale > 0, scale, np.inf)).max(axis=-1))


def _traffic_and_scale(
    states: npt.NDArray[np.float64], populations: npt.NDArray[np.float64]
) -> tuple[Array, Array]:
    """One-way flow of each terminal, and what its current is judged by, ``(P, U + 1)``."""
    size = np.abs(np.sum(states * populations[:, None], axis=-1))
    traffic = np.sum(np.abs(states) * populations[:, None], axis=-1)
    floor = BATH_FLOOR * np.maximum(size.max(axis=-1, keepdims=True), traffic)
    floor[:, -1] = PUMP_FLOOR * traffic[:, -1]
    return traffic, np.maximum(size, floor)


def _coherences(g: Redfield, populations: npt.NDArray[np.float64]) -> Array:
    """Coherences that the populations drive, ``(P, N, N)``."""
    fed = np.matmul(g.forward * populations[:, None, None, :], g.coupling.conj().swapaxes(-1, -2)).sum(axis=1)
    half = fed - g.drift * populations[:, None, :]
    source = half + half.conj().swapaxes(-1, -2)
    own = g.own
    answers = (np.abs(own) > 0) & ~np.eye(g.levels, dtype=bool)
    return -np.where(answers, source / np.where(answers, own, 1.0), 0.0)


def _by_populations(g: Redfield, states: npt.NDArray[np.float64]) -> Array:
    """S† Y L - Y G for each terminal, ``(P, U + 1, N, N)``."""
    a, scale = with_trace(g.matrix(0), g.levels)
    try:
        y = np.linalg.solve(a.swapaxes(-1, -2), states.swapaxes(-1, -2)) / scale
    except np.linalg.LinAlgError:  # points without a unique state are flagged as such
        y = np.linalg.pinv(a.swapaxes(-1, -2)) @ states.swapaxes(-1, -2) / scale
    y[..., 0, :] = 0.0  # the row of the trace belongs to no state
    back = g.coupling.conj().swapaxes(-1, -2)
    parts = [
        np.matmul(back, y[:, None, :, u, None] * g.forward).sum(axis=1) - y[:, :, u, None] * g.drift
        for u in range(states.shape[1])
    ]
    return np.stack(parts, axis=1)
