"""The verb: sweeps, stores, chunks, treatments, refusals; numbers are in tests/reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import InputError, SecularWarning
from sambe.physics.preparation import prepare
from sambe.physics.statuses import STATUS
from sambe.verbs.machines.merit import performance_fields

OMEGA = sambe.axis("omega", np.linspace(0.9, 1.3, 5))


def ohmic(name: str, temperature: Any) -> sambe.Bath:
    return sambe.Bath(name, None, sambe.Ohmic(0.002, cutoff=50.0), temperature)


def maser(**numbers: Any) -> sambe.System:
    hot, cold = numbers.pop("hot", 2.5), numbers.pop("cold", 0.8)
    numbers = {"drive": 0.1, "omega": OMEGA, **numbers}
    return models.three_level(
        energies=(0.0, 1.5, 2.5), baths=[ohmic("hot", hot), ohmic("cold", cold)], **numbers
    )


@pytest.fixture(scope="module")
def data() -> Any:
    return sambe.performance(maser())


def names(data: Any) -> Any:
    return np.array(data.mode.attrs["flag_meanings"].split())[data.mode.values]


def test_a_result_holds_the_steady_state_and_the_machine(data: Any) -> None:
    flow = sambe.steady_state(maser())
    for name in set(flow) - {"status"}:
        np.testing.assert_array_equal(data[name], flow[name])
    np.testing.assert_allclose(data.power, -flow.energy_current.sel(terminal="pump"))
    assert data.mode.dims == ("omega",)
    assert data.mode.dtype == np.int8
    assert names(data)[0] == "engine"
    assert "one_temperature" in data.status.attrs["flag_meanings"]
    assert data.power.attrs["units"] == "energy^2"


def test_one_scale_or_another(data: Any) -> None:
    tiny = maser(drive=0.1e-20, omega=OMEGA * 1e-20, hot=2.5e-20, cold=0.8e-20).map_numbers(
        lambda path, x: x * 1e-20 if path.startswith("hamiltonian") or path.endswith("cutoff") else x
    )
    found = sambe.performance(tiny)
    np.testing.assert_array_equal(found.mode, data.mode)
    np.testing.assert_allclose(found.power, data.power * 1e-40, rtol=1e-6)
    np.testing.assert_allclose(found.fraction_of_carnot, data.fraction_of_carnot, rtol=1e-6)


@pytest.mark.slow
def test_stores_and_chunks_give_the_same(data: Any, tmp_path: Path) -> None:
    store = tmp_path / "machine.zarr"
    kept = sambe.performance(maser(), store=store)
    again = sambe.performance(maser(), store=store, resume=True)
    chunks = sambe.performance(maser(omega=OMEGA.chunk(2)))
    for other in (kept, again, chunks):
        for name in data:
            np.testing.assert_allclose(other[name], data[name], rtol=1e-12, atol=1e-18, err_msg=name)
    with pytest.raises(sambe.StoreError):
        sambe.performance(maser(), hot="cold", cold="hot", store=store, resume=True)


@pytest.mark.parametrize("secular", ["full", "partial", "none", "ule", "clustered"])
def test_every_treatment_knows_the_engine(secular: str) -> None:
    found = sambe.performance(maser(omega=1.0), secular=secular)
    assert names(found) == "engine"
    np.testing.assert_allclose(found.efficiency, 0.4, rtol=5e-3)  # 1 - w_c/w_h
    assert 0.5 < found.fraction_of_carnot.item() < 1.0


@pytest.mark.slow
def test_the_exact_hierarchy_knows_the_machine() -> None:
    baths = [
        sambe.Bath(n, None, sambe.DrudeLorentz(0.005, cutoff=2.0), t) for n, t in (("l", 1.0), ("r", 0.5))
    ]
    found = sambe.performance(models.spin_boson(drive=0.5, omega=0.8, baths=baths), equation="heom")
    assert names(found) == "heater"
    np.testing.assert_allclose(
        found.heat_pump_cop, 1.6087 / (1.6087 + 2.4009), rtol=1e-3
    )  # published currents


def test_machines_without_two_temperatures() -> None:
    with pytest.raises(InputError, match="two temperatures"):
        sambe.performance(maser(hot=0.8))
    swept = sambe.performance(maser(omega=1.0, hot=sambe.axis("hot", [0.8, 2.5])))
    assert swept.status.values.tolist() == [STATUS["one_temperature"], 0]
    assert np.isnan(swept.power[0])
    assert names(swept)[0] == "unknown"
    assert names(sambe.performance(maser(hot=0.8, omega=1.0), hot="hot", cold="cold")) != "unknown"
    one = sambe.System([(0.5, sambe.sigmaz())], baths=[
        sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), 1.0)])  # fmt: skip
    with pytest.raises(InputError, match="two temperatures"):
        sambe.performance(one)


def test_unknown_terminals_and_roles_are_refused() -> None:
    with pytest.raises(InputError, match="the baths are hot, cold"):
        sambe.performance(maser(), hot="warm")
    with pytest.raises(InputError, match="another role"):
        sambe.performance(maser(), hot="hot", cold="hot")
    with pytest.raises(InputError, match="NumPy"):
        sambe.performance(maser(), device="gpu")
    with pytest.raises(InputError, match="has this name"):
        sambe.performance(maser(omega=sambe.axis("mode", [1.0, 1.1])))
    noisy = maser().replace(baths=[*maser().baths, sambe.Bath("n", np.diag([0, 1, 1]), power=1e-4)])
    with pytest.raises(InputError, match="noise power works"):
        sambe.performance(noisy, work="n")
    with pytest.raises(InputError, match="which role"):
        performance_fields(maser(), prepare(maser()))
    sambe.performance(maser(omega=1.0), work="pump")  # which always works


def test_noise_power_is_work() -> None:
    sx = sambe.sigmax()
    baths = [
        sambe.Bath("hot", sx, sambe.Flat(0.01), 1.0), sambe.Bath("cold", sx, sambe.Flat(0.01), 0.5),
        sambe.Bath("noise", sx, power=0.02),
    ]  # fmt: skip
    found = sambe.performance(sambe.System([(0.5, sambe.sigmaz())], baths=baths))
    assert names(found) == "heater"
    np.testing.assert_allclose(found.power, -found.energy_current.sel(terminal="noise"))


def test_a_dot_between_leads_turns_heat_into_electrical_work() -> None:
    # one level passes one energy: efficiency (mu_c - mu_h)/(e - mu_h), Carnot's where no current flows
    d, level = sambe.fermion(0, 1), 1.0

    def dot(bias: float) -> Any:
        hot = sambe.Lead("hot", d, tunnelling=0.01, temperature=0.6)
        cold = sambe.Lead("cold", d, tunnelling=0.004, temperature=0.2, chemical_potential=bias)
        return sambe.performance(sambe.System([(level, d.conj().T @ d)], baths=[hot, cold]))

    found = dot(0.4)
    assert names(found) == "engine"
    np.testing.assert_allclose([found.efficiency, found.carnot], [0.4, 2 / 3], rtol=1e-12)
    np.testing.assert_allclose(found.power, found.electrical_power)
    assert names(dot(0.7)) == "refrigerator"  # beyond (1 - T_c/T_h) e the bias drives heat uphill
    assert dot(0.66).fraction_of_carnot.item() > 0.98


def test_a_prepared_reservoir_has_naive_figures_alone() -> None:
    sx = sambe.sigmax()
    baths = [sambe.Bath("gain", sx, sambe.Flat(0.003), state=sambe.Inverted(0.8)),
             sambe.Bath("cold", sx, sambe.Flat(0.002), 0.4)]  # fmt: skip
    qubit = sambe.System(
        [(0.5, sambe.sigmaz())], drive={1: [(0.002, sambe.sigmap())]}, omega=1.0, baths=baths
    )
    with pytest.raises(InputError, match="two temperatures"):
        sambe.performance(qubit)
    found = sambe.performance(qubit, hot="gain")
    assert np.isnan(found.efficiency)
    assert np.isnan(found.fraction_of_carnot)
    np.testing.assert_allclose(found.naive_carnot, 1 + 0.4 / 0.7213475204, rtol=1e-3)  # T_eff = -1/ln 4
    assert found.preparation_cost.sel(terminal="gain") > 0


def test_a_bound_that_an_equation_exceeds_is_told() -> None:
    # Carnot point of the maser: at w_c/w_h = T_c/T_h nothing flows but what is left of the coupling's order
    baths = [ohmic("hot", 2.5), ohmic("cold", 1.5001)]
    near = models.three_level(energies=(0.0, 1.5, 2.5), drive=0.02, omega=1.0, baths=baths)
    with pytest.warns(SecularWarning) if _breaks(near) else _silent():
        found = sambe.performance(near, secular="partial")
    assert not found.fraction_of_carnot > 1.0


def _breaks(system: sambe.System) -> bool:
    flow = sambe.steady_state(system, secular="partial")
    return bool(flow.entropy_production < 0)


def _silent() -> Any:
    from contextlib import nullcontext

    return nullcontext()


@pytest.mark.parametrize("second", [2**-0.5, 0.5])
@pytest.mark.filterwarnings("ignore:the full secular approximation")  # off by 1.03 %
def test_every_tone_works(second: float) -> None:
    # commensurate or not, the work is that of both
    system = models.parametric_converter(
        coupling=0.02,
        drive=0.01,
        levels=(2, 2),
        omega=(1.0, second),
        baths=[ohmic("a", 0.6), ohmic("b", 0.3)],
    )
    found = sambe.performance(system, secular="full")
    flow = sambe.steady_state(system, secular="full")
    assert float(found.power) == pytest.approx(-float(flow.energy_current[2:].sum()), rel=1e-10)
    assert float(found.power) == pytest.approx(float(flow.energy_current[:2].sum()), rel=1e-8)
    np.testing.assert_allclose(found.energy_current, flow.energy_current, rtol=1e-12)
