r"""Harmonics of the couplings of a point, and averages with them over a period:

.. math:: \overline{\mathrm{Tr}[A(t)\rho(t)]} = \sum_p \mathrm{Tr}[A_p\rho_{-p}],\qquad
          A(t) = \sum_p A_p e^{-ip\omega t},\quad \rho(t) = \sum_m \rho_m e^{-im\omega t}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.sums.modulation import Modulation

__all__ = [
    "Harmonics",
    "adjoint",
    "coupling_harmonics",
    "energy_flows",
    "exchange_flows",
    "largest_harmonic",
    "mean",
    "power",
    "product",
    "squared",
]

Harmonics = Mapping[int, npt.NDArray[Any]]
Complex = npt.NDArray[np.complex128]


def coupling_harmonics(bath: Bath) -> tuple[Harmonics, ...]:
    """Harmonics S_p of each coupling, both signs of p; the bath's numbers are plain.

    Of a lead those of its annihilation operators d(t) = [X(t) - iY(t)]/sqrt 2, which are not Hermitian.
    """
    every = tuple(map(_harmonics, bath.couplings))
    if bath.particles is None:
        return every
    return tuple(
        {p: (x[p] - 1j * y[p]) / np.sqrt(2.0) for p in x}
        for x, y in zip(every[::2], every[1::2], strict=True)
    )


def _harmonics(coupling: npt.NDArray[Any] | Modulation) -> Harmonics:
    if not isinstance(coupling, Modulation):
        return {0: coupling}
    out: dict[int, npt.NDArray[Any]] = {}
    swept = ((p, c * op) for p, c, op in coupling.swept)
    for p, op in (*coupling.harmonics.items(), *swept):
        for sign in (1, -1) if p else (1,):
            out[sign * p] = out.get(sign * p, 0.0) + (op if sign > 0 else op.conj().T)
    return out


def largest_harmonic(couplings: Sequence[Sequence[Harmonics]]) -> int:
    """Most quanta by which a coupling of some bath turns."""
    return max((p for of_bath in couplings for harmonics in of_bath for p in harmonics), default=0)


def squared(coupling: Harmonics) -> Harmonics:
    """Harmonics of S(t)^2."""
    return product(coupling, coupling)


def product(first: Harmonics, second: Harmonics) -> Harmonics:
    """Harmonics of A(t) B(t)."""
    out: dict[int, npt.NDArray[Any]] = {}
    for p, left in first.items():
        for q, right in second.items():
            out[p + q] = out.get(p + q, 0.0) + left @ right
    return out


def power(operator: Harmonics, omega: float, states: Complex) -> float:
    """Mean of Tr[dA/dt rho]: what turning the operator puts in."""
    return mean({p: -1j * p * omega * a for p, a in operator.items() if p}, states)


def energy_flows(
    coupling: Harmonics, omega: float, kink: float, state: Complex, auxiliary: Complex, decay: Complex
) -> tuple[float, float]:
    r"""Energy per time into the system: out of the modes that it couples to, and from what modulates it.

    .. math:: 2\kappa\,\overline{\langle S^2\rangle} - \sum_k v_k\,\overline{\mathrm{Tr}[S\rho_k]},\qquad
              \sum_k \overline{\mathrm{Tr}[\dot S\rho_k]}.

    Parameters
    ----------
    coupling : mapping of int to array (N, N)
    omega : float
    kink : float
        Imaginary part of the bath's correlation at t = 0.
    state, auxiliary : array (2M + 1, N, N), (K, 2M + 1, N, N)
        Harmonics of the state and of the operators of first level, one for each exponent.
    decay : array (K,)
        v_k.
    """
    heat, work = 2.0 * kink * mean(squared(coupling), state), 0.0
    for v, rho in zip(decay, auxiliary, strict=True):
        heat -= mean(coupling, v * rho)
        work += power(coupling, omega, rho)
    return heat, work


def adjoint(operator: Harmonics) -> Harmonics:
    """Harmonics of A(t)†."""
    return {-p: np.asarray(a).conj().T for p, a in operator.items()}


def mean(operator: Harmonics, states: Complex) -> float:
    """Real part of Tr[A rho] over a period, from the harmonics -M ... M of rho, ``(2M + 1, N, N)``."""
    reach = len(states) // 2
    return float(sum(np.trace(a @ states[reach - p]).real for p, a in operator.items() if abs(p) <= reach))


def exchange_flows(
    coupling: Harmonics, omega: float, auxiliary: Complex, decay: Complex
) -> tuple[float, float, float]:
    r"""Energy and particles per time out of a lead, and the power of what modulates the tunnelling.

    With the operators of first level :math:`\rho^\pm_k` of particles that enter and leave, :math:`d^+ = d`
    and :math:`d^- = d^\dagger`,

    .. math:: J = -\sum_{\sigma k}\overline{v^\sigma_k\,\mathrm{Tr}[d^\sigma\rho^\sigma_k]},\qquad
              I = i\sum_{\sigma k}\sigma\,\overline{\mathrm{Tr}[d^\sigma\rho^\sigma_k]},\qquad
              P = \sum_{\sigma k}\overline{\mathrm{Tr}[\dot d^\sigma\rho^\sigma_k]},

    positive into the system. The correlations of a band that ends are real at t = 0: there is no kink.

    Parameters
    ----------
    coupling : mapping of int to array (N, N)
        d.
    omega : float
    auxiliary : array (K, 2M + 1, N, N)
        Of the exponents of particles that enter, then of those that leave.
    decay : array (K,)
        v_k.
    """
    heat = particles = work = 0.0
    half = len(decay) // 2
    for sign, operator, side in ((1, coupling, slice(half)), (-1, adjoint(coupling), slice(half, None))):
        for v, rho in zip(decay[side], auxiliary[side], strict=True):
            heat -= mean(operator, v * rho)
            particles += mean(operator, 1j * sign * rho)
            work += power(operator, omega, rho)
    return heat, particles, work
