"""Bars that are asked for by ``progress=True``: on a terminal, in a notebook, in a log."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
import rich.console

import sambe
from sambe.sweep.progress import reporting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on(monkeypatch, stream: io.StringIO) -> io.StringIO:
    """Standard error, put in place by the test itself, as Pytest captures each phase anew."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    return stream


def qubit(points: int) -> sambe.System:
    return sambe.models.spin_boson(omega=sambe.axis("omega", np.linspace(0.5, 1.5, points)))


def test_a_terminal_has_a_bar_that_stays(monkeypatch) -> None:
    terminal = shown_on(monkeypatch, Terminal())
    sambe.steady_state(qubit(30), progress=True)
    assert "driven-dressed" in terminal.getvalue()
    assert "30/30" in terminal.getvalue()


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_a_bar_ends_with_what_it_shows(monkeypatch, stop) -> None:
    terminal = shown_on(monkeypatch, Terminal())
    hide, show = "\x1b[?25l", "\x1b[?25h"  # of the cursor

    def stopped(done: int, _points: int) -> None:
        raise stop

    with pytest.raises(stop), reporting(True, "solving"):
        stopped(1, 4)
    assert terminal.getvalue().count(hide) == terminal.getvalue().count(show) == 1


def test_a_log_has_a_line_for_each_tenth(capsys) -> None:
    with reporting(True, "solving") as report:
        for done in range(1001):
            report(done, 1000)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[1].strip() for line in lines] == [f"{10 * k}%" for k in range(11)]
    assert lines[0].startswith("solving: 0 of 1000 points")
    assert "left" not in lines[-1]


def test_a_notebook_has_one_line_that_is_written_over(monkeypatch) -> None:
    notebook = shown_on(monkeypatch, io.StringIO())
    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)
    sambe.steady_state(qubit(30), progress=True)
    written = notebook.getvalue()
    assert written.count("\n") == 1
    assert written.endswith("\n")
    assert "30 of 30 points, 100%" in written.split("\r")[-1]


def test_every_verb_with_the_keyword_shows_a_bar(capsys) -> None:
    """Those of one sweep, of several, and the audit, which counts the points of many runs."""
    system = qubit(3)
    angle = sambe.axis("loop", 2.0 * np.pi * np.arange(8) / 8)
    loop = sambe.models.spin_boson(splitting=1.0 + 0.1 * np.cos(angle), drive=0.0)
    calls: dict[str, Any] = {
        "steady_state": lambda: sambe.steady_state(system, progress=True),
        "compare": lambda: sambe.compare(system, progress=True),
        "channels": lambda: sambe.channels(system, progress=True),
        "counting_statistics": lambda: sambe.counting_statistics(system, progress=True),
        "evolve": lambda: sambe.evolve(system, 1, [0.0, 1.0], progress=True),
        "cycle": lambda: sambe.cycle(system, 4, progress=True),
        "relaxation": lambda: sambe.relaxation(system, progress=True),
        "energy_spectrum": lambda: sambe.energy_spectrum(system, 4, progress=True),
        "performance": lambda: sambe.performance(system, progress=True),
        "response": lambda: sambe.response(system, progress=True),
        "pump_cycle": lambda: sambe.pump_cycle(loop, along="loop", progress=True),
        "audit": lambda: sambe.audit(system, progress=True),
    }
    capsys.readouterr()
    for name, call in calls.items():
        call()
        assert "points, 100%" in capsys.readouterr().err, name
    assert sambe.steady_state(system, progress=False).status.shape == (3,)
    assert capsys.readouterr().err == ""


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(sambe.InputError, match="True for a bar"):
        sambe.steady_state(qubit(2), progress="yes")
