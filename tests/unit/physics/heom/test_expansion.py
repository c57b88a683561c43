"""Expansions of baths in exponentials: few of them, and the rates reproduced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import absorption_rate
from sambe.description.spectral_density import SpectralDensity
from sambe.physics.heom.expansion import Expansion, expand, refine
from sambe.physics.heom.jump_lines import Lines

Expand = Callable[..., Expansion]
Look = Callable[..., Lines]

JUMPS = np.array([-1.8, -1.0, -0.8, -0.2, 0.2, 0.8, 1.0, 1.8])  # as the fixture's lines
# Exponents with which two baths still make a hierarchy of some thousand matrices. How many a fit takes, 4 to
# 9 here, is up to the fitting library; that the rates come out is not.
FEW = 12
TABLE = np.linspace(0.1, 15.0, 150)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spectrum", "temperature"),
    [
        (sambe.DrudeLorentz(0.005, cutoff=2.0), 0.5),
        (sambe.DrudeLorentz(0.005, cutoff=2.0), 0.0),
        (sambe.Underdamped(0.1, width=0.3, frequency=1.0), 0.5),
        (sambe.Underdamped(0.1, width=0.3, frequency=1.0), 0.0),
        (sambe.Underdamped(1.0, width=3.0, frequency=1.0), 0.5),  # overdamped: no closed form
        (sambe.Ohmic(0.002, cutoff=10.0), 0.4),
        (sambe.Ohmic(0.02, cutoff=3.0, exponent=3.0), 0.5),
        (sambe.Custom(lambda w: 0.01 * w * np.exp(-((w / 4) ** 2))), 1.0),
        (sambe.Tabulated(TABLE, 0.01 * TABLE * np.exp(-TABLE / 2)), 1.0),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, SpectralDensity) else None,
)
def test_few_exponentials_reproduce_the_rates(
    spectrum: SpectralDensity, temperature: float, expansion: Expand, lines: Look
) -> None:
    found = expansion(spectrum, temperature)
    exact = absorption_rate(spectrum, temperature, JUMPS)
    rates = found.environment.power_spectrum(-JUMPS)
    assert found.number <= FEW
    np.testing.assert_allclose(rates, exact, rtol=0, atol=1.01e-4 * exact.max())
    better = refine(found, lines(spectrum, temperature))
    assert better is not None
    assert better.number > found.number


@pytest.mark.slow
def test_pade_survives_a_resonance_with_a_matsubara_frequency(expansion: Expand) -> None:
    found = expansion(sambe.DrudeLorentz(0.005, cutoff=2.0), 1.0 / np.pi)
    assert found.error <= 1e-4


def test_own_exponents_of_a_qutip_environment_are_taken_as_they_are(expansion: Expand, lines: Look) -> None:
    from qutip.core.environment import DrudeLorentzEnvironment

    environment = DrudeLorentzEnvironment(1.0, 0.005, 2.0).approximate("pade", Nk=4)
    spectrum = sambe.Bath("b", sambe.sigmax(), environment).spectrum
    found = expansion(spectrum, 1.0)
    assert found.number == len(environment.exponents)
    assert found.error < 1e-9
    assert refine(found, lines(spectrum, 1.0)) is None


def test_a_band_of_a_lead_by_its_pole_and_those_of_the_fermi_function() -> None:
    d, band = sambe.fermion(0, 1), sambe.Lorentzian(0.2, 2.0, 0.1)
    lead = sambe.Lead("l", d, tunnelling=band, temperature=0.3, chemical_potential=0.2)
    energy, change = np.array([-1.0, 0.5, 1.0, -0.5]), np.array([1.0, 1.0, -1.0, -1.0])
    particle = energy * change
    full = 1.0 / (1.0 + np.exp((particle - 0.2) / 0.3))
    rates = band.density(particle) * np.where(change > 0, full, 1.0 - full)
    lines = Lines(energy, np.ones(4), rates, 1.0, change)
    found = expand(lead, lines, 1e-4, 12)
    assert found.error < 1e-4
    assert found.number == 2 * (found.order + 2)  # the pole of the band and order + 1 others, both ways
    inward, outward = (x(particle).real for x in (
        found.environment.power_spectrum_plus, found.environment.power_spectrum_minus))  # fmt: skip
    np.testing.assert_allclose(np.where(change > 0, inward, outward), rates, atol=1e-4 * rates.max())
    # C(0) is the integral of G f over 2 pi, and real: no kink
    total = sum(x.ck for x in found.environment.exponents)
    assert abs(total.imag) < 1e-15
    assert total.real == pytest.approx(0.5 * 0.2 * 2.0)  # both directions together: of G over 2 pi
    longer = refine(found, lines)
    assert longer is not None
    assert longer.error < 0.1 * found.error


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tunnelling": 0.1}, "tunnelling.*a band that ends.*Lorentzian"),
        ({"tunnelling": lambda e: 0.1 / (1.0 + e * e)}, "tunnelling.*a band that ends"),
        ({"temperature": 0.0}, r"lead 'l'.temperature.*T = 0"),
    ],
)
def test_leads_without_an_expansion(changes: dict[str, Any], said: str) -> None:
    numbers = {"tunnelling": sambe.Lorentzian(0.2, 2.0), "temperature": 0.3, **changes}
    lead = sambe.Lead("l", sambe.fermion(0, 1), **numbers)
    lines = Lines(np.array([0.5]), np.ones(1), np.full(1, 0.1), 0.5, np.ones(1))
    with pytest.raises(sambe.InputError, match=said):
        expand(lead, lines, 1e-3, 12)
