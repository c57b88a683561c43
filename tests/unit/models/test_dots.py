"""Dots between leads: limits whose answers are known."""

from __future__ import annotations

from math import exp, factorial
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe import InputError, Lead, models

G = 0.004


def leads(mu: float = 0.0, t: float = 0.1, **more: Any) -> list[Lead]:
    """Left at mu, right at -mu."""
    return [
        Lead(name, tunnelling=G, temperature=t, chemical_potential=sign * mu, **more)
        for name, sign in (("left", 1.0), ("right", -1.0))
    ]


def test_a_shaken_level_is_one_of_tien_and_gordon() -> None:
    """Sum over q of J_q(A/w)^2 times the current of a level at e - q w."""
    from scipy.special import jv

    e, amplitude, w, mu = 0.3, 0.7, 0.9, 0.4
    flow = sambe.steady_state(
        models.quantum_dot(e, drive=amplitude, omega=w, baths=leads(mu)), secular="full"
    )
    q = np.arange(-30, 31)
    left, right = (1.0 / (1.0 + np.exp((e - q * w - m) / 0.1)) for m in (mu, -mu))
    assert_allclose(
        flow.particle_current[0], 0.5 * G * (jv(q, amplitude / w) ** 2 * (left - right)).sum(), rtol=1e-9
    )


@pytest.mark.slow
def test_one_quantum_carries_a_particle_between_two_dots() -> None:
    """On resonance the lower dot fills the higher one; turned round, the gate is as good."""
    shaken: dict[str, Any] = {
        "hopping": 0.01,
        "interaction": 5.0,
        "drive": 0.3,
        "omega": 0.6,
        "baths": leads(t=0.03),
    }
    up, down = (sambe.steady_state(models.double_dot(e, **shaken)) for e in ((-0.3, 0.3), (0.3, -0.3)))
    off = sambe.steady_state(models.double_dot((-0.3, 0.3), **{**shaken, "omega": 0.47}))
    assert up.particle_current[0] > 1e-4
    assert_allclose(up.particle_current[0], -down.particle_current[0], rtol=1e-6)
    assert abs(off.particle_current[0]) < 0.1 * up.particle_current[0]
    assert_allclose(up.energy_current.sel(terminal="pump"), 0.6 * up.particle_current[0], rtol=0.1)


def test_two_spins_without_repulsion_are_two_dots() -> None:
    one = sambe.steady_state(models.quantum_dot(0.2, baths=leads(0.3)))
    both = sambe.steady_state(models.anderson_dot(0.2, interaction=0.0, baths=leads(0.3)))
    for name in ("particle_current", "energy_current", "electrical_power", "entropy_production"):
        assert_allclose(both[name], 2.0 * one[name], rtol=1e-8, atol=1e-15)
    split = sambe.steady_state(models.anderson_dot(0.2, interaction=0.0, field=0.3, baths=leads(0.3)))
    apart = [sambe.steady_state(models.quantum_dot(0.2 + b, baths=leads(0.3))) for b in (0.15, -0.15)]
    assert_allclose(split.particle_current, sum(x.particle_current for x in apart), rtol=1e-8, atol=1e-15)


def test_blockade_leaves_two_thirds_of_the_current() -> None:
    """At T -> 0 with the left lead above e and U out of reach: G_l 2 G_r/(2 G_l + G_r) (derived)."""
    flow = sambe.steady_state(models.anderson_dot(0.0, interaction=50.0, baths=leads(1.0, t=0.01)))
    assert_allclose(flow.particle_current[0], 2.0 * G * G / (3.0 * G), rtol=1e-9)


def test_a_cooled_vibration_lets_steps_of_franck_and_condon_pass() -> None:
    """Phonons that cool at once and T -> 0: a particle enters with m quanta by exp(-g) g^m / m!, as far as
    the bias pays for them, and leaves likewise, so that the current is G s/2 with the sum s of these."""
    g, levels = 0.5, 16
    phonons = sambe.Bath("phonons", spectrum=sambe.Ohmic(0.01, cutoff=10.0), temperature=0.02)
    for bias, most in ((0.5, 0), (1.5, 1), (2.5, 2)):
        some = [
            Lead(n, tunnelling=1e-6, temperature=0.02, chemical_potential=s * bias)
            for n, s in (("left", 1), ("right", -1))
        ]
        molecule = models.molecular_junction(g, 1.0, g**0.5, levels, baths=[*some, phonons])
        flow = sambe.steady_state(molecule, secular="full")
        share = exp(-g) * sum(g**m / factorial(m) for m in range(most + 1))
        assert_allclose(flow.particle_current[0], 0.5e-6 * share, rtol=2e-3)
        assert flow.energy_current.sel(terminal="phonons") <= 1e-12


def test_places_are_for_leads() -> None:
    bath = sambe.Bath("b", spectrum=sambe.Flat(0.01), temperature=0.1)
    for make in (models.quantum_dot, models.double_dot, models.anderson_dot, models.molecular_junction):
        with pytest.raises(InputError, match="2 places"):
            make(baths=leads()[:1])
    with pytest.raises(InputError, match=r"bath 'b'.coupling"):
        models.quantum_dot(baths=[*leads(), bath])
    third = Lead("third", tunnelling=G, temperature=0.1)
    assert models.quantum_dot(baths=[*leads(), third]).terminals[2] == "third"
    with pytest.raises(InputError, match=r"lead 'third'.coupling"):
        models.double_dot(baths=[*leads(), third])
