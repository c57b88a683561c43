"""Where the energy goes inside a chain: sites, bonds and terminals, with arrows as wide as their currents."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from ..errors import InputError
from .canvas import axes_of, check_result, draw_arrow, hold, quantity_label, told
from .style import RC, is_pump, number_text, terminal_colors, wrapped

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["flows"]

WIDEST, NARROWEST = 0.22, 0.012  # across the arrows of the largest current, and of the smallest
LEAST = 0.01  # share of the largest current below which none is drawn
APART = 2.2  # distance of neighbouring sites
RADIUS = 0.36  # of a site
ABOVE = 0.27  # distance of a number from the middle of its arrow
BEND = 0.35  # of an arrow over other sites: height of its control point over its length
HALF_BOX = (0.5, 0.24)  # of a terminal


def flows(dataset: xr.Dataset, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """Draw where the energy goes: from the terminals to the sites, and from site to site.

    Every arrow is as wide as its current, which stands beside it; where what leaves a site for another is not
    what the other receives, as the drive or a bath acts on the bond itself, both numbers are given. In the
    box of a terminal stands all that it gives to the system.

    Parameters
    ----------
    dataset : Dataset
        From `sambe.flows`; axes of a sweep are held in their middle.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default, free of pyplot.
    title : str, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its figure is written by `save`.

    Raises
    ------
    InputError
        If the dataset has no bond currents, or no answer.

    Examples
    --------
    >>> import sambe
    >>> pair = sambe.models.two_qubits(coupling=0.05, drive=0.1, omega=1.0)
    >>> axes = sambe.plot.flows(sambe.flows(pair), title="Two qubits")
    >>> axes.get_title()
    'Two qubits'
    """
    check_result(dataset, "bond_current", "flows")
    with mpl.rc_context(RC):
        dataset, _, place = hold(dataset, 0)
        largest = float(max(np.abs(dataset[name].values).max(initial=0.0)
                            for name in ("bond_current", "local_power")))  # fmt: skip
        if not np.isfinite(largest) or largest == 0.0:
            raise InputError("dataset", largest, "no energy flows there, or there is no answer")
        drawing = _Drawing(dataset, largest)
        ax = axes_of(ax, drawing.size)
        drawing.draw(ax, dataset["bond_current"].attrs.get("units", "energy^2"))
        ax.set_title(told(title, place))
    return ax


class _Drawing:
    """Places and arrows of one point, in the plane of complex numbers."""

    def __init__(self, point: xr.Dataset, largest: float) -> None:
        self.bonds, self.local = point["bond_current"].values, point["local_power"].values
        self.whole, self.largest = point["energy_current"].values, largest
        self.names = [str(name) for name in point["terminal"].values]
        self.colors = list(terminal_colors(self.names).values())
        self.exponent = int(np.floor(np.log10(largest)))
        self.sites = [complex(APART * s) for s in range(len(self.bonds))]
        self.boxes: dict[int, complex] = {}
        taken: Counter[tuple[int, str]] = Counter()
        for t in range(len(self.names)):
            given = np.abs(self.local[:, t])
            if max(given.max(), abs(self.whole[t])) > LEAST * largest:
                site = int(np.argmax(given))
                side = self._side(t, site)
                self.boxes[t] = self.sites[site] + _seat(side, taken[site, side])
                taken[site, side] += 1

    def _side(self, terminal: int, site: int) -> str:
        """Of its site on which a terminal stands."""
        if is_pump(self.names[terminal]):
            return "up"
        return "left" if site == 0 else "right" if site == len(self.sites) - 1 else "down"

    @property
    def size(self) -> tuple[float, float]:
        """Of a figure, in inches."""
        low, high = self._corners()
        return max(4.2, 0.95 * (high - low).real), max(2.0, 0.95 * (high - low).imag + 0.3)

    def _corners(self) -> tuple[complex, complex]:
        """Lower left and upper right."""
        z = np.array([*self.sites, *self.boxes.values()])
        low, high = complex(z.real.min(), z.imag.min()), complex(z.real.max(), z.imag.max())
        return low - (0.75 + 0.6j), high + (0.75 + 0.5j)

    def draw(self, ax: Axes, units: str) -> None:
        """Everything, in axes without a frame."""
        for s, z in enumerate(self.sites):
            ax.add_patch(Circle((z.real, z.imag), RADIUS, fc="#F2F2F2", ec="0.25", lw=1.0, zorder=3))
            ax.text(z.real, z.imag, f"site {s}", ha="center", va="center", zorder=4)
        for t, z in self.boxes.items():
            w, h = HALF_BOX
            ax.add_patch(FancyBboxPatch(
                (z.real - w + 0.08, z.imag - h + 0.08), 2 * w - 0.16, 2 * h - 0.16,
                boxstyle="round,pad=0.08", fc="w", ec=self.colors[t], lw=1.2, zorder=3,
            ))  # fmt: skip
            text = f"{wrapped(self.names[t], 12, 1)}\n{self._number(self.whole[t])}"
            ax.text(
                z.real, z.imag, text, ha="center", va="center", fontsize=9, zorder=4, color=self.colors[t]
            )
        for s, o in combinations(range(len(self.sites)), 2):
            self._draw_bond(ax, s, o)
        for t in self.boxes:
            for s in range(len(self.sites)):
                self._draw_terminal(ax, t, s)
        low, high = self._corners()
        ax.set(xlim=(low.real, high.real), ylim=(low.imag, high.imag), aspect="equal")
        ax.axis("off")
        unit = quantity_label("", units, self.exponent).strip(" ()")
        ax.text(high.real, low.imag, f"in {unit}", ha="right", va="bottom", fontsize=8.5, color="0.35")

    def _number(self, value: float) -> str:
        return number_text(value / 10.0**self.exponent, ".2f")

    def _draw_bond(self, ax: Axes, s: int, o: int) -> None:
        """The arrow between two sites, with what leaves the one and what arrives where these differ."""
        leaves, arrives = self.bonds[s, o], -self.bonds[o, s]
        if max(abs(leaves), abs(arrives)) <= LEAST * self.largest:
            return
        a, b, mean = self.sites[s], self.sites[o], 0.5 * (leaves + arrives)
        if o == s + 1:
            self._arrow(ax, _between(a, b, RADIUS, RADIUS), mean, "0.45")
            place = 0.5 * (a + b) + 1j * ABOVE
        else:  # over the sites between them, from the shoulders
            shoulder = RADIUS * np.exp(1j * np.pi / 3)
            a, b = a + shoulder, b - shoulder.conjugate()
            self._arrow(ax, _between(a, b, 0.0, 0.0), mean, "0.45", -BEND)
            # a quarter of the way, where nothing comes from above
            place = 0.5 * (a + b) + (b - a) * (-0.25 + 0.375j * BEND)
        same = abs(leaves - arrives) <= LEAST * self.largest
        for aside, value in ((0.0, mean),) if same else ((-0.3, leaves), (0.3, arrives)):
            self._write(ax, place + aside, value)

    def _draw_terminal(self, ax: Axes, terminal: int, site: int) -> None:
        """The arrow between a terminal and a site."""
        given = self.local[site, terminal]
        if abs(given) <= LEAST * self.largest:
            return
        box, place, color = self.boxes[terminal], self.sites[site], self.colors[terminal]
        way = place - box
        level = abs(way.real) > abs(way.imag)
        half = HALF_BOX[0] if level else HALF_BOX[1] / abs(way.imag) * abs(way)
        self._arrow(ax, _between(box, place, half, RADIUS), given, color)
        shift, aside = (1j * ABOVE, {}) if level else (ABOVE, {"ha": "left", "va": "center"})
        self._write(ax, 0.5 * (box + place) + shift, given, color=color, **aside)

    def _write(self, ax: Axes, place: complex, value: float, **look: Any) -> None:
        """A number beside an arrow, legible whatever lies below it."""
        box = {"fc": "w", "ec": "none", "pad": 0.6, "alpha": 0.8}
        usual: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 9, "bbox": box, "zorder": 5}
        ax.text(place.real, place.imag, self._number(abs(value)), **{**usual, "color": "k", **look})

    def _arrow(
        self, ax: Axes, ends: tuple[complex, complex], current: float, color: str, bend: float = 0.0
    ) -> None:
        """An arrow as wide as a current, to the first of its ends where that is negative."""
        if current <= 0:
            ends, bend = ends[::-1], -bend
        width = max(NARROWEST, WIDEST * abs(current) / self.largest)
        draw_arrow(ax, *ends, width, bend, color=color, alpha=0.85, zorder=2)


def _seat(side: str, taken: int) -> complex:
    """Of a terminal beside its site, where so many stand on that side already."""
    if side in ("left", "right") and taken == 0:
        return complex(-APART if side == "left" else APART)
    if side == "up":
        return 1.2 * taken + 1.5j
    # the sides are taken: below, one beside the other
    return 1.2 * (taken - (side != "down")) - 1.5j


def _between(start: complex, end: complex, near: float, far: float) -> tuple[complex, complex]:
    """The way from the edge of one thing to that of another, of so many radii, with some air."""
    way = (end - start) / abs(end - start)
    return start + way * (near + 0.04), end - way * (far + 0.04)
