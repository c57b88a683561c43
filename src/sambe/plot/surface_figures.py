"""Maps over two axes: of one terminal's current, and of what small slow loops pump."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.ticker import MaxNLocator

from ..errors import InputError
from .canvas import axes_of, check_result, hold, quantity_label, set_scales, show_missing, told, write_key
from .style import RC, axis_label, cell_edges, drawable, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["curvature", "draw_map", "map", "signed_map", "terminal_of", "write_bar"]

ROUNDING = 1e-9  # share of the largest value below which a sign is rounding
# Share of the points that the colours are made for where the others are larger by more than that factor: a
# few in a corner would leave none for the rest. Choices.
BULK, FAR = 0.99, 1.5
HEIGHTS = np.array([0.1, 0.4, 0.7])  # of contours, of the largest value: they tell the signs apart in grey


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
        Full thin lines are heights of what flows into the system, dashed ones of what flows out of it.

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
    check_result(dataset, "energy_current", "steady_state")
    terminal = terminal_of(dataset, terminal)
    currents = dataset["energy_current"].sel(terminal=terminal)
    if currents.ndim != 2:
        raise InputError(
            "dataset", [str(d) for d in currents.dims], "a map has two axes; choose a place on the others"
        )
    axes = [str(d) for d in currents.dims]
    with mpl.rc_context(RC):
        ax = axes_of(ax, (4.6, 3.6))
        label = quantity_label("energy current into the system", currents.attrs.get("units", "energy^2"))
        draw_map(ax, drawable(dataset, axes)["energy_current"].sel(terminal=terminal), axes, label)
        write_key(ax, words(terminal))
    return ax


def curvature(
    dataset: xr.Dataset, terminal: str | None = None, ax: Axes | None = None, *, title: str | None = None
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
    check_result(dataset, "curvature_energy", "pump_curvature")
    terminal = terminal_of(dataset, terminal)
    x, y = (str(dataset.attrs[name]) for name in ("x", "y"))
    others = [str(d) for d in dataset["curvature_energy"].dims if d not in (x, y, "terminal")]
    with mpl.rc_context(RC):
        dataset = drawable(dataset, [x, y])
        dataset, _, place = hold(dataset, 0, others)
        values = dataset["curvature_energy"].sel(terminal=terminal)
        sizes = np.abs(values.values[np.isfinite(values.values)])
        most = float(sizes.max(initial=0.0))
        bulk = float(np.quantile(sizes, BULK)) if sizes.size else 0.0
        largest = bulk if 0 < FAR * bulk < most else most
        units = values.attrs.get("units")  # of a dressed one alone: bare numbers of the axes have none
        label = quantity_label(
            "energy into the system per cycle and area", units if units != "energy" else None
        )
        ax = axes_of(ax, (4.6, 3.7))
        draw_map(ax, values, [x, y], label, largest)
        write_key(ax, told(title or f"energy from {words(terminal)},\ncounter-clockwise loops", place))
    return ax


def terminal_of(dataset: xr.Dataset, terminal: str | None) -> str:
    """A terminal of a result, the first unless one is chosen.

    Raises
    ------
    InputError
        If it is none of them.
    """
    names = [str(name) for name in dataset["terminal"].values]
    if terminal is not None and terminal not in names:
        raise InputError("terminal", terminal, f"the terminals are {', '.join(names)}")
    return names[0] if terminal is None else terminal


def draw_map(
    ax: Axes, values: xr.DataArray, axes: Sequence[str], label: str, largest: float | None = None
) -> None:
    """A signed map with the names of its axes, and a bar of colours whose ends say what lies beyond them."""
    image = signed_map(ax, values, axes, largest)
    ax.set(xlabel=axis_label(values, axes[0]), ylabel=axis_label(values, axes[1]))
    most = float(np.abs(values.values[np.isfinite(values.values)]).max(initial=0.0))
    write_bar(image, label, ax, beyond=largest is not None and largest < most)


def signed_map(ax: Axes, values: xr.DataArray, axes: Sequence[str], largest: float | None = None) -> Any:
    """Colours of numbers of either sign over two axes, white at zero, hatched without an answer.

    A black line is where the sign changes. In grey red and blue are alike: full thin lines run at heights
    above zero, dashed ones below.

    Parameters
    ----------
    ax : Axes
    values : DataArray
    axes : sequence of str
        Its dimensions: that across, and that up.
    largest : float, optional
        Where the colours end; the largest size by default.

    Returns
    -------
    QuadMesh
        For a colour bar.
    """
    across, up = axes
    x, y, z = values[across].values, values[up].values, values.transpose(up, across).values
    known = z[np.isfinite(z)]
    most = float(np.abs(known).max(initial=0.0))
    largest = largest or most or 1.0
    image = ax.pcolormesh(
        cell_edges(x), cell_edges(y), z, cmap="RdBu_r", vmin=-largest, vmax=largest, rasterized=True
    )
    show_missing(ax)
    if min(z.shape) > 1 and known.size:
        low, high = float(known.min()), float(known.max())
        heights = largest * np.concatenate([-HEIGHTS[::-1], HEIGHTS])
        heights = heights[(heights > low) & (heights < high)]
        if heights.size:
            dashes: Any = ["--" if height < 0 else "-" for height in heights]
            ax.contour(x, y, z, heights, colors="0.25", linewidths=0.6, linestyles=dashes)
        if low < -ROUNDING * most and high > ROUNDING * most:
            signed = np.where(np.abs(z) < ROUNDING * most, np.nan, z)
            ax.contour(x, y, signed, [0.0], colors="k", linewidths=1.0)
    set_scales(ax, x, y)
    return image


def write_bar(image: Any, label: str, ax: Any, *, beyond: bool = False, **place: Any) -> None:
    """The bar of colours of a signed map; its ends are pointed where values lie beyond them."""
    bar = image.axes.figure.colorbar(image, ax=ax, extend="both" if beyond else "neither", **place)
    bar.locator = MaxNLocator(4, steps=[1, 2, 5, 10], symmetric=True)
    bar.ax.minorticks_off()
    bar.set_label(label)
