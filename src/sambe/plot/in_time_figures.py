"""Figures of what happens in time: currents and energies of a course, rates of relaxation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..errors import InputError
from .style import PUMP, RC, TERMINALS, axis_label, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["relaxation", "transient"]

# What may be drawn of a course: its label, and the lines with their texts
QUANTITIES = {
    "currents": r"energy current into the system",
    "transferred": r"energy given to the system",
    "energies": r"energy",
}
ENERGIES: dict[str, tuple[str, dict[str, Any]]] = {
    "stored_energy": ("stored", {"color": "#000000", "ls": "-"}),
    "battery_energy": ("without the drive", {"color": "#0072B2", "ls": (0, (5, 2))}),
    "ergotropy": ("ergotropy", {"color": "#D55E00", "ls": (0, (5, 1.5, 1, 1.5))}),
}
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)))  # told apart in grey
MOST_DECAYS = 64  # drawn along an axis. A choice: more lines are a grey field
SMALLEST, LARGEST = 12.0, 120.0  # marks of a decay by what a state has in it, in square points


def transient(dataset: xr.Dataset, ax: Axes | None = None, *, show: str = "currents") -> Axes:
    """Draw currents or energies over time, or over a period.

    Parameters
    ----------
    dataset : Dataset
        A single point from `sambe.evolve` or `sambe.cycle`.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.
    show : {"currents", "transferred", "energies"}
        Energy currents into the system, what the terminals have given since the first time, or the energy
        that is stored, that without the drive and the ergotropy.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the dataset is no course in time, or holds several points.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> qubit = sambe.models.spin_boson(drive=0.1, omega=1.0)
    >>> ax = sambe.plot.transient(sambe.evolve(qubit, 1, np.linspace(0.0, 50.0, 101)))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['left', 'right', 'pump']
    """
    along = next((dim for dim in ("time", "phase") if dim in getattr(dataset, "dims", ())), None)
    if along is None or "energy_transferred" not in dataset:
        raise InputError("dataset", dataset, "give a result of evolve or cycle")
    if show not in QUANTITIES:
        raise InputError("show", show, f"choose one of {', '.join(QUANTITIES)}")
    _check_point(dataset["stored_energy"], (along,))
    with mpl.rc_context(RC):
        ax = _axes(ax)
        x = dataset[along].values
        if show == "energies":
            for name, (text, line) in ENERGIES.items():
                ax.plot(x, dataset[name].values.reshape(-1), label=text, lw=1.3, **line)
        else:
            name = "energy_current" if show == "currents" else "energy_transferred"
            for k, terminal in enumerate(dataset.terminal.values):
                values = dataset[name].sel(terminal=terminal).values.reshape(-1)
                ax.plot(x, values, label=words(terminal), lw=1.3, **_line(k, str(terminal)))
            ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set_xlim(*_ends(x))
        ax.set_xlabel("time" if along == "time" else r"phase of the drive $\omega t$")
        ax.set_ylabel(QUANTITIES[show])
        if along == "phase":
            ax.set_xticks([0.0, np.pi / 2, np.pi, 1.5 * np.pi, 2 * np.pi],
                          ["0", r"$\pi/2$", r"$\pi$", r"$3\pi/2$", r"$2\pi$"])  # fmt: skip
            ax.set_xlim(0.0, 2 * np.pi)
            ax.minorticks_off()
        ax.legend()
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
    'rate of relaxation'
    """
    if "gap" not in getattr(dataset, "data_vars", ()) or "rate" not in dataset:
        raise InputError("dataset", dataset, "give a result of relaxation")
    with mpl.rc_context(RC):
        if not dataset.gap.dims:
            return _plane(dataset, _axes(ax))
        if len(dataset.gap.dims) > 1:
            raise InputError(
                "dataset", dataset.gap.dims, "choose a point of all axes but one, by isel or sel"
            )
        return _along(dataset, str(dataset.gap.dims[0]), _axes(ax))


def _check_point(values: Any, inner: tuple[str, ...]) -> None:
    swept = [dim for dim in values.dims if dim not in inner and values.sizes[dim] > 1]
    if swept:
        raise InputError("dataset", swept, "choose one point of the sweep, by isel or sel")


def _axes(ax: Any) -> Any:
    """Axes to draw on."""
    if ax is None:
        return Figure(figsize=(5.0, 3.4), layout="constrained").subplots()
    if not hasattr(ax, "plot"):
        raise InputError("ax", ax, "give axes of Matplotlib")
    return ax


def _line(k: int, terminal: str) -> dict[str, Any]:
    """Line of a terminal, told apart by its dashes in grey."""
    color = PUMP if terminal == "pump" else TERMINALS[k % len(TERMINALS)]
    return {"color": color, "ls": DASHES[k % len(DASHES)]}


def _ends(x: Any) -> tuple[float, float]:
    """Ends of an axis, apart even for a single value."""
    low, high = float(x[0]), float(x[-1])
    return (low, high) if high > low else (low - 0.5, low + 0.5)


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
    ax.set_xlabel(r"$\mathrm{Re}\,\lambda$")
    ax.set_ylabel(r"$\mathrm{Im}\,\lambda$")
    ax.legend()
    return ax


def _along(dataset: xr.Dataset, name: str, ax: Axes) -> Axes:
    """Rates along an axis, the slowest one thick."""
    x = dataset[name].values if name in dataset.coords else np.arange(dataset.sizes[name])
    rates = -dataset.rate.transpose(name, "decay").values.real[:, 2 : 2 + MOST_DECAYS]
    ax.plot(x, rates, color="0.6", lw=0.7)
    gap = dataset.gap.values
    ax.plot(x, gap, color="#0072B2", lw=2.0, label="gap")
    positive = gap[np.isfinite(gap) & (gap > 0)]
    if positive.size and positive.max() > 30.0 * positive.min():
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.5 * positive.min())
    else:
        ax.set_ylim(bottom=0.0)
    ax.set_xlim(*_ends(x))
    ax.set_xlabel(axis_label(dataset, name) if name in dataset.coords else words(name))
    ax.set_ylabel("rate of relaxation")
    ax.legend()
    return ax
