"""Runs that move to worker processes: the same numbers, and nothing lost with a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import sambe
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import stream_blocks
from sambe.sweep.kernels.fields import point_fields
from sambe.sweep.labels import blank
from sambe.sweep.places import pools, shared, waiting
from sambe.sweep.places.pools import (
    LostWorkerError,
    Place,
    guarded,
    shut_processes,
    uninterrupted,
    why_confined,
)
from sambe.sweep.places.shared import enter
from sambe.sweep.plan import Plan

pytestmark = pytest.mark.xdist_group("processes")
HOME = os.getpid()
PLAN = Plan(chunks=(20,), tile=5, threads=2)


@pytest.fixture
def willing(monkeypatch):
    """Processes from here, and at once."""
    monkeypatch.setattr(pools, "why_confined", lambda: None)
    monkeypatch.setattr(pools, "PAYS", 1e-3)


@pytest.fixture
def ready(willing):
    """Processes that are there already, as a busy machine may take long to start them."""
    with uninterrupted():
        pools.processes(PLAN.threads).submit(pools._warm).result()


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left():
    yield
    shut_processes()


def qubit(points: int = 400) -> sambe.System:
    return sambe.models.spin_boson(omega=sambe.axis("omega", np.linspace(0.5, 1.5, points)), drive=0.1)


def solved(kernel, system=None, plan: Plan = PLAN, **options):
    """Fields of a sweep that a kernel solves, and the processes that it was solved in."""
    system = qubit() if system is None else system
    sweep, method = Sweep(system), prepare(system)
    blanks = blank(system, method, 1)
    fields = blank(system, method, sweep.points)

    def keep(_region, points, parts) -> None:
        enter(fields, blanks, points, parts)

    stream_blocks(sweep, method, kernel, keep, plan, **options)
    return fields


def patient():
    """A kernel that takes some time, and tells its process as the cross_term_shift.

    It goes to a worker by value, which cannot import a test.
    """

    def kernel(system, method):
        import os
        import time

        from sambe.sweep.kernels.fields import point_fields

        time.sleep(0.08)
        fields = point_fields(system, method)
        return {**fields, "cross_term_shift": np.full(len(fields["status"]), float(os.getpid()))}

    return kernel


@pytest.mark.slow
def test_a_long_run_moves_to_processes_and_keeps_its_numbers(ready) -> None:
    threads = sambe.steady_state(qubit(), workers=1)
    fields = solved(patient())
    np.testing.assert_array_equal(fields["energy_current"], threads.energy_current)
    homes = set(fields["cross_term_shift"])
    assert len(homes) == 3  # this one began
    assert float(os.getpid()) in homes
    again = solved(patient())
    assert len(homes | set(again["cross_term_shift"])) == 3  # the same processes


@pytest.mark.slow
def test_a_labelled_sweep_is_the_same_to_the_last_bit(willing, monkeypatch) -> None:
    monkeypatch.setattr(shared, "WORTH_SHARING", 0)
    system = sambe.models.kerr_resonator(
        levels=8,
        omega=sambe.axis("omega", np.linspace(0.5, 1.5, 300)),
        drive=sambe.axis("drive", [1e-4, 1e-3, 2e-3]),
    )
    one = sambe.steady_state(system, workers=1)
    several = sambe.steady_state(system, workers=2)
    assert one.identical(several)
    several.energy_current[:] = 0.0  # an ordinary array


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_blocks_of_a_killed_worker_run_again(ready, tmp_path) -> None:
    mark = str(tmp_path / "killed")
    whole = sambe.steady_state(qubit(), workers=1).energy_current

    def kernel(system, method, home=HOME, point=float(whole.omega[250])):
        import os
        import signal
        import time

        from sambe.sweep.kernels.fields import point_fields

        time.sleep(0.08)
        if os.getpid() != home and (system.omega == point).any() and not os.path.exists(mark):
            open(mark, "x").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return point_fields(system, method)

    np.testing.assert_array_equal(solved(kernel)["energy_current"], whole)
    assert os.path.exists(mark)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_block_that_kills_every_worker_ends_the_run_with_a_way_out(ready, monkeypatch) -> None:
    monkeypatch.setattr(waiting, "LOSSES", 1)  # each loss costs the start of two processes

    def kernel(system, method, home=HOME):
        import os
        import signal
        import time

        from sambe.sweep.kernels.fields import point_fields

        time.sleep(0.08)
        if os.getpid() != home:
            os.kill(os.getpid(), signal.SIGKILL)
        return point_fields(system, method)

    with pytest.raises(LostWorkerError, match=r"memory.*smaller memory="):
        solved(kernel)


@pytest.mark.slow
def test_an_error_that_cannot_be_sent_is_told(ready) -> None:
    def kernel(system, method, home=HOME):
        import os
        import threading
        import time

        from sambe.sweep.kernels.fields import point_fields

        class Odd(Exception):
            def __init__(self) -> None:
                super().__init__("no such thing")
                self.lock = threading.Lock()

        time.sleep(0.08)
        if os.getpid() != home:
            raise Odd
        return point_fields(system, method)

    with pytest.raises(sambe.SambeError, match="Odd: no such thing"):
        solved(kernel)


@pytest.mark.slow
def test_what_cannot_be_sent_stays_on_threads(willing) -> None:
    lock = threading.Lock()  # no bytes of it

    def kernel(system, method):
        with lock:
            time.sleep(0.01)
        return point_fields(system, method)

    expected = sambe.steady_state(qubit(), workers=1).energy_current
    np.testing.assert_array_equal(solved(kernel)["energy_current"], expected)


def test_warnings_of_a_worker_are_repeated(monkeypatch) -> None:
    """Once for all blocks, by Python's usual filter."""

    def work() -> int:
        for _ in range(2):
            warnings.warn("something small", sambe.SecularWarning, stacklevel=1)
        return 3

    monkeypatch.setattr(pools, "_told", {})
    job: Future = Future()
    job.set_result(guarded(work))
    place = Place(PLAN, 0, lambda: None)
    for action, times in (("default", 1), ("always", 2)):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter(action)
            assert [place.received(job) for _ in range(2)] == [3, 3]
        assert [str(warning.message) for warning in told] == ["something small"] * times
    place.close(failed=False)


@pytest.fixture
def away(willing, monkeypatch):
    """What a run finds that begins on processes."""
    monkeypatch.setattr(pools, "are_warm", lambda _count: True)
    monkeypatch.setattr(pools, "WORTH_SENDING", 0)
    monkeypatch.setattr(pools, "_away", set())


def test_a_run_that_fails_leaves_the_processes_to_another(away, monkeypatch) -> None:
    ended = []
    monkeypatch.setattr(pools, "shut_processes", lambda: ended.append(True))
    one, other = (Place(PLAN, 1, lambda: None) for _ in range(2))
    assert one.away
    assert other.away
    one.close(failed=True)
    assert not ended
    other.close(failed=True)
    assert ended


def test_what_is_left_of_the_processes_is_ended_with_the_interpreter(monkeypatch) -> None:
    """Those of this process alone: after a fork there may be others."""
    ended = []

    def pool(name: str) -> SimpleNamespace:
        return SimpleNamespace(_processes={1: SimpleNamespace(terminate=lambda: ended.append(name))})

    monkeypatch.setattr(pools, "_started", [(pool("a parent's"), 2, HOME + 1), (pool("its own"), 2, HOME)])
    pools._terminate()
    assert ended == ["its own"]


def test_a_run_goes_on_where_no_process_can_be_started_again(away, monkeypatch) -> None:
    """The system may have no memory for one any longer."""

    def refused(_count: int) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(pools, "processes", refused)
    place = Place(PLAN, 1, lambda: None)
    assert place.submit(pow, 2, 3).result() == 8
    assert not place.away
    place.close(failed=False)


def test_why_there_are_no_processes(monkeypatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    assert why_confined() == "a test runner's worker"
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    assert why_confined() is None
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert why_confined() == "an interpreter whose threads run at once"


@pytest.mark.slow
def test_a_run_needs_no_thread_while_the_interpreter_ends() -> None:
    """Threads may outlive the main one, and functions be registered for the end."""
    code = (
        "import atexit, sambe\n"
        "atexit.register(lambda: print(int(sambe.steady_state(sambe.models.spin_boson()).status)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("0\n", "")


SCRIPT = """
import os, sys
import numpy as np
import sambe
from sambe.sweep.places import pools

print("main", flush=True)
axis = sambe.axis("omega", np.linspace(0.5, 1.5, int(sys.argv[1])))
pools.PAYS = 0.05
system = sambe.models.kerr_resonator(levels=8, omega=axis, drive=1e-3)

def told(done, points):
    if pools._started:
        print("away", flush=True)

one = sambe.steady_state(system, progress=told, workers=2)
print("end", flush=True)
"""


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}


@pytest.mark.slow
def test_a_script_needs_no_guard(tmp_path) -> None:
    """The main module runs once, although processes start from it."""
    (tmp_path / "script.py").write_text(SCRIPT)
    run = subprocess.run(
        [sys.executable, "script.py", "1500"], cwd=tmp_path, capture_output=True, text=True, env=environment()
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert run.stdout.count("main") == 1
    assert "away" in run.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
def test_an_interrupt_from_a_terminal_ends_the_processes(tmp_path) -> None:
    run = gone_away(tmp_path)
    os.killpg(run.pid, signal.SIGINT)
    with run:
        _, told = run.communicate(timeout=30)
    assert told.count("Traceback") == 1
    assert told.rstrip().endswith("KeyboardInterrupt")
    assert ends(run.pid)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_processes_do_not_outlive_a_run_that_is_killed(tmp_path) -> None:
    """They hold the pipe of its output too, whose reader would wait for them."""
    run = gone_away(tmp_path)
    run.kill()
    with run:
        run.communicate(timeout=10)
    assert ends(run.pid)


def gone_away(folder: Path) -> subprocess.Popen[str]:
    """A long run in a group of its own, once it has moved to processes."""
    (folder / "script.py").write_text(SCRIPT)
    run = subprocess.Popen(
        [sys.executable, "script.py", "500000"], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True,
    )  # fmt: skip
    assert run.stdout is not None
    while run.stdout.readline() != "away\n":
        assert run.poll() is None
    return run


def ends(group: int) -> bool:
    """Whether all processes of a group are gone within seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
