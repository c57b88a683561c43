r"""The dressed states in the laboratory at any time.

.. math:: V(t) = \sum_k V_k\,e^{-ik\omega t},\qquad \rho_{\mathrm{lab}}(t) = V(t)\,\rho(t)\,V^\dagger(t).

In a static frame of integers :math:`n_a`, with the multiples :math:`m_i` of omega by which a state is seen in
another zone, :math:`V_{ai}(t) = e^{-in_a\omega t}V_{ai}\,e^{im_i\omega t}`. Without a frame one period is
propagated, :math:`V(t) = U(t, 0)\,V(0)\,e^{i\epsilon t}`, and split into its harmonics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError
from ...numerics.arrays import Array
from ..dressing.dressing import Dressing
from ..dressing.frequencies import Tones, at_points, expanded_omega, over_points
from ..dressing.magnus import MOST_STEPS, Picture, make_picture, paths, propagators
from ..equations import EQUATIONS
from ..generators.jumps import Jumps
from ..method import Method

__all__ = ["Basis", "moving_basis", "turning"]

TAIL = 1e-9  # of the harmonics of a basis, the upper half of which counts as none below that share
ASTRAY = 1e-6  # error of an energy, of the largest, that no rounding makes
TOGETHER = 2**21  # phases that are formed at once: they stay in the memory of a small machine

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Basis:
    """Dressed states of a batch with one axis of points.

    Attributes
    ----------
    omega : array (P,), or Tones
    states : array (P, N, N)
        Columns: the states at t = 0, of a frame or of the laboratory.
    frame : int array (N,), optional
    shift : int array (P, N), optional
        m_i, in a frame.
    harmonics : list of (int array (K,), array (K, N, N)), optional
        Without a frame: k and V_k of each point.
    """

    omega: Any
    states: Complex
    frame: npt.NDArray[np.intp] | None = None
    shift: npt.NDArray[np.intp] | None = None
    harmonics: list[tuple[npt.NDArray[np.intp], Complex]] | None = None

    def at(self, times: Reals) -> Complex:
        """V at times (P, T), ``(P, T, N, N)``."""
        if self.harmonics is not None or self.frame is None:
            return np.stack(list(map(_summed, self.harmonics or [], self.omega, times)))
        turn = np.exp(-1j * times[..., None] * turning(self.frame, self.omega)[:, None])
        out = turn[..., :, None] * self.states[:, None]
        if self.shift is not None and self.shift.any():
            angle = times[..., None] * turning(self.shift, self.omega)[:, None]
            out = out * np.exp(1j * angle)[..., None, :]
        return np.asarray(out)

    def take(self, points: npt.NDArray[np.intp]) -> Basis:
        """Some points of the batch."""
        harmonics = None if self.harmonics is None else [self.harmonics[k] for k in points]
        shift = None if self.shift is None else self.shift[points]
        return Basis(at_points(self.omega, points), self.states[points], self.frame, shift, harmonics)


def turning(quanta: npt.NDArray[np.intp], omega: Any) -> Reals:
    """Energies of quanta (N,) or (P, N) at each point, ``(P, N)``."""
    return np.asarray(quanta.astype(float) * expanded_omega(omega, 1))


def _summed(part: tuple[npt.NDArray[np.intp], Complex], omega: float, times: Reals) -> Complex:
    """Sum of the harmonics of one point, ``(T, N, N)``."""
    k, v = part
    size = max(1, TOGETHER // len(k))
    rows = [
        np.exp(-1j * omega * np.multiply.outer(times[first : first + size], k)) @ v.reshape(len(k), -1)
        for first in range(0, len(times), size)
    ]
    return np.concatenate(rows).reshape(len(times), *v.shape[1:])


def moving_basis(jumps: Jumps, method: Method, harmonics: Mapping[int, Array]) -> Basis:
    """States in which the jumps are given.

    Parameters
    ----------
    jumps : Jumps
        A batch with one axis of points.
    method : Method
    harmonics : mapping of int to array (N, N) or (P, N, N)
        H_k, both signs of k.

    Raises
    ------
    ConvergenceError
        If the propagation cannot reach the tolerance.
    """
    d = jumps.dressing
    points = len(d.energies)
    omega = over_points(d.omega, points)
    flat = {k: np.broadcast_to(h, (points, *h.shape[-2:])) for k, h in harmonics.items()}
    if EQUATIONS[method.equation].folded:
        return Basis(omega, d.states + 0j, harmonics=_harmonics(d, flat, omega, method.propagation_tolerance))
    frame = np.asarray(method.frame)
    still = sum(flat.values()) - turning(frame, omega)[:, :, None] * np.eye(d.levels)
    plain = (d.states.conj() * np.matmul(still, d.states)).sum(axis=-2).real
    shift: npt.NDArray[np.intp] | None
    if isinstance(omega, Tones):
        shift = _zones(d, d.energies - plain, omega)
    else:
        shift = np.rint((d.energies - plain) / omega[:, None]).astype(np.intp) if any(frame) else None
    return Basis(omega, d.states + 0j, frame, shift)


def _harmonics(
    d: Dressing, hamiltonian: Mapping[int, Array], omega: Reals, tolerance: float
) -> list[tuple[npt.NDArray[np.intp], Complex]]:
    """Harmonics of the modes of each point."""
    picture = make_picture(hamiltonian, omega, [0] * d.levels)
    # the whole period, without the symmetry in time that would tell it from a part
    picture = replace(picture, fold=1, parts=picture.parts + 0j)
    parts = {
        int(place): _resolved(picture, place, u, omega[place], d)
        for points, path in paths(picture, tolerance)
        for place, u in zip(points, path, strict=True)
    }
    return [parts[place] for place in sorted(parts)]


def _resolved(
    picture: Picture, place: int, u: Complex, omega: float, d: Dressing
) -> tuple[npt.NDArray[np.intp], Complex]:
    """Harmonics of the modes of one point, from as many steps of its period as they take."""
    while (part := _split(u, picture.offset[place], omega, d.states[place], d.energies[place])) is None:
        steps = 2 * (len(u) - 1)
        if steps > MOST_STEPS:
            raise ConvergenceError(
                f"the states have more harmonics than {MOST_STEPS} steps resolve; raise omega or lower the "
                "drive"
            )
        u = propagators(picture.take(np.array([place])), steps)[0]
    return part


def _zones(dressing: Dressing, moved: Reals, omega: Tones) -> npt.NDArray[np.intp]:
    """Quanta by which states were moved to other zones under several tones, ``(P, N)``: of those that jumps
    or pairs of jumps take, what is nearest, none first."""
    signed = np.asarray([*dressing.quanta, *(-q for q in dressing.quanta)])
    known = np.unique(np.subtract.outer(signed, signed))
    known = known[np.argsort(np.abs(known), kind="stable")]
    apart = np.abs(moved[:, :, None] - turning(known, omega)[:, None])
    scale = np.abs(dressing.energies).max(axis=-1) + np.abs(moved).max(axis=-1)
    if (apart.min(axis=-1) > ASTRAY * scale[:, None]).any():
        raise ConvergenceError("the zones that the states were moved to are not found; take secular='full'")
    return np.asarray(known[np.argmin(apart, axis=-1)], dtype=np.intp)


def _split(
    u: Complex, offset: float, omega: float, states: Array, energies: Reals
) -> tuple[npt.NDArray[np.intp], Complex] | None:
    """Harmonics of the states of one point from its propagators (n + 1, N, N); None where more are needed."""
    count = len(u) - 1
    times = 2.0 * np.pi / omega * np.arange(count) / count
    turn = np.exp(1j * times[:, None] * (energies - offset))
    v = np.matmul(u[:-1], states) * turn[:, None, :]
    lines = np.fft.ifft(v, axis=0)
    k = np.rint(np.fft.fftfreq(count, 1.0 / count)).astype(np.intp)
    size = np.abs(lines).max(axis=(-2, -1))
    if size[np.abs(k) >= count // 4].max(initial=0.0) > TAIL * size.max():
        return None
    kept = size > 1e-3 * TAIL * size.max()
    return k[kept], lines[kept]
