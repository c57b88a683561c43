"""The junction: the system in the middle, arrows from and to its terminals as wide as their currents.

A drawing of a few shapes: as SVG it costs the browser little, where a figure of Bokeh is painted as a whole.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ....plot.arrows import arrow, directions
from .look import Look, shorter, terminal_colors

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["junction_drawing"]

# Sizes in units of the distance from the system to a terminal; choices of layout.
WIDEST, NARROWEST = 0.30, 0.012
NEAR, FAR, RADIUS = 0.58, 1.22, 0.54
LEFT, TOP, WIDTH = -2.5, -1.9, 5.0  # of the drawing, its y axis downwards
BELOW, BESIDE = 1.85, 0.65  # how far down it goes: for terminals below the system, and for none
LETTERS = 0.2  # height of the letters


def junction_drawing(point: xr.DataArray, name: str, look: Look) -> str:
    """Arrows in the direction of the energy at one point, as SVG.

    Parameters
    ----------
    point : DataArray
        Currents into the system, with the dimension terminal.
    name : str
        Of the system.
    look : Look
        Of the page.
    """
    names = [str(t) for t in point["terminal"].values]
    currents = np.asarray(point.values, dtype=float)
    colors = terminal_colors(names, look)
    places = directions(names)
    largest = float(np.nanmax(abs(currents), initial=0.0)) or 1.0
    height = (BELOW if any(place.imag < -0.1 for place in places) else BESIDE) - TOP
    shapes = [
        f'<svg viewBox="{LEFT} {TOP} {WIDTH} {height}" role="img" font-size="{LETTERS}" text-anchor="middle" '
        'aria-label="Energy currents between the system and its terminals, which the table below lists">',
        f'<circle r="{RADIUS}" fill="{look.faint}" stroke="{look.ink}" stroke-width="0.012"/>',
        _text(0.05, 0j, shorter(name.removesuffix(".toml"), 13), look.ink, size=0.14),
    ]
    for terminal, place, current, color in zip(names, places, currents, colors, strict=True):
        known = bool(np.isfinite(current))
        if known and (share := abs(current) / largest) >= 1e-9:
            shapes.append(_arrow(place, current > 0, max(NARROWEST, WIDEST * share), color))
        at = place * (1.5 if abs(place.imag) > 0.8 else 1.88)
        shapes.append(_text(-0.02, at, shorter(terminal, 16), color))
        shapes.append(_text(0.22, at, f"{current:+.3e}" if known else "no answer", color))
    return "".join([*shapes, "</svg>"])


def _arrow(place: complex, inward: bool, width: float, color: str) -> str:
    ends = (FAR * place, NEAR * place) if inward else (NEAR * place, FAR * place)
    corners = " ".join(f"{z.real:.3f},{-z.imag:.3f}" for z in arrow(*ends, width))
    return f'<polygon points="{corners}" fill="{color}"/>'


def _text(below: float, at: complex, text: str, color: str, size: float = LETTERS) -> str:
    where = f'x="{at.real:.3f}" y="{below - at.imag:.3f}"'
    return f'<text {where} fill="{color}" font-size="{size}">{escape(text)}</text>'
