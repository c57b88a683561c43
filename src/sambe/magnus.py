r"""Sixth-order Magnus steps over one period of a drive, and their exponentials.

Blanes, Casas, Oteo and Ros, Phys. Rep. 470, 151 (2009), in the picture
:math:`|i\rangle \to e^{-in_i\omega t}|i\rangle` of integers :math:`n_i`, in which only the counter-rotating
part of a drive is left to turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt

from ._array import Array, dagger

__all__ = ["Picture", "make_picture", "propagators"]

ORDER = 6
FIRST_STEPS, MOST_STEPS = 8, 1 << 15
MARGIN = 10.0  # safety on the error estimate: neighbours with other steps must agree
HARMONIC_FLOOR = 1e-10  # coupling harmonics below this share of the largest are dropped
NODES = 0.5 + np.array([-np.sqrt(15.0), 0.0, np.sqrt(15.0)]) / 10.0


@dataclass(frozen=True)
class Picture:
    """Hamiltonian harmonics in the picture of the integers n_i, batched.

    Attributes
    ----------
    quanta : tuple of int
        Harmonics present, multiples of ``fold``.
    parts : array (P, K, N, N)
        The Hamiltonian's harmonics, less ``offset``; real where all of them are.
    omega, offset : array (P,)
    integers : tuple of int
        n_i of the picture.
    fold : int
        The Hamiltonian repeats ``fold`` times in a period of the drive.
    """

    quanta: tuple[int, ...]
    parts: Array
    omega: Array
    offset: Array
    integers: tuple[int, ...]
    fold: int

    @property
    def reversible(self) -> bool:
        """Whether H(-t) = conj(H(t)): half a period tells the rest."""
        return not np.iscomplexobj(self.parts)

    @property
    def span(self) -> Array:
        """Length of the time that is propagated: a period of the picture, or half of it."""
        period = 2.0 * np.pi / (self.fold * self.omega)
        return 0.5 * period if self.reversible else period

    def at(self, x: npt.NDArray[np.float64]) -> Array:
        """Hamiltonian less ``offset`` at the fractions x of the picture's period, ``(P, M, N, N)``."""
        turns = np.array(self.quanta) // self.fold
        basis = np.exp(-2j * np.pi * ((x[:, None] * turns) % 1.0))
        flat = self.parts.reshape(*self.parts.shape[:2], -1)
        return np.matmul(basis, flat).reshape(len(flat), len(x), *self.parts.shape[-2:])

    def take(self, points: npt.NDArray[np.intp]) -> Picture:
        """Some points of the batch."""
        if len(points) == len(self.omega):
            return self
        return Picture(
            self.quanta, self.parts[points], self.omega[points], self.offset[points],
            self.integers, self.fold,
        )  # fmt: skip


def make_picture(harmonics: Mapping[int, Array], omega: Array, integers: Sequence[int]) -> Picture:
    """Sort the elements of H by the harmonic that is left in the picture, k - (n_i - n_j).

    Parameters
    ----------
    harmonics : mapping of int to array (P, N, N) or (N, N)
    omega : array (P,)
    integers : sequence of int
        n_i.
    """
    n = np.asarray(integers)
    points, levels = len(omega), len(n)
    turn = n[:, None] - n[None, :]
    real = all(not np.iscomplexobj(h) or not np.imag(h).any() for h in harmonics.values())
    parts: dict[int, Array] = {0: np.zeros((points, levels, levels), float if real else complex)}
    for k, h in harmonics.items():
        h = np.real(h) if real else h
        present = np.abs(h).reshape(-1, levels, levels).max(axis=0) > 0
        for left in np.unique((k - turn)[present]):
            piece = np.broadcast_to(h * (k - turn == left), (points, levels, levels))
            parts[int(left)] = parts[int(left)] + piece if int(left) in parts else piece
    diagonal = np.einsum("pii->pi", parts[0]).real - n * omega[:, None]
    offset = 0.5 * (diagonal.max(axis=-1) + diagonal.min(axis=-1))
    shift = n * omega[:, None] + offset[:, None]
    parts[0] = parts[0] - shift[:, :, None] * np.eye(levels)
    quanta = tuple(sorted(parts))
    fold = gcd(*quanta) or 1
    return Picture(
        quanta, np.stack([parts[k] for k in quanta], axis=1), omega, offset, tuple(n.tolist()), fold
    )


def _commutator(a: Array, b: Array) -> Array:
    """[a, b] of anti-Hermitian matrices from one product: (ab)† = ba."""
    ab = np.matmul(a, b)
    return ab - dagger(ab)


def _exponents(picture: Picture, steps: int) -> Array:
    """Anti-Hermitian exponents of equal Magnus steps, ``(P, n, N, N)``."""
    share = 0.5 if picture.reversible else 1.0
    x = share * (np.arange(steps)[:, None] + NODES) / steps  # in periods of the picture
    turns = np.array(picture.quanta) // picture.fold
    first, mid, last = np.moveaxis(np.exp(-2j * np.pi * (x[..., None] * turns)), 1, 0)
    # the moments of H over a step are sums over its harmonics: no sample of H is ever formed
    basis = np.concatenate(
        [mid, np.sqrt(15.0) / 3.0 * (last - first), 10.0 / 3.0 * (last - 2.0 * mid + first)]
    )
    length = -1j * picture.span / steps
    flat = picture.parts.reshape(*picture.parts.shape[:2], -1) * length[:, None, None]
    a = np.matmul(basis, flat).reshape(len(length), 3, steps, *picture.parts.shape[-2:])
    a1, a2, a3 = a[:, 0], a[:, 1], a[:, 2]
    c1 = _commutator(a1, a2)
    c2 = _commutator(a1, 2.0 * a3 + c1) * (-1.0 / 60.0)
    c1 -= 20.0 * a1 + a3
    c2 += a2
    out = _commutator(c1, c2)
    out *= 1.0 / 240.0
    out += a1
    out += a3 / 12.0
    return out


def expm(x: Array) -> Array:
    """Exponential of a stack of matrices by scaling, a Taylor polynomial and squaring.

    The degree is chosen from the largest 1-norm so that the truncation is below rounding.
    """
    norm = float(np.abs(x).sum(axis=-2).max()) if x.size else 0.0
    squarings = max(0, int(np.ceil(np.log2(max(norm, 1e-300) / 1.1))))
    if squarings:
        x = x * (0.5**squarings)
    norm *= 0.5**squarings
    table = ((4, 1.5e-3), (8, 0.09), (12, 0.42), (16, 1.2))
    degree = next(d for d, bound in table if norm <= bound)
    c = np.cumprod([1.0, *(1.0 / np.arange(1, degree + 1))])
    x2 = np.matmul(x, x)
    x3, x4 = np.matmul(x2, x), np.matmul(x2, x2)
    out = c[degree] * x4
    index = np.arange(x.shape[-1])
    for k in range(degree - 4, -1, -4):  # Paterson-Stockmeyer in powers of x^4
        out += c[k + 1] * x
        out += c[k + 2] * x2
        out += c[k + 3] * x3
        out[..., index, index] += c[k]
        if k:
            out = np.matmul(x4, out)
    for _ in range(squarings):
        out = np.matmul(out, out)
    return out


def propagators(picture: Picture, steps: int, *, path: bool = True) -> Array:
    """U(0), ..., U(span): ``(P, n + 1, N, N)`` at every step, or only the last without ``path``."""
    single = expm(_exponents(picture, steps))
    if not path:
        return _product(single)
    out = np.empty((single.shape[0], steps + 1, *single.shape[-2:]), dtype=complex)
    out[:, 0] = np.eye(single.shape[-1])
    for k in range(steps):
        np.matmul(single[:, k], out[:, k], out=out[:, k + 1])
    return out


def _product(factors: Array) -> Array:
    """Time-ordered product over the second axis, pairwise; ``(P, 1, N, N)``."""
    while factors.shape[1] > 1:
        if factors.shape[1] % 2:
            factors = np.concatenate([factors[:, :-2], np.matmul(factors[:, -1:], factors[:, -2:-1])], axis=1)
            continue
        factors = np.matmul(factors[:, 1::2], factors[:, ::2])
    return factors


def _pilots(points: int, count: int) -> Any:
    return np.unique(np.linspace(0, points - 1, count).astype(np.intp))
