r"""Generators that stand still in the dressed basis, as matrices on all elements of a state.

On :math:`\rho_{ij}`, row by row,

.. math:: A_{ij,kl} = -i(E_i - E_j)\delta_{ik}\delta_{jl} + X_{ik,jl} + X^*_{jl,ik},\qquad
          X_{ik,jl} = \sum L_{ik} S^*_{jl} - G_{ik}\delta_{jl}.

Where populations go alone each coherence turns and decays for itself,

.. math:: \dot\rho_{ij} = -\Big[i(E_i - E_j) + \tfrac12\sum_{k \ne i} R_{ki} + \tfrac12\sum_{k \ne j} R_{kj}
          + \tfrac12\sum_{u,q} a_u(-q\omega)\,|S^{(q)}_{ii} - S^{(q)}_{jj}|^2\Big]\rho_{ij}.

In the clustered equation a coherence between two clusters feels the jumps inside each of them, and decays by
those that leave them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from ..generators.jumps import Jumps, quanta_by_tone
from ..generators.positive import Clustered
from ..generators.redfield import Redfield, make_redfield

__all__ = ["coherence_rates", "generator_matrix", "population_heat"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def generator_matrix(g: Redfield) -> Complex:
    """The generator of a batch with one axis of points, ``(P, N^2, N^2)``."""
    points, n = g.gaps.shape[:2]
    eye = np.eye(n)
    wide = (points, n, n, n, n)
    s, l = (x.reshape(points, x.shape[1], n * n) for x in (g.coupling, g.forward))
    jumped = np.matmul(l.swapaxes(-1, -2), s.conj()).reshape(wide)  # L_ik S*_jl, by i, k, j, l
    x = (jumped - g.drift[:, :, :, None, None] * eye).transpose(0, 1, 3, 2, 4)
    half = x + x.transpose(0, 2, 1, 4, 3).conj()
    if isinstance(g, Clustered):
        half = half * _between(g.inside)
    out: Complex = half.reshape(points, n * n, n * n).astype(complex)
    place = np.arange(n * n)
    out[:, place, place] -= 1j * g.gaps.reshape(points, -1)
    return out


def _between(inside: Array) -> Reals:
    """Which elements of a state feed which in the clustered equation, ``(P, N, N, N, N)``."""
    within, other = inside[:, :, :, None, None], inside[:, None, None, :, :]
    carried = inside[:, :, None, :, None] * inside[:, None, :, None, :]
    return np.asarray(within * other + (1.0 - within) * (1.0 - other) * carried)


def coherence_rates(jumps: Jumps) -> Complex:
    """Turning and decay of each coherence where populations go alone, ``(P, N, N)``; zero on the diagonal."""
    g = make_redfield(jumps)
    out = np.asarray(g.own).real - 1j * g.gaps
    place = np.arange(g.levels)
    out[:, place, place] = 0.0
    return np.asarray(out, dtype=complex)


def population_heat(jumps: Jumps) -> Reals:
    """Currents of a rate equation as linear functions of the populations, ``(P, U + T, N)``."""
    d = jumps.dressing
    reverse = jumps.reverses()
    turns = quanta_by_tone(jumps)
    out = []
    pumps = [np.zeros(d.energies.shape) for _ in turns]
    for u, weight in enumerate(jumps.weights):
        there, back = weight * jumps.forward[u], weight * jumps.backward[u] * reverse
        cross = jumps.cross[u]
        if cross is not None:
            there, back = there + cross[0], back + cross[1]
        heat, *quanta = (
            (energy * there).sum(axis=(-3, -2)) - (energy * back).sum(axis=(-3, -1))
            for energy in (jumps.energy, *turns)
        )
        out.append(heat)
        pumps = [pump + part for pump, part in zip(pumps, quanta, strict=True)]
    return np.stack([*out, *pumps], axis=-2)
