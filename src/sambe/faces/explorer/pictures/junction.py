"""The junction: the system in the middle, arrows from and to its terminals as wide as their currents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import ColumnDataSource

from ....plot.arrows import arrow
from ....plot.circuit_figures import directions
from .look import Look, blank, shorter, terminal_colors

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["JunctionPicture"]

# Sizes in units of the distance from the system to a terminal; choices of layout.
WIDEST, NARROWEST = 0.30, 0.012
NEAR, FAR, RADIUS = 0.58, 1.22, 0.54


class JunctionPicture:
    """Arrows in the direction of the energy, at one point.

    Parameters
    ----------
    look : Look
        Of the page.
    """

    def __init__(self, look: Look, height: int = 275) -> None:
        self.look = look
        self.frame = frame = blank(look, height, x_range=(-2.1, 2.1), y_range=(-1.5, 2.0), match_aspect=True)
        frame.axis.visible = False
        frame.grid.visible = False
        self.arrows = ColumnDataSource({"x": [], "y": [], "color": []})
        self.names = ColumnDataSource({"x": [], "y": [], "text": [], "color": []})
        frame.patches("x", "y", source=self.arrows, fill_color="color", line_color="color", fill_alpha=0.9)
        frame.circle([0], [0], radius=RADIUS, fill_color=look.faint, line_color=look.ink)
        self.title = ColumnDataSource({"x": [0], "y": [0], "text": [""]})
        frame.text("x", "y", text="text", source=self.title, text_align="center", text_baseline="middle",
                   text_color=look.ink, text_font_size="12px")  # fmt: skip
        frame.text("x", "y", text="text", source=self.names, text_align="center", text_baseline="middle",
                   text_color="color", text_font_size="14px", text_line_height=1.25)  # fmt: skip

    def show(self, point: xr.DataArray, name: str) -> None:
        """Draw the currents of one point, each of a terminal."""
        names = [str(t) for t in point["terminal"].values]
        currents = np.asarray(point.values, dtype=float)
        colors = terminal_colors(names, self.look)
        places = directions(names)
        largest = float(np.nanmax(abs(currents), initial=0.0)) or 1.0
        xs, ys, fills = [], [], []
        for place, current, color in zip(places, currents, colors, strict=True):
            share = abs(current) / largest
            if not np.isfinite(current) or share < 1e-9:
                continue
            ends = (FAR * place, NEAR * place) if current > 0 else (NEAR * place, FAR * place)
            corners = arrow(*ends, max(NARROWEST, WIDEST * share))
            xs.append(corners.real.tolist())
            ys.append(corners.imag.tolist())
            fills.append(color)
        self.arrows.data = {"x": xs, "y": ys, "color": fills}
        texts = [f"{shorter(n, 16)}\n{j:+.3e}" if np.isfinite(j) else f"{shorter(n, 16)}\nno answer"
                 for n, j in zip(names, currents, strict=True)]  # fmt: skip
        at = [place * (1.5 if abs(place.imag) > 0.8 else 1.62) for place in places]
        self.names.data = {
            "x": [z.real for z in at], "y": [z.imag for z in at], "text": texts, "color": colors,
        }  # fmt: skip
        if self.title.data["text"] != [shorter(name, 14)]:
            self.title.data = {"x": [0], "y": [0], "text": [shorter(name, 14)]}
