"""Where on a sweep each equation may be believed: strips of colour along one axis, maps over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from ..errors import InputError
from ..physics.equations import EQUATIONS
from ..physics.treatments import TREATMENTS
from ..sweep.labels import sweep_dims
from ..trust.verdict import VERDICTS, WRONG
from .style import RC, axis_label, cell_edges, equation_line, equation_name, evenly_logarithmic

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["audit_map"]

# dark, light, dark in grey as well as in colour, for colour-blind readers and printers
_COLORS = {"trust": "#1B7A8C", "care": "#F2D77B", "wrong": "#C4461B", "no_answer": "0.86"}
_DOT: dict[str, Any] = {"color": "k", "marker": "o", "mfc": "w", "ms": 3.5, "ls": "none"}
_LEAST = 1e-3  # errors below it are drawn there


def audit_map(found: xr.Dataset, *, title: str | None = None) -> Figure:
    """Draw the verdict of every answer over the sweep.

    Parameters
    ----------
    found : Dataset
        From `sambe.audit`, over one axis or more; of more than two the longest two are shown.
    title : str, optional
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure
        Free of pyplot; write it with `sambe.plot.save`.

    Raises
    ------
    InputError
        If there is no sweep, or nothing was audited.
    """
    if "verdict" not in found:
        raise InputError("found", list(found), "give a result of sambe.audit")
    axes = sorted(sweep_dims(found), key=lambda name: -found.sizes[name])
    axes = [a for a in axes if found.sizes[a] > 1]
    if not axes:
        raise InputError("found", sweep_dims(found), "a map needs a sweep; print the table of one point")
    found, held = _cut(found, axes[:2])
    heading = "\n".join(line for line in (title, held) if line)
    with mpl.rc_context(RC):
        figure = _strips(found, axes[0]) if len(axes) == 1 else _maps(found, axes[0], axes[1])
        handles: list[Any] = [Patch(color=_COLORS[v], label=text) for v, text in _legend(found)]
        if "exact_current" in found:
            handles.append(Line2D([], [], label="exact", **_DOT))
        legend = {"title": heading, "title_fontsize": 11.5} if heading else {}
        figure.legend(
            handles=handles,
            loc="outside upper center",
            ncols=5 if len(axes) == 2 else 4 if len(handles) <= 4 else 3,
            fontsize=None if len(axes) == 2 else 8.5,  # four of them fit in one line
            handlelength=1.2,
            columnspacing=1.4,
            **legend,
        )
    return figure


def _cut(found: xr.Dataset, shown: list[str]) -> tuple[xr.Dataset, str]:
    """Other axes at their middle, and a line that says so."""
    middle = {a: found.sizes[a] // 2 for a in sweep_dims(found) if a not in shown}
    cut = found.isel(middle)
    held = ", ".join(f"{axis_label(found, a)} = {float(cut[a]):.4g}" for a in middle if found.sizes[a] > 1)
    return cut, f"at {held}" if held else ""


def _legend(found: xr.Dataset) -> list[tuple[str, str]]:
    """Verdicts that are there, with the errors that they stand for."""
    seen = set(np.unique(found["verdict"].values).tolist())
    accuracy = 100.0 * float(found.attrs["accuracy"])
    errors = {"trust": f" (error up to {accuracy:g} %)", "wrong": f" (above {WRONG * accuracy:g} %)"}
    return [(v, v.replace("_", " ") + errors.get(v, "")) for v, code in VERDICTS.items() if code in seen]


def _answers(found: xr.Dataset) -> list[tuple[str, str]]:
    return [(str(e), str(s)) for e in found["equation"].values for s in found["secular"].values]


def _strips(found: xr.Dataset, x: str) -> Figure:
    """Estimated errors on top, below a strip of verdicts for each answer."""
    answers = _answers(found)
    figure = Figure(figsize=(5.6, 2.9 + 0.22 * len(answers)), layout="constrained")
    top, rows = figure.subplots(2, 1, sharex=True, height_ratios=[1.0, 0.12 * len(answers)])
    _errors(top, found, x)
    verdicts = np.stack([found["verdict"].sel(equation=e, secular=s).values for e, s in answers])
    edges = np.arange(len(answers) + 1) - 0.5
    rows.pcolormesh(cell_edges(found[x].values), edges, verdicts, **_shades(), rasterized=True)
    for y in edges[1:-1]:
        rows.axhline(y, color="w", lw=2.0)
    rows.set_yticks(range(len(answers)), [f"{equation_name(e)}, {s}" for e, s in answers])
    rows.tick_params(axis="y", which="both", length=0)
    rows.invert_yaxis()
    rows.set_xlabel(axis_label(found, x))
    if evenly_logarithmic(found[x].values):
        rows.set_xscale("log")
    _mark_exact(rows, found, x, None)
    return figure


def _errors(frame: Any, found: xr.Dataset, x: str) -> None:
    accuracy = float(found.attrs["accuracy"])
    for equation, secular in _answers(found):
        error = found["estimated_error"].sel(equation=equation, secular=secular).values
        if np.isfinite(error).any():
            style = {"color": equation_line(equation)["color"], "ls": TREATMENTS[secular].dashes}
            benchmark, name = EQUATIONS[equation].folded, equation_name(equation)
            width = 3.0 if benchmark else 1.2
            frame.plot(
                found[x].values, np.maximum(error, _LEAST), lw=width, label=f"{name}, {secular}",
                zorder=1 if benchmark else 3, **style,
            )  # fmt: skip
    frame.set_yscale("log")
    frame.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    frame.set_ylabel("estimated error")
    frame.margins(x=0.0)
    low, high = frame.get_ylim()
    high *= (high / low) ** 0.35  # room for the names
    frame.set_ylim(low, high)
    levels = (low, *np.clip([accuracy, WRONG * accuracy], low, high), high)
    for name, bottom, top in zip(_COLORS, levels, levels[1:], strict=False):
        frame.axhspan(bottom, top, color=_COLORS[name], alpha=0.18, lw=0, zorder=0)
    frame.legend(fontsize=7.5, loc="upper center", ncols=3, handlelength=2.4, columnspacing=1.2)


def _maps(found: xr.Dataset, x: str, y: str) -> Figure:
    """A map of verdicts for each equation (columns) and secular treatment (rows)."""
    equations, secular = list(found["equation"].values), list(found["secular"].values)
    size = (1.2 + 2.2 * len(equations), 1.1 + 1.9 * len(secular))
    figure = Figure(figsize=size, layout="constrained")
    frames = figure.subplots(len(secular), len(equations), sharex=True, sharey=True, squeeze=False)
    for row, kind in enumerate(secular):
        for column, equation in enumerate(equations):
            frame = frames[row, column]
            part = found["verdict"].sel(equation=equation, secular=kind).transpose(y, x)
            frame.pcolormesh(
                cell_edges(found[x].values),
                cell_edges(found[y].values),
                part.values,
                **_shades(),
                rasterized=True,
            )
            if (part < VERDICTS["no_answer"]).any():
                _mark_exact(frame, found, x, y)
            else:
                frame.text(0.5, 0.5, "no answer", transform=frame.transAxes, ha="center", va="center")
            if row == 0:
                frame.set_title(equation_name(equation))
        frames[row, 0].set_ylabel(f"{kind} secular\n{axis_label(found, y)}")
    for frame in frames[-1]:
        frame.set_xlabel(axis_label(found, x))
    for set_scale, name in ((frames[0, 0].set_xscale, x), (frames[0, 0].set_yscale, y)):
        if evenly_logarithmic(found[name].values):
            set_scale("log")
    return figure


def _shades() -> dict[str, Any]:
    return {"cmap": ListedColormap(list(_COLORS.values())), "vmin": -0.5, "vmax": len(_COLORS) - 0.5}


def _mark_exact(frame: Any, found: xr.Dataset, x: str, y: str | None) -> None:
    """Dots where the verdict rests on the exact answer."""
    if "exact_current" not in found:
        return
    solved = found["exact_current"].notnull().all("terminal")
    if y is None:
        where = found[x].values[solved.values]
        for k in range(len(_answers(found))):
            frame.plot(where, np.full(where.size, k), **_DOT, zorder=5)
        return
    i, j = np.nonzero(solved.transpose(x, y).values)
    frame.plot(found[x].values[i], found[y].values[j], **_DOT, zorder=5)
