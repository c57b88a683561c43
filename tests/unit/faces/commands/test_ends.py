"""How a command begins and ends."""

from __future__ import annotations

import numpy as np
import pytest
import typer
import xarray as xr

from sambe.faces.commands.ends import end_if_missing, read_job
from sambe.faces.input.schema import ConfigError


@pytest.mark.parametrize(("missing", "code"), [([], None), ([0], 3), ([0, 1], 1)])
def test_points_without_an_answer_show_in_the_exit_code(missing, code) -> None:
    lost = xr.DataArray(np.zeros((2, 3), dtype=bool), dims=("omega", "terminal"))
    lost[missing] = True
    if code is None:
        end_if_missing(lost, "summary")
        return
    with pytest.raises(typer.Exit) as caught:
        end_if_missing(lost, "summary")
    assert caught.value.exit_code == code


def test_each_complaint_names_the_file(tmp_path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('[system]\nmodel = "spin_boson"\n[solve]\ntolerance = 3.0\nsecular = "half"\n')
    with pytest.raises(ConfigError) as caught:
        read_job(file)
    assert len(caught.value.problems) == 2
    assert all(line.startswith(f"{file}: ") for line in caught.value.problems)
