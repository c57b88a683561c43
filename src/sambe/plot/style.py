"""Look of every figure: fonts and ticks, colours, and how an axis is named and cut into cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.equations import EQUATIONS, equation_names

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "DASHES",
    "LONGEST_TITLE",
    "PUMP",
    "RC",
    "TERMINALS",
    "axis_label",
    "cell_edges",
    "drawable",
    "equation_line",
    "equation_name",
    "evenly_logarithmic",
    "is_pump",
    "letters",
    "number_text",
    "power_of_ten",
    "read_mathematics",
    "terminal_colors",
    "terminal_lines",
    "words",
    "wrapped",
]

# Okabe and Ito's palette, which colour-blind readers can tell apart
TERMINALS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
PUMP = "#000000"
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)))  # told apart in grey
OTHER = {"color": "#CC79A7", "lw": 1.2}  # of an equation that is not known here
UNNAMED = {"color": "#0072B2", "lw": 1.3, "ls": "-", "zorder": 3}  # of whichever one was chosen
RC: Any = {
    "font.family": ["STIXGeneral", "DejaVu Sans"],  # the second for letters that the first has not
    "mathtext.fontset": "stix",
    "font.size": 10.0,
    "axes.labelsize": 10.5,
    "axes.titlesize": 10.5,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "axes.linewidth": 0.7,
    "axes.formatter.limits": (-3, 4),
    "axes.formatter.use_mathtext": True,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "axes.prop_cycle": f"cycler('color', {list(TERMINALS)})",
    "svg.hashsalt": "sambe",  # the same result gives the same file
}
# Characters of a line of a title. A choice: what fits into a figure; half of that into a panel.
LONGEST_TITLE = 80
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_DOLLAR = re.compile(r"(?<!\\)\$")
# Of formulas: what changes the letters only, other commands, and what stands for no letter
_FONT = re.compile(r"\\(?:math(?:rm|it|bf|cal|sf|tt|regular)|text|left|right)(?![A-Za-z])|\\[,;:! ]")
_COMMAND, _MARKUP = re.compile(r"\\[A-Za-z]+"), re.compile(r"[{}_^ ]")
SYMBOLS = {
    "omega": r"drive frequency $\omega$",
    "drive": r"drive amplitude $A$",
    "splitting": r"splitting $\omega_0$",
    "coupling": r"coupling $g$",
    "kerr": r"Kerr nonlinearity $K$",
    "frequency": r"frequency $\omega_0$",
    "modulation": r"modulation $\lambda$",
}


def is_pump(name: str) -> bool:
    """Whether a terminal is the drive, or one tone of it."""
    return name.startswith("pump")


def terminal_colors(
    names: Sequence[str], palette: Sequence[str] = TERMINALS, pump: str = PUMP
) -> dict[str, str]:
    """A colour for each terminal: those of the palette for the baths in turn, one for every pump.

    Examples
    --------
    >>> terminal_colors(["hot", "cold", "pump"])
    {'hot': '#D55E00', 'cold': '#0072B2', 'pump': '#000000'}
    """
    baths = [name for name in names if not is_pump(name)]
    return {name: pump if is_pump(name) else palette[baths.index(name) % len(palette)] for name in names}


def terminal_lines(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A line for each terminal, in the terms of Matplotlib: told apart by its dashes in grey.

    Examples
    --------
    >>> terminal_lines(["hot", "cold"])["hot"]
    {'color': '#D55E00', 'ls': '-'}
    """
    colors = terminal_colors(names)
    return {name: {"color": colors[name], "ls": DASHES[k % len(DASHES)]} for k, name in enumerate(names)}


def words(text: object, longest: int = 40, lines: int = 1) -> str:
    r"""A text of a user's as a figure can show it: shortened, its lines joined beyond so many.

    Mathematics between dollar signs stays whole where Matplotlib can read it, and is shown as it was written
    elsewhere. Matplotlib hides what begins with an underscore from legends, hence the blank before it.

    >>> words(r"heat $\frac$"), words("_left")
    ('heat \\$\\frac\\$', ' _left')
    """
    parts = [" ".join(_UNSEEN.sub(" ", part).split()) for part in str(text)[: 8 * longest].splitlines()]
    parts = [part for part in parts if part]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], " ".join(parts[lines - 1 :])]
    out = "\n".join(_shortened(part, longest) for part in parts)
    return f" {out}" if out.startswith("_") else out


def letters(text: str) -> int:
    r"""How many letters a reader sees: a symbol of mathematics is one.

    >>> letters(r"bias $T_\mathrm{h} - T_\mathrm{c}$"), letters("5 $")
    (10, 3)
    """
    parts = _DOLLAR.split(text)
    if len(parts) % 2 == 0:  # a dollar sign alone opens no formula
        return len(text)
    formulas = (_FONT.sub("", part) for part in parts[1::2])
    return sum(map(len, parts[::2])) + sum(len(_MARKUP.sub("", _COMMAND.sub("x", f))) for f in formulas)


def _shortened(part: str, longest: int) -> str:
    """A line with as many letters, cut before a formula that does not fit."""
    readable = _is_readable(part)
    if not readable or "$" not in part:
        part = part if len(part) <= longest else part[: longest - 1] + "…"
        return part if readable else _DOLLAR.sub(r"\\$", part)
    kept, end = part, len(part)
    while letters(kept) > longest or not _is_readable(kept):
        end -= 1
        kept = f"{part[:end].rstrip()}…"
    return kept


def power_of_ten(values: Any) -> int:
    """The power of ten that numbers are freed of: none where they can be read as they are."""
    sizes = np.abs(np.asarray(values, dtype=float))
    largest = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    power = int(np.floor(np.log10(largest))) if largest > 0.0 else 0
    return 0 if -1 <= power <= 2 else power


def number_text(value: float, form: str) -> str:
    """A number as a figure shows it, with a minus that is as long as a plus.

    >>> number_text(-0.25, "+.3g"), number_text(float("nan"), ".2e")
    ('−0.25', 'no answer')
    """
    return f"{value:{form}}".replace("-", "\N{MINUS SIGN}") if np.isfinite(value) else "no answer"


def wrapped(text: object, width: int, lines: int = 3) -> str:
    """A user's text in some short lines; mathematics stays in one.

    >>> wrapped("the warm cavity", 8), wrapped("a spin-boson", 10)
    ('the warm\\ncavity', 'a\\nspin-boson')
    """
    shown = words(text, width * lines)
    if "$" in shown:
        return shown
    at_hyphens = max(map(len, shown.split()), default=0) > width  # only a word that fits nowhere is broken
    parts = wrap(shown, width, max_lines=lines, placeholder="…", break_on_hyphens=at_hyphens)
    return "\n".join(parts) or shown


def _is_readable(text: str) -> bool:
    """Whether a text has no mathematics, or some that Matplotlib reads."""
    if len(_DOLLAR.findall(text)) % 2:  # it could find its other half in the words beside it
        return False
    try:
        read_mathematics(text)
    except Exception:  # of the parser below it too
        return False
    return True


@cache
def _reader() -> Any:
    """Of mathematics, one for all, as it remembers what it has read."""
    from matplotlib.mathtext import MathTextParser

    return MathTextParser("path")


def read_mathematics(text: str) -> None:
    """Have Matplotlib read the mathematics of a text, if there is any.

    Raises
    ------
    ValueError
        Where it cannot be read.
    """
    if "$" not in text:
        return
    from matplotlib.cbook import is_math_text

    if is_math_text(text):
        _reader().parse(text)


def drawable(dataset: xr.Dataset, axes: list[str]) -> xr.Dataset:
    """The same with axes of real numbers: texts, dates, what is not finite or has no labels is counted."""
    counted = {}
    for name in axes:
        values = dataset[name].values
        if name not in dataset.coords or values.dtype.kind not in "iuf" or not np.isfinite(values).all():
            label = f"{dataset[name].attrs.get('long_name', name)}, number of the point"
            counted[name] = (name, np.arange(values.size, dtype=float), {"long_name": label})
    return dataset.drop_vars(list(counted), errors="ignore").assign_coords(counted)


def axis_label(labelled: xr.Dataset | xr.DataArray, name: str) -> str:
    """Name of a coordinate in words, with its units."""
    attributes = labelled[name].attrs
    text = words(attributes.get("long_name", SYMBOLS.get(name, name.replace("_", " "))))
    units = attributes.get("units")
    return f"{text} ({words(units)})" if units not in (None, "", "1") else text


def equation_name(equation: str) -> str:
    """An equation as it is written in a figure."""
    return EQUATIONS[equation].title if equation in EQUATIONS else equation.replace("_", "-")


def equation_line(equation: str) -> dict[str, Any]:
    """Line of an equation in a figure."""
    if equation in EQUATIONS:
        return dict(EQUATIONS[equation].line)
    return UNNAMED if equation in equation_names() else OTHER


def evenly_logarithmic(x: Any) -> bool:
    """Whether values are spaced evenly on a logarithmic scale, and widely enough for one."""
    if x.size < 3 or x.min() <= 0:
        return False
    steps = np.diff(np.log(x))
    return bool(np.allclose(steps, steps[0], rtol=1e-6) and x.max() > 5 * x.min())


def cell_edges(x: Any) -> Any:
    """Edges of the cells around points, half way between them on their scale."""
    u = np.log(x) if evenly_logarithmic(x) else x
    middle = (u[1:] + u[:-1]) / 2
    edges = np.concatenate([[2 * u[0] - middle[0]], middle, [2 * u[-1] - middle[-1]]])
    return np.exp(edges) if evenly_logarithmic(x) else edges
