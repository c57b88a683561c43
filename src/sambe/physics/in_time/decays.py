r"""Rates at which a state relaxes: eigenvalues of the generator, and what a state has in each of them.

.. math:: \mathcal L r_k = \lambda_k r_k,\qquad \mathcal L^\dagger l_k = \lambda_k^* l_k,\qquad
          \mathrm{Tr}\,l_k^\dagger r_k = 1,\quad \|r_k\|_1 = 1 .

Where eigenvectors coincide, rounding splits their eigenvalue into several, off by its square root; their mean
is as good as any other eigenvalue, and what a state has in all of them together stays finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...numerics.arrays import Array, dagger
from ..dressing.frequencies import over_points
from ..equations import EQUATIONS
from ..generators.jumps import Jumps, jumps_at, true_rates
from ..generators.positive import Clustered
from ..generators.redfield import pauli_generator, unpack
from ..method import Method, Relaxing
from ..states.periods.complete_state import MAP_LEVELS
from ..states.periods.period_map import LARGEST, first_steps
from ..steps.basis import step_basis
from ..steps.course import CouplingsMade, stepped_map
from ..treatments import TREATMENTS
from .courses import SPECTRAL_LEVELS
from .periodic_course import period_map
from .standing_generator import coherence_rates, generator_matrix
from .transients import Origin, basis_of, generator_at, origin_of

__all__ = ["MOST_LEVELS", "Decays", "decays_of", "spectrum_of"]

# Levels up to which the eigenvalues of a generator of their fourth power of elements are worked out, in about
# a minute. A choice.
MOST_LEVELS = 32
# Condition of an eigenvalue, and distance from another one in units of the largest, from which the two are
# taken for one: rounding splits a double one by 1e-8, its condition is then 1e8.
ILL, NEAR = 1e6, 1e-5
SAME = 1e-10  # difference of two rates, of the largest, that rounding makes of conjugate ones
RESOLVED = 1e-12  # size of an eigenvalue of the map of a period that rounding leaves
SETTLED = 1e-11  # change of the map of a period by twice as many steps

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decays:
    """Decays of a batch of points, in the order of their real parts, the slowest first.

    Attributes
    ----------
    rate : array (P, N^2)
        Eigenvalues; not a number where they are too fast to be told from none.
    defective : bool array (P, N^2)
        Whether eigenvectors coincide with those of a neighbour.
    overlap : array (P, N^2)
        |Tr l† rho|, of several that coincide the trace norm of their common part.
    origin : Origin
    converged : bool array (P,)
    """

    rate: Complex
    defective: npt.NDArray[np.bool_]
    overlap: Reals
    origin: Origin
    converged: npt.NDArray[np.bool_]

    @property
    def gap(self) -> Reals:
        """Slowest rate of relaxation, ``(P,)``; infinite for a single level."""
        return -self.rate[:, 1].real if self.rate.shape[1] > 1 else np.full(len(self.rate), np.inf)


def decays_of(system: System, method: Relaxing, jumps: Jumps | None = None) -> Decays:
    """Decays of a batch with one axis of points, whose jumps may be known."""
    origin = origin_of(system, method, jumps)
    points, n = len(origin.jumps.energy), system.levels
    harmonics = {k: np.broadcast_to(h, (points, *np.shape(h)[-2:])) for k, h in system.harmonics().items()}
    start = None
    if method.start is not None:
        v = basis_of(system, origin, method, harmonics).at(np.zeros((points, 1)))[:, 0]
        start = np.matmul(dagger(v), np.matmul(np.asarray(method.start) + 0j, v))
    rate, overlap = np.full((points, n * n), np.nan + 0j), np.full((points, n * n), np.nan)
    defective, converged = np.zeros((points, n * n), dtype=bool), np.ones(points, dtype=bool)
    folded = EQUATIONS[method.equation].folded | origin.complete
    for k in range(points):
        begin = None if start is None else start[k]
        if origin.complete[k]:
            spectrum = _of_period(origin, k, _map_of_period(system, origin, k, method), begin)
        else:
            spectrum = _of_point(origin, k, method, begin)
        if spectrum is None:
            converged[k] = False
            continue
        values, ill, share = spectrum
        if folded[k]:
            period = float(over_points(origin.jumps.dressing.omega, points)[k])
            values = values - 1j * period * np.ceil(values.imag / period - 0.5)
        order = _order(values)
        rate[k], defective[k], overlap[k] = values[order], ill[order], share[order]
    return Decays(rate, defective, overlap, origin, converged)


def _order(values: Complex) -> npt.NDArray[np.intp]:
    """Slowest first, conjugates side by side; what is not known last."""
    known = np.isfinite(values)
    close = SAME * max(float(np.abs(values[known]).max(initial=0.0)), np.finfo(float).tiny)
    real, turn = np.where(known, values.real, -np.inf), np.where(known, values.imag, 0.0)
    first = np.argsort(-real, kind="stable")
    with np.errstate(invalid="ignore"):
        run = np.cumsum(np.diff(-real[first], prepend=-real[first[0]]) > close)
    return first[np.lexsort((turn[first], np.rint(np.abs(turn[first]) / close), run))]


Found = tuple[Complex, npt.NDArray[np.bool_], Reals]


def _of_point(origin: Origin, k: int, method: Relaxing, start: Complex | None) -> Found | None:
    """Eigenvalues of one point, which of them coincide, and what the state has in them."""
    points = np.array([k])
    jumps = jumps_at(origin.jumps, points)
    n = jumps.dressing.levels
    if TREATMENTS[method.secular].populations_only:
        generator = pauli_generator(true_rates(jumps))[0]
        diagonal = None if start is None else np.diagonal(start)
        values, ill, share = spectrum_of(generator, diagonal, populations=True)
        apart = ~np.eye(n, dtype=bool)
        more = coherence_rates(jumps)[0][apart]
        share_of_coherences = np.full(len(more), np.nan) if start is None else np.abs(start[apart])
        none = np.zeros(len(more), dtype=bool)
        return tuple(map(np.concatenate, ((values, more), (ill, none), (share, share_of_coherences))))  # type: ignore[return-value]
    g = generator_at(origin, points, method)
    if n > SPECTRAL_LEVELS and start is None and not isinstance(g, Clustered):
        values = _with_zero(np.linalg.eigvals(g.superoperator()[0]) + 0j)
        return values, np.zeros(n * n, dtype=bool), np.full(n * n, np.nan)
    return spectrum_of(generator_matrix(g)[0], None if start is None else start.reshape(-1))


def _with_zero(values: Complex) -> Complex:
    """With the eigenvalue of the stationary state zero as it is, and no more than rounding makes of it."""
    values[np.argmin(np.abs(values))] = 0.0
    return values


def spectrum_of(generator: Array, start: Array = None, populations: bool = False) -> Found:
    """Eigenvalues of a generator on states row by row, or on populations; which of them coincide; and the
    shares of a state.

    Parameters
    ----------
    generator : array (D, D)
    start : array (D,), optional
    populations : bool
        Whether the generator is that of populations, whose trace norm is their sum.
    """
    from scipy.linalg import eig

    decomposition: Any = eig(generator, left=True, right=True)
    values, left, right = decomposition
    inner = np.abs((left.conj() * right).sum(axis=0))
    ill = inner * ILL < 1.0  # the vectors have unit norm
    values = _with_zero(values + 0j)
    groups = _coinciding(values, ill)
    share = np.full(len(values), np.nan)
    if start is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.abs(left.conj().T @ start) * _trace_norms(right.T, populations) / inner
    defective = np.zeros(len(values), dtype=bool)
    for group in groups:
        values[group], defective[group] = values[group].mean(), True
        if start is not None:  # the projection on all of them, from one side's span to the other's
            r, l = right[:, group], left[:, group]
            r, l = np.linalg.svd(r)[0][:, : len(group)], np.linalg.svd(l)[0][:, : len(group)]
            part = r @ np.linalg.solve(l.conj().T @ r, l.conj().T @ start)
            share[group] = _trace_norms(part[None], populations)
    return values, defective, share


def _coinciding(values: Complex, ill: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.intp]]:
    """Groups of ill-conditioned eigenvalues next to each other."""
    left, groups = np.flatnonzero(ill), []
    scale = np.abs(values).max(initial=0.0)
    while left.size:
        near = np.abs(values[left] - values[left[0]]) <= NEAR * scale
        if near.sum() > 1:
            groups.append(left[near])
        left = left[~near]
    return groups


def _trace_norms(vectors: Complex, populations: bool) -> Reals:
    """Trace norms of matrices row by row, or of populations, ``(K,)``."""
    if populations:
        return np.asarray(np.abs(vectors).sum(axis=-1))
    n = round(vectors.shape[-1] ** 0.5)
    return np.asarray(np.linalg.svd(vectors.reshape(-1, n, n), compute_uv=False).sum(axis=-1))


def _map_of_period(system: System, origin: Origin, k: int, method: Method) -> Reals | None:
    """On packed states, with as many steps as it takes; None where they are too many."""
    if system.steps is not None:
        basis = step_basis(system, origin.jumps.dressing)
        couplings = CouplingsMade(method.operators, method.schedules, method.mixing, system.numbers())
        return stepped_map(basis, origin.jumps, couplings, k)
    jumps = jumps_at(origin.jumps, np.array([k]))
    n = jumps.dressing.levels
    if n > MAP_LEVELS:
        return None
    steps, before = int(first_steps(jumps)[0]), None
    while steps * n**4 <= LARGEST:
        whole = period_map(jumps, steps)
        if before is not None and np.abs(whole - before).max() <= SETTLED * 63.0:
            return whole
        before, steps = whole, 2 * steps
    return None


def _of_period(origin: Origin, k: int, whole: Reals | None, start: Complex | None) -> Found | None:
    """From the map of a period."""
    if whole is None:
        return None
    n = origin.jumps.dressing.levels
    # on matrices row by row, from packed ones
    basis = np.eye(n * n).reshape(-1, n, n)
    turn = unpack(basis).reshape(-1, n * n).T
    values, ill, share = spectrum_of(turn @ whole @ np.linalg.inv(turn) - np.eye(n * n),
                                     None if start is None else start.reshape(-1))  # fmt: skip
    factor = values + 1.0
    known = np.abs(factor) > RESOLVED
    period = 2.0 * np.pi / float(over_points(origin.jumps.dressing.omega, len(origin.complete))[k])
    logarithm = np.log(np.where(known, factor, 1.0)) / period
    return np.where(known, logarithm, np.nan), ill, share
