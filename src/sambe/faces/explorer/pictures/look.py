"""Colours, fonts and empty figures that all pictures of the page share."""

from __future__ import annotations

from typing import Any

from bokeh.models import BasicTickFormatter
from bokeh.palettes import RdBu11, interp_palette
from bokeh.plotting import figure

from ....plot import style

__all__ = ["DASHES", "DIVERGING", "Look", "blank", "shorter", "terminal_colors"]

# The same hues, lighter, on dark paper: each has a contrast above 6 with it.
ON_DARK = ("#FF8A4C", "#56B4E9", "#2ED3A4", "#E8A6CF", "#F0C14B", "#9ADCF7")
# Broken lines by which answers side by side are told apart without colour.
DASHES = ("solid", "dashed", "dotted", "dotdash")


# Blue over white to red, in 255 steps, the middle one white: as in the printed figures.
DIVERGING = list(interp_palette(RdBu11, 255))


class Look:
    """Colours of a light or a dark page.

    Parameters
    ----------
    dark : bool
        Whether the page is dark.
    """

    def __init__(self, dark: bool = False) -> None:
        self.paper = "#1e1e1e" if dark else "#ffffff"
        self.ink = "#e8e8e8" if dark else "#222222"
        self.faint = "#555555" if dark else "#d8d8d8"
        self.dark = dark


def terminal_colors(names: list[str], look: Look) -> list[str]:
    """A colour for each terminal as in the printed figures; the pump in the colour of the ink."""
    colors = style.terminal_colors(names, ON_DARK, look.ink) if look.dark else style.terminal_colors(names)
    return [colors[name] for name in names]


def blank(look: Look, height: int, **options: Any) -> Any:
    """An empty figure in the look of the page."""
    frame = figure(
        height=height, sizing_mode="stretch_width", background_fill_color=look.paper, toolbar_location=None,
        border_fill_color=look.paper, outline_line_color=None, tools="", **options,
    )  # fmt: skip
    for axis in frame.axis:
        axis.axis_label_text_color = axis.major_label_text_color = look.ink
        axis.axis_line_color = axis.major_tick_line_color = axis.minor_tick_line_color = look.ink
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font_size = "13px"
        axis.major_label_text_font_size = "12px"
        axis.formatter = BasicTickFormatter(power_limit_low=-2, power_limit_high=4)
    frame.grid.grid_line_color = look.faint
    frame.grid.grid_line_alpha = 0.5
    frame.title.text_color = look.ink
    frame.min_border_right = 16
    return frame


def shorter(text: object, longest: int = 24) -> str:
    """A name as a figure can show it."""
    plain = " ".join(str(text).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
