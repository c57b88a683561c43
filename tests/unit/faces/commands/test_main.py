"""The command line: results, summary, exit codes, and no traceback for bad input."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

import sambe
from sambe.faces.commands import main as cli

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


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (sambe.ConvergenceError("no convergence"), 1),
        (sambe.InputError("x", 1, "no"), 2),
        (MemoryError(), 1),
        (FileNotFoundError(errno.ENOENT, "No such file", "x"), 2),
    ],
)
def test_exit_codes(error: BaseException, code: int, capsys) -> None:
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as caught:
        cli._guarded(command)()
    assert caught.value.exit_code == code
    assert capsys.readouterr().err.startswith("sambe: ")


def test_a_bug_is_not_hidden() -> None:
    def command() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cli._guarded(command)()


def test_version() -> None:
    result = CliRunner().invoke(cli.app, ["--version"])
    assert result.output.strip() == f"sambe {sambe.__version__}"


@pytest.mark.slow
def test_help_imports_nothing_heavy() -> None:
    code = "import sys, sambe.faces.commands.main; print([m for m in sys.modules " \
        "if m in {'numpy', 'xarray', " \
        "'pydantic', 'rich', 'scipy', 'matplotlib', 'qutip'}])"  # fmt: skip
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.slow
def test_help_answers_at_once() -> None:
    taken = []
    for _ in range(5):  # the best of a few, in processor time, as the machine may be busy
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", "from sambe.faces.commands.main import main; main()", "--help"]
        out = subprocess.run(command, capture_output=True, text=True, check=True)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    assert "run" in out.stdout
    assert min(taken) < 0.3
