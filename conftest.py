"""One BLAS thread for each test process: two of them run side by side, on two cores in CI.

A sweep has one thread, unless a test gives it workers: two that take turns cost each other a half more.
JAX compiles without optimising: functions run once or twice here, and take their time to compile.
Hypothesis without a clock: these tests share their machine with whatever else runs on it.
A file stays with one process, which makes once what its tests share, and what takes long comes first.
"""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import settings

SOURCE = Path(__file__).parent / "src"

for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes: each would compile the package anew
sys.dont_write_bytecode = False  # and this one the tests, whose asserts take seconds to rewrite
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


def _shared_by(nodeid: str) -> str:
    """What goes to one process as a whole: an ``xdist_group``, which stands after an @, or else a file."""
    grouped = nodeid.rfind("@") > nodeid.rfind("]")
    return nodeid.split("@")[-1] if grouped else nodeid.split("::")[0]


@pytest.hookimpl(trylast=True)  # when xdist has written the groups into the names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What has slow tests first, so that no process is left with a long one while the other has nothing."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow = Counter(_shared_by(item.nodeid) for item in items if item.get_closest_marker("slow"))
        items.sort(key=lambda item: -slow[_shared_by(item.nodeid)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Groups and files, in the order of the collection."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _shared_by(nodeid)

    config.option.loadscopereorder = False
    return ByFile(config, log)
