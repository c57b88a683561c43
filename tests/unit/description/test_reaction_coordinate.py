"""The reaction coordinate: the mapping of Hamiltonian and baths, by its formula and by its identities."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.description.reaction_coordinate import Friction

MODE = sambe.Underdamped(strength=0.3, width=0.05, frequency=1.1)
BATHS = [sambe.Bath("hot", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0),
         sambe.Bath("cold", spectrum=MODE, temperature=0.5)]  # fmt: skip
QUBIT = sambe.models.spin_boson(drive=0.2, omega=0.8, baths=BATHS)


def test_the_mode_is_coupled_as_the_formula_says() -> None:
    wider = sambe.reaction_coordinate(QUBIT, "cold", levels=5)
    a = sambe.destroy(5)
    one, here = np.eye(5), np.eye(2)
    strength = 0.3 / np.sqrt(2 * 1.1)
    wanted = np.kron(QUBIT.harmonics()[0], one) + 1.1 * np.kron(here, a.T @ a)
    wanted = wanted + strength * np.kron(sambe.sigmax(), a + a.T)
    np.testing.assert_allclose(wider.harmonics()[0], wanted, atol=1e-14)
    np.testing.assert_allclose(wider.harmonics()[1], np.kron(QUBIT.harmonics()[1], one), atol=1e-15)
    hot, cold = wider.baths
    np.testing.assert_allclose(hot.operators[0], np.kron(sambe.sigmax(), one))
    np.testing.assert_allclose(cold.operators[0], np.kron(here, a + a.T))
    assert (cold.name, cold.temperature) == ("cold", 0.5)
    assert isinstance(cold.spectrum, Friction)
    assert float(cold.spectrum(np.array(0.7))) == pytest.approx(0.05 * 0.7 / 1.1)
    counter = sambe.reaction_coordinate(QUBIT, "cold", levels=5, counter=True).harmonics()[0] - wanted
    np.testing.assert_allclose(counter, strength**2 / 1.1 * np.eye(10), atol=1e-14)


def test_the_mode_seen_through_its_friction_is_the_old_spectrum() -> None:
    # J(w) = lambda^2 S(w) of a classical oscillator damped by kappa w: 2 w0 coupling through |chi|^2 J_res
    w = np.array([0.2, 0.9, 1.1, 1.3, 2.5])
    residual = sambe.reaction_coordinate(QUBIT, "cold", levels=3).baths[1].spectrum
    response = 1.0 / ((1.1**2 - w**2) ** 2 + (0.05 * w) ** 2)
    seen = (0.3 / np.sqrt(2 * 1.1)) ** 2 * (2 * 1.1) ** 2 * response * residual(w)
    np.testing.assert_allclose(seen, MODE(w), rtol=1e-12)


def test_a_mode_is_found_in_samples_of_its_density() -> None:
    w = np.linspace(0.02, 8.0, 4000)
    sampled = [BATHS[0], sambe.Bath("cold", spectrum=sambe.Tabulated(w, MODE(w)), temperature=0.5)]
    found, wanted = (
        sambe.reaction_coordinate(sambe.models.spin_boson(drive=0.2, omega=0.8, baths=b), "cold", levels=4)
        for b in (sampled, BATHS)
    )
    np.testing.assert_allclose(found.harmonics()[0], wanted.harmonics()[0], atol=5e-3)


@pytest.mark.parametrize(("options", "told"), [
    ({"bath": "warm"}, "warm"),
    ({"bath": "hot"}, "hot"),  # an Ohmic bath has no mode
    ({"bath": "cold", "levels": 1}, "at least 2"),
])  # fmt: skip
def test_what_has_no_mode_is_refused(options, told: str) -> None:
    with pytest.raises(sambe.InputError, match=told):
        sambe.reaction_coordinate(QUBIT, **options)
