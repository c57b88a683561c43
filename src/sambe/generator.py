r"""Generators of the reduced dynamics: Pauli rate equation and Redfield operator.

With :math:`L^{(q)}_{ij} = \tfrac12 a(E_i - E_j - q\omega) S^{(q)}_{ij}` for each bath,

.. math:: \dot\rho = -i[E, \rho] + \sum_{u,q}\left( L^{(q)}\rho S^{(q)\dagger}
          - S^{(q)\dagger} L^{(q)}\rho + \mathrm{h.c.}\right),

the terms between different q dropped: they turn at multiples of the drive frequency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._array import Array, dagger, diagonal, namespace
from .jumps import Jumps, quanta_of

__all__ = ["Redfield", "make_redfield", "pauli_generator"]

Pairs = npt.NDArray[np.intp]


def pauli_generator(rates: Array) -> Array:
    """Rate matrix with its columns summing to zero, ``(..., N, N)``."""
    xp = namespace(rates)
    eye = xp.eye(rates.shape[-1], dtype=rates.dtype)
    off = rates * (1.0 - eye)
    return off - xp.sum(off, axis=-2)[..., None, :] * eye


@dataclass(frozen=True)
class Redfield:
    """The Redfield operator of a batch of points, never formed as a matrix unless asked.

    Attributes
    ----------
    gaps : array (..., N, N)
        E_i - E_j.
    coupling : array (..., C, Q, N, N)
        S^(q), q >= 0.
    forward : array (..., C, Q, N, N)
        L^(q), summed over the baths on an operator.
    backward : array (..., C, Q, N, N)
        The adjoint of L^(-q); zero for q = 0.
    drift : array (..., N, N)
        G = sum of S† L over all q, both signs.
    heat : tuple of array (..., N, N)
        K_u with J_u = 2 Re Tr[K_u rho]: the energy current from each bath, positive into the system.
    pump : array (..., N, N)
        The same for the drive.
    """

    gaps: Array
    coupling: Array
    forward: Array
    backward: Array
    drift: Array
    heat: tuple[Array, ...]
    pump: Array

    @property
    def levels(self) -> int:
        """Number of states N."""
        return int(self.gaps.shape[-1])

    def apply(self, rho: Array) -> Array:
        """Time derivative of a Hermitian state, ``(..., N, N)``."""
        xp = namespace(self.gaps, rho)
        r = rho[..., None, None, :, :]
        s = self.coupling
        jumped = xp.matmul(xp.matmul(self.forward, r), dagger(s))
        jumped = jumped + xp.matmul(dagger(self.backward), xp.matmul(r, s))
        half = xp.sum(jumped, axis=(-4, -3)) - xp.matmul(self.drift, rho)
        return half + dagger(half) - 1j * self.gaps * rho

    def damping(self) -> Array:
        """Rate at which each coherence relaxes, Re(G_ii + G_jj), ``(..., N, N)``."""
        xp = namespace(self.gaps)
        g = xp.real(diagonal(self.drift))
        return g[..., :, None] + g[..., None, :]

    def currents(self, rho: Array) -> Array:
        """Currents into the system through each bath and the pump, ``(..., U + 1)``."""
        xp = namespace(self.gaps)
        flipped = xp.matrix_transpose(rho)
        rows = [xp.sum(xp.real(k * flipped), axis=(-2, -1)) for k in (*self.heat, self.pump)]
        return 2.0 * xp.stack(rows, axis=-1)

    def take(self, points: npt.NDArray[np.intp]) -> Redfield:
        """Some points of a batch with one leading axis."""
        return Redfield(
            self.gaps[points], self.coupling[points], self.forward[points], self.backward[points],
            self.drift[points], tuple(k[points] for k in self.heat), self.pump[points],
        )  # fmt: skip

    def real_matrix(self, upper: Pairs) -> Array:
        """Matrix on the real unknowns (populations, Re and Im of kept coherences).

        Parameters
        ----------
        upper : int array (m, 2)
            Kept coherences rho_ij, i < j.

        Returns
        -------
        array (..., N + 2m, N + 2m)
        """
        xp = namespace(self.gaps)
        n = self.levels
        same = np.stack([np.arange(n)] * 2, axis=1)
        rows = np.concatenate([same, upper])
        k = self._elements(rows, np.concatenate([rows, upper[:, ::-1]]))
        m = len(upper)
        p, u, l = k[..., :n], k[..., n : n + m], k[..., n + m :]
        columns = xp.concat([p, u + l, 1j * (u - l)], axis=-1)
        return xp.concat([xp.real(columns), xp.imag(columns[..., n:, :])], axis=-2)

    def _elements(self, rows: Pairs, columns: Pairs) -> Array:
        """Elements d(rho_ij)/dt / d(rho_kl) of the generator for (i, j) rows and (k, l) columns."""
        xp = namespace(self.gaps)
        n = self.levels
        (i, j), (k, l) = rows.T[:, :, None], columns.T[:, None, :]

        def pick(x: Array, a: Pairs, b: Pairs) -> Array:
            index = np.broadcast_to(a * n + b, (len(rows), len(columns))).ravel()
            flat = xp.reshape(x, (*x.shape[:-2], n * n))
            taken = xp.take(flat, xp.asarray(index), axis=-1)
            return xp.reshape(taken, (*x.shape[:-2], len(rows), len(columns)))

        def both(a: Array, b: Array) -> Array:
            first = pick(a, i, k) * xp.conj(pick(b, j, l))
            return first + pick(b, i, k) * xp.conj(pick(a, j, l))

        s, down = self.coupling, dagger(self.coupling)
        total = xp.sum(both(self.forward, s) + both(dagger(self.backward), down), axis=(-4, -3))
        g = self.drift
        total = total - pick(g, i, k) * xp.asarray((j == l) * 1.0)
        total = total - xp.conj(pick(g, j, l)) * xp.asarray((i == k) * 1.0)
        same = xp.asarray(((i == k) & (j == l)) * 1.0)
        return total - 1j * pick(self.gaps, i, j) * same


def make_redfield(jumps: Jumps) -> Redfield:
    """Redfield operator and the current operators of every terminal."""
    xp = namespace(jumps.energy)
    s = jumps.dressing.couplings
    e = jumps.dressing.energies
    back = jumps.reverses()
    down = dagger(s)
    zero = xp.zeros_like(s)
    forward = [zero[..., c, :, :, :] for c in range(s.shape[-4])]
    backward = list(forward)
    heat = []
    for u, own in enumerate(jumps.wiring):
        up, low = _half_transforms(jumps, u)
        total: Array = None
        for c in own:
            sc = s[..., c, :, :, :]
            l, m = up * sc, xp.conj(low) * sc * back
            forward[c], backward[c] = forward[c] + l, backward[c] + m
            part = xp.matmul(down[..., c, :, :, :], jumps.energy * l)
            part = part - xp.matmul(sc, dagger(jumps.energy * m))
            total = part if total is None else total + part
        heat.append(xp.sum(total, axis=-3))
    l_all, m_all = xp.stack(forward, axis=-4), xp.stack(backward, axis=-4)
    there, here = xp.matmul(down, l_all), xp.matmul(s, dagger(m_all))
    drift = xp.sum(there + here, axis=(-4, -3))
    quanta = quanta_of(jumps)[..., None, :, :, :]
    pump = xp.sum(quanta * (there - here), axis=(-4, -3))
    gaps = e[..., :, None] - e[..., None, :]
    return Redfield(gaps, s, l_all, m_all, drift, tuple(heat), pump)


def _half_transforms(jumps: Jumps, bath: int) -> tuple[Array, Array]:
    """One-sided transforms of the bath correlation at -W and W, half the rate plus i times shift."""
    up, low = 0.5 * jumps.forward[bath], 0.5 * jumps.backward[bath]
    if jumps.shift_forward is not None and jumps.shift_backward is not None:
        up = up + 1j * jumps.shift_forward[bath]
        low = low + 1j * jumps.shift_backward[bath]
    return up, low
