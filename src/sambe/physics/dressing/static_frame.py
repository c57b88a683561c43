"""Dressings in a static rotating frame: driven dressed, and traditional without the phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...description.operators import Operator
from ...description.sparse_operator import SparseOperator
from ...numerics.arrays import Array, Number, dagger, is_numpy, namespace
from ...numerics.eigen_derivative import eigh_with_tilt, is_jax
from .dressing import Dressing
from .frequencies import expanded_omega

__all__ = ["driven_dressed", "frame_hamiltonian", "traditional"]


def frame_hamiltonian(harmonics: Mapping[int, Array], omega: Number, frame: Sequence[int]) -> Array:
    """Sum of the harmonics H_k less omega diag(n), ``(..., N, N)``: linear in all its numbers."""
    xp = namespace(omega, *harmonics.values())
    total: Array = None
    for h in harmonics.values():
        total = xp.asarray(h) if total is None else total + xp.asarray(h)
    if any(frame):
        n = xp.asarray(np.diag(np.asarray(frame, dtype=float)))
        total = total - expanded_omega(omega, 2) * n
    return total


def _eigh(h: Array) -> tuple[Array, Array, Array]:
    xp = namespace(h)
    if is_jax(xp):
        return eigh_with_tilt(h)
    if h.shape[-1] == 2 and is_numpy(xp):
        return (*_eigh_two(h), None)
    result = xp.linalg.eigh(h)
    return result[0], result[1], None


def _eigh_two(h: Array) -> tuple[Array, Array]:
    """Two levels in closed form: the rotation by half the angle of (detuning, coupling)."""
    a, d, b = h[..., 0, 0].real, h[..., 1, 1].real, h[..., 0, 1]
    half, size = 0.5 * (a - d), np.abs(b)
    mean, radius = 0.5 * (a + d), np.hypot(half, size)
    angle = 0.5 * np.arctan2(size, half)
    c, s = np.cos(angle), np.sin(angle)
    s = s * np.exp(1j * np.angle(b)) if np.iscomplexobj(h) else np.where(b < 0, -s, s)
    states = np.stack([np.stack([-s, c + 0 * s], axis=-1), np.stack([c + 0 * s, s.conj()], axis=-1)], axis=-2)
    return np.stack([mean - radius, mean + radius], axis=-1), states


def driven_dressed(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[np.ndarray],
    frame: Sequence[int],
) -> Dressing:
    r"""Eigenbasis of the static frame Hamiltonian, with the drive's phase kept in the coupling.

    .. math:: S^{(q)}_{ij} = S_{ij}\quad\text{where}\quad n_j - n_i = q,

    rotated into the eigenbasis of :math:`\sum_k H_k - \omega\,\mathrm{diag}(n)`. A bath then sees the
    dressed gap plus or minus drive quanta (Kong et al., arXiv:2603.29754).

    Parameters
    ----------
    harmonics : mapping of int to array (..., N, N)
        H_k with both signs of k.
    omega : number or array (...)
        Drive frequency.
    operators : sequence of array (N, N)
        Distinct coupling operators.
    frame : sequence of int
        n_i, see `sambe.physics.dressing.frame.find_frame`.
    """
    energies, states, tilt = _eigh(frame_hamiltonian(harmonics, omega, frame))
    n = np.asarray(frame)
    quantum = n[None, :] - n[:, None]
    present = np.any([op != 0 for op in operators], axis=0)
    quanta = tuple(sorted({int(q) for q in quantum[present] if q >= 0})) or (0,)  # a part may feel no bath
    parts = [[op * (quantum == q) for q in quanta] for op in operators]
    return Dressing(energies, _rotate(parts, states), quanta, omega, states, tilt)


def traditional(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[np.ndarray],
    frame: Sequence[int],
) -> Dressing:
    """The traditional dressed equation: as `driven_dressed` with the phase dropped, all of S in
    q = 0. Kept for comparison; it is wrong off resonance and inverts a ladder above it."""
    energies, states, tilt = _eigh(frame_hamiltonian(harmonics, omega, frame))
    return Dressing(energies, _rotate([[op] for op in operators], states), (0,), omega, states, tilt)


def _rotate(parts: Sequence[Sequence[np.ndarray]], states: Array) -> Array:
    """V† S V for each part, ``(..., C, Q, N, N)``."""
    xp = namespace(states)
    bra = dagger(states)
    rows = []
    for row in parts:
        real = not any(p.imag.any() for p in row)
        turned = [xp.matmul(bra, _acted(p.real if real else p, states)) for p in row]
        rows.append(xp.stack(turned, axis=-3))
    return xp.stack(rows, axis=-4)


def _acted(part: Operator, states: Array) -> Array:
    """S V, ``(..., N, N)``; of few elements point by point, as nothing is lost by that."""
    xp = namespace(states)
    if not isinstance(part, SparseOperator) or not is_numpy(xp):
        return xp.matmul(xp.asarray(part), states)
    flat = states.reshape(-1, *states.shape[-2:])
    return np.stack([part @ v for v in flat]).reshape(states.shape)
