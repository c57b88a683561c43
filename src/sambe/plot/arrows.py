"""Arrows as wide as what flows, as corners in the plane: for Matplotlib and for the page alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .style import is_pump

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["arrow", "directions", "quanta_names", "strongest"]

HEAD, WING = 0.22, 0.08  # length of a head, and how far it stands out on either side; choices of layout
MOST_CHANNELS = 12  # arrows between levels that can be told apart; a choice
POINTS = 24  # along a bent shaft: more cannot be seen


def arrow(start: complex, end: complex, width: float, bend: float = 0.0) -> npt.NDArray[np.complex128]:
    """Corners of an arrow between two points of the plane, its shaft so wide.

    Parameters
    ----------
    start, end : complex
        The end is the tip, in the middle of the corners.
    width : float
        Of the shaft, in the units of the plane.
    bend : float, optional
        How far the control point of its middle line stands to the left of the straight way, over its length.

    Examples
    --------
    >>> corners = arrow(0j, 1 + 0j, 0.2)
    >>> corners[3], round(corners.imag.max(), 2)
    (np.complex128(1+0j), np.float64(0.18))
    """
    way = end - start
    control = 0.5 * (start + end) + 1j * bend * way
    last = (end - control) / abs(end - control)  # direction of the tip
    neck = end - last * min(HEAD, 0.5 * abs(way))
    share = np.linspace(0.0, 1.0, POINTS if bend else 2)
    middle = (1 - share) ** 2 * start + 2 * share * (1 - share) * control + share**2 * neck
    tangent = (1 - share) * (control - start) + share * (neck - control)
    half = 0.5j * width * tangent / abs(tangent)
    wing = 1j * (0.5 * width + WING) * last
    return np.concatenate([middle + half, [neck + wing, end, neck - wing], (middle - half)[::-1]])


def directions(names: list[str]) -> list[complex]:
    """Directions of terminals from the system: pumps above, baths around below, the first on the left."""
    pumps = [name for name in names if is_pump(name)]
    count = len(names) - len(pumps)
    around = iter(np.exp(1j * np.pi * (1 + np.linspace(0, 1, count) if count > 1 else np.ones(1))))
    above = iter(
        np.exp(1j * np.pi * (np.array([0.5]) if len(pumps) < 2 else np.linspace(0.7, 0.3, len(pumps))))
    )
    return [complex(next(above) if is_pump(name) else next(around)) for name in names]


def strongest(ways: xr.Dataset, count: int = MOST_CHANNELS) -> list[int]:
    """Places of the channels that carry the most energy, the largest first.

    Those that carry nothing are left out.
    """
    currents = np.nan_to_num(abs(np.asarray(ways["energy_current"].values, dtype=float)))
    order = np.argsort(-currents, kind="stable")[:count]
    return [int(k) for k in order if currents[k] > 0]


def quanta_names(ways: xr.Dataset) -> list[str]:
    """Variables that count the quanta of the drive, of each of its tones."""
    return [str(name) for name in ways.variables if str(name).startswith("quanta")]
