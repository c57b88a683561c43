"""Parts of the exact reference: expansions of baths, the hierarchy, and what is refused."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.bath import absorption_rate
from sambe.description.spectral_density import SpectralDensity
from sambe.physics.heom import heom_currents
from sambe.physics.heom.expansion import Expansion, expand, refine
from sambe.physics.heom.exponential_fit import poles
from sambe.physics.heom.hierarchy import hierarchy, hierarchy_size
from sambe.physics.heom.jump_lines import Lines

JUMPS = np.array([-1.8, -1.0, -0.8, -0.2, 0.2, 0.8, 1.0, 1.8])


def lines(spectrum: SpectralDensity, temperature: float) -> Lines:
    rates = absorption_rate(spectrum, temperature, JUMPS)
    return Lines(JUMPS, np.ones(len(JUMPS)), rates, 1.8)


def expansion(spectrum: SpectralDensity, temperature: float, tolerance: float = 1e-4) -> Expansion:
    bath = sambe.Bath("b", sambe.sigmax(), spectrum, temperature)
    return expand(bath, lines(spectrum, temperature), tolerance, 12)


def qubit(spectrum: SpectralDensity, **changes: Any) -> sambe.System:
    baths = [
        sambe.Bath("hot", spectrum=spectrum, temperature=1.0),
        sambe.Bath("cold", spectrum=spectrum, temperature=0.5),
    ]
    return sambe.models.spin_boson(**{"drive": 0.5, "omega": 0.8, "baths": baths, **changes})


TABLE = np.linspace(0.1, 15.0, 150)


@pytest.mark.parametrize(
    ("spectrum", "temperature", "most"),
    [
        (sambe.DrudeLorentz(0.005, cutoff=2.0), 0.5, 4),
        (sambe.DrudeLorentz(0.005, cutoff=2.0), 0.0, 8),
        (sambe.Underdamped(0.1, width=0.3, frequency=1.0), 0.5, 5),
        (sambe.Underdamped(0.1, width=0.3, frequency=1.0), 0.0, 6),
        (sambe.Underdamped(1.0, width=3.0, frequency=1.0), 0.5, 7),  # overdamped: no closed form
        (sambe.Ohmic(0.002, cutoff=10.0), 0.4, 7),
        (sambe.Ohmic(0.02, cutoff=3.0, exponent=3.0), 0.5, 9),
        (sambe.Custom(lambda w: 0.01 * w * np.exp(-((w / 4) ** 2))), 1.0, 7),
        (sambe.Tabulated(TABLE, 0.01 * TABLE * np.exp(-TABLE / 2)), 1.0, 8),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, SpectralDensity) else None,
)
def test_few_exponentials_reproduce_the_rates(
    spectrum: SpectralDensity, temperature: float, most: int
) -> None:
    found = expansion(spectrum, temperature)
    exact = absorption_rate(spectrum, temperature, JUMPS)
    rates = found.environment.power_spectrum(-JUMPS)
    assert found.number <= most
    np.testing.assert_allclose(rates, exact, rtol=0, atol=1.01e-4 * exact.max())
    better = refine(found, lines(spectrum, temperature))
    assert better is not None
    assert better.number > found.number


def test_correlation_of_a_fit_decays_and_is_conjugate_symmetric() -> None:
    environment = expansion(sambe.Ohmic(0.02, cutoff=3.0, exponent=3.0), 0.5).environment
    exponents = [complex(x.exponent) for x in environment.exponents]
    assert min(v.real for v in exponents) > 0
    assert sum(exponents).imag == pytest.approx(0.0, abs=1e-12)


def test_strength_shares_one_fit() -> None:
    expansion(sambe.Ohmic(0.002, cutoff=7.0), 0.6)
    before = poles.cache_info().misses
    expansion(sambe.Ohmic(0.03, cutoff=7.0), 0.6)
    assert poles.cache_info().misses == before


def test_pade_survives_a_resonance_with_a_matsubara_frequency() -> None:
    found = expansion(sambe.DrudeLorentz(0.005, cutoff=2.0), 1.0 / np.pi)
    assert found.error <= 1e-4


def test_own_exponents_of_a_qutip_environment_are_taken_as_they_are() -> None:
    from qutip.core.environment import DrudeLorentzEnvironment

    environment = DrudeLorentzEnvironment(1.0, 0.005, 2.0).approximate("pade", Nk=4)
    spectrum = sambe.Bath("b", sambe.sigmax(), environment).spectrum
    found = expansion(spectrum, 1.0)
    assert found.number == len(environment.exponents)
    assert found.error < 1e-9
    assert refine(found, lines(spectrum, 1.0)) is None


def test_hierarchy_is_ordered_by_level() -> None:
    found = expansion(sambe.DrudeLorentz(0.005, cutoff=2.0), 1.0)
    k = found.number
    h = hierarchy([(found, sambe.sigmax()), (found, sambe.sigmaz())], 3)
    sizes = [hierarchy_size(2 * k, depth) for depth in range(4)]
    assert h.starts == (0, *sizes)
    assert h.operators == sizes[-1]
    own = [x.exponent for x in found.environment.exponents]
    np.testing.assert_allclose(h.decay[list(h.first)], own * 2)
    assert abs(h.links.diagonal()).max() < 1e-14


@pytest.mark.parametrize(
    ("spectrum", "reason"),
    [
        (sambe.Flat(0.002), "give it a cutoff"),
        (sambe.Ohmic(0.002, cutoff=5.0, exponent=0.5), "diverges at zero energy"),
        (sambe.Custom(lambda w: 0.01 / w), "diverges at zero energy"),
    ],
)
def test_spectra_without_an_expansion_are_refused(spectrum: SpectralDensity, reason: str) -> None:
    with pytest.raises(sambe.InputError, match=reason) as caught:
        heom_currents(qubit(spectrum))
    assert caught.value.field == "bath 'hot'.spectrum"


def test_hard_edges_are_refused_though_their_rates_could_be_matched() -> None:
    with pytest.raises(sambe.ConvergenceError, match=r"bath 'hot'.*Window.*equation='floquet'"):
        heom_currents(qubit(sambe.Window(0.01, low=0.5, high=1.5)), max_exponents=6)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"max_unknowns": 1000}, "auxiliary operators x .* harmonics"),
        ({"max_depth": 3}, "depth at its limit.*raise max_depth"),
        ({"max_exponents": 2}, "at most 2 exponentials"),
    ],
)
def test_limits_say_the_way_out(limit: dict[str, Any], reason: str) -> None:
    with pytest.raises(sambe.ConvergenceError, match=reason):
        heom_currents(qubit(sambe.DrudeLorentz(0.2, cutoff=2.0)), tolerance=1e-3, **limit)


def test_bad_input_is_refused() -> None:
    drude = sambe.DrudeLorentz(0.005, cutoff=2.0)
    with pytest.raises(sambe.InputError, match=r"omega.*one point"):
        heom_currents(qubit(drude, omega=sambe.axis("omega", [0.8, 0.9])))
    with pytest.raises(sambe.InputError, match="between 0 and 1"):
        heom_currents(qubit(drude), tolerance=0.0)
    with pytest.raises(sambe.InputError, match="no bath exchanges energy"):
        heom_currents(qubit(sambe.DrudeLorentz(0.0, cutoff=2.0)))


def test_state_that_is_not_unique_is_refused() -> None:
    baths = [
        sambe.Bath("off", sambe.sigmax(), sambe.DrudeLorentz(0.0, cutoff=2.0), 1.0),
        sambe.Bath("dephasing", sambe.sigmaz(), sambe.DrudeLorentz(0.01, cutoff=2.0), 1.0),
    ]
    with pytest.raises(sambe.ConvergenceError, match="not unique"):
        heom_currents(sambe.System([(0.5, sambe.sigmaz())], baths=baths))


def test_result_is_complete_and_picklable() -> None:
    result = heom_currents(qubit(sambe.DrudeLorentz(0.005, cutoff=2.0)))
    assert result.terminals == ("hot", "cold", "pump")
    assert set(result.movement) == {"depth", "exponents", "harmonics"}
    assert 0 < result.error < 4e-4
    assert max(result.expansion_error) <= 1e-4
    assert np.trace(result.state) == pytest.approx(1.0)
    assert len(result.state_harmonics) == 2 * result.harmonics + 1
    np.testing.assert_array_equal(result.state, result.state.conj().T)
    again = pickle.loads(pickle.dumps(result))
    np.testing.assert_array_equal(again.currents, result.currents)


def test_import_does_not_load_qutip() -> None:
    code = "import sys, sambe.physics.heom; sys.exit('qutip' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
