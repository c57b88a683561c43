r"""Expectation values over a period, and the state at its begin, in the laboratory frame.

With the harmonics of an observable between the dressed states,
:math:`O(t)_{ij} = \sum_q O^{(q)}_{ij} e^{-iq\omega t}`, and those of the state,
:math:`\rho(t) = \sum_m \rho^{(m)} e^{im\omega t}`,

.. math:: \overline{\langle O\rangle} = \sum_q \mathrm{Tr}[O^{(q)}\rho^{(q)}],\qquad
          \rho_{\mathrm{lab}}(0) = V \sum_m \rho^{(m)} V^\dagger,

V the dressed states at t = 0. But where terms between different quanta are kept, the state stands still and
has m = 0 alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import dagger
from ..dressing.dressing import Dressing
from ..generators.jumps import Jumps, jumps_at
from ..generators.redfield import unpack
from ..states.periods.complete_state import complete_state
from ..states.solution import Solution
from ..states.tones.balance import balanced_harmonics

__all__ = ["measured"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def measured(solution: Solution) -> tuple[Reals, Complex]:
    """Mean values of the observables of the dressing, and density matrices at t = 0.

    Parameters
    ----------
    solution : Solution
        From NumPy's arrays.

    Returns
    -------
    values : array (..., B)
        Of the B Hermitian operators that are observed, averaged over a period; ``(..., 0)`` without any.
    matrices : array (..., N, N)
        In the laboratory frame, in the basis of the system.
    """
    jumps = solution.jumps
    batch = jumps.energy.shape[:-3]
    points, levels = int(np.prod(batch, dtype=int)), jumps.dressing.levels
    flat = jumps_at(jumps, np.arange(points))
    state = np.asarray(solution.state)
    if state.ndim == len(batch) + 1:
        state = state[..., None] * np.eye(levels)
    state = np.broadcast_to(state, (*batch, levels, levels)).reshape(points, levels, levels)
    values = _steady_values(flat.dressing.observed, state)
    begin = state.astype(complex)
    if solution.complete is not None:
        complete = np.broadcast_to(solution.complete, batch).reshape(points)
        _follow(flat, np.flatnonzero(complete), values, begin)
    basis = flat.dressing.states
    matrices = np.matmul(basis, np.matmul(begin, dagger(basis)))
    return values.reshape(*batch, -1) if points else values, matrices.reshape(*batch, levels, levels)


def _steady_values(observed: Dressing | None, state: Complex) -> Reals:
    """Mean values in a state that stands still, ``(P, B)``."""
    if observed is None:
        return np.zeros((len(state), 0))
    if 0 not in observed.quanta:
        return np.zeros((len(state), observed.couplings.shape[-4]))
    at_rest = observed.couplings[:, :, observed.quanta.index(0)]
    return np.asarray(np.einsum("pbij,pji->pb", at_rest, state).real)


def _follow(jumps: Jumps, places: npt.NDArray[np.intp], values: Reals, begin: Complex) -> None:
    """Put in the points whose state moves along the period."""
    if not places.size:
        return
    if jumps.dressing.several_tones:
        _follow_tones(jumps, places, values, begin)
        return
    observed = jumps.dressing.observed

    def course(points: npt.NDArray[np.intp], packed: Reals) -> None:
        at = places[points]
        begin[at] = unpack(packed[:, 0])
        if observed is None:
            return
        samples = packed.shape[1]
        lines = np.fft.fft(unpack(packed), axis=1) / samples
        values[at] = 0.0
        for k, q in enumerate(observed.quanta):
            if 2 * q < samples:
                harmonic = observed.couplings[at, :, k]
                # the harmonics -q of an observable and of the state are the adjoints: twice the real part
                part = np.einsum("pbij,pji->pb", harmonic, lines[:, q]).real
                values[at] += part if q == 0 else 2.0 * part

    complete_state(jumps_at(jumps, places), course=course)


def _follow_tones(jumps: Jumps, points: npt.NDArray[np.intp], values: Reals, begin: Complex) -> None:
    """The same under several tones, from the harmonics of the state."""
    observed = jumps.dressing.observed
    for point in points:
        harmonics = balanced_harmonics(jumps_at(jumps, np.array([point])))
        begin[point] = sum(harmonics.values())
        if observed is None:
            continue
        values[point] = 0.0
        for k, q in enumerate(observed.quanta):
            if -q in harmonics:
                part = np.einsum("bij,ji->b", observed.couplings[point, :, k], harmonics[-q]).real
                values[point] += part if q == 0 else 2.0 * part
