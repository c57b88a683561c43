"""Figures of any variables of a result: bars for a point, curves over one axis, maps over two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..sweep.labels import LISTED
from .canvas import Picture, head, hold, quantity_label, set_scales, told, unit_of
from .style import DASHES, LONGEST_TITLE, PUMP, RC, TERMINALS, axis_label, is_pump, words, wrapped
from .surface_figures import signed_map, write_bar

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["quantities"]

MOST_CURVES, MOST_MAPS = 12, 9  # that can be told apart, and that fit on a page: choices


def quantities(dataset: xr.Dataset, names: Sequence[str], *, title: str | None = None) -> npt.NDArray[Any]:
    """Draw some variables of a result, a panel each.

    Parameters
    ----------
    dataset : Dataset
    names : sequence of str
        Variables, as far as the result has them; of a complex one the real part.
    title : str, optional

    Returns
    -------
    array of matplotlib.axes.Axes
        Of a new figure, free of pyplot.

    Raises
    ------
    InputError
        If it has none of them.
    """
    present = [name for name in names if name in dataset]
    if not present:
        raise InputError("dataset", list(dataset), f"it has none of {', '.join(names)}")
    axes = list(dict.fromkeys(str(d) for name in present for d in dataset[name].dims if d not in LISTED))
    with mpl.rc_context(RC):
        dataset, shown, place = hold(dataset, 2, axes)
        draw = (_curves, _curves, _maps)[len(shown)]
        frames = draw(dataset, {name: _parts(dataset[name]) for name in present}, shown)
        head(frames[0].figure, told(title, place))
        return frames


Parts = dict[str, "list[tuple[str, xr.DataArray]]"]


def _parts(x: xr.DataArray) -> list[tuple[str, xr.DataArray]]:
    """Each quantity of a variable, with its name."""
    listed = [str(d) for d in x.dims if d in LISTED]
    x = x.real if np.iscomplexobj(x) else x
    out = []
    for index in np.ndindex(*(x.sizes[d] for d in listed)):
        part = x.isel(dict(zip(listed, index, strict=True)))
        label = ", ".join(str(part[d].values) if d in part.coords else "" for d in listed)
        if is_pump(label) and "particle" in str(x.name):  # a drive has none
            continue
        out.append((words(label), part))
    return out


def _spoken(x: xr.DataArray) -> str:
    """A variable in words, with its unit and, where that is told, what counts as positive."""
    name, units = words(str(x.name).replace("_", " ")), unit_of(x)
    if "into the system" not in x.attrs.get("sign", ""):
        return quantity_label(name, units, lines=True)
    return f"{name}\n{quantity_label('into the system', units)}"


def _curves(dataset: xr.Dataset, parts: Parts, axes: list[str]) -> npt.NDArray[Any]:
    """A panel for each variable, of curves over an axis or, without one, of bars."""
    figure = Picture(figsize=(5.4, 0.9 + 2.1 * len(parts)), layout="constrained")
    frames = figure.subplots(len(parts), 1, sharex=bool(axes), squeeze=False)[:, 0]
    for frame, (name, every) in zip(frames, parts.items(), strict=True):
        several = every[:MOST_CURVES]
        for k, (label, part) in enumerate(several):
            color = PUMP if is_pump(label) else TERMINALS[k % len(TERMINALS)]
            if axes:
                frame.plot(dataset[axes[0]].values, part.values, ls=DASHES[k % len(DASHES)], color=color,
                           lw=1.3, label=label)  # fmt: skip
            else:
                frame.bar(k, float(part), 0.7, color=color, zorder=2)
        if not axes:
            slot = max(6, 36 // len(several))
            frame.set_xticks(range(len(several)), [wrapped(label or name, slot) for label, _ in several])
            frame.tick_params(axis="x", which="both", length=0)
        elif len(several) > 1:
            frame.legend(ncols=min(3, len(several)), fontsize=8, handlelength=2.6)
        frame.axhline(0.0, color="0.55", lw=0.7, zorder=1)
        frame.margins(x=0.0 if axes else 0.05, y=0.15)
        frame.set_ylabel(_spoken(dataset[name]))
    if axes:
        frames[-1].set_xlabel(axis_label(dataset, axes[0]))
        set_scales(frames[-1], dataset[axes[0]].values)
    return frames


def _maps(dataset: xr.Dataset, parts: Parts, axes: list[str]) -> npt.NDArray[Any]:
    """A map for each quantity."""
    every = [(name, *part) for name, several in parts.items() for part in several][:MOST_MAPS]
    columns = min(3, len(every))
    rows = -(-len(every) // columns)
    figure = Picture(figsize=(0.6 + 2.9 * columns, 0.6 + 2.5 * rows), layout="constrained")
    frames = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for frame, (name, label, part) in zip(frames, every, strict=False):
        image = signed_map(frame, part, axes)
        frame.set_title(words(f"{name.replace('_', ' ')} {label}", LONGEST_TITLE // columns))
        write_bar(image, quantity_label("", unit_of(dataset[name])).strip(), frame)
    for frame in frames[len(every) :]:
        frame.set_visible(False)
    figure.supxlabel(axis_label(dataset, axes[0]), fontsize=10.5)
    figure.supylabel(axis_label(dataset, axes[1]), fontsize=10.5)
    return frames[: len(every)]
