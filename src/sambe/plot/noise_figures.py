"""Figures of fluctuations: variances of the terminals along an axis, the whole matrix at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np

from ..errors import InputError
from .canvas import axes_of, check_result, draw_curve, quantity_label, set_scales, write_key
from .style import RC, axis_label, drawable, number_text, power_of_ten, terminal_lines, words, wrapped
from .surface_figures import write_bar

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["noise"]

MOST_NUMBERS = 6  # terminals up to which every number of a matrix can be read; a choice


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
    check_result(dataset, "energy_noise", "counting_statistics")
    matrix = dataset["energy_noise"]
    axes = [str(d) for d in matrix.dims if d not in ("terminal", "other")]
    if len(axes) > 1:
        raise InputError("dataset", axes, f"choose a place on all axes but one, such as isel({axes[1]}=0)")
    with mpl.rc_context(RC):
        side = max(0, dataset.sizes["terminal"] - 3)
        ax = axes_of(ax, (4.6, 3.3) if axes else (4.6 + 0.9 * side, 3.3 + 0.65 * side))
        if axes:
            _lines(ax, drawable(dataset, axes), axes[0])
        else:
            _matrix(ax, matrix)
    return ax


def _lines(ax: Axes, dataset: xr.Dataset, axis: str) -> None:
    x = dataset[axis].values
    names = [str(name) for name in dataset["terminal"].values]
    matrix = dataset["energy_noise"]
    power = power_of_ten([matrix.sel(terminal=name, other=name) for name in names])
    for name, line in terminal_lines(names).items():
        variance = matrix.sel(terminal=name, other=name).values / 10.0**power
        draw_curve(ax, x, variance, lw=1.3, label=words(name), **line)
    set_scales(ax, x)
    units = matrix.attrs.get("units")
    label = quantity_label("variance of the energy per time", units, power, lines=True)
    ax.set(xlabel=axis_label(dataset, axis), ylabel=label)
    ax.margins(x=0)
    write_key(ax)


def _matrix(ax: Axes, matrix: xr.DataArray) -> None:
    values = np.asarray(matrix.transpose("terminal", "other").values, dtype=float)
    power = power_of_ten(values)
    values = values / 10.0**power
    names = [wrapped(name, 11) for name in matrix["terminal"].values]
    largest = float(np.nanmax(abs(values), initial=0.0)) or 1.0
    image = ax.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        dark = np.isfinite(value) and abs(value) > 0.6 * largest
        text = (
            number_text(value, ".3g") if len(names) <= MOST_NUMBERS else "\N{MINUS SIGN}" if value < 0 else ""
        )
        ax.text(column, row, text, ha="center", va="center", fontsize=8.5, color="w" if dark else "k")
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(which="both", length=0)
    ax.minorticks_off()
    write_bar(image, quantity_label("noise", matrix.attrs.get("units"), power), ax)
