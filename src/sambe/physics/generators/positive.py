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
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...errors import InputError
from ...numerics.arrays import Array, dagger, is_concrete, namespace
from ..dressing.dressing import Dressing, rotated
from ..dressing.frequencies import expanded_omega
from .jumps import Jumps, make_jumps, quanta_by_tone
from .near_states.zones import turned
from .one_sided import both_signs, driven_places, in_halves, one_way, signed_couplings
from .redfield import Redfield, make_redfield, within

__all__ = ["Clustered", "cluster_jumps", "make_clustered", "make_universal", "shifted_dressing", "universal",
           "within_clusters"]  # fmt: skip

FAINT = 1e-2  # jumps slower than that, in relaxation rates, may lie at a wrong energy
TINY = 1e-30  # width of levels that nothing relaxes, in the unit of energy: far below any rate
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
    driven = driven_places(jumps)
    total: Array = d.energies[..., :, None] * xp.eye(d.levels, dtype=d.energies.dtype)
    for wires, up, low in zip(jumps.wiring, jumps.shift_forward, jumps.shift_backward, strict=True):
        shift = both_signs(up, driven, 1.0, low)
        for s in signed_couplings(jumps, wires):
            moved = xp.sum(xp.matmul(dagger(s), shift * s), axis=-3)
            total = total + 0.5 * (moved + dagger(moved))
    energies, turn = xp.linalg.eigh(total)
    return rotated(d, energies, turn)


def make_universal(jumps: Jumps, shift: Array = None) -> Redfield:
    """Universal Lindblad equation in the form of a Redfield operator, S = A and L = A/2.

    Parameters as for `sambe.physics.generators.redfield.make_redfield`.
    """
    xp = namespace(jumps.energy)
    gaps, turns, in_zones, quanta_in_zones = turned(jumps, shift)
    driven = driven_places(jumps)
    energy = in_zones(both_signs(jumps.energy, driven, -1.0))
    quanta = [
        quanta_in_zones(both_signs(x + 0.0 * jumps.energy[..., :1, :1], driven, -1.0))
        for x in quanta_by_tone(jumps)
    ]
    _refuse_anomalous(jumps)
    operators, heat, lost = [], [], []
    pumped: list[list[Array]] = [[] for _ in quanta]
    for u, wires in enumerate(jumps.wiring):
        root = both_signs(xp.sqrt(jumps.forward[u]), driven, 1.0, xp.sqrt(jumps.backward[u]))
        lines = signed_couplings(jumps, wires)
        if jumps.beyond[u].rotating:
            lines = _one_way_lines(jumps, lines)
        a = xp.concat([in_zones(root * line) for line in lines], axis=-3)
        bra = 0.5 * dagger(a)
        each = xp.matmul(bra, a)
        operators.append(a)
        heat.append(xp.sum(xp.matmul(bra, xp.concat([energy] * len(wires), axis=-3) * a), axis=-3))
        for parts, turning in zip(pumped, quanta, strict=True):
            absorbed = xp.concat([turning] * len(wires), axis=-3)
            pump = absorbed * each if turns is None else xp.matmul(bra, absorbed * a)
            parts.append(xp.sum(pump, axis=-3))
        lost.append(xp.sum(each, axis=-3))
    a = xp.concat(operators, axis=-3)
    heat += [sum(parts[1:], start=parts[0]) for parts in pumped]
    drift = sum(lost[1:], start=lost[0])
    return within(Redfield(gaps, a, 0.5 * a, drift, xp.stack(heat, axis=-3), turns=turns))


def _one_way_lines(jumps: Jumps, lines: Sequence[Array]) -> list[Array]:
    """c where energy is given and its adjoint where it is taken, in the place of X and Y."""
    xp = namespace(jumps.energy)
    give, take = (xp.sqrt(share) for share in one_way(both_signs(jumps.energy, driven_places(jumps), -1.0)))
    out = []
    for x, y in zip(lines[::2], lines[1::2], strict=True):
        lowering, raising = in_halves(x, y)
        out += [give * lowering, take * raising]
    return out


def _refuse_anomalous(jumps: Jumps) -> None:
    if any(beyond.anomalous is not None for beyond in jumps.beyond):
        raise InputError(
            "secular", "ule", "its jump operators have one rate each, and the correlations <bb> of a "
            "squeezed bath are none; use 'auto', 'partial', 'none', 'full' or 'clustered'",
        )  # fmt: skip


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
        base = super().take(points)
        return Clustered(base.gaps, base.coupling, base.forward, base.drift, base.heat, self.inside[points])

    def matrix(self, band: int) -> Array:
        """As of `Redfield`; a coherence between clusters stands alone and decays."""
        xp = namespace(self.gaps)
        rows = [xp.linalg.diagonal(self.inside, offset=a) for a in range(band + 1)]
        return _restricted(super().matrix(band), xp.concat(rows + rows[1:], axis=-1))

    def superoperator(self) -> Array:
        """As of `Redfield`; a coherence between clusters stands alone and decays."""
        keep = namespace(self.gaps).reshape(self.inside, (*self.gaps.shape[:-2], -1))
        return _restricted(super().superoperator(), keep)


def within_clusters(jumps: Jumps, inside: Array = None) -> Redfield:
    """Redfield operator of jumps, within clusters where these are given."""
    g = make_redfield(jumps)
    return g if inside is None else Clustered(g.gaps, g.coupling, g.forward, g.drift, g.heat, inside)


def universal(jumps: Jumps, _inside: Array = None) -> Redfield:
    """Universal Lindblad equation of jumps, which knows no clusters."""
    return make_universal(jumps)


def _restricted(full: Array, keep: Array) -> Array:
    """Matrix of a generator in which the unknowns that are not kept stand alone and decay."""
    xp = namespace(full)
    scale = xp.max(xp.abs(full), axis=(-2, -1), keepdims=True)
    alone = (1.0 - keep)[..., None] * xp.eye(int(keep.shape[-1]), dtype=full.dtype)
    return full * keep[..., :, None] * keep[..., None, :] - scale * alone


def cluster_jumps(
    jumps: Jumps, baths: Sequence[Bath], damping: Array, shift: Array = None, margin: float = 1.0
) -> tuple[Jumps, Array]:
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
    shift : int array (..., N), optional
        Multiples of omega by which states are seen in other zones; then they may be in any order.
    margin : float
        Factor by which clusters may be wider, or narrower, than that: what changes with it is a matter of
        choice.

    Returns
    -------
    jumps : Jumps
    inside : array (..., N, N)
        1 for two states of one cluster, else 0.
    """
    xp = namespace(jumps.energy)
    e = jumps.dressing.energies
    width = margin * WIDTH * (damping * damping * _mean_energy(jumps)[..., None, None]) ** (1.0 / 3.0)
    felt = jumps.rates + xp.matrix_transpose(jumps.rates) > margin * FAINT * damping
    moved = 0.0
    if shift is not None:
        moved = xp.astype(shift, e.dtype) * expanded_omega(jumps.dressing.omega, 1)
        order = xp.argsort(e + moved, axis=-1)
        rank = xp.argsort(order, axis=-1)
        e = xp.take_along_axis(e + moved, order, axis=-1)
        width, felt, damping = (_permuted(x, order) for x in (width, felt, damping))
    wide = xp.abs(e[..., :, None] - e[..., None, :]) > width
    inside = _clusters(e, xp.linalg.diagonal(width, offset=1), wide & felt, min(margin, 1.0))
    lost = xp.linalg.diagonal(damping)
    life = 1.0 / (lost + 1e-9 * xp.max(lost, axis=-1, keepdims=True) + TINY)
    weight = inside * (life / xp.max(life, axis=-1, keepdims=True))[..., None, :]
    shared = xp.sum(weight * e[..., None, :], axis=-1) / xp.sum(weight, axis=-1)
    if shift is not None:
        inside, shared = _permuted(inside, rank), xp.take_along_axis(shared, rank, axis=-1) - moved
    again = make_jumps(replace(jumps.dressing, energies=shared), baths, jumps.wiring)
    return replace(again, dressing=jumps.dressing), inside


def _permuted(x: Array, order: Array) -> Array:
    """Rows and columns in another order."""
    xp = namespace(x)
    return xp.take_along_axis(
        xp.take_along_axis(x, order[..., :, None], axis=-2), order[..., None, :], axis=-1
    )


def _clusters(energies: Array, width: Array, apart: Array, share: float) -> Array:
    """1 for two levels of one cluster, else 0, ``(..., N, N)``.

    Parameters
    ----------
    energies : array (..., N)
        Increasing.
    width : array (..., N - 1)
        Widest gap of neighbours in a cluster.
    apart : bool array (..., N, N)
        Levels that must not share a cluster.
    share : float
        Gaps of more than this share of the widest are cut with it.
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
        cut = cut | (strained & (size >= share * widest))
    return xp.astype(together, energies.dtype)


def make_clustered(jumps: Jumps, inside: Array, shift: Array = None) -> Clustered:
    """Clustered equation from `cluster_jumps`."""
    g = make_redfield(jumps, shift)
    return Clustered(g.gaps, g.coupling, g.forward, g.drift, g.heat, inside, turns=g.turns)


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
