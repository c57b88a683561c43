r"""Harmonics of the couplings of a point, and averages with them over a period:

.. math:: \overline{\mathrm{Tr}[A(t)\rho(t)]} = \sum_p \mathrm{Tr}[A_p\rho_{-p}],\qquad
          A(t) = \sum_p A_p e^{-ip\omega t},\quad \rho(t) = \sum_m \rho_m e^{-im\omega t}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.modulation import Modulation

__all__ = ["Harmonics", "coupling_harmonics", "mean", "rates_of_change", "squared"]

Harmonics = Mapping[int, npt.NDArray[Any]]


def coupling_harmonics(bath: Bath) -> tuple[Harmonics, ...]:
    """Harmonics S_p of each coupling, both signs of p; the bath's numbers are plain."""
    return tuple(map(_harmonics, bath.couplings))


def _harmonics(coupling: npt.NDArray[Any] | Modulation) -> Harmonics:
    if not isinstance(coupling, Modulation):
        return {0: coupling}
    out: dict[int, npt.NDArray[Any]] = {}
    swept = ((p, c * op) for p, c, op in coupling.swept)
    for p, op in (*coupling.harmonics.items(), *swept):
        for sign in (1, -1) if p else (1,):
            out[sign * p] = out.get(sign * p, 0.0) + (op if sign > 0 else op.conj().T)
    return out


def squared(coupling: Harmonics) -> Harmonics:
    """Harmonics of S(t)^2."""
    out: dict[int, npt.NDArray[Any]] = {}
    for p, left in coupling.items():
        for q, right in coupling.items():
            out[p + q] = out.get(p + q, 0.0) + left @ right
    return out


def rates_of_change(coupling: Harmonics, omega: float) -> Harmonics:
    """Harmonics of dS/dt."""
    return {p: -1j * p * omega * op for p, op in coupling.items() if p}


def mean(operator: Harmonics, states: npt.NDArray[Any]) -> float:
    """Real part of Tr[A rho] over a period, from the harmonics -M ... M of rho, ``(2M + 1, N, N)``."""
    reach = len(states) // 2
    return float(sum(np.trace(a @ states[reach - p]).real for p, a in operator.items() if abs(p) <= reach))
