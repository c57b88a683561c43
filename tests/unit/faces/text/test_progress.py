"""The bar on standard error: on a terminal, after a while."""

from __future__ import annotations

import io
import sys
import time

import pytest

from sambe.faces.text import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("shown", "patience"), [(True, 0.0), (True, 60.0), (False, 0.0)])
def test_a_bar_comes_up_on_a_terminal_after_a_while(monkeypatch, shown, patience) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    with progress.bar(shown) as report:
        report("driven_dressed", 1, 3)
        time.sleep(0.2)
        report("driven_dressed", 3, 3)
    assert ("driven-dressed" in screen.getvalue()) == (shown and patience == 0)


def test_no_bar_where_there_is_no_terminal(capsys) -> None:
    with progress.bar() as report:
        report("floquet", 1, 3)
    assert capsys.readouterr().err == ""
