"""A map of what small slow loops pump, at each place of a plane of two numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..errors import InputError
from .style import RC, axis_label, cell_edges, drawable, evenly_logarithmic, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["curvature"]

ROUNDING = 1e-9  # share of the largest value below which a sign is rounding
# Share of the points that the colours are made for where the others are larger by more than that factor: a
# few in a corner would leave none for the rest. Choices.
BULK, FAR = 0.99, 1.5


def curvature(
    dataset: xr.Dataset, *, terminal: str | None = None, ax: Axes | None = None, title: str | None = None
) -> Axes:
    r"""Draw the curvature of the energy that slow loops pump through a terminal.

    Red where a loop that goes round counter-clockwise brings energy into the system, blue where it takes
    some out; a loop pumps the sum over what it encloses.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.pump_curvature`; axes beyond its two are held in their middle.
    terminal : str, optional
        The first by default.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default, free of pyplot.
    title : str, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its figure is written by `save`.

    Raises
    ------
    InputError
        If the dataset has no curvature, or no such terminal.

    Examples
    --------
    >>> import sambe
    >>> grid = {"omega": sambe.axis("omega", [0.8, 0.9, 1.0]), "drive": sambe.axis("drive", [0.2, 0.3])}
    >>> pumped = sambe.pump_curvature(sambe.models.spin_boson(**grid), "drive", "omega")
    >>> sambe.plot.curvature(pumped, terminal="pump").get_xlabel()
    'drive amplitude $A$'
    """
    if not hasattr(dataset, "data_vars") or "curvature_energy" not in dataset:
        raise InputError("dataset", dataset, "give a result of pump_curvature")
    known = [str(name) for name in dataset["terminal"].values]
    terminal = known[0] if terminal is None else terminal
    if terminal not in known:
        raise InputError("terminal", terminal, f"the terminals are {', '.join(known)}")
    x, y = (str(dataset.attrs[name]) for name in ("x", "y"))
    values = dataset["curvature_energy"].sel(terminal=terminal)
    others = [d for d in values.dims if d not in (x, y)]
    with mpl.rc_context(RC):
        dataset = drawable(dataset, [x, y])
        z = values.isel({d: values.sizes[d] // 2 for d in others}).transpose(y, x).values
        if ax is None:
            ax = Figure(figsize=(4.6, 3.7), layout="constrained").subplots()
        _map(ax, dataset[x].values, dataset[y].values, z)
        ax.set_xlabel(axis_label(dataset, x))
        ax.set_ylabel(axis_label(dataset, y))
        ax.set_title(words(title, 80) if title else f"energy from {words(terminal)}, counter-clockwise loops")
    return ax


def _map(ax: Axes, across: Any, up: Any, z: Any) -> None:
    sizes = np.abs(z[np.isfinite(z)])
    most = float(sizes.max(initial=0.0))
    bulk = float(np.quantile(sizes, BULK)) if sizes.size else 0.0
    largest = (bulk if 0 < FAR * bulk < most else most) or 1.0
    image = ax.pcolormesh(
        cell_edges(across), cell_edges(up), z, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True
    )
    ax.set_facecolor("0.8")  # points without an answer
    floor = ROUNDING * most
    signed = np.where(np.abs(z) < floor, np.nan, z)
    if (signed > 0).any() and (signed < 0).any() and min(z.shape) > 1:
        ax.contour(across, up, signed, [0.0], colors="k", linewidths=0.8)
    for scale, at in ((ax.set_xscale, across), (ax.set_yscale, up)):
        if evenly_logarithmic(at):
            scale("log")
    beyond = "both" if most > largest else "neither"
    bar = ax.figure.colorbar(image, ax=ax, extend=beyond)
    bar.set_label("energy into the system per cycle and area")
    bar.ax.minorticks_off()
