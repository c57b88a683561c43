"""Files that the page gives away are read by what they are for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import pandas as pd
import xarray as xr

from sambe.faces.explorer import downloads, questions
from sambe.faces.explorer.choices import Choices, first_choices
from sambe.faces.input.model_tables import file_of_model
from sambe.faces.tasks.job import parse


@pytest.fixture(scope="module")
def state() -> Choices:
    return replace(first_choices("spin_boson", file_of_model("spin_boson")), points=11)


def test_the_input_file_gives_the_same_currents(state: Choices) -> None:
    job = parse(downloads.as_toml(state, None).read().decode())
    flow = job.solve()
    answer = questions.curves(state)["auto"]
    assert not isinstance(answer, Exception)
    assert flow.attrs["secular"] == "auto"
    assert np.allclose(flow["energy_current"], answer["energy_current"].sel(across=flow["across"]), rtol=1e-9)


def test_data_as_netcdf_and_as_csv(state: Choices) -> None:
    with xr.open_dataset(downloads.as_netcdf(state, None), engine="h5netcdf") as data:
        assert data["energy_current"].attrs["long_name"]
        total = data["energy_current"].load()
    table = pd.read_csv(downloads.as_csv(state, None))
    assert len(table) == total.size
    assert np.isclose(table["energy_current"].abs().sum(), float(abs(total).sum()))


def test_the_figure_is_a_picture(state: Choices) -> None:
    assert downloads.as_figure(state, None).read().startswith(b"<?xml")


def test_each_button_has_a_maker() -> None:
    assert set(downloads.DOWNLOADS.values()) == set(downloads.MAKERS)
