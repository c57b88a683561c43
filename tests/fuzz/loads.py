"""Random systems that ask for much: how long a point takes, and how its memory compares with the budget.

``python -m tests.fuzz.loads 100 --seed 1`` prints a line for each, then those at fault: more than `SECONDS`
of processor time a point, or, if ``--traced``, more than `SHARE` of the budget where a single point fits it
and more than `ALONE`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import sambe
from sambe.errors import SambeError
from sambe.physics.cost import point_bytes
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.places.threads import reuse_memory
from sambe.sweep.plan import parse_memory

SECONDS = 5.0  # of processor time for a point; small systems under the slowest drives take the most
SHARE = 1.2  # of the budget
ALONE = 250e6  # bytes that the complete equation may take at a single point, whatever its estimate
HANGS = 30  # seconds after which a run is given up
MEGABYTE = 1e6
EQUATIONS = {True: ("auto", "driven_dressed", "dressed", "floquet"), False: ("auto", "floquet")}  # by frame
SECULAR = ("auto", "partial", "full", "none", "ule", "clustered")
SHIFTS = ("none", "none", "auto", "shift", "counter")
SPECTRA: tuple[Callable[[float], Any], ...] = (
    lambda g: sambe.Ohmic(g, cutoff=10.0),
    lambda g: sambe.Ohmic(g, cutoff=3.0, exponent=3.0),
    lambda g: sambe.DrudeLorentz(g, cutoff=2.0),
    lambda g: sambe.Underdamped(g, width=0.1, frequency=1.3),
)


@dataclass(frozen=True)
class Load:
    """What a run took."""

    seconds: float
    peak: int
    estimate: int
    ended: str


def drawn(draw: random.Random) -> tuple[sambe.System, dict[str, Any]]:
    """A system and the options of a run."""
    strength, omega = 10 ** draw.uniform(-6, 9), 10 ** draw.uniform(-4, 2)
    if draw.random() < 0.5:
        strength, omega = 10 ** draw.uniform(-4, 0), 10 ** draw.uniform(-2, 0.5)
    points = draw.choice((1, 3, 30))
    sweep = sambe.axis("omega", omega * np.linspace(1.0, 1.1, points)) if points > 1 else omega
    framed = draw.random() < 0.3
    return _system(draw, strength, sweep, framed), {
        "equation": draw.choice(EQUATIONS[framed]), "secular": draw.choice(SECULAR),
        "lamb_shift": draw.choice(SHIFTS), "memory": draw.choice(("30 MB", "200 MB")),
    }  # fmt: skip


def _system(draw: random.Random, strength: float, omega: Any, framed: bool) -> sambe.System:
    size = 10 ** draw.uniform(-2, 1)
    kind = draw.choice(("qubit", "ladder") if framed else ("qubit", "ladder", "random", "pair"))
    one, two = draw.choice(SPECTRA), draw.choice(SPECTRA)

    def bath(name: str, spectrum: Any, at: float, coupling: Any) -> sambe.Bath:
        return sambe.Bath(name, coupling, spectrum=spectrum, temperature=at)

    if kind == "qubit":
        ends = [bath("a", one(strength), 1.2, sambe.sigmax()), bath("b", two(strength), 0.4, sambe.sigmax())]
        turn = "circular" if framed else "linear"
        return sambe.models.spin_boson(drive=size, omega=omega, polarization=turn, baths=ends)
    n = {"pair": 4}.get(kind) or draw.randint(3, 12)
    rng = np.random.default_rng(draw.randrange(2**32))
    if kind == "ladder":
        a = np.diag(np.sqrt(np.arange(1.0, n)), 1)
        h, x, d = np.diag(np.arange(n) * (1.0 + 0.05 * np.arange(n))), a + a.T, a + a.T
        other, d = x, a.T if framed else d
    else:
        h, x, other, d = (
            m + m.conj().T for m in rng.normal(size=(4, n, n)) + 1j * rng.normal(size=(4, n, n))
        )
    more = {2: [(0.3 * size, d)]} if not framed and draw.random() < 0.3 else {}
    return sambe.System(
        [(1.0, h)], drive={1: [(0.5 * size, d)], **more}, omega=omega,
        baths=[bath("a", one(strength), 1.2, x), bath("b", two(strength), 0.4, other)],
    )  # fmt: skip


def measured(system: sambe.System, options: dict[str, Any], traced: bool) -> Load:
    """Seconds of processor time, peak of the memory if it is traced, and the estimate of a point.

    In a process of its own, which ends with whatever is still at work.
    """
    fork = multiprocessing.get_context("fork")
    near, far = fork.Pipe()
    worker = fork.Process(target=_report, args=(far, system, options, traced), daemon=True)
    worker.start()
    if near.poll(HANGS):
        load: Load = near.recv()
    else:
        worker.terminate()
        load = Load(float(HANGS), 0, 0, "HANGS")
    worker.join()
    return load


def _report(far: Any, system: sambe.System, options: dict[str, Any], traced: bool) -> None:
    how = {name: options[name] for name in ("equation", "secular", "lamb_shift")}
    warnings.simplefilter("ignore")
    estimate, begin, peak = 0, time.process_time(), 0
    reuse_memory()  # one untouched block for each process
    try:
        with np.errstate(all="ignore"):
            estimate = point_bytes(Sweep(system).extreme(), prepare(system, **how))
        if traced:
            tracemalloc.start()
        begin = time.process_time()
        flow = sambe.steady_state(system, workers=1, **options)
        codes, counts = np.unique(flow.status.values, return_counts=True)
        ended = " ".join(f"{code}:{count}" for code, count in zip(codes, counts, strict=True))
    except SambeError as error:
        ended = str(error)[:60].split("\n")[0]
    if traced and tracemalloc.is_tracing():
        peak = tracemalloc.get_traced_memory()[1]
    far.send(Load(time.process_time() - begin, peak, estimate, ended))


def main() -> int:
    """Draw, measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument(
        "--traced", action="store_true", help="measure memory, at two or three times the time"
    )
    args = parser.parse_args()
    faults = []
    for k in range(args.first, args.first + args.count):
        system, options = drawn(random.Random(f"{args.seed}.{k}"))
        load = measured(system, options, args.traced)
        points, budget = Sweep(system).points, parse_memory(options["memory"])
        share = load.peak / budget
        over = share > SHARE and load.estimate <= budget and load.peak > ALONE
        line = (
            f"{k:4} N={system.levels:2} P={points:3} {'/'.join(map(str, options.values())):45} "
            f"{load.seconds / points:8.3f} s/point {load.peak / MEGABYTE:7.1f} MB of {budget / MEGABYTE:.0f} "
            f"(a point {load.estimate / MEGABYTE:.2f}) {load.ended}"
        )
        print(line, flush=True)
        if over or (not args.traced and load.seconds > SECONDS * points):
            faults.append(line)
    print(f"{len(faults)} at fault", *faults, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    raise SystemExit(main())
