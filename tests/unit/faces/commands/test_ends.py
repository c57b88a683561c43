"""How a command begins and ends."""

from __future__ import annotations

import signal

import numpy as np
import pytest
import typer
import xarray as xr

from sambe.faces.commands.ends import end_if_missing, heeding, read_job
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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_ends_the_work_at_the_next_report() -> None:
    class Interrupted:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    told: list[int] = []
    with heeding(told.append) as report:
        report(1)
        Interrupted()  # taken down at once
        with pytest.raises(KeyboardInterrupt):
            report(2)
    assert told == [1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_interrupts_is_left_alone() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with heeding(print) as report:
            assert report is print
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
