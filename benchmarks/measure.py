"""What is measured: every case against its peers, growth, memory, workers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import sambe
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import make_plan

from . import peers
from .cases import Case, case, kerr
from .tasks import TASKS
from .timing import Contestant, Timings, alone, interleave, processor_seconds

LEVELS = (5, 10, 20, 40, 80, 160)
COUNTS = (1, 10, 100, 1000, 10_000, 100_000)
Note = Callable[[str], None]
PEERS: dict[str, Callable[[sambe.System], Any]] = {
    "QuTiP private": peers.qutip_private,
    "QuTiP block": peers.qutip_block,
    "QuTiP steadystate": peers.qutip_steady,
    "qthermo": peers.qthermo_analyze,
    "qthermo coarse": peers.qthermo_coarse,
}
CURRENTS = ("QuTiP private", "qthermo", "qthermo coarse")  # peers that give currents
LARGE = 100  # levels at which some peers take minutes a point and are left out
TOO_SLOW = ("QuTiP block", "QuTiP steadystate", "qthermo", "qthermo coarse")


def contestants(of: Case, shrink: int = 1) -> dict[str, Contestant]:
    """sambe in four ways, the floors and the peers, all on points of the same set."""
    points = max(1, of.points // shrink)
    swept, out = of.sweep(points), {}
    for secular in ("full", "partial"):
        method = prepare(swept, secular=secular)
        tile = min(points, make_plan(Sweep(swept), method, workers=1).tile)
        batch = of.batch(tile)
        repeat = -(-points // tile)

        def kernel(batch: sambe.System = batch, secular: str = secular, repeat: int = repeat) -> None:
            for _ in range(repeat):
                sambe.energy_currents(batch, secular=secular)

        def verb(secular: str = secular) -> Any:
            return sambe.steady_state(swept, secular=secular, workers=1)

        out[f"kernel {secular}"] = Contestant(kernel, tile * repeat)
        out[f"steady_state {secular}"] = Contestant(verb, points)
    out["floor"] = Contestant(peers.floor(swept.levels, points), points)
    if not of.linear:
        out["own floor"] = Contestant(peers.own_floor(of.batch(points)), points)
    systems = of.singles(of.peer_points)
    for name, solve in available(systems[0].levels).items():

        def run(solve: Callable[[sambe.System], Any] = solve) -> None:
            for system in systems:
                solve(system)

        out[name] = Contestant(run, len(systems))
    return out


def available(levels: int) -> dict[str, Callable[[sambe.System], Any]]:
    """Peers that are installed and answer within minutes."""
    skip = set(TOO_SLOW) if levels >= LARGE else set()
    if not peers.have_qthermo():
        skip |= {"qthermo", "qthermo coarse"}
    return {name: solve for name, solve in PEERS.items() if name not in skip}


def differences(of: Case) -> dict[str, float]:
    """Median over points of a peer's largest difference in a current from sambe's, over the largest."""
    systems = of.singles(of.peer_points)
    ours = sambe.energy_currents(of.batch(of.peer_points), secular="full")
    out = {}
    for name in CURRENTS:
        solve = available(systems[0].levels).get(name)
        if solve is not None:
            theirs = np.array([solve(s) for s in systems])
            error = np.abs(theirs - ours).max(axis=-1) / np.abs(ours).max(axis=-1)
            out[name] = float(np.median(error))
    return out


def compare(of: Case, rounds: int, shrink: int = 1) -> tuple[Timings, dict[str, Any]]:
    """Timings of a case, and what else is to be known about it."""
    timings = interleave(contestants(of, shrink), rounds)
    found = sambe.steady_state(of.sweep(max(1, of.points // shrink)), secular="partial", workers=1)
    kept = found.coherences_kept.values
    more = {"differences": differences(of), "coherences_kept": [float(kept.mean()), int(kept.max())],
            "steady_state_points": int(found.status.size)}  # fmt: skip
    return timings, more


def growth_levels(rounds: int, levels: tuple[int, ...] = LEVELS) -> dict[int, Timings]:
    """Kerr resonators of more and more levels, populations alone and with coherences."""
    out = {}
    for n in levels:
        of = kerr(n, max(4, min(4000, 400_000 // n**2)), 1)
        every = contestants(of)
        out[n] = interleave({k: v for k, v in every.items() if k not in PEERS}, rounds)
    return out


def growth_points(rounds: int, counts: tuple[int, ...] = COUNTS) -> dict[int, Timings]:
    """Two-level sweeps of more and more points through `steady_state`."""
    of, out = case("two-level, circular"), {}
    for count in counts:
        swept = of.sweep(count)

        def run(secular: str, swept: sambe.System = swept) -> Callable[[], Any]:
            return lambda: sambe.steady_state(swept, secular=secular, workers=1)

        names = ("full", "partial")
        out[count] = interleave({f"steady_state {s}": Contestant(run(s), count) for s in names}, rounds)
    return out


def workers(rounds: int, points: int = 40_000) -> dict[str, Any]:
    """Seconds with one and with two workers, in turns, and the cores that the two were given.

    On a busy machine two workers do not get two cores: processor time over wall time tells how many.
    """
    swept = case("Kerr 20, circular").sweep(points)
    wall: dict[int, list[float]] = {1: [], 2: []}
    cores: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for count in (1, 2):
            begun, spent = time.perf_counter(), processor_seconds()
            sambe.steady_state(swept, secular="full", workers=count)
            wall[count].append(time.perf_counter() - begun)
            cores[count].append((processor_seconds() - spent) / wall[count][-1])
    speedup = np.array(wall[1]) / np.array(wall[2])
    return {
        "points": points, "one": float(np.median(wall[1])), "two": float(np.median(wall[2])),
        "speedup": np.percentile(speedup, [50, 25, 75]).tolist(), "best": float(speedup.max()),
        "cores_one": float(np.median(cores[1])), "cores_two": float(np.median(cores[2])),
        "machine_cores": os.cpu_count(),
    }  # fmt: skip


def memory(note: Note) -> dict[str, dict[str, Any]]:
    """Every task of `benchmarks.tasks`, each in a process of its own."""
    out = {}
    for name in TASKS:
        note(name)
        out[name] = alone(name)
    return out
