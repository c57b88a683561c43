"""Look of the report's figures: two-column width, the colours of `sambe.plot`."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from ...plot.style import PUMP, RC, TERMINALS

__all__ = [
    "COLD",
    "COLORS",
    "HOT",
    "NAMES",
    "PUMP",
    "RC",
    "WIDTH",
    "frames",
    "handle",
    "key",
    "letter",
    "render",
    "shades",
]

HOT, COLD = TERMINALS[:2]
COLORS = {"left": HOT, "right": COLD, "pump": PUMP}
NAMES = {"left": "left (hot)", "right": "right (cold)", "pump": "pump"}
WIDTH = 7.4  # inches


def frames(rows: int, columns: int, height: float, **options: Any) -> tuple[Figure, Any]:
    """A figure of the report's width with panels ``[row, column]``."""
    layout = ConstrainedLayoutEngine(w_pad=0.05, h_pad=0.05)
    figure = Figure(figsize=(WIDTH, height), dpi=220, layout=layout)
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def letter(panels: Any, titles: list[str] | None = None) -> None:
    """(a), (b), ... above the panels, with their titles."""
    for k, frame in enumerate(np.ravel(panels)):
        title = f" {titles[k]}" if titles and k < len(titles) else ""
        frame.set_title(f"({chr(97 + k)}){title}", loc="left", pad=4, fontsize=9.5)


def shades(count: int, name: str = "viridis") -> list[Any]:
    """Colours of a family of curves, dark to light."""
    import matplotlib as mpl

    return [mpl.colormaps[name](x) for x in np.linspace(0.0, 0.8, count)]


def handle(label: str, **style: Any) -> Line2D:
    """A line for a legend."""
    return Line2D([], [], label=label, **style)


def key(figure: Figure, handles: list[Any], columns: int | None = None) -> None:
    """One legend above all panels."""
    figure.legend(handles=handles, loc="outside upper center", ncols=columns or len(handles),
                  handlelength=2.4, columnspacing=1.6)  # fmt: skip


@lru_cache(maxsize=32)
def render(figure: Figure, ending: str) -> bytes:
    """The figure as a file: ``"png"``, or ``"svg"`` with letters as outlines, so that no font is needed."""
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({**RC, "svg.fonttype": "path"}):
        engine = figure.get_layout_engine()
        if engine is not None:  # solve the layout once: it takes longer than the drawing
            engine.execute(figure)
            figure.set_layout_engine(None)  # by "none" every file would be drawn twice
        figure.savefig(buffer, format=ending, dpi=220, metadata={"Date": None} if ending == "svg" else None)
    return buffer.getvalue()
