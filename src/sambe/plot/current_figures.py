"""Figures of energy currents, in matplotlib's object interface: no global state, no windows.

A single point is drawn as a bar chart of the energy circuit, one axis as curves, two as maps; of
more axes the two longest are shown and the title says where the others are held.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..errors import InputError
from ..physics.equations import EQUATIONS
from ..sweep.labels import equations, only, sweep_axes
from .style import (
    LONGEST_TITLE,
    PUMP,
    RC,
    TERMINALS,
    axis_label,
    cell_edges,
    drawable,
    equation_line,
    equation_name,
    evenly_logarithmic,
    words,
)
from .ticks import lighten

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["currents", "save"]

# Values of the shorter of two axes up to which curves are drawn rather than a map. A choice: so many shades
# of one colour map can be told apart.
_FEW = 6
MOST_DOTS = 30_000  # along a side of a picture; its format ends at 65535
# Of a kind of file. The level of compression of a PNG is a choice: a sixth more bytes than by the default of
# 6, in two thirds of the time.
_OPTIONS: dict[str, dict[str, Any]] = {
    ".svg": {"metadata": {"Date": None}},
    ".png": {"pil_kwargs": {"compress_level": 3}},
}
_ROUNDING = 1e-9  # share of the largest current of a map below which a sign is rounding


def currents(dataset: xr.Dataset, *, title: str | None = None, unit: str | None = None) -> Figure:
    r"""Draw the energy current through each terminal.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.steady_state` or `sambe.compare`; currents positive into the system.
    title : str, optional
        Above the figure.
    unit : str, optional
        The unit of current for the label, in TeX, such as ``r"\hbar\omega_0^2"``.

    Returns
    -------
    matplotlib.figure.Figure
        Free of pyplot; write it with `save` or show it in a notebook.

    Raises
    ------
    InputError
        If the dataset has no energy currents.

    Examples
    --------
    >>> import sambe
    >>> flow = sambe.steady_state(sambe.models.spin_boson(omega=0.8))
    >>> figure = sambe.plot.currents(flow, title="One point")
    >>> len(figure.axes)
    1
    """
    if not hasattr(dataset, "data_vars") or "energy_current" not in dataset:
        raise InputError("dataset", dataset, "give a result of steady_state or compare")
    with mpl.rc_context(RC):
        dataset = drawable(dataset, sweep_axes(dataset))
        dataset, elsewhere = _two_axes(dataset)
        title = words(title, LONGEST_TITLE, lines=3) if title else None
        dataset, label = _scaled(dataset, unit)
        axes = sweep_axes(dataset)
        heading = "\n".join(line for line in (title, elsewhere) if line)
        if not axes:
            return _circuit(dataset, label, heading)
        if len(axes) == 1:
            return _curves(dataset, axes[0], None, label, heading)
        if dataset.sizes[axes[1]] <= _FEW:
            return _curves(dataset, axes[0], axes[1], label, heading)
        return _maps(dataset, axes[0], axes[1], label, heading)


def save(figure: Figure, *paths: str | Path) -> None:
    """Write a figure, at 300 dots per inch where it is made of dots; the endings say how.

    The layout is found once for all files and is then fixed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From `currents`.
    *paths : str or path
        Where to; ``.png``, ``.svg`` or ``.pdf``.

    Returns
    -------
    None

    Examples
    --------
    >>> import sambe, tempfile, pathlib
    >>> flow = sambe.steady_state(sambe.models.spin_boson(omega=0.8))
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     file = pathlib.Path(directory, "point.svg")
    ...     sambe.plot.save(sambe.plot.currents(flow), file)
    ...     file.stat().st_size > 0
    True
    """
    dots = min(300.0, MOST_DOTS / max(figure.get_size_inches()))
    with mpl.rc_context(RC), warnings.catch_warnings():
        # a letter that no font has is drawn as a box, which says so by itself
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        layout, before = figure.get_layout_engine(), figure.get_dpi()
        figure.set_dpi(dots)  # texts that the layout has measured need not be measured again
        if layout is not None:
            layout.execute(figure)
        figure.set_layout_engine(None)  # by "none" every file would be drawn twice
        for path in paths:
            options = _OPTIONS.get(Path(path).suffix, {})
            figure.savefig(path, dpi=dots, **options)
        figure.set_dpi(before)


def _two_axes(dataset: xr.Dataset) -> tuple[xr.Dataset, str]:
    """Cut to the two longest axes, and a line that says where the others are held.

    Of two axes the longer comes first, as it is the abscissa; the first of equals.
    """
    axes = sorted(sweep_axes(dataset), key=lambda name: -dataset.sizes[name])
    middle = {name: dataset.sizes[name] // 2 for name in axes[2:]}
    if len(axes) > 1 and dataset.sizes[axes[1]] == 1:  # an axis of one point is no second axis
        middle[axes[1]] = 0
    cut = dataset.isel(middle)
    rest = [name for name in axes if name not in middle]
    leading = [d for d in cut["energy_current"].dims if d == "equation" and d not in rest]
    cut = cut.transpose(*leading, *rest, ..., missing_dims="ignore")
    places = ", ".join(f"{axis_label(dataset, name)} = {float(cut[name]):.4g}" for name in middle)
    return cut, f"at {places}" if places else ""


def _scaled(dataset: xr.Dataset, unit: str | None) -> tuple[xr.Dataset, str]:
    """Currents freed of a common power of ten, and a label of two lines that has it."""
    j = dataset["energy_current"]
    largest = float(np.nanmax(abs(j.values), initial=0.0))
    power = int(np.floor(np.log10(largest))) if 0 < largest < np.inf else 0
    power = 0 if -1 <= power <= 2 else power
    factor = rf"10^{{{power}}}\," if power else ""
    known = j.attrs.get("units", "energy^2")
    of_result = r"\mathrm{energy}^2/\hbar" if known == "energy^2" else rf"\mathrm{{{known}}}"
    square = unit.strip("$") if unit else of_result
    scaled = dataset.assign(energy_current=j / 10.0**power)
    label = f"${factor}{square}$"
    if unit and words(label) != label:
        label = words(f"{factor and f'${factor[:-2]}$ '}{square}")
    return scaled, f"energy current into the system\n({label})"


def _head(figure: Figure, heading: str, handles: Any = (), labels: Any = (), columns: int = 4) -> None:
    """Heading and legend above the panels, as one block so that they do not collide."""
    if labels:
        figure.legend(
            handles, labels, loc="outside upper center", ncols=min(len(labels), columns),
            handlelength=2.6, columnspacing=1.4, title=heading or None, title_fontsize=11.5,
        )  # fmt: skip
    elif heading:
        figure.suptitle(heading, fontsize=11.5)


def _terminals(dataset: xr.Dataset) -> list[tuple[str, str]]:
    """Each terminal with its colour; the pump, or that of the first tone, is black."""
    names = [str(t) for t in dataset["terminal"].values]
    black = ("pump", "pump 1")
    return [(name, PUMP if name in black else TERMINALS[k % len(TERMINALS)]) for k, name in enumerate(names)]


def _curves(dataset: xr.Dataset, x: str, family: str | None, label: str, heading: str) -> Figure:
    """A panel for each terminal; a single panel where one curve each is all there is."""
    present, terminals = equations(dataset), _terminals(dataset)
    together = len(present) == 1 and family is None
    panels = [terminals] if together else [[t] for t in terminals]
    height = 3.4 if together else 1.3 + 1.55 * len(panels)
    figure = Figure(figsize=(5.0, height), layout="constrained")
    frames = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for k, (frame, shown) in enumerate(zip(frames, panels, strict=True)):
        _panel(frame, dataset, shown, x, family)
        if not together:
            letter = ascii_lowercase[k] if k < len(ascii_lowercase) else str(k + 1)
            frame.set_title(f"({letter}) {words(shown[0][0])}", loc="left", pad=4)
    if evenly_logarithmic(dataset[x].values):
        frames[0].set_xscale("log")
    for frame in frames:
        lighten(frame)
    frames[-1].set_xlabel(axis_label(dataset, x))
    if together:
        frames[0].set_ylabel(label)
    else:
        label = label.replace("\n", " ") if len(panels) > 2 else label
        figure.supylabel(label, fontsize=10.5, multialignment="center")
    handles, labels = _legend(frames[0], dataset, family)
    _head(figure, heading, handles, labels if len(labels) > 1 else (), 3 if family else 4)
    return figure


def _panel(frame: Any, dataset: xr.Dataset, shown: list[tuple[str, str]], x: str, family: str | None) -> None:
    """Curves of some terminals: coloured by terminal where one equation has them all, else by equation."""
    present = equations(dataset)
    by_terminal = len(present) == 1 and family is None
    frame.axhline(0.0, color="0.55", lw=0.7, zorder=1)
    for terminal, color in shown:
        for equation in present:
            part = only(dataset, equation)["energy_current"].sel(terminal=terminal)
            style = {"color": color, "lw": 1.4} if by_terminal else _style(equation, present)
            _draw(frame, part, x, family, style, words(terminal) if by_terminal else equation_name(equation))
    _mark_missing(frame, dataset, x)
    frame.margins(x=0.0, y=0.08)


def _style(equation: str, present: list[str]) -> dict[str, Any]:
    """Line of an equation; only where a benchmark lies beneath need the others be broken."""
    style = equation_line(equation)
    benchmarks = [name for name in present if name in EQUATIONS and EQUATIONS[name].authority]
    first = equation == present[0] and not benchmarks
    return {**style, "lw": 1.3, "ls": "-"} if first else style


def _draw(
    frame: Any, part: xr.DataArray, x: str, family: str | None, style: dict[str, Any], label: str
) -> None:
    if family is None:
        frame.plot(part[x].values, part.values, label=label, **style)
        return
    for k, value in enumerate(part[family].values):
        line = {**style, "color": _shade(k, part.sizes[family])}
        if style.get("lw", 1) > 3:  # the broad benchmark would cover its neighbours
            line |= {"lw": 3.2, "alpha": 0.35}
        frame.plot(part[x].values, part.sel({family: value}).values, **line)


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


def _legend(frame: Any, dataset: xr.Dataset, family: str | None) -> tuple[list[Any], list[str]]:
    handles, labels = map(list, frame.get_legend_handles_labels())
    if family is None:
        return handles, labels
    values = dataset[family].values
    for k, value in enumerate(values):
        handles.append(Line2D([], [], color=_shade(k, values.size), lw=1.4))
        labels.append(f"{axis_label(dataset, family)} = {value:.4g}" if k == 0 else f"{value:.4g}")
    present = equations(dataset)
    for equation in present if len(present) > 1 else ():
        handles.append(Line2D([], [], **{**_style(equation, present), "color": "0.4"}))
        labels.append(equation_name(equation))
    return handles, labels


def _maps(dataset: xr.Dataset, x: str, y: str, label: str, heading: str) -> Figure:
    """A colour map for each terminal (columns) and equation (rows), white at zero."""
    present, terminals = equations(dataset), _terminals(dataset)
    rows, columns = len(present), len(terminals)
    figure = Figure(figsize=(0.9 + 2.3 * columns, 1.3 + 1.8 * rows), layout="constrained")
    frames = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for column, (terminal, _) in enumerate(terminals):
        part = dataset["energy_current"].sel(terminal=terminal)
        largest = float(np.nanmax(abs(part.values), initial=0.0)) or 1.0
        image: Any = None
        for row, equation in enumerate(present):
            frame = frames[row, column]
            values = part.sel(equation=equation) if "equation" in part.dims else part
            image = _map(frame, values, x, y, largest)
            if column == 0:
                up = axis_label(dataset, y)
                frame.set_ylabel(f"{equation_name(equation)}\n{up}" if rows > 1 else up)
        frames[0, column].set_title(words(terminal, LONGEST_TITLE // len(terminals)))
        frames[-1, column].set_xlabel(axis_label(dataset, x))
        bar = figure.colorbar(image, ax=list(frames[:, column]), location="bottom", aspect=24)
        bar.ax.minorticks_off()
        bar.locator = MaxNLocator(4, steps=[1, 2, 5, 10], symmetric=True)
    figure.supxlabel(label.replace("\n", " ") + "; black line: zero", fontsize=10.5)
    _head(figure, heading)
    return figure


def _map(frame: Any, values: xr.DataArray, x: str, y: str, largest: float) -> Any:
    across, up = values[x].values, values[y].values
    z = values.transpose(y, x).values
    image = frame.pcolormesh(
        cell_edges(across), cell_edges(up), z, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True
    )
    known = z[np.isfinite(z)]
    floor = _ROUNDING * largest
    if known.size and known.min() < -floor and known.max() > floor:
        signed = np.where(abs(z) < floor, np.nan, z)
        frame.contour(across, up, signed, [0.0], colors="k", linewidths=0.8)
    frame.set_facecolor("0.8")  # points without an answer
    for scale, at in ((frame.set_xscale, across), (frame.set_yscale, up)):
        if evenly_logarithmic(at):
            scale("log")
    return image


def _circuit(dataset: xr.Dataset, label: str, heading: str) -> Figure:
    """Bars of the energy circuit at one point: up into the system, down out of it."""
    present, terminals = equations(dataset), _terminals(dataset)
    figure = Figure(figsize=(1.7 + 0.95 * len(terminals), 3.2), layout="constrained")
    frame = figure.subplots()
    width = (0.6 if len(present) == 1 else 0.8) / len(present)
    for k, equation in enumerate(present):
        heights = only(dataset, equation)["energy_current"].values
        at = np.arange(len(terminals)) + (k - (len(present) - 1) / 2) * width
        color = [c for _, c in terminals] if len(present) == 1 else _style(equation, present)["color"]
        bars = frame.bar(at, heights, 0.9 * width, color=color, label=equation_name(equation), zorder=2)
        if len(present) == 1:
            texts = [f"{h:+.3g}".replace("-", "\N{MINUS SIGN}") for h in heights]
            frame.bar_label(bars, texts, padding=3, fontsize=9)
    frame.axhline(0.0, color="0.3", lw=0.7, zorder=3)
    longest = LONGEST_TITLE // len(terminals)
    frame.set_xticks(np.arange(len(terminals)), [words(name, longest) for name, _ in terminals])
    frame.tick_params(axis="x", which="both", length=0)
    frame.margins(y=0.14)
    frame.set_ylabel(label)
    handles, labels = frame.get_legend_handles_labels()
    _head(figure, heading, handles, labels if len(present) > 1 else ())
    return figure
