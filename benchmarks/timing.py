"""Rounds of timings, interleaved so that a busy machine is busy for every contestant alike.

Processor time is taken, not the clock's: everything here runs on one thread, so that the two agree on an idle
machine, and on a busy one the time that others take is left out. What they take of the cache is not.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).parents[1]
LONG = 1.0  # seconds of a call from which fewer rounds have to do
FEWEST = 3


@dataclass(frozen=True)
class Contestant:
    """Something to be timed: a call, and how many points it solves."""

    call: Callable[[], Any]
    points: int


@dataclass(frozen=True)
class Timings:
    """Processor seconds a point of each round; NaN where a contestant sat a round out."""

    seconds: Mapping[str, Any]

    def median(self, name: str) -> float:
        """Median seconds a point."""
        return float(np.nanmedian(self.seconds[name]))

    def spread(self, name: str) -> tuple[float, float]:
        """Quartiles of the seconds a point."""
        low, high = np.nanpercentile(self.seconds[name], [25, 75])
        return float(low), float(high)

    def ratio(self, name: str, other: str) -> tuple[float, float, float]:
        """Median and quartiles of name / other, round by round."""
        each = np.asarray(self.seconds[name]) / np.asarray(self.seconds[other])
        low, mid, high = np.nanpercentile(each, [25, 50, 75])
        return float(mid), float(low), float(high)

    def summary(self) -> dict[str, Any]:
        """Numbers for the JSON."""
        return {
            name: {"median": self.median(name), "quartiles": self.spread(name),
                   "rounds": int(np.isfinite(x).sum())}
            for name, x in self.seconds.items()
        }  # fmt: skip


def interleave(contestants: Mapping[str, Contestant], rounds: int) -> Timings:
    """Time every contestant once a round, in an order that turns from round to round.

    The first round warms up and is dropped. Slow contestants take part in the first few alone.
    """
    names = list(contestants)
    seconds = {name: np.full(rounds, np.nan) for name in names}
    slow = {}
    for name in names:
        begun = time.process_time()
        contestants[name].call()
        slow[name] = time.process_time() - begun > LONG
    for k in range(rounds):
        for name in names[k % len(names) :] + names[: k % len(names)]:
            if slow[name] and k >= FEWEST:
                continue
            begun = time.process_time()
            contestants[name].call()
            seconds[name][k] = (time.process_time() - begun) / contestants[name].points
    return Timings(seconds)


def alone(task: str) -> dict[str, Any]:
    """Run a task of `benchmarks.tasks` in a process of its own; its seconds and its peak memory."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.tasks", task],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{task}: {run.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return found


def processor_seconds() -> float:
    """Processor time of this process and of the workers that it has started and that live."""
    spent = (worker.cpu_times() for worker in psutil.Process().children(recursive=True))
    return time.process_time() + sum(times.user + times.system for times in spent)


def peak() -> float:
    """Largest resident size so far of this process and of each of its workers, added up, in GB.

    What they share, as the results of a sweep, counts for each of them.
    """
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    if Path(
        "/proc/self/status"
    ).exists():  # on Linux `getrusage` would tell the parent's peak where that is larger
        return sum(_largest(process.pid) for process in processes) / 1e9
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e9 if sys.platform == "darwin" else size * 1024 / 1e9


def _largest(process: int) -> int:
    """Largest resident size of a process, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
