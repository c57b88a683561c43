"""Bokeh is imported once: what needs them runs in one worker, and not in daily work."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
HEAVY = {"test_downloads", "test_page", "test_server"}
PICTURES = "pictures"


def heavy(path: Path) -> bool:
    return path.parent.name == PICTURES or path.stem in HEAVY


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where none of its tests would run, Panel is not imported either."""
    daily = config.getoption("markexpr") == "not slow"
    return True if daily and collection_path.is_file() and heavy(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and heavy(item.path):
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
