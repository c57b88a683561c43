"""The findings of the paper, measured once for all that look at them: one worker runs these slow tests."""

from __future__ import annotations

import pytest

from sambe.faces.reproduction import Reproduction, reproduce

POINTS = 41  # the fewest that a report allows


@pytest.fixture(scope="session")
def result() -> Reproduction:
    return reproduce(points=POINTS)


@pytest.fixture(scope="session")
def html(result: Reproduction) -> str:
    return result.html()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"result", "html"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("findings"))
            item.add_marker(pytest.mark.slow)  # whichever comes first measures them
