r"""Sixth-order Magnus steps over one period of a drive, and their exponentials.

Blanes, Casas, Oteo and Ros, Phys. Rep. 470, 151 (2009), in the picture
:math:`|i\rangle \to e^{-in_i\omega t}|i\rangle` of integers :math:`n_i`, which removes the fast phases of a
ladder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._array import Array, dagger, expand, namespace

__all__ = ["Picture", "magnus_exponents", "propagators"]

ORDER = 6
FIRST_STEPS, MOST_STEPS = 16, 1 << 15
HARMONIC_FLOOR = 1e-10  # coupling harmonics below this share of the largest are dropped
NODES = 0.5 + np.array([-np.sqrt(15.0), 0.0, np.sqrt(15.0)]) / 10.0


@dataclass(frozen=True)
class Picture:
    """Hamiltonian harmonics in the picture of the integers n_i, batched.

    Attributes
    ----------
    harmonics : mapping of int to array (..., N, N)
    omega : array (...)
    integers : int array (..., N)
    """

    harmonics: Mapping[int, Array]
    omega: Array
    integers: npt.NDArray[np.intp]

    def phases(self, tau: npt.NDArray[np.float64]) -> Array:
        """exp(2 pi i n_i tau), ``(..., M, N)``, for the fractions tau of a period."""
        angle = self.integers[..., None, :] * tau[:, None]
        xp = namespace(self.omega)
        return xp.asarray(np.exp(2j * np.pi * (angle % 1.0)))

    def at(self, tau: npt.NDArray[np.float64]) -> Array:
        """Hamiltonian at the fractions tau of a period, ``(..., M, N, N)``."""
        xp = namespace(self.omega)
        total: Array = None
        for k, h in self.harmonics.items():
            turn = xp.asarray(np.exp(-2j * np.pi * ((k * tau) % 1.0)))
            part = xp.asarray(h)[..., None, :, :] * turn[:, None, None]
            total = part if total is None else total + part
        d = self.phases(tau)
        turned = d[..., :, None] * total * xp.conj(d)[..., None, :]
        eye = np.eye(self.integers.shape[-1])
        level = xp.asarray(self.integers[..., None, :, None] * eye)
        return turned - expand(self.omega, 3) * level


def _commutator(a: Array, b: Array) -> Array:
    """[a, b] of anti-Hermitian matrices from one product: (ab)† = ba."""
    ab = namespace(a).matmul(a, b)
    return ab - dagger(ab)


def magnus_exponents(picture: Picture, steps: int) -> Array:
    """Anti-Hermitian exponents of ``steps`` equal Magnus steps over a period, ``(..., n, N, N)``."""
    tau = ((np.arange(steps)[:, None] + NODES) / steps).ravel()
    h = picture.at(tau)
    period = 2.0 * np.pi / picture.omega
    a = h * expand(-1j * period / steps, 3)
    a = a.reshape(*a.shape[:-3], steps, 3, *a.shape[-2:])
    first, mid, last = a[..., 0, :, :], a[..., 1, :, :], a[..., 2, :, :]
    a1 = mid
    a2 = (np.sqrt(15.0) / 3.0) * (last - first)
    a3 = (10.0 / 3.0) * (last - 2.0 * mid + first)
    c1 = _commutator(a1, a2)
    c2 = _commutator(a1, 2.0 * a3 + c1) * (-1.0 / 60.0)
    return a1 + a3 / 12.0 + _commutator(-20.0 * a1 - a3 + c1, a2 + c2) / 240.0


def expm(x: Array) -> Array:
    """Exponential of a stack of matrices by scaling, a Taylor polynomial and squaring.

    The degree is chosen from the largest 1-norm so that the truncation is below rounding.
    """
    xp = namespace(x)
    norm = float(xp.max(xp.sum(xp.abs(x), axis=-2))) if x.size else 0.0
    squarings = max(0, int(np.ceil(np.log2(max(norm, 1e-300) / 1.1))))
    x = x * (0.5**squarings)
    norm *= 0.5**squarings
    degree = next(d for d, bound in ((4, 1.5e-3), (8, 0.09), (12, 0.42), (16, 1.2)) if norm <= bound)
    coefficient = np.cumprod([1.0, *(1.0 / np.arange(1, degree + 1))])
    eye = xp.eye(x.shape[-1], dtype=x.dtype)
    x2 = xp.matmul(x, x)
    x3, x4 = xp.matmul(x2, x), xp.matmul(x2, x2)
    out = 0.0 * x + float(coefficient[degree]) * eye
    for k in range(degree // 4 - 1, -1, -1):  # Paterson-Stockmeyer in powers of x^4
        c = [float(v) for v in coefficient[4 * k : 4 * k + 4]]
        out = xp.matmul(x4, out) if k < degree // 4 - 1 else x4 * float(coefficient[degree])
        out = out + c[0] * eye + c[1] * x + c[2] * x2 + c[3] * x3
    for _ in range(squarings):
        out = xp.matmul(out, out)
    return out


def propagators(picture: Picture, steps: int, samples: int) -> Array:
    """U(0), U(T/M), ..., U(T): ``(..., M + 1, N, N)``; ``samples`` divides ``steps``."""
    xp = namespace(picture.omega)
    single = expm(magnus_exponents(picture, steps))
    eye = xp.eye(single.shape[-1], dtype=single.dtype)
    current = 0.0 * single[..., 0, :, :] + eye
    out = [current]
    stride = steps // samples
    for k in range(steps):
        current = xp.matmul(single[..., k, :, :], current)
        if (k + 1) % stride == 0:
            out.append(current)
    return xp.stack(out, axis=-3)
