"""A map of one terminal's current over two axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..errors import InputError
from .style import RC, axis_label, cell_edges, drawable, evenly_logarithmic, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["map"]

ROUNDING = 1e-9  # share of the largest current below which a sign is rounding


def map(  # always read as sambe.plot.map; nothing here needs Python's own
    dataset: xr.Dataset, terminal: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw one terminal's energy current over two axes, white at zero, with a line where it turns round.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.steady_state`, of two axes: the first of them across, the second up.
    terminal : str, optional
        The first by default.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the dataset has no energy currents, other than two axes, or no such terminal.

    Examples
    --------
    >>> import sambe
    >>> omega, drive = sambe.axis("omega", [0.8, 1.0, 1.2]), sambe.axis("drive", [0.1, 0.2])
    >>> flow = sambe.steady_state(sambe.models.spin_boson(omega=omega, drive=drive))
    >>> sambe.plot.map(flow, "left").get_title()
    'left'
    """
    if not hasattr(dataset, "data_vars") or "energy_current" not in dataset:
        raise InputError("dataset", dataset, "give a result of steady_state")
    names = [str(name) for name in dataset["terminal"].values]
    terminal = names[0] if terminal is None else terminal
    if terminal not in names:
        raise InputError("terminal", terminal, f"the terminals are {', '.join(names)}")
    currents = dataset["energy_current"].sel(terminal=terminal)
    if currents.ndim != 2:
        raise InputError(
            "dataset", [str(d) for d in currents.dims], "a map has two axes; choose a place on the others"
        )
    across, up = (str(d) for d in currents.dims)
    with mpl.rc_context(RC):
        plain = drawable(dataset, [across, up])
        if ax is None:
            ax = Figure(figsize=(4.6, 3.6), layout="constrained").subplots()
        x, y, z = plain[across].values, plain[up].values, currents.transpose(up, across).values
        largest = float(np.nanmax(abs(z), initial=0.0)) or 1.0
        edges = cell_edges(x), cell_edges(y)
        image = ax.pcolormesh(*edges, z, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True)
        signed = np.where(abs(z) < ROUNDING * largest, np.nan, z)
        if min(z.shape) > 1 and (signed > 0).any() and (signed < 0).any():
            ax.contour(x, y, signed, [0.0], colors="k", linewidths=0.8)
        ax.set_facecolor("0.8")  # points without an answer
        for scale, at in ((ax.set_xscale, x), (ax.set_yscale, y)):
            if evenly_logarithmic(at):
                scale("log")
        ax.set(xlabel=axis_label(plain, across), ylabel=axis_label(plain, up), title=words(terminal))
        bar = ax.figure.colorbar(image, ax=ax)
        bar.set_label("energy current into the system (energy$^2/\\hbar$)")
        bar.ax.minorticks_off()
    return ax
