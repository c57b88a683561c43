"""What dropped coherences do to the currents, to first order, and the warning that rests on it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import sambe
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.judgements.dropped_coherences import Changes
from sambe.sweep.axes import Sweep

OHMIC = sambe.Ohmic(0.01, cutoff=10.0)


def weakly_driven(drive: float, detuning: float, rate: float = 0.01) -> sambe.System:
    """A two-level system on one cold bath of a flat spectrum."""
    bath = sambe.Bath("bath", sambe.sigmax(), sambe.Flat(rate), 0.0)
    return sambe.System([(0.5, sambe.sigmaz())], {1: [(drive / 2.0, sambe.sigmap())]}, 1.0 - detuning, [bath])


def warned(system: sambe.System) -> tuple[np.ndarray, float, bool]:
    """Full secular currents, the ratio reported, and whether a warning came."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        flow = sambe.steady_state(system, secular="full")
    return flow.energy_current.values, flow.secular_ratio.item(), bool(seen)


@pytest.mark.parametrize("drive", [1e-3, 1e-6, 1e-9])
def test_a_weak_drive_beside_resonance_warns_however_weak(drive: float) -> None:
    # Lorentz: the pump of the full secular state is 1 + (rate / 2 detuning)^2 = 26 times too large
    currents, ratio, seen = warned(weakly_driven(drive, 1e-3))
    truth = sambe.steady_state(weakly_driven(drive, 1e-3)).energy_current.values
    if drive <= 1e-6:
        np.testing.assert_allclose(currents / truth, 26.0, rtol=1e-3)
    assert seen
    assert ratio == pytest.approx(0.2, rel=0.02 if drive < 1e-3 else 1.0)


def test_a_pump_that_is_small_beside_the_heat_is_judged_by_itself() -> None:
    baths = [sambe.Bath(n, sambe.sigmax(), OHMIC, t) for n, t in (("hot", 0.5), ("cold", 0.2))]
    near, far = (
        sambe.System([(0.5, sambe.sigmaz())], {1: [(5e-7, sambe.sigmap())]}, w, baths) for w in (0.999, 0.7)
    )
    assert warned(near)[2]
    assert not warned(far)[2]


@pytest.mark.parametrize("detuning", [0.05, 0.1, 0.3])
def test_far_from_resonance_nothing_is_said(detuning: float) -> None:
    currents, _, seen = warned(weakly_driven(1e-6, detuning))
    assert not seen
    truth = sambe.steady_state(weakly_driven(1e-6, detuning)).energy_current.values
    np.testing.assert_allclose(currents, truth, rtol=1.2e-2)  # (0.01 / 2 detuning)^2


def test_the_estimate_is_the_first_order_of_the_difference() -> None:
    """Lorentz line: full / truth - 1 = (rate / 2 detuning)^2, of which the estimate sees all while small."""
    for detuning in (0.05, 0.1):
        system = weakly_driven(1e-6, detuning)
        found = solve_batch(Sweep(system).part(np.arange(1)), prepare(system, secular="full"))
        effect = Changes.of(make_redfield(found.jumps), found.populations).effects()
        assert effect.max() == pytest.approx((0.01 / (2 * detuning)) ** 2, rel=0.15)


@pytest.mark.slow
def test_random_systems_are_warned_of_where_the_answer_is_wrong() -> None:
    """No current of the full secular answer is off by a tenth of itself without a warning, and few warnings
    come where it is right to a thousandth."""
    r = np.random.default_rng(1)
    missed = false = wrong = 0
    for _ in range(80):
        n = int(r.integers(2, 5))
        h = np.diag(2.0 * np.sort(r.random(n)))
        x, y = (m + m.T for m in r.normal(size=(2, n, n)))
        drive, strength = 10.0 ** r.uniform(-6, -1), 10.0 ** r.uniform(-4, -1.5)
        w = max(0.05, (h[1, 1] - h[0, 0]) * (1.0 + r.choice([0.0, 1e-3, 1e-2, 0.1, 0.3])))
        j = sambe.Ohmic(strength, cutoff=10.0)
        baths = [sambe.Bath("a", x, j, r.uniform(0.1, 2.0)), sambe.Bath("b", y, j, r.uniform(0.05, 1.0))]
        up = sambe.transition(n, 1, 0)
        system = sambe.System(h, {1: [(drive, up)]}, w, baths)
        currents, _, seen = warned(system)
        truth = sambe.energy_currents(system, secular="none")  # what else it leaves out is not asked here
        floor = np.full(truth.shape, 1e-2 * np.abs(truth).max())
        floor[-1] = 0.0  # the pump is judged by itself
        error = np.max(np.abs(currents - truth) / np.maximum(np.abs(truth), floor))
        wrong += error > 0.1
        missed += error > 0.1 and not seen
        false += seen and error < 1e-3
    assert wrong > 20
    assert missed == 0
    assert false <= 2
