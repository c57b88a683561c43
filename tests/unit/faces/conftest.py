"""The findings of each study, measured once for all that look at them: one worker has all of a study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from matplotlib.figure import Figure

from sambe.faces.reproduction import Reproduction, reproduce
from sambe.faces.reproduction.studies import FIRST, load


@pytest.fixture(scope="session")
def measured() -> Callable[[str], Reproduction]:
    """A study's result at the fewest points that it allows."""

    @cache
    def result(name: str) -> Reproduction:
        return reproduce(name, points=load(name).least or None)

    return result


@pytest.fixture(scope="session")
def result(measured: Callable[[str], Reproduction]) -> Reproduction:
    return measured(FIRST)


@pytest.fixture(scope="session")
def few(result: Reproduction) -> Reproduction:
    """With some of its findings: a figure takes a second to draw."""
    return replace(result, findings=result.findings[::4])


@pytest.fixture(scope="session")
def html(result: Reproduction, few: Reproduction) -> str:
    """The page of all, with the figures of some."""
    drawn, empty = {finding.key for finding in few.findings}, Figure(figsize=(1.0, 1.0))
    findings = [f if f.key in drawn else replace(f, figure=empty) for f in result.findings]
    return replace(result, findings=tuple(findings)).html()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "measured" not in getattr(item, "fixturenames", ()):
            continue
        asked = getattr(item, "callspec", None)
        of_a_study = item.path.parent.name == "studies"
        name = item.path.stem.removeprefix("test_").replace("_", "-") if of_a_study else FIRST
        item.add_marker(pytest.mark.xdist_group(asked.params.get("name", name) if asked else name))
        item.add_marker(pytest.mark.slow)  # whichever comes first measures them
