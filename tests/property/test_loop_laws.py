"""Laws of slow loops of random systems: energy is conserved, and two orientations undo each other."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sambe
from sambe.errors import InputError, SecularWarning

LAW = settings(max_examples=6, deadline=None, derandomize=True)
ANGLE = sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False))


def turning(system: sambe.System, seed: int, sign: float = 1.0) -> sambe.System:
    """The same with temperatures that go round, each in a phase of its own."""
    random = np.random.default_rng(seed)
    baths = [
        sambe.Bath(
            bath.name, bath.operators, bath.spectrum,
            (1.0 + bath.temperature) * (1.0 + 0.2 * np.cos(sign * ANGLE + random.uniform(0.0, 2.0 * np.pi))),
        )
        for bath in system.baths
    ]  # fmt: skip
    return system.replace(baths=baths)


def check(system: sambe.System, seed: int, secular: str, rounding: float) -> None:
    there, back = (turning(system, seed, sign) for sign in (1.0, -1.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecularWarning)  # of close levels, which break no law
        try:
            pumped, other = (sambe.pump_cycle(x, secular=secular) for x in (there, back))
        except InputError:  # a point without an answer
            return
    energy = pumped.geometric_energy.values
    # of what a bath of one quantum of heat at the largest temperature would bring
    scale = np.abs(energy).max() + 1e-3
    assert np.abs(energy + other.geometric_energy.values).max() < 1e-8 * scale
    np.testing.assert_allclose(pumped.dynamical_current, other.dynamical_current, rtol=1e-8, atol=1e-10)
    assert abs(energy.sum()) < rounding * scale


@pytest.mark.slow
@LAW
@given(data=st.data(), seed=st.integers(0, 2**20))
def test_populations_of_levels_that_stand_still_conserve_energy(systems: Any, data: Any, seed: int) -> None:
    check(data.draw(systems.framed), seed, "full", 1e-7)
