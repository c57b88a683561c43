"""Laws of random driven systems on their way in time: energy, trace, positivity, and where all of it ends."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sambe

LAW = settings(max_examples=8, deadline=None, derandomize=True)
TIMES = np.linspace(0.3, 9.0, 5)


def check(system: sambe.System, seed: int, secular: str, energy: float) -> None:
    n = system.levels
    random = np.random.default_rng(seed)
    ket = random.normal(size=n) + 1j * random.normal(size=n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = sambe.evolve(system, ket / np.linalg.norm(ket), TIMES, secular=secular)
        begin = sambe.evolve(system, "stationary", TIMES, secular=secular)
    scale = float(abs(data.energy_current).max()) + 1e-12
    assert abs(data.first_law_residual).max() < 1e-10 * max(scale, 1.0)
    stored = data.stored_energy - data.stored_energy[0]
    assert abs(data.energy_transferred.sum("terminal") - stored).max() < energy
    rho = data.density_matrix.values
    np.testing.assert_allclose(np.trace(rho, axis1=-2, axis2=-1), 1.0, atol=1e-8)
    assert np.linalg.eigvalsh(rho).min() > -1e-8
    assert (data.ergotropy > -1e-8).all()
    ends = begin.energy_current.isel(terminal=slice(None, -1))
    assert abs(ends - ends[0]).max() < 1e-9 * scale + 1e-12


@pytest.mark.slow
@LAW
@given(data=st.data(), seed=st.integers(0, 2**20), secular=st.sampled_from(["full", "ule"]))
def test_courses_in_a_frame(systems: Any, data: Any, seed: int, secular: str) -> None:
    check(data.draw(systems.framed), seed, secular, 1e-10)


@pytest.mark.slow
@LAW
@given(data=st.data(), seed=st.integers(0, 2**20), secular=st.sampled_from(["full", "ule"]))
def test_courses_without_a_frame(systems: Any, data: Any, seed: int, secular: str) -> None:
    check(data.draw(systems.unframed), seed, secular, 1e-7)
