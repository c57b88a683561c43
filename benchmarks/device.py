"""Sweeps on every core of a machine, and on its GPU: `python benchmarks/device.py --write row.json`.

Needs nothing but NumPy, SciPy, xarray and array-api-compat, and JAX for the GPU; without loky the cores are
those of threads alone, which it says. Prints tables and writes their numbers, so that anybody can add the row
of another machine. Times are by the clock, as a person waits for them, medians of a few runs; ratios are of
one process. One BLAS thread everywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))


class _NoLimits:
    """In the place of threadpoolctl's, where the environment has limited every BLAS already."""

    lib_controllers = ()

    def limit(self, **_: Any) -> Any:
        return _Lifted()


class _Lifted(nullcontext[None]):
    def restore_original_limits(self) -> None:
        """There is nothing to restore."""


if find_spec("threadpoolctl") is None:
    sys.modules["threadpoolctl"] = ModuleType("threadpoolctl")
    sys.modules["threadpoolctl"].ThreadpoolController = _NoLimits  # type: ignore[attr-defined]
if find_spec("cloudpickle") is None:  # the systems below hold nothing that pickle cannot name
    sys.modules["cloudpickle"] = pickle

import numpy as np  # noqa: E402

import sambe  # noqa: E402
from sambe.sweep.places.device import backend  # noqa: E402
from sambe.sweep.places.pools import shut_processes  # noqa: E402
from sambe.sweep.plan import usable_cores  # noqa: E402

RUNS = 3  # of which the median counts


def grid(rows: int, columns: int) -> dict[str, Any]:
    """Drives and frequencies on and off resonance."""
    return {
        "drive": sambe.axis("drive", np.linspace(0.01, 0.1, rows)),
        "omega": sambe.axis("omega", np.linspace(0.5, 1.5, columns)),
    }


def two_level(rows: int, columns: int) -> sambe.System:
    return sambe.models.spin_boson(**grid(rows, columns))


def linear(rows: int, columns: int) -> sambe.System:
    return sambe.models.spin_boson(**grid(rows, columns), polarization="linear")


def kerr(rows: int, columns: int) -> sambe.System:
    return sambe.models.kerr_resonator(levels=20, **grid(rows, columns))


CASES: dict[str, tuple[Callable[[int, int], sambe.System], tuple[int, int], str]] = {
    "two-level full, 1e6 points": (two_level, (1000, 1000), "full"),
    "two-level partial, 1e6 points": (two_level, (1000, 1000), "partial"),
    "linear full, 90 000 points": (linear, (300, 300), "full"),
    "Kerr 20 full, 40 000 points": (kerr, (200, 200), "full"),
    "Kerr 20 partial, 3600 points": (kerr, (60, 60), "partial"),
}


def weak_kerr(rows: int, columns: int) -> sambe.System:
    """A ladder that relaxes slowly against the drive, as circuits do."""
    baths = [
        sambe.Bath("hot", None, sambe.Ohmic(2e-5, cutoff=10.0), 0.4),
        sambe.Bath("cold", None, sambe.Ohmic(2e-5, cutoff=10.0), 0.2),
    ]
    return sambe.models.kerr_resonator(levels=20, baths=baths, **grid(rows, columns))


def seconds(call: Callable[[], Any], runs: int = RUNS) -> float:
    """Median time by the clock."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def joules() -> float:
    """Energy that the processors have used so far, by Linux's counters (RAPL); not a number where there are
    none or they may not be read."""
    counters = sorted(Path("/sys/class/powercap").glob("intel-rapl:?/energy_uj"))
    try:
        return sum(int(counter.read_text()) for counter in counters) * 1e-6 if counters else float("nan")
    except OSError:
        return float("nan")


def joules_each(call: Callable[[], Any], points: int) -> float | None:
    """Energy per point of one call, of all that the machine does meanwhile; None where it is not told."""
    before = joules()
    call()
    used = joules() - before
    return used / points if used >= 0 else None  # a counter that has begun again tells nothing


def cores(shrink: int, note: Callable[[str], None]) -> dict[str, Any]:
    """Each case on one core, and on more, with cold and with warm processes."""
    every = usable_cores()
    counts = [n for n in (2, 4, 8, 16, 32, 64) if n < every] + [every] * (every > 1)
    table: dict[str, Any] = {}
    for name, (model, (rows, columns), secular) in CASES.items():
        system = model(max(2, rows // shrink), columns)

        def solve(workers: int | None, system: Any = system, secular: str = secular) -> Any:
            return sambe.steady_state(system, secular=secular, workers=workers)

        sambe.steady_state(model(2, 2), secular=secular)  # imports what a first call does
        one = seconds(lambda solve=solve: solve(1), 1)
        row: dict[str, Any] = {"1": one}
        for count in counts:
            shut_processes()
            row[f"{count} cold"] = seconds(lambda n=count, solve=solve: solve(n), 1)
            row[str(count)] = seconds(lambda n=count, solve=solve: solve(n))
        for count in (1, every):
            used = joules_each(lambda n=count, solve=solve: solve(n), max(2, rows // shrink) * columns)
            if used is not None:
                row[f"joules a point, {count}"] = used
        table[name] = row
        note(f"{name:32} " + "  ".join(f"{key}: {value:.3g}" for key, value in row.items())
             + f"   ratio {one / row[str(every)]:.2f}")  # fmt: skip
    return table


CARD: dict[str, tuple[Callable[[int, int], sambe.System], tuple[int, int], str]] = {
    "two-level partial, 1e7 points": (two_level, (3000, 3333), "partial"),
    "two-level full, 1e7 points": (two_level, (3000, 3333), "full"),
    "linear partial, 1e6 points": (linear, (1000, 1000), "partial"),
    "Kerr 20 full, 200 000 points": (weak_kerr, (400, 500), "full"),
    "Kerr 20 partial, 40 000 points": (weak_kerr, (200, 200), "partial"),
}


def card(name: str, shrink: int, note: Callable[[str], None]) -> dict[str, Any]:
    """Labelled sweeps on a card, with their compilation and once it is there; NumPy on some of the points."""
    table: dict[str, Any] = {}
    for title, (model, (rows, columns), secular) in CARD.items():
        rows = max(2, rows // shrink)
        system = model(rows, columns)
        found: list[Any] = []

        def solve(system: Any = system, secular: str = secular, found: list[Any] = found) -> None:
            found[:] = [sambe.steady_state(system, secular=secular, device=name)]

        cold, warm = seconds(solve, 1), seconds(solve, 2)
        some = system.map_numbers(lambda _, x: x[:: max(1, x.size // 60)] if hasattr(x, "dims") else x)
        wanted = sambe.steady_state(some, secular=secular)
        largest = abs(wanted.energy_current).max("terminal")
        there = found[0].sel(wanted.coords)
        error = float((abs(there.energy_current - wanted.energy_current).max("terminal") / largest).max())
        points = rows * columns
        table[title] = {
            "first": cold, "seconds": warm, "points a second": points / warm, "points": points,
            "error": error,
            "other status": int((there.status != wanted.status).sum()),
        }  # fmt: skip
        note(f"{title:32} first {cold:.2f} s, then {warm:.3f} s: {points / warm:.3g} points a second; "
             f"error {error:.1e}, other status {table[title]['other status']}")  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shrink", type=int, default=1, help="take so many times fewer points")
    parser.add_argument("--write", type=Path, help="JSON file for the numbers")
    parser.add_argument("--device", help="gpu, or jax for what JAX has first; else the cores")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    machine: dict[str, Any] = {
        "system": platform.platform(), "processor": platform.processor(), "cores": usable_cores(),
        "python": platform.python_version(), "numpy": np.__version__, "sambe": sambe.__version__,
    }  # fmt: skip
    if chosen.device:
        import jax

        machine |= {"jax": jax.__version__, "device": str(backend(chosen.device))}
    elif find_spec("loky") is None:
        machine["without"] = "loky: threads alone"
    print(machine, flush=True)

    def note(text: str) -> None:
        print(text, flush=True)

    numbers: dict[str, Any] = {"machine": machine}
    if chosen.device:
        numbers[chosen.device] = card(chosen.device, chosen.shrink, note)
    else:
        numbers["cores"] = cores(chosen.shrink, note)
    if chosen.write:
        chosen.write.write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
