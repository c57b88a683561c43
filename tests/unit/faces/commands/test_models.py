"""sambe models: every ready-made system is listed."""

from __future__ import annotations

from typer.testing import CliRunner

import sambe
from sambe.faces.commands import main as cli
from sambe.faces.commands.models import formula


def test_models_are_listed() -> None:
    result = CliRunner().invoke(cli.app, ["models"])
    assert result.exit_code == 0
    assert all(name in result.output for name in sambe.models.MODELS)


def test_formulas_are_written_for_a_terminal() -> None:
    result = CliRunner().invoke(cli.app, ["models"], env={"COLUMNS": "200"})
    assert "H = ½ω₀σ_z + ½ A (σ_+ exp(-iωt) + h.c.)" in result.output
    assert "[system] model" in result.output
    for model in sambe.models.MODELS.values():
        written = formula(model.__doc__ or "")
        assert written.startswith("H = ")
        assert not set("\\{}") & set(written), written
