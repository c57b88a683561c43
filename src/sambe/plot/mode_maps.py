"""Which machine a device is, over a sweep: regions with their names, and the lines where no power flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ..errors import InputError
from ..physics.machines.performance import MODES
from ..sweep.labels import sweep_axes
from .style import LONGEST_TITLE, RC, axis_label, cell_edges, drawable, evenly_logarithmic, words

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
LEAST = 0.06  # of a map's width that a region is across to hold its name; a choice


def modes(dataset: xr.Dataset, *, ax: Axes | None = None, title: str | None = None) -> Axes:
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
    'power delivered ($10^{-5}\\\\,$energy$^2$/$\\\\hbar$)'
    """
    if not hasattr(dataset, "data_vars") or "mode" not in dataset:
        raise InputError("dataset", dataset, "give a result of performance")
    axes = sorted(sweep_axes(dataset), key=lambda name: -dataset.sizes[name])
    shown = [name for name in axes if dataset.sizes[name] > 1][:2]
    if not shown:
        raise InputError("dataset", axes, "modes are drawn over a sweep; the summary tells that of one point")
    with mpl.rc_context(RC):
        dataset = drawable(dataset, axes)
        held = {name: dataset.sizes[name] // 2 for name in axes if name not in shown}
        dataset = dataset.isel(held)
        places = ", ".join(f"{axis_label(dataset, name)} = {float(dataset[name]):.4g}" for name in held)
        if ax is None:
            ax = Figure(figsize=(4.6, 3.7), layout="constrained").subplots()
        (_strip if len(shown) == 1 else _map)(ax, dataset, *shown)
        lines = [words(title, LONGEST_TITLE) if title else "", f"at {places}" if places else ""]
        ax.set_title("\n".join(line for line in lines if line))
        ax.set_xlabel(axis_label(dataset, shown[0]))
        if evenly_logarithmic(dataset[shown[0]].values):
            ax.set_xscale("log")
    return ax


def _name(code: int) -> str:
    """A mode as it is written in a figure."""
    return next(name for name, value in MODES.items() if value == code).replace("_", " ")


def _colormap() -> dict[str, Any]:
    return {"cmap": ListedColormap(list(COLORS.values())), "vmin": -0.5, "vmax": len(COLORS) - 0.5}


def _map(ax: Axes, dataset: xr.Dataset, x: str, y: str) -> None:
    """Regions over two axes."""
    mode, power = (dataset[name].transpose(y, x).values for name in ("mode", "power"))
    across, up = dataset[x].values, dataset[y].values
    ax.pcolormesh(cell_edges(across), cell_edges(up), mode, rasterized=True, **_colormap())
    largest = float(np.abs(power[np.isfinite(power)]).max(initial=0.0))
    signed = np.where(np.abs(power) <= ROUNDING * largest, 0.0, power)
    if (signed > 0).any() and (signed < 0).any():
        ax.contour(across, up, signed, [0.0], colors="k", linewidths=1.3)
    left = _write_names(ax, mode, across, up)
    if left:
        handles = [Patch(color=list(COLORS.values())[code], label=_name(code)) for code in left]
        ax.legend(handles=handles, loc="best", frameon=True, fontsize=8.5, handlelength=1.2)
    ax.set_ylabel(axis_label(dataset, y))
    if evenly_logarithmic(up):
        ax.set_yscale("log")


def _write_names(ax: Axes, mode: Any, across: Any, up: Any) -> list[int]:
    """Names in the middle of the widest part of each mode; those that found no room."""
    from scipy.ndimage import distance_transform_edt

    left = []
    for code in np.unique(mode).tolist():
        if code == MODES["unknown"]:
            continue
        # the frame bounds a region as another mode does
        inside = np.pad(mode == code, 1)
        steps = [1.0 / n for n in mode.shape]
        room = distance_transform_edt(inside, sampling=steps)[1:-1, 1:-1]
        i, j = np.unravel_index(int(np.argmax(room)), mode.shape)
        if room[i, j] < LEAST:
            left.append(int(code))
            continue
        text = _name(int(code)).replace(" ", "\n", 1)
        upright = 90 if room[i, j] < 2.0 * LEAST and mode.shape[0] > 1 and _is_tall(inside, int(j) + 1) else 0
        ax.text(
            across[j], up[i], text, ha="center", va="center", fontsize=10.5, style="italic", rotation=upright
        )
    return left


def _is_tall(inside: Any, column: int) -> bool:
    """Whether a region is higher at a column than it is wide anywhere."""
    return bool(inside[:, column].mean() > inside.mean(axis=1).max())


def _strip(ax: Axes, dataset: xr.Dataset, x: str) -> None:
    """The power over one axis, on the colours of the modes."""
    mode, across = dataset["mode"].values, dataset[x].values
    edges = cell_edges(across)
    starts = np.flatnonzero(np.diff(mode, prepend=mode[0] - 1))
    for start, end in zip(starts, [*starts[1:], mode.size], strict=True):
        code = int(mode[start])
        ax.axvspan(edges[start], edges[end], color=list(COLORS.values())[code], lw=0, zorder=0)
        if code and (end - start) > LEAST * mode.size:
            middle = across[(start + end - 1) // 2]
            ax.text(middle, 0.97, _name(code).replace(" ", "\n", 1), style="italic", ha="center", va="top",
                    transform=ax.get_xaxis_transform())  # fmt: skip
    power = dataset["power"].values
    largest = float(np.abs(power[np.isfinite(power)]).max(initial=0.0))
    if largest > 0.0:
        exponent = int(np.floor(np.log10(largest)))
        ax.plot(across, power / 10.0**exponent, "k", lw=1.5)
        ax.axhline(0.0, color="0.3", lw=0.7)
        factor = rf"$10^{{{exponent}}}\,$" if exponent else ""
        ax.set_ylabel(rf"power delivered ({factor}energy$^2$/$\hbar$)")
    else:  # nothing is driven: how good it is without
        ax.plot(across, dataset["cop"].values, "k", lw=1.5)
        ax.plot(across, dataset["carnot"].values, "k--", lw=1.0)
        ax.set_ylabel("coefficient of performance (dashed: its bound)")
    ax.margins(x=0.0, y=0.25 if any("\n" in text.get_text() for text in ax.texts) else 0.16)
