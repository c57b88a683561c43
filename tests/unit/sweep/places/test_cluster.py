"""A cluster that loses workers, and places that are not there."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest
from typer.testing import CliRunner

import sambe
from sambe.faces.commands import main as cli
from sambe.sweep.places.cluster import _check_versions

SYSTEM = """
    import numpy as np, sambe

    def device(points=12):
        return sambe.models.two_qubits(
            omega=sambe.axis("omega", np.linspace(0.7, 1.3, points)),
            drive=sambe.axis("drive", np.linspace(0.01, 0.1, points)))
"""
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
CLUSTER = """
import os, signal
from types import SimpleNamespace
from distributed import Client, KilledWorker, LocalCluster
from typer.testing import CliRunner
from sambe.faces.commands.main import app
from sambe.sweep.places.cluster import cluster

def lose_a_worker(client):
    alive = [next(iter(client.run(os.getpid).values()))]

    def kill(done, total):
        if done > 40 and alive:
            os.kill(alive.pop(), signal.SIGKILL)

    found = sambe.steady_state(
        device(), executor=client.get_executor(), memory="500 kB", workers=2, progress=kill)
    assert not alive
    expected = sambe.steady_state(device(), memory="500 kB", workers=2)
    np.testing.assert_allclose(found.energy_current, expected.energy_current, rtol=1e-9)
    return expected

def main():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        with Client(local) as client:
            expected = lose_a_worker(client)
            lazy = device().map_numbers(lambda _, x: x.chunk(10) if hasattr(x, "chunk") else x)
            np.testing.assert_array_equal(sambe.steady_state(lazy).status.compute(), expected.status)
        ran = CliRunner().invoke(
            app, ["run", "in.toml", "--scheduler", local.scheduler_address, "--store", "out.zarr"])
        assert ran.exit_code == 0, ran.output
        try:
            with cluster(scheduler=local.scheduler_address) as where:
                assert sambe.steady_state(device(5), **where).status.sum() == 0
                raise KilledWorker("block", SimpleNamespace(address="tcp://nowhere"), 3)
        except sambe.ClusterError as error:
            print("lost:", error)

if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
@pytest.mark.xdist_group("clusters")
def test_a_cluster_loses_a_worker_and_the_run_completes(tmp_path) -> None:
    (tmp_path / "in.toml").write_text(FILE % 60)
    (tmp_path / "run.py").write_text(textwrap.dedent(SYSTEM) + CLUSTER)
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120, env=ENVIRONMENT
    )
    assert done.stdout.startswith("lost: the Dask cluster failed (KilledWorker"), done.stderr
    assert list((tmp_path / "out.zarr" / "status").glob("c/*/*"))


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


def test_places_that_are_not_there(sambe_run) -> None:
    assert sambe_run("--workers", "0").exit_code == 2
    both = sambe_run("--workers", "1", "--scheduler", "tcp://127.0.0.1:1")
    assert both.exit_code == 2
    assert "not both" in both.stderr


class Workers:
    """A client of workers with these versions of sambe."""

    def __init__(self, *versions: object) -> None:
        self.versions = {f"tcp://{k}": version for k, version in enumerate(versions)}

    def run(self, _function: object, on_error: str) -> dict[str, object]:
        assert on_error == "return"
        return self.versions


def test_workers_of_another_version_are_refused() -> None:
    _check_versions(Workers(sambe.__version__, sambe.__version__))
    _check_versions(Workers())
    with pytest.raises(sambe.ClusterError, match=r"tcp://1 has sambe 0\.0\.1, this process"):
        _check_versions(Workers(sambe.__version__, "0.0.1"))
    with pytest.raises(sambe.ClusterError, match=r"tcp://0 has no sambe that answers \(ModuleNotFoundError"):
        _check_versions(Workers(ModuleNotFoundError("No module named 'sambe'")))
