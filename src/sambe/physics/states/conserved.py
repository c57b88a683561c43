r"""Whether a generator has more than one stationary state: symmetries at special points, and dark states.

Populations alone cannot tell where levels are degenerate, as their basis is arbitrary there: a symmetric and
an antisymmetric state of one energy come out mixed, and look connected. So the null vectors of the generator
are counted on the populations together with the coherences between near-degenerate levels,

.. math:: \dot\rho_{ij} = -i(E_i - E_j)\rho_{ij} + \sum_{u,q}\big(L^{(q)}\rho S^{(q)\dagger}
          - S^{(q)\dagger}L^{(q)}\rho + \mathrm{h.c.}\big)_{ij},\qquad E_i \approx E_j.

What commutes with the Hamiltonian lies in these blocks, and so does a dark state, which no bath leaves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.hilbert_space.symmetry import sizes_of
from ...numerics.arrays import Array, folded, is_array, is_concrete, to_numpy
from ...numerics.invariant_subspaces import ROUNDING, SAME, beyond_rounding, components, irreducible_subspaces
from ..dressing.dressing import Dressing, ordered, shift_zone
from ..dressing.frequencies import expanded_omega, slowest
from ..generators.jumps import Jumps, baths_at, jumps_at, make_jumps
from ..generators.near_states.multiples import differences_of, nearest_multiples
from ..generators.near_states.zones import align
from ..generators.redfield import NEAR, Redfield, make_redfield
from ..generators.single_lines import lines_one_by_one
from .iterations.conjugate_residuals import SINGULAR

__all__ = ["UNKNOWN", "conserved_by", "darkness", "generator_on", "in_one_zone", "several_states"]

# gap over the span of the energies below which levels count as degenerate: eigenvectors mix by 1e-16 over it,
# so that what they seem to connect by mistake, its square, stays far below 1 / SINGULAR
DEGENERATE = 1e-6
UNKNOWN = "a part of the system is left by no bath, or so slowly that rounding decides"
TOGETHER = 2**16  # elements of operators that are multiplied together: they stay in the cache
LARGEST = 256  # elements of the state beyond which symmetry is looked for by the couplings alone

Flags = npt.NDArray[np.bool_]


def several_states(jumps: Jumps, baths: Sequence[Bath], dark: bool = True) -> Flags:
    """Where more than one state is stationary although the populations see one, ``(...)``.

    Parameters
    ----------
    jumps : Jumps
        In the order of the energies; of any array library whose values can be looked at, else nothing is
        found.
    baths : sequence of Bath
        Array-valued numbers have the batch shape ``(...)``.
    dark : bool
        Look for dark states too. They are those of the generator without the terms between different
        numbers of quanta; a symmetry is one of every generator.
    """
    dressing = jumps.dressing
    batch = tuple(dressing.energies.shape[:-1])
    out: Flags = np.zeros(batch, dtype=bool).reshape(-1)
    if not is_concrete(dressing.energies):
        return out.reshape(batch)
    for point in np.flatnonzero(_degenerate(dressing)):
        at = np.array([point])
        here = [
            b.map_numbers(lambda _, x: to_numpy(x) if is_array(x) and is_concrete(x) else x) for b in baths
        ]
        out[point] = _several(jumps_at(_on_host(jumps), at), baths_at(here, batch, at), dark)
    return out.reshape(batch)


def _degenerate(dressing: Dressing) -> Flags:
    """Points with two levels of one energy, or of one energy modulo omega where quanta are exchanged."""
    e = to_numpy(dressing.energies)
    span = e[..., -1] - e[..., 0]  # they increase
    if e.shape[-1] == 1:
        return np.zeros(e.size, dtype=bool)
    close = folded(np.minimum, e[..., 1:] - e[..., :-1]) <= DEGENERATE * span
    if dressing.several_tones:
        close = close | _near_elsewhere(dressing, span)
    elif any(dressing.quanta):
        w = np.asarray(to_numpy(dressing.omega))
        if e.shape[-1] == 2:
            turns = span / w
            gap = np.abs(turns - np.rint(turns)) * w
        else:
            gap = _modulo(e, w[..., None])[1].min(axis=-1)
        close = close | (gap <= DEGENERATE * np.minimum(span, w))
    return np.asarray(close).reshape(-1)


def _near_elsewhere(dressing: Dressing, span: Array) -> Flags:
    """Points with two levels of one energy modulo quanta of several tones, ``(...)``."""
    e = dressing.energies
    i, j = np.triu_indices(e.shape[-1], 1)
    gap, w = e[..., j] - e[..., i], expanded_omega(dressing.omega, 1)
    apart = np.full(gap.shape, np.inf)
    for m in differences_of(dressing.quanta).tolist():
        if m:
            apart = np.minimum(apart, np.abs(gap - np.abs(np.asarray(m) * w)))
    return np.asarray(apart.min(axis=-1) <= DEGENERATE * np.minimum(span, slowest(dressing.omega)))


def _modulo(energies: Array, w: Array) -> tuple[Array, Array]:
    """Energies modulo omega in increasing order, and the gap behind each."""
    inside = np.sort(energies - np.floor(energies / w) * w, axis=-1)
    return inside, np.diff(inside, axis=-1, append=inside[..., :1] + w)


def in_one_zone(jumps: Jumps, baths: Sequence[Bath]) -> Jumps:
    """The jumps of a single point with all levels in one zone of width omega, cut at its widest gap, so that
    levels that are degenerate modulo omega are degenerate."""
    moved = ordered(shift_zone(jumps.dressing, _common_zone(jumps.dressing)))
    return make_jumps(moved, baths, jumps.wiring)


def _common_zone(dressing: Dressing) -> npt.NDArray[np.intp]:
    """Multiples of omega that take every level of a single point into one zone, cut at its widest gap; none
    where no quanta are exchanged."""
    e = dressing.energies
    if not any(dressing.quanta):
        return np.zeros(e.shape, dtype=np.intp)
    if dressing.several_tones:
        multiple = nearest_multiples(dressing)
        turn = multiple * expanded_omega(dressing.omega, 2)
        gap = np.abs(e[..., :, None] - e[..., None, :] - turn)
        near = gap <= DEGENERATE * (e[..., -1] - e[..., 0])[..., None, None]
        return np.asarray(align(1.0 * near, multiple))
    w = np.reshape(dressing.omega, (-1, 1))
    inside, gap = _modulo(e, w)
    widest = np.argmax(gap, axis=-1)[:, None]
    cut = np.take_along_axis(inside + 0.5 * gap, widest, axis=-1)
    return np.asarray(-np.floor((e - cut) / w), dtype=np.intp)


def _on_host(jumps: Jumps) -> Jumps:
    d = jumps.dressing
    energies, couplings, states = map(to_numpy, (d.energies, d.couplings, d.states))
    omega = d.omega
    if not d.several_tones:
        omega = to_numpy(omega)
        omega = omega if omega.ndim else float(omega)
    host = Dressing(energies, couplings, d.quanta, omega, states)
    forward, backward = (tuple(map(to_numpy, rates)) for rates in (jumps.forward, jumps.backward))
    return Jumps(host, jumps.wiring, to_numpy(jumps.energy), forward, backward)


def _several(jumps: Jumps, baths: Sequence[Bath], dark: bool) -> bool:
    """Whether a single point has several stationary states."""
    # the diagonal alone is more than can be looked at
    if dark and jumps.dressing.levels <= LARGEST:
        zone = _common_zone(jumps.dressing)
        if jumps.dressing.several_tones:  # quanta of several tones are codes, of which no remainder is taken
            g = make_redfield(in_one_zone(jumps, baths))
        else:  # in a common zone, without taking in a harmonic more
            g = make_redfield(jumps, zone if zone.any() else None)
        gap = np.abs(g.gaps[0])
        pairs = np.argwhere(gap <= DEGENERATE * gap.max())
        if len(pairs) <= LARGEST:
            size = np.linalg.svd(generator_on(g, pairs), compute_uv=False)
            return int(np.count_nonzero(size <= size[0] / SINGULAR)) > 1
    many = jumps.dressing.levels > LARGEST and not jumps.dressing.several_tones
    if many and no_symmetry(jumps, _common_zone(jumps.dressing)[0], DEGENERATE, SINGULAR):
        return False
    jumps = in_one_zone(jumps, baths)
    e, s = jumps.dressing.energies[0], jumps.dressing.couplings[0]
    known = np.where(beyond_rounding(s, e), s, 0.0)
    parts = irreducible_subspaces([np.diag(e), *known.reshape(-1, *s.shape[-2:])])
    return sum(map(len, parts)) > 1 or (dark and darkness(jumps) > 1)


def conserved_by(jumps: Jumps) -> str:
    """What keeps a single point from having one stationary state, in words.

    Parameters
    ----------
    jumps : Jumps
        A batch of one, all levels in one zone.
    """
    e, s = jumps.dressing.energies[0], jumps.dressing.couplings[0]
    known = np.where(beyond_rounding(s, e), s, 0.0)
    parts = irreducible_subspaces([np.diag(e), *known.reshape(-1, *s.shape[-2:])])
    if sum(map(len, parts)) > 1:
        return (
            "a symmetry or an uncoupled part divides the dressed states into parts that nothing links "
            f"({sizes_of(parts)})"
        )
    count = darkness(jumps)
    if count > 1:
        return f"there are {count} dark states, which no bath leaves"
    return UNKNOWN


def no_symmetry(jumps: Jumps, shift: npt.NDArray[np.intp], near: float, singular: float) -> bool:
    """Whether a point has a single stationary state at first sight; where it has not, more has to be asked.

    Levels that differ modulo omega leave a commutant that is diagonal, and states that elements beyond any
    rounding link leave nothing of it. A superposition of two levels that are near modulo omega is dark if
    the jumps from both are in proportion.

    Parameters
    ----------
    jumps : Jumps
        A batch of one, with a single tone.
    shift : int array (N,)
        Multiples of omega that take all levels into one zone.
    near : float
        Distance of levels, of their span, up to which their superpositions are looked at.
    singular : float
        Loss, over the largest of a state, at which a state counts as dark, inverse.
    """
    d = jumps.dressing
    e = d.energies[0] + shift * np.ravel(d.omega)[0] if shift.any() else d.energies[0]
    order = np.argsort(e)
    step, span = np.diff(e[order]), e[order[-1]] - e[order[0]]
    close = step <= near * span
    if (step <= SAME * span).any() or (close[1:] & close[:-1]).any():
        return False
    gap = np.abs(e[:, None] - e)
    np.fill_diagonal(gap, np.inf)
    turn = ROUNDING * span * (1.0 / gap).sum(axis=-1)
    size = np.abs(d.couplings[0]).max(axis=(0, 1))
    linked = size > (turn[:, None] + turn + ROUNDING) * size.max()
    if components(linked)[0] > 1:
        return False
    i, j = order[:-1][close], order[1:][close]
    lost, crossed = np.zeros(d.levels), np.zeros(len(i), dtype=complex)
    columns = []
    for line in lines_one_by_one(jumps):
        l = line.forward
        lost += (np.abs(l) ** 2).sum(axis=0)
        columns.append((line.operator, line.quanta, np.conj(l[:, i]), l[:, j]))
    for c, q, left, _ in columns:
        for other, p, _, right in columns:
            # the same number of quanta is absorbed from either in one zone
            both = (shift[i] - shift[j] == q - p) & (other == c)
            crossed += np.where(both, (left * right).sum(axis=0), 0.0)
    a, b = lost[i], lost[j]
    least = 0.5 * (a + b) - np.hypot(0.5 * (a - b), np.abs(crossed))
    return bool(min(lost.min(), least.min(initial=np.inf)) > lost.max() / singular)


def generator_on(g: Redfield, pairs: npt.NDArray[np.intp]) -> npt.NDArray[np.complex128]:
    """Generator of a single point on some elements of the state, ``(M, M)``.

    Parameters
    ----------
    g : Redfield
        A batch of one.
    pairs : int array (M, 2)
        The elements rho_ij.
    """
    i, j = pairs[:, :1], pairs[:, 1:]
    k, l = pairs[:, 0], pairs[:, 1]
    s, f, drift = g.coupling[0], g.forward[0], g.drift[0]
    out = np.zeros((len(pairs), len(pairs)), dtype=complex)
    some = max(1, TOGETHER // out.size)
    for first in range(0, len(s), some):
        a, b = f[first : first + some], s[first : first + some]
        out += np.einsum("rmn,rmn->mn", a[:, i, k], b[:, j, l].conj())
        out += np.einsum("rmn,rmn->mn", b[:, i, k], a[:, j, l].conj())
    out -= drift[i, k] * (j == l) + (i == k) * drift[j, l].conj()
    if g.turns is not None:  # elements that turn at multiples of omega against each other are not joined
        turns = g.turns[0][k, l]
        out = np.where(np.abs(turns[:, None] - turns) <= 1.0 + NEAR, out, 0.0)
    return out - 1j * np.diag(g.gaps[0][k, l])


def darkness(jumps: Jumps) -> int:
    """Number of independent states of a single point that no bath leaves.

    Superpositions v of degenerate levels with L v = 0 for every jump operator.
    """
    e = jumps.dressing.energies[0]
    g = make_redfield(jumps)
    lost = np.matmul(g.forward[0].conj().swapaxes(-1, -2), g.forward[0]).sum(axis=0)
    scale = np.abs(lost).max()
    cuts = np.flatnonzero(np.diff(e) > DEGENERATE * (e[-1] - e[0])) + 1
    blocks = np.split(np.arange(len(e)), cuts)
    return sum(
        int(np.count_nonzero(np.linalg.eigvalsh(lost[np.ix_(b, b)]) <= scale / SINGULAR)) for b in blocks
    )
