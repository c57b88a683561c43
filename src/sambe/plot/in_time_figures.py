"""Figures of what happens in time: currents and energies of a course, rates of relaxation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.lines import Line2D

from ..errors import InputError
from .canvas import axes_of, check_result, draw_curve, quantity_label, set_scales, unit_of, write_key
from .style import DASHES, RC, axis_label, drawable, terminal_lines, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["MOST_COURSES", "relaxation", "transient"]

# What may be drawn of a course: its variable, and the words for it
QUANTITIES = {
    "currents": ("energy_current", "energy current into the system"),
    "transferred": ("energy_transferred", "energy given to the system"),
    "energies": ("stored_energy", "energy"),
}
ENERGIES: dict[str, tuple[str, dict[str, Any]]] = {
    "stored_energy": ("stored", {"color": "#000000", "ls": "-"}),
    "battery_energy": ("without the drive", {"color": "#0072B2", "ls": (0, (5, 2))}),
    "ergotropy": ("ergotropy", {"color": "#D55E00", "ls": (0, (5, 1.5, 1, 1.5))}),
}
MOST_COURSES = 6  # of one axis in one panel, whose colours can be told apart: a choice
MOST_DECAYS = 64  # drawn along an axis. A choice: more lines are a grey field
SIZE = 5.0, 3.4  # of a figure, in inches
SMALLEST, LARGEST = 12.0, 120.0  # marks of a decay by what a state has in it, in square points


def transient(dataset: xr.Dataset, ax: Axes | None = None, *, show: str = "currents") -> Axes:
    """Draw currents or energies over time, or over a period.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.evolve` or `sambe.cycle`: a single point, or up to six of one axis, a colour each.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.
    show : {"currents", "transferred", "energies"}
        Energy currents into the system, what the terminals have given since the first time, or the energy
        that is stored, that without the drive and the ergotropy; of several points the last two.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the dataset is no course in time, or holds more points.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> qubit = sambe.models.spin_boson(drive=0.1, omega=1.0)
    >>> ax = sambe.plot.transient(sambe.evolve(qubit, 1, np.linspace(0.0, 50.0, 101)))
    >>> len(ax.get_legend().get_texts())
    3
    """
    along = next((dim for dim in ("time", "phase") if dim in getattr(dataset, "dims", ())), None)
    if along is None or "energy_transferred" not in dataset:
        raise InputError("dataset", dataset, "give a result of evolve or cycle")
    if show not in QUANTITIES:
        raise InputError("show", show, f"choose one of {', '.join(QUANTITIES)}")
    several = _swept(dataset["stored_energy"], along)
    name, spoken = QUANTITIES[show]
    with mpl.rc_context(RC):
        ax = axes_of(ax, SIZE)
        if along == "phase" and show != "transferred":
            dataset = _closed(dataset)
        x = dataset[along].values
        if show == "energies":
            lines = [(text, dataset[part], line) for part, (text, line) in ENERGIES.items()]
        else:
            terminals = terminal_lines([str(t) for t in dataset["terminal"].values])
            lines = [(words(t), dataset[name].sel(terminal=t), line) for t, line in terminals.items()]
        if several:
            _coloured(ax, x, lines[show == "energies" :], several, along)
        else:
            for text, values, line in lines:
                ax.plot(x, values.values.reshape(-1), label=text, lw=1.3, **line)
            write_key(ax)
        if show != "energies":
            ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set_xlim(*_ends(x))
        ax.set_ylabel(quantity_label(spoken, dataset[name].attrs.get("units"), lines=True))
        if along == "phase":
            ax.set_xlabel(r"phase of the drive $\omega t$")
            ax.set_xticks([0.0, np.pi / 2, np.pi, 1.5 * np.pi, 2 * np.pi],
                          ["0", r"$\pi/2$", r"$\pi$", r"$3\pi/2$", r"$2\pi$"])  # fmt: skip
            ax.set_xlim(0.0, 2 * np.pi)
            ax.minorticks_off()
        else:
            ax.set_xlabel(f"time ({_unit_of_time(dataset)})")
    return ax


def relaxation(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the rates of relaxation: of a point in the complex plane, along one axis as lines.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.relaxation`: a single point, or a sweep of one axis.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.

    Returns
    -------
    matplotlib.axes.Axes
        A point's decays are marks, the larger the more of a given state is in them, open where eigenvectors
        coincide. Along an axis the slowest rate is a thick line, on a logarithmic scale if that varies much.

    Raises
    ------
    InputError
        If the dataset has no rates of relaxation, or more than one axis.

    Examples
    --------
    >>> import sambe
    >>> drive = sambe.axis("drive", [0.01, 0.02, 0.05, 0.1])
    >>> rates = sambe.relaxation(sambe.models.spin_boson(drive=drive, omega=1.0))
    >>> ax = sambe.plot.relaxation(rates)
    >>> ax.get_ylabel()
    'rate of relaxation (energy/$\\\\hbar$)'
    """
    check_result(dataset, "gap", "relaxation")
    with mpl.rc_context(RC):
        if not dataset.gap.dims:
            return _plane(dataset, axes_of(ax, SIZE))
        if len(dataset.gap.dims) > 1:
            raise InputError(
                "dataset", dataset.gap.dims, "choose a point of all axes but one, by isel or sel"
            )
        name = str(dataset.gap.dims[0])
        return _along(drawable(dataset, [name]), name, axes_of(ax, SIZE))


def _closed(dataset: xr.Dataset) -> xr.Dataset:
    """A period with its end, where everything is as it began."""
    import xarray as xr

    end = dataset.isel(phase=[0]).assign_coords(phase=[2.0 * np.pi])
    return xr.concat([dataset, end], "phase", data_vars="minimal", coords="minimal", compat="override")


def _swept(values: xr.DataArray, along: str) -> str:
    """The axis of a few points, or nothing of a single one."""
    swept = [str(dim) for dim in values.dims if dim != along and values.sizes[dim] > 1]
    if len(swept) > 1 or any(values.sizes[dim] > MOST_COURSES for dim in swept):
        wanted = f"choose one point of the sweep, or {MOST_COURSES} of one axis at most, by isel or sel"
        raise InputError("dataset", swept, wanted)
    return swept[0] if swept else ""


def _coloured(
    ax: Axes, x: Any, lines: list[tuple[str, xr.DataArray, dict[str, Any]]], axis: str, along: str
) -> None:
    """Courses of several points: a colour for each of them, dashes for each quantity."""
    points = lines[0][1][axis]
    colors = [mpl.colormaps["viridis"](share) for share in np.linspace(0.0, 0.8, points.size)]
    dashes = [DASHES[(len(lines) - 1 - k) % len(DASHES)] for k in range(len(lines))]  # what matters is last
    for (_, values, _), dash in zip(lines, dashes, strict=True):
        rows = values.transpose(..., axis, along).values.reshape(points.size, -1)
        for row, color in zip(rows, colors, strict=True):
            ax.plot(x, row, color=color, ls=dash, lw=1.3)
    handles = [Line2D([], [], color=color, lw=1.3, label=f"{value:.4g}")
               for value, color in zip(points.values, colors, strict=True)]  # fmt: skip
    handles += [Line2D([], [], color="0.35", ls=dash, lw=1.3, label=text)
                for (text, _, _), dash in zip(lines, dashes, strict=True)]  # fmt: skip
    write_key(ax, handles=handles, columns=3)
    if (key := ax.get_legend()) is not None:
        key.set_title(axis_label(points.to_dataset(name="point"), axis))


def _ends(x: Any) -> tuple[float, float]:
    """Ends of an axis, apart even for a single value."""
    low, high = float(x[0]), float(x[-1])
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _unit_of_time(dataset: xr.Dataset) -> str:
    """Unit of times, which are given in that of the model whether or not the result has been dressed."""
    energy = dataset.attrs.get("unit_of_energy")
    return words(dataset["time"].attrs.get("units") or rf"$\hbar$/{f'({energy})' if energy else 'energy'}")


def _plane(dataset: xr.Dataset, ax: Axes) -> Axes:
    """Rates of a point in the complex plane."""
    rate = dataset.rate.values
    known = np.isfinite(rate)
    share = dataset.overlap.values if "overlap" in dataset else np.full(rate.shape, 0.25)
    size = SMALLEST + (LARGEST - SMALLEST) * np.clip(np.nan_to_num(share), 0.0, 1.0)
    double = dataset.defective.values.astype(bool)
    for which, face in ((known & ~double, "#0072B2"), (known & double, "none")):
        ax.scatter(rate.real[which], rate.imag[which], s=size[which], facecolors=face, edgecolors="#0072B2",
                   linewidths=1.0, zorder=3)  # fmt: skip
    ax.axvline(-float(dataset.gap), color="#D55E00", lw=1.0, ls=(0, (5, 2)), label="gap")
    ax.axvline(0.0, color="0.6", lw=0.6, zorder=0)
    ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
    ax.margins(0.08)
    units = unit_of(dataset.gap)
    ax.set_xlabel(quantity_label(r"$\mathrm{Re}\,\lambda$", units))
    ax.set_ylabel(quantity_label(r"$\mathrm{Im}\,\lambda$", units))
    write_key(ax)
    return ax


def _along(dataset: xr.Dataset, name: str, ax: Axes) -> Axes:
    """Rates along an axis, the slowest one thick."""
    x = dataset[name].values
    rates = -dataset.rate.transpose(name, "decay").values.real[:, 2 : 2 + MOST_DECAYS]
    ax.plot(x, rates, color="0.6", lw=0.7, label=["further rates", *[None] * (rates.shape[1] - 1)])
    gap = dataset.gap.values
    draw_curve(ax, x, gap, color="#0072B2", lw=2.0, label="gap")
    positive = gap[np.isfinite(gap) & (gap > 0)]
    if positive.size and positive.max() > 30.0 * positive.min():
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.5 * positive.min())
    else:
        ax.set_ylim(bottom=0.0)
    ax.set_xlim(*_ends(x))
    set_scales(ax, x)
    ax.set_xlabel(axis_label(dataset, name))
    ax.set_ylabel(quantity_label("rate of relaxation", unit_of(dataset.gap)))
    write_key(ax)
    return ax
