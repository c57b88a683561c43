"""Noise of particles through dots, against numbers that were derived by two routes each, and limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe import Lead, fermion, transition

D = fermion(0, 1)
N = D.conj().T @ D
ALL = ("full", "partial", "auto", "none", "ule", "clustered")


@pytest.mark.parametrize("secular", ALL)
def test_noise_of_a_level(secular: str) -> None:
    """One energy, so that energy is noisy as particles are; Var sigma/I^2 is above 2."""
    leads = [
        Lead("l", D, tunnelling=0.01, temperature=1.0),
        Lead("r", D, tunnelling=0.004, temperature=0.4, chemical_potential=0.3),
    ]
    found = sambe.counting_statistics(sambe.System([(1.0, N)], baths=leads), secular=secular)
    noise = 0.0009468317054
    assert_allclose(found.particle_noise[:2, :2], [[noise, -noise], [-noise, noise]], rtol=1e-9)
    assert_allclose(found.energy_noise[:2, :2], found.particle_noise[:2, :2], rtol=1e-9)
    assert not found.particle_noise.sel(terminal="pump").any()
    assert_allclose(found.particle_cumulant.sel(cumulant=1), found.particle_current, rtol=1e-9, atol=1e-18)
    ratio = noise * 0.00025905905 / 0.0003454120667**2
    assert_allclose(found.particle_uncertainty_ratio[:2], ratio, rtol=1e-8)
    assert_allclose(found.spohn_entropy_production, found.entropy_production, rtol=1e-8)


def test_shot_noise_of_a_level() -> None:
    """T = 0 and a large bias: F = (GL^2 + GR^2)/(GL + GR)^2."""
    leads = [
        Lead("l", D, tunnelling=0.01, temperature=0.0, chemical_potential=9.0),
        Lead("r", D, tunnelling=0.004, temperature=0.0, chemical_potential=-9.0),
    ]
    found = sambe.counting_statistics(sambe.System([(1.0, N)], baths=leads), cumulants=3)
    assert_allclose(found.particle_fano[:2], 0.5918367347, rtol=1e-9)
    # third cumulant of the same: 1 - 6ab(1 - 2ab)... of a + b = 1 (de Jong, Phys. Rev. B 54, 8144, 1996)
    a, b = 10 / 14, 4 / 14
    third = 1.0 - 6.0 * a * b + 12.0 * a**2 * b**2
    current = found.particle_current[0]
    assert_allclose(found.particle_cumulant.sel(cumulant=3)[0], third * current, rtol=1e-9)


@pytest.mark.parametrize("secular", ["partial", "auto", "none"])
def test_noise_of_a_pumped_double_dot(secular: str) -> None:
    """In blockade, with the coherence between the dots (full counting of three levels, derived)."""
    leads = [
        Lead(n, transition(3, 0, k), tunnelling=0.01, temperature=0.01, chemical_potential=0.5)
        for n, k in (("l", 1), ("r", 2))
    ]
    drive = {1: [(0.004, transition(3, 2, 1))]}
    system = sambe.System(np.diag([0.0, 0.0, 1.0]), drive=drive, omega=1.0, baths=leads)
    found = sambe.counting_statistics(system, secular=secular)
    assert_allclose(found.particle_noise[0, 0], 0.0004544788531, rtol=1e-8)
    assert_allclose(found.particle_fano[:2], 0.2073559767, rtol=1e-8)
    assert_allclose(found.particle_noise.sum("other"), 0.0, atol=1e-12)


def test_slow_gates_average_the_noise() -> None:
    """Far below the rates the noise is the mean over the period of that of levels that stand still, and the
    complete equation conserves particles."""
    system: dict[str, Any] = {
        "baths": [
            Lead("l", D, tunnelling=0.02, temperature=0.1, chemical_potential=0.2),
            Lead("r", D, tunnelling=0.01, temperature=0.1),
        ]
    }
    slow = sambe.System([(0.3, N)], drive={1: [(0.02, N)]}, omega=0.0008, **system)
    found = sambe.counting_statistics(slow)
    levels = sambe.axis("e", 0.3 + 0.04 * np.cos(2.0 * np.pi * np.arange(16) / 16))
    still = sambe.counting_statistics(sambe.System([(levels, N)], **system))
    assert found.cross_terms_kept
    assert_allclose(found.particle_noise[0, 0], still.particle_noise.mean("e")[0, 0], rtol=1e-3)
    assert_allclose(found.particle_noise.sum("other"), 0.0, atol=1e-9)
    assert_allclose(found.particle_cumulant.sel(cumulant=1), found.particle_current, rtol=1e-7, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "partial", "ule", "clustered", "none"])
def test_fields_of_particles(secular: str) -> None:
    """Each jump of a lead has its reverse: lambda(1/T - x, -mu/T - n) = lambda(x, n); and its second
    derivative is the noise. Interacting spins, exact for populations and for these separate levels."""
    spins = [fermion(0, 2), fermion(1, 2)]
    up, down = (d.conj().T @ d for d in spins)
    leads = [
        Lead("l", spins, tunnelling=0.01, temperature=0.5, chemical_potential=0.3),
        Lead("r", spins, tunnelling=0.004, temperature=0.8, chemical_potential=-0.2),
    ]
    system = sambe.System([(0.2, up), (0.5, down), (1.0, up @ down)], baths=leads)

    def at(fields: dict[str, Any]) -> float:
        return float(sambe.generating_function(system, fields, secular=secular))

    fields = {"l": 0.3, "r": -0.2, "particle l": 0.4, "particle r": 0.1}
    other = {"l": 2.0 - 0.3, "r": 1.25 + 0.2, "particle l": -0.6 - 0.4, "particle r": 0.25 - 0.1}
    assert_allclose(at(fields), at(other), rtol=1e-9)
    step = 1e-3
    second = (at({"particle l": step}) + at({"particle l": -step})) / step**2
    noise = sambe.counting_statistics(system, secular=secular).particle_noise[0, 0]
    assert_allclose(second, noise, rtol=1e-5)
    moved = {name: x + 0.7 if name.startswith("particle") else x for name, x in fields.items()}
    assert_allclose(at(moved), at(fields), rtol=1e-9)  # particles are conserved


@pytest.mark.slow
def test_fields_of_particles_in_the_complete_equation() -> None:
    leads = [
        Lead(n, D, tunnelling=0.02, temperature=0.1, chemical_potential=m)
        for n, m in (("l", 0.2), ("r", 0.0))
    ]
    system = sambe.System([(0.3, N)], drive={1: [(0.1, N)]}, omega=0.3, baths=leads)

    def at(x: float) -> float:
        return float(sambe.generating_function(system, {"particle l": x}, secular="none"))

    found = sambe.counting_statistics(system, secular="none")
    assert_allclose((at(0.01) - at(-0.01)) / 0.02, found.particle_current[0], rtol=1e-3)
    assert_allclose((at(0.01) + at(-0.01)) / 1e-4, found.particle_noise[0, 0], rtol=1e-3)
    with pytest.raises(sambe.InputError, match="particle l"):
        sambe.generating_function(system, {"particle x": 0.1})
