"""Where results go: known before the work, and whole or not there after it."""

from __future__ import annotations

import errno
from pathlib import Path

from sambe.faces.input import job as config

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


def test_a_full_disk_leaves_no_half_of_a_file(sambe_run, tmp_path, monkeypatch) -> None:
    """The HDF5 library ended in a segmentation fault there."""

    def full(path: Path, content: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    result = sambe_run(SMALL)
    assert result.exit_code == 2
    assert result.stderr == "sambe: results/in/in.nc: No space left on device\n"
    assert list((tmp_path / "results/in").iterdir()) == []
