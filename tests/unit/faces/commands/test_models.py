"""sambe models: every ready-made system is listed."""

from __future__ import annotations

from typer.testing import CliRunner

import sambe
from sambe.faces.commands import main as cli


def test_models_are_listed() -> None:
    result = CliRunner().invoke(cli.app, ["models"])
    assert result.exit_code == 0
    assert all(name in result.output for name in sambe.models.MODELS)
