"""Stored runs: whatever ends one, it goes on where it was, and comes out the same to the last bit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

import sambe
from sambe.faces.commands import main as cli
from sambe.sweep.storage.store import StoreError

SYSTEM = """
    import numpy as np, sambe

    def device(points=40):
        return sambe.models.two_qubits(
            omega=sambe.axis("omega", np.linspace(0.7, 1.3, points)),
            drive=sambe.axis("drive", np.linspace(0.01, 0.1, points)))
"""
SMALL = {"memory": "500 kB", "workers": 2}  # makes many blocks of few points
MAIN = "from sambe.faces.commands.main import main; main()"
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def script(text: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(SYSTEM) + textwrap.dedent(text)]


def finished(text: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*script(text), *map(str, arguments)], capture_output=True, text=True, timeout=120, env=ENVIRONMENT
    )


def system(points: int = 12, **changes: object) -> sambe.System:
    values = {"omega": sambe.axis("omega", np.linspace(0.7, 1.3, points)), "drive": 0.1, **changes}
    return sambe.models.spin_boson(**values)


def chunks(store: Path) -> dict[str, bytes]:
    """Every chunk of a store, as it lies on disk."""
    files = [f for f in store.rglob("*") if f.is_file() and f.name != "zarr.json" and f.suffix != ".partial"]
    return {str(f.relative_to(store)): f.read_bytes() for f in files}


@pytest.mark.slow
def test_a_store_holds_what_memory_would(tmp_path) -> None:
    sweep = system()
    stored = sambe.steady_state(sweep, store=tmp_path / "a.zarr", **SMALL)
    assert stored.energy_current.chunks is not None
    xr.testing.assert_identical(stored.compute(), sambe.steady_state(sweep, **SMALL))
    with xr.open_zarr(tmp_path / "a.zarr", consolidated=False) as plain:
        xr.testing.assert_equal(plain.energy_current, stored.energy_current)
        assert plain.energy_current.attrs["units"] == "energy^2"
        assert plain.attrs["equation"] == "driven_dressed"


@pytest.mark.slow
def test_points_without_an_answer_are_finished_too(tmp_path) -> None:
    sweep = system(drive=xr.DataArray([0.1, np.nan], dims="drive"))
    stored = sambe.steady_state(sweep, store=tmp_path / "a.zarr", **SMALL)
    assert (stored.status.isel(drive=1) == 1).all()
    calls: list[tuple[int, int]] = []
    again = sambe.steady_state(
        sweep, store=tmp_path / "a.zarr", resume=True, progress=lambda *x: calls.append(x), **SMALL
    )
    assert calls == [(24, 24)]
    xr.testing.assert_identical(again.compute(), stored.compute())


@pytest.mark.slow
def test_a_single_point_has_a_store_like_any_other(tmp_path) -> None:
    alone = sambe.models.spin_boson(omega=0.8)
    stored = sambe.steady_state(alone, store=tmp_path / "a.zarr")
    xr.testing.assert_identical(stored.compute(), sambe.steady_state(alone))


@pytest.mark.slow
def test_a_comparison_has_a_group_for_each_equation(tmp_path) -> None:
    names = ["driven_dressed", "dressed"]
    options = {"equations": names, "store": tmp_path / "c.zarr"}
    stored = sambe.compare(system(), **options)
    expected = sambe.compare(system(), equations=names)
    np.testing.assert_array_equal(stored.energy_current.values, expected.energy_current.values)
    sambe.compare(system(), resume=True, **options)
    with pytest.raises(StoreError, match="equations was driven_dressed, dressed"):
        sambe.compare(system(), equations=names[:1], store=tmp_path / "c.zarr", resume=True)


CHANGES = {
    "a number": ({"splitting": 1.1}, {}, r"system.hamiltonian\[0\]\[0\] was 0.5, is 0.55"),
    "an axis": ({"omega": sambe.axis("omega", np.linspace(0.7, 1.4, 12))}, {}, "omega has other values"),
    "the treatment": ({}, {"secular": "full"}, "method.secular was auto, is full"),
    "the tolerance": ({}, {"tolerance": 1e-6}, "method.tolerance was 1e-08, is 1e-06"),
    "the spectrum": (
        {"baths": [sambe.Bath("b", spectrum=lambda w: 0.002 * w, temperature=1.0)]}, {}, "baths",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CHANGES)
def test_a_store_of_another_configuration_is_refused(tmp_path, case) -> None:
    store = tmp_path / "a.zarr"
    sambe.steady_state(system(), store=store)
    before = chunks(store)
    changed, options, told = CHANGES[case]
    with pytest.raises(StoreError, match=told) as error:
        sambe.steady_state(system(**changed), store=store, resume=True, **options)
    assert str(store) in str(error.value)
    assert "another path" in error.value.remedy
    assert chunks(store) == before


@pytest.mark.slow
def test_functions_are_told_apart_by_their_values(tmp_path) -> None:
    def flow(slope: float, resume: bool) -> None:
        baths = [sambe.Bath("b", spectrum=lambda w: slope * w, temperature=1.0)]
        sambe.steady_state(system(baths=baths), store=tmp_path / "a.zarr", resume=resume)

    flow(0.002, resume=False)
    flow(0.002, resume=True)
    with pytest.raises(StoreError, match=r"spectrum.function has other values"):
        flow(0.003, resume=True)


@pytest.mark.slow
def test_what_is_there_is_not_overwritten(tmp_path) -> None:
    sambe.steady_state(system(), store=tmp_path / "a.zarr")
    with pytest.raises(StoreError, match="resume=True"):
        sambe.steady_state(system(), store=tmp_path / "a.zarr")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("keep")
    with pytest.raises(StoreError, match="no store"):
        sambe.steady_state(system(), store=tmp_path / "notes", resume=True)
    assert (tmp_path / "notes" / "mine.txt").read_text() == "keep"


def test_a_path_that_cannot_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(StoreError, match=r"a\.zarr: .*choose a path that can be written"):
        sambe.steady_state(system(), store=tmp_path / "file" / "a.zarr")


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", b"torn"])
def test_a_torn_chunk_is_solved_again(tmp_path, damage) -> None:
    """A power failure may lose the content of a file whose name is there already."""
    store = tmp_path / "a.zarr"
    expected = sambe.steady_state(system(), store=store, **SMALL).compute()
    before = chunks(store)
    victim = next(iter((store / "energy_current" / "c").rglob("0")))
    for file in store.glob("energy_current/c/*/0"):
        victim = file
    victim.write_bytes(damage)
    again = sambe.steady_state(system(), store=store, resume=True, **SMALL)
    xr.testing.assert_identical(again.compute(), expected)
    assert chunks(store) == before


@pytest.mark.slow
def test_killed_at_ten_random_moments(tmp_path) -> None:
    """Forked from a process that has imported everything, so that the ten starts take no time.

    Each child is killed a little after a random number of blocks, none included.
    """
    done = finished(
        """
        import os, pathlib, random, signal, sys, time
        import dask.array, distributed, scipy.linalg, scipy.sparse.csgraph, threadpoolctl, xarray, zarr
        import sambe.verbs.stationary_currents  # all imported once; a fork must come before the first thread

        whole, pieces = sys.argv[1:]
        draw, killed = random.Random(7), 0

        def run(store):
            child = os.fork()
            if not child:
                sambe.steady_state(device(7), store=store, resume=True, memory="200 kB", workers=2)
                os._exit(0)
            return child

        def blocks():
            return sum(1 for f in pathlib.Path(pieces, "status").glob("c/*/*") if f.suffix != ".partial")

        assert os.waitpid(run(whole), 0)[1] == 0
        for _ in range(10):
            enough, ended, child = blocks() + draw.randrange(4), 0, run(pieces)
            while blocks() < enough and not ended:
                ended, how = os.waitpid(child, os.WNOHANG)
                time.sleep(0.003)  # the child needs the core more
            time.sleep(draw.uniform(0.0, 0.03))
            if not ended:
                os.kill(child, signal.SIGKILL)
                ended, how = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(how)
        between = blocks()
        assert os.waitpid(run(pieces), 0)[1] == 0
        print(killed, between, blocks())
        """,
        tmp_path / "whole.zarr", tmp_path / "pieces.zarr",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    killed, between, every = map(int, done.stdout.split())
    assert killed == 10
    assert 5 < between < every
    assert chunks(tmp_path / "pieces.zarr") == chunks(tmp_path / "whole.zarr")


@pytest.mark.slow
def test_a_full_disk(tmp_path) -> None:
    """No file may grow any more after some blocks: what the disk has taken stays, and is enough to go on."""
    done = finished(
        """
        import resource, sys

        def fill(done, total):
            if done > 30:
                resource.setrlimit(resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY))

        try:
            sambe.steady_state(device(10), store=sys.argv[1], memory="500 kB", workers=2, progress=fill)
        except sambe.SambeError as error:
            print(type(error).__name__, error)
        """,
        tmp_path / "a.zarr",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("StoreError store")
    assert "File too large" in done.stdout
    assert "resume" in done.stdout
    kept = chunks(tmp_path / "a.zarr")
    calls: list[int] = []
    scope: dict[str, object] = {}
    exec(textwrap.dedent(SYSTEM), scope)
    sambe.steady_state(
        scope["device"](10),
        store=tmp_path / "a.zarr",
        resume=True,
        progress=lambda d, _: calls.append(d),
        **SMALL,
    )
    assert 30 < calls[0] < 100
    assert calls[-1] == 100
    after = chunks(tmp_path / "a.zarr")
    assert all(after[name] == content for name, content in kept.items())


FILE = """
[system]
model = "spin_boson"
omega = {start = 0.7, stop = 1.3, points = %d}
drive = [0.05, 0.1]

[solve]
equations = ["driven_dressed"]
memory = "500 kB"

[output]
formats = ["nc"]
"""


@pytest.fixture
def sambe_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.toml").write_text(FILE % 60)
    return lambda *options: CliRunner().invoke(cli.app, ["run", "in.toml", *options])


@pytest.mark.slow
def test_the_command_line_keeps_and_continues_a_store(sambe_run, tmp_path) -> None:
    first = sambe_run("--store", "out.zarr")
    assert first.exit_code == 0, first.output
    assert "Energy currents" in first.output
    assert sambe_run("--store", "out.zarr").exit_code == 1
    again = sambe_run("--store", "out.zarr", "--resume", "--quiet")
    assert again.exit_code == 0, again.output
    refused = sambe_run("--store", "out.zarr", "--resume", "--secular", "full")
    assert refused.exit_code == 1
    assert "method.secular was auto, is full" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert sambe_run("--resume").exit_code == 2
    with xr.open_dataset(tmp_path / "results/in/in.nc", engine="h5netcdf") as data:
        assert data.energy_current.sizes["omega"] == 60


@pytest.mark.slow
def test_a_result_beyond_the_memory_stays_in_the_store(sambe_run, tmp_path) -> None:
    (tmp_path / "in.toml").write_text(FILE % 16)
    result = sambe_run("--store", "out.zarr", "--memory", "2 kB")
    assert xr.open_zarr("out.zarr", consolidated=False).nbytes > 2_000
    assert result.exit_code == 0, result.output
    assert "in the store alone" in result.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a process there")
def test_an_interrupt_keeps_the_finished_blocks(tmp_path) -> None:
    (tmp_path / "in.toml").write_text(FILE % 20_000)
    run = subprocess.Popen(
        [sys.executable, "-c", MAIN, "run", "in.toml", "--store", "out.zarr"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out.zarr" / "status").glob("c/*/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130, told
    assert time.monotonic() - asked < 5
    assert "Traceback" not in told
    assert "continue with --resume" in told
    assert json.loads((tmp_path / "out.zarr" / "zarr.json").read_text())["zarr_format"] == 3
    assert list((tmp_path / "out.zarr" / "status").glob("c/*/*"))


@pytest.mark.slow
@pytest.mark.xdist_group("clusters")  # two at a time would want one port for their dashboards
@pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")
def test_an_interrupt_from_a_terminal_reaches_no_worker(tmp_path) -> None:
    """It goes to all processes of the command: each worker would tell of it in a traceback of its own."""
    (tmp_path / "in.toml").write_text(FILE % 20_000)
    run = subprocess.Popen(
        [sys.executable, "-c", MAIN, "run", "in.toml", "--store", "out.zarr",
         "--workers", "1"], start_new_session=True,
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out.zarr" / "status").glob("c/*/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGINT)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130, told
    assert [line for line in told.splitlines() if not line.startswith("sambe: ")] == []
    assert "continue with --resume" in told
