"""Laws of the fluctuations of random driven systems between thermal baths, exact for populations."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sambe
from sambe.physics.method import Counting
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.statistics.counting import statistics_of
from sambe.physics.statistics.generating import generating_function
from sambe.sweep.axes import Sweep

LAW = settings(max_examples=60, deadline=None, derandomize=True)


def warm(system: sambe.System) -> sambe.System:
    """The same as a batch of one point, without baths at T = 0, whose jumps run one way."""
    baths = [bath if bath.temperature > 0 else sambe.Bath(bath.name, bath.operators, bath.spectrum, 0.3)
             for bath in system.baths]  # fmt: skip
    return Sweep(system.replace(baths=baths)).part(np.zeros(1, dtype=int))


def check(system: sambe.System, seed: int) -> None:
    system = warm(system)
    method = prepare(system, secular="full")
    solution = solve_batch(system, method)
    counting = Counting(**{f.name: getattr(method, f.name) for f in fields(method)}, cumulants=2)
    found = statistics_of(solution, counting)
    noise, activity = found.noise[0], found.activity.item()
    size = np.diagonal(noise).max() + 1e-3 * activity
    assert np.abs(noise.sum(axis=-1)).max() < 1e-10 * size
    assert np.linalg.eigvalsh(noise).min() > -1e-10 * size
    temperatures = np.array([bath.temperature for bath in system.baths])
    mean = found.cumulants[0, 0]
    produced = -np.sum(mean[:-1] / temperatures)
    # variance times entropy production is at least twice the squared mean (Barato and Seifert, PRL 2015)
    assert (np.diagonal(noise) * produced - 2.0 * mean**2 > -1e-10 * size * activity).all()
    # between 0 and 1/T no rate grows beyond those of the bath; outside rounding is that of e^(W/T)
    random = np.random.default_rng(seed)
    xi = np.append(random.uniform(size=len(temperatures)) / temperatures, 0.5 * random.normal())
    mirrored = np.append(1.0 / temperatures - xi[:-1], -xi[-1])
    here, there, beside = (
        generating_function(solution, x[None] + 0j, method)[0] for x in (xi, mirrored, xi + 0.37)
    )
    allowed = 1e-10 * max(abs(here), activity)
    assert abs(there - here) < allowed  # Gallavotti and Cohen's symmetry
    assert abs(beside - here) < allowed  # energy is conserved


@pytest.mark.slow
@LAW
@given(data=st.data(), seed=st.integers(0, 2**20))
def test_fluctuations_in_a_frame(systems: Any, data: Any, seed: int) -> None:
    check(data.draw(systems.framed), seed)


@pytest.mark.slow
@LAW
@given(data=st.data(), seed=st.integers(0, 2**20))
def test_fluctuations_without_a_frame(systems: Any, data: Any, seed: int) -> None:
    check(data.draw(systems.unframed), seed)
