"""The page of a run that is asked for by `--report`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sambe.faces.commands.main import app
from sambe.faces.commands.page import page_of
from sambe.faces.tasks.job import parse

TEXT = """
[system]
model = "spin_boson"
omega = [0.9, 1.1]

[[baths]]
name = "<b>hot</b>"
temperature = 1.0
spectrum = { type = "ohmic", strength = 0.002, cutoff = 10.0 }

[output]
formats = ["nc"]
title = "A <i>title</i>"
"""


@pytest.mark.slow
def test_run_writes_one_page(tmp_path: Path) -> None:
    file = tmp_path / "job.toml"
    file.write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(file), "--out", str(tmp_path / "out"), "--report"])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out/job.html").read_text(encoding="utf-8")
    assert "<b>hot" not in page
    assert "&lt;b&gt;hot&lt;/b&gt;" in page
    assert "A &lt;i&gt;title&lt;/i&gt;" in page
    assert "Which answer to believe" in page  # of the audit
    assert "@software{sambe" in page
    assert "job.html" in done.output


@pytest.mark.slow
def test_what_cannot_be_audited_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    from sambe import trust
    from sambe.errors import InputError

    def refuse(*_: object, **__: object) -> None:
        raise InputError("system", "this one", "has no audit")

    monkeypatch.setattr(trust, "audit", refuse)
    job = parse(TEXT)
    data = job.solve()
    page = page_of(job, data, job.task.tables(data), ["a warning & more"], 1.0)
    assert "has no audit" in page
    assert "a warning &amp; more" in page
