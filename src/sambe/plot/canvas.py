"""What figures are drawn on: axes given or made, sweeps cut to what fits, units, legends, files."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Polygon
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ..description.units.scale import kind_of_energy
from ..errors import InputError
from ..sweep.labels import sweep_axes
from .arrows import arrow
from .style import LONGEST_TITLE, RC, axis_label, drawable, evenly_logarithmic, letters, words

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "Picture",
    "axes_of",
    "check_result",
    "draw_arrow",
    "draw_curve",
    "figure_of",
    "head",
    "hold",
    "quantity_label",
    "save",
    "set_scales",
    "show_missing",
    "told",
    "unit_of",
    "write_key",
]

MOST_DOTS = 30_000  # along a side of a picture; its format ends at 65535
# Of a kind of file. The level of compression of a PNG is a choice: a sixth more bytes than by the default of
# 6, in two thirds of the time.
_OPTIONS: dict[str, dict[str, Any]] = {
    ".svg": {"metadata": {"Date": None}},
    ".png": {"pil_kwargs": {"compress_level": 3}},
}
# Units of numbers that have not been dressed, with the hbar that they leave out
_UNITS = {"energy^2": r"energy$^2/\hbar$", "energy^3": r"energy$^3/\hbar$", "1/energy": r"$\hbar$/energy",
          "rate": r"energy/$\hbar$"}  # fmt: skip
_FEW_DECADES = 100.0  # ratio of the ends of an axis up to which every 1, 2 and 5 is a label
_ROW, _AROUND = 16.0, 9.0  # height of a row of a legend, and what stands around the rows, in points
# Letters of a legend's row that five inches hold, and what a sample of a line takes of them
_LETTERS, _SAMPLE = 80, 11


class Picture(Figure):
    """A figure free of pyplot that a notebook shows where it is the value of a cell."""

    def _repr_png_(self) -> bytes:
        with mpl.rc_context(RC), BytesIO() as out:
            self.savefig(out, format="png", dpi=110)
            return out.getvalue()


def check_result(dataset: Any, variable: str, verbs: str) -> None:
    """See that what is to be drawn is a result with a variable.

    Raises
    ------
    InputError
        If it is not; it names the verbs that give one.
    """
    if not hasattr(dataset, "data_vars") or variable not in dataset:
        raise InputError("dataset", dataset, f"give a result of {verbs}")


def axes_of(ax: Any, size: tuple[float, float]) -> Axes:
    """The axes given, or those of a new figure of so many inches, free of pyplot.

    Raises
    ------
    InputError
        If something else is given.
    """
    if ax is None:
        return Picture(figsize=size, layout="constrained").subplots()
    if not isinstance(ax, Axes):
        raise InputError("ax", ax, "give one Axes of Matplotlib, or leave it out for a new figure")
    return ax


def figure_of(drawn: Any) -> Figure:
    """The figure of axes, of an array of them, or the figure itself.

    Raises
    ------
    InputError
        If it is none of these.
    """
    first = np.ravel(np.asarray(drawn, dtype=object))
    drawn = first[0] if first.size else None
    whole = drawn if isinstance(drawn, Figure | SubFigure) else getattr(drawn, "figure", None)
    while isinstance(whole, SubFigure):
        whole = whole.figure
    if not isinstance(whole, Figure):
        raise InputError("drawn", drawn, "give what a figure of sambe.plot has returned")
    return whole


def save(drawn: Any, *paths: str | Path) -> None:
    """Write a figure, at 300 dots per inch where it is made of dots; the endings say how.

    The layout is found once for all files and is then fixed.

    Parameters
    ----------
    drawn : Axes, array of Axes or Figure
        What a function of `sambe.plot` has returned; the whole figure is written.
    *paths : str or path
        Where to; ``.png``, ``.svg`` or ``.pdf``.

    Returns
    -------
    None

    Raises
    ------
    InputError
        If it is nothing drawn.

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
    figure = figure_of(drawn)
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


def hold(
    dataset: xr.Dataset, most: int, axes: Sequence[str] | None = None
) -> tuple[xr.Dataset, list[str], str]:
    """Cut to the longest axes of a sweep, the others held in their middle.

    Parameters
    ----------
    dataset : Dataset
    most : int
        How many axes can be shown.
    axes : sequence of str, optional
        Those of the sweep by default.

    Returns
    -------
    dataset : Dataset
        Its axes are real numbers.
    shown : list of str
        The axes left, the longest first, as it is the abscissa; the first of equals. Behind the first none
        has a single point.
    place : str
        Where the others are held, in words.
    """
    axes = sweep_axes(dataset) if axes is None else list(axes)
    dataset = drawable(dataset, axes)
    ordered = sorted(axes, key=lambda name: -dataset.sizes[name])
    shown = [name for k, name in enumerate(ordered[:most]) if k == 0 or dataset.sizes[name] > 1]
    middle = {name: dataset.sizes[name] // 2 for name in ordered if name not in shown}
    dataset = dataset.isel(middle)
    places = ", ".join(f"{axis_label(dataset, name)} = {float(dataset[name]):.4g}" for name in middle)
    return dataset, shown, f"at {places}" if places else ""


def told(title: str | None, place: str = "") -> str:
    """A title, with a second line that says where other axes are held."""
    title = words(title, LONGEST_TITLE, lines=3) if title else ""
    return "\n".join(line for line in (title, place) if line)


def quantity_label(name: str, units: str | None, power: int = 0, *, lines: bool = False) -> str:
    r"""A quantity in words, with its unit: the dataset's own where it has been dressed.

    >>> quantity_label("power", "energy^2", -3)
    'power ($10^{-3}\\,$energy$^2/\\hbar$)'
    """
    unit = _UNITS.get(units or "", words(units) if units not in (None, "", "1") else "")
    factor = rf"$10^{{{power}}}{chr(92) + ',' if unit else ''}$" if power else ""
    if unit == name and not factor:  # "energy (energy)" says nothing more
        return name
    return f"{name}{chr(10) if lines else ' '}({factor}{unit})" if factor or unit else name


def unit_of(variable: xr.DataArray) -> str | None:
    """The unit of a variable as `quantity_label` takes it: rates have the hbar that results leave out."""
    units = variable.attrs.get("units")
    kind = kind_of_energy(str(variable.name), str(variable.attrs.get("long_name", "")))
    return "rate" if units == "energy" and kind in ("rate", "entropy") else units


def draw_curve(ax: Axes, x: npt.NDArray[Any], y: npt.NDArray[Any], **line: Any) -> None:
    """A curve, or a dot, as a line of one point would show nothing."""
    dot: dict[str, Any] = {"marker": "o", "ms": 4.0} if x.size == 1 else {}
    ax.plot(x, y, **dot | line)


def draw_arrow(ax: Axes, start: complex, end: complex, width: float, bend: float = 0.0, **look: Any) -> None:
    """An arrow of `sambe.plot.arrows.arrow`."""
    corners = arrow(start, end, width, bend)
    ax.add_patch(Polygon(np.stack([corners.real, corners.imag], -1), lw=0, **look))


def set_scales(ax: Axes, x: npt.NDArray[Any], y: npt.NDArray[Any] | None = None) -> None:
    """Logarithmic scales for values that are spaced so; within few decades with plain numbers at 1, 2, 5."""
    for set_scale, axis, values in ((ax.set_xscale, ax.xaxis, x), (ax.set_yscale, ax.yaxis, y)):
        if values is None or not evenly_logarithmic(values):
            continue
        set_scale("log")
        if values.max() < _FEW_DECADES * values.min():
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(NullFormatter())


def show_missing(ax: Axes) -> None:
    """Hatch what no answer covers, so that it is no colour of a map, in grey either."""
    ax.patch.set(facecolor="w", edgecolor="0.55", hatch="////", linewidth=0.0)


def head(figure: Figure, heading: str, handles: Sequence[Any] = (), columns: int = 4) -> None:
    """Heading and legend above the panels of a figure, as one block so that they do not collide."""
    labels = [handle.get_label() for handle in handles]
    if labels:
        figure.legend(
            handles, labels, loc="outside upper center", ncols=_columns(labels, columns),
            handlelength=2.6, columnspacing=1.4, title=heading or None, title_fontsize=11.5,
        )  # fmt: skip
    elif heading:
        figure.suptitle(heading, fontsize=11.5)


def write_key(ax: Axes, heading: str = "", handles: Any = None, columns: int = 4) -> None:
    """Title and legend of one panel: above it where a layout makes room for them, else inside."""
    if handles is None:
        handles = ax.get_legend_handles_labels()[0]
    labels = [handle.get_label() for handle in handles]
    roomy = ax.figure.get_layout_engine() is not None
    pad = 6.0
    if labels:
        ncols = _columns(labels, columns)
        where: Any = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0)} if roomy else {"loc": "best"}
        ax.legend(handles, labels, ncols=ncols, handlelength=2.6, columnspacing=1.4, **where)
        pad += _AROUND + _ROW * -(-len(labels) // ncols) if roomy else 0.0
    if heading:
        ax.set_title(heading, pad=pad)


def _columns(labels: Sequence[str], most: int) -> int:
    """Columns of a legend that five inches hold."""
    for columns in range(min(len(labels), most), 1, -1):
        parts = np.array_split(np.array([letters(label) + _SAMPLE for label in labels]), columns)
        if sum(int(part.max()) for part in parts) <= _LETTERS:
            return columns
    return 1
