"""A map of one terminal's current over two numbers, white at zero, grey where there is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import ColorBar, ColumnDataSource, HoverTool, LinearColorMapper, TapTool

from .look import DIVERGING, Look, blank

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["SurfacePicture"]

BARE = "energy²/ħ"  # unit of currents that have not been dressed


class SurfacePicture:
    """An image with a cross at the shown point.

    Parameters
    ----------
    look : Look
        Of the page.
    """

    def __init__(self, look: Look, height: int = 420) -> None:
        self.frame = frame = blank(look, height)
        frame.x_range.range_padding = frame.y_range.range_padding = 0
        self.colors = LinearColorMapper(palette=DIVERGING, low=-1, high=1, nan_color="#999999")
        self.image = ColumnDataSource({"image": [], "x": [], "y": [], "dw": [], "dh": []})
        drawn = frame.image("image", "x", "y", "dw", "dh", source=self.image, color_mapper=self.colors)
        self.cross = ColumnDataSource({"x": [], "y": []})
        frame.scatter(
            "x", "y", source=self.cross, marker="cross", size=18, line_width=2, line_color="#000000"
        )
        frame.add_tools(HoverTool(renderers=[drawn], tooltips=[("current", "@image")]), TapTool())
        bar = ColorBar(color_mapper=self.colors, background_fill_color=look.paper, width=14,
                       major_label_text_color=look.ink)  # fmt: skip
        frame.add_layout(bar, "right")
        frame.title.update(
            align="right", text_color=look.ink, text_font_style="normal", text_font_size="13px"
        )

    def show(self, currents: xr.DataArray, titles: tuple[str, str], at: tuple[float, float]) -> None:
        """Draw currents of one terminal, with two axes: across and up, in this order."""
        across, up = currents.dims
        x, y = (np.asarray(currents[axis].values, dtype=float) for axis in (across, up))
        values = np.asarray(currents.values, dtype=float).T
        largest = float(np.nanmax(abs(values), initial=0.0)) or 1.0
        dx, dy = x[1] - x[0], y[1] - y[0]
        self.colors.low, self.colors.high = -largest, largest
        self.image.data = {
            "image": [values], "x": [x[0] - dx / 2], "y": [y[0] - dy / 2],
            "dw": [x[-1] - x[0] + dx], "dh": [y[-1] - y[0] + dy],
        }  # fmt: skip
        units = str(currents.attrs.get("units", ""))
        units = units if units and not units.startswith("energy") else BARE
        self.frame.title.text = f"energy current into the system ({units})"
        self.cross.data = {"x": [at[0]], "y": [at[1]]}
        self.frame.xaxis.axis_label, self.frame.yaxis.axis_label = titles
