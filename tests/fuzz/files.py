"""Mutated input files: a typed error or the right kind of answer, and never anything else.

``python -m tests.fuzz.files 100000 --seed 1`` is the long run; it prints the counts and each file at fault.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sambe.errors import SambeError
from sambe.faces.tasks.job import Job, parse

ROOT = Path(__file__).resolve().parents[2]
# What is solved as well: levels, points and equations small enough for some tens of milliseconds.
MOST_LEVELS, MOST_POINTS = 4, 6
SECONDS = 20  # of processor time for a file, in which a hang is told from work

SMALL = """
[system]
model = "spin_boson"
splitting = 1.0
drive = [0.05, 0.1]
omega = {start = 0.8, stop = 1.2, points = 3}

[[baths]]
name = "left"
coupling = "sigmax"
temperature = 0.5
spectrum = {type = "ohmic", strength = 0.01, cutoff = 10.0, exponent = 1.0}

[solve]
equations = ["auto"]
secular = "partial"
memory = "100 MB"

[output]
title = "A qubit"
formats = ["nc"]
"""
EXPLICIT = """
[axes.phase]
values = [0.0, 1.5]
label = "phase"
units = "rad"

[system]
dims = [2, 2]
hamiltonian = [[0.5, "sigmaz(0)"], ["0.3 cos(phase)", "sigmaz(1)"], "0.05 (sigmap(0) sigmam(1) + h.c.)"]
omega = 0.9
name = "pair"

[system.drive]
1 = [[0.02, "sigmap(0)"]]

[[baths]]
name = "hot"
coupling = "sigmax(0)"
temperature = "0.4 + 0.1 phase"
spectrum = {type = "drude_lorentz", strength = 0.002, cutoff = 3.0}

[[baths]]
name = "cold"
coupling = "sigmax(1)"
temperature = 0.2
spectrum = {type = "tabulated", frequency = [0.1, 1.0, 2.0], values = [0.001, 0.01, 0.02]}

[solve]
equations = ["floquet", "dressed"]
"""
SITES = """
[system]
sites = ["qubit", {kind = "boson", levels = 2, name = "mode"}, {kind = "spin", s = 0.5}]
hamiltonian = ["0.5 sigmaz@0", "n@mode", "0.7 sz@2", "0.1 (sigmap@0 a@mode + h.c.)", "0.1 sx@2 (a + a')@mode"]

[[baths]]
name = "a"
coupling = ["(a + a')@mode", "sigmax@0"]
temperature = 0.3
spectrum = {type = "flat", strength = 0.01}
"""
TASKED = """
[system]
model = "spin_boson"
drive = 0.1
omega = [0.8, 1.1]

[task]
verb = "counting_statistics"
cumulants = 3

[solve]
secular = "full"
"""
FIELDS = """
[axes]
xi = [0.0, 0.2]

[system]
model = "spin_boson"
omega = 0.9

[task]
verb = "generating_function"
fields = {left = "xi", pump = "0.1j", right = 0.05}
"""
STATED = """
[system]
model = "two_qubits"
omega = 0.9

[task]
verb = "steady_state"
states = true
initial = 1
sector = [["sigmaz@0", 1.0]]
"""
LOOP = """
[axes]
loop = {start = 0.0, stop = 1.0, points = 5, endpoint = false}

[system]
model = "spin_boson"
drive = "0.3 + 0.1 cos(2 pi loop)"
omega = "0.9 + 0.2 sin(2 pi loop)"

[task]
verb = "pump_cycle"
along = "loop"
check = true
"""
TIMED = """
[system]
model = "spin_boson"
omega = 0.9

[task]
verb = "evolve"
state = [0.6, "0.8j"]
times = {start = 0.0, stop = 5.0, points = 4}
"""
# Values that are of the wrong kind, of the wrong size, or meant to be read by something else.
HOSTILE = (
    "nan", "inf", "-inf", "0", "0.0", "-0.0", "-1", "1", "2", "3", "1e308", "1e-308", "5e-324", "1e19",
    "1e-19", "99999999999999999999", "9" * 400, "1" + "0" * 5000, "true", "false", "[]", "{}", "[[]]", '""',
    '"0"', '"x"', "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "[1, 2]", "[1, \"a\"]", "[nan, 1]",
    "{start = 0, stop = 1}", "{start = 0, stop = 1, points = 0}",
    "{start = 0, stop = 1, points = 100000000000000000000}", "{start = 1, stop = 1, points = 2}",
    "{values = []}", "{values = [1, 1]}", "{scale = \"log\"}", '"1j"', '"1e400"', '"1/0"', '"0/0"',
    '"2^2^2^2^2^2"', '"10^400"', '"sigmaz"', '"proj(3)"', '"proj(-1)"', '"|0><9|"', '"sqrt(-1)"',
    '"log(0)"', '"exp(1000)"', '"' + "(" * 3000 + '"', '"' + "-" * 3000 + '1"', '"' + "1+" * 3000 + '1"',
    '"' + "a" * 100000 + '"', '"' + "a'" * 2000 + '"', '"sigmax^1000000"', '"sigmax^-1"', '"\\u0000"',
    '"\\u202e"', '"${HOME}"', '"$\\\\frac{$"', '"<script>"', '"../../../etc/passwd"', '"' + "é" * 300 + '"',
    '"h.c."', '"a@9"', '"phase"', '"omega"', '"energy"', '"status"', '"1_000"', "1_000", "0x10", "0b1",
    '"10 GB"', '"-1 GB"', '"1e-9 B"', "[" * 200 + "]" * 200, "{a = " * 100 + "1" + "}" * 100, "20000",
    "[20000, 20000]", "[2, 2, 2, 2, 2, 2, 2, 2, 2]",
)  # fmt: skip
CHARACTERS = "[]{}()\"'=.,#\\\n\t 0123456789eEjJ+-*/^@|<>†ünàn\x00\x07\u202e\ufeff"
KEYS = ("omega", "drive", "splitting", "dims", "sites", "levels", "model", "name", "coupling", "temperature",
        "spectrum", "type", "strength", "cutoff", "exponent", "equations", "secular", "tolerance", "memory",
        "lamb_shift", "heom", "title", "unit", "formats", "directory", "frame", "hamiltonian", "s", "kind",
        "propagation_tolerance", "verb", "cumulants", "fields", "states", "initial", "sector", "by",
        "along", "check", "x", "y", "file", "label", "units", "points", "start", "stop", "1", "01", "0", "2",
        "energy", "é", "\"\"", "\"a b\"")  # fmt: skip


def seeds() -> list[str]:
    """Files that mutations begin with: small ones, the examples, and each model by its name."""
    from sambe.models import MODELS

    examples = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.toml"))]
    # several times: those that are solved too, beside the many that are too large
    small = [SMALL, EXPLICIT, SITES, TASKED, FIELDS, STATED, LOOP, TIMED] * 4
    return [*small, *examples, *(f'[system]\nmodel = "{name}"\n' for name in MODELS)]


def mutated(text: str, draw: random.Random, others: list[str]) -> str:
    """The text with one to four mutations."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        text = draw.choice(MUTATIONS)(text, draw, others)
    return text


def _values(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"(?<==)[^\n=]+|(?<=[\[,] )[^\],\n]+", text))


def _other_value(text: str, draw: random.Random, _: list[str]) -> str:
    places = _values(text)
    if not places:
        return text
    place = draw.choice(places)
    return f"{text[: place.start()]} {draw.choice(HOSTILE)} {text[place.end() :]}"


def _other_number(text: str, draw: random.Random, _: list[str]) -> str:
    places = list(re.finditer(r"\d+(?:\.\d+)?", text))
    if not places:
        return text
    place = draw.choice(places)
    number = draw.choice(
        ("0", "-1", "1e300", "1e-300", "nan", "inf", "1e5", "-0.0", "7" * draw.choice((20, 400)))
    )
    return f"{text[: place.start()]}{number}{text[place.end() :]}"


def _line(text: str, draw: random.Random, others: list[str]) -> str:
    """Delete, repeat or move a line, or take one from another file."""
    lines, theirs = text.split("\n"), draw.choice(others).split("\n")
    at, there = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(there, lines[at])
    elif kind == 2:
        lines.insert(there, lines.pop(at) if len(lines) > 1 else "")
    else:
        lines.insert(at, draw.choice(theirs))
    return "\n".join(lines)


def _new_key(text: str, draw: random.Random, _: list[str]) -> str:
    lines = text.split("\n")
    lines.insert(draw.randrange(len(lines) + 1), f"{draw.choice(KEYS)} = {draw.choice(HOSTILE)}")
    return "\n".join(lines)


def _other_key(text: str, draw: random.Random, _: list[str]) -> str:
    places = list(re.finditer(r"\b\w++(?= *=)", text))  # each word once: some have 1e5 characters
    if not places:
        return text
    place = draw.choice(places)
    return text[: place.start()] + draw.choice(KEYS) + text[place.end() :]


def _character(text: str, draw: random.Random, _: list[str]) -> str:
    at = draw.randrange(len(text) + 1)
    many = draw.choice((0, 1, 1, 1, 50))
    return text[:at] + draw.choice(CHARACTERS) * many + text[at + draw.randrange(2) :]


def _cut(text: str, draw: random.Random, others: list[str]) -> str:
    """The beginning of one and the end of another."""
    other = draw.choice(others)
    return text[: draw.randrange(len(text) + 1)] + other[draw.randrange(len(other)) :]


MUTATIONS: tuple[Callable[[str, random.Random, list[str]], str], ...] = (
    _other_value, _other_value, _other_value, _other_number, _other_number, _line, _new_key, _other_key,
    _character, _cut,
)  # fmt: skip


@dataclass
class Outcome:
    """What became of some files.

    Attributes
    ----------
    counts : Counter
        Files by what became of them.
    faults : list of (str, str)
        What is wrong, and the file.
    slowest : float
        Seconds of processor time of the slowest.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    slowest: float = 0.0


def fuzz(files: int, seed: int, solves: int, seconds: float = SECONDS, told_at_once: bool = False) -> Outcome:
    """Read so many mutated files, and solve the first ``solves`` of those that are small enough."""
    draw, out, begun = random.Random(seed), Outcome(), seeds()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a number that overflows on its way to a status
        for _ in range(files):
            text = mutated(draw.choice(begun), draw, begun)
            start = time.process_time()
            try:
                with _limited(seconds):
                    told = judged(text, Path(folder), solve=out.counts["solved"] < solves)
            except Exception as error:
                told = "fault"
                out.faults.append((_said(error), text))
                if told_at_once:
                    print(_said(error), flush=True)
            out.counts[told] += 1
            out.slowest = max(out.slowest, time.process_time() - start)
    return out


def judged(text: str, folder: Path, solve: bool = True) -> str:
    """Read a file, and solve what is small; anything but a typed error goes to the caller.

    Raises
    ------
    AssertionError
        If a point with status 0 has no finite current or population.
    """
    try:
        job = parse(text, folder)
    except SambeError:
        return "refused"
    if not (solve and _is_small(job)):
        return "read"
    try:
        data = job.solve(workers=1)
    except SambeError:
        return "refused by the solution"
    if "status" not in data:  # not every task has one
        return "solved"
    fine = data["status"].values == 0
    for name in {"energy_current", "population"} & set(data):
        values = data[name].transpose(*data["status"].dims, ...).values
        assert np.isfinite(values[fine]).all(), f"{name} is not finite where status is 0"
    return "solved"


def _is_small(job: Job) -> bool:
    sizes: dict[Any, int] = {}
    for x in job.system.numbers().values():
        sizes |= getattr(x, "sizes", {})
    points = int(np.prod(list(sizes.values()), dtype=float))
    return job.system.levels <= MOST_LEVELS and points <= MOST_POINTS and "heom" not in job.equations


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise in what takes more processor time, where the system has such an alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _said(error: Exception) -> str:
    """The error and where it arose, in a line."""
    here = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:150]} ({Path(here.filename).name}:{here.lineno})"


def main() -> None:
    """Long run by hand."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--solves", type=int, default=10**9)
    options.add_argument("--seconds", type=float, default=SECONDS)
    options.add_argument("--keep", type=Path, help="Directory for the files at fault.")
    given = options.parse_args()
    out = fuzz(given.files, given.seed, given.solves, given.seconds, told_at_once=True)
    print(f"{given.files} files: {dict(out.counts)}; slowest {out.slowest:.1f} s")
    kinds = Counter(re.sub(r"\d+", "#", said) for said, _ in out.faults)
    for said, count in kinds.most_common(60):
        print(f"{count:6d}  {said}")
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
        for k, (said, text) in enumerate(out.faults):
            with suppress(UnicodeEncodeError):
                (given.keep / f"{k}.toml").write_text(f"# {said!r}\n{text}", encoding="utf-8")
    sys.exit(bool(out.faults))


if __name__ == "__main__":
    main()
