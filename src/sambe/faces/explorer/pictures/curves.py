"""Currents against a number: a colour for each terminal, a kind of line for each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Legend, LegendItem, Span

from ....plot.style import power_of_ten
from .look import DASHES, Look, blank, shorter, terminal_colors

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["CurvesPicture"]


class CurvesPicture:
    """Lines of `values` over one axis, with a mark where the shown point stands.

    Parameters
    ----------
    look : Look
        Of the page.
    label, unit : str
        Of the axis up.
    """

    def __init__(self, look: Look, label: str, unit: str, height: int = 330) -> None:
        self.look, self.label, self.unit = look, label, unit
        self.frame = frame = blank(look, height, y_axis_label=label)
        frame.y_range.only_visible = True
        # all lines are one glyph, as each glyph and each message to it takes time of its own in the browser
        self.source = ColumnDataSource({"x": [], "y": [], "color": [], "dash": [], "name": []})
        self.lines = frame.multi_line(
            "x", "y", source=self.source, line_color="color", line_width=2, line_dash="dash"
        )
        self.mark = Span(dimension="height", line_color=look.ink, line_dash="dotted", line_alpha=0.7)
        frame.add_layout(self.mark)
        frame.add_layout(Span(location=0, dimension="width", line_color=look.ink, line_alpha=0.4))
        frame.add_tools(HoverTool(tooltips=[("", "@name"), ("at", "$data_x"), ("current", "$data_y")]))
        self.legend = Legend(
            orientation="horizontal", label_text_color=look.ink, background_fill_alpha=0.0, padding=2,
            border_line_color=None, label_text_font_size="12px", glyph_width=24, spacing=10, margin=4,
        )  # fmt: skip
        frame.add_layout(self.legend, "above")
        self.entries: tuple[tuple[str, ...], ...] = ()

    def show(self, answers: dict[str, xr.DataArray], axis: str, at: float, title: str) -> None:
        """Draw answers, each with the dimension terminal and one axis."""
        self.frame.xaxis.axis_label = title
        self.mark.location = at
        names = next(([str(t) for t in part["terminal"].values] for part in answers.values()), [])
        power = power_of_ten(np.concatenate([[0.0], *(part.values.ravel() for part in answers.values())]))
        self.frame.yaxis.axis_label = f"{self.label} ({_times(power)}{self._unit(answers)})"
        colors = terminal_colors(names, self.look)
        lines: dict[str, list[Any]] = {key: [] for key in self.source.data}
        for (secular, part), dash in zip(answers.items(), DASHES, strict=False):
            x = np.asarray(part[axis].values, dtype=float)
            lines["x"] += [x] * len(names)
            lines["y"] += list(part.transpose("terminal", axis).values / 10.0**power)
            lines["color"] += colors
            lines["dash"] += [dash] * len(names)
            lines["name"] += [f"{shorter(name)}, {secular}" for name in names]
        self.source.data = lines
        self._label(names, list(answers))

    def _unit(self, answers: dict[str, xr.DataArray]) -> str:
        """Of the laboratory where the answers have one, else that of the picture."""
        given = next((str(part.attrs.get("units", "")) for part in answers.values()), "")
        return self.unit if not given or given.startswith("energy") else given

    def _label(self, names: list[str], answers: list[str]) -> None:
        """Entries of the legend, made anew only where there are others."""
        entries = (tuple(names), tuple(answers))
        if entries == self.entries:
            return
        self.entries = entries
        items: list[Any] = [
            LegendItem(label=shorter(name), renderers=[self.lines], index=k) for k, name in enumerate(names)
        ]
        if len(answers) > 1:
            items += [
                LegendItem(label=secular, renderers=[self.lines], index=max(0, (k + 1) * len(names) - 1))
                for k, secular in enumerate(answers)
            ]
        self.legend.items = items


def _times(power: int) -> str:
    """``10⁻³ `` for minus three."""
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised} " if power else ""
