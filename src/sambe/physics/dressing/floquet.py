r"""Floquet dressing: quasienergies, modes and the harmonics of the coupling, for any periodic drive.

A slow drive is followed (see `sambe.physics.dressing.following`), and two levels have a route of their own
(see `sambe.physics.dressing.two_level`). Else one period is propagated: by extrapolated splitting where the
drive acts through one operator, in as many steps as each point needs (see
`sambe.physics.dressing.splitting`), else in Magnus steps that are doubled point by point until the
quasienergies stand still (see `sambe.physics.dressing.magnus`). The modes are sampled until the harmonics of
the coupling have died out (see `sambe.physics.dressing.modes`). Where the Hamiltonian repeats several times
in a period (the counter-rotating part of a linear drive does so twice) or is time-reversible, only that part
is propagated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array, Number, is_numpy, namespace
from ...numerics.eigenphases import floquet_modes
from .dressing import Dressing
from .extended_space import extended_floquet
from .following import followed_states, long_periods, slow_points
from .magnus import (
    MOST_STEPS,
    Picture,
    check_work,
    make_picture,
    most_steps,
    not_converged,
    paths,
    propagators,
    unresolved,
)
from .modes import dress_path
from .splitting import (
    Driven,
    first_steps,
    kind_of_drive,
    more_steps,
    points_at_once,
    propagate,
    single_drive,
)
from .two_level import floquet_two, rotation_cost

__all__ = ["floquet", "floquet_modes", "merged", "splitting_steps", "two_level_cost"]

FEWEST = 4  # harmonics on each side in the extended space, and as many for each harmonic of the drive

Parts = list[tuple[npt.NDArray[np.intp], Dressing]]


def floquet(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    tolerance: float = 1e-10,
    cutoff: int | None = None,
    fold: int = 1,
) -> Dressing:
    r"""Floquet modes from one period of propagation, the coupling split by Fourier harmonics.

    .. math:: \psi_i(t) = e^{-i\epsilon_i t} u_i(t),\qquad
              \langle u_i(t)|S|u_j(t)\rangle = \sum_q S^{(q)}_{ij} e^{-iq\omega t}.

    Parameters
    ----------
    harmonics, omega, operators
        As for `sambe.physics.dressing.static_frame.driven_dressed`; any periodic drive.
    frame : sequence of int
        Integers n_i that label the modes: each quasienergy is taken with the multiple of omega that
        centres its mode in this picture, so that near-degenerate states are not torn apart.
    tolerance : float
        On the quasienergies, in units of omega.
    cutoff : int, optional
        Harmonics on each side for arrays other than NumPy's, which are not propagated but diagonalised
        in the extended space, see `sambe.physics.dressing.extended_space`: NaN where they do not suffice. By
        default 4 more than 4 for each harmonic of the drive.
    fold : int
        What `sambe.physics.dressing.frame.fold_of` says of these arrays, whose elements are not looked at.

    Raises
    ------
    ConvergenceError
        If the propagation cannot reach the tolerance.
    """
    if not is_numpy(namespace(omega, *harmonics.values())):
        return _extended(harmonics, omega, operators, frame, cutoff, fold)
    flat, w, batch = _batched(harmonics, omega)
    if flat[0].shape[-1] == 2:
        return merged(floquet_two(flat, w, operators, frame, tolerance), batch, omega)
    check_work(len(frame))
    parts: Parts = []
    for alike in _kinds(flat, len(w)):
        some = _of_one_kind(_some(flat, alike), w[alike], operators, frame, tolerance)
        parts += [(alike[points], dressing) for points, dressing in some]
    return merged(parts, batch, omega)


def _of_one_kind(
    flat: Mapping[int, Array], w: npt.NDArray[np.float64], operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int], tolerance: float,
) -> Parts:  # fmt: skip
    """Dressings of points whose Hamiltonians have the same elements."""
    parts, left = _by_following(flat, w, operators, frame, tolerance)
    if left.size:
        flat, w = _some(flat, left), w[left]
        picture = _picture(flat, w, frame)
        driven = single_drive(flat, picture)
        if driven is None:
            rest = _by_magnus(picture, operators, frame, tolerance)
        else:
            rest = _by_splitting(driven, picture, operators, frame, tolerance)
        parts += [(left[points], dressing) for points, dressing in rest]
    return parts


def _kinds(flat: Mapping[int, Array], points: int) -> list[npt.NDArray[np.intp]]:
    """Points by which elements of their harmonics there are, which harmonics are real, and their kind of
    drive: from these follow the picture and the route, which neighbours must not change."""
    bits = [kind_of_drive(flat)[:, None] == np.arange(2)]
    for h in (h for h in flat.values() if h.ndim == 3):
        bits += [(h != 0).reshape(len(h), -1), np.imag(h).any(axis=(-2, -1))[:, None]]
    bits = [np.packbits(x, axis=1) for x in bits if len(x) == points]
    if not bits or all((x == x[:1]).all() for x in bits):
        return [np.arange(points)]
    _, kind = np.unique(np.concatenate(bits, axis=1), axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    return [np.flatnonzero(kind == k) for k in range(kind.max() + 1)]


def splitting_steps(
    harmonics: Mapping[int, Array], omega: Number, frame: Sequence[int], tolerance: float
) -> int | None:
    """About the steps of the slowest point where NumPy arrays are propagated by extrapolated splitting, else
    None."""
    flat, w, _ = _batched(harmonics, omega)
    driven = single_drive(flat, _picture(flat, w, frame)) if len(frame) > 2 else None
    return None if driven is None else int(first_steps(driven, tolerance).max())


def two_level_cost(harmonics: Mapping[int, Array], omega: Number, tolerance: float) -> tuple[int, int]:
    """About the steps and the harmonics of the slowest point of a two-level system."""
    flat, w, _ = _batched(harmonics, omega)
    return rotation_cost(flat, w, tolerance)


def _batched(
    harmonics: Mapping[int, Array], omega: Number
) -> tuple[dict[int, Array], npt.NDArray[np.float64], tuple[int, ...]]:
    """Harmonics and frequencies with one axis of points, and the shape of the batch."""
    batch = np.broadcast_shapes(np.shape(omega), *(np.shape(h)[:-2] for h in harmonics.values()))
    w = np.broadcast_to(np.asarray(omega, dtype=float), batch).reshape(-1)
    return {k: _flat(np.asarray(h), batch) for k, h in harmonics.items()}, w, batch


def _picture(flat: Mapping[int, Array], w: npt.NDArray[np.float64], frame: Sequence[int]) -> Picture:
    """The picture of the frame; the laboratory's where nothing would move, as an independent benchmark."""
    picture = make_picture(flat, w, frame)
    return make_picture(flat, w, [0] * len(frame)) if picture.quanta == (0,) else picture


def _extended(
    harmonics: Mapping[int, Array],
    omega: Number,
    operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int],
    cutoff: int | None,
    fold: int,
) -> Dressing:
    """Modes in the extended space, from as many harmonics as drives take that are not strong and slow."""
    size = FEWEST * (1 + max(1, *harmonics)) if cutoff is None else cutoff
    return extended_floquet(harmonics, omega, operators, frame, size, fold)


def _flat(h: Array, batch: tuple[int, ...]) -> Array:
    if h.ndim == 2:
        return h
    return np.broadcast_to(h, (*batch, *h.shape[-2:])).reshape(-1, *h.shape[-2:])


def _some(flat: Mapping[int, Array], points: npt.NDArray[np.intp]) -> dict[int, Array]:
    """Harmonics of some points."""
    return {k: h if h.ndim == 2 or len(points) == len(h) else h[points] for k, h in flat.items()}


def _by_following(
    flat: Mapping[int, Array], w: npt.NDArray[np.float64], operators: Sequence[npt.NDArray[Any]],
    frame: Sequence[int], tolerance: float,
) -> tuple[Parts, npt.NDArray[np.intp]]:  # fmt: skip
    """Dressings of the points whose states follow a slow drive, and the points that are left."""
    left = np.ones(len(w), dtype=bool)
    parts: Parts = []
    points = np.flatnonzero(long_periods(flat, w))
    if points.size:
        picture = make_picture(_some(flat, points), w[points], [0] * len(frame))
        for k in np.flatnonzero(slow_points(picture, tolerance)):
            one = picture.take(np.array([k]))
            u = followed_states(one, tolerance)
            if u is None:
                continue
            for _, dressing in dress_path(one, u, operators, frame, least=u.shape[1] - 1):
                parts.append((points[[k]], dressing))
                left[points[k]] = False
    return parts, np.flatnonzero(left)


def _by_splitting(
    driven: Driven, picture: Picture, operators: Sequence[npt.NDArray[Any]], frame: Sequence[int],
    tolerance: float,
) -> Parts:  # fmt: skip
    """Dressings of groups of points that need as many steps, by extrapolated splitting."""
    allowed = 2.0 * np.pi * tolerance * driven.share
    # the guess may be too large: try it at the bound before giving up
    steps = np.minimum(first_steps(driven, tolerance), MOST_STEPS)
    left = np.ones(len(steps), dtype=bool)
    met = ~left
    parts: Parts = []
    while left.any():
        count = int(steps[left].min())
        group = np.flatnonzero(left & (steps == count))
        if count > min(MOST_STEPS, most_steps(len(frame))):
            raise unresolved(len(frame)) if met[group].all() else not_converged(tolerance, len(frame))
        for batch in np.array_split(group, -(-len(group) // points_at_once(count, len(frame)))):
            u, excess = propagate(driven.take(batch), count, allowed)
            steps[batch] = more_steps(count, excess)
            met[batch] = good = excess <= 1.0
            if not good.any():
                continue
            points, u = (batch, u) if good.all() else (batch[good], u[good])
            for who, dressing in dress_path(picture.take(points), u, operators, frame, driven.take(points)):
                parts.append((points[who], dressing))
                left[points[who]] = False
    return parts


def _by_magnus(
    picture: Picture, operators: Sequence[npt.NDArray[Any]], frame: Sequence[int], tolerance: float
) -> Parts:
    """Dressings of groups of points that need as many steps, by Magnus steps."""
    parts: Parts = []
    for points, u in paths(picture, tolerance):
        while points.size:
            found = list(dress_path(picture.take(points), u, operators, frame))
            parts += [(points[who], dressing) for who, dressing in found]
            points = np.delete(points, [k for who, _ in found for k in who])
            steps = 2 * (u.shape[1] - 1)
            if points.size and steps > most_steps(len(frame)):
                raise unresolved(len(frame))
            u = propagators(picture.take(points), steps) if points.size else u
    return parts


def merged(parts: Parts, batch: tuple[int, ...], omega: Number) -> Dressing:
    """One dressing of the whole batch from groups that hold different harmonics."""
    points = np.concatenate([p for p, _ in parts])
    order = np.argsort(points)
    quanta = sorted({q for _, d in parts for q in d.quanta})
    first = parts[0][1].couplings
    kind = np.result_type(*(d.couplings for _, d in parts))
    couplings = np.zeros((len(points), first.shape[1], len(quanta), *first.shape[3:]), dtype=kind)
    for p, d in parts:
        couplings[p[:, None], :, np.searchsorted(quanta, d.quanta)] = np.swapaxes(d.couplings, 1, 2)

    def join(rows: list[Array]) -> Array:
        whole = np.concatenate(rows)[order]
        return whole.reshape((*batch, *whole.shape[1:]))

    return Dressing(
        join([d.energies for _, d in parts]),
        couplings.reshape((*batch, *couplings.shape[1:])),
        tuple(quanta),
        omega,
        join([d.states for _, d in parts]),
    )
