"""Errors of every equation against the exact currents (HEOM), and how well `sambe.audit` foresees them.

    python benchmarks/equations.py            # tables, from the stored exact numbers
    python benchmarks/equations.py --exact    # computes those again: a few minutes

The exact numbers are in tests/reference/data/equations.json: for each grid of drive amplitudes and
frequencies the currents out of the hot and the cold bath, good to 2e-4 of the largest; the pump's is minus
their sum. An error is the largest difference of a current over the largest exact current of the point. A
right answer has every current right to 5 % of itself, or of a hundredth of the largest, as well.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import sambe

DATA = Path(__file__).parents[1] / "tests" / "reference" / "data" / "equations.json"
REGULAR = [round(0.1 * k, 1) for k in range(5, 15)]  # drive frequencies
NEAR = [0.95, 0.98, 1.02, 1.05]  # more of them around the resonance
DRIVES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5]
BROAD = {"drive": [0.3, 0.8, 1.5], "omega": [0.25, 0.35, 0.5, 0.65, 0.8, 1.2]}  # strong, slow and linear
FEW = {"drive": [0.02, 0.1, 0.5], "omega": [0.5, 0.8, 0.95, 1.0, 1.05, 1.2, 1.4]}
DRUDE = {"spectrum": "DrudeLorentz", "strength": 0.01, "cutoff": 2.0, "temperatures": [1.0, 0.5]}
ANSWERS = (
    ("driven_dressed", "full", "none"), ("driven_dressed", "partial", "none"),
    ("driven_dressed", "partial", "shift"), ("driven_dressed", "clustered", "shift"),
    ("driven_dressed", "ule", "shift"), ("floquet", "full", "none"), ("floquet", "partial", "none"),
    ("floquet", "partial", "shift"), ("floquet", "none", "shift"), ("driven_dressed", "auto", "none"),
    ("driven_dressed", "auto", "shift"), ("floquet", "auto", "shift"), ("dressed", "full", "none"),
    ("dressed", "partial", "none"),
)  # fmt: skip
STRUCTURE = ("model", "spectrum", "polarization", "s", "drive", "omega")  # what is no number of the junction
TOLERANCE = 2e-4  # of the exact currents
LARGE, SMALL = 0.1, 0.03  # errors that have to be flagged, and that should not be
OWN, LEAST = (
    0.05,
    0.01,
)  # error of a current relative to itself that should not be, or to this share of the largest


def grids() -> list[dict[str, Any]]:
    """What is computed: the ``main`` grids of the benchmark, ``wide`` ones over which the audit's
    constants were set, and ``held out`` ones computed after that."""
    everywhere = {"drive": DRIVES, "omega": sorted(REGULAR + NEAR)}
    qubit = [
        {"part": "main", "model": "spin_boson", "polarization": p, **DRUDE, "strength": s, **everywhere}
        for s in (0.0025, 0.01)
        for p in ("circular", "linear")
    ]
    pairs = [{"part": "main", "model": "two_qubits", **DRUDE, "strength": s, **FEW} for s in (0.0025, 0.01)]
    other: list[dict[str, Any]] = [
        {"strength": 0.05}, {"strength": 0.15}, {"strength": 0.003, "cutoff": 0.5},
        {"strength": 0.02, "cutoff": 0.5}, {"cutoff": 8.0}, {"strength": 0.05, "cutoff": 8.0},
        {"strength": 0.005, "temperatures": [0.3, 0.1]}, {"strength": 0.02, "temperatures": [4.0, 2.0]},
        {"polarization": "linear", "strength": 0.03}, {"model": "two_qubits", "strength": 0.05},
        {"model": "three_level", "strength": 0.005}, {"model": "three_level", "strength": 0.02},
        {"spectrum": "Underdamped", "strength": 0.1, "cutoff": 0.5, "temperatures": [1.0, 0.5]},
        {"model": "spin", "s": 1.0, "strength": 0.004}, {"model": "spin", "s": 1.0, "strength": 0.015},
        {"model": "three_level", "strength": 0.001, "temperatures": [3.0, 0.3]},
        {"model": "three_level", "strength": 0.01, "temperatures": [3.0, 0.3]},
        {"polarization": "linear", "strength": 0.02, "cutoff": 1.0, "temperatures": [0.6, 0.6]},
        {"polarization": "linear", "strength": 0.002, "cutoff": 4.0, "temperatures": [0.2, 2.0]},
        {"model": "two_qubits", "strength": 0.01, "cutoff": 0.7, "temperatures": [2.0, 0.2]},
        {"spectrum": "Underdamped", "strength": 0.03, "cutoff": 0.3},
        {"strength": 0.03, "temperatures": [0.6, 0.3]},
        {"polarization": "linear", "strength": 0.04, "cutoff": 3.0},
        {"model": "two_qubits", "strength": 0.03, "cutoff": 1.5, "temperatures": [1.2, 0.4]},
        {"spectrum": "Underdamped", "strength": 0.08, "cutoff": 0.4, "temperatures": [0.5, 0.25]},
        {"model": "spin", "s": 1.0, "strength": 0.008, "cutoff": 3.0, "temperatures": [1.5, 0.7]},
        {"model": "three_level", "strength": 0.006, "cutoff": 1.0, "temperatures": [2.0, 0.5]},
        {"model": "two_qubits", "strength": 0.06, "cutoff": 4.0, "temperatures": [0.8, 0.4]},
        {"polarization": "linear", "strength": 0.01, "cutoff": 2.0, "temperatures": [1.0, 0.5], **BROAD},
        {"polarization": "linear", "strength": 0.03, "cutoff": 2.0, "temperatures": [1.0, 0.5], **BROAD},
        {"polarization": "linear", "strength": 0.06, "cutoff": 4.0, "temperatures": [1.2, 0.4], **BROAD},
        {"polarization": "linear", "strength": 0.02, "cutoff": 8.0, "temperatures": [0.6, 0.3], **BROAD},
    ]  # fmt: skip
    new: list[dict[str, Any]] = [
        {"model": "three_level", "strength": 0.003, "temperatures": [0.4, 1.5]},
        {"model": "spin", "s": 1.5, "strength": 0.002, "temperatures": [2.0, 1.0]},
        {"model": "two_qubits", "strength": 0.005, "cutoff": 3.0, "temperatures": [0.5, 1.5]},
        {"polarization": "linear", "strength": 0.006, "cutoff": 1.2, "temperatures": [0.8, 0.3]},
        {"strength": 0.03, "cutoff": 5.0, "temperatures": [0.7, 0.65]},
        {"spectrum": "Underdamped", "strength": 0.06, "cutoff": 0.8},
        {"strength": 0.04, "cutoff": 1.2, "temperatures": [2.0, 0.8]},
        {"polarization": "linear", "strength": 0.025, "cutoff": 5.0, "temperatures": [0.4, 0.8]},
        {"model": "two_qubits", "strength": 0.04, "cutoff": 1.0, "temperatures": [0.5, 1.0]},
        {"spectrum": "Underdamped", "strength": 0.12, "cutoff": 0.9, "temperatures": [0.8, 0.3]},
        {"model": "spin", "s": 1.0, "strength": 0.01, "cutoff": 1.5, "temperatures": [0.6, 0.3]},
        {"model": "three_level", "strength": 0.015, "cutoff": 4.0, "temperatures": [0.8, 0.4]},
        {"model": "two_qubits", "strength": 0.02, "cutoff": 6.0, "temperatures": [1.5, 0.5]},
    ]  # fmt: skip
    wide = [{"part": "wide", "model": "spin_boson", **DRUDE, **FEW, **change} for change in other]
    held = [{"part": "held out", "model": "spin_boson", **DRUDE, **change, **FEW} for change in new]
    return [*qubit, *pairs, *wide, *held]


def system(grid: dict[str, Any], drive: Any, omega: Any) -> sambe.System:
    """The system of a grid with these numbers."""
    strength, cutoff = grid["strength"], grid["cutoff"]
    if grid["spectrum"] == "Underdamped":
        spectrum: Any = sambe.Underdamped(strength, width=cutoff, frequency=1.2)
    else:
        spectrum = sambe.DrudeLorentz(strength, cutoff=cutoff)
    baths = [
        sambe.Bath(name, spectrum=spectrum, temperature=t)
        for name, t in zip(("hot", "cold"), grid["temperatures"], strict=True)
    ]
    more = {name: grid[name] for name in ("polarization", "s") if name in grid}
    model = sambe.models.MODELS[grid["model"]]
    out: sambe.System = model(drive=drive, omega=omega, baths=baths, **more)
    return out


def swept(grids: list[dict[str, Any]]) -> sambe.System:
    """The system of grids of one structure, swept over them and over each."""
    first = grids[0]
    numbers = {name: sambe.axis("grid", range(len(grids))).copy(data=[g[name] for g in grids])
               for name in ("strength", "cutoff")}  # fmt: skip
    temperatures = [numbers["strength"].copy(data=[g["temperatures"][k] for g in grids]) for k in (0, 1)]
    return system(
        {**first, **numbers, "temperatures": temperatures},
        sambe.axis("drive", first["drive"]), sambe.axis("omega", first["omega"]),
    )  # fmt: skip


def exact(grid: dict[str, Any]) -> list[float]:
    """Currents out of the hot and the cold bath, point by point, the frequency running fastest."""
    from sambe.physics.heom import heom_currents

    flat: list[float] = []
    for drive in grid["drive"]:
        for omega in grid["omega"]:
            point = system(grid, drive, omega)
            found = heom_currents(point, tolerance=TOLERANCE, max_exponents=20).currents[:2]
            flat += [float(f"{x:.5e}") for x in found]
    return flat


def load() -> list[tuple[dict[str, Any], np.ndarray]]:
    """Stored grids with their exact currents ``(drive, omega, terminal)``, into the system."""
    out = []
    for grid in json.loads(DATA.read_text())["grids"]:
        baths = np.reshape(grid["currents"], (len(grid["drive"]), len(grid["omega"]), 2))
        out.append((grid, np.concatenate([baths, -baths.sum(axis=-1, keepdims=True)], axis=-1)))
    return out


def judged(
    grids: Iterable[tuple[dict[str, Any], np.ndarray]], answers: Any = ANSWERS
) -> Iterator[dict[str, Any]]:
    """Error and verdict of each answer on each grid, as arrays over (drive, omega).

    Grids that differ in numbers only are one sweep.
    """
    alike: dict[str, list[tuple[dict[str, Any], np.ndarray]]] = {}
    for grid, reference in grids:
        alike.setdefault(repr([grid.get(name) for name in STRUCTURE]), []).append((grid, reference))
    for several in alike.values():
        for shift in dict.fromkeys(shift for *_, shift in answers):
            asked = [(e, s) for e, s, kind in answers if kind == shift]
            found = sambe.audit(
                swept([grid for grid, _ in several]), equations=list(dict.fromkeys(e for e, _ in asked)),
                secular=list(dict.fromkeys(s for _, s in asked)), lamb_shift=shift,
            )  # fmt: skip
            for (number, (grid, reference)), (equation, secular) in product(enumerate(several), asked):
                part = found.sel(equation=equation, secular=secular).isel(grid=number)
                part = part.transpose("drive", "omega", ...)
                off = np.abs(part.energy_current.values - reference)
                largest = np.abs(reference).max(-1)
                size = np.maximum(np.abs(reference), LEAST * largest[..., None])
                yield {
                    "answer": (equation, secular, shift), "model": grid["model"],
                    "strength": grid["strength"], "error": off.max(-1) / largest, "own": (off / size).max(-1),
                    "flag": part.verdict.values > 0, "omega": np.broadcast_to(grid["omega"], largest.shape),
                }  # fmt: skip


def shares(rows: list[dict[str, Any]]) -> tuple[float, int, float, int]:
    """Share flagged of the points wrong by more than `LARGE`, and of those right to `SMALL` of which each
    current is right to `OWN` of itself; and counts."""
    error, own, flag = (np.concatenate([r[name].ravel() for r in rows]) for name in ("error", "own", "flag"))
    bad, good = error > LARGE, (error < SMALL) & (own < OWN)
    hit = float(flag[bad].mean()) if bad.any() else np.nan
    vain = float(flag[good].mean()) if good.any() else np.nan
    return hit, int(bad.sum()), vain, int(good.sum())


def share_of_small(rows: list[dict[str, Any]]) -> tuple[float, int]:
    """Share flagged of the points where the largest current is right to `LARGE`, and another wrong by more
    than `LARGE` of itself; and their count."""
    error, own, flag = (np.concatenate([r[name].ravel() for r in rows]) for name in ("error", "own", "flag"))
    some = (error <= LARGE) & (own > LARGE)
    return float(flag[some].mean()) if some.any() else np.nan, int(some.sum())


def _line(name: str, rows: list[dict[str, Any]]) -> str:
    error = np.concatenate([r["error"].ravel() for r in rows])
    error = error[np.isfinite(error)]
    if not error.size:
        return f"| {name} | no answer | | | |"
    hit, bad, vain, good = shares(rows)
    caught = f"{hit:.1%} of {bad}" if bad else "-"
    annoyed = f"{vain:.1%} of {good}" if good else "-"
    return f"| {name} | {np.median(error):.2%} | {error.max():.2%} | {caught} | {annoyed} |"


def _tables() -> None:
    every: dict[str, list[dict[str, Any]]] = {"main": [], "wide": [], "held out": []}
    head = (
        "| answer | median error | worst | flagged of wrong (> 10 %) | flagged of right (< 3 %) |\n"
        "|---|---|---|---|---|"
    )
    for grid, reference in load():
        rows = list(judged([(grid, reference)]))
        every[grid["part"]] += rows
        what = ", ".join(f"{k} {v}" for k, v in grid.items() if k not in ("currents", "drive", "omega"))
        print(f"\n{what}: {reference[..., 0].size} points\n\n{head}")
        for row in rows:
            print(_line(" ".join(row["answer"]), [row]))
            if grid["part"] == "main" and row["answer"][1] == "partial":
                on = np.isin(row["omega"], REGULAR)
                less = {k: v[on] for k, v in row.items() if k in ("error", "own", "flag")}
                print(_line(" ".join(row["answer"]) + ", regular frequencies", [less]))
    _by_answer(every["main"], head)
    print(f"\nall answers\n\n{head}")
    for part, rows in every.items():
        print(_line(part, rows))
    print("\na small current wrong by more than 10 % of itself, flagged\n")
    for part, rows in every.items():
        share, count = share_of_small(rows)
        print(f"{part}: {share:.1%} of {count}")


def _by_answer(rows: list[dict[str, Any]], head: str) -> None:
    """The main grids of a model and a coupling together, both polarisations."""
    for model, strength in dict.fromkeys((r["model"], r["strength"]) for r in rows):
        print(f"\n{model}, strength {strength}\n\n{head}")
        for answer in ANSWERS:
            kind = {"answer": answer, "model": model, "strength": strength}
            own = [r for r in rows if all(r[k] == v for k, v in kind.items())]
            on = [np.isin(r["omega"], REGULAR) for r in own]
            less = [{k: r[k][o] for k in ("error", "own", "flag")} for r, o in zip(own, on, strict=True)]
            print(_line(", ".join(answer), own))
            print(_line(", ".join(answer) + ", regular", less))


def _compute() -> None:
    done = []
    for grid in grids():
        print({k: v for k, v in grid.items() if k not in ("drive", "omega")}, flush=True)
        done.append({**grid, "currents": exact(grid)})
    how = f"python benchmarks/equations.py --exact: sambe.physics.heom.heom_currents, tolerance {TOLERANCE}"
    lines = ",\n".join(json.dumps(g, separators=(",", ":")) for g in done)
    DATA.write_text(f'{{"how": {json.dumps(how)},\n"grids": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exact", action="store_true", help="compute the exact numbers again")
    if parser.parse_args().exact:
        _compute()
    _tables()
