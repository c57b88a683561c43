"""Measures of an answer against a qubit worked out by hand, and against what they are called."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.preparation import prepare
from sambe.trust.measures import answer_fields, current_fields, reference_fields

GAP, STRENGTH, HOT, COLD = 1.0, 0.002, 1.2, 0.4
J = STRENGTH * np.exp(-0.1)
N_HOT, N_COLD = (1.0 / np.expm1(GAP / t) for t in (HOT, COLD))
EXCITED = (N_HOT + N_COLD) / (2.0 + 2.0 * (N_HOT + N_COLD))


def undriven() -> sambe.System:
    return models.spin_boson(splitting=np.array([GAP]), drive=0.0, omega=0.8)


def reference(system: sambe.System, **options: object) -> dict[str, np.ndarray]:
    return reference_fields(system, prepare(system, **options))


def test_a_qubit_between_two_baths_by_hand() -> None:
    found = reference(undriven(), secular="full")
    up, down = J * (N_HOT + N_COLD), J * (2.0 + N_HOT + N_COLD)
    assert found["relaxation_rate"][0] == pytest.approx((1.0 - EXCITED) * up + EXCITED * down, rel=1e-10)
    # each bath gives as much by absorption as it takes by emission, the larger of their mean sums
    flows = [0.5 * GAP * J * ((1.0 - EXCITED) * n + EXCITED * (1.0 + n)) for n in (N_HOT, N_COLD)]
    assert found["one_way_flow"][0] == pytest.approx(max(flows), rel=1e-10)
    assert found["carnot_factor"][0] == pytest.approx(1.0 - COLD / HOT)
    assert found["temperature_ratio"][0] == pytest.approx(found["relaxation_rate"][0] / COLD)
    assert found["scale"][0] == pytest.approx(np.abs(found["energy_current"]).max())
    assert found["degenerate_block"].tolist() == [1]


def test_the_markov_ratio_is_the_slope_of_the_baths_where_the_system_looks() -> None:
    # memory exp(-g t) of a Drude bath: between rate/g of white noise and rate/T of a cold one
    narrow, wide = (
        reference(models.spin_boson(splitting=np.array([GAP]), drive=0.0, omega=0.8, baths=[
            sambe.Bath("b", spectrum=sambe.DrudeLorentz(0.01, cutoff=g), temperature=2.0)]))
        for g in (0.3, 30.0)
    )  # fmt: skip
    for fields in (narrow, wide):
        product = fields["bath_correlation_rate"] * fields["markov_ratio"]
        np.testing.assert_allclose(product, fields["relaxation_rate"], rtol=1e-12)
    assert wide["bath_correlation_rate"] > 3.0 * narrow["bath_correlation_rate"]


def test_currents_alone_are_those_of_the_full_set() -> None:
    system = models.two_qubits(omega=np.array([0.7, 1.0]))
    method = prepare(system)
    few, many = current_fields(system, method), answer_fields(system, method)
    for name in few:
        np.testing.assert_array_equal(few[name], many[name])
    np.testing.assert_allclose(few["energy_current"], sambe.energy_currents(system), rtol=1e-10, atol=1e-16)


def test_laws_of_an_answer_in_numbers() -> None:
    system = undriven()
    found = answer_fields(system, prepare(system, secular="full"))
    hot, cold, _ = found["energy_current"][0]
    assert hot == pytest.approx(GAP * J * (N_HOT * (1 - EXCITED) - (1 + N_HOT) * EXCITED), rel=1e-10)
    assert found["entropy_production"][0] == pytest.approx(-hot / HOT - cold / COLD, rel=1e-10)
    assert found["entropy_scale"][0] == pytest.approx(abs(hot) / HOT + abs(cold) / COLD, rel=1e-10)
    assert found["smallest_eigenvalue"][0] == pytest.approx(EXCITED, rel=1e-10)
    # energies +-1/2: the mean less the middle, over half the spread
    assert found["energy_above_middle"][0] == pytest.approx(2.0 * EXCITED - 1.0, rel=1e-10)


def test_levels_closer_than_their_rates_form_a_block() -> None:
    levels = np.diag([0.0, 1.0, 1.0 + 1e-6, 2.5])
    s = np.ones((4, 4))
    bath = sambe.Bath("b", s, sambe.Ohmic(0.01, cutoff=10.0), np.array([0.6]))
    system = sambe.System([(np.ones(1), levels)], baths=[bath])
    assert reference(system)["degenerate_block"].tolist() == [2]


def test_a_ladder_tells_its_top_level() -> None:
    found = reference(models.oscillator(np.array([1.0]), drive=0.0, omega=0.8, levels=4), secular="full")
    # populations of a truncated ladder with the mean ratio up/down
    ratio = (N_HOT + N_COLD) / (2.0 + N_HOT + N_COLD)
    wanted = ratio**3 / (1 + ratio + ratio**2 + ratio**3)
    assert found["top_population"][0] == pytest.approx(wanted, rel=1e-9)


def test_a_level_between_leads_by_hand() -> None:
    """Flows of T + epsilon for each particle, the bias over bias and T, and currents that T I bounds."""
    level, t, rates, mu = 0.5, 0.3, (0.02, 0.01), (0.2, -0.2)
    d = sambe.fermion(0, 1)
    leads = [
        sambe.Lead(name, d, tunnelling=g, temperature=t, chemical_potential=m)
        for name, g, m in zip(("l", "r"), rates, mu, strict=True)
    ]
    found = reference(sambe.System([(np.array([level]), d.conj().T @ d)], baths=leads), secular="full")
    filled = [1.0 / (1.0 + np.exp((level - m) / t)) for m in mu]
    n = sum(g * f for g, f in zip(rates, filled, strict=True)) / sum(rates)
    in_and_out = [g * (f * (1.0 - n) + (1.0 - f) * n) for g, f in zip(rates, filled, strict=True)]
    assert found["one_way_flow"][0] == pytest.approx(0.5 * (level + t) * max(in_and_out), rel=1e-9)
    assert found["carnot_factor"][0] == pytest.approx(0.4 / 0.7)
    current = rates[0] * (filled[0] - n)
    assert found["scale"][0] == pytest.approx(max(level, t) * current, rel=1e-9)
    # 2 |dGamma/dW| of both, of which the imaginary part is that of the digamma function
    y = 0.5 + 1j * (level - np.array(mu)) / (2.0 * np.pi * t)
    slope = np.abs(polygamma_one(y)) / (2.0 * np.pi) ** 2 / t
    assert found["markov_ratio"][0] == pytest.approx(2.0 * np.sum(np.array(rates) * slope), rel=1e-5)


def polygamma_one(y: np.ndarray) -> np.ndarray:
    """psi'(y), by its series and the integral of its rest."""
    k = np.arange(20000)[:, None]
    return np.asarray((1.0 / (y + k) ** 2).sum(axis=0) + 1.0 / (y + 19999.5))
