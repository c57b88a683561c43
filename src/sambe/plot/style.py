"""Look of every figure: fonts and ticks, colours, and how an axis is named and cut into cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.equations import EQUATIONS, equation_names

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "PUMP",
    "RC",
    "TERMINALS",
    "axis_label",
    "cell_edges",
    "equation_line",
    "equation_name",
    "evenly_logarithmic",
]

# Okabe and Ito's palette, which colour-blind readers can tell apart
TERMINALS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
PUMP = "#000000"
OTHER = {"color": "#CC79A7", "lw": 1.2}  # of an equation that is not known here
UNNAMED = {"color": "#0072B2", "lw": 1.3, "ls": "-", "zorder": 3}  # of whichever one was chosen
RC: Any = {
    "font.family": "STIXGeneral",
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
    "svg.hashsalt": "sambe",  # the same result gives the same file
}
SYMBOLS = {
    "omega": r"drive frequency $\omega$",
    "drive": r"drive amplitude $A$",
    "splitting": r"splitting $\omega_0$",
    "coupling": r"coupling $g$",
    "kerr": r"Kerr nonlinearity $K$",
    "frequency": r"frequency $\omega_0$",
    "modulation": r"modulation $\lambda$",
}


def axis_label(dataset: xr.Dataset, name: str) -> str:
    """Name of a coordinate in words, with its units."""
    attributes = dataset[name].attrs
    text = str(attributes.get("long_name", SYMBOLS.get(name, name.replace("_", " "))))
    units = attributes.get("units")
    return f"{text} ({units})" if units not in (None, "", "1") else text


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
