"""Where results go: known before the work, and whole or not there after it."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from sambe.faces.tasks import job as config

SMALL = """
[system]
model = "spin_boson"
drive = 0.1
omega = [0.8, 1.0, 1.2]

[solve]
equations = ["driven_dressed", "floquet"]

[output]
formats = ["nc", "svg"]
title = "Small"
"""


def test_unwritable_directory(sambe_run) -> None:
    result = sambe_run(SMALL, "--out", "in.toml")
    assert result.exit_code == 2
    assert "in.toml" in result.stderr


def test_a_directory_that_cannot_be_made_costs_no_work(sambe_run, monkeypatch) -> None:
    monkeypatch.setattr(config.Job, "solve", None)  # it is not come to
    assert sambe_run(SMALL, "--out", "in.toml").exit_code == 2


def full(path: Path, content: bytes) -> int:
    path.touch()
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


@pytest.mark.slow
def test_a_full_disk_leaves_no_half_of_a_file(sambe_run, tmp_path, monkeypatch) -> None:
    """The HDF5 library ended in a segmentation fault there; the numbers go where there is room."""
    monkeypatch.setattr(Path, "write_bytes", full)
    result = sambe_run(SMALL)
    assert result.exit_code == 1
    told = re.fullmatch(
        r"sambe: results/in/in\.nc: No space left on device; the result is in (\S+\.npz)\n", result.stderr
    )
    assert told, result.stderr
    assert "Energy currents" in result.output
    assert list((tmp_path / "results/in").iterdir()) == []
    with np.load(told[1]) as arrays:
        assert arrays["energy_current"].shape == (2, 3, 3)
        assert np.isfinite(arrays["energy_current"]).all()


@pytest.mark.slow
def test_a_place_that_fails_costs_no_result(sambe_run, tmp_path, monkeypatch) -> None:
    write = Path.write_bytes

    def partly(path: Path, content: bytes) -> int:
        return full(path, content) if "results" in path.parts else write(path, content)

    monkeypatch.setattr(Path, "write_bytes", partly)
    result = sambe_run(SMALL)
    assert result.exit_code == 1
    kept = next(tmp_path.glob("in-*.nc"))
    assert result.stderr.endswith(f"the result is in {kept}\n")
    with xr.open_dataset(kept, engine="h5netcdf") as data:
        assert data.energy_current.shape == (2, 3, 3)


@pytest.mark.slow
def test_a_figure_that_fails_costs_no_result(sambe_run, tmp_path, monkeypatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no font has this")

    monkeypatch.setattr("sambe.plot.currents", fails)
    result = sambe_run(SMALL)
    assert result.exit_code == 1
    assert "results/in/in.svg: no font has this; the result is in results/in/in.nc" in result.stderr
    result = sambe_run(SMALL.replace('["nc", "svg"]', '["svg"]'), "--out", "other")
    assert result.exit_code == 1
    assert list(tmp_path.glob("in-*.nc"))


@pytest.mark.parametrize("ending", ["nc", "svg"])
def test_a_directory_where_a_file_should_go_costs_no_work(sambe_run, tmp_path, monkeypatch, ending) -> None:
    (tmp_path / "results/in" / f"in.{ending}").mkdir(parents=True)
    monkeypatch.setattr(config.Job, "solve", None)  # it is not come to
    result = sambe_run(SMALL)
    assert result.exit_code == 2
    assert f"in.{ending}: a directory stands where this file is to go" in result.stderr


def test_a_disk_without_room_costs_no_work(sambe_run, monkeypatch) -> None:
    monkeypatch.setattr(config.Job, "solve", None)  # it is not come to
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1000, 900, 100))
    result = sambe_run(SMALL)
    assert result.exit_code == 2
    assert "No space left on device: the result takes up to" in result.stderr
