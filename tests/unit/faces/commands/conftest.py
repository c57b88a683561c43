"""Runner of one command on one input file."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from sambe.faces.commands import main as cli


@pytest.fixture
def sambe_run(tmp_path, monkeypatch):
    """Runner of ``sambe run`` on a text, in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, *options: str):
        (tmp_path / "in.toml").write_text(text)
        return CliRunner().invoke(cli.app, ["run", "in.toml", *options])

    return run
