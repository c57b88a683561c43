"""Figures of fluctuations: variances of the terminals along an axis, the whole matrix at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..errors import InputError
from .style import RC, axis_label, drawable, evenly_logarithmic, terminal_colors, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["noise"]

DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)))  # told apart in grey


def noise(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the noise of the energies: over one axis the variances, at a point the matrix of all terminals.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.counting_statistics`: a single point, or a sweep of one axis.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.

    Returns
    -------
    matplotlib.axes.Axes
        At a point red is a positive correlation, blue a negative one; rows sum to zero, as energy is kept.

    Raises
    ------
    InputError
        If the dataset has no noise, or more than one axis.

    Examples
    --------
    >>> import sambe
    >>> found = sambe.counting_statistics(sambe.models.spin_boson(omega=sambe.axis("omega", [0.9, 1.0])))
    >>> len(sambe.plot.noise(found).lines)
    3
    """
    if not hasattr(dataset, "data_vars") or "energy_noise" not in dataset:
        raise InputError("dataset", dataset, "give a result of counting_statistics")
    matrix = dataset["energy_noise"]
    axes = [str(d) for d in matrix.dims if d not in ("terminal", "other")]
    if len(axes) > 1:
        raise InputError("dataset", axes, f"choose a place on all axes but one, such as isel({axes[1]}=0)")
    with mpl.rc_context(RC):
        if ax is None:
            ax = Figure(figsize=(4.6, 3.3), layout="constrained").subplots()
        if axes:
            _lines(ax, drawable(dataset, axes), axes[0])
        else:
            _matrix(ax, matrix)
    return ax


def _lines(ax: Axes, dataset: xr.Dataset, axis: str) -> None:
    x = dataset[axis].values
    names = [str(name) for name in dataset["terminal"].values]
    colors = terminal_colors(names)
    for k, name in enumerate(names):
        variance = dataset["energy_noise"].sel(terminal=name, other=name)
        ax.plot(x, variance.values, color=colors[name], ls=DASHES[k % len(DASHES)], lw=1.3, label=words(name))
    if evenly_logarithmic(x):
        ax.set_xscale("log")
    ax.set(xlabel=axis_label(dataset, axis), ylabel="variance of the energy per time\n(energy$^3/\\hbar$)")
    ax.margins(x=0)
    ax.legend()


def _matrix(ax: Axes, matrix: xr.DataArray) -> None:
    values = np.asarray(matrix.transpose("terminal", "other").values, dtype=float)
    names = [words(name, 16) for name in matrix["terminal"].values]
    largest = float(np.nanmax(abs(values), initial=0.0)) or 1.0
    image = ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest)
    for (row, column), value in np.ndenumerate(values):
        dark = np.isfinite(value) and abs(value) > 0.6 * largest
        text = f"{value:.2e}".replace("-", "\N{MINUS SIGN}") if np.isfinite(value) else "no answer"
        ax.text(column, row, text, ha="center", va="center", fontsize=8.5, color="w" if dark else "k")
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(which="both", length=0)
    ax.minorticks_off()
    bar = ax.figure.colorbar(image, ax=ax)
    bar.set_label("noise (energy$^3/\\hbar$)")
    bar.ax.minorticks_off()
