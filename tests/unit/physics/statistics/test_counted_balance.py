"""Noise of the complete equation by balance of harmonics, against that of one tone by samples of a period."""

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

import sambe
from sambe.physics.generators.jumps import jumps_at
from sambe.physics.method import Counting
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.tones.balance import balanced_harmonics
from sambe.physics.statistics.counted_balance import counted_balance
from sambe.physics.statistics.counting import statistics_of
from sambe.sweep.axes import Sweep

System = Callable[..., sambe.System]


def test_one_tone_as_by_samples_of_a_period(baths: list[sambe.Bath]) -> None:
    strong = [sambe.Bath(b.name, b.coupling, sambe.Ohmic(0.02, cutoff=10.0), b.temperature) for b in baths]
    system = sambe.System([(0.5, sambe.sigmaz())], {1: [(0.15, sambe.sigmax())]}, 0.7, strong)
    method = prepare(system, secular="none")
    solution = solve_batch(Sweep(system).part(np.array([0])), method)
    asked = Counting(**{f.name: getattr(method, f.name) for f in fields(method)}, cumulants=3)
    theirs = statistics_of(solution, asked)
    jumps = jumps_at(solution.jumps, np.array([0]))
    found = counted_balance(jumps, balanced_harmonics(jumps), 3)
    assert found is not None
    ours, activity = found
    assert activity == pytest.approx(theirs.activity, rel=1e-9)
    size = theirs.noise.max()
    assert ours.noise == pytest.approx(theirs.noise, abs=1e-8 * size)
    assert ours.cumulants == pytest.approx(theirs.cumulants, abs=1e-7 * np.abs(theirs.cumulants).max())


@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
def test_where_the_beat_is_slow_the_default_counts_by_harmonics(ladder: System) -> None:
    system = ladder(1.21, 1.2, 0.05, 0.05)
    found, partial = (sambe.counting_statistics(system, secular=s) for s in ("auto", "partial"))
    assert found.cross_terms_kept == 1
    noise = found.energy_noise.values
    assert found.energy_cumulant[0].values == pytest.approx(found.energy_current.values, rel=1e-9)
    # energy is conserved, and the terms that turn matter
    assert abs(noise.sum(axis=-1)).max() < 1e-9 * noise.max()
    assert np.linalg.eigvalsh(noise).min() > -3e-3 * noise.max()
    assert abs(noise - partial.energy_noise.values).max() > 0.005 * noise.max()
