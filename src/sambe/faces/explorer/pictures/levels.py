"""Dressed levels, and the channels that carry the current between them, by bath and quanta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool

from ....plot.arrows import quanta_names, strongest
from .look import Look, blank, shorter, terminal_colors

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["LevelsPicture"]

# Columns of a channel's arrow
ARROW = ("x", "from", "to", "low", "color", "width", "tip", "angle", "text", "name", "current")


class LevelsPicture:
    """Levels as bars, channels as arrows between them, at one point.

    Parameters
    ----------
    look : Look
        Of the page.
    """

    def __init__(self, look: Look, height: int = 380) -> None:
        self.look = look
        self.frame = frame = blank(
            look, height, x_range=(-0.08, 1.02), y_axis_label="energy of the dressed level"
        )
        frame.xaxis.axis_label = "channels, with the drive quanta that they absorb"
        frame.xaxis.ticker = []
        frame.xgrid.visible = False
        self.levels = ColumnDataSource({"y": [], "width": [], "text": []})
        self.channels = ColumnDataSource({key: [] for key in ARROW})
        frame.segment(0.0, "y", 1.0, "y", source=self.levels, line_width="width", line_color=look.ink)
        frame.text(-0.01, "y", text="text", source=self.levels, text_align="right", text_baseline="middle",
                   text_color=look.ink, text_font_size="12px")  # fmt: skip
        bars = frame.segment(
            "x", "from", "x", "to", source=self.channels, line_width="width", line_color="color"
        )
        frame.scatter("x", "to", marker="triangle", angle="angle", size="tip", source=self.channels,
                      fill_color="color", line_color="color")  # fmt: skip
        frame.text("x", "low", text="text", source=self.channels, text_align="left", text_color="color",
                   x_offset=6, text_baseline="middle", text_font_size="12px")  # fmt: skip
        frame.add_tools(
            HoverTool(renderers=[bars], tooltips=[("channel", "@name"), ("energy current", "@current")])
        )

    def show(self, flow: xr.Dataset, ways: xr.Dataset) -> None:
        """Draw the levels of ``flow`` and the channels of ``ways``."""
        energies = np.asarray(flow["energy"].values, dtype=float)
        populations = np.asarray(flow["population"].values, dtype=float)
        self.levels.data = {
            "y": energies,
            "width": 1.5 + 5.0 * np.clip(np.nan_to_num(populations), 0, 1),
            "text": [f"|{k}⟩" for k in range(energies.size)],
        }
        baths = [str(t) for t in flow["terminal"].values]
        colors = dict(zip(baths, terminal_colors(baths, self.look), strict=True))
        chosen = strongest(ways)
        rows: list[dict[str, Any]] = [self._row(energies, ways, k, colors) for k in chosen]
        for place, row in enumerate(rows):
            row["x"] = (place + 0.5) / max(len(rows), 4)
        self.channels.data = {key: [row[key] for row in rows] for key in self.channels.data}
        self._fit(energies)

    def _row(self, energies: Any, ways: xr.Dataset, k: int, colors: dict[str, str]) -> dict[str, Any]:
        start, end = int(ways["from"].values[k]), int(ways["to"].values[k])
        bath = str(ways["bath"].values[k])
        tones = [int(ways[name].values[k]) for name in quanta_names(ways)]
        quanta = ", ".join(f"{count:+d}" for count in tones) if any(tones) else ""
        current = float(ways["energy_current"].values[k])
        largest = float(np.nanmax(abs(ways["energy_current"].values)))
        low, high = energies[start], energies[end]
        if start == end:  # a pseudo-transition stays on its level
            span = float(np.ptp(energies)) or 1.0
            high = low + np.sign(current) * 0.12 * span
        return {
            "from": low, "to": high, "low": 0.5 * (low + high), "color": colors.get(bath, self.look.ink),
            "text": quanta, "width": 1.5 + 7.0 * abs(current) / largest,
            "tip": 8 + 8 * abs(current) / largest, "angle": 0.0 if high >= low else np.pi,
            "name": f"{shorter(bath)}: {start} → {end}, {quanta or 'no'} quanta",
            "current": f"{current:+.3e}", "x": 0.0,
        }  # fmt: skip

    def _fit(self, energies: Any) -> None:
        span = float(np.ptp(energies)) or 1.0
        self.frame.y_range.start = float(np.min(energies)) - 0.25 * span
        self.frame.y_range.end = float(np.max(energies)) + 0.25 * span
