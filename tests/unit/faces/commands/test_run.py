"""sambe run: results, summary, choices and exit codes of one input file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

import sambe
from sambe.faces.commands import main as cli
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
PLAIN = SMALL.replace(', "svg"', "")  # a figure takes as long as everything else


@pytest.mark.slow
def test_run_writes_a_summary_a_result_and_a_figure(sambe_run, tmp_path) -> None:
    result = sambe_run(SMALL)
    assert result.exit_code == 0, result.output
    for words in ("Energy currents into the system", "the pump dominates", "left reverses sign",
                  "Distance from floquet", "results/in/in.svg"):  # fmt: skip
        assert words in result.output
    with xr.open_dataset(tmp_path / "results/in/in.nc", engine="h5netcdf") as data:
        expected = config.parse(SMALL).solve()
        xr.testing.assert_allclose(data.energy_current, expected.energy_current)
        assert list(data.equation.values) == ["driven_dressed", "floquet"]
        assert data.attrs["input"] == SMALL
        assert not any(v.dtype.kind == "c" for v in data.values())


@pytest.mark.slow
def test_numbers_are_the_open_reference(sambe_run, tmp_path) -> None:
    text = PLAIN.replace("[solve]", '[solve]\nsecular = "full"')
    assert sambe_run(text, "--out", "there", "--quiet").exit_code == 0
    with xr.open_dataset(tmp_path / "there/in.nc", engine="h5netcdf") as data:
        got = data.energy_current.sel(equation="floquet", omega=0.8).values
    want = [2.38586015092e-4, -3.69347408114e-4, 1.30761393e-4]
    np.testing.assert_allclose(got, want, rtol=1e-8)


@pytest.mark.slow
def test_quiet_says_nothing(sambe_run) -> None:
    result = sambe_run(PLAIN, "-q")
    assert (result.exit_code, result.output) == (0, "")


EXACT = """
[system]
model = "spin_boson"
drive = 0.1
omega = 0.8

[[baths]]
name = "hot"
temperature = 1.0
spectrum = { type = "drude_lorentz", strength = 0.01, cutoff = 2.0 }

[[baths]]
name = "cold"
temperature = 0.5
spectrum = { type = "drude_lorentz", strength = 0.01, cutoff = 2.0 }

[solve]
equations = ["driven_dressed", "heom"]
secular = "ule"
lamb_shift = "shift"
heom = { tolerance = 1e-3, max_depth = 6 }

[output]
formats = ["nc"]
"""


def run_attrs(tmp_path: Path) -> dict:
    with xr.open_dataset(tmp_path / "results/in/in.nc", engine="h5netcdf") as data:
        return {**data.attrs, "currents": data.energy_current.values}


@pytest.mark.slow
# with a shift, baths as strong as these move currents by 1.4 % through terms between different quanta
@pytest.mark.filterwarnings("ignore:.*drops terms between different quanta:sambe.SecularWarning")
@pytest.mark.parametrize("secular", ["ule", "clustered", "none", "partial"])
@pytest.mark.parametrize("shift", ["shift", "counter", "auto", "none"])
def test_every_treatment_from_the_file_and_from_the_line(sambe_run, tmp_path, secular, shift) -> None:
    file = EXACT.replace('["driven_dressed", "heom"]', '["driven_dressed"]')
    wanted = sambe.steady_state(config.parse(file).system, secular=secular, lamb_shift=shift)
    by_file = file.replace('"ule"', f'"{secular}"').replace('"shift"', f'"{shift}"')
    for text, options in ((by_file, ()), (file, ("--secular", secular, "--lamb-shift", shift))):
        result = sambe_run(text, "-q", *options)
        assert result.exit_code == 0, result.output
        got = run_attrs(tmp_path)
        assert (got["secular"], got["lamb_shift"]) == (secular, shift)
        np.testing.assert_allclose(got["currents"], wanted.energy_current, rtol=1e-9)


@pytest.mark.slow
def test_the_exact_equation_from_a_file(sambe_run, tmp_path) -> None:
    result = sambe_run(EXACT)
    assert result.exit_code == 0, result.output
    assert "Distance from heom" in result.output
    approximate, exact = run_attrs(tmp_path)["currents"]
    assert 0 < np.abs(approximate - exact).max() < 0.04 * np.abs(exact).max()


@pytest.mark.parametrize(("old", "new", "words"), [
    ('lamb_shift = "shift"', 'lamb_shift = "shft"', "did you mean 'shift'"),
    ('secular = "ule"', 'secular = "ulle"', "did you mean 'ule'"),
    ("max_depth = 6", "depth = 6", "the options of HEOM are"),
])  # fmt: skip
def test_wrong_treatments_are_named(sambe_run, old, new, words) -> None:
    result = sambe_run(EXACT.replace(old, new))
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.slow
def test_choices_on_the_command_line(sambe_run, tmp_path) -> None:
    assert sambe_run(PLAIN, "-q", "-e", "floquet", "--secular", "full").exit_code == 0
    with xr.open_dataset(tmp_path / "results/in/in.nc", engine="h5netcdf") as data:
        assert (data.attrs["equation"], data.attrs["secular"]) == ("floquet", "full")


def test_a_single_point(sambe_run) -> None:
    result = sambe_run('[system]\nmodel = "spin_boson"\n[output]\nformats = ["nc"]')
    assert result.exit_code == 0, result.output
    assert "pump" in result.output


@pytest.mark.slow
def test_bad_points_of_a_sweep_do_not_lose_the_others(sambe_run, tmp_path) -> None:
    result = sambe_run(PLAIN.replace("0.8,", "-0.8,"))
    assert result.exit_code == 3
    assert "bad parameter" in result.output
    assert "Not to be trusted" in result.output
    with xr.open_dataset(tmp_path / "results/in/in.nc", engine="h5netcdf") as data:
        assert data.energy_current.isnull().all("terminal").sum("omega").values.tolist() == [1, 1]


def test_a_sweep_of_bad_points_is_bad_input(sambe_run) -> None:
    result = sambe_run(PLAIN.replace("0.8, 1.0, 1.2", "-0.8, -1.0"))
    assert result.exit_code == 2
    assert "omega" in result.stderr
    assert "positive" in result.stderr


@pytest.mark.slow
def test_full_secular_near_resonance_is_doubted(sambe_run) -> None:
    weak = PLAIN.replace("drive = 0.1", "drive = 1e-4")
    result = sambe_run(weak, "--secular", "full")
    assert result.exit_code == 0
    assert "full secular at" in result.output
    assert "full secular" not in sambe_run(weak).output


BAD = {
    "non-Hermitian H_0": (
        '[system]\ndims = [2]\nhamiltonian = "sigmap"\n[[baths]]\nname = "b"\ncoupling = "sigmax"\n'
        'temperature = 1.0\nspectrum = { type = "flat", strength = 0.1 }',
        ["hamiltonian", "Hermitian"],
    ),
    "mismatched dimensions": (
        '[system]\ndims = [2]\nhamiltonian = "sigmaz"\n[[baths]]\nname = "b"\ncoupling = "sigmax@1"\n'
        'temperature = 1.0\nspectrum = { type = "flat", strength = 0.1 }',
        ["baths[0].coupling", "sigmax@1"],
    ),
    "negative temperature": (
        '[system]\nmodel = "spin_boson"\n[[baths]]\nname = "b"\ntemperature = -0.5\n'
        'spectrum = { type = "ohmic", strength = 0.1, cutoff = 1.0 }',
        ["temperature", "-0.5"],
    ),
    "negative frequency": ('[system]\nmodel = "spin_boson"\nomega = -1.0', ["omega", "-1.0"]),
    "NaN": ('[system]\nmodel = "spin_boson"\ndrive = nan', ["system.drive", "nan"]),
    "unknown model": ('[system]\nmodel = "spin_bosn"', ["system.model", "spin_bosn", "spin_boson"]),
    "unknown key": ('[system]\nmodel = "spin_boson"\ndrve = 1.0', ["system.drve", "'drive'"]),
    "axis of length zero": ('[system]\nmodel = "spin_boson"\nomega = []', ["system.omega", "[]"]),
    "coupling that nothing connects": (
        '[system]\ndims = [2]\nhamiltonian = "0.5 sigmaz"\n[[baths]]\nname = "b"\n'
        'coupling = "sigmaz"\ntemperature = 1.0\n'
        'spectrum = { type = "ohmic", strength = 0.1, cutoff = 1.0 }',
        ["b", "connect"],
    ),
    "degenerate stationary state": (
        '[system]\ndims = [2, 2]\nhamiltonian = "sigmaz@0 + 0.7 sigmaz@1"\n[[baths]]\nname = "b"\n'
        'coupling = "sigmax@0"\ntemperature = 1.0\n'
        'spectrum = { type = "ohmic", strength = 0.1, cutoff = 1.0 }',
        ["states"],
    ),
    "no frame": (
        '[system]\nmodel = "spin_boson"\npolarization = "linear"\n[solve]\nequations = ["driven_dressed"]',
        ["frame"],
    ),
    "mathematics in a title": (SMALL.replace('"Small"', "'$\\\\frac{a$'"), ["output.title", "Matplotlib"]),
    "mathematics in a unit": (SMALL.replace('"Small"', "'Small'\nunit = '\\\\nosuch{'"), ["output.unit"]),
    "mathematics in a label": (
        SMALL.replace("[0.8, 1.0, 1.2]", "{ values = [0.8, 1.0], label = '$\\\\nosuch{$' }"),
        ["axis 'omega'"],
    ),
    "axis with a slash": (
        '[system]\nmodel = "spin_boson"\n[[baths]]\nname = "a/b"\ntemperature = [1.0, 0.5]\n'
        'spectrum = { type = "ohmic", strength = 0.1, cutoff = 1.0 }',
        ["baths[0].temperature", "a/b.temperature", "name ="],
    ),
    "name of a result": (
        PLAIN.replace("[0.8, 1.0, 1.2]", '{ values = [0.8], name = "edge_population" }'),
        ["edge_population", "taken"],
    ),
    "not TOML": ("[system]\nmodel spin_boson", ["TOML", "line 2"]),
    "empty": ("", ["system", "needed"]),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_input_is_named_without_a_traceback(sambe_run, name) -> None:
    text, named = BAD[name]
    result = sambe_run(text)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("sambe: ")
    assert "Traceback" not in result.output
    for word in named:
        assert word in result.stderr


@pytest.mark.parametrize("path", ["missing.toml", "."])
def test_unreadable_file(sambe_run, path) -> None:
    result = CliRunner().invoke(cli.app, ["run", path])
    assert result.exit_code == 2
    assert path in result.stderr


@pytest.mark.slow
def test_a_mark_of_the_byte_order_is_no_part_of_the_text(sambe_run) -> None:
    result = sambe_run("\ufeff" + PLAIN)
    assert result.exit_code == 0, result.output


@pytest.mark.slow
def test_an_equation_that_fails_at_a_single_point_leaves_the_others(sambe_run, tmp_path) -> None:
    result = sambe_run('[system]\nmodel = "spin_boson"\nomega = 1.0\n'
                       '[solve]\nequations = ["driven_dressed", "dressed"]\n')  # fmt: skip
    assert result.exit_code == 3, result.output
    assert "dressed has no answer" in result.output
    assert "+nan" not in result.output
    with xr.open_dataset(tmp_path / "results/in/in.nc", engine="h5netcdf") as data:
        assert data.status.values.tolist() == [0, 2]


@pytest.mark.parametrize("options", [["--equation", "floqet"], ["--secular", "ful"], ["--nonsense"]])
def test_bad_options(sambe_run, options) -> None:
    result = sambe_run(PLAIN, *options)
    assert result.exit_code == 2
    assert options[-1].strip("-") in result.stderr
