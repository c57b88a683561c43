"""Eigenphases and orthonormal eigenvectors of unitary matrices, degenerate ones included."""

from __future__ import annotations

import numpy as np

from .arrays import Array, dagger

__all__ = ["floquet_modes"]

# Angle in radians by which U is turned before its Hermitian part is taken. Two eigenphases on either side of
# 0 or pi, at the same distance, share a cosine and are not told apart; an angle that is no simple fraction of
# pi keeps the phases that a symmetry puts there from falling on such a pair. Any such angle would do.
TURN = 0.7312
# Largest sum of off-diagonal elements in a row of V† U V, for each level, with which V counts as
# diagonalising U: some thousand times the rounding of a double. Larger ones are left to the Cayley transform.
MIXED = 1e-12
# Largest tangent of half an eigenphase, for each level, that is trusted: a thousand, 0.002 radian from the
# cut, where the transform has lost three of its sixteen digits. A choice.
STEEPEST = 1e3


def floquet_modes(u: Array, *, symmetric: bool = False) -> tuple[Array, Array]:
    """Eigenphases and orthonormal eigenvectors of a stack of unitary matrices.

    The Hermitian part of U, turned by a fixed angle, shares its eigenvectors; where it does not tell them
    apart to rounding, the Cayley transform i(1 - U)(1 + U)^-1, cut at the widest gap of the spectrum, does:
    it is Hermitian and monotonic in the eigenphase, so degenerate modes come out orthonormal as well.

    Parameters
    ----------
    u : array (P, N, N)
    symmetric : bool
        U is symmetric, so that its eigenvectors are real.

    Returns
    -------
    phases : array (P, N)
        phi with U = V exp(-i phi) V†, in an interval of length 2 pi cut at the widest gap.
    modes : array (P, N, N)
    """
    turned = u * np.exp(1j * TURN)
    h = turned.real if symmetric else (turned + dagger(turned)) / 2.0
    _, modes = np.linalg.eigh(h)
    in_modes = np.matmul(dagger(modes), np.matmul(u, modes))
    diagonal = np.einsum("pii->pi", in_modes)
    phases = -np.angle(diagonal)
    mixed = np.abs(in_modes).sum(axis=-1) - np.abs(diagonal)
    bad = np.asarray(mixed.max(axis=-1) > MIXED * u.shape[-1])
    if bad.any():
        phases[bad], modes[bad] = _cayley_modes(u[bad], phases[bad], symmetric)
    cut = _widest_gap(phases)
    return cut[:, None] + (phases - cut[:, None]) % (2.0 * np.pi), modes


def _cayley_modes(u: Array, guess: Array, symmetric: bool) -> tuple[Array, Array]:
    """Cayley transform at the widest gap of guessed phases; where that fails, of the exact ones."""
    phases, modes, bad = _cayley(u, _widest_gap(guess), symmetric)
    if bad.any():
        exact = _widest_gap(-np.angle(np.linalg.eigvals(u[bad])))
        phases[bad], modes[bad], _ = _cayley(u[bad], exact, symmetric)
    return phases, modes


def _widest_gap(phases: Array) -> Array:
    """Middle of the widest gap between phases on the circle."""
    ordered = np.sort(phases % (2.0 * np.pi), axis=-1)
    wrapped = np.concatenate([ordered, ordered[..., :1] + 2.0 * np.pi], axis=-1)
    gaps = np.diff(wrapped, axis=-1)
    widest = np.argmax(gaps, axis=-1)[..., None]
    start = np.take_along_axis(ordered, widest, axis=-1)[..., 0]
    return start + np.take_along_axis(gaps, widest, axis=-1)[..., 0] / 2.0


def _cayley(u: Array, cut: Array, symmetric: bool) -> tuple[Array, Array, Array]:
    """Eigenphases and modes from i(1 - U)(1 + U)^-1 with the zone cut at given phases; where that fails."""
    eye = np.eye(u.shape[-1])
    turned = -u * np.exp(1j * cut)[:, None, None]  # the cut now lies at phase pi
    try:
        h = 1j * np.linalg.solve(eye + turned, eye - turned)
    except np.linalg.LinAlgError:  # an eigenvalue on the cut: let the exact spectrum choose another
        return np.zeros(u.shape[:-1]), np.array(turned.real if symmetric else turned), np.ones(len(u), bool)
    bad = np.asarray(~np.isfinite(h).all(axis=(-2, -1)))
    h = np.where(bad[:, None, None], 0.0, h)
    tangent, modes = np.linalg.eigh(h.real if symmetric else (h + dagger(h)) / 2.0)
    bad |= np.max(np.abs(tangent), axis=-1) > STEEPEST * u.shape[-1]
    # i(1 - z)/(1 + z) = tan(alpha/2) for z = exp(i alpha), here alpha = cut + pi - phi
    phases = cut[:, None] + np.pi - 2.0 * np.arctan(tangent)
    return phases, modes, bad
