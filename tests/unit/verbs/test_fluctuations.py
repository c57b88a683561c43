"""The verbs: sweeps, stores, chunks, refusals; that the numbers are right is tested in tests/reference."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import InputError, SecularWarning

OMEGA = sambe.axis("omega", np.linspace(0.6, 1.4, 9))


def swept(**numbers: Any) -> sambe.System:
    return models.spin_boson(**{"drive": 0.1, "omega": OMEGA, **numbers})


@pytest.fixture(scope="module")
def data() -> Any:
    return sambe.counting_statistics(swept(), 3)


def test_a_result_holds_the_steady_state_and_its_statistics(data: Any) -> None:
    flow = sambe.steady_state(swept())
    for name in flow:
        np.testing.assert_array_equal(data[name], flow[name])
    assert data.energy_noise.dims == ("omega", "terminal", "other")
    assert data.energy_cumulant.dims == ("omega", "cumulant", "terminal")
    assert data.cumulant.values.tolist() == [1, 2, 3]
    assert data.energy_cumulant.attrs["units"] == "energy^(cumulant + 1)"
    np.testing.assert_allclose(
        data.energy_cumulant.sel(cumulant=1, drop=True), data.energy_current, rtol=1e-12
    )
    one = sambe.counting_statistics(models.spin_boson(drive=0.1, omega=1.4), 3)
    np.testing.assert_allclose(one.energy_noise, data.energy_noise[-1], rtol=1e-10)


@pytest.mark.slow
def test_stores_resume_and_chunks_give_the_same(data: Any, tmp_path: Path) -> None:
    store = tmp_path / "noise.zarr"
    counts: list[int] = []
    kept = sambe.counting_statistics(swept(), 3, store=store, progress=lambda done, _: counts.append(done))
    assert counts[-1] == 9
    again = sambe.counting_statistics(swept(), 3, store=store, resume=True)
    lazy = swept(omega=OMEGA.chunk(5))
    chunks = sambe.counting_statistics(lazy, 3)
    for other in (kept, again, chunks):
        for name in data:
            np.testing.assert_allclose(other[name], data[name], rtol=1e-12, atol=1e-18, err_msg=name)
    with pytest.raises(sambe.StoreError, match="cumulants"):
        sambe.counting_statistics(swept(), 4, store=store, resume=True)
    with pytest.raises(sambe.StoreError):
        sambe.steady_state(swept(), store=store, resume=True)


def test_a_bad_point_is_not_a_number_and_takes_no_other_with_it() -> None:
    found = sambe.counting_statistics(swept(omega=sambe.axis("omega", [0.8, np.nan, 1.0])))
    assert found.status.values.tolist() == [0, 1, 0]
    assert np.isnan(found.energy_noise[1]).all()
    assert np.isfinite(found.energy_noise[[0, 2]]).all()
    value = sambe.generating_function(
        swept(omega=1.0), {"pump": sambe.axis("x", [0.1, np.inf])}, secular="full"
    )
    assert np.isfinite(value.values).tolist() == [True, False]


def test_numbers_scale_with_the_unit_of_energy() -> None:
    unit = 2.0**40

    def scaled(u: float) -> sambe.System:
        baths = [sambe.Bath(name, sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0 * u), t * u)
                 for name, t in (("left", 1.2), ("right", 0.4))]  # fmt: skip
        return models.spin_boson(splitting=u, drive=0.1 * u, omega=0.9 * u, baths=baths)

    small, large = (sambe.counting_statistics(scaled(u), 3) for u in (1.0, unit))
    np.testing.assert_allclose(large.energy_noise, small.energy_noise * unit**3, rtol=1e-9)
    np.testing.assert_allclose(large.energy_cumulant[2], small.energy_cumulant[2] * unit**4, rtol=1e-9)
    np.testing.assert_allclose(large.activity, small.activity * unit, rtol=1e-9)
    np.testing.assert_allclose(large.pump_quanta, small.pump_quanta * unit, rtol=1e-9)
    values = [sambe.generating_function(scaled(u), {"left": 0.3 / u}).item() / u for u in (1.0, unit)]
    assert values[0] == pytest.approx(values[1], rel=1e-9)


def test_fields_broadcast_with_the_numbers_of_the_system() -> None:
    hot = sambe.axis("temperature", [0.9, 1.2])
    baths = [sambe.Bath("left", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), hot),
             sambe.Bath("right", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 0.4)]  # fmt: skip
    qubit = models.spin_boson(drive=0.1, omega=0.9, baths=baths)
    x = sambe.axis("x", [-0.2, 0.3])
    one = sambe.generating_function(qubit, {"left": x, "right": 0.5, "pump": 0.1}, secular="full")
    other = sambe.generating_function(
        qubit, {"left": 1 / hot - x, "right": 1 / 0.4 - 0.5, "pump": -0.1}, secular="full"
    )
    assert set(one.dims) == {"temperature", "x"}
    np.testing.assert_allclose(one, other.transpose(*one.dims), rtol=1e-10)
    turned = sambe.generating_function(qubit, {"pump": 1j * x}, secular="full")
    assert np.iscomplexobj(turned)
    assert turned.attrs["units"] == "energy"


@pytest.mark.parametrize("cumulants", [0, -1, 1.5, True, "2", None, 21])
def test_a_number_of_cumulants_that_is_none_is_refused(cumulants: Any) -> None:
    with pytest.raises(InputError, match=r"cumulants = .*whole number"):
        sambe.counting_statistics(swept(), cumulants)


def test_what_is_not_defined_is_refused_with_the_reason() -> None:
    qubit = models.spin_boson(omega=0.9)
    with pytest.raises(InputError, match="knows no jumps that could be counted"):
        sambe.counting_statistics(qubit, equation="heom")
    with pytest.raises(InputError, match="take 'cpu'"):
        sambe.generating_function(qubit, {"left": 0.1}, device="jax")
    with pytest.raises(InputError, match="terminals are left, right, pump"):
        sambe.generating_function(qubit, {"middle": 0.1})
    with pytest.raises(InputError, match="mapping"):
        sambe.generating_function(qubit, [0.1])
    for wrong in ("much", None, np.nan, True):
        with pytest.raises(InputError, match=r"fields\['left'\]"):
            sambe.generating_function(qubit, {"left": wrong})
    with pytest.raises(InputError, match="label"):
        sambe.generating_function(qubit, {"left": np.array([0.1, 0.2])})
    with pytest.raises(InputError, match="up to 28 levels"):
        sambe.generating_function(models.kerr_resonator(levels=30, omega=0.9), {"left": 0.1})
    with pytest.raises(InputError, match="activity"):
        sambe.counting_statistics(models.spin_boson(omega=sambe.axis("activity", [0.8, 0.9])))
    with pytest.raises(TypeError, match="cumulant"):
        sambe.counting_statistics(qubit, cumulant=3)


def test_what_cannot_be_trusted_is_warned_of() -> None:
    resonant = models.spin_boson(drive=1e-4, omega=1.0)
    with pytest.warns(SecularWarning, match="full secular") as told:
        sambe.counting_statistics(resonant, secular="full")
    assert told[0].filename == __file__
    with pytest.warns(SecularWarning, match="full secular"):
        sambe.generating_function(resonant, {"pump": 0.1}, secular="full")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sambe.counting_statistics(resonant)


@pytest.mark.parametrize("part", ["rotating_wave", "state"])
def test_baths_whose_rates_do_not_say_all_are_refused(part: str) -> None:
    bath = (
        sambe.Bath("b", sambe.sigmam(), sambe.Flat(0.01), 0.3, rotating_wave=True)
        if part == "rotating_wave"
        else sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Squeezed(0.5, 0.3, 0.0, "drive"))
    )
    system = sambe.models.spin_boson(omega=1.0, baths=[bath])
    with pytest.raises(sambe.InputError) as refused:
        sambe.counting_statistics(system)
    assert refused.value.field == f"bath 'b'.{part}"


def test_of_several_stationary_states_one_is_counted() -> None:
    """Two spins that only their sum couples: three of their states are a spin one."""
    jp, jz = sambe.spin_jp(0.5), sambe.spin_jz(0.5)
    up, z = (np.kron(j, np.eye(2)) + np.kron(np.eye(2), j) for j in (jp, jz))

    def collective(up: Any, z: Any) -> sambe.System:
        baths = [
            sambe.Bath("hot", up + up.T, sambe.Ohmic(0.002, 10.0), temperature=1.2),
            sambe.Bath("cold", up + up.T, sambe.Ohmic(0.004, 10.0), temperature=0.4),
        ]
        return sambe.System([(1.0, z)], {1: [(0.2, up)]}, 0.8, baths)

    pair, alone = collective(up, z), sambe.counting_statistics(collective(sambe.spin_jp(1), sambe.spin_jz(1)))
    square = 0.5 * (up @ up.T + up.T @ up) + z @ z
    for choice in ({"initial": 0}, {"sector": [(square, 2.0)]}):
        got = sambe.counting_statistics(pair, **choice)
        np.testing.assert_allclose(got.energy_noise, alone.energy_noise, rtol=1e-7)
    with pytest.raises(InputError, match="initial = 1: it reaches 2 parts"):
        sambe.counting_statistics(pair, initial=1)
    with pytest.raises(InputError, match="not both"):
        sambe.counting_statistics(pair, initial=0, sector=[(square, 2.0)])


@pytest.fixture(scope="module")
def converter() -> sambe.System:
    return models.parametric_converter(coupling=0.02, drive=0.01, levels=(2, 2))


@pytest.mark.slow
def test_each_of_two_tones_is_a_pump_of_its_own(converter: sambe.System, tmp_path: Path) -> None:
    found = sambe.counting_statistics(converter, 3, store=tmp_path / "noise.zarr")
    assert found.pump_quanta.dims == ("cumulant", "pump")
    assert found.fano.dims == ("pump",)
    assert found.pump.values.tolist() == ["pump 1", "pump 2"]
    assert np.isfinite(found.fano).all()
    quanta = found.energy_cumulant[:, -2:] / np.asarray(converter.omega) ** np.array([[1], [2], [3]])
    np.testing.assert_allclose(found.pump_quanta, quanta)
    np.testing.assert_allclose(found.energy_cumulant[0], found.energy_current, rtol=1e-9)
    # the derivative of the generating function in the field of one pump
    h = 1e-3
    both = [sambe.generating_function(converter, {"pump 2": x}).item() for x in (h, -h)]
    assert (both[0] - both[1]) / (2 * h) == pytest.approx(float(found.energy_current[-1]), rel=1e-5)
    assert sum(both) / h**2 == pytest.approx(float(found.energy_noise[-1, -1]), rel=1e-4)


def test_tones_that_fold_have_one_field(converter: sambe.System) -> None:
    system = converter.replace(omega=(1.2, 0.6))
    with pytest.raises(InputError, match="commensurate"):
        sambe.generating_function(system, {"pump 1": 0.1})
    one = sambe.generating_function(system, {"pump 1": 0.1, "pump 2": 0.1}).item()
    bare = sambe.generating_function(system, dict.fromkeys(system.terminals[:-2], -0.1)).item()
    assert one == pytest.approx(bare, rel=1e-3)  # energy is conserved, to the order of the coupling
