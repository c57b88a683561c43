r"""Floquet dressing by diagonalisation in Sambe's extended space: one static eigenproblem.

With :math:`u(t) = \sum_m u_m e^{-im\omega t}` the modes of a periodic Hamiltonian are the eigenvectors of

.. math:: \sum_k H_k u_{m-k} - m\omega\,u_m = \epsilon\,u_m,

here cut off at a fixed number of harmonics on each side of the integers :math:`n_a` that label the basis
states. Nothing in it depends on values, so it can be traced, compiled and differentiated; NumPy arrays are
served faster by propagation (`sambe.physics.dressing.floquet`), which this checks. H. Sambe, Phys. Rev. A 7,
2203 (1973).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, Number, dagger, expand, namespace
from ...numerics.eigen_derivative import eigh_with_tilt, is_jax
from .dressing import Dressing

__all__ = ["extended_floquet"]

# Largest weight of a mode of norm one on its outermost harmonics with which these suffice. A choice:
# amplitudes up to 1e-6 are cut off, and energies err by their square.
EDGE = 1e-12


def extended_floquet(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    cutoff: int,
) -> Dressing:
    r"""Floquet modes from the eigenvectors of the extended Hamiltonian, the coupling split by harmonics.

    .. math:: S^{(q)}_{ij} = \sum_m \langle u_{i,m}|S|u_{j,m+q}\rangle.

    Parameters
    ----------
    harmonics, omega, operators, frame
        As for `sambe.physics.dressing.floquet.floquet`, in any array namespace.
    cutoff : int
        Harmonics K kept on each side: the eigenproblem has N (2K + 1) states.

    Returns
    -------
    Dressing
        Energies are NaN where a mode reaches the cutoff.
    """
    xp = namespace(omega, *harmonics.values())
    n = np.asarray(frame)
    levels, width = len(n), 2 * cutoff + 1
    h = _extended_hamiltonian(harmonics, omega, n, cutoff)
    batch = h.shape[:-2]
    if is_jax(xp):
        energies, states, tilt = eigh_with_tilt(h)
    else:
        (energies, states), tilt = xp.linalg.eigh(h), None
    weight = xp.reshape(xp.abs(states) ** 2, (*batch, width, levels, -1))
    central = _central_replicas(weight, cutoff)
    energies = xp.take_along_axis(energies, central, axis=-1)
    weight = xp.take_along_axis(weight, central[..., None, None, :], axis=-1)
    one = xp.ones_like(energies)
    resolved = _resolved(weight, cutoff, max(1, *harmonics))
    energies = energies * xp.where(resolved[..., None], one, float("nan") * one)  # derivatives as well
    modes = xp.take_along_axis(states, central[..., None, :], axis=-1)
    modes = xp.reshape(modes, (*batch, width, levels, levels))
    couplings, quanta = _couplings(modes, operators, n, cutoff)
    if tilt is not None:
        tilt = xp.take_along_axis(tilt, central[..., None, :], axis=-1)
        tilt = xp.take_along_axis(tilt, central[..., :, None], axis=-2)
    return Dressing(energies, couplings, quanta, omega, xp.sum(modes, axis=-3), tilt)


def _central_replicas(weight: Array, cutoff: int) -> Array:
    """Which eigenvectors to take, ``(..., N)``, from weights ``(..., 2K + 1, N, D)``.

    Every mode has replicas, one a quantum, and one of them has a mean harmonic within half a quantum of its
    label.
    """
    xp, levels = namespace(weight), weight.shape[-2]
    harmonic = xp.asarray(np.arange(-cutoff, cutoff + 1.0))
    mean = xp.sum(harmonic[:, None] * xp.sum(weight, axis=-2), axis=-2)
    return xp.sort(xp.argsort(xp.abs(mean), axis=-1)[..., :levels], axis=-1)


def _resolved(weight: Array, cutoff: int, highest: int) -> Array:
    """Whether the modes of a point leave the outermost harmonics empty, ``(...)``.

    A counter-rotating drive moves by two of its harmonics at once, so that every other one may be empty by
    itself: twice the highest harmonic of the drive is looked at.
    """
    xp = namespace(weight)
    distance = np.abs(np.arange(2 * cutoff + 1) - cutoff)
    outermost = xp.asarray((distance > cutoff - 2 * highest) * 1.0)[:, None, None]
    return xp.max(xp.sum(weight * outermost, axis=(-3, -2)), axis=-1) <= EDGE


def _extended_hamiltonian(
    harmonics: Mapping[int, Array], omega: Number, n: npt.NDArray[np.intp], cutoff: int
) -> Array:
    """Extended Hamiltonian over the harmonics s = m - n_a and the basis states a, ``(..., D, D)``."""
    xp = namespace(omega, *harmonics.values())
    levels, width = len(n), 2 * cutoff + 1
    turn = n[:, None] - n[None, :]
    total: Array = None
    for k, h in harmonics.items():
        for step in map(int, np.unique(k - turn)):  # by how many harmonics s an element of H_k moves
            mask = (k - turn == step) * 1.0
            if abs(step) >= width:
                continue
            place = xp.asarray(np.eye(width, k=-step)[:, None, :, None] * mask[None, :, None, :])
            part = xp.asarray(h)[..., None, :, None, :] * place
            total = part if total is None else total + part
    counted = np.add.outer(np.arange(-cutoff, cutoff + 1), n).reshape(-1) * 1.0
    total = xp.reshape(total, (*total.shape[:-4], width * levels, width * levels))
    return total - expand(omega, 2) * xp.asarray(np.diag(counted))


def _couplings(
    modes: Array, operators: Sequence[npt.NDArray[Any]], n: npt.NDArray[np.intp], cutoff: int
) -> tuple[Array, tuple[int, ...]]:
    """Coupling harmonics q >= 0, ``(..., C, Q, N, N)``, from modes ``(..., 2K + 1, N, N)``."""
    xp = namespace(modes)
    width, levels = int(modes.shape[-3]), len(n)
    turn = n[None, :] - n[:, None]
    reach = max(int(np.abs(turn[op != 0]).max(initial=0)) for op in operators)
    count = 2 * cutoff + reach + 1
    # harmonic s + q of S u stands at s + q + reach, with zeros around
    window = np.add.outer(np.arange(count), np.arange(width)) + reach
    flat = (*modes.shape[:-3], width * levels, levels)
    bra = dagger(xp.reshape(modes, flat))[..., None, :, :]
    rows = []
    for op in operators:
        ket: Array = None
        for t in map(int, np.unique(turn[op != 0])):
            part = xp.matmul(xp.asarray(op * (turn == t)), modes)
            before, after = _zeros(part, reach + t), _zeros(part, count + reach - t)
            part = xp.concat([before, part, after], axis=-3)
            ket = part if ket is None else ket + part
        moved = xp.take(ket, xp.asarray(window.reshape(-1)), axis=-3)
        rows.append(xp.matmul(bra, xp.reshape(moved, (*flat[:-2], count, *flat[-2:]))))
    return xp.stack(rows, axis=-4), tuple(range(count))


def _zeros(x: Array, count: int) -> Array:
    return namespace(x).zeros((*x.shape[:-3], count, *x.shape[-2:]), dtype=x.dtype)
