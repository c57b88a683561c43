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
    fold: int = 1,
) -> Dressing:
    r"""Floquet modes from the eigenvectors of the extended Hamiltonian, the coupling split by harmonics.

    .. math:: S^{(q)}_{ij} = \sum_m \langle u_{i,m}|S|u_{j,m+q}\rangle.

    Parameters
    ----------
    harmonics, omega, operators, frame
        As for `sambe.physics.dressing.floquet.floquet`, in any array namespace.
    cutoff : int
        Harmonics K kept on each side: the eigenproblem has N (2K + 1) states.
    fold : int
        Number by the multiples of which alone the Hamiltonian moves harmonics, as seen from the n_a, see
        `sambe.physics.dressing.frame.fold_of`: others are left out of the space, so that it is that much
        smaller, and modes are labelled by multiples of it, as those are that NumPy propagates.

    Returns
    -------
    Dressing
        Energies are NaN where a mode reaches the cutoff.
    """
    xp = namespace(omega, *harmonics.values())
    n = np.asarray(frame)
    most = -(-cutoff // fold)
    turns = fold * np.arange(-most, most + 1)
    levels, width = len(n), len(turns)
    h = _extended_hamiltonian(harmonics, omega, n, turns)
    batch = h.shape[:-2]
    if is_jax(xp):
        energies, states, tilt = eigh_with_tilt(h)
    else:
        (energies, states), tilt = xp.linalg.eigh(h), None
    weight = xp.reshape(xp.abs(states) ** 2, (*batch, width, levels, -1))
    central = _central_replicas(weight, turns)
    energies = xp.take_along_axis(energies, central, axis=-1)
    weight = xp.take_along_axis(weight, central[..., None, None, :], axis=-1)
    one = xp.ones_like(energies)
    resolved = _resolved(weight, turns, max(1, *harmonics))
    energies = energies * xp.where(resolved[..., None], one, float("nan") * one)  # derivatives as well
    modes = xp.take_along_axis(states, central[..., None, :], axis=-1)
    modes = xp.reshape(modes, (*batch, width, levels, levels))
    couplings, quanta = _couplings(modes, operators, n, turns)
    if tilt is not None:
        tilt = xp.take_along_axis(tilt, central[..., None, :], axis=-1)
        tilt = xp.take_along_axis(tilt, central[..., :, None], axis=-2)
    return Dressing(energies, couplings, quanta, omega, xp.sum(modes, axis=-3), tilt)


def _central_replicas(weight: Array, turns: npt.NDArray[np.intp]) -> Array:
    """Which eigenvectors to take, ``(..., N)``, from weights ``(..., M, N, D)`` on M harmonics.

    Every mode has replicas, a step of the harmonics apart, and one of them has a mean harmonic within half a
    step of its label.
    """
    xp, levels = namespace(weight), weight.shape[-2]
    mean = xp.sum(xp.asarray(turns * 1.0)[:, None] * xp.sum(weight, axis=-2), axis=-2)
    return xp.sort(xp.argsort(xp.abs(mean), axis=-1)[..., :levels], axis=-1)


def _resolved(weight: Array, turns: npt.NDArray[np.intp], highest: int) -> Array:
    """Whether the modes of a point leave the outermost harmonics empty, ``(...)``.

    A counter-rotating drive moves by two of its harmonics at once, so that every other one may be empty by
    itself: twice the highest harmonic of the drive is looked at.
    """
    xp = namespace(weight)
    outermost = xp.asarray((np.abs(turns) > turns[-1] - 2 * highest) * 1.0)[:, None, None]
    return xp.max(xp.sum(weight * outermost, axis=(-3, -2)), axis=-1) <= EDGE


def _extended_hamiltonian(
    harmonics: Mapping[int, Array], omega: Number, n: npt.NDArray[np.intp], turns: npt.NDArray[np.intp]
) -> Array:
    """Extended Hamiltonian over the harmonics s = m - n_a and the basis states a, ``(..., D, D)``."""
    xp = namespace(omega, *harmonics.values())
    levels, width, fold = len(n), len(turns), int(turns[-1] - turns[-2])
    turn = n[:, None] - n[None, :]
    total: Array = None
    for k, h in harmonics.items():
        for step in map(int, np.unique(k - turn)):  # by how many harmonics s an element of H_k moves
            mask = (k - turn == step) * 1.0
            if step % fold or abs(step) >= width * fold:  # elements that are zero, or beyond the cutoff
                continue
            place = xp.asarray(np.eye(width, k=-step // fold)[:, None, :, None] * mask[None, :, None, :])
            part = xp.asarray(h)[..., None, :, None, :] * place
            total = part if total is None else total + part
    counted = np.add.outer(turns, n).reshape(-1) * 1.0
    total = xp.reshape(total, (*total.shape[:-4], width * levels, width * levels))
    return total - expand(omega, 2) * xp.asarray(np.diag(counted))


def _couplings(
    modes: Array, operators: Sequence[npt.NDArray[Any]], n: npt.NDArray[np.intp], turns: npt.NDArray[np.intp]
) -> tuple[Array, tuple[int, ...]]:
    """Coupling harmonics q >= 0, ``(..., C, Q, N, N)``, from modes ``(..., M, N, N)``."""
    xp = namespace(modes)
    width, levels, fold = len(turns), len(n), int(turns[-1] - turns[-2])
    turn = n[None, :] - n[:, None]
    reach = max(int(np.abs(turn[op != 0]).max(initial=0)) for op in operators)
    present = np.unique(np.concatenate([turn[op != 0] % fold for op in operators]))
    count = 2 * int(turns[-1]) + reach + 1
    quanta = [q for q in range(count) if q % fold in present]
    flat = (*modes.shape[:-3], width * levels, levels)
    bra = dagger(xp.reshape(modes, flat))[..., None, :, :]
    rows = []
    for op in operators:
        ket: Array = None
        for t in map(int, np.unique(turn[op != 0])):
            # harmonic s of u is s + t of S u, which is wanted at the harmonics s' + q of all s' and q
            at = np.add.outer(np.asarray(quanta), turns) - t - int(turns[0])
            place = np.where((at % fold == 0) & (at >= 0) & (at < width * fold), at // fold, width)
            part = xp.matmul(xp.asarray(op * (turn == t)), modes)
            part = xp.concat([part, _zeros(part, 1)], axis=-3)
            part = xp.take(part, xp.asarray(place.reshape(-1)), axis=-3)
            ket = part if ket is None else ket + part
        rows.append(xp.matmul(bra, xp.reshape(ket, (*flat[:-2], len(quanta), *flat[-2:]))))
    return xp.stack(rows, axis=-4), tuple(quanta)


def _zeros(x: Array, count: int) -> Array:
    return namespace(x).zeros((*x.shape[:-3], count, *x.shape[-2:]), dtype=x.dtype)
