"""The block engine: how a sweep is cut, where its blocks run, and what happens when one goes wrong."""

from __future__ import annotations

import pickle
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl

import sambe
from sambe.errors import ConvergenceError
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import VersionError, run_blocks, stream_blocks
from sambe.sweep.kernels.fields import point_fields
from sambe.sweep.plan import Plan
from sambe.sweep.run import Run


def qubit(points: int = 40, **changes: object) -> sambe.System:
    values = {"omega": sambe.axis("omega", np.linspace(0.5, 1.5, points)), "drive": 0.1, **changes}
    return sambe.models.spin_boson(**values)


@pytest.mark.parametrize("workers", [0, -1, True])
def test_workers_that_make_no_sense(workers) -> None:
    with pytest.raises(sambe.InputError, match="workers"):
        sambe.steady_state(qubit(), workers=workers)


@pytest.mark.slow
def test_the_peak_of_a_large_sweep_is_its_result() -> None:
    system = qubit(200, drive=sambe.axis("drive", np.linspace(0.01, 0.3, 100)))  # some 400 MB at once
    tracemalloc.start()
    flow = sambe.steady_state(system, memory="20 MB")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * flow.nbytes + 40e6


@pytest.mark.slow
def test_a_sweep_is_the_same_whatever_its_blocks() -> None:
    system = qubit(50, drive=sambe.axis("drive", np.linspace(0.01, 0.3, 20)))
    whole = sambe.steady_state(system, workers=1)
    pieces = sambe.steady_state(system, workers=3, memory="300 kB")
    for name in whole:
        np.testing.assert_allclose(pieces[name], whole[name], rtol=1e-9, atol=1e-15)


def test_progress_tells_of_every_block_and_ends_once() -> None:
    calls: list[tuple[int, int]] = []
    sambe.steady_state(qubit(400), workers=2, progress=lambda *x: calls.append(x))
    done = [d for d, _ in calls]
    assert done[0] == 0
    assert done == sorted(set(done))
    assert done.count(400) == 1
    assert len(done) > 2
    assert {total for _, total in calls} == {400}


def blas_limits() -> set[int]:
    return {x["num_threads"] for x in threadpoolctl.threadpool_info() if x["user_api"] == "blas"}


@pytest.mark.parametrize("error", [np.linalg.LinAlgError, ConvergenceError])
def test_a_point_that_fails_is_lost_alone(error) -> None:
    def kernel(system, method):
        if (system.omega == bad).any():
            raise error
        return point_fields(system, method)

    system = qubit(33)
    bad = system.omega.values[17]
    sweep, method = Sweep(system), prepare(system)
    found = run_blocks(sweep, method, kernel, Run(workers=2))
    lost = [points for points, fields in found if fields is None]
    assert [list(points) for points in lost] == [[17]]
    solved = np.sort(np.concatenate([points for points, fields in found if fields is not None]))
    np.testing.assert_array_equal(solved, np.delete(np.arange(33), 17))


def test_a_tile_without_room_is_halved_until_it_fits() -> None:
    sizes = []

    def kernel(system, method):
        sizes.append(len(system.omega))
        if sizes[-1] > most:
            raise MemoryError
        return point_fields(system, method)

    system = qubit(32)
    sweep, method, most = Sweep(system), prepare(system), 8
    found = run_blocks(sweep, method, kernel, Run(workers=1))
    assert sizes[-1] <= 8
    assert sum(len(points) for points, fields in found if fields is not None) == 32
    most = 0
    with pytest.raises(MemoryError):
        run_blocks(sweep, method, kernel, Run(workers=1))


def test_bad_numbers_never_reach_a_kernel() -> None:
    def kernel(system, method):
        assert np.isfinite(system.omega).all()
        return point_fields(system, method)

    system = qubit(omega=sambe.axis("omega", [0.5, np.nan, 1.0, -1.0]))
    found = run_blocks(Sweep(system), prepare(system), kernel, Run())
    assert sorted(np.concatenate([points for points, _ in found])) == [0, 2]


def test_an_interrupt_leaves_no_thread_behind() -> None:
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    def kernel(system, method):
        time.sleep(0.02)
        return point_fields(system, method)

    system = qubit(4000)
    sweep, method = Sweep(system), prepare(system)
    before = blas_limits()
    plan = Plan(chunks=(100,), tile=10, threads=3)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        stream_blocks(sweep, method, kernel, lambda *_: None, plan, progress=interrupt)
    assert time.monotonic() - start < 4  # all of it takes three seconds on each of the threads
    deadline = time.monotonic() + 10
    while any(t.name.startswith("sambe") for t in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [t.name for t in threading.enumerate() if t.name.startswith("sambe")]
    assert blas_limits() == before


def test_blocks_run_on_any_executor() -> None:
    class Postman(ThreadPoolExecutor):
        """Sends what it gets as bytes, as an executor on another machine does."""

        def submit(self, fn, *args):
            return super().submit(lambda: pickle.loads(pickle.dumps((fn, args)))[0](*args))

    system = qubit(100)
    with Postman(2) as executor:
        found = sambe.steady_state(system, executor=executor, workers=2)
    np.testing.assert_array_equal(found.energy_current, sambe.steady_state(system, workers=2).energy_current)


def test_a_block_that_may_not_be_entered_where_it_was_solved_is_handed_on() -> None:
    """A system may keep processes from each other's files."""

    class Locked:
        def put(self, points, parts):
            raise PermissionError(13, "Permission denied")

    system = qubit(omega=sambe.axis("omega", [0.5, np.nan, 1.0]))
    sweep, method, kept = Sweep(system), prepare(system), []

    def keep(_region, points, parts):
        kept.append((points.tolist(), [at.tolist() for at, _ in parts]))

    stream_blocks(sweep, method, point_fields, keep, Plan((3,), 3, 1), target=Locked())
    assert kept == [([0, 1, 2], [[0, 2]])]


def test_bare_arrays_have_no_place_in_a_sweep() -> None:
    with pytest.raises(sambe.InputError, match=r"sambe\.axis"):
        sambe.steady_state(qubit(omega=np.array([0.5, 1.0])))


class Elsewhere(ThreadPoolExecutor):
    """Workers with another version of sambe."""

    def submit(self, fn, /, *args, **kwargs):
        return super().submit(fn, *args[:-1], "0.0.1", **kwargs)


def test_a_worker_of_another_version_is_refused() -> None:
    with Elsewhere(1) as pool, pytest.raises(VersionError, match=r"has sambe .*, this process 0\.0\.1"):
        sambe.steady_state(qubit(), executor=pool)


def _answer(kind: str, w: np.ndarray) -> object:
    """J of a bath that has something to hide near w = 0.9."""
    j = 0.002 * w
    hidden = (w > 0.89) & (w < 0.91)
    if not hidden.any():
        return j
    if kind == "raises":
        raise KeyError("no data there")
    values = {"complex": j * 1j, "shape": j.ravel()[:1].repeat(7), "text": "much"}
    return values.get(
        kind, np.where(hidden, {"nan": np.nan, "negative": -1.0, "infinite": np.inf}.get(kind), j)
    )


@pytest.mark.parametrize("kind", ["raises", "nan", "negative", "infinite", "complex", "shape", "text"])
def test_a_spectral_density_costs_only_the_points_that_ask_for_what_it_hides(kind: str) -> None:
    def swept(splittings: object) -> sambe.System:
        bath = sambe.Bath("odd", sambe.sigmax(), lambda w: _answer(kind, w), 1.2)
        return sambe.System([(splittings, 0.5 * sambe.sigmaz())], baths=[
            bath, sambe.Bath("plain", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 0.4)])  # fmt: skip

    gaps = np.array([0.5, 0.7, 0.9, 1.1, 1.3])
    with pytest.warns(sambe.errors.NoAnswerWarning, match="1 of 5 points .*bath 'odd'.spectrum"):
        data = sambe.steady_state(swept(sambe.axis("gap", gaps)))
    assert data.status.values.tolist() == [0, 0, 1, 0, 0]
    for k in (0, 1, 3, 4):
        one = sambe.steady_state(swept(gaps[k]))
        np.testing.assert_array_equal(data.energy_current[k], one.energy_current)
    with pytest.raises(sambe.errors.InputError, match=r"bath 'odd'\.spectrum"):
        sambe.steady_state(swept(0.9))
    with pytest.raises(sambe.errors.InputError, match=r"bath 'odd'\.spectrum"):
        sambe.energy_currents(swept(np.array([0.5, 0.9])))
