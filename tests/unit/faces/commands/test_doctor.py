"""What `sambe doctor` tells, and what it does when a number is wrong."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from sambe.faces.commands import doctor
from sambe.faces.commands.main import app


def test_versions_cores_blas_and_card_are_told() -> None:
    facts = doctor.facts()
    assert facts["numpy"] == version("numpy")
    assert int(facts["cores"].split()[0]) >= 1
    assert facts["BLAS"]
    assert facts["card"]


def test_the_self_test_is_exact() -> None:
    error, seconds = doctor.self_test()
    assert error < doctor.EXACT
    assert seconds > 0


def test_the_exit_code_says_whether_it_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "self_test", lambda: (1e-15, 0.1))
    passed = CliRunner().invoke(app, ["doctor"])
    assert passed.exit_code == 0
    assert "passed" in passed.output
    monkeypatch.setattr(doctor, "self_test", lambda: (0.1, 0.1))
    failed = CliRunner().invoke(app, ["doctor"])
    assert failed.exit_code == 1
    assert "FAILED" in failed.output


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", {"no-such-package": "sambe[units]"})
    assert doctor.facts()["no-such-package"] == "not installed (pip install 'sambe[units]')"
