"""The bars that sambe is held to, each with what was measured and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .timing import Timings

PRIVATE = "QuTiP private"


@dataclass(frozen=True)
class Row:
    """One bar: what work, what is asked, what was found; None where the machine was too busy to tell."""

    work: str
    bar: str
    found: str
    met: bool | None


def _times(x: float) -> str:
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def _between(timings: Timings, name: str, other: str) -> tuple[float, str]:
    mid, low, high = timings.ratio(name, other)
    return mid, f"{_times(mid)} ({_times(low)} to {_times(high)})"


def judge(cases: dict[str, Timings], tasks: dict[str, Any], pool: dict[str, Any]) -> list[Row]:
    """Every bar whose measurement is there. Ratios are of the kernel's time; medians with quartiles."""
    out = []
    for name, most, least in (
        ("two-level, circular", 2.0, 1000), ("Kerr 20, circular", 1.5, 100), ("Kerr 40, circular", 1.5, 100),
    ):  # fmt: skip
        if name in cases:
            out += _circular(name, cases[name], most, least)
    for name, least in (("two-level, linear", 100), ("Kerr 20, linear", 20)):
        if name in cases:
            mid, text = _between(cases[name], PRIVATE, "kernel full")
            out.append(Row(f"{name}, full", f">= {least} x QuTiP private", text, mid >= least))
    for name in ("Kerr 20, circular", "Kerr 40, circular"):
        if name in cases:
            mid, text = _between(cases[name], "kernel partial", "kernel full")
            out.append(Row(f"{name}, partial", "<= 3 x full", text, mid <= 3.0))
    out += [_limits(tasks[key], work, *bars) for key, work, *bars in (
        ("none, N = 100", "one point, none, N = 100", 60, 4.0),
        ("chain, N = 1024", "one point, 10-spin chain (N = 1024), full", 90, 8.0),
        ("million full", "one million two-level points, full", 15, 1.5),
        ("million partial", "one million two-level points, partial", 15, 1.5),
        ("noise full", "noise and four cumulants, 10 000 two-level points, full", 1, 1.5),
        ("noise partial", "noise and four cumulants, 10 000 two-level points, partial", 1, 1.5),
        ("course", "1000 times of 100 two-level systems", 1, 1.5),
        ("loop", "a loop of 200 points", 2, 1.5),
        ("curvature, temperatures", "curvature on 50 x 50, two temperatures", 2, 1.5),
        ("curvature, drive", "curvature on 50 x 50, drive and temperature", 2, 1.5),
    ) if key in tasks]  # fmt: skip
    if pool:
        mid, low, high = pool["speedup"]
        text = f"{mid:.2f} ({low:.2f} to {high:.2f}, best {pool['best']:.2f}), "
        text += f"with {pool['cores_two']:.2f} cores to be had"
        met = mid >= 1.7 or (None if pool["cores_two"] < 1.7 else False)
        out.append(Row("two workers against one, 40 000 Kerr-20 points", ">= 1.7 x", text, met))
    return out


def _circular(name: str, timings: Timings, most: float, least: float) -> list[Row]:
    floor, text = _between(timings, "kernel full", "floor")
    _, own = _between(timings, "kernel full", "own floor")
    faster, how = _between(timings, PRIVATE, "kernel full")
    return [
        Row(f"{name}, full", f"<= {most:g} x the floor", f"{text}; on its own matrices {own}", floor <= most),
        Row(f"{name}, full", f">= {least} x QuTiP private", how, faster >= least),
    ]


def _limits(task: dict[str, Any], work: str, seconds: float, size: float) -> Row:
    # processor time is what the clock shows where one core is free: a busy machine must not decide
    met = min(task["seconds"], task["processor"]) < seconds and task["peak_gb"] < size
    text = f"{task['seconds']:.2f} s ({task['processor']:.2f} s of the processor), {task['peak_gb']:.2f} GB"
    return Row(work, f"< {seconds:g} s, < {size:g} GB", text, met)
