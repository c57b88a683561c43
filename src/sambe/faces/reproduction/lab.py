"""The three platforms, and the solver calls that all studies share."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ... import models
from ...description.bath import Bath
from ...description.spectral_density import Ohmic
from ...description.system import System, axis
from ...errors import SecularWarning, TruncationWarning
from ...verbs.stationary_currents import steady_state

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["BATHS", "COLD", "HOT", "PLATFORMS", "Lab", "Platform", "baths", "current", "deviation", "zeros"]

HOT, COLD = 1.2, 0.4  # temperatures in units of omega_0: a clear bias on both sides of it, a choice
# Of the coherence-keeping equation. A choice: far below the smallest difference that a finding is held to,
# 1e-9.
TOLERANCE = 1e-10
BATHS = "J(ω) = 0.002 ω exp(−ω/10) for both baths, T = 1.2 (left, hot) and 0.4 (right, cold)"
Floats = npt.NDArray[np.float64]


def baths(left: Any = HOT, right: Any = COLD) -> list[Bath]:
    """The two reservoirs, at any temperatures."""
    spectrum = Ohmic(0.002, cutoff=10.0)
    return [
        Bath("left", spectrum=spectrum, temperature=left),
        Bath("right", spectrum=spectrum, temperature=right),
    ]


@dataclass(frozen=True)
class Platform:
    """One of the three driven junctions.

    Attributes
    ----------
    key, name, parameters : str
    build : callable
        ``build(drive, omega)`` gives the System.
    drive : float
        Amplitude of the sweeps over frequency.
    span : pair of float
        Drive frequencies that they cover.
    """

    key: str
    name: str
    parameters: str
    build: Callable[[Any, Any], System]
    drive: float
    span: tuple[float, float]

    def sweep(self, points: int, drive: float | None = None) -> System:
        """The system along an axis of drive frequencies that has the bare resonance, w = 1."""
        return self.build(self.drive if drive is None else drive, axis("omega", self.frequencies(points)))

    def frequencies(self, points: int) -> Floats:
        """About evenly spaced over the span, with w = 1 exactly among them."""
        low, high = self.span
        left = max(2, round((points - 1) * (1.0 - low) / (high - low)))
        right = max(2, points - 1 - left)
        return np.concatenate(
            [np.linspace(low, 1.0, left, endpoint=False), np.linspace(1.0, high, right + 1)]
        )


def _qubit(drive: Any, omega: Any) -> System:
    return models.spin_boson(drive=drive, omega=omega, baths=baths())


def _pair(drive: Any, omega: Any) -> System:
    return models.two_qubits(coupling=0.1, drive=drive, omega=omega, baths=baths())


def _kerr(drive: Any, omega: Any) -> System:
    return models.kerr_resonator(kerr=0.02, drive=drive, omega=omega, levels=16, baths=baths())


PLATFORMS = (
    Platform("spin_boson", "spin-boson", "spin-boson: circular drive, A = 0.1", _qubit, 0.1, (0.5, 1.5)),
    Platform("two_qubits", "two qubits", "two qubits: ω₁ = ω₂ = ω₀, g = 0.1, A = 0.05 on the left one",
             _pair, 0.05, (0.7, 1.3)),
    Platform("kerr_resonator", "Kerr resonator", "Kerr resonator: K = 0.02, F = 0.01, 16 levels",
             _kerr, 0.01, (0.9, 1.1503)),
)  # fmt: skip


@dataclass(frozen=True)
class Lab:
    """How fine to compute, by which equation, and whom to tell.

    Attributes
    ----------
    points : int
        Points of a curve; maps take a part of it along each axis.
    equation : str
        The equation under test: feed another one, and findings fail.
    progress : callable, optional
        As for `sambe.steady_state`.
    """

    points: int = 241
    equation: str = "driven_dressed"
    progress: Callable[[int, int], None] | None = None

    def solve(
        self,
        system: System,
        *,
        equation: str | None = None,
        secular: str = "partial",
        lamb_shift: str = "none",
    ) -> xr.Dataset:
        """Steady state by the equation under test, unless another is named.

        No Lamb shift unless asked for, as in the closed forms that findings are held to. What the
        engine warns of (secular approximation, truncation) is what the report is about.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecularWarning)
            warnings.simplefilter("ignore", TruncationWarning)
            flow: xr.Dataset = steady_state(
                system, equation=equation or self.equation, secular=secular, lamb_shift=lamb_shift,
                tolerance=TOLERANCE, progress=self.progress,
            )  # fmt: skip
        return flow


def current(flow: xr.Dataset, terminal: str) -> Floats:
    """Energy current through a terminal, positive into the system."""
    values: Floats = flow["energy_current"].sel(terminal=terminal).values
    return values


def deviation(flow: xr.Dataset, reference: xr.Dataset) -> Floats:
    """max over terminals of |J - J_ref|, over max of |J_ref|, at each point."""
    a = flow["energy_current"].transpose(..., "terminal").values
    b = reference["energy_current"].transpose(..., "terminal").values
    ratio: Floats = np.max(abs(a - b), axis=-1) / np.max(abs(b), axis=-1)
    return ratio


def zeros(x: Floats, y: Floats) -> Floats:
    """Where y changes sign along x, by linear interpolation."""
    known = np.isfinite(y)
    x, y = x[known], y[known]
    k = np.flatnonzero(np.signbit(y[1:]) != np.signbit(y[:-1]))
    crossing: Floats = x[k] - y[k] * (x[k + 1] - x[k]) / (y[k + 1] - y[k])
    return crossing
