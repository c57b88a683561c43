"""What all figures share: they draw into the axes given and return them, nowhere else, and leave nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sambe
from sambe import plot
from sambe.errors import InputError
from sambe.plot.canvas import axes_of, figure_of, hold, quantity_label, save
from sambe.plot.style import power_of_ten

OMEGA, DRIVE = sambe.axis("omega", np.linspace(0.7, 1.3, 8)), sambe.axis("drive", np.geomspace(0.02, 0.3, 7))
UNITS = sambe.Units(energy="5 GHz")


def qubit(**axes: Any) -> sambe.System:
    baths = [sambe.Bath(name, spectrum=sambe.DrudeLorentz(0.001, cutoff=2.0), temperature=t)
             for name, t in (("the resonator of the warm side", 1.0), (r"cold $\kappa$", 0.5))]  # fmt: skip
    return sambe.models.spin_boson(**{"drive": 0.1, "omega": 0.9, "baths": baths, **axes})


# Each figure by what it is of, made when a test asks for it
RESULTS: dict[str, tuple[str, Callable[[], xr.Dataset]]] = {
    "bars": ("currents", lambda: sambe.steady_state(qubit())),
    "grouped bars": ("currents", lambda: sambe.compare(qubit())),
    "curves": ("currents", lambda: sambe.steady_state(qubit(omega=OMEGA))),
    "curves of equations": ("currents", lambda: sambe.compare(qubit(omega=OMEGA))),
    "family": ("currents", lambda: sambe.steady_state(qubit(omega=OMEGA, drive=DRIVE[:3]))),
    "map of currents": ("currents", lambda: sambe.compare(qubit(omega=OMEGA, drive=DRIVE))),
    "map": ("map", lambda: sambe.steady_state(qubit(omega=OMEGA, drive=DRIVE))),
    "junction": ("junction", lambda: sambe.steady_state(qubit())),
    "channels": ("channels", lambda: sambe.channels(qubit())),
    "flows": ("flows", lambda: sambe.flows(sambe.models.two_qubits(coupling=0.05, drive=0.1))),
    "noise": ("noise", lambda: sambe.counting_statistics(qubit(omega=OMEGA))),
    "matrix": ("noise", lambda: sambe.counting_statistics(qubit())),
    "modes": ("modes", lambda: sambe.performance(qubit(omega=OMEGA, drive=DRIVE))),
    "strip of modes": ("modes", lambda: sambe.performance(qubit(omega=OMEGA))),
    "transient": ("transient", lambda: sambe.evolve(qubit(), 1, np.linspace(0.0, 30.0, 31))),
    "cycle": ("transient", lambda: sambe.cycle(qubit(), 16)),
    "relaxation": ("relaxation", lambda: sambe.relaxation(qubit())),
    "rates": ("relaxation", lambda: sambe.relaxation(qubit(drive=DRIVE))),
    "curvature": ("curvature", lambda: sambe.pump_curvature(
        qubit(omega=OMEGA, drive=DRIVE), "drive", "omega")),
    "strips": ("verdicts", lambda: sambe.audit(qubit(drive=DRIVE[:3]), equations=["floquet"])),
    "map of verdicts": ("verdicts", lambda: sambe.audit(
        qubit(drive=DRIVE[:2], omega=OMEGA[:2]), equations=["floquet"])),
}  # fmt: skip
MADE: dict[str, xr.Dataset] = {}


def result(what: str) -> tuple[Callable[..., Any], xr.Dataset]:
    """A figure and what it is of, solved once."""
    name, make = RESULTS[what]
    if what not in MADE:
        MADE[what] = make()
    return getattr(plot, name), MADE[what]


FIGURES = set(plot.__all__) - {"save"}


def test_every_figure_is_among_these() -> None:
    assert {name for name, _ in RESULTS.values()} == FIGURES


@pytest.mark.slow
@pytest.mark.parametrize("what", RESULTS)
def test_a_figure_draws_into_given_axes_and_nowhere_else(what: str) -> None:
    draw, data = result(what)
    settings = dict(mpl.rcParams)
    figure = Figure()
    left, right = figure.subplots(1, 2)
    before = left.get_children(), figure.legends[:], figure.texts[:], figure.get_layout_engine()
    assert draw(data, ax=right) is right
    assert (left.get_children(), figure.legends, figure.texts, figure.get_layout_engine()) == before
    bars = [axes for axes in figure.axes if axes not in (left, right)]
    assert all(getattr(axes, "_colorbar", None) for axes in bars)  # of the map, beside it
    alone = draw(data)
    assert isinstance(alone, Axes)
    assert alone.has_data() or alone.patches
    assert dict(mpl.rcParams) == settings


@pytest.mark.slow
@pytest.mark.parametrize(
    "what", [what for what, (name, _) in RESULTS.items() if name not in ("verdicts", "modes")]
)
def test_a_figure_of_a_dressed_result_has_its_units(what: str) -> None:
    draw, data = result(what)
    axes = figure_of(draw(UNITS.dress(data, power="aW", frequency="MHz"))).axes
    texts = [text for ax in axes for text in (ax.get_xlabel(), ax.get_ylabel(), ax.get_title("right"),
                                              *(text.get_text() for text in ax.texts))]  # fmt: skip
    units = ("aW", "MHz", "J^2/s", "1/s", "J")
    assert any(f"{unit})" in text or f",${unit}" in text or text.endswith(unit) for text in texts
               for unit in units), texts  # fmt: skip
    assert not any("hbar$)" in text for text in texts)


@pytest.mark.slow
def test_no_figure_knows_pyplot() -> None:
    """Whoever draws has a figure of their own: nothing is kept open behind it."""
    code = ("import sys, sambe; flow = sambe.steady_state(sambe.models.spin_boson())\n"
            "sambe.plot.currents(flow); sambe.plot.junction(flow)\n"
            "raise SystemExit('matplotlib.pyplot' in sys.modules)")  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_axes_are_given_or_made() -> None:
    ax = axes_of(None, (3.0, 2.0))
    assert tuple(figure_of(ax).get_size_inches()) == (3.0, 2.0)
    assert axes_of(ax, (1.0, 1.0)) is ax
    with pytest.raises(InputError, match="one Axes"):
        axes_of([ax], (1.0, 1.0))


def test_the_figure_of_whatever_was_drawn(tmp_path: Path) -> None:
    figure = Figure()
    panels = figure.subfigures(1, 2)[0].subplots(2, 1)
    assert all(figure_of(x) is figure for x in (figure, panels, panels[0], list(panels)))
    for nothing in (None, [], "x.png"):
        with pytest.raises(InputError, match="give what a figure"):
            save(nothing, tmp_path / "x.png")


def test_axes_beyond_those_shown_are_held_in_their_middle() -> None:
    values = np.zeros((3, 5, 4))
    data = xr.Dataset({"x": (("a", "b", "c"), values)}, {"a": [1.0, 2.0, 3.0], "b": np.arange(5.0)})
    held, shown, place = hold(data, 2, ["a", "b", "c"])
    assert shown == ["b", "c"]
    assert place == "at a = 2"
    assert held.x.dims == ("b", "c")
    assert hold(data.isel(a=[1], b=[0], c=[0]), 2, ["a", "b", "c"])[1] == ["a"]


@pytest.mark.parametrize(
    ("values", "power"), [([3e-4, -1.0], 0), ([2e-5, np.nan], -5), ([-7e8], 8), ([0], 0)]
)
def test_numbers_are_freed_of_a_power_of_ten(values: Any, power: int) -> None:
    assert power_of_ten(values) == power


def test_a_label_has_the_unit_and_the_power() -> None:
    assert quantity_label("power", "aW", 3) == r"power ($10^{3}\,$aW)"
    assert quantity_label("power", "energy^2") == r"power (energy$^2/\hbar$)"
    assert quantity_label("share", "1") == "share"
    assert quantity_label("share", None, -3) == "share ($10^{-3}$)"


def test_a_notebook_shows_a_figure_without_pyplot() -> None:
    assert figure_of(axes_of(None, (2.0, 2.0)))._repr_png_().startswith(b"\x89PNG")
