"""Single runs in processes of their own, for their peaks of memory: `python -m benchmarks.tasks NAME`.

Prints one line of JSON: seconds from the call to the finished Dataset by the clock and
of the processor, points, peak resident size in GB (with
all that Python, NumPy and xarray take themselves, which `imports` tells), and the currents of a single point.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import sambe

from .cases import case, kerr, spin_chain
from .timing import peak


def million(secular: str) -> Callable[[], Any]:
    """One million two-level points, on a map of drives and frequencies."""
    drive = sambe.axis("drive", np.linspace(0.01, 0.5, 1000))
    omega = sambe.axis("omega", np.linspace(0.3, 1.7, 1000))
    system = case("two-level, circular").system(drive, omega)
    return lambda: sambe.steady_state(system, secular=secular)


def sweep(name: str, points: int, secular: str) -> Callable[[], Any]:
    """A sweep within the default budget of work memory."""
    system = case(name).sweep(points)
    return lambda: sambe.steady_state(system, secular=secular)


def chain() -> Callable[[], Any]:
    """One point of the chain of ten spins, 1024 levels, populations alone."""
    system = spin_chain()
    return lambda: sambe.steady_state(system, secular="full")


def redfield() -> Callable[[], Any]:
    """One point of a Kerr resonator of 100 levels with every one of its coherences."""
    system = kerr(100, 1, 1).system(0.05, 0.9)
    return lambda: sambe.steady_state(system, secular="none")


def nothing() -> Callable[[], Any]:
    """One two-level point: what Python and its libraries take."""
    system = case("two-level, circular").system(0.1, 0.8)
    return lambda: sambe.steady_state(system)


TASKS: dict[str, Callable[[], Callable[[], Any]]] = {
    "imports": nothing,
    "million full": lambda: million("full"),
    "million partial": lambda: million("partial"),
    "none, N = 100": redfield,
    "chain, N = 1024": chain,
    "two-level, linear, 100 000 points, full": lambda: sweep("two-level, linear", 100_000, "full"),
    "two qubits, circular, 50 000 points, partial": lambda: sweep("two qubits, circular", 50_000, "partial"),
    "Kerr 20, circular, 20 000 points, full": lambda: sweep("Kerr 20, circular", 20_000, "full"),
    "Kerr 20, circular, 20 000 points, partial": lambda: sweep("Kerr 20, circular", 20_000, "partial"),
    "Kerr 20, linear, 400 points, full": lambda: sweep("Kerr 20, linear", 400, "full"),
    "Kerr 100, circular, 200 points, full": lambda: sweep("Kerr 100, circular", 200, "full"),
}


def main(name: str) -> dict[str, Any]:
    """Run one task."""
    ready = TASKS[name]()
    begun, spent = time.perf_counter(), time.process_time()
    found = ready()
    seconds = time.perf_counter() - begun
    processor = time.process_time() - spent
    out = {
        "task": name,
        "seconds": seconds,
        "processor": processor,
        "peak_gb": peak(),
        "points": int(found.status.size),
    }
    if found.status.size == 1:
        out["currents"] = found.energy_current.values.ravel().tolist()
        out["first_law_residual"] = float(found.first_law_residual)
    return out


if __name__ == "__main__":
    warnings.simplefilter("ignore", sambe.SecularWarning)
    warnings.simplefilter("ignore", sambe.TruncationWarning)
    print(json.dumps(main(sys.argv[1])))
