"""Matrix-free finish of a Redfield stationary state that the plain iteration did not reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .generator import Redfield

__all__ = ["finish"]

Bools = npt.NDArray[np.bool_]
State = npt.NDArray[np.complex128]


def finish(
    g: Redfield,
    correct: Callable[[Any], Any],
    state: State,
    converged: Bools,
    tolerance: float,
) -> tuple[State, Bools]:
    """GMRES on the residual of each point left, preconditioned by the kept block and the diagonal.

    Parameters
    ----------
    g : Redfield
        A batch with one leading axis.
    correct : callable
        Approximate inverse (residual to step) of the whole batch.
    state : array (P, N, N)
        First guess.
    converged : bool array (P,)
    tolerance : float
        On the preconditioned residual.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    n = g.levels
    state, converged = np.where(np.isfinite(state), state, 0.0), converged.copy()
    state[..., 0, 0] += 1.0 - np.einsum("pii->p", state)
    for k in np.flatnonzero(~converged):
        one = g.take(np.array([k]))

        def step(rho: State, one: Redfield = one, k: int = int(k)) -> State:
            wide = np.zeros((len(state), n, n), dtype=complex)
            wide[k] = one.apply(rho[None])[0]
            change: State = -correct(wide)[k]
            return change

        def act(x: npt.NDArray[np.float64], step: Callable[[State], State] = step) -> Any:
            return _pack(step(_unpack(x, n)))

        size = n * n
        operator = LinearOperator((size, size), matvec=act, dtype=float)
        start = _pack(step(state[k]))
        x, info = gmres(operator, -start, rtol=min(tolerance, 1e-9), restart=80, maxiter=40)
        change = _unpack(x, n)
        change -= np.eye(n) * np.trace(change) / n * 0.0
        state[k] = state[k] + change
        state[k] /= np.trace(state[k]).real
        converged[k] = info == 0
    return state, converged


def _pack(rho: State) -> npt.NDArray[np.float64]:
    """Hermitian matrix as real numbers: the real part's lower and the imaginary part's upper half."""
    return (np.tril(rho.real) + np.triu(rho.imag, 1)).ravel()


def _unpack(x: npt.NDArray[np.float64], n: int) -> State:
    m = x.reshape(n, n)
    low, up = np.tril(m, -1), np.triu(m, 1)
    real = low + low.T + np.diag(np.diag(m))
    out: State = real + 1j * (up - up.T)
    return out
