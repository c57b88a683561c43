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
from .style import (
    LONGEST_TITLE,
    RC,
    axis_label,
    cell_edges,
    drawable,
    equation_line,
    equation_name,
    evenly_logarithmic,
    words,
)

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["audit_map"]

# dark, light, dark in grey as well as in colour, for colour-blind readers and printers
_COLORS = {"trust": "#1B7A8C", "care": "#F2D77B", "wrong": "#C4461B", "no_answer": "0.86"}
_DOT: dict[str, Any] = {"color": "k", "marker": "o", "mfc": "w", "ms": 3.5, "ls": "none"}
_LEAST = 1e-3  # relative error; smaller ones are drawn there, as no audit can tell them apart
_ROOM = 0.35  # share of the logarithmic axis of errors that is added on top, for the names


def audit_map(audit: xr.Dataset, *, title: str | None = None) -> Figure:
    """Draw the verdict of every answer over the sweep.

    Parameters
    ----------
    audit : Dataset
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

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.models.spin_boson(drive=sambe.axis("drive", [0.001, 0.1]))
    >>> figure = sambe.plot.verdicts(sambe.audit(qubit, equations=["driven_dressed"]))
    >>> len(figure.axes) > 1
    True
    """
    if not hasattr(audit, "data_vars") or "verdict" not in audit:
        raise InputError("audit", audit, "give a result of sambe.audit")
    axes = sorted(sweep_dims(audit), key=lambda name: -audit.sizes[name])
    axes = [a for a in axes if audit.sizes[a] > 1]
    if not axes:
        raise InputError("audit", sweep_dims(audit), "a map needs a sweep; print the table of one point")
    audit, elsewhere = _cut(drawable(audit, sweep_dims(audit)), axes[:2])
    title = words(title, LONGEST_TITLE, lines=3) if title else None
    heading = "\n".join(line for line in (title, elsewhere) if line)
    with mpl.rc_context(RC):
        figure = _strips(audit, axes[0]) if len(axes) == 1 else _maps(audit, axes[0], axes[1])
        _head(figure, audit, heading, wide=len(axes) == 2)
    return figure


def _head(figure: Figure, audit: xr.Dataset, heading: str, wide: bool) -> None:
    """Heading and legend above the panels; the narrow figure of one axis takes smaller letters."""
    handles: list[Any] = [Patch(color=_COLORS[v], label=text) for v, text in _legend(audit)]
    if "exact_current" in audit:
        handles.append(Line2D([], [], label="exact", **_DOT))
    figure.legend(
        handles=handles,
        loc="outside upper center",
        ncols=5 if wide else 4 if len(handles) <= 4 else 3,
        fontsize=None if wide else 8.5,  # four of them fit in one line
        handlelength=1.2,
        columnspacing=1.4,
        **({"title": heading, "title_fontsize": 11.5} if heading else {}),
    )


def _cut(audit: xr.Dataset, shown: list[str]) -> tuple[xr.Dataset, str]:
    """Other axes at their middle, and a line that says so."""
    middle = {a: audit.sizes[a] // 2 for a in sweep_dims(audit) if a not in shown}
    cut = audit.isel(middle)
    places = ", ".join(f"{axis_label(audit, a)} = {float(cut[a]):.4g}" for a in middle if audit.sizes[a] > 1)
    return cut, f"at {places}" if places else ""


def _legend(audit: xr.Dataset) -> list[tuple[str, str]]:
    """Verdicts that are there, with the errors that they stand for."""
    given = set(np.unique(audit["verdict"].values).tolist())
    accuracy = 100.0 * float(audit.attrs["accuracy"])
    errors = {"trust": f" (error up to {accuracy:g} %)", "wrong": f" (above {WRONG * accuracy:g} %)"}
    return [(v, v.replace("_", " ") + errors.get(v, "")) for v, code in VERDICTS.items() if code in given]


def _answers(audit: xr.Dataset) -> list[tuple[str, str]]:
    return [(str(e), str(s)) for e in audit["equation"].values for s in audit["secular"].values]


def _strips(audit: xr.Dataset, x: str) -> Figure:
    """Estimated errors on top, below a strip of verdicts for each answer."""
    answers = _answers(audit)
    figure = Figure(figsize=(5.6, 2.9 + 0.22 * len(answers)), layout="constrained")
    top, rows = figure.subplots(2, 1, sharex=True, height_ratios=[1.0, 0.12 * len(answers)])
    _errors(top, audit, x)
    verdicts = np.stack([audit["verdict"].sel(equation=e, secular=s).values for e, s in answers])
    edges = np.arange(len(answers) + 1) - 0.5
    rows.pcolormesh(cell_edges(audit[x].values), edges, verdicts, **_shades(), rasterized=True)
    for y in edges[1:-1]:
        rows.axhline(y, color="w", lw=2.0)
    rows.set_yticks(range(len(answers)), [f"{equation_name(e)}, {s}" for e, s in answers])
    rows.tick_params(axis="y", which="both", length=0)
    rows.invert_yaxis()
    rows.set_xlabel(axis_label(audit, x))
    if evenly_logarithmic(audit[x].values):
        rows.set_xscale("log")
    _mark_exact(rows, audit, x, None)
    return figure


def _errors(frame: Any, audit: xr.Dataset, x: str) -> None:
    accuracy = float(audit.attrs["accuracy"])
    for equation, secular in _answers(audit):
        error = audit["estimated_error"].sel(equation=equation, secular=secular).values
        if np.isfinite(error).any():
            style = {"color": equation_line(equation)["color"], "ls": TREATMENTS[secular].dashes}
            benchmark, name = EQUATIONS[equation].folded, equation_name(equation)
            width = 3.0 if benchmark else 1.2
            frame.plot(
                audit[x].values, np.maximum(error, _LEAST), lw=width, label=f"{name}, {secular}",
                zorder=1 if benchmark else 3, **style,
            )  # fmt: skip
    frame.set_yscale("log")
    frame.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g} %"))
    frame.set_ylabel("estimated error")
    frame.margins(x=0.0)
    low, high = frame.get_ylim()
    high *= (high / low) ** _ROOM
    frame.set_ylim(low, high)
    levels = (low, *np.clip([accuracy, WRONG * accuracy], low, high), high)
    for name, bottom, top in zip(_COLORS, levels, levels[1:], strict=False):
        frame.axhspan(bottom, top, color=_COLORS[name], alpha=0.18, lw=0, zorder=0)
    frame.legend(fontsize=7.5, loc="upper center", ncols=3, handlelength=2.4, columnspacing=1.2)


def _maps(audit: xr.Dataset, x: str, y: str) -> Figure:
    """A map of verdicts for each equation (columns) and secular treatment (rows)."""
    equations, secular = list(audit["equation"].values), list(audit["secular"].values)
    size = (1.2 + 2.2 * len(equations), 1.1 + 1.9 * len(secular))
    figure = Figure(figsize=size, layout="constrained")
    frames = figure.subplots(len(secular), len(equations), sharex=True, sharey=True, squeeze=False)
    for row, kind in enumerate(secular):
        for column, equation in enumerate(equations):
            _map(frames[row, column], audit.sel(equation=equation, secular=kind), x, y)
            if row == 0:
                frames[row, column].set_title(equation_name(equation))
        frames[row, 0].set_ylabel(f"{kind} secular\n{axis_label(audit, y)}")
    for frame in frames[-1]:
        frame.set_xlabel(axis_label(audit, x))
    for set_scale, name in ((frames[0, 0].set_xscale, x), (frames[0, 0].set_yscale, y)):
        if evenly_logarithmic(audit[name].values):
            set_scale("log")
    return figure


def _map(frame: Any, answer: xr.Dataset, x: str, y: str) -> None:
    verdict = answer["verdict"].transpose(y, x)
    edges = cell_edges(answer[x].values), cell_edges(answer[y].values)
    frame.pcolormesh(*edges, verdict.values, **_shades(), rasterized=True)
    if (verdict < VERDICTS["no_answer"]).any():
        _mark_exact(frame, answer, x, y)
    else:
        frame.text(0.5, 0.5, "no answer", transform=frame.transAxes, ha="center", va="center")


def _shades() -> dict[str, Any]:
    return {"cmap": ListedColormap(list(_COLORS.values())), "vmin": -0.5, "vmax": len(_COLORS) - 0.5}


def _mark_exact(frame: Any, audit: xr.Dataset, x: str, y: str | None) -> None:
    """Dots where the verdict rests on the exact answer."""
    if "exact_current" not in audit:
        return
    solved = audit["exact_current"].notnull().all("terminal")
    if y is None:
        where = audit[x].values[solved.values]
        for k in range(len(_answers(audit))):
            frame.plot(where, np.full(where.size, k), **_DOT, zorder=5)
        return
    i, j = np.nonzero(solved.transpose(x, y).values)
    frame.plot(audit[x].values[i], audit[y].values[j], **_DOT, zorder=5)
