"""sambe explore: what it says before there is a page."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sambe.faces.commands import main as cli


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> Any:
        return None if name == "bokeh" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    result = CliRunner().invoke(cli.app, ["explore"])
    assert result.exit_code == cli.EXIT_INPUT
    assert "sambe[app]" in result.output


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("bokeh")
    result = CliRunner().invoke(cli.app, ["explore", str(tmp_path / "none.toml"), "--no-show"])
    assert result.exit_code == cli.EXIT_INPUT
    assert "none.toml" in result.output


@pytest.mark.parametrize("port", ["80", "70000", "kitchen"])
def test_ports_that_cannot_be_are_refused(port: str) -> None:
    assert CliRunner().invoke(cli.app, ["explore", "--port", port]).exit_code == cli.EXIT_INPUT
