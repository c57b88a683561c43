"""Panel and Bokeh are imported once: what needs them runs in one worker, and not in daily work."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

HEAVY = {"test_controls", "test_downloads", "test_page", "test_server"}
PICTURES = "pictures"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        here = item.path.parent.name
        if here == PICTURES or (here == "explorer" and item.path.stem in HEAVY):
            item.add_marker(pytest.mark.xdist_group("explorer"))
            item.add_marker(pytest.mark.slow)


class AtOnce:
    """A pool that answers before it returns."""

    def submit(self, function: Any, *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future


@pytest.fixture
def pool() -> Any:
    return AtOnce()
