"""Laws of thermodynamics for random driven systems between random baths."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sambe

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")

LAW = settings(max_examples=60, deadline=None, derandomize=True)
FEW = settings(max_examples=20, deadline=None, derandomize=True)


def flow(system: sambe.System, **options: Any) -> Any:
    return sambe.steady_state(system, **options)


def check_first_and_second_law(system: sambe.System, equation: str, scale: float) -> None:
    found = flow(system, equation=equation, secular="full")
    currents = found.energy_current.values
    assert found.status.item() == 0
    assert found.population.values.min() >= -1e-14
    assert found.population.values.sum() == pytest.approx(1.0, abs=1e-12)
    assert abs(currents.sum()) < 1e-10 * scale
    assert found.first_law_residual.item() == pytest.approx(currents.sum(), abs=1e-14 * scale)
    temperatures = np.array([bath.temperature for bath in system.baths])
    heat = currents[:-1]
    cold = temperatures == 0
    assert (heat[cold] < 1e-12 * scale).all()  # nothing leaves a bath at T = 0
    if not cold.any():
        entropy = -np.sum(heat / temperatures)
        assert found.entropy_production.item() == pytest.approx(entropy, rel=1e-9, abs=1e-13 * scale)
        assert entropy > -1e-10 * scale
    elif heat[cold].min() < -1e-9 * scale:
        assert found.entropy_production.item() == np.inf


@pytest.mark.slow
@LAW
@given(data=st.data())
def test_first_and_second_law_in_a_frame(systems: Any, data: Any) -> None:
    system = data.draw(systems.framed)
    check_first_and_second_law(system, "driven_dressed", systems.gross(system))


@pytest.mark.slow
@LAW
@given(data=st.data())
def test_first_and_second_law_without_a_frame(systems: Any, data: Any) -> None:
    system = data.draw(systems.unframed)
    check_first_and_second_law(system, "floquet", systems.gross(system))


@pytest.mark.slow
@LAW
@given(data=st.data())
def test_the_two_equations_are_one_in_a_frame(systems: Any, data: Any) -> None:
    system = data.draw(systems.framed)
    for secular in ("full", "partial"):
        dressed, floquet = (
            sambe.energy_currents(system, equation=e, secular=secular) for e in ("driven_dressed", "floquet")
        )
        allowed = 1e-7 * np.abs(dressed).max() + 1e-10 * systems.rate(system)
        np.testing.assert_allclose(floquet, dressed, rtol=0, atol=allowed)


@pytest.mark.slow
@FEW
@given(data=st.data(), temperature=st.floats(0.1, 5.0))
def test_equilibrium_at_one_temperature_without_a_drive(systems: Any, data: Any, temperature: float) -> None:
    system = data.draw(systems.undriven(temperature))
    scale = systems.gross(system)
    found = flow(system, secular="full")
    assert np.abs(found.energy_current.values).max() < 1e-10 * scale
    assert abs(found.entropy_production.item()) < 1e-10 * scale / temperature
    energy = found.energy.values
    gibbs = np.exp(-(energy - energy.min()) / temperature)
    np.testing.assert_allclose(found.population.values, gibbs / gibbs.sum(), rtol=1e-9, atol=1e-12)


@pytest.mark.slow
@FEW
@given(data=st.data())
def test_no_drive_no_pump(systems: Any, data: Any) -> None:
    system = data.draw(systems.undriven())
    for secular in ("full", "partial"):
        assert sambe.energy_currents(system, secular=secular)[-1] == 0.0


@pytest.mark.slow
@FEW
@given(data=st.data())
def test_heat_runs_from_hot_to_cold_without_a_drive(systems: Any, data: Any) -> None:
    # Clausius for two baths: with any third one removed the hotter gives
    system = data.draw(systems.undriven())
    if len(system.baths) < 2:
        return
    pair = system.replace(baths=system.baths[:2])
    first, second, _ = sambe.energy_currents(pair, secular="full")
    scale = systems.gross(pair)
    hotter = np.sign(pair.baths[0].temperature - pair.baths[1].temperature)
    assert hotter * first > -1e-10 * scale
    assert hotter * second < 1e-10 * scale


@pytest.mark.slow
@FEW
@given(data=st.data())
def test_channels_add_up_to_terminals(systems: Any, data: Any) -> None:
    system = data.draw(systems.framed)
    for secular in ("full", "partial"):
        channels = sambe.channels(system, secular=secular)
        currents = sambe.energy_currents(system, secular=secular)
        scale = systems.gross(system, secular)
        for k, bath in enumerate(system.baths):
            mine = channels.energy_current.values[channels.bath.values == bath.name]
            assert mine.sum() == pytest.approx(currents[k], abs=1e-10 * scale)
        assert channels.pump_current.values.sum() == pytest.approx(currents[-1], abs=1e-10 * scale)
        energy = channels.energy_current.values - channels.rate.values * channels.channel_energy.values
        assert np.abs(energy).max(initial=0.0) < 1e-14 * scale


@pytest.mark.slow
@FEW
@given(data=st.data())
def test_a_channel_and_its_reverse_obey_detailed_balance(systems: Any, data: Any) -> None:
    # rate(i -> j, -q) / rate(j -> i, q) = exp(W/T) p_i / p_j with the populations divided out
    system = data.draw(systems.framed)
    channels = sambe.channels(system, secular="full")
    population = flow(system, secular="full", equation="driven_dressed").population.values
    temperature = {bath.name: bath.temperature for bath in system.baths}
    labels = (channels[name].values.tolist() for name in ("bath", "from", "to", "quanta"))
    rates = channels.rate.values / np.maximum(population[channels["from"].values], 1e-300)
    numbers = zip(rates.tolist(), channels.channel_energy.values.tolist(), strict=True)
    rows = dict(zip(zip(*labels, strict=True), numbers, strict=True))
    for (bath, start, to, q), (rate, energy) in rows.items():
        t = temperature[bath]
        reverse = rows.get((bath, to, start, -q), (0.0, -energy))
        assert reverse[1] == pytest.approx(-energy, abs=1e-12)
        if energy > 0 and t > 0 and energy / t < 30 and rate > 1e-12:
            assert reverse[0] / rate == pytest.approx(np.exp(energy / t), rel=1e-8)
        if energy > 1e-9 and t == 0:
            assert rate == 0.0
