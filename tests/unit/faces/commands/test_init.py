"""Input files to begin from: each model's is read again as that model, and says what its lines mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sambe.errors import InputError
from sambe.faces.commands.init import starter
from sambe.faces.commands.main import app
from sambe.faces.tasks.job import parse
from sambe.models import MODELS


@pytest.mark.parametrize("name", MODELS)
def test_each_model_is_read_again(name: str) -> None:
    text = starter(name)
    system, model = parse(text).system, MODELS[name]()
    assert system.levels == model.levels
    assert system.terminals == model.terminals
    for place, number in model.numbers().items():
        if place != "omega":
            assert system.numbers()[place] == number, place
    if isinstance(model.omega, tuple):  # several tones, of which none is swept
        assert system.omega == model.omega
    else:
        assert system.omega is None if model.omega is None else "omega" in getattr(system.omega, "dims", ())


def test_lines_are_explained() -> None:
    text = starter("spin_boson")
    assert text.startswith("# ")
    assert 'omega = { start = 0.5, stop = 1.5, points = 41, label = "drive frequency" }' in text
    assert "# secular" in text


def test_the_command_writes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = CliRunner().invoke(app, ["init", "oscillator"])
    assert first.exit_code == 0
    assert (tmp_path / "oscillator.toml").read_text(encoding="utf-8") == starter("oscillator")
    again = CliRunner().invoke(app, ["init", "oscillator"])
    assert again.exit_code == 2
    assert "--force" in again.output
    assert CliRunner().invoke(app, ["init", "oscillator", "--force"]).exit_code == 0
    printed = CliRunner().invoke(app, ["init", "oscillator", "--out", "-"])
    assert printed.output == starter("oscillator")


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="spin_boson"):
        starter("spin_bosn")
