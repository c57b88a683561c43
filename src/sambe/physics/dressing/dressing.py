r"""Dressings: the system's own basis, and the coupling operators seen from it.

A dressing is a set of energies :math:`E_i` with coupling harmonics :math:`S^{(q)}_{ij}`, split by the
number q of drive quanta that a jump absorbs, :math:`S(t) = \sum_q S^{(q)} e^{-iq\omega t}`. A jump
:math:`j \to i` takes :math:`W = E_i - E_j - q\omega` from the bath. Everything after it is shared
by the three equations. As S is Hermitian, :math:`S^{(-q)} = S^{(q)\dagger}`: only q >= 0 is held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...numerics.arrays import Array, Number, dagger, expand, is_numpy, namespace
from ...numerics.eigen_derivative import eigh_with_tilt, is_jax

__all__ = ["Dressing", "driven_dressed", "ordered", "shift_zone", "traditional"]


@dataclass(frozen=True)
class Dressing:
    """Energies and coupling harmonics of a batch of points.

    Attributes
    ----------
    energies : array (..., N)
        Dressed energies or quasienergies.
    couplings : array (..., C, Q, N, N)
        Harmonics of the C distinct coupling operators for the Q values of ``quanta``.
    quanta : tuple of int
        The q >= 0 held, increasing.
    omega : number or array (...)
        Drive frequency.
    states : array (..., N, N)
        Columns: the dressed states in the frame, or the Floquet modes at t = 0.
    tilt : array (..., N, N), optional
        Under JAX, the derivative of the Hamiltonian between degenerate states; see
        `sambe.numerics.eigen_derivative`.
    """

    energies: Array
    couplings: Array
    quanta: tuple[int, ...]
    omega: Number
    states: Array
    tilt: Array = None

    @property
    def levels(self) -> int:
        """Number of states N."""
        return int(self.energies.shape[-1])

    def jump_energies(self) -> Array:
        """W = E_i - E_j - q w that a jump j -> i takes from the bath, ``(..., Q, N, N)``, q >= 0."""
        xp = namespace(self.energies)
        e = self.energies
        gap = (e[..., :, None] - e[..., None, :])[..., None, :, :]
        if self.quanta == (0,):
            return gap
        q = xp.asarray([float(q) for q in self.quanta], dtype=e.dtype)[:, None, None]
        return gap - q * expand(self.omega, 3)


def _frame_hamiltonian(harmonics: Mapping[int, Array], omega: Number, frame: Sequence[int]) -> Array:
    xp = namespace(omega, *harmonics.values())
    total: Array = None
    for h in harmonics.values():
        total = xp.asarray(h) if total is None else total + xp.asarray(h)
    if any(frame):
        n = xp.asarray(np.diag(np.asarray(frame, dtype=float)))
        total = total - expand(omega, 2) * n
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
    energies, states, tilt = _eigh(_frame_hamiltonian(harmonics, omega, frame))
    n = np.asarray(frame)
    quantum = n[None, :] - n[:, None]
    present = np.any([op != 0 for op in operators], axis=0)
    quanta = tuple(sorted({int(q) for q in quantum[present] if q >= 0}))
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
    energies, states, tilt = _eigh(_frame_hamiltonian(harmonics, omega, frame))
    return Dressing(energies, _rotate([[op] for op in operators], states), (0,), omega, states, tilt)


def _rotate(parts: Sequence[Sequence[np.ndarray]], states: Array) -> Array:
    """V† S V for each part, ``(..., C, Q, N, N)``."""
    xp = namespace(states)
    bra = dagger(states)
    rows = []
    for row in parts:
        real = not any(p.imag.any() for p in row)
        turned = [xp.matmul(bra, xp.matmul(xp.asarray(p.real if real else p), states)) for p in row]
        rows.append(xp.stack(turned, axis=-3))
    return xp.stack(rows, axis=-4)


def shift_zone(dressing: Dressing, shift: np.ndarray) -> Dressing:
    r"""The same dressing with :math:`E_i \to E_i + m_i\omega`, so that every W stays.

    What was :math:`S^{(q)}_{ij}` becomes :math:`S^{(q + m_i - m_j)}_{ij}`.

    Parameters
    ----------
    shift : int array (..., N)
        m_i, on the host.
    """
    xp = namespace(dressing.energies)
    gap = shift[..., :, None] - shift[..., None, :]
    reach = max(dressing.quanta) + int(np.abs(gap).max(initial=0))
    full = np.arange(-reach, reach + 1)
    held = {q: dressing.couplings[..., k, :, :] for k, q in enumerate(dressing.quanta)}
    zero = xp.zeros_like(dressing.couplings[..., 0, :, :])
    stack = xp.stack(
        [held[q] if q in held else dagger(held[-q]) if -q in held else zero for q in map(int, full)],
        axis=-3,
    )
    wanted = np.arange(reach + 1)[:, None, None] - gap[..., None, :, :] + reach
    index = np.clip(wanted, 0, 2 * reach)[..., None, :, :, :]
    index = np.broadcast_to(index, (*stack.shape[:-3], reach + 1, *stack.shape[-2:]))
    inside = (wanted >= 0) & (wanted <= 2 * reach)
    moved = xp.take_along_axis(stack, xp.asarray(index), axis=-3)
    moved = xp.where(xp.asarray(inside)[..., None, :, :, :], moved, 0.0 * moved)
    energies = dressing.energies + xp.asarray(shift * 1.0) * expand(dressing.omega, 1)
    # stationary populations carry over state by state, so the order is left as it is
    used = [q for q in range(reach + 1) if _any(moved[..., q, :, :])] or [0]
    kept = xp.stack([moved[..., q, :, :] for q in used], axis=-3)
    return Dressing(energies, kept, tuple(used), dressing.omega, dressing.states)


def ordered(dressing: Dressing) -> Dressing:
    """The same dressing with the states in the order of their energies."""
    e = dressing.energies
    if not is_numpy(namespace(e)) or bool(np.all(e[..., 1:] >= e[..., :-1])):
        return dressing
    order = np.argsort(e, axis=-1)
    column, row = order[..., None, :], order[..., :, None]
    couplings = np.take_along_axis(dressing.couplings, row[..., None, None, :, :], axis=-2)
    return Dressing(
        np.take_along_axis(e, order, axis=-1),
        np.take_along_axis(couplings, column[..., None, None, :, :], axis=-1),
        dressing.quanta,
        dressing.omega,
        np.take_along_axis(dressing.states, column, axis=-1),
    )


def _any(x: Array) -> bool:
    xp = namespace(x)
    return bool(xp.any(xp.abs(x) > 0))
