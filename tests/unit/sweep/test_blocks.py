"""The block engine: how a sweep is cut, where its blocks run, and what happens when one goes wrong."""

from __future__ import annotations

import math
import pickle
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl
from hypothesis import given
from hypothesis import strategies as st

import sambe
from sambe.errors import ConvergenceError
from sambe.physics.cost import point_bytes
from sambe.physics.dressing import step_estimates
from sambe.physics.preparation import prepare
from sambe.sweep import blocks
from sambe.sweep import plan as planning
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import run_blocks, solve_block, stream_blocks
from sambe.sweep.fields import point_fields
from sambe.sweep.plan import Plan, make_plan, parse_memory, regions
from sambe.sweep.run import Run


def qubit(points: int = 40, **changes: object) -> sambe.System:
    values = {"omega": sambe.axis("omega", np.linspace(0.5, 1.5, points)), "drive": 0.1, **changes}
    return sambe.models.spin_boson(**values)


def planned(system: sambe.System, equation: str = "auto", secular: str = "full", **options: object) -> Plan:
    return make_plan(Sweep(system), prepare(system, equation, secular), **options)


@pytest.mark.parametrize(
    ("text", "size"),
    [("1 GB", 10**9), ("500MB", 5 * 10**8), ("1.5 GiB", 3 * 2**29), ("2048", 2048), ("8 kb", 8000)],
)
def test_memory_is_read(text, size) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1 GB", "0 GB", "1 GBB", "inf GB", "nan"])
def test_memory_that_makes_no_sense(text) -> None:
    with pytest.raises(sambe.InputError, match="memory"):
        parse_memory(text)


@pytest.mark.parametrize("workers", [0, -1, True])
def test_workers_that_make_no_sense(workers) -> None:
    with pytest.raises(sambe.InputError, match="workers"):
        sambe.steady_state(qubit(), workers=workers)


@given(st.lists(st.integers(1, 30), max_size=4), st.integers(1, 5000))
def test_blocks_cover_a_grid_once(shape, size) -> None:
    chunks = planning._chunks(tuple(shape), size)
    assert math.prod(chunks) <= size
    count = np.zeros(shape, dtype=int)
    for region in regions(shape, chunks):
        count[region] += 1
        assert count[region].size <= size
    assert (count == 1).all()


@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.integers(1, 50))
def test_points_of_a_block_are_those_of_the_grid(shape, size) -> None:
    axes = [sambe.axis(f"x{k}", np.linspace(0.5, 1.5, n)) for k, n in enumerate(shape)]
    sweep = Sweep(qubit(omega=sum(axes), drive=0.1))
    numbers = np.arange(math.prod(shape)).reshape(shape)
    for region in regions(sweep.shape, planning._chunks(sweep.shape, size)):
        np.testing.assert_array_equal(sweep.indices(region), numbers[region].ravel())


@pytest.mark.parametrize("budget", ["1 MB", "30 MB", "1 GB"])
@pytest.mark.parametrize("workers", [1, 3, 64])
def test_the_budget_holds_for_all_threads_together(budget, workers) -> None:
    system = sambe.models.kerr_resonator(levels=20, omega=sambe.axis("w", np.linspace(0.5, 1.5, 10_000)))
    method = prepare(system)
    plan = make_plan(Sweep(system), method, budget, workers)
    assert 1 <= plan.threads <= workers
    assert plan.threads * plan.tile * point_bytes(Sweep(system).extreme(), method) <= parse_memory(budget)


def test_one_point_runs_even_beyond_the_budget() -> None:
    plan = planned(sambe.models.kerr_resonator(levels=100), memory="1 MB")
    assert (plan.chunks, plan.tile, plan.threads) == ((), 1, 1)


def test_cores_that_no_block_takes_go_to_blas(monkeypatch) -> None:
    monkeypatch.setattr(planning.os, "cpu_count", lambda: 8)
    assert planned(qubit(1000)).blas == 1
    monkeypatch.setattr(planning, "LARGE", 2)
    assert planned(qubit(2)).blas == 4
    assert planned(qubit(2), workers=2).blas == 1


CASES = [
    ("driven_dressed", "full", 2, 512),
    ("driven_dressed", "full", 20, 32),
    ("driven_dressed", "full", 100, 2),
    ("driven_dressed", "partial", 2, 512),
    ("driven_dressed", "partial", 20, 16),
    ("driven_dressed", "partial", 40, 4),
    ("driven_dressed", "none", 20, 8),
    ("driven_dressed", "ule", 20, 16),
    ("driven_dressed", "clustered", 20, 16),
    ("floquet", "full", 2, 128),
    ("floquet", "partial", 2, 128),
    ("floquet", "full", 20, 4),
]


@pytest.mark.parametrize(("equation", "secular", "levels", "points"), CASES)
def test_the_estimate_of_the_memory_bounds_the_measured_peak(equation, secular, levels, points) -> None:
    omega = sambe.axis("omega", np.linspace(0.62, 1.43, points))
    linear = {"polarization": "linear"} if equation == "floquet" else {}
    system = (
        sambe.models.spin_boson(drive=0.3, omega=omega, **linear) if levels == 2
        else sambe.models.kerr_resonator(levels=levels, omega=omega)
    )  # fmt: skip
    sweep, method = Sweep(system), prepare(system, equation, secular)
    part = sweep.part(np.arange(points))
    solve_block(part, method, point_fields, points)  # what is imported or cached once does not count
    tracemalloc.start()
    solve_block(part, method, point_fields, points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimate = points * point_bytes(sweep.extreme(), method)
    assert peak <= 1.2 * estimate
    assert estimate <= 8 * peak


def test_slow_drives_need_more_steps() -> None:
    def steps(omega: float, drive: float) -> int:
        return step_estimates.propagation_steps(qubit(omega=omega, drive=drive))

    assert steps(0.05, 0.1) > 4 * steps(1.0, 0.1)
    assert steps(0.05, 10.0) > steps(0.05, 0.1)
    assert steps(1e-9, 0.1) == step_estimates.MOST_STEPS
    swept = qubit(omega=sambe.axis("omega", [0.05, 5.0, np.nan]), drive=0.1)
    assert step_estimates.propagation_steps(Sweep(swept).extreme()) == steps(0.05, 0.1)
    undriven = sambe.System([(0.5, sambe.sigmaz())], baths=[
        sambe.Bath("hot", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])  # fmt: skip
    assert step_estimates.propagation_steps(undriven) == step_estimates.FEWEST_STEPS


def test_the_peak_of_a_large_sweep_is_its_result() -> None:
    points = 300
    system = qubit(points, drive=sambe.axis("drive", np.linspace(0.01, 0.3, points)))
    tracemalloc.start()
    flow = sambe.steady_state(system, memory="20 MB")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * flow.nbytes + 40e6


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


def test_blas_has_one_thread_inside_and_its_own_number_after() -> None:
    before, inside = blas_limits(), []

    def kernel(system, method):
        inside.append(blas_limits())
        return point_fields(system, method)

    system = qubit(2000)
    run_blocks(Sweep(system), prepare(system), kernel, Run(workers=2))
    assert inside
    assert all(limits == {1} for limits in inside)
    assert blas_limits() == before


def test_the_limit_lasts_until_the_last_thread_leaves() -> None:
    """The first to come, which sets the limit, leaves first."""
    before, come, leave = blas_limits(), threading.Barrier(2), threading.Event()

    def last() -> None:
        with blocks.blas_threads():
            come.wait()
            leave.wait()

    other = threading.Thread(target=last)
    with blocks.blas_threads():
        other.start()
        come.wait()
    assert blas_limits() == {1}
    leave.set()
    other.join()
    assert blas_limits() == before


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


def test_a_budget_on_other_machines_is_that_of_each_block() -> None:
    system = sambe.models.kerr_resonator(levels=20, omega=sambe.axis("w", np.linspace(0.5, 1.5, 10_000)))
    method = prepare(system)
    here = make_plan(Sweep(system), method, "1 MB", 64)
    there = make_plan(Sweep(system), method, "1 MB", 64, remote=True)
    assert here.threads < 64
    assert there.threads == 64


def test_bare_arrays_have_no_place_in_a_sweep() -> None:
    with pytest.raises(sambe.InputError, match=r"sambe\.axis"):
        sambe.steady_state(qubit(omega=np.array([0.5, 1.0])))
