"""One BLAS thread for each test process: two of them run side by side, on two cores in CI.

A sweep has one thread, unless a test gives it workers: two that take turns cost each other a half more.
JAX compiles without optimising: functions run once or twice here, and take their time to compile.
Hypothesis without a clock: these tests share their machine with whatever else runs on it.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

import pytest
from hypothesis import settings

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
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
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Examples in docstrings are the package's; to look for them in the tests takes a second."""
    return [collector for collector in (yield) if isinstance(collector, pytest.Module)]
