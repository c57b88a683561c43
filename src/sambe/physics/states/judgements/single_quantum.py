r"""What the terms between different quanta do where the coupling has a single one, at little work.

With :math:`S(t) = S_+ e^{-iq\omega t} + S_- e^{iq\omega t}`, as a ladder in a static frame has it, what turns
is :math:`m = \pm 2q` alone, and needs no samples of a period:

.. math:: \mathcal L_m\rho_0 = [L_+\rho_0, S_+] + [L_-\rho_0, S_-]^\dagger,\qquad
          \rho_m = -\frac{\mathcal L_m\rho_0}{\Lambda + im\omega},\qquad
          \mathcal L_{-m}\rho_m + \mathrm{h.c.} = [L_-\rho_m, S_-] + [L_+\rho_m^\dagger, S_+] + \mathrm{h.c.},

with :math:`\Lambda` the diagonal of the mean generator. What answers to the last is taken as in
`cross_terms`: by the rates between the populations, and by :math:`\Lambda` for each coherence.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...generators.jumps import Jumps
from ...generators.periodic_generator import Harmonics, make_harmonics
from ...generators.redfield import pauli_generator
from ..iterations.conjugate_residuals import with_trace
from ..stationary import solve_each

__all__ = ["Effects", "effects_of_single_quantum", "has_single_quantum"]

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]


class Effects(NamedTuple):
    """Change of each current ``(P, U + 1)``, largest one-way flow of a terminal ``(P,)``, and the largest
    element of the harmonics of the state ``(P,)``."""

    change: Reals
    traffic: Reals
    harmonics: Reals


def has_single_quantum(jumps: Jumps) -> bool:
    """Whether every jump absorbs or emits the same number of quanta."""
    quanta = jumps.dressing.quanta
    return len(quanta) == 1 and quanta[0] > 0


def effects_of_single_quantum(jumps: Jumps, state: Complex, currents: Reals) -> Effects:
    r"""First-order effect on each current, for a batch with one axis of points.

    Parameters
    ----------
    jumps : Jumps
        Of `has_single_quantum`, in the zone of the state, with the Lamb shift that it was solved with.
    state : array (P, N, N)
        Density matrix of a generator without those terms.
    currents : array (P, U + 1)
        Of that state.

    Notes
    -----
    Each harmonic of a coherence is left to itself, where `cross_terms` takes a step more: the two differ by a
    relaxation rate over omega, or over the distance to a resonance. Not a number where the rates between the
    populations leave more than one state.
    """
    quantum = jumps.dressing.quanta[0]
    h = make_harmonics(jumps, quantum)
    s, l = h.coupling, h.forward
    decay = _own(h)
    driven = _commutator(np.matmul(l, state[:, None, None]), s).sum(axis=1)
    rate = decay + 2j * quantum * h.omega[:, None, None]
    turning = _answer_alone(driven[:, 0] + _adjoint(driven[:, 1]), rate)
    # parts of the state that L_+ and L_- take back to where nothing turns
    met = np.stack([_adjoint(turning), turning], axis=1)
    jumped = np.matmul(l, met[:, None])
    half = _commutator(jumped, s).sum(axis=(1, 2))
    mean = state + _answer(h, half + _adjoint(half), decay)
    populations = np.abs(np.diagonal(state, 0, -2, -1).real)
    traffic = np.matmul(_carried(h), populations[..., None])[..., 0].max(axis=-1)
    size = np.abs(turning).max(axis=(-2, -1))
    return Effects(_currents(h, mean, met, jumped) - currents, traffic, size)


def _commutator(x: Complex, s: Complex) -> Complex:
    return np.asarray(np.matmul(x, s) - np.matmul(s, x))


def _adjoint(x: Complex) -> Complex:
    return np.asarray(np.conj(x.swapaxes(-1, -2)))


def _own(h: Harmonics) -> Complex:
    """Diagonal element of the mean generator for each coherence, ``(P, N, N)``."""
    s, l = (np.diagonal(x, 0, -2, -1).reshape(len(x), -1, x.shape[-1]) for x in (h.coupling, h.forward))
    each = np.matmul(l.swapaxes(-1, -2), s.conj())
    lost = np.sum(h.coupling.conj() * h.forward, axis=(1, 2, 3))
    out: Complex = each + _adjoint(each) - lost[:, :, None] - lost.conj()[:, None, :] - 1j * h.gaps
    return out


def _answer_alone(driven: Complex, rate: Complex) -> Complex:
    """What follows at a rate of its own; nothing where nothing turns and nothing damps."""
    still = rate == 0
    return np.asarray(np.where(still, 0.0, -driven / np.where(still, 1.0, rate)))


def _answer(h: Harmonics, driven: Complex, alone: Complex) -> Complex:
    """Change of the mean state that a non-zero equation of motion calls for."""
    rates = 2.0 * np.sum((h.forward * h.coupling.conj()).real, axis=(1, 2))
    a, scale = with_trace(pauli_generator(rates), rates.shape[-1])
    right = -np.diagonal(driven, 0, -2, -1).real / scale[..., 0]
    right[:, 0] = 0.0
    out = _answer_alone(driven, alone)
    every = np.arange(out.shape[-1])
    out[:, every, every] = solve_each(a, right[..., None])[..., 0]
    return out


def _carried(h: Harmonics) -> Reals:
    """Size of the current of each terminal that a state carries by itself, ``(P, U + 1, N)``."""
    quanta = (h.quanta * h.omega[:, None])[:, None, :, None, None]
    pairs = [(h.warm[:, list(wires)], part) for wires, part in h.heat]
    pairs.append((quanta * h.coupling, h.forward))
    return np.asarray(np.abs(np.stack([(k.conj() * l).real.sum(axis=(1, 2, 3)) for k, l in pairs], axis=1)))


def _currents(h: Harmonics, mean: Complex, met: Complex, jumped: Complex) -> Reals:
    """Mean currents -2 Re Tr[(W∘S) L_u rho] of the baths, and -2 Re Tr[i dS/dt L rho] of the drive."""
    # rho (W∘S) at the harmonics that L_+ and L_- meet; -q stands beside q
    still = np.matmul(mean[:, None, None], h.warm[:, :, ::-1])
    back = np.matmul(met[:, None], h.warm)
    heats = [_trace(part, (still + back)[:, list(wires)]).sum(axis=(1, 2)) for wires, part in h.heat]
    flow = _trace(jumped, h.coupling)
    flow -= _trace(np.matmul(h.forward, mean[:, None, None]), h.coupling[:, :, ::-1])
    pump = np.sum((h.quanta * h.omega[:, None])[:, None, :] * flow, axis=(1, 2))
    return np.asarray(-2.0 * np.stack([*heats, pump], axis=-1))


def _trace(x: Complex, y: Complex) -> Reals:
    """Re Tr[x y] over the last two axes."""
    flat = (*x.shape[:-2], x.shape[-1] ** 2)
    other = np.ascontiguousarray(y.swapaxes(-1, -2)).reshape(flat)
    return np.asarray(np.matmul(x.reshape(*flat[:-1], 1, flat[-1]), other[..., None])[..., 0, 0].real)
