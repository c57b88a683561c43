"""Figures of any variables of a result: bars for a point, curves over one axis, maps over two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..errors import InputError
from ..sweep.labels import LISTED
from .style import (
    LONGEST_TITLE,
    PUMP,
    RC,
    TERMINALS,
    axis_label,
    cell_edges,
    drawable,
    evenly_logarithmic,
    words,
)

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["quantities"]

MOST_CURVES, MOST_MAPS = 12, 9  # that can be told apart, and that fit on a page: choices


def quantities(dataset: xr.Dataset, names: Sequence[str], *, title: str | None = None) -> Figure:
    """Draw some variables of a result, a panel each.

    Parameters
    ----------
    dataset : Dataset
    names : sequence of str
        Variables, as far as the result has them; of a complex one the real part.
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure
        Free of pyplot.

    Raises
    ------
    InputError
        If it has none of them.
    """
    present = [dataset[name] for name in names if name in dataset]
    if not present:
        raise InputError("dataset", list(dataset), f"it has none of {', '.join(names)}")
    axes = list(dict.fromkeys(str(d) for x in present for d in x.dims if d not in LISTED))
    longest = sorted(axes, key=lambda d: -dataset.sizes[d])[:2]
    with mpl.rc_context(RC):
        dataset = drawable(dataset, axes)
        middle = {d: dataset.sizes[d] // 2 for d in axes if d not in longest}
        dataset = dataset.isel(middle)
        places = ", ".join(f"{axis_label(dataset, d)} = {float(dataset[d]):.4g}" for d in middle)
        lines = [words(title, LONGEST_TITLE, lines=3) if title else "", f"at {places}" if places else ""]
        parts = [(label, part) for x in present for label, part in _parts(dataset[x.name])]
        figure = (_curves, _curves, _maps)[len(longest)](dataset, present, parts, longest)
        heading = "\n".join(line for line in lines if line)
        if heading:
            figure.suptitle(heading, fontsize=11.5)
        return figure


def _parts(x: xr.DataArray) -> list[tuple[tuple[str, str], xr.DataArray]]:
    """Each quantity of a variable, with the variable's name and its own."""
    listed = [str(d) for d in x.dims if d in LISTED]
    x = x.real if np.iscomplexobj(x) else x
    out = []
    for index in np.ndindex(*(x.sizes[d] for d in listed)):
        part = x.isel(dict(zip(listed, index, strict=True)))
        label = ", ".join(str(part[d].values) if d in part.coords else "" for d in listed)
        out.append(((str(x.name), words(label)), part))
    return out


def _curves(dataset: xr.Dataset, present: Any, parts: Any, axes: list[str]) -> Figure:
    """A panel for each variable, of curves over an axis or, without one, of bars."""
    figure = Figure(figsize=(5.4, 0.9 + 2.1 * len(present)), layout="constrained")
    frames = figure.subplots(len(present), 1, sharex=bool(axes), squeeze=False)[:, 0]
    for frame, x in zip(frames, present, strict=True):
        own = [(label, part) for (name, label), part in parts if name == x.name][:MOST_CURVES]
        for k, (label, part) in enumerate(own):
            color = PUMP if label == "pump" else TERMINALS[k % len(TERMINALS)]
            if axes:
                dashes = "-" if k < len(TERMINALS) else "--"
                frame.plot(dataset[axes[0]].values, part.values, dashes, color=color, lw=1.3, label=label)
            else:
                frame.bar(k, float(part), 0.7, color=color, zorder=2)
        if not axes:
            frame.set_xticks(range(len(own)), [label or words(x.name) for label, _ in own])
            frame.tick_params(axis="x", which="both", length=0)
        elif len(own) > 1:
            frame.legend(ncols=min(3, len(own)), fontsize=8)
        frame.axhline(0.0, color="0.55", lw=0.7, zorder=1)
        frame.margins(x=0.0 if axes else 0.05, y=0.15)
        frame.set_ylabel(_label(x))
    if axes:
        frames[-1].set_xlabel(axis_label(dataset, axes[0]))
        if evenly_logarithmic(dataset[axes[0]].values):
            frames[-1].set_xscale("log")
    return figure


def _maps(dataset: xr.Dataset, present: Any, parts: Any, axes: list[str]) -> Figure:
    """A map for each quantity."""
    parts = parts[:MOST_MAPS]
    columns = min(3, len(parts))
    rows = -(-len(parts) // columns)
    figure = Figure(figsize=(0.6 + 2.9 * columns, 0.6 + 2.5 * rows), layout="constrained")
    frames = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    across, up = (dataset[d].values for d in axes)
    for frame, ((name, label), part) in zip(frames, parts, strict=False):
        z = part.transpose(axes[1], axes[0]).values
        largest = float(np.abs(z[np.isfinite(z)]).max(initial=0.0)) or 1.0
        image = frame.pcolormesh(
            cell_edges(across), cell_edges(up), z, cmap="RdBu_r", vmin=-largest, vmax=largest,
            rasterized=True,
        )  # fmt: skip
        frame.set_facecolor("0.8")  # points without an answer
        frame.set_title(words(f"{name.replace('_', ' ')} {label}", LONGEST_TITLE // columns))
        figure.colorbar(image, ax=frame)
    for frame in frames[len(parts) :]:
        frame.set_visible(False)
    figure.supxlabel(axis_label(dataset, axes[0]), fontsize=10.5)
    figure.supylabel(axis_label(dataset, axes[1]), fontsize=10.5)
    return figure


def _label(x: xr.DataArray) -> str:
    units = x.attrs.get("units")
    name = words(str(x.name).replace("_", " "))
    return f"{name}\n({words(units)})" if units not in (None, "", "1") else name
