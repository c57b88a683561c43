"""Expansions of baths in exponentials: few of them, and the rates reproduced."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import absorption_rate
from sambe.description.spectral_density import SpectralDensity
from sambe.physics.heom.expansion import Expansion, refine
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
