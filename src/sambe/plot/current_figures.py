"""Figures of energy currents, in matplotlib's object interface: no global state, no windows.

A single point is drawn as a bar chart of the energy circuit, one axis as curves, two as maps; of
more axes the two longest are shown and the title says where the others are held.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.lines import Line2D

from ..errors import InputError
from ..physics.equations import EQUATIONS
from ..sweep.labels import equations, only
from .canvas import (
    Picture,
    axes_of,
    check_result,
    draw_curve,
    head,
    hold,
    quantity_label,
    set_scales,
    told,
    write_key,
)
from .style import (
    LONGEST_TITLE,
    RC,
    axis_label,
    equation_line,
    equation_name,
    number_text,
    power_of_ten,
    terminal_colors,
    terminal_lines,
    words,
    wrapped,
)
from .surface_figures import draw_map, signed_map, terminal_of, write_bar
from .ticks import lighten

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["currents"]

# Values of the shorter of two axes up to which curves are drawn rather than a map. A choice: so many shades
# of one colour map can be told apart.
_FEW = 6
MARKS, MARKED = "osD^vP", 7  # of terminals beside several equations, and how many each curve has
HATCHES = ("", "////", "....", "xxxx")  # of equations side by side, told apart in grey
FACTORS = -4, 5  # powers of ten beyond which a panel has its own factor, beside that of the label
BENEATH = {"lw": 3.2, "alpha": 0.35}  # of the broad benchmark where it would cover its neighbours
SLOT = 13  # letters that fit below a bar


def currents(
    dataset: xr.Dataset,
    ax: Axes | None = None,
    *,
    terminal: str | None = None,
    panels: bool = False,
    title: str | None = None,
    unit: str | None = None,
) -> Any:
    r"""Draw the energy current through each terminal.

    A point is drawn as bars, a sweep of one axis as curves: all terminals and equations in one panel. Over
    two axes one panel shows one terminal, as some curves or as a map. ``panels=True`` gives each terminal,
    and each equation of a map, a panel of its own.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.steady_state` or `sambe.compare`; currents positive into the system. Of more than two
        axes the longest two are shown, and the title says where the others are held.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.
    terminal : str, optional
        That alone; over two axes the first by default.
    panels : bool, optional
        A figure of several panels; it makes its own, without `ax`.
    title : str, optional
        Above the figure.
    unit : str, optional
        The unit of current for the label, in TeX, such as ``r"\hbar\omega_0^2"``; by default the dataset's.

    Returns
    -------
    matplotlib.axes.Axes
        With ``panels=True`` a NumPy array of them, by terminal, those of maps by equation and terminal.
        Either is written by `save`.

    Raises
    ------
    InputError
        If the dataset has no energy currents or no such terminal, or if panels are to go into given axes.

    Examples
    --------
    >>> import sambe
    >>> flow = sambe.compare(sambe.models.spin_boson(omega=sambe.axis("omega", [0.8, 1.0, 1.2])))
    >>> sambe.plot.currents(flow, title="Driven qubit").get_title()
    'Driven qubit'
    >>> sambe.plot.currents(flow, panels=True).shape
    (3,)
    """
    check_result(dataset, "energy_current", "steady_state or compare")
    if panels and ax is not None:
        raise InputError("ax", ax, "panels make a figure of their own: leave out ax, or panels")
    if terminal is not None:
        dataset = dataset.sel(terminal=[terminal_of(dataset, terminal)])
    with mpl.rc_context(RC):
        dataset, axes, place = hold(dataset, 2)
        leading = [d for d in dataset["energy_current"].dims if d == "equation" and d not in axes]
        dataset = dataset.transpose(*leading, *axes, ..., missing_dims="ignore")
        dataset, label = _scaled(dataset, unit)
        heading = told(title, place)
        if panels:
            return _panels(dataset, axes, label, heading)
        return _panel(dataset, axes, axes_of(ax, _size(dataset, axes)), label, heading)


def _scaled(dataset: xr.Dataset, unit: str | None) -> tuple[xr.Dataset, str]:
    """Currents freed of a common power of ten, and a label of two lines that has it."""
    j = dataset["energy_current"]
    power = power_of_ten(j)
    units = j.attrs.get("units", "energy^2")
    if unit:
        formula = f"${unit.strip('$')}$"
        units = formula if words(formula) == formula else unit
    label = quantity_label("energy current into the system", units, power, lines=True)
    return dataset.assign(energy_current=j / 10.0**power), label


def _names(dataset: xr.Dataset) -> list[str]:
    return [str(name) for name in dataset["terminal"].values]


def _is_map(dataset: xr.Dataset, axes: list[str]) -> bool:
    return len(axes) == 2 and dataset.sizes[axes[1]] > _FEW


def _size(dataset: xr.Dataset, axes: list[str]) -> tuple[float, float]:
    if not axes:
        return 1.7 + 0.95 * max(2, len(_names(dataset))), 3.2
    return (4.6, 3.6) if _is_map(dataset, axes) else (5.0, 3.4)


def _panel(dataset: xr.Dataset, axes: list[str], ax: Axes, label: str, heading: str) -> Axes:
    """All that fits into one panel; of two axes a single terminal, and on a map a single equation."""
    names, present = _names(dataset), equations(dataset)
    if len(axes) == 2:
        answer = words(names[0])
        if _is_map(dataset, axes):
            part = only(dataset, present[0])["energy_current"].sel(terminal=names[0])
            draw_map(ax, part, axes, label.replace("\n", " "))
            answer = f"{answer}, {equation_name(present[0])}" if len(present) > 1 else answer
            write_key(ax, told(heading, answer))
            return ax
        heading = f"{heading}\n{answer}" if heading else answer
    shown = names[:1] if len(axes) == 2 else names
    if not axes:
        _bars(ax, dataset)
    else:
        _curves(ax, dataset, shown, axes)
        set_scales(ax, dataset[axes[0]].values)
        ax.set_xlabel(axis_label(dataset, axes[0]))
    ax.set_ylabel(label)
    handles = _handles(ax, dataset, axes, shown)
    write_key(ax, heading, handles if len(handles) > 1 else (), 3 if len(axes) == 2 else 4)
    return ax


def _panels(dataset: xr.Dataset, axes: list[str], label: str, heading: str) -> npt.NDArray[Any]:
    """A panel for each terminal, of maps for each equation too; one where one curve each is all there is."""
    if _is_map(dataset, axes):
        return _maps(dataset, axes, label, heading)
    names, several = _names(dataset), len(equations(dataset)) > 1 or len(axes) == 2
    if not axes or not several:
        ax = axes_of(None, _size(dataset, axes))
        _panel(dataset, axes, ax, label, heading)
        if axes:
            lighten(ax)
        return np.array([ax], dtype=object)
    figure = Picture(figsize=(5.0, 1.3 + 1.55 * len(names)), layout="constrained")
    frames = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for k, (frame, name) in enumerate(zip(frames, names, strict=True)):
        _curves(frame, dataset, [name], axes)
        letter = ascii_lowercase[k] if k < len(ascii_lowercase) else str(k + 1)
        frame.set_title(f"({letter}) {words(name)}", loc="left", pad=4)
    set_scales(frames[0], dataset[axes[0]].values)
    for frame in frames:
        lighten(frame)
        frame.ticklabel_format(axis="y", scilimits=FACTORS)
    frames[-1].set_xlabel(axis_label(dataset, axes[0]))
    label = label.replace("\n", " ") if len(names) > 2 else label
    figure.supylabel(label, fontsize=10.5, multialignment="center")
    handles = _handles(frames[0], dataset, axes, names[:1])
    head(figure, heading, handles if len(handles) > 1 else (), 3 if len(axes) == 2 else 4)
    return frames


def _curves(frame: Any, dataset: xr.Dataset, shown: list[str], axes: list[str]) -> None:
    """Curves of some terminals: by terminal where one equation has them all, else by equation, or both."""
    present, lines = equations(dataset), terminal_lines(_names(dataset))
    by_terminal = len(present) == 1 and len(axes) == 1
    frame.axhline(0.0, color="0.55", lw=0.7, zorder=1)
    for name in shown:
        for equation in present:
            part = only(dataset, equation)["energy_current"].sel(terminal=name)
            style = {**lines[name], "lw": 1.4} if by_terminal else _style(equation, present)
            if not by_terminal and len(shown) > 1:
                style |= {"color": lines[name]["color"], **_marks(_names(dataset), name, part.size)}
                style |= BENEATH if style.get("lw", 1) > 3 else {}
            _draw(frame, part, axes, style, words(name) if by_terminal else equation_name(equation))
    _mark_missing(frame, dataset, axes[0])
    frame.margins(x=0.0, y=0.08)


def _style(equation: str, present: list[str]) -> dict[str, Any]:
    """Line of an equation; only where a benchmark lies beneath need the others be broken."""
    style = equation_line(equation)
    benchmarks = [name for name in present if name in EQUATIONS and EQUATIONS[name].authority]
    first = equation == present[0] and not benchmarks
    return {**style, "lw": 1.3, "ls": "-"} if first else style


def _marks(names: list[str], name: str, count: int = 1) -> dict[str, Any]:
    """Marks of a terminal along its curves, apart from those of the others."""
    k, step = names.index(name), max(1, count // MARKED)
    start = k * step // len(names)
    return {"marker": MARKS[k % len(MARKS)], "ms": 4.0, "mfc": "w", "markevery": (start, step)}


def _draw(frame: Any, part: xr.DataArray, axes: list[str], style: dict[str, Any], label: str) -> None:
    x = part[axes[0]].values
    if len(axes) == 1:
        draw_curve(frame, x, part.values, label=label, **style)
        return
    family = axes[1]
    for k, value in enumerate(part[family].values):
        line = {**style, "color": _shade(k, part.sizes[family])}
        if style.get("lw", 1) > 3:
            line |= BENEATH
        frame.plot(x, part.sel({family: value}).values, **line)


def _shade(k: int, count: int) -> Any:
    return mpl.colormaps["viridis"](0.05 + 0.8 * k / max(1, count - 1))


def _mark_missing(frame: Any, dataset: xr.Dataset, x: str) -> None:
    """Tick off the points that have no answer, so that a gap is not taken for a smooth stretch."""
    missing = dataset["energy_current"].isnull()
    missing = missing.any([d for d in missing.dims if d != x])
    where = dataset[x].values[missing.values]
    if where.size:
        frame.plot(
            where, np.full(where.size, 0.03), "|", color="#D55E00", ms=6, label="no answer",
            transform=frame.get_xaxis_transform(), zorder=6,
        )  # fmt: skip


def _handles(frame: Any, dataset: xr.Dataset, axes: list[str], shown: list[str]) -> list[Any]:
    """What a legend explains: terminals, values of a second axis, equations, points without an answer."""
    drawn = dict(zip(*reversed(frame.get_legend_handles_labels()), strict=True))
    present, names = equations(dataset), _names(dataset)
    if len(axes) == 2:
        values = dataset[axes[1]].values
        labels = [f"{value:.4g}" for value in values]
        labels[0] = f"{axis_label(dataset, axes[1])} = {labels[0]}"
        handles = [Line2D([], [], color=_shade(k, values.size), lw=1.4, label=label)
                   for k, label in enumerate(labels)]  # fmt: skip
    elif axes and len(present) > 1 and len(shown) > 1:
        colors = terminal_colors(names)
        handles = [Line2D([], [], color=colors[name], lw=1.2, label=words(name), **_marks(names, name))
                   for name in shown]  # fmt: skip
    else:
        return list(drawn.values())
    for equation in present if len(present) > 1 else ():
        line = {**_style(equation, present), "color": "0.4", "label": equation_name(equation)}
        handles.append(Line2D([], [], **line))
    return handles + [drawn[key] for key in ("no answer",) if key in drawn]


def _maps(dataset: xr.Dataset, axes: list[str], label: str, heading: str) -> npt.NDArray[Any]:
    """A colour map for each terminal (columns) and equation (rows), white at zero."""
    present, names = equations(dataset), _names(dataset)
    rows, columns = len(present), len(names)
    figure = Picture(figsize=(0.9 + 2.3 * columns, 1.3 + 1.8 * rows), layout="constrained")
    frames = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for column, name in enumerate(names):
        part = dataset["energy_current"].sel(terminal=name)
        largest = float(np.nanmax(abs(part.values), initial=0.0)) or 1.0
        image: Any = None
        for row, equation in enumerate(present):
            values = part.sel(equation=equation) if "equation" in part.dims else part
            image = signed_map(frames[row, column], values, axes, largest)
            if column == 0:
                up = axis_label(dataset, axes[1])
                frames[row, column].set_ylabel(f"{equation_name(equation)}\n{up}" if rows > 1 else up)
        frames[0, column].set_title(words(name, LONGEST_TITLE // columns))
        frames[-1, column].set_xlabel(axis_label(dataset, axes[0]))
        write_bar(image, "", frames[:, column], location="bottom", aspect=24)
    figure.supxlabel(
        label.replace("\n", " ") + "; black line: zero, dashed: out of the system", fontsize=10.5
    )
    head(figure, heading)
    return frames


def _bars(frame: Any, dataset: xr.Dataset) -> None:
    """Bars of the energy circuit at one point: up into the system, down out of it."""
    present, colors = equations(dataset), terminal_colors(_names(dataset))
    width = (0.6 if len(present) == 1 else 0.8) / len(present)
    for k, equation in enumerate(present):
        heights = only(dataset, equation)["energy_current"].values
        at = np.arange(len(colors)) + (k - (len(present) - 1) / 2) * width
        color: Any = list(colors.values()) if len(present) == 1 else _style(equation, present)["color"]
        look = {"color": color, "hatch": HATCHES[k % len(HATCHES)], "ec": "w", "lw": 0.0, "zorder": 2}
        bars = frame.bar(at, heights, 0.9 * width, label=equation_name(equation), **look)
        if len(present) == 1:
            frame.bar_label(bars, [number_text(h, "+.3g") for h in heights], padding=3, fontsize=9)
    frame.axhline(0.0, color="0.3", lw=0.7, zorder=3)
    frame.set_xticks(np.arange(len(colors)), [wrapped(name, SLOT) for name in colors])
    frame.tick_params(axis="x", which="both", length=0)
    frame.margins(y=0.14)
