"""One BLAS thread for each test process: two of them run side by side, on two cores in CI.

A sweep has one thread, unless a test gives it workers: two that take turns cost each other a half more.
JAX compiles without optimising: functions run once or twice here, and take their time to compile.
Hypothesis without a clock: these tests share their machine with whatever else runs on it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import settings

SOURCE = Path(__file__).parent / "src"

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes: each would compile the package anew
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")  # these two are read when JAX is first imported
with suppress(PackageNotFoundError):
    if version("jaxlib").startswith("0.10."):  # an XLA that does not know a flag ends the process
        os.environ.setdefault(
            "XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false"
        )  # compiles in a third of the time
settings.register_profile("tests", deadline=None, max_examples=25)
settings.load_profile("tests")


@pytest.fixture(scope="session", autouse=True)
def _one_core_each() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sambe.sweep.plan.usable_cores", lambda: 1)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The garbage collector need not look through some million objects that stay to the end, again and again:
    not while they are made, nor beside each test."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Examples in docstrings are the package's: to look for them in the tests, or to import a module that
    has none, takes seconds in each process."""
    collectors = yield
    if file_path.is_relative_to(SOURCE) and ">>>" in file_path.read_text(encoding="utf-8"):
        return collectors
    return [collector for collector in collectors if not isinstance(collector, DoctestModule)]
