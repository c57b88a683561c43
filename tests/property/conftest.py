"""Strategies for random driven systems, shared by the laws and the gauge tests as a fixture.

Examples are derandomised: a run on one day tests what a run on another day tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

import sambe
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.treatments import by_channels
from sambe.sweep.axes import Sweep
from sambe.sweep.kernels.channel_fields import both_directions

STRENGTH = st.floats(1e-4, 2e-2)
SPECTRA = st.one_of(
    st.builds(sambe.Ohmic, STRENGTH, st.floats(1.0, 20.0)),
    st.builds(sambe.Ohmic, STRENGTH, st.floats(1.0, 20.0), st.floats(1.0, 3.0)),
    st.builds(sambe.DrudeLorentz, STRENGTH, st.floats(0.5, 5.0)),
    st.builds(sambe.Underdamped, st.floats(0.02, 0.2), st.floats(0.3, 1.0), st.floats(0.5, 2.0)),
)
TEMPERATURES = st.one_of(st.just(0.0), st.floats(0.1, 5.0), st.floats(0.1, 5.0))
RANDOM = st.builds(np.random.default_rng, st.integers(0, 2**32 - 1))


def hermitian(rng: np.random.Generator, n: int, real: bool = False) -> Any:
    x = rng.normal(size=(n, n)) + (0.0 if real else 1j) * rng.normal(size=(n, n))
    return (x + x.conj().T) / 2


@st.composite
def baths(
    draw: st.DrawFn, levels: int, rng: np.random.Generator, temperature: float | None = None
) -> list[sambe.Bath]:
    """One to three baths, each on one or two full random operators."""
    out = []
    for k in range(draw(st.integers(1, 3))):
        operators = [hermitian(rng, levels, real=draw(st.booleans())) for _ in range(draw(st.integers(1, 2)))]
        t = draw(TEMPERATURES) if temperature is None else temperature
        out.append(sambe.Bath(f"bath {k}", operators, draw(SPECTRA), t))
    return out


@st.composite
def framed(draw: st.DrawFn) -> sambe.System:
    """A random system that is static in the frame of random integers n_i."""
    levels = draw(st.integers(2, 6))
    rng = draw(RANDOM)
    n = rng.integers(0, 3, size=levels)
    k = n[:, None] - n[None, :]
    h = hermitian(rng, levels) + np.diag(np.arange(levels) * rng.uniform(0.2, 1.5))
    drive = {q: [(draw(st.floats(0.01, 1.0)), h * (k == q))] for q in (1, 2) if (k == q).any()}
    omega = draw(st.floats(0.2, 3.0))
    # no ladder, though four elements drawn at random may grow as if they were one
    return sambe.System(h * (k == 0), drive or None, omega, draw(baths(levels, rng)), edge=())


@st.composite
def unframed(draw: st.DrawFn) -> sambe.System:
    """A random Hamiltonian with one to three random harmonics, which no frame makes static."""
    levels = draw(st.integers(2, 5))
    rng = draw(RANDOM)
    drive = {
        q: [(draw(st.floats(0.01, 0.5)), rng.normal(size=(levels, levels)) + 1j * hermitian(rng, levels))]
        for q in range(1, draw(st.integers(2, 4)))
    }
    omega = draw(st.floats(0.5, 3.0))
    return sambe.System(hermitian(rng, levels), drive, omega, draw(baths(levels, rng)), edge=())


@st.composite
def undriven(draw: st.DrawFn, temperature: float | None = None) -> sambe.System:
    """A random static system; with a temperature given, all baths have it."""
    levels = draw(st.integers(2, 6))
    rng = draw(RANDOM)
    h = hermitian(rng, levels)
    return sambe.System(h, None, draw(st.floats(0.2, 3.0)), draw(baths(levels, rng, temperature)), edge=())


def gross(system: sambe.System, secular: str = "full") -> float:
    """Energy that crosses the terminals to and fro: the scale of rounding where currents cancel.

    The sum over the channels of `sambe.channels`, without its labels, which take longer than all else.
    """
    method = by_channels(prepare(system, secular=secular))
    solution = solve_batch(Sweep(system).part(np.arange(1)), method)
    rate, energy = both_directions(solution, method)
    quanta = solution.jumps.dressing.quanta
    absorbed = np.array([*quanta, *(-q for q in quanta if q > 0)])[:, None, None]
    turning = absorbed * (0.0 if system.omega is None else system.omega)
    return float((rate * (np.abs(energy) + np.abs(turning))).sum()) + 1e-30


def rate(system: sambe.System) -> float:
    """Order of magnitude of the jump rates: J(1) |S|^2 over the baths."""
    return sum(float(b.spectrum(1.0)) * np.abs(op).max() ** 2 for b in system.baths for op in b.operators)


@dataclass(frozen=True)
class Systems:
    """What a test draws from."""

    framed: st.SearchStrategy[sambe.System]
    unframed: st.SearchStrategy[sambe.System]
    undriven: Callable[..., st.SearchStrategy[sambe.System]]
    gross: Callable[..., float]
    rate: Callable[..., float]


@pytest.fixture(scope="session")
def systems() -> Systems:
    return Systems(framed(), unframed(), undriven, gross, rate)
