"""How a sweep is cut: a budget that holds, blocks that cover the grid once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sambe
from sambe.physics.cost import point_bytes
from sambe.physics.preparation import prepare
from sambe.sweep import plan as planning
from sambe.sweep.axes import Sweep, indices
from sambe.sweep.plan import Plan, in_turn, make_plan, parse_memory, regions, usable_cores


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


@pytest.mark.slow
@given(st.lists(st.integers(1, 30), max_size=4), st.integers(1, 5000))
def test_blocks_cover_a_grid_once(shape, size) -> None:
    chunks = planning._chunks(tuple(shape), size)
    assert math.prod(chunks) <= size
    count = np.zeros(shape, dtype=int)
    for region in regions(shape, chunks):
        count[region] += 1
        assert count[region].size <= size
    assert (count == 1).all()


@pytest.mark.slow
@given(
    st.lists(st.integers(1, 30), max_size=4),
    st.integers(1, 5000),
    st.integers(1, 500),
    st.integers(1, 17),
)
def test_parts_of_the_last_blocks_cover_the_grid_in_its_order(shape, size, tile, threads) -> None:
    numbers = np.arange(math.prod(shape)).reshape(shape)
    plan = Plan(planning._chunks(tuple(shape), size), tile, threads)
    parts = [numbers[region].ravel() for region in in_turn(shape, plan)]
    assert max(map(len, parts)) <= size
    np.testing.assert_array_equal(np.concatenate(parts), numbers.ravel())


@pytest.mark.parametrize("threads", [2, 3, 16])
@pytest.mark.parametrize(("blocks", "rows"), [(17, 59), (27, 40), (33, 10)])
def test_threads_end_together(blocks, rows, threads) -> None:
    """Within a tile, however many blocks there are; whole ones leave one thread waiting for a block."""
    plan = Plan((rows, 7), 14, threads)
    ends = [0] * threads
    for region in in_turn((blocks * rows, 7), plan):
        ends[ends.index(min(ends))] += region[0].stop - region[0].start
    assert max(ends) - min(ends) <= 2  # a tile has two rows
    assert max(ends) <= blocks * rows / threads + 2


@pytest.mark.slow
@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.integers(1, 50))
def test_points_of_a_block_are_those_of_the_grid(shape, size) -> None:
    axes = [sambe.axis(f"x{k}", np.linspace(0.5, 1.5, n)) for k, n in enumerate(shape)]
    sweep = Sweep(qubit(omega=sum(axes), drive=0.1))
    numbers = np.arange(math.prod(shape)).reshape(shape)
    for region in regions(sweep.shape, planning._chunks(sweep.shape, size)):
        np.testing.assert_array_equal(indices(region, sweep.shape), numbers[region].ravel())


@pytest.mark.parametrize("budget", ["3 MB", "30 MB", "1 GB"])
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
    monkeypatch.setattr(planning, "usable_cores", lambda: 8)
    assert planned(qubit(1000)).blas == 1
    monkeypatch.setattr(planning, "LARGE", 2)
    assert planned(qubit(2)).blas == 4
    assert planned(qubit(2), workers=2).blas == 1


@pytest.mark.parametrize("workers", [2, 3, 4])
@pytest.mark.parametrize("points", [1000, 3600])
def test_every_thread_has_as_many_blocks(monkeypatch, points, workers) -> None:
    """Else the others wait for the one with a block more: of three blocks one of two threads takes two."""
    monkeypatch.setattr(planning, "usable_cores", lambda: workers)
    kerr = sambe.models.kerr_resonator(levels=20, omega=sambe.axis("omega", np.linspace(0.9, 1.1, points)))
    plan = planned(kerr, secular="partial", workers=workers)
    blocks = len(list(regions((points,), plan.chunks)))
    assert plan.threads == workers
    assert blocks % workers == 0 or blocks > planning.BLOCKS_EACH * workers


def test_iterated_coherences_end_in_parts_of_a_tile(monkeypatch) -> None:
    """Their kernel divides a tile once more, so that a quarter costs as little for each point; ten
    blocks of one tile, of which some cost more than others, keep a thread waiting for a tenth of its time."""
    monkeypatch.setattr(planning, "usable_cores", lambda: 2)
    kerr = sambe.models.kerr_resonator(levels=20, omega=sambe.axis("omega", np.linspace(0.9, 1.1, 3600)))
    plan = planned(kerr, secular="partial")
    last = list(in_turn((3600,), plan))[-1][0]
    assert last.stop - last.start <= 1.5 * plan.least <= plan.tile / 2
    assert planned(kerr, secular="full").least is None


def test_a_budget_on_other_machines_is_that_of_each_block() -> None:
    system = sambe.models.kerr_resonator(levels=20, omega=sambe.axis("w", np.linspace(0.5, 1.5, 10_000)))
    method = prepare(system)
    here = make_plan(Sweep(system), method, "3 MB", 64)
    there = make_plan(Sweep(system), method, "3 MB", 64, remote=True)
    assert here.threads < 64
    assert there.threads == 64


def test_points_and_results_beyond_the_machine_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    need = point_bytes(Sweep(qubit()).extreme(), prepare(qubit(), secular="full"))
    monkeypatch.setattr(planning, "physical_memory", lambda: need)
    planned(qubit(), memory="1 kB")
    monkeypatch.setattr(planning, "physical_memory", lambda: need - 1)
    with pytest.raises(sambe.errors.InputError, match=r"work memory.*memory='"):
        planned(qubit(), memory="1 kB")
    planned(qubit(), memory="1 GB")
    planning.check_result(need - 1, 1)
    with pytest.raises(sambe.errors.InputError, match="store="):
        planning.check_result(need, 1)


def test_more_blocks_at_once_than_cores_can_use_are_none(monkeypatch) -> None:
    monkeypatch.setattr(planning, "usable_cores", lambda: 2)
    sweep, method = Sweep(qubit(10_000)), prepare(qubit())
    assert make_plan(sweep, method, workers=10**6).threads == 8
    assert make_plan(sweep, method, workers=10**6, remote=True).threads == 10**6  # those of a cluster


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 72),
        ({"cpu.max": "max 100000"}, 72),
        ({"cpu.max": "150000 100000"}, 2),
        ({"cpu.max": "900000000 100000"}, 72),
        ({"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 72),
    ],
)
def test_a_container_has_the_cores_of_its_share(monkeypatch, tmp_path, files, cores) -> None:
    """As Linux tells it, by the second and the first of its ways to group processes."""
    monkeypatch.setattr(planning, "GROUP", tmp_path)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(72), raising=False)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{text}\n")
    assert usable_cores() == cores
