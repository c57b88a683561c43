"""Random systems under two tones without a frame: right, flagged or refused, and none wrong in silence.

The tones are in a ratio of integers to within some 1e-5, too far from it to fold, so that the extended space
of both answers. The other route is one drive at their common frequency, propagated over its period, with the
relative phase of the tones averaged over, as it drifts. Exact ratios, which fold, are held to one drive of
that phase. More by hand:

    python -m tests.property.test_tone_answers 1000
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest

import sambe

RATIOS = ((7, 5), (8, 5), (9, 7), (11, 7), (5, 3), (4, 3), (3, 2), (7, 4), (9, 4), (7, 3))
OFF = 3.1e-5  # of the second frequency, from the ratio
CLOSE = 0.02  # of the largest current: what the tones' being off, and the drift of their phase, may change
SMALL = 0.1  # of the largest current, below which one is judged against that share
PHASES = 4


def parts(seed: int) -> dict[str, Any]:
    """Numbers of a random system of two to four levels, of which no frame makes the drive stand still."""
    rng = np.random.default_rng(seed)
    n = int(rng.choice([2, 3, 4], p=[0.5, 0.4, 0.1]))  # dense eigenproblems of four take a while

    def hermitian() -> Any:
        x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
        return x + x.conj().T

    levels = np.cumsum(rng.uniform(0.3, 1.5, n))
    p, q = RATIOS[int(rng.integers(len(RATIOS)))]
    first = float(rng.uniform(0.7, 2.0))
    size = rng.uniform(0.005, 0.05, 2)
    baths = [
        sambe.Bath(name, hermitian() / n, sambe.Ohmic(10.0 ** rng.uniform(-4.0, -1.5), cutoff=10.0),
                   temperature=float(rng.uniform(0.2, 2.0)))
        for name in "ab"
    ]  # fmt: skip
    return {"levels": np.diag(levels), "drives": (size[0] * hermitian(), size[1] * hermitian()),
            "ratio": (p, q), "first": first, "baths": baths}  # fmt: skip


def answer(seed: int, off: float = OFF) -> tuple[str, float]:
    """How the default answers tones off their ratio by a share, and how far it is from the other route."""
    x = parts(seed)
    (p, q), (one, two), w = x["ratio"], x["drives"], x["first"]
    drive = {(1, 0): one, (0, 1): two}
    tones = sambe.System(x["levels"], drive, (w, w * p / q * (1.0 + off)), x["baths"])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            flow = sambe.steady_state(tones)
        except (sambe.ConvergenceError, sambe.InputError):
            return "refused", np.nan
    told = any(issubclass(s.category, sambe.SecularWarning) for s in said)
    got = flow.energy_current.values
    got = np.array([*got[:2], got[2:].sum()])
    phase = sambe.axis("turn", 2.0 * np.pi * np.arange(PHASES if off else 1) / PHASES)
    turned = np.exp(-1j * phase / q)  # the tones' relative phase turns the common one by its share
    single = sambe.System(x["levels"], {q: one, p: [(turned, two)]}, w / q, x["baths"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = sambe.steady_state(single).energy_current.mean("turn").values
    size = np.maximum(np.abs(wanted), SMALL * np.abs(wanted).max())
    error = float((np.abs(got - wanted) / size).max())
    if error <= CLOSE:
        return "right", error
    return ("flagged" if told or int(flow.status) else "wrong"), error


@pytest.mark.slow
def test_none_is_wrong_in_silence() -> None:
    kinds = Counter(answer(seed)[0] for seed in (2, 3, 8))
    assert kinds == {"right": 3}


@pytest.mark.slow
def test_exact_ratios_are_one_drive() -> None:
    assert all(answer(seed, off=0.0)[1] < 1e-8 for seed in range(3))


if __name__ == "__main__":
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for name, share in (("folded", 0.0), ("extended space", OFF)):
        total: Counter[str] = Counter()
        for number in range(first, first + int(sys.argv[1])):
            kind, apart = answer(number, share)
            total[kind] += 1
            if kind in ("wrong", "flagged"):
                print(number, kind, f"{apart:.2g}", parts(number)["ratio"], flush=True)
        print(name, dict(total), flush=True)
