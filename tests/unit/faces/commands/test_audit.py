"""The audit on the command line, as tables and as maps, and on disk."""

from __future__ import annotations

import numpy as np
import pytest
import typer
import xarray as xr
from typer.testing import CliRunner

import sambe
from sambe import plot
from sambe.faces.commands import audit
from sambe.faces.commands import main as cli
from sambe.faces.text.audit_summary import audit_tables
from sambe.plot.verdict_maps import audit_map

SMALL = """
[system]
model = "spin_boson"
drive = 1e-3
omega = [0.8, 1.0, 1.2]

[output]
formats = ["nc", "svg"]
title = "Small"
"""


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


@pytest.fixture(scope="module")
def found() -> xr.Dataset:
    drive, omega = sambe.axis("drive", [0.01, 0.1]), sambe.axis("omega", [0.8, 0.9, 1.0])
    baths = [sambe.Bath(n, spectrum=sambe.DrudeLorentz(0.01, cutoff=2.0), temperature=t)
             for n, t in (("hot", 1.0), ("cold", 0.5))]  # fmt: skip
    return sambe.audit(sambe.models.spin_boson(drive=drive, omega=omega, baths=baths), exact=1)


def test_audit_writes_tables_a_result_and_a_map(sambe_audit, tmp_path) -> None:
    result = sambe_audit(SMALL)
    assert result.exit_code == 0, result.output
    for words in ("Which answer to believe", "driven_dressed, full", "relaxation rates apart",
                  "use secular='partial'", "results/in/in-audit.svg"):  # fmt: skip
        assert words in result.output
    with xr.open_dataset(tmp_path / "results/in/in-audit.nc", engine="h5netcdf") as data:
        assert data.verdict.sel(equation="floquet", secular="full").values.tolist() == [0, 2, 0]
        assert data.verdict.attrs["flag_meanings"] == "trust care wrong no_answer"
        assert data.verdict.attrs["flag_values"].tolist() == [0, 1, 2, 3]
        assert "coherences" in data.reason.sel(equation="floquet", secular="full", omega=1.0).item()
        assert data.attrs["input"] == SMALL


def test_choices_of_the_command(sambe_audit, tmp_path) -> None:
    options = ("-e", "floquet", "--secular", "clustered", "--lamb-shift", "counter", "--accuracy", "0.2")
    assert sambe_audit(SMALL, "-q", *options).output == ""
    with xr.open_dataset(tmp_path / "results/in/in-audit.nc", engine="h5netcdf") as data:
        assert data.sizes["equation"] == data.sizes["secular"] == 1
        assert (data.attrs["accuracy"], data.attrs["lamb_shift"]) == (0.2, "counter")


def test_the_file_says_how_its_answers_are_made(sambe_audit, tmp_path) -> None:
    """Lamb shift, memory and the options of the exact answer; what it prints says so."""
    more = "\n[solve]\nlamb_shift = 'auto'\nmemory = '100 MB'\nheom = { max_unknowns = 2 }\nsecular = 'ule'"
    result = sambe_audit(SMALL + more, "--exact", "1", "-e", "floquet")
    assert result.exit_code == 0, result.output
    assert "Lamb shift of the answers: auto" in result.output
    assert "Exact answers" not in result.output  # two unknowns are too few for any point
    with xr.open_dataset(tmp_path / "results/in/in-audit.nc", engine="h5netcdf") as data:
        assert data.attrs["lamb_shift"] == "auto"
        assert data.secular.values.tolist() == ["full", "partial"]


def test_progress_counts_the_points_of_all_runs() -> None:
    seen: list[tuple[int, int]] = []
    omega = sambe.axis("omega", [0.8, 0.9])
    sambe.audit(sambe.models.spin_boson(omega=omega), progress=lambda done, total: seen.append((done, total)))
    done = [d for d, _ in seen]
    assert done == sorted(done)
    assert len(set(done)) > 8
    assert seen[-1][0] == seen[-1][1]


def test_an_audit_runs_on_an_executor() -> None:
    from concurrent.futures import ThreadPoolExecutor

    system = sambe.models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9]))
    with ThreadPoolExecutor(2) as pool:
        there = sambe.audit(system, executor=pool, workers=2)
    xr.testing.assert_allclose(there.estimated_error, sambe.audit(system).estimated_error)


def test_exact_answers_have_the_counter_term_of_the_others() -> None:
    """A ladder's frequency is pulled down without it."""
    bath = sambe.Bath("b", spectrum=sambe.DrudeLorentz(0.01, cutoff=2.0), temperature=0.5)
    ladder = sambe.models.kerr_resonator(levels=3, kerr=0.1, drive=0.02, omega=0.95, baths=[bath])
    for shift in ("counter", "shift"):
        found = sambe.audit(
            ladder, equations=["driven_dressed"], secular=["partial"], exact=1, lamb_shift=shift
        )
        assert found.exact_error.item() < 0.1


def test_one_point_has_a_table_and_no_map(sambe_audit, tmp_path) -> None:
    result = sambe_audit(SMALL.replace("[0.8, 1.0, 1.2]", "1.0"))
    assert result.exit_code == 0, result.output
    assert "use secular='partial'" in result.output
    assert [p.name for p in (tmp_path / "results/in").iterdir()] == ["in-audit.nc"]


@pytest.mark.parametrize(("text", "options", "code", "words"), [
    (SMALL.replace("0.8,", "-0.8,"), (), 3, "a parameter cannot be used here"),
    (SMALL.replace("1e-3", "nan"), (), 2, "system.drive"),
    (SMALL, ("--accuracy", "2"), 2, "accuracy"),
    (SMALL, ("--secular", "ful"), 2, "secular"),
    (SMALL, ("-e", "heom"), 2, "exact"),
    (SMALL, ("--memory", "some"), 2, "memory"),
    (SMALL, ("--workers", "0"), 2, "workers"),
    (SMALL + "\n[solve]\nequations = []", (), 2, "equations"),
])  # fmt: skip
def test_exit_codes_and_no_traceback(sambe_audit, text, options, code, words) -> None:
    result = sambe_audit(text, *options)
    assert result.exit_code == code, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_tables_tell_shares_reasons_and_exact_answers(found) -> None:
    titles = {table.title.split(" (")[0]: table for table in audit_tables(found)}
    assert list(titles) == ["Which answer to believe", "Why not", "Exact answers"]
    shares = {row[0]: row[1:5] for row in titles["Which answer to believe"].rows}
    assert shares["dressed, full"][:2] == ("", "")  # neither trust nor care
    point, currents, errors = titles["Exact answers"].rows[0]
    assert "drive" in point
    assert "pump" in currents
    assert "floquet, partial" in errors


@pytest.mark.parametrize("cut", [{}, {"drive": [0]}, {"omega": [2]}, {"drive": 0}])
def test_maps_have_a_panel_for_each_answer_or_a_strip(found, cut, tmp_path) -> None:
    figure = audit_map(found.isel(cut), title="Map")
    assert len(figure.axes) == (2 if cut else 6)
    plot.save(figure, tmp_path / "map.svg")
    assert (tmp_path / "map.svg").stat().st_size > 1000


def test_maps_of_nothing_are_refused(found) -> None:
    with pytest.raises(sambe.InputError, match="needs a sweep"):
        audit_map(found.isel(drive=0, omega=0))
    with pytest.raises(sambe.InputError, match="audit"):
        audit_map(sambe.steady_state(sambe.models.spin_boson()))


def test_an_audit_survives_netcdf(found, tmp_path) -> None:
    found.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as back:
        np.testing.assert_array_equal(back.verdict, found.verdict)
        assert (back.reason.values == found.reason.values).all()
        assert {v.attrs["units"] for v in (back.estimated_error, back.scale)} == {"1", "energy^2"}
