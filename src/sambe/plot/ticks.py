"""Ticks that look like Matplotlib's, which take half of the time of a figure of curves, and cost little."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.ticker import AutoMinorLocator, NullLocator, ScalarFormatter

__all__ = ["lighten"]

# Marks that point inward from both ends of the other axis: TICKUP and TICKDOWN, TICKRIGHT and TICKLEFT of
# matplotlib.lines, which its types do not list.
_INWARD: dict[str, tuple[Any, Any]] = {"x": (2, 3), "y": (1, 0)}


class _PlainNumbers(ScalarFormatter):
    """Numbers as text in place of mathematics, in the same letters."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Label of a tick; a common power of ten beside the axis stays a formula."""
        return super().__call__(x, pos).removeprefix(r"$\mathdefault{").removesuffix("}$")


class _MinorTicks(Artist):
    """All minor ticks of a linear axis, inward from both sides; Matplotlib makes five artists of each."""

    def __init__(self, axis: Any) -> None:
        super().__init__()
        frame, name = axis.axes, axis.axis_name
        self._axis = axis
        self._locator = AutoMinorLocator()
        self._locator.set_axis(axis)
        across = frame.get_xaxis_transform("tick1") if name == "x" else frame.get_yaxis_transform("tick1")
        look: Any = mpl.rcParams
        self._sides = [
            Line2D(
                [], [], linestyle="none", marker=mark, color=look[f"{name}tick.color"], clip_on=False,
                markersize=look[f"{name}tick.minor.size"], transform=across,
                markeredgewidth=look[f"{name}tick.minor.width"],
            )
            for mark in _INWARD[name]
        ]  # fmt: skip
        for side in self._sides:
            side.set_figure(frame.figure)
        self.set_in_layout(False)  # they point inward
        self.set_zorder(axis.get_zorder())

    def places(self) -> npt.NDArray[np.float64]:
        """Where they are now: within the view, and beside the major ones."""
        low, high = sorted(float(x) for x in self._axis.get_view_interval())
        near = 1e-6 * (high - low)  # far less than a dot, far more than rounding
        minor: npt.NDArray[np.float64] = np.asarray(self._locator(), dtype=float)
        major: npt.NDArray[np.float64] = np.asarray(self._axis.get_majorticklocs(), dtype=float)
        beside = (np.abs(minor[:, None] - major) > near).all(axis=1)
        return minor[beside & (minor >= low - near) & (minor <= high + near)]

    def draw(self, renderer: Any) -> None:
        """Draw those of either side at once."""
        along = self.places()
        for level, side in enumerate(self._sides):
            up = np.full(along.size, float(level))
            side.set_data(*((along, up) if self._axis.axis_name == "x" else (up, along)))
            side.draw(renderer)
        self.stale = False


def lighten(frame: Any) -> None:
    """Give the linear axes of a panel plain numbers and light minor ticks.

    Only for panels whose ticks look as `sambe.plot.style.RC` says, on all sides and inward.
    """
    for axis in (frame.xaxis, frame.yaxis):
        if axis.get_scale() != "linear":
            continue
        axis.set_major_formatter(_PlainNumbers())
        axis.set_minor_locator(NullLocator())
        frame.add_artist(_MinorTicks(axis))
