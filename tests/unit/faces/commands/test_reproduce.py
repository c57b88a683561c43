"""sambe reproduce: what it lists and writes, its exit codes, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from matplotlib.figure import Figure
from typer.testing import CliRunner

from sambe.faces.commands.main import app
from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.finding import Finding, below
from sambe.faces.reproduction.studies import table
from sambe.faces.reproduction.study import Study

POINTS = 41
Progress = Callable[[str, int, int], None]


def _command(options: list[str], found: Reproduction, monkeypatch: pytest.MonkeyPatch) -> Result:
    """The command with findings that are measured already."""

    def given(study: Study, *, points: int, equation: str | None, progress: Progress) -> Reproduction:
        assert (study, points, equation) == (found.study, POINTS, None)
        progress("points", 1, 2)
        return found

    monkeypatch.setattr("sambe.faces.reproduction.reproduce", given)
    return CliRunner().invoke(app, ["reproduce", "--points", str(POINTS), *options])


@pytest.mark.slow
def test_command_writes_and_reports(
    few: Reproduction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _command(["--out", str(tmp_path / "out")], few, monkeypatch)
    assert done.exit_code == 0, done.output
    assert done.output.count("pass") >= len(few.findings) > 2
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
        (["driven-dresed"], "did you mean driven-dressed"),
        (["all", "--points", "99"], "points = 99"),
        (["all", "--equation", "dressed"], "equation = 'dressed'"),
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


def test_without_a_name_and_options_the_studies_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["reproduce"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    for study in table():
        assert study.name in done.output
        assert study.citation[:30] in done.output
    assert list(tmp_path.iterdir()) == []


def _tiny(name: str, value: float) -> Study:
    """A study of one measure that is to be below one."""
    finding = Finding(
        "key", "title", "claim", "words", "none", (below("it", value, 1.0),), Figure((1, 1)), "one"
    )
    return Study(name, f"about {name}", "Author 2000", 2000, "claim", (lambda lab: finding,))


@pytest.mark.parametrize(("value", "code"), [(0.5, 0), (2.0, 1)])
def test_all_of_them_stand_in_folders_beside_an_index(
    value: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "sambe.faces.reproduction.studies.table", lambda: [_tiny("one", 0.5), _tiny("two", value)]
    )
    done = CliRunner().invoke(app, ["reproduce", "all"])
    assert done.exit_code == code, done.output
    assert "two" in done.output
    assert ("key: it: 2, not below 1" in done.output) == bool(code)
    place = tmp_path / "results" / "reproduce"
    assert {p.name for p in place.iterdir()} == {"index.html", "one", "two"}
    assert (place / "two" / "report.html").exists()
    assert f"{2 - code} of 2 studies hold" in (place / "index.html").read_text(encoding="utf-8")


def test_a_name_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sambe.faces.reproduction.studies.load", lambda name: _tiny(name, 0.5))
    done = CliRunner().invoke(app, ["reproduce", "some-study"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "results" / "reproduce" / "some-study" / "findings.json").exists()
    assert CliRunner().invoke(app, ["reproduce", "some-study", "--points", "9"]).exit_code == 2
