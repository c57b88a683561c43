"""Jumps along fine axes of omega, drive and coupling, by every treatment, over random systems.

    python benchmarks/fine_axes.py --store build/fine_axes.jsonl

A change between neighbours of more than 1e-3 of the largest current is followed into the half that holds more
of it: a slope or a line of any width shrinks, a jump does not. It is flagged where the point says that it
cannot be trusted: its status, a warning of `full`, or that terms between different quanta which it drops, or
clusters which it forms, move a current by a third of the jump. What is in the store is not solved again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import sambe
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution
from sambe.physics.treatments import TREATMENTS
from sambe.physics.validity import point_status, secular_ratio, turning_ratio
from sambe.verbs.cautions import TRUSTED_RATIO, TRUSTED_SHIFT

SYSTEMS, POINTS = 200, 41
SMALLEST = 1e-3  # change between neighbours, of the largest current, that is looked at
HALVINGS = 7  # after which a slope has shrunk to less than a hundredth, a jump not at all
TOLD = 0.3  # share of a jump that the points around have to tell of: what is dropped on either side of it
SHARP = 14  # halvings more for a line narrower than a step: to 1e-6 of it
TREATED = tuple(name for name, treatment in TREATMENTS.items() if treatment.solve is not None)

Floats = npt.NDArray[np.float64]
Solve = Callable[[Floats], Solution]


def jumps_along(solve: Solve, values: Floats, halvings: int = HALVINGS) -> Iterator[tuple[float, float]]:
    """Where the currents jump along an axis, and by how much of the largest there.

    Each change between neighbours is followed into the half that holds more of it.
    """
    j = solve(values).currents
    top = np.maximum(*(np.abs(x).max(axis=-1) for x in (j[1:], j[:-1])))
    first = np.abs(np.diff(j, axis=0)).max(axis=-1) / top
    at = np.flatnonzero(first > SMALLEST)
    low, high, left, right = values[at], values[at + 1], j[at], j[at + 1]
    for _ in range(halvings if at.size else 0):
        middle = 0.5 * (low + high)
        here = solve(middle).currents
        below, above = (np.abs(x - here).max(axis=-1) for x in (left, right))
        lower = (below > above)[:, None]
        low, high = np.where(lower[:, 0], low, middle), np.where(lower[:, 0], middle, high)
        left, right = np.where(lower, left, here), np.where(lower, here, right)
    last = np.abs(right - left).max(axis=-1) / top[at]
    for k in np.flatnonzero((last > SMALLEST) & (last > 0.1 * first[at])):
        yield float(low[k]), float(last[k])


def sharp_jumps(solve: Solve, values: Floats) -> Iterator[tuple[float, float]]:
    """As `jumps_along`, without the lines that are narrower than a step and yet resolved."""
    step = np.diff(values).min() / 2**HALVINGS
    for at, _ in jumps_along(solve, values):
        yield from jumps_along(solve, np.array([at, at + step]), SHARP)


def random_axis(seed: int) -> tuple[Callable[[Any], sambe.System], Floats]:
    """A random system of two to five levels, with a static frame or without, over one of its numbers."""
    rng = np.random.default_rng(seed)
    levels, framed = int(rng.integers(2, 6)), bool(rng.integers(2))
    energies = np.sort(rng.uniform(0.0, 2.0, levels))
    if rng.integers(3) == 0:
        energies[-1] = energies[0] + rng.choice([0.0, 1e-3, 1.0])  # close or equal levels

    def hermitian(share: float = 1.0) -> Any:
        x = rng.normal(size=(levels, levels)) + 1j * rng.normal(size=(levels, levels)) * rng.integers(2)
        x = x * (rng.uniform(size=x.shape) < share) / np.sqrt(levels) + np.eye(levels, k=1)
        return x + x.conj().T

    a, b = hermitian(), hermitian(0.5)
    t, cold = rng.uniform(0.5, 2.0), rng.choice([0.0, rng.uniform(0.1, 0.5)])
    gap = energies[1:] - energies[0]
    omega = max(0.05, float(rng.choice(gap)) / int(rng.integers(1, 4)))
    size, strength = 10.0 ** rng.uniform(-3.5, -0.5), 10.0 ** rng.uniform(-4.0, -1.5)
    drive = {1: np.eye(levels, k=1) if framed else hermitian(0.7)}
    if not framed and rng.integers(2):
        drive[2] = hermitian(0.5)
    upper = {1: np.eye(levels, k=-1)} if framed else drive
    name = ("omega", "drive", "strength")[seed % 3]
    spread = rng.choice([0.02, 0.2])
    axis = {
        "omega": np.linspace(omega * (1.0 - spread), omega * (1.0 + spread), POINTS),
        "drive": size * np.geomspace(0.2, 5.0, POINTS), "strength": strength * np.geomspace(0.2, 5.0, POINTS),
    }[name]  # fmt: skip

    def system(value: Any) -> sambe.System:
        at = {"omega": omega, "drive": size, "strength": strength, name: value}
        baths = [sambe.Bath("hot", a, sambe.Ohmic(at["strength"], 5.0), t),
                 sambe.Bath("cold", b, sambe.DrudeLorentz(0.7 * at["strength"], 3.0), cold)]  # fmt: skip
        tones = {k: [(at["drive"], x)] for k, x in upper.items()}
        return sambe.System(np.diag(energies), tones, at["omega"], baths)

    return system, axis


def solver(system: Callable[[Any], sambe.System], secular: str) -> Solve:
    """Solutions at values of the axis."""

    def solve(values: Floats) -> Solution:
        points = system(values)
        return solve_batch(points, prepare(points, secular=secular))

    return solve


def flagged(system: sambe.System, found: Solution, secular: str, size: float) -> bool:
    """Whether one of the points around a jump of a size says that it cannot be trusted."""
    if point_status(found, system.baths).any():
        return True
    if TREATMENTS[secular].populations_only:
        ratio = np.minimum(secular_ratio(found.plain, found.plain_populations, system.baths),
                           turning_ratio(found.plain, found.cross_term_shift))  # fmt: skip
        if (ratio < TRUSTED_RATIO).any():
            return True
    told = np.maximum(found.cross_term_shift, 0.0 if found.spread is None else found.spread)
    return bool((told > min(TOLD * size, TRUSTED_SHIFT)).any())


def scanned(seed: int) -> list[dict[str, Any]]:
    """Jumps of one system, treatment by treatment."""
    system, axis = random_axis(seed)
    rows = []
    for secular in TREATED:
        solve, begun = solver(system, secular), time.process_time()
        jumps = []
        for at, size in sharp_jumps(solve, axis):
            around = np.array([at * (1.0 - 1e-6), at * (1.0 + 1e-6)])
            jumps.append((at, size, flagged(system(around), solve(around), secular, size)))
        rows.append({"seed": seed, "secular": secular, "jumps": jumps,
                     "seconds": round(time.process_time() - begun, 3)})  # fmt: skip
    return rows


def summary(rows: list[dict[str, Any]]) -> str:
    """Jumps by treatment, and which are not flagged."""
    lines = [f"{len({r['seed'] for r in rows})} systems"]
    for secular in TREATED:
        jumps = [(r["seed"], *j) for r in rows if r["secular"] == secular for j in r["jumps"]]
        silent = [(seed, f"{at:.6g}", f"{size:.1e}") for seed, at, size, told in jumps if not told]
        lines.append(f"{secular}: {len(jumps)} jumps, not flagged {len(silent)} {silent}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, help="file of finished rows, one a line; continued if there")
    parser.add_argument("--seconds", type=float, default=np.inf, help="stop after about so long")
    asked = parser.parse_args()
    until = time.monotonic() + asked.seconds
    lines = asked.store.read_text().splitlines() if asked.store and asked.store.exists() else []
    done = {row["seed"]: row["rows"] for row in map(json.loads, lines)}
    for seed in range(SYSTEMS):
        if seed in done or time.monotonic() > until:
            continue
        done[seed] = scanned(seed)
        if asked.store:
            with asked.store.open("a") as file:
                file.write(json.dumps({"seed": seed, "rows": done[seed]}) + "\n")
    print(summary([row for rows in done.values() for row in rows]))


if __name__ == "__main__":
    main()
