"""Signals at random moments, and damage to random files of stores: nothing lost, and nothing wrong resumed.

``python -m tests.fuzz.kills --signals 50 --damages 40 --seed 1`` prints what became of each; by hand, for
some minutes. A run is ended by a random signal and continued until it ends by itself; its numbers are those
of a run that nothing disturbed, to the last bit, and no finished block is solved a second time.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import sambe
from sambe.sweep.storage.store import StoreError

FILE = """
[system]
model = "spin_boson"
omega = {start = 0.7, stop = 1.3, points = 60}
drive = {start = 0.01, stop = 0.1, points = 40}

[solve]
equations = ["driven_dressed"]
memory = "300 kB"

[output]
formats = ["nc"]
"""
MAIN = "from sambe.faces.commands.main import main; main()"
KINDS = {"plain": (), "store": ("--store", "a.zarr", "--resume"),
         "workers": ("--store", "a.zarr", "--resume", "--workers", "2")}  # fmt: skip
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
SOURCE = Path(sambe.__file__).resolve().parents[1]  # the tree that is tested, from whatever folder
LONGEST = 300  # seconds for a run that nothing disturbs


def main() -> None:
    """Kill, damage, compare, count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--signals", type=int, default=50)
    options.add_argument("--damages", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    draw = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as place:
        faults = kills(Path(place, "kills"), given.signals, draw) if given.signals else []
        faults += damages(Path(place), given.damages, draw) if given.damages else []
    for fault in faults:
        print("FAULT", fault)
    sys.exit(bool(faults))


def kills(place: Path, signals: int, draw: random.Random) -> list[str]:
    """Runs of every kind, ended by so many signals in all."""
    whole = _folder(place / "whole")
    start = time.monotonic()
    assert _begun(whole, KINDS["store"]).wait(LONGEST) == 0
    seconds = time.monotonic() - start
    expected = _numbers(whole)
    sent, counts, faults, kind = 0, Counter[str](), [], 0
    while sent < signals:
        name = list(KINDS)[kind % len(KINDS)]
        kind += 1
        folder = _folder(place / str(kind))
        for _ in range(draw.randrange(1, 5)):
            before = _blocks(folder)
            ended = _killed(folder, KINDS[name], draw.uniform(0.0, 1.1 * seconds), draw.choice(SIGNALS))
            sent += ended != "by itself"
            counts[f"{name}, {ended}"] += 1
            faults += _lost(folder, before, f"{name}, {ended}")
            print(f"{sent:3d} {name}, {ended}, {len(_blocks(folder))} blocks", flush=True)
        run = _begun(folder, KINDS[name])
        if run.wait(LONGEST):
            faults.append(f"{name}: the last run ends with {run.returncode}: {(folder / 'told').read_text()}")
        elif not _numbers(folder).identical(expected):
            faults.append(f"{name}: other numbers")
        shutil.rmtree(folder)
    print(f"{sent} signals, a whole run takes {seconds:.0f} s: {dict(sorted(counts.items()))}")
    return faults


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "in.toml").write_text(FILE)
    return path


def _begun(folder: Path, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    with (folder / "told").open("wb") as told:
        return subprocess.Popen(
            [sys.executable, "-c", MAIN, "run", "in.toml", "--quiet", *options], cwd=folder, stdout=told,
            stderr=told, start_new_session=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(SOURCE)},
        )  # fmt: skip


def _killed(folder: Path, options: tuple[str, ...], after: float, by: signal.Signals) -> str:
    """How a run ended that gets a signal after some time; what it started is gone a little later."""
    run = _begun(folder, options)
    try:
        run.wait(after)
        return "by itself"
    except subprocess.TimeoutExpired:
        run.send_signal(by)
        run.wait(60)
        return signal.Signals(by).name


def _blocks(folder: Path) -> dict[Path, bytes]:
    """Checksums of finished blocks, as they lie there."""
    return {file: file.read_bytes() for file in (folder / "a.zarr/block_checksum").glob("c/*/*")
            if file.suffix != ".partial"}  # fmt: skip


def _lost(folder: Path, before: dict[Path, bytes], when: str) -> list[str]:
    """Finished blocks that a run has lost or written again, half a file, and tracebacks."""
    after = _blocks(folder)
    out = [f"{when}: {file} is not as it was" for file, x in before.items() if after.get(file) != x]
    result = folder / "results/in/in.nc"
    if result.exists():
        try:
            xr.load_dataset(result, engine="h5netcdf")
        except Exception as error:  # whatever half a file does to HDF5
            out.append(f"{when}: {error}")
    if "Traceback" in (told := (folder / "told").read_text(errors="replace")):
        out.append(f"{when}: {told[-600:]}")
    return out


def _numbers(folder: Path) -> xr.Dataset:
    return xr.load_dataset(folder / "results/in/in.nc", engine="h5netcdf").drop_attrs()


def device() -> sambe.System:
    """A sweep of some blocks."""
    omega = sambe.axis("omega", np.linspace(0.7, 1.3, 12))
    return sambe.models.spin_boson(omega=omega, drive=sambe.axis("drive", [0.05, 0.1]))


def damages(place: Path, count: int, draw: random.Random) -> list[str]:
    """Random damage to copies of a store: it is made good, or refused by a StoreError."""
    options: dict[str, Any] = {"memory": "40 kB", "workers": 1}
    whole = place / "whole.zarr"
    expected = sambe.steady_state(device(), store=whole, **options).compute()
    ends, faults = Counter[str](), []
    for k in range(count):
        store = Path(shutil.copytree(whole, place / f"{k}.zarr"))
        files = sorted(f for f in store.rglob("*") if f.is_file())
        if draw.random() < 0.25:  # else hardly any of the few
            files = [f for f in files if f.name == "zarr.json"]
        file, damage = draw.choice(files), draw.choice(DAMAGES)
        damage(file, draw)
        what = f"{damage.__name__.strip('_')} {'metadata' if file.name == 'zarr.json' else 'chunk'}"
        try:
            again = sambe.steady_state(device(), store=store, resume=True, **options).compute()
        except StoreError:
            ends[f"{what}: refused"] += 1
        except Exception as error:
            faults.append(f"{file.relative_to(store)}, {what}: {type(error).__name__}: {error}")
        else:
            ends[f"{what}: made good"] += 1
            if not again.identical(expected):
                faults.append(f"{file.relative_to(store)}, {what}: other numbers")
        shutil.rmtree(store)
        print(f"{k + 1:3d} {what}", flush=True)
    print(f"{count} damaged stores: {dict(sorted(ends.items()))}")
    return faults


def _removed(file: Path, _: random.Random) -> None:
    file.unlink()


def _emptied(file: Path, _: random.Random) -> None:
    file.write_bytes(b"")


def _truncated(file: Path, draw: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: draw.randrange(len(content))])


def _garbled(file: Path, draw: random.Random) -> None:
    content = bytearray(file.read_bytes())
    content[draw.randrange(len(content))] ^= draw.randrange(1, 256)
    file.write_bytes(bytes(content))


def _zeroed(file: Path, _: random.Random) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def _exchanged(file: Path, draw: random.Random) -> None:
    """The content of some other file of the store."""
    others = [f for f in file.parents[2].rglob("*") if f.is_file()]
    file.write_bytes(draw.choice(others).read_bytes())


DAMAGES: tuple[Callable[[Path, random.Random], None], ...] = (
    _removed, _emptied, _truncated, _garbled, _zeroed, _exchanged,
)  # fmt: skip

if __name__ == "__main__":
    main()
