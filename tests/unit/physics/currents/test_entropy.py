"""Entropy that reservoirs carry and what they cost, against sums over levels written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import sambe
from sambe.description.reservoirs.occupations import Inverted, Occupied
from sambe.errors import InputError
from sambe.physics.accounts import account_fields
from sambe.physics.currents.entropy import ambient_temperature, entropy_flows
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def test_flows_against_a_sum_over_jumps() -> None:
    """Three levels, two reservoirs out of equilibrium: sum of ln[a(-W)/a(W)] over net jumps."""
    rng = np.random.default_rng(5)
    h, s = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    h, s = h + h.T, s + s.T
    baths = [sambe.Bath("a", s, OHMIC, state=Inverted(0.7)), sambe.Bath("b", s, OHMIC, state=Occupied(0.4))]
    found = sambe.steady_state(sambe.System(h, baths=baths), secular="full", ambient=0.3)
    e, v = np.linalg.eigh(h)
    weight, p = np.abs(v.T @ s @ v) ** 2, found.population.values
    for name, bath in zip("ab", baths, strict=True):
        energy = flow = 0.0
        for i in range(3):
            for j in range(3):
                if i != j:
                    up, down = (float(x) for x in bath.rates(np.asarray(e[i] - e[j])))
                    rate = up * weight[i, j] * p[j]
                    energy += (e[i] - e[j]) * rate
                    flow += np.log(down / up) * rate
        assert_allclose(found.energy_current.sel(terminal=name), energy, rtol=1e-10)
        assert_allclose(found.effective_temperature.sel(terminal=name), energy / flow, rtol=1e-9)
        assert_allclose(found.preparation_cost.sel(terminal=name), energy - 0.3 * flow, rtol=1e-9)


def test_a_reservoir_without_quanta_takes_entropy_without_bound() -> None:
    """As a bath at T = 0 does: nothing ever comes back."""
    empty = sambe.Bath("empty", spectrum=OHMIC, state=Occupied(0.0))
    zero = sambe.Bath("empty", spectrum=OHMIC, temperature=0.0)
    hot = sambe.Bath("hot", spectrum=OHMIC, temperature=1.0)
    for bath in (empty, zero):
        found = sambe.steady_state(sambe.models.spin_boson(drive=0.0, omega=1.0, baths=[bath, hot]))
        assert found.entropy_production == np.inf


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(seed=st.integers(0, 10**6))
def test_no_entropy_production_is_negative(seed: int) -> None:
    """The second law for rates of the full secular equation, each jump with its reverse; and the first."""
    rng = np.random.default_rng(seed)
    h, *s = (x + x.conj().T for x in rng.normal(size=(5, 3, 3)) + 1j * rng.normal(size=(5, 3, 3)))

    def number(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, 125)

    baths = [
        sambe.Bath("occupied", s[0], OHMIC, state=Occupied(number(0.01, 5.0))),
        sambe.Bath("inverted", s[1], OHMIC, state=Inverted(number(0.02, 0.98))),
        sambe.Bath("noise", s[2], power=number(0.0, 1e-2)),
        sambe.Bath("thermal", s[3], OHMIC, number(0.1, 2.0)),
    ]
    drive = {1: [(number(0.0, 1.0), sambe.transition(3, 1, 0))]}
    static = [(1.0, np.diag(np.diag(h).real)), (number(0.0, 1.0), sambe.projector(3, 2))]
    system = sambe.System(static, drive=drive, omega=number(0.3, 2.0), baths=baths)
    method = prepare(system, secular="full")
    found = solve_batch(system, method)
    scale = np.abs(found.currents).max(axis=-1)
    assert (np.abs(found.currents.sum(axis=-1)) < 1e-12 * scale).all()
    assert (account_fields(system, method, found)["entropy_production"] > -1e-12 * scale).all()


def test_ambient_temperature() -> None:
    hot, cold = (sambe.Bath(name, spectrum=OHMIC, temperature=np.array(t)) for name, t in
                 (("hot", [1.0, 0.2]), ("cold", [0.4, 0.4])))  # fmt: skip
    gain = sambe.Bath("gain", spectrum=OHMIC, state=Inverted(0.7))
    currents = np.zeros((2, 4))
    baths = [hot, gain, cold]
    assert_allclose(ambient_temperature(currents, baths, None), [0.4, 0.2])
    assert_allclose(ambient_temperature(currents, baths, "hot"), [1.0, 0.2])
    assert_allclose(ambient_temperature(currents, baths, 0.7), [0.7, 0.7])
    assert np.isnan(ambient_temperature(currents, [gain], None)).all()
    flows = entropy_flows(currents + 1.0, baths, None, None)
    assert_allclose(flows[0], [1.0, 5.0])
    assert np.isnan(flows[1]).all()  # nothing is known without jumps


@pytest.mark.parametrize("ambient", [-1.0, "gain", "nobody", np.nan])
def test_a_bad_ambient_is_named(ambient: object) -> None:
    gain = sambe.Bath("gain", spectrum=OHMIC, state=Inverted(0.7))
    cold = sambe.Bath("cold", spectrum=OHMIC, temperature=0.4)
    with pytest.raises(InputError, match="ambient = "):
        sambe.steady_state(sambe.models.spin_boson(omega=0.8, baths=[gain, cold]), ambient=ambient)


def test_entropy_of_a_slow_drive_is_that_of_rates_that_follow_it() -> None:
    """The complete equation mixes quanta, and each jump of an inverted bath still brings ln[(1 - p)/p]. Rates
    at the splitting of the moment, stepped through some periods by exponentials, say how many there are."""
    share, t_cold, omega, steps = 0.7, 0.4, 0.003, 2000
    gain = sambe.Bath("gain", spectrum=OHMIC, state=Inverted(share))
    cold = sambe.Bath("cold", spectrum=OHMIC, temperature=t_cold)
    slow = sambe.models.modulated_qubit(omega=omega, baths=[gain, cold])
    found = sambe.steady_state(slow, secular="none")
    splitting = 1.0 + 0.2 * np.cos(2.0 * np.pi * (np.arange(steps) + 0.5) / steps)
    (up, down), (up_cold, down_cold) = gain.rates(splitting), cold.rates(splitting)
    excited, course = 0.5, np.zeros(steps)
    total, target = up + down + up_cold + down_cold, (up + up_cold) / (up + down + up_cold + down_cold)
    decay = np.exp(-total * 2.0 * np.pi / (omega * steps))
    for k in [*range(steps)] * 4:
        before, excited = excited, target[k] + (excited - target[k]) * decay[k]
        course[k] = 0.5 * (before + excited)
    carried = np.log((1.0 - share) / share) * np.mean(up - (up + down) * course)
    heat = np.mean(splitting * (up_cold - (up_cold + down_cold) * course))
    assert_allclose(found.entropy_production, -carried - heat / t_cold, rtol=1e-3)
    assert_allclose(
        found.effective_temperature, [found.energy_current[0] / carried, t_cold, np.nan], rtol=1e-3
    )
