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


LEADS = {"left": (0.3, 0.2), "right": (0.3, 0.2)}  # temperatures and chemical potentials


def dots(**leads: tuple[float, float]) -> sambe.System:
    """Two dots with a tunnelling between them and an interaction, a lead each."""
    one, two = sambe.fermion(0, 2), sambe.fermion(1, 2)
    n1, n2 = one.conj().T @ one, two.conj().T @ two
    (tl, ml), (tr, mr) = ({**LEADS, **leads}[name] for name in ("left", "right"))
    return sambe.System(
        [(0.5, n1), (0.7, n2), (0.4, n1 @ n2), (0.05, one.conj().T @ two + two.conj().T @ one)],
        baths=[sambe.Lead("left", one, tunnelling=0.01, temperature=tl, chemical_potential=ml),
               sambe.Lead("right", two, tunnelling=0.004, temperature=tr, chemical_potential=mr)],
    )  # fmt: skip


@pytest.mark.parametrize("secular", ["full", "partial", "ule", "clustered"])
def test_thermoelectric_answers_against_differences(secular: str) -> None:
    found, h = sambe.response(dots(), secular=secular), 1e-5
    assert found.thermoelectric.dims == ("flow", "terminal", "force", "other")
    for force, at in (("temperature", (h, 0.0)), ("potential", (0.0, h))):
        ends = [
            sambe.steady_state(dots(left=(0.3 + s * at[0], 0.2 + s * at[1])), secular=secular)
            for s in (1, -1)
        ]
        for flow in ("energy", "particle"):
            if (secular, flow) == ("ule", "particle"):
                continue
            name = f"{flow}_current"
            wanted = (ends[0][name] - ends[1][name]).values / (2 * h)
            got = found.thermoelectric.sel(flow=flow, force=force, other="left").values
            np.testing.assert_allclose(got, wanted, atol=1e-7 * np.abs(wanted).max())
    energy = found.thermoelectric.sel(flow="energy", force="temperature")
    np.testing.assert_array_equal(found.conductance, energy)


@pytest.mark.parametrize(("secular", "tolerance"), [("full", 1e-9), ("clustered", 1e-9), ("partial", 1e-4)])
def test_onsager_symmetry_of_leads(secular: str, tolerance: float) -> None:
    found = sambe.response(dots(), secular=secular).thermoelectric.sel(terminal=["left", "right"]).values
    t, mu = LEADS["left"]
    energy, particle = found
    heat = energy - mu * particle
    # fluxes Q and I under dT/T and dmu, so that T dI_v/dT_u = dQ_u/dmu_v
    matrix = np.block([[t * heat[:, 0], heat[:, 1]], [t * particle[:, 0], particle[:, 1]]])
    np.testing.assert_allclose(matrix, matrix.T, atol=tolerance * np.abs(matrix).max())
    assert (np.linalg.eigvalsh(0.5 * (matrix + matrix.T)) > -tolerance * np.abs(matrix).max()).all()


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


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_each_of_two_tones_answers(secular: str) -> None:
    def converter(temperature: Any = 0.6, scale: Any = 1.0) -> sambe.System:
        baths = [ohmic("signal", temperature), ohmic("idler", 0.3)]
        return models.parametric_converter(
            coupling=0.02 * scale, drive=0.01 * scale, levels=(2, 2), omega=(1.0, 2**-0.5), baths=baths
        )

    found, h = sambe.response(converter(), secular=secular), 1e-4
    both = sambe.axis("x", [-h, h])

    def slope(system: sambe.System) -> Any:
        return sambe.steady_state(system, secular=secular).energy_current.diff("x")[0] / (2 * h)

    size = float(abs(found.conductance).max())
    by_heat, by_drive = slope(converter(temperature=0.6 + both)), slope(converter(scale=1.0 + both))
    assert found.terminal.values.tolist() == ["signal", "idler", "pump 1", "pump 2"]
    np.testing.assert_allclose(found.conductance[:, 0], by_heat, atol=1e-6 * size)
    np.testing.assert_allclose(found.drive_response, by_drive, atol=1e-6 * size)
    with pytest.raises(InputError, match="commensurate"):
        sambe.response(converter().replace(omega=(1.0, 0.5)), secular=secular)
