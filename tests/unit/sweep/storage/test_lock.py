"""Two starts on one store: the second is refused, and what a killed run leaves holds nobody up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sambe
from sambe.sweep.storage.lock import lock_of, locked
from sambe.sweep.storage.store import StoreError


def test_the_second_of_two_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path / "a.zarr"):
        with (
            pytest.raises(StoreError, match=rf"process {os.getpid()} on .*wait"),
            locked(tmp_path / "a.zarr"),
        ):
            pass
        with locked(tmp_path / "b.zarr"), locked(None):  # another store is another matter
            pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
def test_a_store_has_one_lock_whatever_path_leads_there(tmp_path: Path) -> None:
    (tmp_path / "there").symlink_to(tmp_path / "a.zarr")
    assert lock_of(tmp_path / "there") == lock_of(tmp_path / "b" / ".." / "a.zarr")


@pytest.mark.slow
def test_a_verb_holds_its_store_as_long_as_it_writes(tmp_path: Path) -> None:
    qubit = sambe.models.spin_boson(omega=sambe.axis("omega", np.linspace(0.7, 1.3, 9)), drive=0.1)
    refused = []

    def second(_done: int, _total: int) -> None:
        for verb, options in ((sambe.steady_state, {}), (sambe.compare, {"equations": ["dressed"]})):
            with pytest.raises(StoreError, match="another run writes it") as error:
                verb(qubit, store=tmp_path / "a.zarr", resume=True, **options)
            refused.append(error.value)

    sambe.steady_state(qubit, store=tmp_path / "a.zarr", progress=second)
    assert len(refused) >= 4
    sambe.steady_state(qubit, store=tmp_path / "a.zarr", resume=True)
    assert not lock_of(tmp_path / "a.zarr").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_run_lets_go(tmp_path: Path) -> None:
    text = (
        "import sys, time\nfrom sambe.sweep.storage.lock import locked\n"
        "with locked(sys.argv[1]):\n    print('locked', flush=True)\n    time.sleep(60)"
    )
    store = tmp_path / "a.zarr"
    other = subprocess.Popen([sys.executable, "-c", text, str(store)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "locked\n"
    with pytest.raises(StoreError, match=f"process {other.pid} on "), locked(store):
        pass
    other.send_signal(signal.SIGKILL)
    other.communicate()
    assert lock_of(store).exists()
    with locked(store):
        assert json.loads(lock_of(store).read_text())["process"] == os.getpid()


def test_a_run_on_another_machine_may_be_alive(tmp_path: Path) -> None:
    lock = lock_of(tmp_path / "a.zarr")
    lock.write_text(json.dumps({"host": "elsewhere.example", "process": 7}))
    told = r"process 7 on elsewhere.example.*delete .*lock"
    with pytest.raises(StoreError, match=told), locked(tmp_path / "a.zarr"):
        pass
    assert lock.exists()
    lock.unlink()
    with locked(tmp_path / "a.zarr"):
        pass


@pytest.mark.parametrize("content", ["", "torn{", "[1, 2]", "{}"])
def test_a_torn_lock_of_a_dead_run_is_taken_over(tmp_path: Path, content: str) -> None:
    lock_of(tmp_path / "a.zarr").write_text(content)
    with locked(tmp_path / "a.zarr"):
        pass


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / ".a.zarr.lock").mkdir()
    for store in (tmp_path / "file" / "a.zarr", tmp_path / "a.zarr"):
        with pytest.raises(StoreError, match="choose a path that can be written"), locked(store):
            pass
