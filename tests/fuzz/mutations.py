"""What hostile input is made of: numbers, texts, arrays and objects that a user, or a user's bug, may give.

Values that take memory or that cannot be copied are made by functions when they are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["ARRAYS", "NUMBERS", "OBJECTS", "SPECTRA", "TEXTS", "any_value", "changed_text", "drawn"]

NUMBERS: tuple[Any, ...] = (
    0, 0.0, -0.0, 1, -1, -1.0, 0.5, 1.0, 2.0, 1e-3, 1e3, 1e-9, 1e9, 1e-30, 1e30, 1e-100, 1e100, 1e-300, 1e300,
    5e-324, 1.7976931348623157e308, float("inf"), float("-inf"),
    float("nan"), 10**400, -(10**400), 2**63, 2**64, 20_000, 1 + 1j, 1j, complex("nan"), True, False,
    np.float32(0.3), np.float16(0.3), np.longdouble("1e4000"), np.longdouble(0.4), np.int8(3),
    np.uint64(2**64 - 1),
    np.complex64(0.2), np.array(0.7), np.bool_(True),
    Decimal("0.5"), Fraction(1, 3), None,
)  # fmt: skip
TEXTS: tuple[str, ...] = (
    "", " ", "left", "pump", "energy", "status", "terminal", "level", "equation", "omega", "a/b", ".", "..",
    "a\0b", "a\x1bb", "a\nb", "\ud800", "\ufffe", "é", "שלום", "\u202eabc",
    "<b>&amp;</b>", r"$\frac$", "$", "{", "%s",
    "x" * 10_000, "0.5", "1e400", "9" * 500, "nan", "sigmax", "__class__", "[/red]", "a b", "-", "'",
)  # fmt: skip
ARRAYS: tuple[Callable[[], Any], ...] = (
    lambda: np.array([0.4, 0.8]),
    lambda: np.array([0.4, np.nan, 0.8]),
    lambda: np.array([0.4, np.inf]),
    lambda: np.array([0.0, -1.0]),
    lambda: np.array([1e-200, 1.0, 1e200]),
    lambda: np.array([]),
    lambda: np.array([[0.3, 0.4], [0.5, 0.6]]),
    lambda: np.arange(4)[::2],
    lambda: np.broadcast_to(0.3, 3),
    lambda: np.array([0.3, 0.4], dtype=">f8"),
    lambda: np.array([0.3, 0.4], dtype=np.float16),
    lambda: np.array([0.3, 0.4], dtype=np.longdouble),
    lambda: np.array([1, 2]),
    lambda: np.array([True, False]),
    lambda: np.array([0.3, None], dtype=object),
    lambda: np.array([0.3, 10**400], dtype=object),
    lambda: np.array(["a", "b"]),
    lambda: np.array(["2020-01-01"], dtype="datetime64[ns]"),
    lambda: np.ma.array([0.3, 0.4], mask=[True, False]),
    lambda: np.array([0.3 + 0.1j, 0.2]),
    lambda: np.zeros((2, 2)),
    lambda: np.eye(2) * 1e-9,
    lambda: np.eye(3),
    lambda: np.array([[0, 1], [1, 0]], dtype=np.float16),
    lambda: np.array([[0, 1], [0, 0]]),
    lambda: np.array([[0, np.nan], [np.nan, 0]]),
)
OBJECTS: tuple[Callable[[], Any], ...] = (
    dict, list, tuple, set, object, bytes,
    lambda: [1, [2, [3, []]]],
    lambda: [[0.0, 1.0], [1.0]],
    lambda: {1: 2.0},
    lambda: range(3),
    lambda: len,
    lambda: int,
    lambda: iter(()),
    lambda: _nested(5000),
)  # fmt: skip


def _nested(depth: int) -> list[Any]:
    out: list[Any] = []
    for _ in range(depth):
        out = [out]
    return out


def _raises(w: Any) -> Any:
    raise KeyError("no such frequency")


def _raises_near(w: Any) -> Any:
    if ((w > 0.7) & (w < 0.9)).any():
        raise RuntimeError("a gap in the data")
    return 0.002 * w


SPECTRA: tuple[Callable[[Any], Any], ...] = (  # spectral densities as functions
    lambda w: 0.002 * w,
    lambda w: 0.002 * w * np.exp(-w / 10.0),
    lambda w: -w,
    lambda w: 0.002,
    lambda w: w * np.nan,
    lambda w: w / 0.0,
    lambda w: 0.002 * w * (1 + 1j),
    lambda w: np.where(w > 0.8, np.nan, 0.002 * w),
    lambda w: np.where(w > 0.8, -1.0, 0.002 * w),
    lambda w: np.where(w > 0.8, np.inf, 0.002 * w),
    lambda w: np.ravel(w)[:1],
    lambda w: [0.1],
    lambda w: "0.1",
    lambda w: None,
    lambda w: w > 0,
    lambda w: 1e300 * w,
    lambda w: 1e-300 * w,
    lambda w: 0.002 / w,
    _raises,
    _raises_near,
)


def any_value(rng: random.Random) -> Any:
    """A hostile value of any kind."""
    kind = rng.choice((NUMBERS, NUMBERS, TEXTS, ARRAYS, OBJECTS))
    value = rng.choice(kind)
    return value() if kind in (ARRAYS, OBJECTS) else value


def drawn(rng: random.Random, values: Sequence[Any], share: float) -> Any:
    """One of the usual values, or with this probability a hostile one."""
    return any_value(rng) if rng.random() < share else rng.choice(values)


def changed_text(rng: random.Random, text: str, times: int = 1) -> str:
    """A text with some of its pieces dropped, doubled, moved or replaced by hostile ones."""
    for _ in range(times):
        i, j = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        j = min(j, i + rng.choice((1, 1, 4, 20)))
        piece = text[i:j]
        change = rng.choice(("drop", "double", "repeat", "number", "text", "sign"))
        new = {
            "drop": "",
            "double": piece * 2,
            "repeat": piece * rng.choice((10, 1000)),
            "number": str(rng.choice((0, -1, 2**64, "9" * 300, "1e400", "nan", "inf", 1e-300))),
            "text": rng.choice(TEXTS),
            "sign": rng.choice("[]{}()\"'=,.+-*/^@|<>#\n\t\0"),
        }[change]
        text = text[:i] + new + text[j:]
    return text
