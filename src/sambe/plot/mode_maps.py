"""Which machine a device is, over a sweep: regions with their names, and the lines where no power flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from ..errors import InputError
from ..physics.machines.performance import MODES
from ..sweep.labels import sweep_axes
from .canvas import axes_of, check_result, hold, quantity_label, set_scales, told, write_key
from .style import RC, axis_label, cell_edges, power_of_ten

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["modes"]

# Of each mode; in grey their names tell them apart, which stand in the regions
COLORS = {
    "unknown": "#FFFFFF", "engine": "#F4A582", "refrigerator": "#92C5DE", "accelerator": "#FFE0A3",
    "heater": "#E7D4E8", "conductor": "#E0E0E0", "absorption_refrigerator": "#A6DBA0",
    "heat_transformer": "#C7B9E2", "other": "#BDBDBD",
}  # fmt: skip
ROUNDING = 1e-9  # share of the largest power below which a sign is rounding
_NAMES = (0.1, 0.18)  # share of a panel's height that names of one line, or of two, take at its top
LEAST = 0.06  # of a map's width that a region is across to hold its name; a choice
HATCHES = ("////", "....", "xxxx", "\\\\\\\\", "++++", "oooo")  # of regions too small for their names


def modes(dataset: xr.Dataset, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """Draw which machine a device is, as regions over two axes or beside the power over one.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.performance`, over one axis or more; of more than two the longest two are shown.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default, free of pyplot.
    title : str, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its figure is written by `save`. A black line is where no power flows; white, without an answer.

    Raises
    ------
    InputError
        If the dataset has no modes, or no sweep.

    Examples
    --------
    >>> import sambe
    >>> maser = sambe.models.three_level(omega=sambe.axis("omega", [1.4, 1.5, 1.6]))
    >>> sambe.plot.modes(sambe.performance(maser)).get_ylabel()
    'power delivered ($10^{-5}\\\\,$energy$^2/\\\\hbar$)'
    """
    check_result(dataset, "mode", "performance")
    if not any(dataset.sizes[name] > 1 for name in sweep_axes(dataset)):
        raise InputError("dataset", sweep_axes(dataset),
                         "modes are drawn over a sweep; the summary tells that of one point")  # fmt: skip
    with mpl.rc_context(RC):
        dataset, shown, place = hold(dataset, 2)
        ax = axes_of(ax, (4.6, 3.7))
        unnamed = (_strip if len(shown) == 1 else _map)(ax, dataset, *shown)
        ax.set_xlabel(axis_label(dataset, shown[0]))
        set_scales(ax, *(dataset[name].values for name in shown))
        write_key(ax, told(title, place), unnamed, 3)
    return ax


def _name(code: int) -> str:
    """A mode as it is written in a figure."""
    return next(name for name, value in MODES.items() if value == code).replace("_", " ")


def _colormap() -> dict[str, Any]:
    return {"cmap": ListedColormap(list(COLORS.values())), "vmin": -0.5, "vmax": len(COLORS) - 0.5}


def _patch(code: int, k: int) -> Patch:
    """A mode in a legend, hatched as its regions are."""
    return Patch(fc=list(COLORS.values())[code], ec="0.3", lw=0.0, hatch=HATCHES[k % len(HATCHES)],
                 label=_name(code))  # fmt: skip


def _map(ax: Axes, dataset: xr.Dataset, x: str, y: str) -> list[Patch]:
    """Regions over two axes; what a legend explains."""
    mode, power = (dataset[name].transpose(y, x).values for name in ("mode", "power"))
    across, up = dataset[x].values, dataset[y].values
    edges = cell_edges(across), cell_edges(up)
    ax.pcolormesh(*edges, mode, rasterized=True, **_colormap())
    _write_borders(ax, mode, *edges)
    unnamed = _write_names(ax, mode, across, up)
    clear = ListedColormap([(1.0, 1.0, 1.0, 0.0)])
    for k, code in enumerate(unnamed):
        region = np.ma.masked_where(mode != code, mode)
        ax.pcolor(*edges, region, cmap=clear, hatch=HATCHES[k % len(HATCHES)], ec="0.3", lw=0.0)
    largest = float(np.abs(power[np.isfinite(power)]).max(initial=0.0))
    signed = np.where(np.abs(power) <= ROUNDING * largest, 0.0, power)
    if (signed > 0).any() and (signed < 0).any():
        ax.contour(across, up, signed, [0.0], colors="k", linewidths=1.3)
    ax.set_ylabel(axis_label(dataset, y))
    return [_patch(code, k) for k, code in enumerate(unnamed)]


def _write_borders(ax: Axes, mode: Any, x: Any, y: Any) -> None:
    """Thin lines between regions, which in grey may be alike."""
    row, column = np.nonzero(np.diff(mode, axis=0))
    ax.hlines(y[row + 1], x[column], x[column + 1], color="0.35", lw=0.4)
    row, column = np.nonzero(np.diff(mode, axis=1))
    ax.vlines(x[column + 1], y[row], y[row + 1], color="0.35", lw=0.4)


def _write_names(ax: Axes, mode: Any, across: Any, up: Any) -> list[int]:
    """Names in the middle of the widest part of each mode; those that found no room."""
    from scipy.ndimage import distance_transform_edt

    unnamed = []
    for code in np.unique(mode).tolist():
        if code == MODES["unknown"]:
            continue
        # the frame bounds a region as another mode does
        inside = np.pad(mode == code, 1)
        steps = [1.0 / n for n in mode.shape]
        room = distance_transform_edt(inside, sampling=steps)[1:-1, 1:-1]
        i, j = np.unravel_index(int(np.argmax(room)), mode.shape)
        if room[i, j] < LEAST:
            unnamed.append(int(code))
            continue
        text = _name(int(code)).replace(" ", "\n", 1)
        upright = 90 if room[i, j] < 2.0 * LEAST and mode.shape[0] > 1 and _is_tall(inside, int(j) + 1) else 0
        ax.text(
            across[j], up[i], text, ha="center", va="center", fontsize=10.5, style="italic", rotation=upright
        )
    return unnamed


def _is_tall(inside: Any, column: int) -> bool:
    """Whether a region is higher at a column than it is wide anywhere."""
    return bool(inside[:, column].mean() > inside.mean(axis=1).max())


def _strip(ax: Axes, dataset: xr.Dataset, x: str) -> list[Patch]:
    """The power over one axis, on the colours of the modes; what a legend explains."""
    mode, across = dataset["mode"].values, dataset[x].values
    edges = cell_edges(across)
    starts = np.flatnonzero(np.diff(mode, prepend=mode[0] - 1))
    ends = np.append(starts[1:], mode.size)
    wide = ends - starts > LEAST * mode.size
    named = {int(code) for code in mode[starts[wide]]}
    unnamed = [code for code in np.unique(mode).tolist() if code and code not in named]
    for start, end, has_room in zip(starts, ends, wide, strict=True):
        code = int(mode[start])
        hatch = HATCHES[unnamed.index(code) % len(HATCHES)] if code in unnamed else None
        ax.axvspan(edges[start], edges[end], fc=list(COLORS.values())[code], ec="0.3", hatch=hatch, lw=0,
                   zorder=0)  # fmt: skip
        if code and has_room:
            middle = across[(start + end - 1) // 2]
            ax.text(middle, 0.97, _name(code).replace(" ", "\n", 1), style="italic", ha="center", va="top",
                    transform=ax.get_xaxis_transform())  # fmt: skip
    ax.vlines(edges[starts[1:]], 0.0, 1.0, color="0.35", lw=0.4, transform=ax.get_xaxis_transform())
    power = dataset["power"].values
    if np.abs(power[np.isfinite(power)]).max(initial=0.0) > 0.0:
        exponent = power_of_ten(power)
        ax.plot(across, power / 10.0**exponent, "k", lw=1.5)
        ax.axhline(0.0, color="0.3", lw=0.7)
        units = dataset["power"].attrs.get("units", "energy^2")
        ax.set_ylabel(quantity_label("power delivered", units, exponent))
    else:  # nothing is driven: how good it is without
        ax.plot(across, dataset["cop"].values, "k", lw=1.5)
        ax.plot(across, dataset["carnot"].values, "k--", lw=1.0)
        ax.set_ylabel("coefficient of performance (dashed: its bound)")
    ax.margins(x=0.0, y=0.06)
    low, high = ax.get_ylim()
    ax.set_ylim(low, low + (high - low) / (1.0 - _NAMES[any("\n" in text.get_text() for text in ax.texts)]))
    return [_patch(code, k) for k, code in enumerate(unnamed)]
