"""Dask in the thread that asks: it starts threads for each read, and what lies in a store is the matter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    import dask

    with dask.config.set(scheduler="synchronous"):
        yield
