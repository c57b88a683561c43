r"""Harmonic balance without its matrix: the generator acts at samples of a period, the solver iterates.

In time the terms between different quanta are a product of matrices,

.. math:: \dot\rho = -i[E, \rho] + \sum_c \left( L_c(t)\rho S_c(t) - S_c(t)L_c(t)\rho
          + \mathrm{adjoint\ terms}\right),

so that the harmonics of the state go to samples and back by a fast transform. GCROT (Hicken and Zingg, SIAM
J. Sci. Comput. 32, 1672, 2010) solves for the stationary harmonics, preconditioned with the rate equation and
the diagonal of everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ..generators.jumps import tied
from ..generators.redfield import pauli_generator
from .conjugate_residuals import SINGULAR, with_trace

__all__ = ["TimeBalance"]

Complex = npt.NDArray[np.complex128]
Parts = Mapping[tuple[int, int], Complex]  # by operator and harmonic
RESIDUAL = 1e-11  # of the preconditioned equation, relative to where it starts
DIRECTIONS, KEPT, CYCLES = 40, 20, 15  # of GCROT


class TimeBalance:
    """Stationary harmonics of one point.

    Parameters
    ----------
    energies : array (N,)
    omega : float
    coupling : mapping of (operator, q) to array (N, N)
        S^(q), both signs of q.
    forward : sequence of such mappings
        L^(q) of each bath.
    """

    def __init__(
        self, energies: npt.NDArray[np.float64], omega: float, coupling: Parts, forward: Sequence[Parts]
    ) -> None:
        self.gap, self.omega = energies[:, None] - energies[None, :], omega
        self.operators = sorted({c for c, _ in coupling})
        self.most = max(q for _, q in coupling)
        self.coupling = coupling
        self.forward: dict[tuple[int, int], Complex] = {}
        for part in forward:
            for key, l in part.items():
                self.forward[key] = self.forward[key] + l if key in self.forward else l
        self._precondition()

    def _precondition(self) -> None:
        """Rates between populations, inverted, and the diagonal element of every coherence."""
        n = len(self.gap)
        rates, weight = np.zeros((n, n)), np.zeros((n, n))
        drift, own = np.zeros((n, n), complex), np.zeros((n, n), complex)
        for key, l in self.forward.items():
            s = self.coupling[key]
            rates += 2.0 * (l * s.conj()).real
            weight += s.real**2 + s.imag**2
            drift += s.conj().T @ l
            own += np.outer(l.diagonal(), s.diagonal().conj()) + np.outer(s.diagonal(), l.diagonal().conj())
        self.own = own - drift.diagonal()[:, None] - drift.diagonal()[None, :].conj()
        a, scale = with_trace(pauli_generator(np.where(tied(weight), rates, 0.0)), n)
        try:
            self.inverse = np.linalg.inv(a)
        except np.linalg.LinAlgError:
            self.inverse = np.full_like(a, np.inf)
        self.scale = float(scale[0, 0])
        size = np.abs(self.inverse).max()
        self.unique = bool(np.isfinite(size) and size < SINGULAR)

    def start(self) -> Complex:
        """Populations of the rate equation, as harmonics with m = 0 alone, ``(1, N, N)``."""
        return np.diag(self.inverse[:, 0]).astype(complex)[None]

    def solve(self, guess: Complex, reach: int) -> Complex | None:
        """Harmonics m = -reach ... reach of the state, ``(2 reach + 1, N, N)``; None without convergence.

        Parameters
        ----------
        guess : array (2 k + 1, N, N)
            With unit trace.
        """
        from scipy.sparse.linalg import LinearOperator, gcrotmk

        n, room = len(self.gap), reach - len(guess) // 2
        state = np.pad(guess, ((room, room), (0, 0), (0, 0)))
        self._sample(reach)

        def preconditioned(x: Complex) -> Complex:
            return self._correct(self._apply(x.reshape(state.shape))).ravel()

        operator = LinearOperator((state.size, state.size), matvec=preconditioned, dtype=complex)
        right = -preconditioned(state.ravel())
        change, failed = gcrotmk(
            operator, right, rtol=RESIDUAL, atol=0.0, m=DIRECTIONS, k=KEPT, maxiter=CYCLES
        )
        if failed or not np.isfinite(change).all():
            return None
        out: Complex = state + change.reshape(-1, n, n)
        return out

    def _sample(self, reach: int) -> None:
        """S, L and the drift at as many times as no product folds back on a harmonic that is kept."""
        from scipy.fft import next_fast_len

        self.samples = next_fast_len(2 * reach + 2 * self.most + 1)
        self.index = np.arange(-reach, reach + 1) % self.samples

        def over_time(parts: Parts) -> Complex:
            lines = np.zeros((len(self.operators), self.samples, *self.gap.shape), dtype=complex)
            for (c, q), x in parts.items():
                lines[self.operators.index(c), q % self.samples] += x
            return np.asarray(np.fft.fft(lines, axis=1))

        self.s, self.l = over_time(self.coupling), over_time(self.forward)
        self.drift = np.matmul(self.s, self.l).sum(axis=0)
        self.turning = 1j * (np.arange(-reach, reach + 1)[:, None, None] * self.omega - self.gap)
        diagonal = self.turning + self.own
        self.diagonal = np.where(np.abs(diagonal) > 0, diagonal, np.inf)  # what stands still stays

    def _apply(self, state: Complex) -> Complex:
        """Generator on the harmonics, the equation of motion of each."""
        lines = np.zeros((self.samples, *self.gap.shape), dtype=complex)
        lines[self.index] = state
        rho = np.fft.fft(lines, axis=0)
        out = -np.matmul(self.drift, rho)
        out -= np.matmul(rho, self.drift.conj().swapaxes(-1, -2))
        for s, l in zip(self.s, self.l, strict=True):
            out += np.matmul(np.matmul(l, rho), s)
            out += np.matmul(np.matmul(s, rho), l.conj().swapaxes(-1, -2))
        return np.asarray(np.fft.ifft(out, axis=0)[self.index] + self.turning * state)

    def _correct(self, residual: Complex) -> Complex:
        """Preconditioner: what the residual is worth in the state."""
        out: Complex = residual / self.diagonal
        middle = len(out) // 2
        r = residual[middle].diagonal() / self.scale
        r = np.concatenate([[0.0], r[1:]])  # the trace stays
        np.fill_diagonal(out[middle], self.inverse @ r)
        return out
