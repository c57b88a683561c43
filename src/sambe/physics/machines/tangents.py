r"""How a generator and its currents change to first order: what stands on both sides of the state.

The generator and the currents are made of pairs of a coupling S and a one-sided operator L (see
`sambe.physics.generators.redfield`), so that their change is made of the pairs' changes,

.. math:: \delta(L\rho S^\dagger) = \delta L\,\rho S^\dagger + L\rho\,\delta S^\dagger,

and of a change of the energies, with what it couples between close levels. The universal equation has
S = A and L = A/2 with :math:`A = \sqrt{a}\circ S`.

With a temperature only the rates change. Under a change V(t) of the Hamiltonian the states turn into each
other by :math:`c^{(q)}_{ij} = -V^{(q)}_{ij}/(E_i - E_j - q\omega)`, energies move by
:math:`V^{(0)}_{ii}`, and

.. math:: \delta S^{(q)} = \sum_{q'} [S^{(q-q')}, c^{(q')}],\qquad
          \delta L = \tfrac12 a'(W)\,\delta W\circ S + \tfrac12 a(W)\circ\delta S .

What V couples between levels too close for that, the tilt, stays in the Hamiltonian; there L answers as a
matrix function does, by :math:`\tfrac12 a'(W)\circ[\mathrm{tilt}, S]` (Daleckii and Krein).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger
from ..dressing.dressing import Dressing
from ..dressing.frequencies import Tones, expanded_omega
from ..generators.jumps import Jumps, quanta_by_tone
from ..generators.one_sided import both_signs, driven_places, signed_couplings, signed_quanta
from ..generators.periodic_generator import over_period
from ..generators.redfield import Redfield, pack, unpack

__all__ = ["Change", "Leg", "by_change", "by_drive", "by_root", "changed_generator", "changed_period",
           "changed_rates"]  # fmt: skip

# Gap, as a share of the spectrum's width, below which levels turn into each other without an end: see
# `sambe.numerics.eigen_derivative`.
NEAR = 1e-6

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Slopes = Sequence[tuple[Reals, Reals]]


@dataclass(frozen=True)
class Leg:
    """A coupling operator of a bath, for the harmonics of both signs, ``(P, K, N, N)`` each, with its change.

    Attributes
    ----------
    bath : int
    s, l, hot : array
        S, L and W∘L.
    ds, dl, dhot : array
        Their changes.
    warm, dwarm : array, optional
        W∘S and its change, by which the complete equation counts.
    """

    bath: int
    s: Complex
    l: Complex
    hot: Complex
    ds: Complex
    dl: Complex
    dhot: Complex
    warm: Any = None
    dwarm: Any = None


@dataclass(frozen=True)
class Change:
    """A change of the dressing, to first order.

    Attributes
    ----------
    energies : array (P, N)
    couplings : array (P, C, K, N, N)
        For the harmonics of both signs.
    tilt : array (P, N, N)
    omega : array (P,), optional
        Of the drive's frequency.
    """

    energies: Reals
    couplings: Complex
    tilt: Complex
    omega: Any = None


def by_drive(dressing: Dressing, harmonics: dict[int, Complex], tilted: bool) -> Change:
    """Change of a dressing with a change of the Hamiltonian.

    Parameters
    ----------
    dressing : Dressing
        A batch with one axis of points.
    harmonics : dict of int to array (P, N, N)
        V^(q) between the dressed states, both signs of q.
    tilted : bool
        Whether the generator keeps the coherences between close levels.
    """
    e = dressing.energies
    gap = e[:, :, None] - e[:, None, :]
    omega = dressing.omega
    wide = expanded_omega(omega if isinstance(omega, Tones) else np.asarray(omega, dtype=float), 2)
    width = (e.max(axis=-1) - e.min(axis=-1))[:, None, None]
    driven = [k for k, q in enumerate(dressing.quanta) if q]
    signed = signed_quanta(dressing.quanta)
    lines = both_signs(dressing.couplings, driven, 1.0) + 0j
    place = {q: k for k, q in enumerate(signed)}
    out, tilt = np.zeros_like(lines), np.zeros(gap.shape, dtype=complex)
    moved = np.zeros(e.shape)
    eye = np.eye(dressing.levels, dtype=bool)
    for q, v in harmonics.items():
        w = gap - np.asarray(float(q)) * wide
        still = (np.abs(w) <= NEAR * width) & tilted & (q == 0)
        still = still | (eye & (q == 0))
        if q == 0:
            moved = np.diagonal(v, axis1=-2, axis2=-1).real
            tilt = np.where(still & ~eye, v, 0.0)
        with np.errstate(all="ignore"):
            c = np.where(still, 0.0, -v / np.where(still, 1.0, w))
        turned = c[:, None]
        for target, k in place.items():
            if target - q in place:
                s = lines[:, :, place[target - q]]
                out[:, :, k] += np.matmul(s, turned) - np.matmul(turned, s)
    return Change(moved, out, tilt)


def by_root(jumps: Jumps, bath: int, slopes: tuple[Reals, Reals]) -> list[Leg]:
    """Legs of the universal equation under a change of a bath's rates a(W) and a(-W)."""
    rate, energy, lines = _of_bath(jumps, bath)
    root = np.sqrt(rate)
    change = both_signs(slopes[0], driven_places(jumps), 1.0, slopes[1])
    turned = 0.5 * change / np.where(rate > 0, root, np.inf)
    legs = []
    for s in lines:
        a, da = root * s, turned * s
        legs.append(Leg(bath, a, 0.5 * a, 0.5 * energy * a, da, 0.5 * da, 0.5 * energy * da))
    return legs


def by_change(jumps: Jumps, change: Change, slopes: Slopes, root: bool) -> list[Leg]:
    """Legs of every bath under a change of the dressing; ``slopes`` are da(W)/dW and da(-W)/dW of each."""
    driven = driven_places(jumps)
    shift = change.energies[:, None, :, None] - change.energies[:, None, None, :]
    if change.omega is not None:
        quanta = np.asarray(signed_quanta(jumps.dressing.quanta), dtype=float)
        shift = shift - (quanta * change.omega[:, None])[:, :, None, None]
    legs = []
    for u, wires in enumerate(jumps.wiring):
        rate, energy, lines = _of_bath(jumps, u)
        by = both_signs(slopes[u][0], driven, 1.0, -slopes[u][1])
        if root:
            by = 0.5 * by / np.where(rate > 0, np.sqrt(rate), np.inf)
            rate = np.sqrt(rate)
        # what does not move asks for no slope, which may be unknown there
        by = np.where(np.isfinite(by) | (shift + 0.0 * by != 0.0), by, 0.0)
        for c, s in zip(wires, lines, strict=True):
            ds = change.couplings[:, c]
            tilt = change.tilt[:, None]
            inclined = shift * s + np.matmul(tilt, s) - np.matmul(s, tilt)
            f, df = rate * s, by * inclined + rate * ds
            hot, dhot = energy * f, (rate + energy * by) * inclined + energy * rate * ds
            if root:
                legs.append(Leg(u, f, 0.5 * f, 0.5 * hot, df, 0.5 * df, 0.5 * dhot))
            else:
                warm, dwarm = energy * s, inclined + energy * ds
                legs.append(Leg(u, s, 0.5 * f, 0.5 * hot, ds, 0.5 * df, 0.5 * dhot, warm, dwarm))
    return legs


def changed_generator(jumps: Jumps, legs: Sequence[Leg], change: Change | None = None) -> Redfield:
    """The change of generator and currents as an operator of its own."""
    points, n = len(jumps.energy), jumps.dressing.levels
    driven = driven_places(jumps)
    turns = _turns(jumps, driven)
    coupling = np.concatenate([x for leg in legs for x in (leg.s, leg.ds)], axis=1)
    forward = np.concatenate([x for leg in legs for x in (leg.dl, leg.l)], axis=1)
    baths = len(jumps.wiring)
    heat = np.zeros((points, baths + len(turns), n, n), dtype=complex)
    drift = np.zeros((points, n, n), dtype=complex)
    for leg in legs:
        each = np.matmul(dagger(leg.s), leg.dl) + np.matmul(dagger(leg.ds), leg.l)
        hot = np.matmul(dagger(leg.s), leg.dhot) + np.matmul(dagger(leg.ds), leg.hot)
        drift += each.sum(axis=1)
        heat[:, leg.bath] += hot.sum(axis=1)
        for t, quanta in enumerate(turns):
            heat[:, baths + t] += (quanta * each).sum(axis=1)
    gaps = np.zeros((points, n, n))
    if change is not None:
        gaps = change.energies[:, :, None] - change.energies[:, None, :]
        drift += 1j * change.tilt
    return Redfield(gaps, coupling, forward, drift, heat)


def changed_rates(jumps: Jumps, legs: Sequence[Leg]) -> tuple[Reals, Reals]:
    """The same between populations: change of the rates ``(P, N, N)`` and of the energy that each terminal
    gives by the jumps j -> i, ``(P, U + T, N, N)``."""
    points, n = len(jumps.energy), jumps.dressing.levels
    turns, baths = _turns(jumps, driven_places(jumps)), len(jumps.wiring)
    rates = np.zeros((points, n, n))
    taken = np.zeros((points, baths + len(turns), n, n))
    for leg in legs:
        rate = 2.0 * (leg.dl * leg.s.conj() + leg.l * leg.ds.conj()).real
        hot = 2.0 * (leg.dhot * leg.s.conj() + leg.hot * leg.ds.conj()).real
        rates += rate.sum(axis=1)
        taken[:, leg.bath] += hot.sum(axis=1)
        for t, quanta in enumerate(turns):
            taken[:, baths + t] += (quanta * rate).sum(axis=1)
    return rates, taken


def changed_period(jumps: Jumps, legs: Sequence[Leg], change: Change, packed: Reals) -> tuple[Reals, Reals]:
    """The same of the complete equation, on a state at samples of a period.

    Parameters
    ----------
    packed : array (P, M, N, N)
        Re + Im.

    Returns
    -------
    moved : array (P, M, N, N)
        Change of the equation of motion, packed.
    currents : array (P, U + 1)
        Change of the mean currents that the state carries.
    """
    rho, samples = unpack(packed), packed.shape[1]
    quanta = np.asarray(signed_quanta(jumps.dressing.quanta))
    omega = np.broadcast_to(np.asarray(jumps.dressing.omega, dtype=float), len(packed))
    turn = (quanta * omega[:, None])[:, :, None, None]
    tilt = change.tilt + change.energies[:, :, None] * np.eye(jumps.dressing.levels)
    half = np.matmul(-1j * tilt[:, None], rho)
    currents = np.zeros((len(packed), len(jumps.wiring) + 1))
    for leg in legs:
        parts = leg.s, leg.ds, leg.l, leg.dl, leg.warm, leg.dwarm, turn * leg.s, turn * leg.ds
        lines = over_period(np.stack(parts, axis=1), quanta, samples)
        s, ds, l, dl, warm, dwarm, turning, dturning = np.moveaxis(lines, 2, 0)
        lrho, dlrho = np.matmul(l, rho), np.matmul(dl, rho)
        half += np.matmul(dlrho, s) - np.matmul(s, dlrho) + np.matmul(lrho, ds) - np.matmul(ds, lrho)
        for terminal, taken, dtaken in ((leg.bath, warm, dwarm), (-1, turning, dturning)):
            counted = np.einsum("pmij,pmji->p", taken, dlrho) + np.einsum("pmij,pmji->p", dtaken, lrho)
            currents[:, terminal] -= 2.0 * counted.real / samples
    return np.asarray(pack(half + dagger(half))), currents


def _turns(jumps: Jumps, driven: list[int]) -> list[Reals]:
    """q w of each tone for the harmonics of both signs."""
    return [both_signs(x + 0.0 * jumps.energy[:, :, :1, :1], driven, -1.0) for x in quanta_by_tone(jumps)]


def _of_bath(jumps: Jumps, bath: int) -> tuple[Reals, Reals, list[Complex]]:
    """Rates, energies and couplings of a bath for the harmonics of both signs."""
    driven = driven_places(jumps)
    rate = both_signs(jumps.forward[bath], driven, 1.0, jumps.backward[bath])
    energy = both_signs(jumps.energy, driven, -1.0)
    return rate, energy, [s + 0j for s in signed_couplings(jumps, jumps.wiring[bath])]
