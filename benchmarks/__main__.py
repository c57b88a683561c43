"""Measure sambe beside its peers and the LAPACK floor, in one process: `python -m benchmarks`.

One BLAS thread; processor time; rounds interleaved, so that a busy machine is busy for all; medians and
quartiles; ratios are taken within a round. With --write the tables go into docs/speed.md and the
numbers into benchmarks/results.json. qthermo takes part if it is installed: `pip install qthermo`.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

import sambe

from . import measure, tables
from .cases import CASES
from .peers import have_qthermo
from .rows import judge
from .timing import ROOT, Timings

PARTS = ("cases", "growth", "memory", "workers")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def note(text: str) -> None:
    """Say what is going on, away from the tables."""
    print(f"... {text}", file=sys.stderr, flush=True)


def run(parts: list[str], rounds: int, shrink: int) -> tuple[str, dict[str, Any]]:
    """Measure; the Markdown and the numbers."""
    where = tables.machine()
    cases: dict[str, Timings] = {}
    more: dict[str, Any] = {}
    tasks: dict[str, Any] = {}
    pool: dict[str, Any] = {}
    text, numbers = [tables.headline(where)], dict[str, Any](machine=where)
    if "cases" in parts:
        for each in CASES:
            note(each.name)
            cases[each.name], more[each.name] = measure.compare(each, rounds, shrink)
    if "memory" in parts:
        tasks = measure.memory(note)
    if "workers" in parts:
        note("two workers against one")
        pool = measure.workers(max(3, rounds // 2), 40_000 // shrink)
    rows = judge(cases, tasks, pool)
    text += ["### The bars", tables.verdicts(rows)]
    if cases:
        text += ["### Time per point", tables.per_point(cases)]
        text += ["### Agreement with the peers", tables.agreement(more)]
    if "growth" in parts:
        text += _growth(rounds, numbers)
    if tasks:
        text += ["### Memory", tables.peaks(tasks)]
    if pool:
        text += ["### Workers", tables.pool(pool)]
    numbers["cases"] = {k: t.summary() | more[k] for k, t in cases.items()}
    numbers["bars"] = [vars(r) for r in rows]
    numbers |= {"tasks": tasks, "workers": pool}
    return "\n\n".join(text) + "\n", numbers


def _growth(rounds: int, numbers: dict[str, Any]) -> list[str]:
    """Tables of growth; their numbers are put with the others."""
    note("growth with levels")
    levels = measure.growth_levels(max(3, rounds // 2))
    note("growth with points")
    points = measure.growth_points(max(3, rounds // 2))
    for key, by in (("levels", levels), ("points", points)):
        numbers[f"growth with {key}"] = {n: t.summary() for n, t in by.items()}
    powers = ", ".join(f"{k} N^{tables.exponent(levels, k):.1f}" for k in next(iter(levels.values())).seconds)
    return ["### Growth with the number of levels (Kerr resonator, time per point)",
            tables.growth(levels, "levels"), f"Between the two largest: {powers}.",
            "### Growth with the number of points (two-level, time per point)",
            tables.growth(points, "points")]  # fmt: skip


def write(text: str, numbers: dict[str, Any]) -> None:
    """Put the tables between their marks in the docs, and the numbers next to the benchmarks."""
    page = ROOT / "docs" / "speed.md"
    old = page.read_text()
    before, rest = old.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END)[1]}")
    save(ROOT / "benchmarks" / "results.json", numbers)


def save(path: Path, numbers: dict[str, Any]) -> None:
    """Numbers as JSON."""
    path.write_text(json.dumps(numbers, indent=1) + "\n")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--shrink", type=int, default=1, help="so many times fewer points, for a quick look")
    parser.add_argument("--json", type=Path, help="file for the numbers")
    parser.add_argument("--write", action="store_true", help="into docs/speed.md and results.json")
    asked = parser.parse_args()
    if not have_qthermo():
        note("qthermo is not installed and is left out: pip install qthermo")
    warnings.simplefilter("ignore", sambe.SecularWarning)
    warnings.simplefilter("ignore", sambe.TruncationWarning)
    with threadpool_limits(1, "blas"):
        text, numbers = run(asked.only, asked.rounds, asked.shrink)
    print(text)
    if asked.write:
        write(text, numbers)
    if asked.json:
        save(asked.json, numbers)


if __name__ == "__main__":
    main()
