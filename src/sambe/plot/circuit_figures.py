"""Figures of one point: the junction with its currents as arrows, and the channels between dressed levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from ..errors import InputError
from .arrows import directions, quanta_names, strongest
from .canvas import axes_of, check_result, draw_arrow, quantity_label, write_key
from .style import RC, number_text, power_of_ten, terminal_colors, terminal_lines, words, wrapped

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["channels", "junction", "levels_of"]

# Sizes in units of the distance from the system to a terminal; choices of layout.
WIDEST, NARROWEST = 0.30, 0.012
RADIUS, NEAR, FAR, NAMES = 0.40, 0.45, 1.10, 1.42
LETTERS = 11  # of a line of a terminal's name


def _check_point(x: xr.DataArray, dims: set[str], figure: str) -> None:
    axes = [str(d) for d in x.dims if d not in dims]
    if axes:
        raise InputError(
            "dataset", axes, f"{figure} shows one point: choose it, such as dataset.isel({axes[0]}=0)"
        )


def junction(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the energy circuit of one point: arrows in the direction of the energy, as wide as the currents.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.steady_state`, a single point; currents positive into the system.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the dataset has no energy currents, or several points.

    Examples
    --------
    >>> import sambe
    >>> ax = sambe.plot.junction(sambe.steady_state(sambe.models.spin_boson(omega=0.9)))
    >>> len(ax.patches)  # the system, and an arrow for each terminal
    4
    """
    check_result(dataset, "energy_current", "steady_state")
    _check_point(dataset["energy_current"], {"terminal"}, "a junction")
    names = [str(name) for name in dataset["terminal"].values]
    currents = np.asarray(dataset["energy_current"].values, dtype=float)
    largest = float(np.nanmax(abs(currents), initial=0.0)) or 1.0
    colors = terminal_colors(names)
    with mpl.rc_context(RC):
        ax = axes_of(ax, (3.6, 3.2))
        ax.add_patch(Circle((0, 0), RADIUS, fc="0.92", ec="0.2", lw=0.8))
        title = wrapped(dataset.attrs.get("system", "system"), LETTERS)
        ax.text(0, 0, title, ha="center", va="center", fontsize=8.5)
        power = power_of_ten(currents)
        for name, current, place in zip(names, currents, directions(names), strict=True):
            color = colors[name]
            share = abs(current) / largest
            if np.isfinite(share) and share > 1e-9:
                ends = (FAR * place, NEAR * place) if current > 0 else (NEAR * place, FAR * place)
                draw_arrow(ax, *ends, max(NARROWEST, WIDEST * share), color=color)
            text = f"{wrapped(name, LETTERS)}\n{number_text(current / 10.0**power, '+.3g')}"
            ax.text((NAMES * place).real, (NAMES * place).imag, text, ha="center", va="center", color=color)
        units = dataset["energy_current"].attrs.get("units", "energy^2")
        ax.set_title(quantity_label("into the system", units, power), loc="right", y=0.0, va="bottom",
                     fontsize=8.5, color="0.35")  # fmt: skip
        ax.set_xlim(-1.9, 1.9)
        ax.set_ylim(-1.9 if len(names) > 3 else -1.05, 1.75)
        ax.set_aspect("equal")
        ax.axis("off")
    return ax


def levels_of(ways: xr.Dataset) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    r"""Energies of the dressed levels, the lowest at zero, and the drive's frequencies, from the channels.

    .. math:: W = E_i - E_j - q\omega

    holds for every channel j -> i of q quanta, of each tone; energies and frequencies are its solution.
    """
    start, end = (np.asarray(ways[key].values) for key in ("from", "to"))
    quanta = np.stack([ways[key].values for key in quanta_names(ways)], axis=-1)
    energy = np.asarray(ways["channel_energy"].values, dtype=float)
    count, rows = int(max(start.max(), end.max())) + 1, np.arange(energy.size)
    matrix = np.zeros((energy.size + 1, count + quanta.shape[-1]))
    np.add.at(matrix, (rows, end), 1.0)
    np.add.at(matrix, (rows, start), -1.0)
    matrix[:-1, count:] = -quanta
    matrix[-1, 0] = 1.0  # energies have no zero of their own
    known = np.isfinite(np.append(energy, 0.0))
    solution = np.linalg.lstsq(matrix[known], np.append(energy, 0.0)[known], rcond=None)[0]
    return solution[:count] - solution[:count].min(), solution[count:]


def channels(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the dressed levels and the channels that carry most energy between them.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.channels`, a single point.
    ax : matplotlib.axes.Axes, optional
        Where to; by default one of a new figure, free of pyplot, which is ``ax.figure``.

    Returns
    -------
    matplotlib.axes.Axes
        An arrow for each of the strongest channels, in its bath's colour, as wide as its energy current,
        with its drive quanta beside it; one that stays on its level stands on it.

    Raises
    ------
    InputError
        If the dataset has no channels, or several points.

    Examples
    --------
    >>> import sambe
    >>> ax = sambe.plot.channels(sambe.channels(sambe.models.spin_boson(omega=0.9)))
    >>> ax.get_ylabel()
    'energy of the dressed level'
    """
    check_result(dataset, "channel_energy", "channels")
    _check_point(dataset["energy_current"], {"channel"}, "a ladder of channels")
    currents = np.nan_to_num(np.asarray(dataset["energy_current"].values, dtype=float))
    order = strongest(dataset)
    energies, _ = levels_of(dataset)
    baths = list(dict.fromkeys(str(name) for name in dataset["bath"].values))
    with mpl.rc_context(RC):
        ax = axes_of(ax, (4.8, 3.4))
        across = max(len(order), 4) + 0.3  # with room for the number beside the last arrow
        ax.hlines(energies, 0, across, color="0.2", lw=1.4)
        for k, energy in enumerate(energies):
            ax.text(-0.08, energy, rf"$|{k}\rangle$", ha="right", va="center")
        lines = terminal_lines(baths)
        for place, k in enumerate(order):
            way, share = dataset.isel(channel=k), abs(currents[k]) / abs(currents).max()
            _draw(ax, way, place + 0.5, energies, share, lines[str(way["bath"].item())])
        handles = [Line2D([], [], lw=1.8, label=words(name), **line) for name, line in lines.items()]
        units = dataset["channel_energy"].attrs.get("units")
        label = quantity_label("energy of the dressed level", units if units != "energy" else None)
        beside = any(np.any(dataset[key].values[order]) for key in quanta_names(dataset))
        note = "channels, with the drive quanta that they absorb" if beside else "channels"
        ax.set(xlim=(-0.8, across), xticks=[], xlabel=note, ylabel=label)
        ax.tick_params(axis="x", which="both", bottom=False, top=False)
        ax.margins(y=0.12)
        write_key(ax, handles=handles)
    return ax


def _draw(ax: Axes, way: xr.Dataset, x: float, energies: Any, share: float, line: dict[str, Any]) -> None:
    """One channel as an arrow from level to level, dashed as its bath's line is."""
    start, end = (int(way[key]) for key in ("from", "to"))
    quanta = [int(way[key]) for key in quanta_names(way)]
    low, high = energies[start], energies[end]
    if start == end:
        high = low + 0.1 * np.sign(float(way["energy_current"])) * (float(np.ptp(energies)) or 1.0)
    style = {**line, "lw": 0.6 + 2.4 * share, "arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (x, high), (x, low), arrowprops=style)
    if any(quanta):
        text = ", ".join(f"{q:+d}" if q else "0" for q in quanta).replace("-", "\N{MINUS SIGN}")
        ax.text(x + 0.12, 0.5 * (low + high), text, color=line["color"], va="center", fontsize=8.5)
