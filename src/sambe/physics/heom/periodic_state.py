r"""Periodic state of the hierarchy by harmonic balance.

With :math:`\rho_n(t) = \sum_m \rho_n^{(m)} e^{-im\omega t}` the period is gone and one linear system is left,

.. math:: \mathcal L_H\rho_n - \Big(\sum_k n_k v_k\Big)\rho_n + \text{neighbours} = 0,\qquad
    (\mathcal L_H\rho)^{(m)} = im\omega\,\rho^{(m)} - i\sum_k [H_k, \rho^{(m-k)}],

with Tr rho = 1. The operator L_H is anti-Hermitian, the same for every auxiliary operator, and is
diagonalised once. GMRES then needs a handful of steps: the lowest levels are solved exactly, the others
by one sweep down and up the levels with the links between levels treated as small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, gmres, splu

from ...errors import ConvergenceError
from .hierarchy import Hierarchy

__all__ = ["Work", "periodic_state"]

Complex = npt.NDArray[np.complex128]
# Unknowns of the lowest levels that are solved exactly, and GMRES steps, of a first and a last attempt.
# Choices: a cheap one, which does where the coupling is weak, then a robust one.
ATTEMPTS = ((1200, 60), (12000, 240))
# Memory for the vectors of GMRES between restarts, in bytes. A choice: it allows 60 vectors up to a million
# unknowns, 240 up to 260 000.
KRYLOV_BYTES = 1e9
# Elements of a state with its harmonics, N^2 (2M + 1): the generator's matrix on them, which is diagonalised,
# takes 64 MB and some ten seconds. A choice.
WIDEST = 2000
# Complex products that all solutions of a point may take, each action of the generator being as many as the
# unknowns times those elements: some half a minute. A choice; the points of the tests take a tenth.
MOST_PRODUCTS = 10**9
# Size of the inverse times the largest element, a condition number, beyond which a matrix counts as singular:
# of the 16 digits of a double fewer than three are left.
SINGULAR = 1e13
# Largest residual with which a solution is taken, over the accuracy asked of GMRES, so that one
# that rounding holds up just short of it is not refused. A choice.
FORGIVEN = 10.0
NOT_UNIQUE = (
    "the stationary state of the hierarchy is not unique; give a bath a coupling operator and a "
    "spectrum that connect all states"
)


@dataclass
class Work:
    """What is left of the work that a point may take.

    Attributes
    ----------
    products : int
        Complex products.
    """

    products: int = MOST_PRODUCTS

    def spend(self, unknowns: int, width: int) -> None:
        """Take what an action of the generator costs.

        Raises
        ------
        ConvergenceError
            If there is nothing left.
        """
        self.products -= unknowns * width
        if self.products < 0:
            raise ConvergenceError(
                f"the hierarchy of {unknowns} unknowns, and those before it, were not solved within "
                f"{MOST_PRODUCTS:.0e} products; loosen the tolerance, raise omega, or weaken the coupling"
            )


Action = Callable[[Complex], Complex]


def liouvillian(harmonics: Mapping[int, Complex], omega: float, reach: int) -> Complex:
    """L_H on (element, harmonic), columns stacked: ``(N^2 (2M+1), N^2 (2M+1))``."""
    n = len(harmonics[0])
    count = 2 * reach + 1
    out = np.zeros((n * n, count, n * n, count), dtype=complex)
    for k, h in harmonics.items():
        if abs(k) > 2 * reach:
            continue
        commutator = -1j * (np.kron(np.eye(n), h) - np.kron(h.T, np.eye(n)))
        row = np.arange(max(0, k), count + min(0, k))
        out[:, row, :, row - k] += commutator
    m = np.arange(count)
    for element in range(n * n):
        out[element, m, element, m] += 1j * omega * (m - reach)
    return out.reshape(n * n * count, n * n * count)


def _linked(links: Mapping[int, Any], x: Complex) -> Complex:
    """Links on elements by harmonics ``(elements, 2M + 1)``; those that turn by p raise the harmonic by p."""
    out = np.asarray(links[0] @ x)
    count = x.shape[-1]
    for p, matrix in links.items():
        if 0 < abs(p) < count:
            out[:, max(p, 0) : count + min(p, 0)] += matrix @ x[:, max(-p, 0) : count + min(-p, 0)]
    return out


def _kron(links: Mapping[int, Any], count: int) -> Any:
    """The same as one sparse matrix."""
    total: Any = 0
    for p, matrix in links.items():
        total = total + sparse.kron(matrix, sparse.eye_array(count, k=-p))
    return total


class _Balance:
    """The linear system of one point, its action and its approximate inverse."""

    def __init__(self, h: Hierarchy, liouville: Complex, reach: int, work: Work) -> None:
        self.h, self.liouville, self.count = h, liouville, 2 * reach + 1
        self.width, self.work = len(liouville), work
        n = round(np.sqrt(h.block))
        trace = np.zeros(self.width)
        trace[np.arange(n) * (n + 1) * self.count + reach] = 1.0
        self.trace, self.source = trace, trace / n
        self.phases, self.modes = np.linalg.eigh(-1j * liouville)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.h.operators * self.width

    def act(self, x: Complex) -> Complex:
        """Generator times x; the trace of rho is added along the identity, which fixes it."""
        self.work.spend(self.size, self.width)
        flat = x.reshape(self.h.operators, self.width)
        links = _linked({0: self.h.links, **self.h.turning}, x.reshape(-1, self.count))
        out = links.reshape(flat.shape) + flat @ self.liouville.T - self.h.decay[:, None] * flat
        out[0] += self.source * (self.trace @ flat[0])
        return np.asarray(out.ravel())

    def right(self) -> Complex:
        """Right-hand side: Tr rho = 1."""
        out = np.zeros(self.size, dtype=complex)
        out[: self.width] = self.source
        return out

    def factor(self, levels: int) -> Any:
        """Exact inverse of the hierarchy cut below ``levels``."""
        operators = self.h.starts[levels]
        lowest = self.h.between(slice(0, operators), slice(0, operators))
        generator = (
            _kron(lowest, self.count)
            + sparse.kron(sparse.eye_array(operators), sparse.csr_array(self.liouville))
            - sparse.diags_array(np.repeat(self.h.decay[:operators], self.width))
        )
        diagonal = np.flatnonzero(self.trace)  # elements of rho that make up its trace
        row, column = np.meshgrid(diagonal, diagonal, indexing="ij")
        trace = (self.source[row] * self.trace[column]).ravel(), (row.ravel(), column.ravel())
        matrix = sparse.csc_array(generator + sparse.coo_array(trace, shape=generator.shape))
        try:
            lower_upper = splu(matrix, permc_spec="MMD_AT_PLUS_A")
        except RuntimeError as error:
            raise ConvergenceError(NOT_UNIQUE) from error
        probe = lower_upper.solve(np.random.default_rng(0).normal(size=matrix.shape[0]) + 0j)
        if not np.abs(probe).max() * float(np.abs(matrix.data).max()) < SINGULAR:
            raise ConvergenceError(NOT_UNIQUE)
        return lower_upper

    def exact_levels(self, unknowns: int) -> int:
        """How many levels fit into so many unknowns; the state and the first level always do."""
        starts = np.array(self.h.starts) * self.width
        return max(2, int(np.searchsorted(starts, unknowns, side="right")) - 1)


class _Sweep:
    """Approximate inverse: down the levels, the lowest ones exactly, and up again."""

    def __init__(self, system: _Balance, levels: int) -> None:
        self.system, self.lowest = system, system.factor(levels)
        h = system.h
        ends = (0, *h.starts[levels:])
        self.parts = [slice(*pair) for pair in pairwise(ends)]
        self.upward = [h.between(low, high) for low, high in pairwise(self.parts)]
        self.downward = [h.between(high, low) for low, high in pairwise(self.parts)]
        self.inverses = [1.0 / (1j * system.phases - h.decay[p, None]) for p in self.parts[1:]]

    def invert(self, part: int, r: Complex) -> Complex:
        """Solve one part, its neighbours ignored."""
        if part == 0:
            return np.asarray(self.lowest.solve(r))
        modes = self.system.modes
        flat = (r.reshape(-1, self.system.width) @ modes.conj()) * self.inverses[part - 1]
        return np.asarray((flat @ modes.T).ravel())

    def link(self, links: Mapping[int, Any], x: Complex) -> Complex:
        """Links applied to the operators of a part."""
        return _linked(links, x.reshape(-1, self.system.count)).ravel()

    def __call__(self, r: Complex) -> Complex:
        width, last = self.system.width, len(self.parts) - 1
        levels = [r[width * p.start : width * p.stop] for p in self.parts]
        for p in range(last, -1, -1):
            if p < last:
                levels[p] = levels[p] - self.link(self.upward[p], levels[p + 1])
            levels[p] = self.invert(p, levels[p])
        change = levels[0]
        for p in range(last):
            change = -self.invert(p + 1, self.link(self.downward[p], change))
            levels[p + 1] = levels[p + 1] + change
        return np.concatenate(levels)


def periodic_state(
    h: Hierarchy, harmonics: Mapping[int, Complex], omega: float, reach: int, accuracy: float,
    work: Work | None = None,
) -> Complex:  # fmt: skip
    """Harmonics of every auxiliary operator, ``(A, N^2, 2 reach + 1)``, columns stacked.

    Parameters
    ----------
    h : Hierarchy
    harmonics : mapping of int to array (N, N)
        H_k, both signs of k.
    omega : float
        Drive frequency.
    reach : int
        Largest harmonic M.
    accuracy : float
        Largest residual, in units of energy.
    work : Work, optional
        What is left of it; all of it by default.

    Raises
    ------
    ConvergenceError
        If the linear system is singular, GMRES does not reach the accuracy, or the work is too much.
    """
    width = h.block * (2 * reach + 1)
    if width > WIDEST:
        raise ConvergenceError(
            f"{reach} harmonics of {h.block} elements are more than the {WIDEST} numbers that are solved for "
            "together; raise omega, lower the drive, or take fewer levels"
        )
    system = _Balance(h, liouvillian(harmonics, omega, reach), reach, work or Work())
    right = system.right()
    residual = float("inf")
    for unknowns, steps in ATTEMPTS:
        sweep = _Sweep(system, system.exact_levels(unknowns))
        vectors = int(KRYLOV_BYTES / (16 * system.size))  # 16 bytes a complex number
        restart = max(10, min(steps, vectors))
        y = _krylov(_chained(system.act, sweep), right, accuracy, restart, steps)
        x = sweep(y)
        residual = float(np.linalg.norm(system.act(x) - right))
        if residual <= FORGIVEN * accuracy:
            return x.reshape(h.operators, h.block, system.count)
    raise ConvergenceError(
        f"the stationary hierarchy of {system.size} unknowns was solved to {residual:.1e} only (wanted "
        f"{accuracy:.0e}): the coupling is too strong for it; weaken it, or map the bath into the "
        "system with a reaction coordinate"
    )


def _chained(second: Action, first: Action) -> Action:
    return lambda x: second(first(x))


def _krylov(act: Action, right: Complex, accuracy: float, restart: int, steps: int) -> Complex:
    """GMRES to an absolute residual, or as far as so many steps go."""
    solve: Any = gmres
    acting = LinearOperator((right.size, right.size), matvec=act, dtype=np.complex128)
    rounds = -(-steps // restart)
    solution: Complex = solve(acting, right, rtol=0.0, atol=accuracy, restart=restart, maxiter=rounds)[0]
    return solution
