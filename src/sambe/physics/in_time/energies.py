r"""What is recorded of a state on its way, and the work that a state can give.

Ergotropy is the most that a cycle of unitaries can take out of a state (Allahverdyan, Balian and
Nieuwenhuizen, Europhys. Lett. 67, 565, 2004): with populations :math:`r_1 \ge r_2 \ge \ldots` of the state
and levels :math:`e_1 \le e_2 \le \ldots` of the Hamiltonian,

.. math:: \mathcal E = \mathrm{Tr}[H\rho] - \sum_k r_k e_k .
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from ..method import Moving

__all__ = ["History", "ergotropy_of", "trace_with"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class History:
    """What is recorded of a batch of points at their times.

    Attributes
    ----------
    current, transferred : array (P, T, U + 1)
        Energy per unit time into the system, and since the first time; the pump's last, or those of tones.
    stored, battery, ergotropy, residual : array (P, T)
        <H(t)>, <H_0>, the ergotropy against H_0, and d<H>/dt less all currents.
    expectation : array (P, T, B)
    matrix : array (P, T, N, N), optional
        In the laboratory.
    least : array (P,)
        Smallest eigenvalue of a state at any time.
    edge : array (P,)
        Largest population at the cut of a ladder at any time.
    particles : array (P, T, U + 1), or with a column for each of several pumps
        Particles per unit time through leads; nothing else brings any.
    """

    current: Reals
    transferred: Reals
    stored: Reals
    battery: Reals
    ergotropy: Reals
    residual: Reals
    expectation: Complex
    matrix: Complex | None
    least: Reals
    edge: Reals
    particles: Reals

    @classmethod
    def blank(cls, points: int, times: int, levels: int, baths: int, observables: int, states: bool,
              pumps: int = 1) -> History:  # fmt: skip
        """Nothing recorded yet."""

        def empty(*shape: int, kind: type = float) -> Any:
            return np.full((points, *shape), np.nan, dtype=kind)

        terminals = baths + pumps
        matrix = empty(times, levels, levels, kind=complex) if states else None
        return cls(
            empty(times, terminals), empty(times, terminals), empty(times), empty(times), empty(times),
            empty(times), empty(times, observables, kind=complex), matrix, np.full(points, np.inf),
            np.zeros(points), empty(times, terminals),
        )  # fmt: skip

    def enter_states(
        self, points: Points, span: slice, lab: Complex, static: Complex, method: Moving
    ) -> None:
        """Enter what states in the laboratory (P', T', N, N) say by themselves; H_0 is (P', N, N)."""
        battery = trace_with(static[:, None], lab)
        self.battery[points, span] = battery
        self.ergotropy[points, span], least = ergotropy_of(
            lab, np.asarray(np.linalg.eigvalsh(static)), battery
        )
        self.least[points] = np.minimum(self.least[points], least.min(axis=-1))
        for b, observable in enumerate(method.observables):
            self.expectation[points, span, b] = np.einsum("ij,ptji->pt", observable.operator, lab)
        self.edge[points] = np.maximum(self.edge[points], method.population_at_edge(lab).max(axis=1))
        if self.matrix is not None:
            self.matrix[points, span] = lab


def trace_with(operator: Array, state: Complex) -> Reals:
    """Tr[O rho] of a Hermitian operator, its last axes those of the states."""
    return np.asarray((operator * np.swapaxes(state, -1, -2)).sum(axis=(-2, -1)).real)


def ergotropy_of(states: Complex, levels: Reals, energy: Reals) -> tuple[Reals, Reals]:
    """Ergotropy and the smallest eigenvalue of each state, ``(P, T)``.

    Parameters
    ----------
    states : array (P, T, N, N)
    levels : array (P, N)
        Eigenvalues of the Hamiltonian, ascending.
    energy : array (P, T)
        Of the states.
    """
    if states.shape[-1] == 2:  # in closed form, as many small matrices take long
        mean = 0.5 * (states[..., 0, 0] + states[..., 1, 1]).real
        half = np.hypot(0.5 * (states[..., 0, 0] - states[..., 1, 1]).real, np.abs(states[..., 0, 1]))
        occupations = np.stack([mean - half, mean + half], axis=-1)
    else:
        whole: npt.NDArray[np.bool_] = np.asarray(np.isfinite(states).all(axis=(-2, -1), keepdims=True))
        occupations = np.linalg.eigvalsh(np.where(whole, states, 0.0))
        occupations = np.where(whole[..., 0], occupations, np.nan)
    passive = (occupations * levels[:, None, ::-1]).sum(axis=-1)
    return energy - passive, occupations[..., 0]
