"""The default against the complete equation, over random systems without a static frame.

    python benchmarks/random_systems.py --store build/random_systems.jsonl

Two to six levels, one to three of the first four harmonics, omega from 0.1 to 1000 times the fastest
relaxation rate, and qubits from 0.001 times on: everything beyond what any of the treatments was made for.
The error is that of the largest difference of a current over the largest current of the complete equation; a
point is flagged where its status or a warning says so. What is in the store is not solved again.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import sambe
from sambe.physics.generators.near_states.coherences import relaxation_rates
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

SYSTEMS, QUBITS = 500, 20  # how many of each kind
FIRST_QUBIT = 100_000  # their seeds begin here
RIGHT = 1e-2  # error from which an answer is wrong
UNIT = 1e-3  # coupling strength at which relaxation rates are measured: they are proportional to it


def random_system(seed: int) -> sambe.System:
    """A random Hamiltonian, drive and couplings, at a random ratio of omega to the relaxation rate."""
    rng = np.random.default_rng(seed)
    slow = seed >= FIRST_QUBIT
    levels = 2 if slow else int(rng.integers(2, 7))
    turns = 10.0 ** (rng.uniform(-3.0, 0.0) if slow else rng.uniform(-1.0, 3.0))
    harmonics = rng.choice([1, 2, 3, 4], size=rng.integers(1, 4), replace=False)
    energies, omega = np.sort(rng.uniform(0.0, 2.0, levels)), 10.0 ** rng.uniform(-0.8, 0.5)

    def operator() -> Any:
        x = rng.normal(size=(levels, levels)) + 1j * rng.normal(size=(levels, levels)) * rng.integers(2)
        return x * (rng.uniform(size=x.shape) < rng.choice([0.4, 1.0])) / np.sqrt(levels)

    def hermitian() -> Any:
        x = operator() + np.diag(rng.normal(size=levels)) * rng.integers(2) + np.eye(levels, k=1)
        return x + x.conj().T

    couplings = hermitian(), hermitian()
    temperatures = rng.uniform(0.6, 1.5), rng.choice([0.0, rng.uniform(0.1, 0.6)])
    size = 10.0 ** rng.uniform(-2.0, 0.0)
    drive = {int(k): size * (operator() + np.eye(levels, k=1) + rng.normal() * np.diag(range(levels)))
             for k in harmonics}  # fmt: skip

    def at(strength: float) -> sambe.System:
        spectra = sambe.Ohmic(strength, 5.0), sambe.DrudeLorentz(strength, 3.0)
        baths = [sambe.Bath(name, *rest) for name, *rest in
                 zip(("hot", "cold"), couplings, spectra, temperatures, strict=True)]  # fmt: skip
        return sambe.System(np.diag(energies), {k: [(1.0, x)] for k, x in drive.items()}, omega, baths)

    unit = at(UNIT)
    jumps = solve_batch(unit, prepare(unit, "floquet", "full")).jumps
    return at(UNIT * omega / turns / float(relaxation_rates(jumps).max()))


def judged(seed: int) -> dict[str, Any]:
    """Error and flag of the default on one system, and the error of what it falls back on."""
    system = random_system(seed)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        begun = time.process_time()
        flow = sambe.steady_state(system, equation="floquet")
        seconds = time.process_time() - begun
    warned = any(issubclass(w.category, sambe.SecularWarning) for w in said)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        complete = sambe.steady_state(system, equation="floquet", secular="none")
        partial = sambe.steady_state(system, equation="floquet", secular="partial")
    truth = complete.energy_current.values
    scale = np.abs(truth).max()
    default, cheap = (float(np.abs(x.energy_current.values - truth).max() / scale) for x in (flow, partial))
    return {
        "seed": seed, "levels": system.levels, "error": default, "partial": cheap,
        "flagged": bool(warned or flow.status > 0), "solved": int(complete.status) == 0,
        "kept": int(flow.cross_terms_kept), "seconds": round(seconds, 4),
    }  # fmt: skip


def seeds() -> list[int]:
    """Those of the measure."""
    return [*range(SYSTEMS), *range(FIRST_QUBIT, FIRST_QUBIT + QUBITS)]


def stored(path: Path | None) -> list[dict[str, Any]]:
    """Finished rows of a store of one JSON record a line."""
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def summary(rows: list[dict[str, Any]]) -> str:
    """Both counts, and the worst."""
    solved = [r for r in rows if r["solved"]]
    flagged = [r for r in solved if r["flagged"]]
    silent = [r for r in solved if not r["flagged"]]
    wrong = [r for r in silent if not r["error"] <= RIGHT]
    worst = max(silent, key=lambda r: r["error"], default=None)
    return "\n".join([
        f"{len(rows)} systems, {len(solved)} with a complete answer, of which the default takes it at "
        f"{sum(r['kept'] for r in solved)}",
        f"not flagged {len(silent)}, of which wrong by more than {RIGHT:.0%}: {len(wrong)} "
        f"{[r['seed'] for r in wrong]}",
        f"flagged {len(flagged)}, of which right: {sum(r['error'] <= RIGHT for r in flagged)}",
        f"worst of those not flagged {worst and worst['error']:.2e}, seed {worst and worst['seed']}",
        f"partial alone: {sum(r['partial'] > RIGHT for r in solved)} wrong",
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, help="file of finished rows, one a line; continued if there")
    parser.add_argument("--seconds", type=float, default=np.inf, help="stop after about so long")
    asked = parser.parse_args()
    rows, until = stored(asked.store), time.monotonic() + asked.seconds
    done = {r["seed"] for r in rows}
    for seed in seeds():
        if seed in done or time.monotonic() > until:
            continue
        rows.append(judged(seed))
        if asked.store:
            with asked.store.open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    print(summary(rows))


if __name__ == "__main__":
    main()
