"""Labels of a result: names and units, warnings that name their points, and names that are taken."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe import models
from sambe.sweep.labels import in_unit


def sweep() -> sambe.System:
    return models.spin_boson(omega=sambe.axis("omega", [0.7, 0.9, 1.2]))


def test_variables_dimensions_and_attributes() -> None:
    flow = sambe.steady_state(sweep())
    inner = {"energy_current": "terminal", "energy": "level", "population": "level"}
    for name in (
        "energy_current", "energy", "population", "entropy_production", "first_law_residual",
        "secular_ratio", "coherences_kept", "status",
    ):  # fmt: skip
        wanted = ("omega", inner[name]) if name in inner else ("omega",)
        assert flow[name].dims == wanted, name
        assert flow[name].attrs["long_name"]
        if name != "status":
            assert flow[name].attrs["units"]
    assert flow.energy_current.attrs["sign"] == "positive into the system"
    for word in ("hbar = k_B = 1", "positive into the system", "pump included"):
        assert word in flow.attrs["conventions"]
    assert flow.attrs["equation"] == "driven_dressed"
    assert flow.attrs["secular"] == "auto"


@pytest.mark.parametrize("engine", ["h5netcdf"])
def test_netcdf_round_trip(engine: str, tmp_path: pathlib.Path) -> None:
    omega = sambe.axis("omega", [0.7, -1.0, 1.2], units="w0")
    for number, data in enumerate(
        (
            sambe.steady_state(models.spin_boson(omega=omega)),
            sambe.compare(models.spin_boson(omega=omega), equations=["driven_dressed", "floquet"]),
            sambe.channels(models.spin_boson(omega=omega)),
        )
    ):
        path = tmp_path / f"{number}.nc"
        data.to_netcdf(path, engine=engine)
        with xr.open_dataset(path, engine=engine) as back:
            xr.testing.assert_equal(back.load(), data)
            assert back.attrs == data.attrs
            assert back.omega.attrs["units"] == "w0"
            np.testing.assert_array_equal(back.status.attrs["flag_values"], data.status.attrs["flag_values"])


@pytest.mark.parametrize("name", ["terminal", "level", "equation", "secular", "status", "energy_current"])
def test_an_axis_cannot_have_the_name_of_a_part_of_the_result(name) -> None:
    omega = sambe.axis(name, [0.8, 0.9])
    for system in (models.spin_boson(omega=omega), models.spin_boson(omega=omega.chunk(1))):
        for verb in (sambe.steady_state, sambe.compare):
            with pytest.raises(sambe.InputError, match=f"axis = '{name}'"):
                verb(system)


def test_names_that_only_some_results_need() -> None:
    for verb, name in ((sambe.channels, "channel"), (sambe.audit, "part")):
        system = models.spin_boson(omega=sambe.axis(name, [0.8, 0.9]))
        with pytest.raises(sambe.InputError, match=f"axis = '{name}'"):
            verb(system)
        assert name in sambe.steady_state(system).dims


def test_the_unit_of_currents_is_told_where_they_have_one() -> None:
    flow = sambe.steady_state(sambe.models.spin_boson())
    assert in_unit(flow) == ""
    assert in_unit(sambe.Units("1 GHz").dress(flow, power="aW")) == " (aW)"
