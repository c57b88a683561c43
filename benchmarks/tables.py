"""Markdown tables of what was measured."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from .peers import have_qthermo
from .rows import Row
from .timing import Timings

VERDICTS = {True: "met", False: "**not met**", None: "no verdict"}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine() -> dict[str, Any]:
    """Where and when: processor, versions, load."""
    info = Path("/proc/cpuinfo")
    names = [x.split(":")[1].strip() for x in info.read_text().splitlines() if x.startswith("model name")] \
        if info.exists() else []  # fmt: skip
    versions = {name: version(name) for name in ("numpy", "scipy", "xarray", "qutip", "sambe")}
    return {
        "date": time.strftime("%Y-%m-%d"), "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(), "load": [round(x, 2) for x in os.getloadavg()],
        "python": platform.python_version(), **versions, "qthermo": have_qthermo() or "not installed",
    }  # fmt: skip


def headline(found: dict[str, Any]) -> str:
    """One line on the machine."""
    names = ("python", "numpy", "scipy", "qutip", "qthermo")
    libraries = ", ".join(f"{k} {found[k]}" for k in names)
    return (
        f"{found['date']}, {found['processor']}, {found['cores']} cores, load {found['load'][0]} before "
        f"the run; {libraries}; one BLAS thread."
    )


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.2g} us"


def _cell(timings: Timings, name: str) -> str:
    if name not in timings.seconds:
        return "-"
    low, high = timings.spread(name)
    return f"{_duration(timings.median(name))} ({_duration(low)} to {_duration(high)})"


def verdicts(rows: list[Row]) -> str:
    """The bars."""
    body = [(r.work, r.bar, r.found, VERDICTS[r.met]) for r in rows]
    return _table(("work", "bar", "measured: median (quartiles)", ""), body)


def per_point(cases: dict[str, Timings]) -> str:
    """Time a point of every route on every case."""
    names = list(dict.fromkeys(name for t in cases.values() for name in t.seconds))
    body = [(name, *(_cell(t, name) for t in cases.values())) for name in names]
    return _table(("time per point", *cases), body)


def agreement(more: dict[str, Any]) -> str:
    """How far the peers' currents lie from ours, and the coherences that `partial` kept."""
    names = list(dict.fromkeys(n for m in more.values() for n in m["differences"]))
    body = [
        (case, *(f"{m['differences'][n]:.0e}" if n in m["differences"] else "-" for n in names),
         f"{m['coherences_kept'][0]:.3g} / {m['coherences_kept'][1]}")
        for case, m in more.items()
    ]  # fmt: skip
    return _table(("case", *names, "coherences kept, mean / most"), body)


def growth(by: dict[int, Timings], label: str) -> str:
    """Time a point against size."""
    names = list(dict.fromkeys(name for t in by.values() for name in t.seconds))
    body = [(f"{size:,}".replace(",", " "), *(_cell(t, n) for n in names)) for size, t in by.items()]
    return _table((label, *names), body)


def exponent(by: dict[int, Timings], name: str) -> float:
    """Power with which the time a point grows between the two largest sizes."""
    (a, x), (b, y) = list(by.items())[-2:]
    return float(np.log(y.median(name) / x.median(name)) / np.log(b / a))


def peaks(tasks: dict[str, Any]) -> str:
    """Peak memory of whole processes."""
    body = [
        (k, f"{t['seconds']:.2f} s", f"{t['processor']:.2f} s", f"{t['peak_gb']:.2f} GB")
        for k, t in tasks.items()
    ]
    head = ("run in its own process, all cores", "by the clock", "of the processor", "peak resident size")
    return _table(head, body)


def pool(found: dict[str, Any]) -> str:
    """The two workers."""
    head = ("points", "one worker", "two workers", "ratio: median (quartiles)", "cores used by one / two")
    mid, low, high = found["speedup"]
    cores = f"{found['cores_one']:.2f} / {found['cores_two']:.2f}"
    row = (str(found["points"]), f"{found['one']:.2f} s", f"{found['two']:.2f} s",
           f"{mid:.2f} ({low:.2f} to {high:.2f})", cores)  # fmt: skip
    return _table(head, [row])
