"""What a study states: a finding, the numbers measured for it, and the criteria they are held to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Finding", "Measure", "above", "below", "between", "noted", "number"]

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number for a reader: three digits, and a power of ten where one is needed.

    Examples
    --------
    >>> number(0.000123456), number(12.345), number(-5.0)
    ('1.23×10⁻⁴', '12.3', '−5')
    """
    if not math.isfinite(value):
        return "no answer"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        text = f"{value:.3g}"
        text = f"{value:.0f}" if "e" in text else text
    else:
        mantissa, power = f"{value:.2e}".split("e")
        ten = f"10{str(int(power)).translate(_SUPERSCRIPT)}"
        text = ten if mantissa == "1.00" else f"{mantissa}×{ten}"
    return text.replace("-", "−")


@dataclass(frozen=True)
class Measure:
    """A number measured in this run.

    Attributes
    ----------
    what : str
        What was measured.
    value : float
        In the units of the model (hbar = k_B = 1); not a number where there was no answer.
    criterion : str
        What it is held to; empty for a number that is only reported.
    passed : bool or None
        Whether it meets the criterion; None without one.
    percent : bool
        Show the value as a percentage.
    """

    what: str
    value: float
    criterion: str = ""
    passed: bool | None = None
    percent: bool = False

    @property
    def shown(self) -> str:
        """The value as the report prints it."""
        if self.percent and math.isfinite(self.value):
            return f"{number(100 * self.value)} %"
        return number(self.value)


def below(what: str, value: Any, bound: float, *, percent: bool = False) -> Measure:
    """A measure that must lie below a bound; one that is not a number fails."""
    value, edge = float(value), f"{number(100 * bound)} %" if percent else number(bound)
    return Measure(what, value, f"below {edge}", bool(value < bound), percent)


def above(what: str, value: Any, bound: float, *, percent: bool = False) -> Measure:
    """A measure that must lie above a bound."""
    value, edge = float(value), f"{number(100 * bound)} %" if percent else number(bound)
    return Measure(what, value, f"above {edge}", bool(value > bound), percent)


def between(what: str, value: Any, low: float, high: float) -> Measure:
    """A measure that must lie between two bounds."""
    value = float(value)
    wanted = number(low) if low == high else f"{number(low)} to {number(high)}"
    return Measure(what, value, wanted, bool(low <= value <= high))


def noted(what: str, value: Any, *, percent: bool = False) -> Measure:
    """A measure that is reported and not held to anything."""
    return Measure(what, float(value), percent=percent)


@dataclass(frozen=True)
class Finding:
    """A statement about the physics, with what was measured for it.

    Attributes
    ----------
    key : str
        Name of its files and its anchor in the report.
    title, claim : str
        A headline and the statement under test, in words.
    words : str
        What this run shows, in words, with its numbers.
    parameters : str
        What the numbers and the figure were computed with.
    measures : tuple of Measure
        The first is the headline number.
    figure : matplotlib.figure.Figure
    caption : str
    beyond : bool
        Not a finding of the paper, but something that it does not say.
    """

    key: str
    title: str
    claim: str
    words: str
    parameters: str
    measures: tuple[Measure, ...]
    figure: Figure = field(repr=False)
    caption: str
    beyond: bool = False

    @property
    def passed(self) -> bool:
        """Whether every measure that is held to a criterion meets it."""
        return all(m.passed is not False for m in self.measures)
