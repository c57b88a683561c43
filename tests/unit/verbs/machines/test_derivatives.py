"""The verb: symmetry, noise, sweeps, stores and refusals; derivatives are tested with the physics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import InputError

T = 0.5


def ohmic(name: str, temperature: Any = T, strength: float = 0.002, coupling: Any = None) -> sambe.Bath:
    return sambe.Bath(name, coupling, sambe.Ohmic(strength, cutoff=10.0), temperature)


def test_without_a_drive_nothing_answers_to_it() -> None:
    baths = [ohmic("left", coupling=sambe.sigmax()), ohmic("right", 0.3, coupling=sambe.sigmax())]
    found = sambe.response(sambe.System([(0.5, sambe.sigmaz())], baths=baths))
    assert (found.drive_response == 0.0).all()


def chain(drive: float = 0.0) -> sambe.System:
    """Two unequal qubits between three baths."""
    baths = [ohmic("left"), ohmic("right", strength=0.005), ohmic("middle", strength=0.003,
             coupling=sambe.lift(sambe.sigmax(), 0, [2, 2]))]  # fmt: skip
    return models.two_qubits(splittings=(1.0, 1.3), coupling=0.2, drive=drive, omega=0.8, baths=baths)


@pytest.mark.parametrize("secular", ["full", "partial", "ule", "clustered"])
def test_onsager_symmetry_without_a_drive(secular: str) -> None:
    found = sambe.response(chain(), secular=secular)
    g = found.conductance.sel(terminal=found.other.values).values
    # to the order of the coupling where coherences are kept, exactly else
    tolerance = 1e-6 * np.abs(g).max()
    np.testing.assert_allclose(g, g.T, atol=tolerance)
    assert (np.diag(g) > 0).all()
    assert found.conductance.dims == ("terminal", "other")
    assert found.other.values.tolist() == ["left", "right", "middle"]


def test_conductance_is_half_the_noise_over_the_temperature_squared() -> None:
    noise = sambe.counting_statistics(chain(), secular="full").energy_noise.values[:3, :3]
    g = sambe.response(chain(), secular="full").conductance.values[:3]
    np.testing.assert_allclose(g, noise / (2.0 * T**2), rtol=1e-9, atol=1e-12)


def test_a_weak_drive_answers_by_its_own_noise_alone() -> None:
    # Brandner and Seifert (2016): near equilibrium the power is of the second order in the drive, with the
    # coefficient of the noise (for quanta of size w by w coth(w/2T) where a classical force has 2T), and none
    # joins drive and heat where couplings are not modulated
    w = 0.7

    def asked(drive: float) -> tuple[Any, Any]:
        baths = [ohmic("left"), ohmic("right", strength=0.004)]
        qubit = models.spin_boson(drive=drive, omega=w, baths=baths)
        return sambe.response(qubit, secular="full"), sambe.counting_statistics(qubit, secular="full")

    found, counted = asked(1e-3)
    pump = found.drive_response.sel(terminal="pump")
    np.testing.assert_allclose(pump, 2 * found.energy_current.sel(terminal="pump"), rtol=1e-4)
    noise = counted.energy_noise.sel(terminal="pump", other="pump")
    np.testing.assert_allclose(noise, 0.5 * w / np.tanh(0.5 * w / T) * pump, rtol=1e-4)
    stronger, _ = asked(2e-3)
    cross = [abs(x.conductance.sel(terminal="pump").values).max() for x in (found, stronger)]
    assert cross[1] / cross[0] > 3.9  # of the second order at the least


@pytest.mark.slow
def test_sweeps_stores_and_chunks(tmp_path: Path) -> None:
    omega = sambe.axis("omega", np.linspace(0.7, 1.1, 4))
    data = sambe.response(models.spin_boson(drive=0.1, omega=omega))
    assert data.conductance.dims == ("omega", "terminal", "other")
    one = sambe.response(models.spin_boson(drive=0.1, omega=1.1))
    np.testing.assert_allclose(data.conductance[-1], one.conductance, rtol=1e-9)
    kept = sambe.response(models.spin_boson(drive=0.1, omega=omega), store=tmp_path / "r.zarr")
    lazy = sambe.response(models.spin_boson(drive=0.1, omega=omega.chunk(2)))
    for other in (kept, lazy):
        np.testing.assert_allclose(other.drive_response, data.drive_response, rtol=1e-12)


def test_units_scale_with_the_energies() -> None:
    found, tiny = (
        sambe.response(models.spin_boson(
            splitting=s, drive=0.1 * s, omega=0.8 * s,
            baths=[sambe.Bath(n, None, sambe.Ohmic(0.002, cutoff=10.0 * s), t * s) for n, t in (
                ("left", 1.2), ("right", 0.4))]))
        for s in (1.0, 1e-24)
    )  # fmt: skip
    np.testing.assert_allclose(tiny.conductance, found.conductance * 1e-24, rtol=1e-6)
    np.testing.assert_allclose(tiny.drive_response, found.drive_response * 1e-48, rtol=1e-6)


def test_what_has_no_derivative_is_refused_or_not_a_number() -> None:
    with pytest.raises(InputError, match="shift moves levels"):
        sambe.response(chain(), lamb_shift="auto")
    with pytest.raises(InputError, match="no bath has a temperature"):
        sambe.response(sambe.System([(0.5, sambe.sigmaz())], baths=[
            sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Inverted(0.7))]))  # fmt: skip
    squeezed = sambe.Bath("s", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Squeezed(0.5, 0.3, centre=1.0))
    with pytest.raises(InputError, match="squeezed"):
        sambe.response(
            sambe.System([(0.5, sambe.sigmaz())], baths=[ohmic("b", coupling=sambe.sigmax()), squeezed])
        )
    with pytest.raises(TypeError, match="heom"):
        sambe.response(chain(), heom={"tolerance": 1e-3})
    with pytest.raises(InputError, match="no jumps"):
        sambe.response(chain(), equation="heom")
    turning = sambe.Bath("t", sambe.sigmam(), sambe.Flat(0.01), 0.5, rotating_wave=True)
    found = sambe.response(models.spin_boson(drive=0.1, omega=1.0, baths=[turning]), secular="partial")
    assert np.isnan(found.drive_response).all()
    assert np.isfinite(found.conductance).all()
