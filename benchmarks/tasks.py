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
from .timing import peak, processor_seconds


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


def chain(spins: int = 10, secular: str = "full") -> Callable[[], Any]:
    """One point of a chain of spins, of ten with 1024 levels; the budget is what the bars allow."""
    system = spin_chain(spins)
    return lambda: sambe.steady_state(system, secular=secular, memory="16 GB")


def redfield() -> Callable[[], Any]:
    """One point of a Kerr resonator of 100 levels with every one of its coherences."""
    system = kerr(100, 1, 1).system(0.05, 0.9)
    return lambda: sambe.steady_state(system, secular="none")


def noise(secular: str) -> Callable[[], Any]:
    """The whole noise matrix of 10 000 qubits, with the third and the fourth cumulants."""

    def points(count: int) -> Any:
        omega = sambe.axis("omega", np.linspace(0.5, 1.5, count))
        qubit = sambe.models.spin_boson(drive=0.1, omega=omega)
        return sambe.counting_statistics(qubit, cumulants=4, secular=secular)

    points(2)  # imports what a first call does
    return lambda: points(10_000)


def course() -> Callable[[], Any]:
    """A hundred qubits at a thousand times, by default."""

    def times(count: int) -> Any:
        system = sambe.models.spin_boson(drive=0.1, omega=sambe.axis("omega", np.linspace(0.5, 1.5, 100)))
        return sambe.evolve(system, 0, np.linspace(0.0, 2000.0, count))

    times(2)  # imports what a first call does
    return lambda: times(1000)


def _junction(hot: Any, cold: Any, drive: Any = 0.3, omega: Any = 0.9) -> sambe.System:
    ohmic = (sambe.Ohmic(strength, cutoff=10.0) for strength in (0.002, 0.006))
    baths = [sambe.Bath(*b) for b in zip(("left", "right"), (None, None), ohmic, (hot, cold), strict=True)]
    return sambe.models.spin_boson(drive=drive, omega=omega, baths=baths)


def loop() -> Callable[[], Any]:
    """A loop of 200 points, of the drive and its frequency, which is differentiated by points beside."""
    angle = sambe.axis("loop", np.linspace(0.0, 2 * np.pi, 200, endpoint=False))
    system = _junction(1.2, 0.4, drive=0.3 + 0.1 * np.cos(angle), omega=0.9 + 0.1 * np.sin(angle))
    return lambda: sambe.pump_cycle(system, along="loop")


def surface(temperatures: bool) -> Callable[[], Any]:
    """The curvature on 50 x 50, of both temperatures or of the drive and a temperature."""
    x, y = (sambe.axis(name, np.linspace(0.4, 1.4, 50)) for name in "xy")
    system = _junction(x, y) if temperatures else _junction(1.2, y, drive=0.3 * x)
    return lambda: sambe.pump_curvature(system, "x", "y")


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
    "noise full": lambda: noise("full"),
    "noise partial": lambda: noise("partial"),
    "course": course,
    "loop": loop,
    "curvature, temperatures": lambda: surface(True),
    "curvature, drive": lambda: surface(False),
    "two-level, linear, 100 000 points, full": lambda: sweep("two-level, linear", 100_000, "full"),
    "two qubits, circular, 50 000 points, partial": lambda: sweep("two qubits, circular", 50_000, "partial"),
    "Kerr 20, circular, 20 000 points, full": lambda: sweep("Kerr 20, circular", 20_000, "full"),
    "Kerr 20, circular, 20 000 points, partial": lambda: sweep("Kerr 20, circular", 20_000, "partial"),
    "Kerr 20, linear, 400 points, full": lambda: sweep("Kerr 20, linear", 400, "full"),
    "Kerr 100, circular, 200 points, full": lambda: sweep("Kerr 100, circular", 200, "full"),
}
# By hand, as they take minutes and many gigabytes: `python -m benchmarks.tasks "chain, N = 4096, partial"`
LARGE: dict[str, Callable[[], Callable[[], Any]]] = {
    f"chain, N = {2**spins}, {secular}": lambda spins=spins, secular=secular: chain(spins, secular)
    for spins in (9, 10, 11, 12)
    for secular in ("full", "partial")
}


def main(name: str) -> dict[str, Any]:
    """Run one task."""
    ready = (TASKS | LARGE)[name]()
    begun, spent = time.perf_counter(), processor_seconds()
    found = ready()
    seconds = time.perf_counter() - begun
    processor = processor_seconds() - spent
    out = {
        "task": name,
        "seconds": seconds,
        "processor": processor,
        "peak_gb": peak(),
        "points": int(found.status.size),
    }
    if found.status.size == 1 and "energy_current" in found:
        out["currents"] = found.energy_current.values.ravel().tolist()
        out["first_law_residual"] = float(found.first_law_residual)
    return out


if __name__ == "__main__":
    warnings.simplefilter("ignore", sambe.SecularWarning)
    warnings.simplefilter("ignore", sambe.TruncationWarning)
    print(json.dumps(main(sys.argv[1])))
