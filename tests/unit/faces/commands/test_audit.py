"""The audit on the command line, as tables and as maps, and on disk."""

from __future__ import annotations

import pytest
import typer
import xarray as xr
from typer.testing import CliRunner

from sambe.faces.commands import audit
from sambe.faces.commands import main as cli

SMALL = """
[system]
model = "spin_boson"
drive = 1e-3
omega = [0.8, 1.0, 1.2]

[output]
formats = ["nc", "svg"]
title = "Small"
"""
PLAIN = SMALL.replace(', "svg"', "")  # a map takes as long as everything else


@pytest.fixture
def sambe_audit(tmp_path, monkeypatch):
    """Runner of ``sambe audit`` on a text, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command()(cli._guarded(audit.audit))

    def run(text: str, *options: str):
        (tmp_path / "in.toml").write_text(text)
        return CliRunner().invoke(app, ["in.toml", *options], env={"COLUMNS": "300"})

    return run


@pytest.mark.slow
def test_audit_writes_tables_a_result_and_a_map(sambe_audit, tmp_path) -> None:
    result = sambe_audit(SMALL)
    assert result.exit_code == 0, result.output
    for words in ("Which answer to believe", "driven_dressed, full", "relaxation rates apart",
                  "use secular='auto'", "results/in/in-audit.svg"):  # fmt: skip
        assert words in result.output
    with xr.open_dataset(tmp_path / "results/in/in-audit.nc", engine="h5netcdf") as data:
        assert data.verdict.sel(equation="floquet", secular="full").values.tolist() == [0, 2, 0]
        assert data.verdict.attrs["flag_meanings"] == "trust care wrong no_answer"
        assert data.verdict.attrs["flag_values"].tolist() == [0, 1, 2, 3]
        assert "coherences" in data.reason.sel(equation="floquet", secular="full", omega=1.0).item()
        assert data.attrs["input"] == SMALL


@pytest.mark.slow
def test_choices_of_the_command(sambe_audit, tmp_path) -> None:
    options = ("-e", "floquet", "--secular", "clustered", "--lamb-shift", "counter", "--accuracy", "0.2")
    assert sambe_audit(PLAIN, "-q", *options).output == ""
    with xr.open_dataset(tmp_path / "results/in/in-audit.nc", engine="h5netcdf") as data:
        assert data.sizes["equation"] == data.sizes["secular"] == 1
        assert (data.attrs["accuracy"], data.attrs["lamb_shift"]) == (0.2, "counter")


@pytest.mark.slow
def test_the_file_says_how_its_answers_are_made(sambe_audit, tmp_path) -> None:
    """Lamb shift, memory and the options of the exact answer; what it prints says so."""
    more = "\n[solve]\nlamb_shift = 'auto'\nmemory = '100 MB'\nheom = { max_unknowns = 2 }\nsecular = 'ule'"
    result = sambe_audit(PLAIN + more, "--exact", "1", "-e", "floquet")
    assert result.exit_code == 0, result.output
    assert "Lamb shift of the answers: auto" in result.output
    assert "Exact answers" not in result.output  # two unknowns are too few for any point
    with xr.open_dataset(tmp_path / "results/in/in-audit.nc", engine="h5netcdf") as data:
        assert data.attrs["lamb_shift"] == "auto"
        assert data.secular.values.tolist() == ["full", "auto"]


@pytest.mark.slow
def test_one_point_has_a_table_and_no_map(sambe_audit, tmp_path) -> None:
    result = sambe_audit(SMALL.replace("[0.8, 1.0, 1.2]", "1.0"))
    assert result.exit_code == 0, result.output
    assert "use secular='auto'" in result.output
    assert [p.name for p in (tmp_path / "results/in").iterdir()] == ["in-audit.nc"]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "options", "code", "words"), [
    (PLAIN.replace("0.8,", "-0.8,"), (), 3, "a parameter cannot be used here"),
    (PLAIN.replace("1e-3", "nan"), (), 2, "system.drive"),
    (PLAIN, ("--accuracy", "2"), 2, "accuracy"),
    (PLAIN, ("--secular", "ful"), 2, "secular"),
    (PLAIN, ("-e", "heom"), 2, "exact"),
    (PLAIN, ("--memory", "some"), 2, "memory"),
    (PLAIN, ("--workers", "0"), 2, "workers"),
    (PLAIN + "\n[solve]\nequations = []", (), 2, "equations"),
])  # fmt: skip
def test_exit_codes_and_no_traceback(sambe_audit, text, options, code, words) -> None:
    result = sambe_audit(text, *options)
    assert result.exit_code == code, result.output
    assert words in result.output
    assert "Traceback" not in result.output
