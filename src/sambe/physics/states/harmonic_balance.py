r"""Redfield equation of a Floquet system with the terms between different q, by harmonic balance.

With :math:`\rho(t) = \sum_m \rho^{(m)} e^{-im\omega t}` in the basis of the Floquet modes, the stationary
harmonics obey

.. math:: -im\omega\,\rho^{(m)} = -i[E, \rho^{(m)}] + \sum_{q,q'} \left( L^{(q)}\rho^{(m-q+q')}S^{(q')\dagger}
          - S^{(q')\dagger}L^{(q)}\rho^{(m-q+q')}\right) + \mathrm{adjoint\ terms}.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError
from ...numerics.arrays import Array, dagger
from ..generators.jumps import Jumps
from ..generators.redfield import half_transforms
from .conjugate_residuals import SINGULAR
from .harmonic_iteration import TimeBalance

__all__ = ["DENSE_LEVELS", "balance"]

Complex = npt.NDArray[np.complex128]
HARMONICS_TOLERANCE = 1e-10
COUPLING_FLOOR = 1e-9
ITERATED_TOLERANCE = 1e-9  # where the equation is solved by iteration
LARGEST = 6000  # unknowns of the dense stationary equation
DENSE_LEVELS = 6  # up to here a matrix is as fast as iteration
MOST_REACH = 24  # harmonics of the state, by iteration
BOUNDLESS = 1e12  # rates this many times omega are those of a bath without a finite one: no answer


def balance(jumps: Jumps) -> tuple[Array, Array, Array, Array, Array]:
    """State (m = 0), currents, coherences, uniqueness and convergence of a batch.

    Raises
    ------
    ConvergenceError
        If the harmonics that are needed do not fit.
    """
    batch = jumps.energy.shape[:-3]
    n = jumps.dressing.levels
    points = int(np.prod(batch, dtype=int))
    state = np.zeros((points, n, n), dtype=complex)
    currents = np.zeros((points, len(jumps.wiring) + 1))
    for k in range(points):
        state[k], currents[k] = _one_point(_Point(jumps, np.unravel_index(k, batch)))
    shape = batch
    fine = np.isfinite(currents).all(axis=-1).reshape(shape)
    kept = np.full(shape, n * (n - 1) // 2)
    return (
        state.reshape(*shape, n, n), currents.reshape(*shape, -1), kept, fine, fine,
    )  # fmt: skip


class _Point:
    """Signed harmonics of S, L and W∘L of one point, small ones dropped."""

    def __init__(self, jumps: Jumps, index: Any) -> None:
        d = jumps.dressing
        self.energies = d.energies[index]
        self.omega = float(np.broadcast_to(np.asarray(d.omega), d.energies.shape[:-1])[index])
        s = d.couplings[index]
        size = np.abs(s).max(axis=(0, 2, 3))
        used = [k for k in range(len(d.quanta)) if size[k] > COUPLING_FLOOR * size.max()]
        self.coupling: dict[tuple[int, int], Complex] = {}
        self.forward: list[dict[tuple[int, int], Complex]] = []
        self.heat: list[dict[tuple[int, int], Complex]] = []
        for c in range(s.shape[0]):
            for k in used:
                q = d.quanta[k]
                self.coupling[c, q] = s[c, k] + 0j
                self.coupling[c, -q] = dagger(s[c, k]) + 0j
        w = jumps.energy[index]
        for u, own in enumerate(jumps.wiring):
            up, low = (x[index] for x in half_transforms(jumps, u))
            forward, heat = {}, {}
            for c in own:
                for k in used:
                    q = d.quanta[k]
                    forward[c, q] = up[k] * s[c, k] + 0j
                    heat[c, q] = w[k] * forward[c, q]
                    if q:
                        forward[c, -q] = dagger(np.conj(low[k]) * s[c, k]) + 0j
                        heat[c, -q] = -dagger(np.conj(low[k]) * s[c, k] * w[k])
            self.forward.append(forward)
            self.heat.append(heat)


def _one_point(p: _Point) -> tuple[Complex, npt.NDArray[np.float64]]:
    """Stationary state, harmonics added until the currents stand still."""
    n = len(p.energies)
    fastest = max(np.abs(l).max() for part in p.forward for l in part.values())
    if not fastest < BOUNDLESS * p.omega:
        return np.full((n, n), np.nan, dtype=complex), np.full(len(p.forward) + 1, np.nan)
    found = _iterated(p) if n > DENSE_LEVELS else None
    return _dense(p) if found is None else found


def _iterated(p: _Point) -> tuple[Complex, npt.NDArray[np.float64]] | None:
    """Without a matrix; None where it does not converge, or has no single place to start."""
    solver = TimeBalance(p.energies, p.omega, p.coupling, p.forward)
    if not solver.unique:
        return None
    rho, last = solver.start(), np.array(np.inf)
    for reach in range(2, MOST_REACH + 1, 2):
        found = solver.solve(rho, reach)
        if found is None:
            return None
        rho, now = found, _currents(p, found, reach)
        if np.abs(now - last).max() <= ITERATED_TOLERANCE * max(np.abs(now).max(), np.finfo(float).tiny):
            return rho[reach], now
        last = now
    return None


def _dense(p: _Point) -> tuple[Complex, npt.NDArray[np.float64]]:
    """By the matrix of all harmonics."""
    n = len(p.energies)
    reach = 2
    superop: Any = None
    last: Any = None
    while True:
        size = n * n * (2 * reach + 1)
        if size > LARGEST:
            raise ConvergenceError(
                f"harmonic balance did not converge by iteration, and {size} unknowns, for {n} levels and "
                f"{reach} harmonics, are more than the {LARGEST} of a matrix; use secular='partial'"
            )
        superop = superop or _superoperators(p)
        rho = _solve(p, superop, reach)
        now = _currents(p, rho, reach)
        if not np.isfinite(now).all():  # no unique state: more harmonics would not help
            return rho[reach], now
        scale = max(np.abs(now).max(), np.finfo(float).tiny)
        if last is not None and np.abs(now - last).max() <= HARMONICS_TOLERANCE * scale:
            return rho[reach], now
        last, reach = now, reach + 2


def _superoperators(p: _Point) -> dict[int, Complex]:
    """Generator by the harmonic d = m - m' it adds, on row-major vec(rho), ``(N^2, N^2)``."""
    n = len(p.energies)
    eye = np.eye(n)
    out: dict[int, Complex] = {}

    def add(d: int, x: Array) -> None:
        out[d] = out[d] + x if d in out else x

    for forward in p.forward:
        for (c, q), l in forward.items():
            for (c2, q2), s in p.coupling.items():
                if c2 != c:
                    continue
                drift = dagger(s) @ l
                add(q - q2, np.kron(l, s.conj()) - np.kron(drift, eye))
                add(q2 - q, np.kron(s, l.conj()) - np.kron(eye, drift.conj()))
    return out


def _solve(p: _Point, superop: dict[int, Complex], reach: int) -> Complex:
    n = len(p.energies)
    count, block = 2 * reach + 1, n * n
    a = np.zeros((count, block, count, block), dtype=complex)
    gap = (p.energies[:, None] - p.energies[None, :]).ravel()
    for m in range(-reach, reach + 1):
        np.einsum("ii->i", a[m + reach, :, m + reach, :])[:] += 1j * (m * p.omega - gap)
        for d, x in superop.items():
            if abs(m - d) <= reach:
                a[m + reach, :, m - d + reach, :] += x
    matrix = a.reshape(count * block, count * block)
    matrix /= np.abs(matrix).max()
    row = reach * block
    matrix[row] = 0.0
    matrix[row, row : row + block : n + 1] = 1.0
    # a second right-hand side tells a matrix that is singular but for rounding
    index = np.arange(count * block)
    right = np.stack([index == row, np.cos(1.7 * index)], axis=-1).astype(complex)
    try:
        solution, probe = np.linalg.solve(matrix, right).T
    except np.linalg.LinAlgError:
        probe = np.array(np.inf)
    if not np.abs(probe).max() < SINGULAR:
        return np.full((count, n, n), np.nan, dtype=complex)
    return np.asarray(solution.reshape(count, n, n), dtype=np.complex128)


def _currents(p: _Point, rho: Complex, reach: int) -> npt.NDArray[np.float64]:
    """Heat currents by counting, and the pump from the period average of Tr[dH/dt rho].

    Here q and q' of a jump count half each. Counting and averaging give one power for the exact dynamics,
    for this equation to leading order in the coupling only. The sum of the currents, the first-law residual,
    says how far they are apart: relative to the largest current of second order in the coupling without Lamb
    shift (7e-5 where lines are 0.018 of the drive frequency), of first order with it (1e-2 there).
    """
    heat, pump = [], 0.0
    for forward, hot in zip(p.forward, p.heat, strict=True):
        total = 0.0
        for (c, q), x in hot.items():
            for (c2, q2), s in p.coupling.items():
                m = q2 - q
                if c2 == c and abs(m) <= reach:
                    right = rho[m + reach] @ dagger(s)
                    total += 2.0 * float(np.sum(x * right.T).real)
                    pump += p.omega * (q + q2) * float(np.sum(forward[c, q] * right.T).real)
        heat.append(total)
    return np.array([*heat, pump])
