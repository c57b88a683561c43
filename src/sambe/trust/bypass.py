r"""Energy that passes a hindrance: processes of the next order, where those of the lowest carry little.

Two of them are large where the currents of second order are small, and neither shows in the flows of these.

*Exchange.* At temperatures far below the jump energies W, quanta :math:`\Omega < W` go from one bath to
another by way of a state that is never occupied,

.. math:: K = \sum_j p_j \sum_{q,i} |S_{u,ij}|^2|S_{v,ij}|^2 \int_0\frac{d\Omega}{2\pi}\,\Omega\,J_u J_v\,
              |n_u - n_v| \Bigl(\frac{2W}{W^2-\Omega^2}\Bigr)^2,

a power of the temperature where the rates are exponentials of it; with J_u J_v (n_u - n_v) =
:math:`a_u(\Omega)a_v(-\Omega) - a_v(\Omega)a_u(-\Omega)` for reservoirs in any state.

*Dephasing.* A bath whose coupling is diagonal takes no energy in second order. Each jump that another bath
causes changes its equilibrium, and some of the jump's energy with it: of the order of the other bath's flow
times the Markov ratio of the diagonal part alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath, expanded
from ..physics.generators.jumps import Jumps

__all__ = ["dephasing_flow", "exchange_flow"]

Floats = npt.NDArray[np.float64]
# Largest quantum that is exchanged, in units of the jump energy W. A choice: those nearer to W belong to the
# rates of the jump itself, whose pole at W the integral leaves out.
BELOW = 0.5
# Gauss nodes of the integral over the quanta. Measured against 200 nodes on an Ohmic qubit of splitting 1:
# good to 4e-6 at temperatures of 0.03 and 0.015, to 4e-3 at 0.01 and 0.005.
NODES = 12


def exchange_flow(jumps: Jumps, populations: Floats, baths: Sequence[Bath]) -> Floats:
    """Largest energy per time that two baths exchange behind the system's back, ``(points,)``."""
    at, weights = np.polynomial.legendre.leggauss(NODES)
    size = np.abs(np.asarray(jumps.energy))
    largest = np.zeros(size.shape[:-3])
    starting = populations[..., None, None, :] + jumps.reverses() * populations[..., None, :, None]
    # quanta of bosons alone: what particles exchange in this way is a tail of the width of a level, which the
    # memory of its leads tells
    bosons = [u for u, bath in enumerate(baths) if bath.particles is None]
    for u, v in combinations(bosons, 2):
        strength = np.asarray(jumps.weights[u] * jumps.weights[v]) * starting
        integral = np.zeros(size.shape)
        for x, weight in zip(0.5 * BELOW * (1.0 + at), 0.5 * BELOW * weights, strict=True):
            energy = np.where(size > 0, x * size, 1.0)
            (up, down), (rise, fall) = (expanded(baths[w], 3).rates(energy) for w in (u, v))
            integral += weight * energy * np.abs(up * fall - rise * down) * (2.0 / (1.0 - x * x)) ** 2
        per_jump = np.where(size > 0, strength * integral / np.where(size > 0, size, 1.0), 0.0)
        largest = np.maximum(largest, per_jump.sum(axis=(-3, -2, -1)) / (2.0 * np.pi))
    return largest


def dephasing_flow(
    jumps: Jumps, populations: Floats, slopes: Sequence[Floats], flows: Sequence[Floats]
) -> Floats:
    """Largest product of one bath's energy flow and the Markov ratio of another's diagonal coupling.

    Parameters
    ----------
    jumps : Jumps
    populations : array (points, N)
    slopes : sequence of array (points, Q, N, N)
        :math:`|d\\Gamma/dW|` of each bath at every jump.
    flows : sequence of array (points,)
        One-way energy flow of each bath.

    Returns
    -------
    array (points,)
    """
    diagonal = np.diagonal(np.asarray(jumps.dressing.couplings), axis1=-2, axis2=-1)
    # a coupling that is the same in all states moves nothing
    uneven = np.abs(diagonal - diagonal.mean(axis=-1, keepdims=True)) ** 2
    signs = (1.0 + np.asarray(jumps.reverses()))[..., 0]  # q and -q, where they differ
    largest = np.zeros(populations.shape[:-1])
    for u, v in permutations(range(len(flows)), 2):
        dephasing = sum(uneven[..., c, :, :] for c in jumps.wiring[v])
        slope = np.diagonal(slopes[v], axis1=-2, axis2=-1)
        ratio = np.sum(2.0 * signs * slope * dephasing * populations[..., None, :], axis=(-2, -1))
        largest = np.maximum(largest, flows[u] * ratio)
    return largest
