"""sambe reproduce: what it writes, its exit codes, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sambe.faces.commands.main import app
from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.finding import below

POINTS = 41
Progress = Callable[[str, int, int], None]
KEYS = {
    "agreement", "traditional", "enhancement", "regimes", "bias", "routing", "kerr",
    "secular", "exact", "ladder",
}  # fmt: skip


def _command(options: list[str], found: Reproduction, monkeypatch: pytest.MonkeyPatch) -> Result:
    """The command with findings that are measured already."""

    def given(*, points: int, equation: str, progress: Progress) -> Reproduction:
        assert (points, equation) == (POINTS, "driven_dressed")
        progress("points", 1, 2)
        return found

    monkeypatch.setattr("sambe.faces.reproduction.reproduce", given)
    return CliRunner().invoke(app, ["reproduce", "--points", str(POINTS), *options])


@pytest.mark.slow
def test_command_writes_and_reports(
    result: Reproduction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _command(["--out", str(tmp_path / "out")], result, monkeypatch)
    assert done.exit_code == 0, done.output
    assert done.output.count("pass") >= len(KEYS)
    assert "report.html" in done.output
    assert (tmp_path / "out" / "report.html").exists()


def test_command_fails_where_a_finding_fails(
    result: Reproduction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = replace(result.findings[0], measures=(below("the gap between them", 2.0, 1.0),))
    found = replace(result, findings=(bad,))
    failed = _command(["--out", str(tmp_path)], found, monkeypatch)
    assert failed.exit_code == 1
    assert "FAIL" in failed.output
    assert "the gap" in failed.output
    assert "0 of 1 findings hold" in (tmp_path / "report.html").read_text(encoding="utf-8")
    quiet = _command(["--out", str(tmp_path), "--quiet"], found, monkeypatch)
    assert quiet.exit_code == 1
    assert quiet.output == ""


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--points", "3"], "points = 3"),
        (["--equation", "guess"], "equation = 'guess'"),
    ],
)
def test_bad_input_is_named_without_a_traceback(options: list[str], named: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["reproduce", "--quiet", "--out", str(tmp_path / "x"), *options])
    assert done.exit_code == 2
    assert named in done.output
    assert "Traceback" not in done.output


def test_unwritable_directory_is_known_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(app, ["reproduce", "--out", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert "file" in done.output
