"""The exact reference as one more equation of a sweep: numbers, failures, options, files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.faces.input.schema import ConfigError
from sambe.faces.tasks.job import parse
from sambe.physics.heom import heom_currents

SX = sambe.sigmax()
LOOSE = {"tolerance": 1e-3}


def qubit(strength: Any = 0.005, **changes: Any) -> sambe.System:
    baths = [
        sambe.Bath(name, SX, sambe.DrudeLorentz(strength, cutoff=2.0), temperature)
        for name, temperature in (("hot", 1.0), ("cold", 0.5))
    ]
    return sambe.models.spin_boson(**{"drive": 0.5, "omega": 0.8, "baths": baths, **changes})


@pytest.mark.slow
def test_a_sweep_is_point_by_point_the_kernel() -> None:
    seen: list[tuple[int, int]] = []
    omega = sambe.axis("omega", [0.8, 1.0])
    flow = sambe.steady_state(
        qubit(omega=omega), equation="heom", heom=LOOSE, progress=lambda *at: seen.append(at)
    )
    for k, w in enumerate(omega.values):
        point = heom_currents(qubit(omega=float(w)), tolerance=1e-3)
        np.testing.assert_allclose(flow.energy_current[k], point.currents, rtol=1e-12)
        np.testing.assert_allclose(flow.population[k], point.state.diagonal().real, rtol=1e-12)
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert (flow.entropy_production > 0).all()
    assert (np.abs(flow.first_law_residual) < 1e-12).all()
    assert (flow.hierarchy_error < 2e-3).all()
    assert flow.limit.values.tolist() == ["depth", "exponents", "harmonics"]
    assert (flow.hierarchy_movement <= 1e-3 / 2).all()  # each stood still to half of the tolerance
    np.testing.assert_allclose(2.0 * flow.hierarchy_movement.sum("limit"), flow.hierarchy_error, rtol=1e-12)
    assert flow.attrs["secular"] == "exact"
    assert flow.attrs["lamb_shift"] == "shift"
    assert flow.energy.isnull().all()
    assert "Tanimura" in sambe.cite(flow)


@pytest.mark.slow
def test_a_point_that_fails_leaves_its_neighbours() -> None:
    strength = sambe.axis("strength", [0.005, -1.0, 3.0])
    flow = sambe.steady_state(qubit(strength), equation="heom", heom={**LOOSE, "max_unknowns": 20_000})
    assert flow.status.values.tolist() == [0, 1, 3]
    assert flow.energy_current.notnull().all("terminal").values.tolist() == [True, False, False]


def test_why_nothing_could_be_solved() -> None:
    with pytest.raises(sambe.ConvergenceError, match="more than 10;"):
        sambe.steady_state(qubit(), equation="heom", heom={"max_unknowns": 10})
    white = qubit(baths=[sambe.Bath("b", SX, sambe.Flat(0.01), 1.0)], omega=sambe.axis("w", [0.8, 1.0]))
    with pytest.raises(sambe.InputError, match="does not fall off"):
        sambe.steady_state(white, equation="heom")
    with pytest.raises(sambe.InputError, match="negative"):
        sambe.steady_state(qubit(sambe.axis("strength", [-1.0])), equation="heom")


@pytest.mark.parametrize("options", [{"depth": 3}, {"max_depth": 0}, {"tolerance": 2.0}])
def test_bad_options_are_named(options: dict[str, float]) -> None:
    with pytest.raises(sambe.InputError, match=f"heom.*{next(iter(options))}"):
        sambe.steady_state(qubit(), equation="heom", heom=options)


def test_it_has_no_channels_and_no_bare_currents() -> None:
    for verb in (sambe.channels, sambe.energy_currents):
        with pytest.raises(sambe.InputError, match="no jumps"):
            verb(qubit(), equation="heom")


@pytest.mark.slow
def test_beside_other_equations() -> None:
    both = sambe.compare(qubit(0.001), equations=["floquet", "heom"], secular=["partial", "full"], heom=LOOSE)
    assert both.energy_current.dims == ("equation", "secular", "terminal")
    floquet, exact = both.energy_current
    np.testing.assert_array_equal(exact[0], exact[1])
    np.testing.assert_allclose(floquet, exact, atol=0.02 * float(abs(exact).max()))
    assert "secular" not in both.attrs
    one = sambe.compare(qubit(0.001), equations=["floquet", "heom"], heom=LOOSE)
    assert one.attrs["secular"] == "auto"
    assert "Potts" not in sambe.cite(one)


@pytest.mark.slow
def test_the_counter_term_undoes_the_static_pull() -> None:
    """A coupling a + a† lowers the frequency of an oscillator, which leaves the resonance without it."""
    bath = [sambe.Bath("b", spectrum=sambe.DrudeLorentz(0.01, cutoff=0.5), temperature=0.2)]
    system = sambe.models.oscillator(drive=0.003, omega=1.02, levels=5, baths=bath)
    power = {}
    for shift in ("shift", "counter"):
        power[shift] = sambe.compare(
            system, equations=["floquet", "heom"], secular="none", lamb_shift=shift, heom=LOOSE
        ).energy_current.sel(terminal="pump").values  # fmt: skip
    assert (power["counter"] > 5.0 * power["shift"]).all()
    assert power["counter"][0] == pytest.approx(power["counter"][1], rel=0.1)


@pytest.mark.slow
def test_a_store_is_continued(tmp_path: Path) -> None:
    system = qubit(omega=sambe.axis("omega", [0.8, 1.0]))
    options: dict[str, Any] = {"equations": ["driven_dressed", "heom"], "secular": ["partial", "none"],
                               "heom": {"tolerance": 1e-2}}  # fmt: skip
    stored = sambe.compare(system, store=tmp_path / "s", **options)
    again = sambe.compare(system, store=tmp_path / "s", resume=True, **options)
    xr.testing.assert_identical(stored.load(), again.load())
    np.testing.assert_array_equal(stored.energy_current, sambe.compare(system, **options).energy_current)


FILE = """
[system]
model = "spin_boson"
drive = 0.5
omega = 0.8
[[baths]]
name = "hot"
temperature = 1.0
spectrum = {type = "drude_lorentz", strength = 0.005, cutoff = 2.0}
[solve]
equations = ["driven_dressed", "heom"]
heom = {tolerance = 1e-3, max_depth = 8}
"""


def test_input_file() -> None:
    flow = parse(FILE).solve()
    assert flow.hierarchy_error.sel(equation="heom").item() < 2e-3
    with pytest.raises(ConfigError, match="heom"):
        parse(FILE.replace("1e-3", '"fine"'))


@pytest.mark.slow
def test_qutip_waits_until_heom_is_asked_for() -> None:
    code = (
        "import sambe, sys; sambe.compare(sambe.models.spin_boson(omega=0.8)); "
        "import sambe.physics.heom; print('qutip' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
