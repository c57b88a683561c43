"""Arrays that processes of one machine write into."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sambe
from sambe.sweep.places import shared
from sambe.sweep.places.shared import shared_memory

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="Linux has it")
BLANKS = {"x": np.full((1, 2), np.nan), "status": np.zeros(1, np.int8)}
SOLVED = (np.arange(3), [(np.array([0, 2]), {"x": np.ones((2, 2)), "status": np.zeros(2, int)})])


@pytest.fixture(autouse=True)
def _few_are_worth_it(monkeypatch):
    monkeypatch.setattr(shared, "WORTH_SHARING", 0)


def test_small_results_that_are_kept_hold_no_file_open(monkeypatch) -> None:
    """A process may have some thousand files open, and a list as many results."""
    monkeypatch.undo()
    system = sambe.models.spin_boson(omega=sambe.axis("omega", [0.9, 1.0]))
    sambe.steady_state(system, workers=2)
    before = os.listdir("/proc/self/fd")
    kept = [sambe.steady_state(system, workers=2) for _ in range(3)]
    assert len(os.listdir("/proc/self/fd")) == len(before), kept


def test_arrays_outlive_the_file_that_others_write_into() -> None:
    with shared_memory(BLANKS, 3) as memory:
        assert memory is not None
        fields = memory.fields
        pickle.loads(pickle.dumps(memory)).put(*SOLVED)
    np.testing.assert_array_equal(fields["x"], [[1, 1], [np.nan, np.nan], [1, 1]])


def test_points_that_do_not_follow_one_another_are_entered_alone() -> None:
    blanks = {"x": np.full((1, 2, 2), np.nan, dtype=complex), "status": np.zeros(1, np.int8)}
    points = np.array([1, 2, 5, 7])
    values = np.arange(12).reshape(3, 2, 2) * (1 + 1j)
    solved = {"x": values, "status": np.zeros(3, int)}
    with shared_memory(blanks, 9) as memory:
        memory.fields["x"][...] = 7
        memory.put(points, [(points[[0, 1, 3]], solved)])
        here = memory.fields["x"]
    np.testing.assert_array_equal(here[[1, 2, 7]], values)
    assert np.isnan(here[5]).all()
    assert (here[[0, 3, 4, 6, 8]] == 7).all()


@pytest.mark.slow
def test_another_process_writes_into_them() -> None:
    with shared_memory(BLANKS, 3) as memory:
        work = pickle.dumps((memory, SOLVED))
        code = "import pickle, sys; memory, solved = pickle.load(sys.stdin.buffer); memory.put(*solved)"
        subprocess.run([sys.executable, "-c", code], input=work, check=True)
        np.testing.assert_array_equal(memory.fields["x"], [[1, 1], [np.nan, np.nan], [1, 1]])


def test_no_file_is_left_of_them() -> None:
    """Nor is there one at any time, as a process may be killed at any."""

    def files() -> list[str]:
        gc.collect()
        named = [x.name for x in Path("/dev/shm").glob("sambe-*")]
        return sorted(named + os.listdir("/proc/self/fd"))

    before = files()
    with shared_memory(BLANKS, 3) as memory:
        assert not [x for x in Path("/dev/shm").glob("sambe-*") if x.name not in before]
        del memory
    assert files() == before


def test_a_late_block_touches_no_file_that_has_taken_the_place(tmp_path) -> None:
    """Of a run that has ended; the numbers of open files are given again."""
    other = tmp_path / "other"
    other.write_bytes(bytes(1000))
    with shared_memory(BLANKS, 3) as memory:
        assert memory is not None
    with other.open("r+b") as file:
        handle = int(memory.path.rpartition("/")[2])
        if file.fileno() != handle:
            os.dup2(file.fileno(), handle)
        with pytest.raises(OSError, match="fd"):
            memory.put(*SOLVED)
        if file.fileno() != handle:
            os.close(handle)
    assert other.read_bytes() == bytes(1000)


@pytest.mark.parametrize("points", [2**58, 2**62])
def test_more_than_any_machine_has(points: int) -> None:
    with shared_memory(BLANKS, points) as memory:
        assert memory is None
