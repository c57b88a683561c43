r"""What the baths remember, to first order: how the currents change when a coupling decays while they do.

A Markovian equation lets the coupling turn freely within the memory of a bath,
:math:`e^{\mathcal L_0t}(S\rho)`. In truth it is also damped, by the dissipator :math:`\mathcal D` of all
baths. To first order in it
:math:`L^{(q)}\rho = \Gamma(W)\circ S^{(q)}\rho` becomes

.. math:: \Gamma(W)\circ S^{(q)}\rho + i\,\partial_W\Gamma(W)\circ\mathcal D(S^{(q)}\rho),

as :math:`i\,\partial_W\Gamma` is the integral of t C(t) exp(-iWt). The currents of the stationary state so
corrected differ by what `memory_correction` returns. Diagrams whose lines cross are of the same order and are
left out: against exact currents the result is mostly right in its sign, and in its size to a factor of two;
see docs/benchmark.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath, expanded
from ..errors import InputError
from ..numerics.arrays import dagger
from ..physics.dressing.frequencies import energies_by_tone, frequency_by_point
from ..physics.generators.exchanged_particles import jump_rates, lead_shift_pair
from ..physics.generators.jumps import Jumps
from ..physics.generators.lamb_shift import lamb_shift_pair
from ..physics.generators.one_sided import (
    anomalous_lines,
    both_signs,
    driven_places,
    half_transforms,
    one_sided,
    signed_couplings,
    signed_quanta,
)

__all__ = ["SMALL", "bath_slope", "memory_correction"]

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
# Step of the central difference in W, in units of the largest jump energy. A choice: the difference errs by
# about the square of the step over the scale on which Gamma varies, far less than the theory of first order.
STEP = 1e-3
# Levels up to which the correction is computed. A choice: it solves for N^2 elements, in N^6 operations.
SMALL = 12
# Elements of the generators that are held together, 64 MiB of complex numbers. A choice.
AT_ONCE = 2**22


def bath_slope(bath: Bath, energy: Floats, change: Floats | None = None) -> Complex:
    """dGamma/dW of a bath by central differences; of the rate alone where the shift diverges.

    Parameters
    ----------
    bath : Bath
    energy : array (..., Q, N, N)
        W.
    change : array (..., Q, N, N), optional
        Particles that a jump through a lead brings.
    """
    wide = expanded(bath, 3)
    largest: Any = np.abs(energy).max(axis=(-3, -2, -1), keepdims=True)
    # of leads the zero of energy says nothing: the scale is T, over which the Fermi function varies
    if change is not None:
        warm = np.asarray(wide.temperature)
        largest = np.where(warm > 0, warm, largest)
    step = STEP * np.maximum(largest, 1e-100)

    def slope(pair: Any) -> Floats:
        ahead, behind = (pair(energy + k * step)[0] for k in (1, -1))
        return np.asarray((ahead - behind) / (2.0 * step), dtype=float)

    rate = 0.5 * slope(lambda w: jump_rates(wide, w, change))
    try:
        shift = slope(
            (lambda w: lamb_shift_pair(wide.reservoir, w))
            if change is None
            else (lambda w: lead_shift_pair(wide, w, change))
        )
        return np.asarray(rate + 1j * shift, dtype=complex)
    except InputError:
        return np.asarray(rate, dtype=complex)


@dataclass
class _Terms:
    """Every bath, coupling and signed q as one axis: ``(points, K, N, N)``, the bath of each, and what its
    quanta take from each tone, ``(points, T, K)``."""

    bath: npt.NDArray[np.intp]
    coupling: Complex
    forward: Complex
    slope: Complex
    energy: Floats
    turns: Floats

    def part(self, points: npt.NDArray[np.intp]) -> _Terms:
        """Some of the points."""
        return _Terms(
            self.bath, self.coupling[points], self.forward[points], self.slope[points], self.energy[points],
            self.turns[points],
        )  # fmt: skip


def _terms(jumps: Jumps, baths: Sequence[Bath]) -> _Terms:
    # bath, S, Gamma(W) S, dGamma/dW and W of each signed q
    parts: list[tuple[int, Any, Any, Any, Any]] = []
    driven = driven_places(jumps)
    energy = both_signs(jumps.energy, driven, -1.0)
    for u, operators in enumerate(jumps.wiring):
        up, low = (np.asarray(x) for x in half_transforms(jumps, u))
        change = jumps.beyond[u].change
        there = bath_slope(baths[u], jumps.energy, change)
        back = bath_slope(baths[u], -jumps.energy, None if change is None else -change)
        slope = both_signs(there, driven, 1.0, back.conj())
        lines = [s + 0j for s in signed_couplings(jumps, operators)]
        each = one_sided(jumps, u, lines, up, low, anomalous_lines(jumps, u))
        if jumps.beyond[u].rotating:
            # X and Y are kept: of the slope each has the half that its share of the energies has
            slope = 0.5 * slope
        for s, l in zip(lines, each, strict=True):
            parts += [(u, *(x[..., k, :, :] for x in (s, l, slope, energy))) for k in range(energy.shape[-3])]
    columns = list(zip(*parts, strict=True))
    d = jumps.dressing
    signed = np.asarray(signed_quanta(d.quanta), dtype=float)
    by_tone = energies_by_tone(signed, frequency_by_point(d.omega, len(d.energies)))
    turns = np.stack([np.tile(x, len(parts) // len(signed)) for x in by_tone], axis=1)
    coupling, forward, slope, taken_from_bath = (np.stack(x, axis=-3) for x in columns[1:])
    return _Terms(np.array(columns[0]), coupling, forward, slope, taken_from_bath, turns)


def memory_correction(jumps: Jumps, state: Complex, baths: Sequence[Bath]) -> Floats:
    """First-order change of the currents by the baths' memory, ``(points, U + T)``, positive into the system.

    Parameters
    ----------
    jumps : Jumps
        With one axis of points.
    state : array (points, N, N)
        Stationary state in the dressed basis.
    baths : sequence of Bath

    Returns
    -------
    array
        The pumps last; NaN where there is no unique state, or for more than `SMALL` levels.
    """
    points, n = state.shape[0], state.shape[-1]
    several = jumps.dressing.several_tones
    tones = len(energies_by_tone(np.zeros(1), jumps.dressing.omega))
    out = np.full((points, len(baths) + tones), np.nan)
    if n > SMALL:
        return out
    with np.errstate(all="ignore"):
        terms = _terms(jumps, baths)
    known = np.isfinite(state).all(axis=(-2, -1)) & np.isfinite(terms.forward).all(axis=(-3, -2, -1))
    known &= np.isfinite(terms.slope).all(axis=(-3, -2, -1))
    energies = np.broadcast_to(jumps.dressing.energies, (points, n))
    for part in np.array_split(np.flatnonzero(known), max(1, points * n**4 // AT_ONCE)):
        if part.size:
            with np.errstate(all="ignore"):  # overflow gives NaN, which the audit reports
                out[part] = _corrected(terms.part(part), state[part], energies[part], len(baths))
    if not several:  # what the first law leaves it
        out[:, -1] = -out[:, :-1].sum(axis=-1)
    return out


def _corrected(t: _Terms, state: Complex, energies: Floats, baths: int) -> Floats:
    """Change of the currents: of the rates in the old state, and of the state."""
    points, n = state.shape[0], state.shape[-1]
    dissipator = _dissipator(t)
    inside = np.matmul(t.coupling, state[:, None])
    vectors = np.swapaxes(inside.reshape(points, -1, n * n), -1, -2)
    damped = np.swapaxes(np.matmul(dissipator, vectors), -1, -2).reshape(inside.shape)
    change = 1j * t.slope * damped
    outward = dagger(t.coupling)
    push = np.sum(np.matmul(change, outward) - np.matmul(outward, change), axis=1)
    push = push + dagger(push)
    moved = _response(dissipator, energies, push)
    # 2 Re Tr[(W o X) S+] of the change, and 2 Re Tr[(W o L) moved S+], element by element
    heat = change * t.coupling.conj() + t.forward * np.matmul(t.coupling, dagger(moved)[:, None]).conj()
    flow = 2.0 * np.sum(t.energy * heat.real, axis=(-2, -1))
    worked = t.turns * 2.0 * np.sum(heat.real, axis=(-2, -1))[:, None]
    by_bath = [flow[:, t.bath == u].sum(axis=-1) for u in range(baths)]
    return np.concatenate([np.stack(by_bath, axis=-1), worked.sum(axis=-1)], axis=-1)


def _dissipator(t: _Terms) -> Complex:
    """The dissipator of all baths on row-major matrices, ``(points, N^2, N^2)``."""
    points, n = t.coupling.shape[0], t.coupling.shape[-1]
    one = np.eye(n)
    drift = np.sum(np.matmul(dagger(t.coupling), t.forward), axis=1)
    both = [(t.forward, t.coupling), (t.coupling, t.forward)]
    pairs = [*both, (-drift[:, None], one[None, None]), (-one[None, None], dagger(drift)[:, None])]
    out = np.zeros((points, n, n, n, n), dtype=complex)
    for k, (left, right) in enumerate(pairs):
        turned = np.conj(right) if k < 2 else np.swapaxes(right, -1, -2)
        out += np.einsum("pkac,pkbd->pabcd", *np.broadcast_arrays(left, turned), optimize=True)
    return out.reshape(points, n * n, n * n)


def _response(dissipator: Complex, energies: Floats, push: Complex) -> Complex:
    """Change of the stationary state by a change ``push`` of its time derivative, ``(points, N, N)``."""
    points, n = energies.shape
    gap = (energies[:, :, None] - energies[:, None, :]).reshape(points, n * n)
    matrix = dissipator - 1j * gap[:, :, None] * np.eye(n * n)
    right = -push.reshape(points, n * n, 1)
    size = np.abs(matrix).max(axis=(-2, -1))
    matrix[:, 0, :] = size[:, None] * np.eye(n).ravel()  # one equation says instead that the trace stays
    right[:, 0] = 0.0
    try:
        return np.asarray(np.linalg.solve(matrix, right)).reshape(points, n, n)
    except np.linalg.LinAlgError:  # one of them has no unique state
        return np.full((points, n, n), np.nan, dtype=complex)
