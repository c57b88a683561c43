"""The junction: the system in the middle, arrows from and to its terminals as wide as their currents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import ColumnDataSource

from .look import Look, blank, shorter, terminal_colors

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["JunctionPicture", "arrow"]

# Sizes in units of the distance from the system to a terminal; choices of layout.
WIDEST, NARROWEST, HEAD = 0.30, 0.012, 0.22
NEAR, FAR, RADIUS = 0.58, 1.22, 0.54


def arrow(start: complex, end: complex, width: float) -> tuple[list[float], list[float]]:
    """Outline of an arrow between two points of the plane, its shaft so wide.

    Examples
    --------
    >>> x, y = arrow(0j, 1 + 0j, 0.2)
    >>> max(x), round(max(y), 2)
    (1.0, 0.18)
    """
    along = (end - start) / abs(end - start)
    across = 1j * along
    neck = end - along * min(HEAD, 0.5 * abs(end - start))
    half, wing = 0.5 * width, 0.5 * width + 0.08
    outline = [
        start + half * across, neck + half * across, neck + wing * across, end,
        neck - wing * across, neck - half * across, start - half * across,
    ]  # fmt: skip
    return [z.real for z in outline], [z.imag for z in outline]


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

    def show(self, flow: xr.Dataset, name: str) -> None:
        """Draw the currents of one point."""
        names = [str(t) for t in flow["terminal"].values]
        currents = np.asarray(flow["energy_current"].values, dtype=float)
        colors = terminal_colors(names, self.look)
        places = _places(names)
        largest = float(np.nanmax(abs(currents), initial=0.0)) or 1.0
        xs, ys, fills = [], [], []
        for place, current, color in zip(places, currents, colors, strict=True):
            share = abs(current) / largest
            if not np.isfinite(current) or share < 1e-9:
                continue
            ends = (FAR * place, NEAR * place) if current > 0 else (NEAR * place, FAR * place)
            x, y = arrow(*ends, max(NARROWEST, WIDEST * share))
            xs.append(x)
            ys.append(y)
            fills.append(color)
        self.arrows.data = {"x": xs, "y": ys, "color": fills}
        texts = [f"{shorter(n, 16)}\n{j:+.3e}" if np.isfinite(j) else f"{shorter(n, 16)}\nno answer"
                 for n, j in zip(names, currents, strict=True)]  # fmt: skip
        at = [place * (1.5 if abs(place.imag) > 0.8 else 1.62) for place in places]
        self.names.data = {
            "x": [z.real for z in at], "y": [z.imag for z in at], "text": texts, "color": colors,
        }  # fmt: skip
        self.title.data = {"x": [0], "y": [0], "text": [shorter(name, 14)]}


def _places(names: list[str]) -> list[complex]:
    """Directions of the terminals: pumps above, baths around below, the first one on the left."""
    pumps = [name for name in names if name.startswith("pump")]
    baths = len(names) - len(pumps)
    angles = np.pi - np.linspace(0, -np.pi, baths) if baths > 1 else np.array([np.pi])
    above = np.linspace(0.5, 0.5, 1) if len(pumps) == 1 else np.linspace(0.7, 0.3, max(1, len(pumps)))
    around, top = iter(np.exp(1j * angles)), iter(np.exp(1j * np.pi * above))
    return [complex(next(top) if name.startswith("pump") else next(around)) for name in names]
