"""Where the energy goes inside a chain: sites, bonds and terminals, with arrows as wide as their currents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from ..errors import InputError
from .arrows import arrow
from .canvas import axes_of, hold, quantity_label, told
from .style import PUMP, RC, TERMINALS, is_pump, wrapped

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["flows"]

WIDEST, NARROWEST = 0.22, 0.012  # across the arrows of the largest current, and of the smallest
LEAST = 0.01  # share of the largest current below which none is drawn
APART = 2.2  # distance of neighbouring sites
RADIUS = 0.36  # of a site
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
    if not hasattr(dataset, "data_vars") or "bond_current" not in dataset:
        raise InputError("dataset", dataset, "give a result of flows")
    with mpl.rc_context(RC):
        dataset, _, place = hold(dataset, 0)
        bonds, local = dataset["bond_current"].values, dataset["local_power"].values
        whole = dataset["energy_current"].values
        largest = float(max(np.abs(bonds).max(initial=0.0), np.abs(local).max(initial=0.0)))
        if not np.isfinite(largest) or largest == 0.0:
            raise InputError("dataset", largest, "no energy flows there, or there is no answer")
        drawing = _Drawing(bonds, local, whole, [str(name) for name in dataset["terminal"].values], largest)
        ax = axes_of(ax, drawing.size)
        drawing.draw(ax, dataset["bond_current"].attrs.get("units", "energy^2"))
        ax.set_title(told(title, place))
    return ax


class _Drawing:
    """Places and arrows of one point."""

    def __init__(self, bonds: Any, local: Any, whole: Any, names: list[str], largest: float) -> None:
        self.bonds, self.local, self.whole, self.names, self.largest = bonds, local, whole, names, largest
        self.exponent = int(np.floor(np.log10(largest)))
        count = len(bonds)
        self.sites = [(APART * s, 0.0) for s in range(count)]
        self.places: dict[int, tuple[float, float]] = {}
        seats: dict[tuple[int, str], int] = {}
        for t, name in enumerate(names):
            if max(np.abs(local[:, t]).max(), abs(whole[t])) <= LEAST * largest:
                continue
            home = int(np.argmax(np.abs(local[:, t])))
            side = (
                "up" if is_pump(name) else "left" if home == 0 else "right" if home == count - 1 else "down"
            )
            taken = seats.setdefault((home, side), 0)
            seats[home, side] += 1
            self.places[t] = self._place(home, side, taken)

    def _place(self, home: int, side: str, taken: int) -> tuple[float, float]:
        x = self.sites[home][0]
        if side in ("left", "right") and taken == 0:
            return (x - APART if side == "left" else x + APART), 0.0
        if side == "up":
            return x + 1.2 * taken, 1.5
        # the sides are taken: below, one beside the other
        return x + 1.2 * (taken - (side != "down")), -1.5

    @property
    def size(self) -> tuple[float, float]:
        """Of a figure, in inches."""
        (left, right), (low, high) = self._reach()
        return max(4.2, 0.95 * (right - left)), max(2.0, 0.95 * (high - low) + 0.3)

    def _reach(self) -> tuple[tuple[float, float], tuple[float, float]]:
        points = np.array([*self.sites, *self.places.values()])
        across, up = points[:, 0], points[:, 1]
        return (across.min() - 0.75, across.max() + 0.75), (up.min() - 0.6, up.max() + 0.5)

    def draw(self, ax: Axes, units: str) -> None:
        """Everything, in axes without a frame."""
        for s, (x, y) in enumerate(self.sites):
            ax.add_patch(Circle((x, y), RADIUS, fc="#F2F2F2", ec="0.25", lw=1.0, zorder=3))
            ax.text(x, y, str(s), ha="center", va="center", zorder=4)
        for t, (x, y) in self.places.items():
            w, h = HALF_BOX
            color = self._color(t)
            ax.add_patch(FancyBboxPatch(
                (x - w + 0.08, y - h + 0.08), 2 * w - 0.16, 2 * h - 0.16, boxstyle="round,pad=0.08", fc="w",
                ec=color, lw=1.2, zorder=3,
            ))  # fmt: skip
            text = f"{wrapped(self.names[t], 12, 1)}\n{self._number(self.whole[t])}"
            ax.text(x, y, text, ha="center", va="center", fontsize=9, zorder=4, color=color)
        self._draw_bonds(ax)
        for t in self.places:
            for s in range(len(self.sites)):
                self._draw_terminal(ax, t, s)
        (left, right), (low, high) = self._reach()
        ax.set(xlim=(left, right), ylim=(low, high), aspect="equal")
        ax.axis("off")
        unit = quantity_label("", units, self.exponent).strip(" ()")
        ax.text(right, low, f"in {unit}", ha="right", va="bottom", fontsize=8.5, color="0.35")

    def _color(self, terminal: int) -> str:
        return PUMP if is_pump(self.names[terminal]) else TERMINALS[terminal % len(TERMINALS)]

    def _number(self, value: float) -> str:
        return f"{value / 10.0**self.exponent:.2f}".replace("-", "−")

    def _draw_bonds(self, ax: Axes) -> None:
        for s in range(len(self.sites)):
            for o in range(s + 1, len(self.sites)):
                leaves, arrives = self.bonds[s, o], -self.bonds[o, s]
                mean = 0.5 * (leaves + arrives)
                if max(abs(leaves), abs(arrives)) <= LEAST * self.largest:
                    continue
                near = o == s + 1
                ends = [np.asarray(self.sites[k]) for k in (s, o)]
                if not near:  # over the sites between them, from the shoulders
                    half, high = 0.5 * RADIUS, 0.75**0.5 * RADIUS
                    ends = [ends[0] + np.array([half, high]), ends[1] + np.array([-half, high])]
                gap = RADIUS if near else 0.0
                start, end = ends if mean > 0 else ends[::-1]
                bend = 0.0 if near else -BEND if mean > 0 else BEND
                self._arrow(ax, start, end, mean, "0.45", (gap, gap), bend)
                middle = 0.5 * (ends[0] + ends[1])
                if near:
                    middle = middle + np.array([0.0, 0.27])
                else:  # a quarter of the way, where nothing comes from above
                    width = ends[1][0] - ends[0][0]
                    middle = middle + np.array([-0.25 * width, 0.375 * BEND * width])
                same = abs(leaves - arrives) <= LEAST * self.largest
                values = ((0.0, mean),) if same else ((-0.3, leaves), (0.3, arrives))
                for aside, value in values:
                    self._write(ax, middle + np.array([aside, 0.0]), value, "k")

    def _write(self, ax: Axes, place: Any, value: float, color: str, **way: Any) -> None:
        """A number beside an arrow, legible whatever lies below it."""
        box = {"fc": "w", "ec": "none", "pad": 0.6, "alpha": 0.8}
        look: dict[str, Any] = {
            "ha": "center",
            "va": "bottom",
            "fontsize": 9,
            "bbox": box,
            "zorder": 5,
            **way,
        }
        ax.text(float(place[0]), float(place[1]), self._number(abs(value)), color=color, **look)

    def _draw_terminal(self, ax: Axes, terminal: int, site: int) -> None:
        given = self.local[site, terminal]
        if abs(given) <= LEAST * self.largest:
            return
        box, place = self.places[terminal], self.sites[site]
        way = np.subtract(place, box)
        level = abs(way[0]) > abs(way[1])
        gap = HALF_BOX[0] if level else HALF_BOX[1] / abs(way[1]) * float(np.hypot(*way))
        ends = (box, place, gap, RADIUS) if given > 0 else (place, box, RADIUS, gap)
        color = self._color(terminal)
        self._arrow(ax, ends[0], ends[1], given, color, ends[2:], 0.0)
        middle = np.add(box, place) / 2.0
        shift = np.array([0.0, 0.27] if level else [0.27, 0.0])
        way_of_text = {} if level else {"ha": "left", "va": "center"}
        self._write(ax, middle + shift, given, color, **way_of_text)

    def _arrow(
        self, ax: Axes, start: Any, end: Any, current: float, color: str, gaps: Any, bend: float
    ) -> None:
        """An arrow as wide as a current, from the edge of one thing to that of the other."""
        a, b = complex(*start), complex(*end)
        way = (b - a) / abs(b - a)
        width = max(NARROWEST, WIDEST * abs(current) / self.largest)
        corners = arrow(a + way * (gaps[0] + 0.04), b - way * (gaps[1] + 0.04), width, bend)
        shape = np.stack([corners.real, corners.imag], -1)
        ax.add_patch(Polygon(shape, color=color, lw=0, alpha=0.85, zorder=2))
