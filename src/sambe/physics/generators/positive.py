r"""Completely positive equations: the universal Lindblad equation and the clustered one.

*Universal* (Nathan and Rudner, Phys. Rev. B 102, 115109, 2020; the same rates as in Davidović, Quantum 4,
326, 2020). The square root of the rate goes into the jump operator, one operator for each bath, coupling
and q:

.. math:: A^{(q)}_{ij} = \sqrt{a(W)}\,S^{(q)}_{ij},\qquad
          \mathcal D\rho = \sum_q A^{(q)}\rho A^{(q)\dagger} - \tfrac12\{A^{(q)\dagger}A^{(q)}, \rho\}.

Rates between two transitions are geometric means where Redfield's are arithmetic. With a counting field
that shares W between the two sides of the state,

.. math:: J_u = \sum_q \mathrm{Re\,Tr}[(W\circ A^{(q)})\rho A^{(q)\dagger}],\qquad
          P = \omega\sum_{u,q} q\,\mathrm{Tr}[A^{(q)}\rho A^{(q)\dagger}],

and as :math:`\mathrm{Re\,Tr}([E, A]\rho A^\dagger) = \mathrm{Tr}(E\,\mathcal D\rho)`, the first law holds
exactly.

*Clustered* (Potts, Kalaee and Wacker, New J. Phys. 23, 123013, 2021; Trushechkin, Phys. Rev. A 103, 062226,
2021). States closer than a cluster's width share one energy :math:`\tilde E` in rates and in heat,
:math:`\tilde W = \tilde E_i - \tilde E_j - q\omega`, and keep their coherences; those between clusters are
dropped. The generator has Lindblad's form with local detailed balance for each jump operator, so that the
state is positive, the first law exact and no entropy production negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...numerics.arrays import Array, dagger, is_concrete, namespace
from ..dressing.dressing import Dressing
from .jumps import Jumps, make_jumps, quanta_of
from .redfield import Redfield, both_signs, make_redfield

__all__ = ["Clustered", "cluster_jumps", "make_clustered", "make_universal", "shifted_dressing"]

FAINT = 1e-2  # jumps slower than that, in relaxation rates, may lie at a wrong energy
TINY = 1e-30  # width of levels that nothing relaxes
WIDTH = 1.5  # of a cluster's gaps, in units of (relaxation rate^2 x jump energy)^(1/3)


def shifted_dressing(jumps: Jumps) -> Dressing:
    r"""Eigenbasis of the dressed Hamiltonian with the Lamb shift of ``jumps``.

    .. math:: E + \tfrac12\sum\nolimits_{u,q} \left(S^{(q)\dagger}(s\circ S^{(q)}) + \mathrm{h.c.}\right)

    (Davidović 2020). Jumps from it count the energies of the shifted levels, so that every law holds with
    the shift as without.
    """
    xp = namespace(jumps.energy)
    d = jumps.dressing
    if jumps.shift_forward is None or jumps.shift_backward is None:
        return d
    driven = [k for k, q in enumerate(d.quanta) if q]
    total: Array = d.energies[..., :, None] * xp.eye(d.levels, dtype=d.energies.dtype)
    for own, up, low in zip(jumps.wiring, jumps.shift_forward, jumps.shift_backward, strict=True):
        shift = both_signs(up, driven, 1.0, low)
        for c in own:
            s = both_signs(d.couplings[..., c, :, :, :], driven, 1.0)
            moved = xp.sum(xp.matmul(dagger(s), shift * s), axis=-3)
            total = total + 0.5 * (moved + dagger(moved))
    energies, turn = xp.linalg.eigh(total)
    wide = turn[..., None, None, :, :]
    couplings = xp.matmul(dagger(wide), xp.matmul(d.couplings, wide))
    return replace(d, energies=energies, couplings=couplings, states=xp.matmul(d.states, turn))


def make_universal(jumps: Jumps) -> Redfield:
    """Universal Lindblad equation in the form of a Redfield operator, S = A and L = A/2."""
    xp = namespace(jumps.energy)
    e = jumps.dressing.energies
    s = jumps.dressing.couplings
    driven = [k for k, q in enumerate(jumps.dressing.quanta) if q]
    energy = both_signs(jumps.energy, driven, -1.0)
    quanta = both_signs(quanta_of(jumps) + 0.0 * jumps.energy[..., :1, :1], driven, -1.0)
    operators, heat, pumped, lost = [], [], [], []
    for u, own in enumerate(jumps.wiring):
        root = both_signs(xp.sqrt(jumps.forward[u]), driven, 1.0, xp.sqrt(jumps.backward[u]))
        a = xp.concat([root * both_signs(s[..., c, :, :, :], driven, 1.0) for c in own], axis=-3)
        bra = 0.5 * dagger(a)
        each = xp.matmul(bra, a)
        operators.append(a)
        heat.append(xp.sum(xp.matmul(bra, xp.concat([energy] * len(own), axis=-3) * a), axis=-3))
        pumped.append(xp.sum(xp.concat([quanta] * len(own), axis=-3) * each, axis=-3))
        lost.append(xp.sum(each, axis=-3))
    a = xp.concat(operators, axis=-3)
    gaps = e[..., :, None] - e[..., None, :]
    heat.append(sum(pumped[1:], start=pumped[0]))
    return Redfield(gaps, a, 0.5 * a, sum(lost[1:], start=lost[0]), xp.stack(heat, axis=-3))


@dataclass(frozen=True)
class Clustered(Redfield):
    """Redfield operator restricted to the coherences inside clusters.

    Attributes
    ----------
    inside : array (..., N, N)
        1 for two states of one cluster, else 0.
    """

    inside: Array

    def apply(self, packed: Array) -> Array:
        """Time derivative of a packed Hermitian state, ``(..., N, N)`` real."""
        return super().apply(packed * self.inside) * self.inside

    def take(self, points: npt.NDArray[np.intp]) -> Clustered:
        """Some points of a batch with one leading axis."""
        return Clustered(*(getattr(self, f.name)[points] for f in fields(self)))

    def matrix(self, band: int) -> Array:
        """As of `Redfield`; a coherence between clusters stands alone and decays."""
        xp = namespace(self.gaps)
        rows = [xp.linalg.diagonal(self.inside, offset=a) for a in range(band + 1)]
        keep = xp.concat(rows + rows[1:], axis=-1)
        full = super().matrix(band)
        scale = xp.max(xp.abs(full), axis=(-2, -1), keepdims=True)
        alone = (1.0 - keep)[..., None] * xp.eye(int(keep.shape[-1]), dtype=full.dtype)
        return full * keep[..., :, None] * keep[..., None, :] - scale * alone


def cluster_jumps(jumps: Jumps, baths: Sequence[Bath], damping: Array) -> tuple[Jumps, Array]:
    r"""Jumps with one energy for each pair of clusters, and which states share a cluster.

    States may share an energy where their gap is below :math:`1.5\,(\Gamma^2 B)^{1/3}`, with their
    relaxation rate :math:`\Gamma` and the mean jump energy B: there the error of treating them as
    degenerate, of order gap/B, meets that of dropping their coherence, of order :math:`(\Gamma/gap)^2`.
    Neighbours join up to that gap; a cluster that has grown to hold a jump across a wider one is cut
    again at its widest gaps. The shared energy is the mean weighted by the lifetimes, as levels that
    live long hold the population.

    Parameters
    ----------
    jumps : Jumps
        Of a dressing in the order of its energies; it is kept, only W and the rates change.
    baths : sequence of Bath
    damping : array (..., N, N)
        Rate at which each coherence relaxes.

    Returns
    -------
    jumps : Jumps
    inside : array (..., N, N)
        1 for two states of one cluster, else 0.
    """
    xp = namespace(jumps.energy)
    e = jumps.dressing.energies
    width = WIDTH * (damping * damping * _mean_energy(jumps)[..., None, None]) ** (1.0 / 3.0)
    both = jumps.rates + xp.matrix_transpose(jumps.rates)
    wide = xp.abs(e[..., :, None] - e[..., None, :]) > width
    inside = _clusters(e, xp.linalg.diagonal(width, offset=1), wide & (both > FAINT * damping))
    lost = xp.linalg.diagonal(damping)
    life = 1.0 / (lost + 1e-9 * xp.max(lost, axis=-1, keepdims=True) + TINY)
    weight = inside * (life / xp.max(life, axis=-1, keepdims=True))[..., None, :]
    shared = xp.sum(weight * e[..., None, :], axis=-1) / xp.sum(weight, axis=-1)
    moved = make_jumps(replace(jumps.dressing, energies=shared), baths, jumps.wiring)
    return replace(moved, dressing=jumps.dressing), inside


def _clusters(energies: Array, width: Array, apart: Array) -> Array:
    """1 for two levels of one cluster, else 0, ``(..., N, N)``.

    Parameters
    ----------
    energies : array (..., N)
        Increasing.
    width : array (..., N - 1)
        Widest gap of neighbours in a cluster.
    apart : bool array (..., N, N)
        Levels that must not share a cluster.
    """
    xp = namespace(energies, width)
    gap = energies[..., 1:] - energies[..., :-1]
    size = gap / xp.where(width > 0, width, xp.full_like(width, TINY))
    cut = size > 1.0
    first = 0.0 * energies[..., :1]
    for _ in range(int(energies.shape[-1])):  # each round but the last cuts at least one gap
        steps = xp.cumulative_sum(xp.astype(cut, energies.dtype), axis=-1)
        number = xp.concat([first, steps], axis=-1)
        together = number[..., :, None] == number[..., None, :]
        strained = xp.any(together & apart, axis=-1)
        if is_concrete(strained) and not bool(xp.any(strained)):
            break
        strained = xp.any(together & strained[..., None, :], axis=-1)[..., 1:] & ~cut
        open_gaps = xp.where(cut, xp.zeros_like(size), size)
        same = together[..., 1:, 1:] & together[..., :-1, :-1]
        widest = xp.max(xp.where(same, open_gaps[..., None, :], xp.zeros_like(size)[..., None, :]), axis=-1)
        cut = cut | (strained & (size >= widest))
    return xp.astype(together, energies.dtype)


def make_clustered(jumps: Jumps, inside: Array) -> Clustered:
    """Clustered equation from `cluster_jumps`."""
    g = make_redfield(jumps)
    return Clustered(g.gaps, g.coupling, g.forward, g.drift, g.heat, inside)


def _mean_energy(jumps: Jumps) -> Array:
    """|W| of the jumps, weighted by their rates, ``(...)``."""
    xp = namespace(jumps.energy)
    back = jumps.reverses()
    total = sum(
        weight * (up + down * back)
        for weight, up, down in zip(jumps.weights, jumps.forward, jumps.backward, strict=True)
    )
    axes = (-3, -2, -1)
    rate = xp.sum(total, axis=axes)
    flow = xp.sum(total * xp.abs(jumps.energy), axis=axes)
    return flow / xp.where(rate > 0, rate, xp.ones_like(rate))
