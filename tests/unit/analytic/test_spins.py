"""Closed forms of spins against the engine, and in their limits by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.analytic import spins

SPECTRUM = sambe.Ohmic(0.002, cutoff=10.0)
BATHS = [sambe.Bath(n, spectrum=SPECTRUM, temperature=t) for n, t in (("left", 1.2), ("right", 0.4))]
OMEGA = np.array([0.3, 0.8, 1.2])


@pytest.mark.parametrize("s", [0.5, 1.0, 2.5])
def test_a_spin_in_a_circular_field_is_what_the_engine_says(s: float) -> None:
    wanted = sambe.energy_currents(models.spin(s, drive=0.1, omega=OMEGA, baths=BATHS), secular="full")
    found = spins.spin_currents(s, 1.0, 0.1, OMEGA, BATHS)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-11 * np.abs(wanted).max())


def test_spin_one_half_is_the_spin_boson_model() -> None:
    pair = (f(*args) for f, args in ((spins.spin_boson_currents, (1.0, 0.1, OMEGA, BATHS)),
                                     (spins.spin_currents, (0.5, 1.0, 0.1, OMEGA, BATHS))))  # fmt: skip
    np.testing.assert_allclose(next(pair), next(pair), rtol=1e-13)
    # the open reference numbers, to all their digits
    left, right, pump = spins.spin_boson_currents(1.0, 0.1, 0.8, BATHS)
    wanted = [2.38586015092e-4, -3.69347408114e-4, 1.30761393e-4]
    np.testing.assert_allclose([left, right, pump], wanted, rtol=1e-8)


def test_without_a_drive_it_is_the_golden_rule() -> None:
    hot, cold = (1.0 / np.expm1(1.0 / t) for t in (1.2, 0.4))
    j = 0.002 * np.exp(-0.1)
    wanted = j * (hot - cold) / (2.0 * (1.0 + hot + cold))
    found = spins.spin_boson_currents(1.0, 0.0, 0.8, BATHS)
    np.testing.assert_allclose(found, [wanted, -wanted, 0.0], rtol=1e-12, atol=1e-18)


def test_channels_add_up_and_populations_are_normalised() -> None:
    channels = spins.spin_channels(1.5, 1.0, 0.4, OMEGA, BATHS)
    currents = spins.spin_currents(1.5, 1.0, 0.4, OMEGA, BATHS)
    np.testing.assert_allclose(channels.currents, currents, rtol=1e-13)
    p = spins.spin_boson_populations(1.0, 0.4, OMEGA, BATHS)
    np.testing.assert_allclose(p.sum(axis=-1), 1.0)
    engine = sambe.steady_state(
        models.spin_boson(drive=0.4, omega=sambe.axis("w", OMEGA), baths=BATHS), secular="full"
    )
    np.testing.assert_allclose(np.sort(p), np.sort(engine.population.values), rtol=1e-9)


def test_optical_bloch_on_resonance_is_the_textbook_absorption() -> None:
    # one bath, g = J(1)(1 + 2n), W = A^2/g: pump power = w W J/(g + 2 W)
    bath = [sambe.Bath("b", spectrum=SPECTRUM, temperature=0.4)]
    j = 0.002 * np.exp(-0.1)
    g = j * (1.0 + 2.0 / np.expm1(1.0 / 0.4))
    for drive in (1e-5, 1e-3):
        w = drive**2 / g
        pump = spins.optical_bloch_currents(1.0, drive, 1.0, bath)[-1]
        assert pump == pytest.approx(w * j / (g + 2 * w), rel=1e-3)


def test_a_modulated_splitting_against_propagation() -> None:
    system = models.modulated_qubit(1.0, 0.8, 0.41, baths=BATHS)
    wanted = sambe.energy_currents(system, secular="full")
    found = spins.modulated_qubit_currents(1.0, 0.8, 0.41, BATHS)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


def test_no_such_spin() -> None:
    with pytest.raises(sambe.InputError, match="multiple of 1/2"):
        spins.spin_currents(0.7, 1.0, 0.1, 0.8, BATHS)
