"""Random calls of the Python interface: ``python -m tests.fuzz.api 100000`` for as many, with another seed.

A call makes a system, of which some parts are hostile, and asks for something. It has to end in an answer
without NaN where the status is 0, or in an error of sambe's own.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import numpy as np

import sambe
from sambe import SambeError

from .mutations import SPECTRA, any_value, drawn

SLOWEST = 30.0  # seconds of processor time that a call may take, on any machine
HOSTILE = 0.05  # probability that a part of a call is a hostile one


class Bad(NamedTuple):
    call: int
    what: str
    where: str


QUBITS = (sambe.sigmax, sambe.sigmay, sambe.sigmaz)
OPTIONS: dict[str, tuple[Any, ...]] = {
    "equation": ("auto", "driven_dressed", "floquet", "dressed"),
    "secular": ("auto", "partial", "full", "none", "ule", "clustered"),
    "lamb_shift": ("none", "shift", "counter", "auto", True),
    "tolerance": (1e-8, 1e-4),
    "propagation_tolerance": (1e-10, 1e-6),
}
RUNNING: dict[str, tuple[Any, ...]] = {"memory": ("1 GB", "1 MB"), "workers": (1, 2)}
COORDINATES: tuple[Callable[[int], Any], ...] = (
    lambda n: np.arange(n, dtype=float),
    lambda n: [f"p{k}" for k in range(n)],
    lambda n: np.array(["2020-01-01"] * n, dtype="datetime64[ns]"),
    lambda n: np.arange(n, dtype=np.longdouble),
    lambda n: [None] * n,
    lambda n: [True] * n,
)
NAMES = ("x", "omega", "energy", "status", "terminal", "level", "a/b", "time")


class Fuzzer:
    """Random calls from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def part(self, *usual: Any) -> Any:
        """One of some usual values, or a hostile one."""
        return drawn(self.rng, usual, HOSTILE)

    def number(self, *usual: float) -> Any:
        """A number of a system, now and then an axis."""
        if self.rng.random() < 0.25:
            return self.axis(usual)
        return self.part(*usual)

    def axis(self, usual: tuple[float, ...]) -> Any:
        """A labelled sweep over usual and hostile numbers."""
        import xarray as xr

        rng = self.rng
        if rng.random() < 0.5:
            values = [self.part(*usual) for _ in range(rng.choice((1, 2, 3)))]
            return sambe.axis(self.part("x", "y", *NAMES), values)
        values = any_value(rng) if rng.random() < 0.3 else usual
        values = values if isinstance(values, np.ndarray) else np.asarray(usual)
        name = rng.choice(NAMES)
        if values.ndim != 1 or rng.random() < 0.3:
            return xr.DataArray(values, dims=[f"{name}{k or ''}" for k in range(values.ndim)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas has no index in half precision
            return xr.DataArray(values, dims=name, coords={rng.choice((name, "c")): (
                name, rng.choice(COORDINATES)(len(values)))})  # fmt: skip

    def spectrum(self) -> Any:
        """A spectral density."""
        n = self.number
        kind = self.rng.randrange(8)
        if kind == 0:
            return sambe.Ohmic(n(0.002, 1.0), cutoff=n(10.0), exponent=self.part(1.0, 1.0, 0.5, 3.0))
        if kind == 1:
            return sambe.DrudeLorentz(n(0.01), cutoff=n(2.0))
        if kind == 2:
            return sambe.Underdamped(n(0.05), width=n(0.5), frequency=n(1.5))
        if kind == 3:
            return sambe.Flat(n(0.002))
        if kind == 4:
            return sambe.Window(n(0.002), low=n(0.1), high=n(3.0))
        if kind == 5:
            return sambe.Tabulated(self.part([0.5, 1.0, 2.0]), self.part([0.1, 0.2, 0.1]))
        if kind == 6:
            return self.rng.choice(SPECTRA)
        return self.part(sambe.Ohmic(0.002, cutoff=10.0))

    def operator(self, levels: int) -> Any:
        """An operator, or what is none."""
        if levels == 2:
            usual = [op() for op in QUBITS]
        else:
            a = sambe.destroy(levels)
            usual = [a + a.T, sambe.num(levels)]
        return self.part(*usual)

    def bath(self, levels: int, coupled: bool = True) -> Any:
        """A bath."""
        coupling = None
        if coupled:
            one = self.operator(levels)
            coupling = self.rng.choice((one, [one, self.operator(levels)], [(self.part(0.5), one)]))
        name = self.part("left", "right", "third")
        return sambe.Bath(name, coupling, self.spectrum(), self.number(1.2, 0.4, 0.0))

    def explicit(self) -> Any:
        """A system term by term."""
        levels = self.rng.choice((2, 2, 3, 5))
        terms = [(self.number(0.5, 1.0), self.operator(levels)) for _ in range(self.rng.choice((1, 2)))]
        drive = None
        if self.rng.random() < 0.7:
            lower = sambe.destroy(levels)
            quanta = self.part(1, 1, 2)
            drive = {
                quanta if isinstance(quanta, Hashable) else 1: [
                    (self.number(0.05, 0.3), self.part(lower.T, lower + lower.T))
                ]
            }
        return sambe.System(
            terms, self.part(drive), self.number(0.8, 2.0),
            [self.bath(levels) for _ in range(self.rng.choice((1, 2)))],
            frame=self.part(None, None, None, [0] * levels), name=self.part("system"),
            edge=self.part((), (), (levels - 1,)),
        )  # fmt: skip

    def model(self) -> Any:
        """A ready-made system."""
        m, n = sambe.models, self.number
        return self.rng.choice((
            lambda: m.spin_boson(n(1.0), n(0.1, 0.3), n(0.8), polarization=self.part("circular", "linear")),
            lambda: m.spin_boson(omega=n(0.8), baths=[self.bath(2), self.bath(2, False)]),
            lambda: m.kerr_resonator(n(1.0), n(0.01), n(0.05), n(0.7, 1.0), levels=self.part(3, 4, 6)),
            lambda: m.oscillator(n(1.0), n(0.05), n(0.7), levels=self.part(3, 5)),
            lambda: m.spin(self.part(0.5, 1.0), drive=n(0.3), omega=n(0.75)),
            lambda: m.modulated_qubit(omega=n(0.3, 1.0)),
            lambda: m.two_qubits(omega=n(0.9)),
            lambda: m.three_level(),
        ))()  # fmt: skip

    def options(self, *tables: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
        """Some keywords of a verb."""
        every = {key: usual for table in tables for key, usual in table.items()}
        return {key: self.part(*usual) for key, usual in every.items() if self.rng.random() < 0.25}

    def call(self) -> Any:
        """One call, from the parts of a system to what is asked of it."""
        system = self.explicit() if self.rng.random() < 0.6 else self.model()
        verb = self.rng.random()
        if verb < 0.55:
            return sambe.energy_currents(system, **self.options(OPTIONS))
        if verb < 0.88:
            begun = {"initial": (0, 1), "sector": (None,)} if self.rng.random() < 0.1 else {}
            return sambe.steady_state(system, **self.options(OPTIONS, RUNNING, begun))
        if verb < 0.94:
            return sambe.channels(system, **self.options(OPTIONS, RUNNING))
        if verb < 0.985:
            chosen = {k: v for k, v in OPTIONS.items() if k not in ("equation", "secular")}
            return sambe.compare(system, **self.options(chosen, RUNNING))
        return sambe.audit(system)


def fault_of(result: Any) -> str | None:
    """What an answer must not be."""
    if hasattr(result, "data_vars"):
        good = result["status"] == 0
        for name in ("energy_current", "population"):
            if name in result:
                lost = (~np.isfinite(result[name])).any([d for d in result[name].dims if d not in good.dims])
                if bool((lost & good).any()):
                    return f"{name} is not finite with status 0"
    elif np.isinf(np.asarray(result)).any():
        return "an infinite current"
    return None


def run(calls: int, seed: int) -> tuple[Counter[str], list[Bad]]:
    """How so many calls ended, and those that ended badly; each has a seed of its own, to be called again."""
    ends: Counter[str] = Counter()
    bad: list[Bad] = []
    for k in range(calls):
        began = time.process_time()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                fault, where = fault_of(Fuzzer(seed + k).call()), ""
                ends["answer"] += 1
            except SambeError as error:
                fault, where = None if str(error).strip() else "an error without words", ""
                ends[type(error).__name__] += 1
            except Exception as error:
                fault = f"{type(error).__name__}: {str(error)[:150]}"
                where = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in
                                   reversed(traceback.extract_tb(error.__traceback__)[-5:]))  # fmt: skip
        foreign = [w for w in caught if not w.category.__module__.startswith("sambe")]
        if fault is None and foreign:
            fault, where = f"warning {foreign[0].message}", f"{foreign[0].filename}:{foreign[0].lineno}"
        if fault is None and time.process_time() - began > SLOWEST:
            fault = f"took {time.process_time() - began:.0f} s"
        if fault is not None:
            ends["bad"] += 1
            bad.append(Bad(seed + k, fault, where))
    return ends, bad


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 10**6
    start = time.process_time()
    total: Counter[str] = Counter()
    for chunk in range(first, first + count, 100):
        ended, ended_badly = run(min(100, first + count - chunk), chunk)
        total += ended
        for entry in ended_badly:
            print(*entry, flush=True)
    print(dict(total), f"{time.process_time() - start:.1f} s of processor time")
    sys.exit(bool(total["bad"]))
