"""Figures of one point: the junction with its currents as arrows, and the channels between dressed levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from ..errors import InputError
from .style import RC, is_pump, terminal_colors, words

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["arrow", "channels", "directions", "junction", "levels_of"]

# Sizes in units of the distance from the system to a terminal; choices of layout.
WIDEST, NARROWEST, HEAD, WING = 0.30, 0.012, 0.22, 0.08
RADIUS, NEAR, FAR, NAMES = 0.40, 0.45, 1.10, 1.42
MOST_CHANNELS = 12  # arrows that can be told apart; a choice


def arrow(start: complex, end: complex, width: float) -> npt.NDArray[np.complex128]:
    """Corners of an arrow between two points of the plane, its shaft so wide; the fourth is its tip.

    Examples
    --------
    >>> corners = arrow(0j, 1 + 0j, 0.2)
    >>> corners[3], round(corners.imag.max(), 2)
    (np.complex128(1+0j), np.float64(0.18))
    """
    along = (end - start) / abs(end - start)
    across = 1j * along
    neck = end - along * min(HEAD, 0.5 * abs(end - start))
    half, wing = 0.5 * width * across, (0.5 * width + WING) * across
    return np.array([start + half, neck + half, neck + wing, end, neck - wing, neck - half, start - half])


def directions(names: list[str]) -> list[complex]:
    """Directions of terminals from the system: pumps above, baths around below, the first on the left."""
    pumps = [name for name in names if is_pump(name)]
    count = len(names) - len(pumps)
    around = iter(np.exp(1j * np.pi * (1 + np.linspace(0, 1, count) if count > 1 else np.ones(1))))
    above = iter(
        np.exp(1j * np.pi * (np.array([0.5]) if len(pumps) < 2 else np.linspace(0.7, 0.3, len(pumps))))
    )
    return [complex(next(above) if is_pump(name) else next(around)) for name in names]


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    return Figure(figsize=size, layout="constrained").subplots() if ax is None else ax


def _check_point(x: xr.DataArray, dims: set[str], what: str) -> None:
    left = [str(d) for d in x.dims if d not in dims]
    if left:
        raise InputError(
            "dataset", left, f"{what} shows one point: choose it, such as dataset.isel({left[0]}=0)"
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
    if not hasattr(dataset, "data_vars") or "energy_current" not in dataset:
        raise InputError("dataset", dataset, "give a result of steady_state")
    _check_point(dataset["energy_current"], {"terminal"}, "a junction")
    names = [str(name) for name in dataset["terminal"].values]
    currents = np.asarray(dataset["energy_current"].values, dtype=float)
    largest = float(np.nanmax(abs(currents), initial=0.0)) or 1.0
    colors = terminal_colors(names)
    with mpl.rc_context(RC):
        ax = _axes(ax, (3.6, 3.2))
        ax.add_patch(Circle((0, 0), RADIUS, fc="0.92", ec="0.2", lw=0.8))
        ax.text(
            0, 0, words(dataset.attrs.get("system", "system"), 12), ha="center", va="center", fontsize=8.5
        )
        for name, current, place in zip(names, currents, directions(names), strict=True):
            color = colors[name]
            share = abs(current) / largest
            if np.isfinite(share) and share > 1e-9:
                ends = (FAR * place, NEAR * place) if current > 0 else (NEAR * place, FAR * place)
                corners = arrow(*ends, max(NARROWEST, WIDEST * share))
                ax.add_patch(Polygon(np.stack([corners.real, corners.imag], -1), color=color, lw=0))
            value = f"{current:+.3g}".replace("-", "\N{MINUS SIGN}") if np.isfinite(current) else "no answer"
            ax.text((NAMES * place).real, (NAMES * place).imag, f"{words(name, 18)}\n{value}", ha="center",
                    va="center", color=color)  # fmt: skip
        ax.set_xlim(-1.9, 1.9)
        ax.set_ylim(*((-1.75 if len(names) > 3 else -0.9), 1.75))
        ax.set_aspect("equal")
        ax.axis("off")
    return ax


def levels_of(ways: xr.Dataset) -> tuple[npt.NDArray[np.float64], float]:
    r"""Energies of the dressed levels, the lowest at zero, and the drive frequency, from the channels.

    .. math:: W = E_i - E_j - q\omega

    holds for every channel j -> i of q quanta; the energies and the frequency are its solution.
    """
    start, end, quanta = (np.asarray(ways[key].values) for key in ("from", "to", "quanta"))
    energy = np.asarray(ways["channel_energy"].values, dtype=float)
    count, rows = int(max(start.max(), end.max())) + 1, np.arange(energy.size)
    matrix = np.zeros((energy.size + 1, count + 1))
    np.add.at(matrix, (rows, end), 1.0)
    np.add.at(matrix, (rows, start), -1.0)
    matrix[rows, -1] = -quanta
    matrix[-1, 0] = 1.0  # energies have no zero of their own
    known = np.isfinite(np.append(energy, 0.0))
    solution = np.linalg.lstsq(matrix[known], np.append(energy, 0.0)[known], rcond=None)[0]
    return solution[:-1] - solution[:-1].min(), float(solution[-1])


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
    if not hasattr(dataset, "data_vars") or "channel_energy" not in dataset:
        raise InputError("dataset", dataset, "give a result of channels")
    _check_point(dataset["energy_current"], {"channel"}, "a ladder of channels")
    currents = np.nan_to_num(np.asarray(dataset["energy_current"].values, dtype=float))
    order = [int(k) for k in np.argsort(-abs(currents), kind="stable")[:MOST_CHANNELS] if currents[k]]
    energies, _ = levels_of(dataset)
    baths = list(dict.fromkeys(str(name) for name in dataset["bath"].values))
    with mpl.rc_context(RC):
        ax = _axes(ax, (4.8, 3.4))
        ax.hlines(energies, 0, max(len(order), 4), color="0.2", lw=1.4)
        for k, energy in enumerate(energies):
            ax.text(-0.08, energy, f"{k}", ha="right", va="center")
        for place, k in enumerate(order):
            _draw(
                ax,
                dataset.isel(channel=k),
                place + 0.5,
                energies,
                abs(currents[k]) / abs(currents).max(),
                baths,
            )
        for name, color in terminal_colors(baths).items():
            ax.plot([], [], color=color, lw=3, label=words(name))
        ax.set(xlim=(-0.5, max(len(order), 4)), xticks=[], ylabel="energy of the dressed level")
        ax.tick_params(axis="x", which="both", bottom=False, top=False)
        ax.margins(y=0.12)
        ax.figure.legend(loc="outside upper center", ncols=max(1, min(4, len(baths))))
    return ax


def _draw(ax: Axes, way: xr.Dataset, x: float, energies: Any, share: float, baths: list[str]) -> None:
    """One channel as an arrow from level to level."""
    start, end, quanta = (int(way[key]) for key in ("from", "to", "quanta"))
    low, high = energies[start], energies[end]
    if start == end:
        high = low + 0.1 * np.sign(float(way["energy_current"])) * (float(np.ptp(energies)) or 1.0)
    color = terminal_colors(baths)[str(way["bath"].item())]
    style = {"color": color, "lw": 0.6 + 3.4 * share, "arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (x, high), (x, low), arrowprops=style)
    if quanta:
        ax.text(x + 0.12, 0.5 * (low + high), f"{quanta:+d}".replace("-", "\N{MINUS SIGN}"), color=color,
                va="center", fontsize=8.5)  # fmt: skip
