r"""Slow drives of any system: the basis that its states follow.

In a basis V(t) that moves, the Hamiltonian is :math:`V^\dagger H V - iV^\dagger\dot V`. In the eigenvectors
of H(t) its second part is of the order of omega; turning V by what makes that diagonal to first order leaves
the square of it, and so on: the superadiabatic bases of Berry, Proc. R. Soc. A 414, 31 (1987), each better
than the last until what the drive excites is left, which is exponentially small. Then

.. math:: U(t) = V(t)\,e^{-i\Phi(t)}\,V(0)^\dagger,\qquad
          \dot\Phi_i = (V^\dagger H V - iV^\dagger\dot V)_{ii},

with V periodic and smooth: some hundred samples of a period do however slow the drive is, where steps of
propagation have to follow each turn of the phases.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, dagger
from .magnus import Picture
from .rotations import BESSEL, GAIN, ROUNDS, TINY, integrated

__all__ = ["followed_states", "long_periods", "slow_points"]

Real = npt.NDArray[np.float64]
FIRST, MOST = 64, 1024  # samples of a period for each harmonic of the drive at first, and at the most in all
MOST_LEVELS = 512  # whose eigenvectors fill half a gigabyte at the fewest samples; a choice
LOOKS = 8  # times for each harmonic of the drive at which slowness is judged
LONGEST = 1 << 15  # samples of the propagator in a period at most, as of the steps in `magnus`
WORTH = 400.0  # turns of the fastest phase in a period, at the most, from which following pays; measured
TRACKED = 0.7  # least overlap of a state with itself a sample before, near 1/sqrt 2
ROUNDING = 1e-15  # of the largest energy: an element between states that is no more; rows have several


def followed_states(picture: Picture, tolerance: float) -> Array | None:
    """Propagators at equal steps over the span of a picture of one point, ``(1, n + 1, N, N)``, with as many
    steps as its modes need, or None where they are not followed to the tolerance.

    Parameters
    ----------
    tolerance : float
        On the quasienergies, in units of omega.
    """
    goal = tolerance / picture.fold
    zone = picture.fold * picture.omega[0]
    count = FIRST * picture.highest
    while count <= MOST:
        h = picture.at(np.arange(count) / count)[0] / zone
        basis = _eigenbasis(h)
        if basis is None:
            return None
        if _tail(basis) <= 0.1 * goal:
            basis, speed, excess = _followed(h, basis, goal)
            if excess > 1.0:
                return None
            if _tail(basis) <= goal:
                return _propagators(picture, basis, speed)
        count *= 2
    return None


def long_periods(harmonics: Mapping[int, Array], omega: Real) -> npt.NDArray[np.bool_]:
    """Points whose phases turn so often in a period that following them may pay.

    Parameters
    ----------
    harmonics : mapping of int to array (P, N, N) or (N, N)
    omega : array (P,)
    """
    size = sum(np.abs(h).sum(axis=-1).max(axis=-1) for h in harmonics.values())
    return np.asarray(2.0 * size > WORTH * max(1, *harmonics) * omega)


def slow_points(picture: Picture, tolerance: float) -> npt.NDArray[np.bool_]:
    r"""Points in which what the drive excites is below the tolerance.

    Where an eigenvector of H(t) turns by a share :math:`\eta` of its gap, an amplitude
    :math:`e^{-\pi/(4\eta)}` is excited (Landau, Zener, Stueckelberg, Majorana).
    """
    if picture.parts.shape[-1] > MOST_LEVELS:
        return np.zeros(len(picture.omega), dtype=bool)
    x = np.arange(LOOKS * picture.highest) / (LOOKS * picture.highest)
    x = x[x <= 0.5] if picture.reversible else x
    zone = (picture.fold * picture.omega)[:, None, None, None]
    energies, states = np.linalg.eigh(picture.at(x) / zone)
    moving = np.abs(np.matmul(dagger(states), np.matmul(picture.slope(x) / zone, states)))
    gaps = np.abs(energies[..., :, None] - energies[..., None, :])
    ties = (gaps == 0.0) | np.eye(gaps.shape[-1], dtype=bool)
    share = np.where(ties, 0.0, 2.0 * moving / np.where(ties, 1.0, gaps) ** 2).max(axis=(1, 2, 3))
    return np.asarray(np.exp(-0.25 * np.pi / np.maximum(share, TINY)) <= tolerance)


def _eigenbasis(h: Array) -> Array | None:
    """Eigenvectors of a period, each with the phase that follows from the one before; None where one cannot
    be told from another."""
    _, basis = np.linalg.eigh(h)
    overlap = np.sum(np.roll(basis, 1, axis=0).conj() * basis, axis=-2)
    if np.abs(overlap).min() < TRACKED:
        return None
    phase = np.cumprod((overlap / np.abs(overlap)).conj()[1:], axis=0)
    basis[1:] *= phase[:, None, :]
    # phase that each state gathers over a whole period
    last = phase[-1] * (overlap[0] / np.abs(overlap[0])).conj()
    if np.isrealobj(basis) and (last > 0).all():
        return basis
    share = np.arange(len(h))[:, None] / len(h)
    return np.asarray(basis * np.exp(-1j * np.angle(last) * share)[:, None, :])


def _followed(h: Array, basis: Array, goal: float) -> tuple[Array, Real, float]:
    """The basis that the states follow, the speeds of their phases, and how many times too large what couples
    them still is."""
    noise = ROUNDING * float(np.abs(h).max())
    goal = max(goal, 4.0 * h.shape[-1] * noise)
    best, speed, error = basis, np.zeros(basis.shape[::2]), np.inf
    off = 1.0 - np.eye(h.shape[-1])
    for _ in range(ROUNDS):
        bra = dagger(basis)
        moved = np.matmul(bra, np.matmul(h, basis) - 1j * _derivative(basis))
        energies, coupling = np.einsum("mii->mi", moved).real, moved * off
        left = float(np.sqrt(np.sum(np.abs(coupling) ** 2, axis=-1)).max(axis=-1).mean())
        if left < error:
            gain, best, speed, error = left < GAIN * error, basis, energies, left
        else:
            gain = False
        if not gain or left <= 0.1 * goal:
            break
        gaps = energies[:, :, None] - energies[:, None, :]
        small = np.abs(coupling) <= noise
        turn = np.where(small, 0.0, -coupling / np.where(small | (gaps == 0.0), 1.0, gaps))
        eye = np.eye(h.shape[-1])
        basis = np.matmul(basis, np.linalg.solve(eye - 0.5 * turn, eye + 0.5 * turn))
    return best, speed, error / goal


def _derivative(basis: Array) -> Array:
    """By the phase of the period."""
    count = len(basis)
    lines = np.fft.fft(basis, axis=0)
    q = np.fft.fftfreq(count, 1.0 / count)
    q[count // 2] = 0.0
    return np.fft.ifft(lines * (1j * q)[:, None, None], axis=0)


def _tail(basis: Array) -> float:
    """Size of the lines in the last quarter."""
    count = len(basis)
    lines = np.abs(np.fft.fft(basis, axis=0)) / count
    return float(lines[3 * count // 8 : 5 * count // 8 + 1].max())


def _propagators(picture: Picture, basis: Array, speed: Real) -> Array | None:
    depth = np.abs(speed - speed.mean(axis=0)).max()
    reach = depth + BESSEL * np.cbrt(depth) + len(basis) // 8
    count = len(basis)
    while count < 4.0 * reach:
        count *= 2
    return None if count > LONGEST else _path(picture, basis, speed, count)


def _path(picture: Picture, basis: Array, speed: Real, count: int) -> Array:
    """U at equal steps from the basis and the speeds at fewer samples."""
    stop = (count // 2 if picture.reversible else count) + 1
    x = np.arange(stop) / count
    lines, mean = integrated(speed)
    phase = np.fft.irfft(lines, count, axis=0) * (count / len(speed))
    phase = phase[np.arange(stop) % count] - phase[0] + 2.0 * np.pi * x[:, None] * mean
    states = _refined(basis, count)[np.arange(stop) % count]
    states = np.matmul(states * np.exp(-1j * phase)[:, None, :], dagger(basis[0]))
    return states[None]


def _refined(basis: Array, count: int) -> Array:
    """The same function at more samples."""
    size = len(basis)
    lines = np.fft.fft(basis, axis=0)
    wide = np.zeros((count, *basis.shape[1:]), dtype=complex)
    wide[: size // 2], wide[-(size // 2) + 1 :] = lines[: size // 2], lines[size // 2 + 1 :]
    return np.fft.ifft(wide, axis=0) * (count / size)
