r"""One period of propagation: quasienergies, Floquet modes and the harmonics of the coupling.

The propagator is built from sixth-order Magnus steps (Blanes, Casas, Oteo and Ros, Phys. Rep. 470, 151
(2009)) in the picture :math:`|i\rangle \to e^{-in_i\omega t}|i\rangle` with the integers :math:`n_i`
nearest to :math:`E_i/\omega`, which removes the fast phases of a ladder. Steps are doubled, point by
point, until the quasienergies stand still; time samples until the harmonics have died out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ._array import Array, Number, dagger
from .dressing import Dressing
from .errors import ConvergenceError
from .magnus import FIRST_STEPS, HARMONIC_FLOOR, MOST_STEPS, ORDER, Picture, propagators
from .two_level import floquet_two

__all__ = ["floquet", "floquet_modes"]

DEGENERATE = 1e-7  # phases closer than this are one quasienergy


def _converged_propagators(picture: Picture, tolerance: float) -> list[tuple[Any, Any]]:
    """Propagators for groups of points, each with as many steps as it needs."""
    batch = picture.omega.shape[0]
    left = np.arange(batch)
    steps = FIRST_STEPS
    coarse = propagators(_pick(picture, left), steps, 1)[..., -1, :, :]
    groups = []
    while left.size:
        steps *= 2
        if steps > MOST_STEPS:
            raise ConvergenceError(
                f"the propagator did not converge to {tolerance:g} within {MOST_STEPS} steps; "
                "raise omega, lower the drive, or loosen the tolerance"
            )
        fine = propagators(_pick(picture, left), steps, steps)
        change = fine[..., -1, :, :] - coarse
        error = np.sqrt(np.sum(np.abs(change) ** 2, axis=(-2, -1))) / (2.0**ORDER - 1.0)
        done = error / (2.0 * np.pi) <= tolerance
        if done.any():
            groups.append((left[done], fine[done]))
        left, coarse = left[~done], fine[~done][..., -1, :, :]
    return groups


def _pick(picture: Picture, points: npt.NDArray[np.intp]) -> Picture:
    if len(points) == picture.omega.shape[0]:
        return picture
    return Picture(
        {k: h[points] if h.ndim == 3 else h for k, h in picture.harmonics.items()},
        picture.omega[points],
        picture.integers[points],
    )


def floquet_modes(u: Array) -> tuple[Array, Array]:
    """Eigenphases and orthonormal eigenvectors of a stack of unitary matrices.

    The Cayley transform i(1 - U)(1 + U)^-1, cut at the widest gap of the spectrum, is Hermitian and
    monotonic in the eigenphase, so degenerate modes come out orthonormal as well.

    Returns
    -------
    phases : array (..., N)
        phi with U = V exp(-i phi) V†, in an interval of length 2 pi cut at the widest gap.
    modes : array (..., N, N)
    """
    n = u.shape[-1]
    eye = np.eye(n)
    # where the phases lie: the Hermitian part, turned so that phi and -phi are told apart
    turned = u * np.exp(0.7312j)
    _, v = np.linalg.eigh((turned + dagger(turned)) / 2.0)
    cut = _widest_gap(-np.angle(np.einsum("...ij,...ij->...j", v.conj(), np.matmul(u, v))))
    phases, modes, bad = _cayley(u, cut, eye)
    if bad.any():
        exact = _widest_gap(-np.angle(np.linalg.eigvals(u[bad])))
        phases[bad], modes[bad], _ = _cayley(u[bad], exact, eye)
    cut = _widest_gap(phases)
    phases = cut[..., None] + (phases - cut[..., None]) % (2.0 * np.pi)
    return phases, modes


def _widest_gap(phases: Array) -> Array:
    """Middle of the widest gap between phases on the circle."""
    ordered = np.sort(phases % (2.0 * np.pi), axis=-1)
    wrapped = np.concatenate([ordered, ordered[..., :1] + 2.0 * np.pi], axis=-1)
    gaps = np.diff(wrapped, axis=-1)
    widest = np.argmax(gaps, axis=-1)[..., None]
    start = np.take_along_axis(ordered, widest, axis=-1)[..., 0]
    return start + np.take_along_axis(gaps, widest, axis=-1)[..., 0] / 2.0


def _cayley(u: Array, cut: Array, eye: Array) -> tuple[Array, Array, Array]:
    turned = -u * np.exp(1j * cut)[..., None, None]  # the cut now lies at phase pi
    h = 1j * np.linalg.solve(eye + turned, eye - turned)
    bad = np.asarray(~np.isfinite(h).all(axis=(-2, -1)))
    h = np.where(bad[..., None, None], 0.0, h)
    tangent, modes = np.linalg.eigh((h + dagger(h)) / 2.0)
    bad |= np.max(np.abs(tangent), axis=-1) > 1e3 * u.shape[-1]
    # i(1 - z)/(1 + z) = tan(alpha/2) for z = exp(i alpha), here alpha = cut + pi - phi
    phases = cut[..., None] + np.pi - 2.0 * np.arctan(tangent)
    return phases, modes, bad


def floquet(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    tolerance: float = 1e-10,
) -> Dressing:
    r"""Floquet modes from one period of propagation, the coupling split by Fourier harmonics.

    .. math:: \psi_i(t) = e^{-i\epsilon_i t} u_i(t),\qquad
              \langle u_i(t)|S|u_j(t)\rangle = \sum_q S^{(q)}_{ij} e^{-iq\omega t}.

    Parameters
    ----------
    harmonics, omega, operators
        As for `sambe.dressing.driven_dressed`; any periodic drive.
    frame : sequence of int
        Integers n_i that label the modes: each quasienergy is taken with the multiple of omega that
        centres its mode in this picture, so that near-degenerate states are not torn apart.
    tolerance : float
        On the quasienergies, in units of omega.

    Raises
    ------
    ConvergenceError
        If the propagation cannot reach the tolerance.
    """
    batch = np.broadcast_shapes(np.shape(omega), *(np.shape(h)[:-2] for h in harmonics.values()))
    w = np.broadcast_to(np.asarray(omega, dtype=float), batch).reshape(-1)
    flat = {
        k: np.asarray(h) if np.ndim(h) == 2 else np.broadcast_to(
            h, (*batch, *np.shape(h)[-2:])).reshape(-1, *np.shape(h)[-2:])
        for k, h in harmonics.items()
    }  # fmt: skip
    if flat[0].shape[-1] == 2:
        return _merge(floquet_two(flat, w, operators, frame, tolerance), batch, omega)
    bare = np.real(np.diagonal(flat[0], axis1=-2, axis2=-1))
    integers = np.round((bare - bare.mean(axis=-1, keepdims=True)) / w[:, None]).astype(np.intp)
    picture = Picture(flat, w, integers)
    parts = []
    for points, u in _converged_propagators(picture, tolerance):
        parts.append((points, _dress(_pick(picture, points), u, operators, frame)))
    return _merge(parts, batch, omega)


def _dress(
    picture: Picture, u: Array, operators: Sequence[npt.NDArray[Any]], frame: Sequence[int]
) -> Dressing:
    """Modes, labelled quasienergies and coupling harmonics from the propagators of a group."""
    w = picture.omega
    phases, modes = floquet_modes(u[..., -1, :, :])
    samples = _fewest_samples(u, phases, modes, picture)
    stride = (u.shape[-3] - 1) // samples
    tau = np.arange(samples) / samples
    turn = np.exp(1j * phases[:, None, None, :] * tau[:, None, None])
    periodic = np.matmul(u[:, :-1:stride], modes[:, None]) * turn
    offset = picture.integers - np.asarray(frame)
    phases, modes, periodic = _untangle(phases, modes, periodic, offset)
    shift = _centre(periodic, offset)
    label = np.exp(2j * np.pi * ((shift[:, None, :] * tau[:, None]) % 1.0))
    periodic = periodic * label[..., None, :]
    lab = np.conj(picture.phases(tau))[..., :, None] * periodic
    bra = dagger(lab)
    rows = []
    for op in operators:
        seen = np.matmul(bra, np.matmul(op if op.imag.any() else op.real, lab))
        rows.append(np.fft.ifft(seen, axis=-3))
    stack = np.stack(rows, axis=1)
    energies = (phases / (2.0 * np.pi) + shift) * w[:, None]
    most = samples // 2
    size = np.max(np.abs(stack), axis=(0, 1, 3, 4))
    floor = HARMONIC_FLOOR * size.max()
    used = [q for q in range(most) if max(size[q], size[-q]) > floor]
    return Dressing(energies, stack[:, :, used], tuple(used), w, modes)


def _fewest_samples(u: Array, phases: Array, modes: Array, picture: Picture) -> int:
    """Time samples that resolve the modes: their Fourier tail is below the floor."""
    most = int(u.shape[-3]) - 1
    reach = int(np.max(np.abs(picture.integers))) * 2 + 2
    samples = 8
    while samples < most:
        if samples > 2 * reach:
            tau = np.arange(samples) / samples
            turn = np.exp(1j * phases[:, None, None, :] * tau[:, None, None])
            mode = np.matmul(u[:, : -1 : most // samples], modes[:, None]) * turn
            size = np.max(np.abs(np.fft.fft(mode, axis=1)), axis=(0, 2, 3)) / samples
            tail = np.max(size[samples // 4 : samples - samples // 4])
            if tail < HARMONIC_FLOOR:
                return int(samples)
        samples *= 2
    return most


def _centre(periodic: Array, offset: Array) -> npt.NDArray[np.intp]:
    """Multiple of omega that centres each mode: its mean harmonic, seen in the labelling frame.

    Parameters
    ----------
    periodic : array (P, M, N, N)
        Modes over a period, in the picture of the propagation.
    offset : int array (P, N)
        What a basis state's harmonic gains on the way to the labelling frame.
    """
    weight = np.abs(np.fft.ifft(periodic, axis=1)) ** 2
    samples = weight.shape[1]
    q = np.fft.fftfreq(samples, 1.0 / samples)
    mean = np.einsum("m,pmai->pi", q, weight) + np.einsum("pa,pmai->pi", offset * 1.0, weight)
    return np.asarray(np.round(mean), dtype=np.intp)


def _untangle(phases: Array, modes: Array, periodic: Array, offset: Array) -> tuple[Array, Array, Array]:
    """Separate modes whose quasienergies coincide modulo omega by their mean harmonic.

    Where a multiple of omega equals a gap, propagation over one period cannot tell two states of
    different energy apart and returns any mixture of them.
    """
    ordered = np.sort(phases, axis=-1)
    wrapped = np.concatenate([ordered, ordered[:, :1] + 2.0 * np.pi], axis=-1)
    tangled = np.flatnonzero((np.diff(wrapped, axis=-1) < DEGENERATE).any(axis=-1))
    if not tangled.size or phases.shape[-1] == 1:
        return phases, modes, periodic
    phases, modes, periodic = phases.copy(), modes.copy(), periodic.copy()
    samples = periodic.shape[1]
    q = np.fft.fftfreq(samples, 1.0 / samples)
    for p in tangled:
        part = np.fft.ifft(periodic[p], axis=0)
        counted = (q[:, None] + offset[p])[:, :, None] * part
        mean = np.einsum("mai,maj->ij", part.conj(), counted)
        for block in _blocks(phases[p]):
            _, turn = np.linalg.eigh(mean[np.ix_(block, block)])
            # one quasienergy for the block, so that the turned modes stay periodic
            centre = phases[p, block[0]]
            spread = (phases[p, block] - centre + np.pi) % (2 * np.pi) - np.pi
            phases[p, block] = centre + np.mean(spread)
            modes[p][:, block] = modes[p][:, block] @ turn
            periodic[p][:, :, block] = periodic[p][:, :, block] @ turn
    return phases, modes, periodic


def _blocks(phases: Array) -> list[Array]:
    """Indices of phases closer than `DEGENERATE` on the circle, in blocks of two and more."""
    order = np.argsort(phases)
    gaps = np.diff(np.append(phases[order], phases[order[0]] + 2.0 * np.pi))
    start = int(np.argmax(gaps)) + 1  # begin behind the widest gap: no block wraps around
    order, gaps = np.roll(order, -start), np.roll(gaps, -start)
    splits = np.flatnonzero(gaps[:-1] >= DEGENERATE) + 1
    return [b for b in np.split(order, splits) if len(b) > 1]


def _merge(
    parts: list[tuple[npt.NDArray[np.intp], Dressing]], batch: tuple[int, ...], omega: Number
) -> Dressing:
    """One dressing of the whole batch from groups that hold different harmonics."""
    points = np.concatenate([p for p, _ in parts])
    order = np.argsort(points)
    quanta = tuple(sorted({q for _, d in parts for q in d.quanta}))

    def spread(d: Dressing) -> Array:
        zero = np.zeros_like(d.couplings[:, :, 0])
        return np.stack(
            [d.couplings[:, :, d.quanta.index(q)] if q in d.quanta else zero for q in quanta],
            axis=2,
        )

    def join(rows: list[Array]) -> Array:
        whole = np.concatenate(rows)[order]
        return whole.reshape((*batch, *whole.shape[1:]))

    return Dressing(
        join([d.energies for _, d in parts]),
        join([spread(d) for _, d in parts]),
        quanta,
        omega,
        join([d.states for _, d in parts]),
    )
