"""The exact answer as a whole: what it carries, its limits, and what is refused."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.spectral_density import SpectralDensity
from sambe.physics.heom import heom_currents


def qubit(spectrum: SpectralDensity, **changes: Any) -> sambe.System:
    baths = [
        sambe.Bath("hot", spectrum=spectrum, temperature=1.0),
        sambe.Bath("cold", spectrum=spectrum, temperature=0.5),
    ]
    return sambe.models.spin_boson(**{"drive": 0.5, "omega": 0.8, "baths": baths, **changes})


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


@pytest.mark.slow
def test_hard_edges_are_refused_though_their_rates_could_be_matched() -> None:
    with pytest.raises(sambe.ConvergenceError, match=r"bath 'hot'.*Window.*equation='floquet'"):
        heom_currents(qubit(sambe.Window(0.01, low=0.5, high=1.5)), max_exponents=6)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_import_does_not_load_qutip() -> None:
    code = "import sys, sambe.physics.heom; sys.exit('qutip' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
