"""Where on a sweep each equation may be believed: strips of colour along one axis, maps over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from ..errors import InputError
from ..physics.equations import EQUATIONS
from ..physics.treatments import TREATMENTS
from ..sweep.labels import sweep_dims
from ..trust.verdict import VERDICTS, WRONG
from .canvas import Picture, axes_of, check_result, head, hold, set_scales, show_missing, told, write_key
from .style import (
    RC,
    axis_label,
    cell_edges,
    equation_line,
    equation_name,
)

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["verdicts"]

# the darker the worse, in grey as well as in colour, for colour-blind readers and printers
_COLORS = {"trust": "#BFE3E6", "care": "#E3A63A", "wrong": "#8E2A12"}
_DOT: dict[str, Any] = {"color": "k", "marker": "o", "mfc": "w", "ms": 3.5, "ls": "none"}
_LEAST = 1e-3  # relative error; smaller ones are drawn there, as no audit can tell them apart
_ROOM = 0.35  # share of the logarithmic axis of errors that is added on top, for the names


def verdicts(
    audit: xr.Dataset,
    ax: Axes | None = None,
    *,
    equation: str | None = None,
    secular: str | None = None,
    panels: bool = False,
    title: str | None = None,
) -> Any:
    """Draw the verdicts of an audit over its sweep.

    Along one axis each answer is a strip. Over two axes one panel shows one answer. ``panels=True`` draws
    all there is: the estimated errors above the strips, or a map for each equation and treatment.

    Parameters
    ----------
    audit : Dataset
        From `sambe.audit`, over one axis or more; of more than two the longest two are shown.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.
    equation, secular : str, optional
        Those alone; a map of one panel shows the first of each by default, and its title says which.
    panels : bool, optional
        A figure of several panels; it makes its own, without `ax`.
    title : str, optional
        Above the figure.

    Returns
    -------
    matplotlib.axes.Axes
        With ``panels=True`` a NumPy array of them: errors and strips, or maps by treatment and equation.
        Either is written by `sambe.plot.save`.

    Raises
    ------
    InputError
        If there is no sweep, nothing was audited, an answer is none of the audit's, or panels are to go into
        given axes.

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.models.spin_boson(drive=sambe.axis("drive", [0.001, 0.1]))
    >>> audit = sambe.audit(qubit, equations=["driven_dressed"])
    >>> [text.get_text() for text in sambe.plot.verdicts(audit).get_yticklabels()]
    ['driven-dressed, full', 'driven-dressed, auto']
    >>> len(sambe.plot.verdicts(audit, panels=True))
    2
    """
    check_result(audit, "verdict", "audit")
    if panels and ax is not None:
        raise InputError("ax", ax, "panels make a figure of their own: leave out ax, or panels")
    if not any(audit.sizes[name] > 1 for name in sweep_dims(audit)):
        raise InputError(
            "audit", sweep_dims(audit), "a map needs a sweep; of one point read verdict, reason and remedy"
        )
    audit = _chosen(audit, equation=equation, secular=secular)
    with mpl.rc_context(RC):
        audit, axes, place = hold(audit, 2, sweep_dims(audit))
        heading = told(title, place)
        if len(axes) == 1:
            return _strips(audit, axes[0], heading) if panels else _strip(audit, axes[0], ax, heading)
        x, y = axes
        return _maps(audit, x, y, heading) if panels else _one_map(audit, x, y, ax, heading)


def _chosen(audit: xr.Dataset, **answer: str | None) -> xr.Dataset:
    """Of an audit the answers that are asked for."""
    for dim, name in answer.items():
        known = [str(value) for value in audit[dim].values]
        if name is not None and name not in known:
            raise InputError(dim, name, f"the audit has {', '.join(known)}")
        if name is not None:
            audit = audit.sel({dim: [name]})
    return audit


def _handles(audit: xr.Dataset) -> list[Any]:
    """What a legend explains: verdicts that are there, and the dots of exact answers."""
    handles: list[Any] = [
        Patch(fc=_COLORS.get(v, "w"), ec="0.55", lw=0.4, hatch=None if v in _COLORS else "////", label=text)
        for v, text in _legend(audit)
    ]
    if "exact_current" in audit:
        handles.append(Line2D([], [], label="exact", **_DOT))
    return handles


def _legend(audit: xr.Dataset) -> list[tuple[str, str]]:
    """Verdicts that are there, with the errors that they stand for."""
    given = set(np.unique(audit["verdict"].values).tolist())
    accuracy = 100.0 * float(audit.attrs["accuracy"])
    errors = {"trust": f" (error up to {accuracy:g} %)", "wrong": f" (above {WRONG * accuracy:g} %)"}
    return [(v, v.replace("_", " ") + errors.get(v, "")) for v, code in VERDICTS.items() if code in given]


def _answers(audit: xr.Dataset) -> list[tuple[str, str]]:
    return [(str(e), str(s)) for e in audit["equation"].values for s in audit["secular"].values]


def _strip(audit: xr.Dataset, x: str, ax: Axes | None, heading: str | None) -> Axes:
    """A strip of verdicts for each answer."""
    answers = _answers(audit)
    ax = axes_of(ax, (5.6, 1.6 + 0.22 * len(answers)))
    verdicts = np.stack([audit["verdict"].sel(equation=e, secular=s).values for e, s in answers])
    edges = np.arange(len(answers) + 1) - 0.5
    _paint(ax, cell_edges(audit[x].values), edges, verdicts)
    for y in edges[1:-1]:
        ax.axhline(y, color="w", lw=2.0)
    ax.set_yticks(range(len(answers)), [f"{equation_name(e)}, {s}" for e, s in answers])
    ax.tick_params(axis="y", which="both", length=0)
    ax.set_ylim(edges[-1], edges[0])
    ax.set_xlabel(axis_label(audit, x))
    set_scales(ax, audit[x].values)
    _mark_exact(ax, audit, x, None)
    if heading is not None:
        write_key(ax, heading, _handles(audit))
    return ax


def _strips(audit: xr.Dataset, x: str, heading: str) -> npt.NDArray[Any]:
    """Estimated errors on top, below a strip of verdicts for each answer."""
    count = len(_answers(audit))
    figure = Picture(figsize=(5.6, 2.9 + 0.22 * count), layout="constrained")
    frames: npt.NDArray[Any] = figure.subplots(2, 1, sharex=True, height_ratios=[1.0, 0.12 * count])
    _errors(frames[0], audit, x)
    _strip(audit, x, frames[1], heading=None)
    head(figure, heading, _handles(audit))
    return frames


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
        frame.axhspan(bottom, top, color=_COLORS[name], alpha=0.3, lw=0, zorder=0)
    frame.legend(fontsize=7.5, loc="upper center", ncols=3, handlelength=2.4, columnspacing=1.2)


def _maps(audit: xr.Dataset, x: str, y: str, heading: str) -> npt.NDArray[Any]:
    """A map of verdicts for each equation (columns) and secular treatment (rows)."""
    equations, secular = list(audit["equation"].values), list(audit["secular"].values)
    size = (1.2 + 2.2 * len(equations), 1.1 + 1.9 * len(secular))
    figure = Picture(figsize=size, layout="constrained")
    frames = figure.subplots(len(secular), len(equations), sharex=True, sharey=True, squeeze=False)
    for row, kind in enumerate(secular):
        for column, equation in enumerate(equations):
            _map(frames[row, column], audit.sel(equation=equation, secular=kind), x, y)
            if row == 0:
                frames[row, column].set_title(equation_name(equation))
        frames[row, 0].set_ylabel(f"{kind} secular\n{axis_label(audit, y)}")
    for frame in frames[-1]:
        frame.set_xlabel(axis_label(audit, x))
    head(figure, heading, _handles(audit), 5)
    return frames


def _one_map(audit: xr.Dataset, x: str, y: str, ax: Axes | None, heading: str) -> Axes:
    """The map of the first answer."""
    equation, secular = _answers(audit)[0]
    ax = axes_of(ax, (4.6, 3.7))
    _map(ax, audit.sel(equation=equation, secular=secular), x, y)
    ax.set(xlabel=axis_label(audit, x), ylabel=axis_label(audit, y))
    answer = f"{equation_name(equation)}, {secular}"
    write_key(ax, f"{heading}\n{answer}" if heading else answer, _handles(audit))
    return ax


def _map(frame: Any, answer: xr.Dataset, x: str, y: str) -> None:
    verdict = answer["verdict"].transpose(y, x)
    _paint(frame, cell_edges(answer[x].values), cell_edges(answer[y].values), verdict.values)
    if (verdict < VERDICTS["no_answer"]).any():
        _mark_exact(frame, answer, x, y)
    else:
        box = {"fc": "w", "ec": "none"}
        frame.text(0.5, 0.5, "no answer", transform=frame.transAxes, ha="center", va="center", bbox=box)
    set_scales(frame, answer[x].values, answer[y].values)


def _paint(frame: Any, across: Any, up: Any, verdict: Any) -> None:
    """Cells in the colours of their verdicts, hatched where there is no answer."""
    known = np.ma.masked_where(verdict >= len(_COLORS), verdict)
    colors = ListedColormap(list(_COLORS.values()))
    frame.pcolormesh(across, up, known, cmap=colors, vmin=-0.5, vmax=len(_COLORS) - 0.5, rasterized=True)
    show_missing(frame)


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
