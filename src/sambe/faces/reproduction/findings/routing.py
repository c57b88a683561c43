"""Where the pump's energy goes in two coupled qubits of which only the left one is driven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import models
from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, noted, number
from ..lab import BATHS, Lab, baths

if TYPE_CHECKING:
    import xarray as xr

    from ....description.system import System

__all__ = ["study"]

SPLITTINGS = (1.0, 1.2)
COUPLING, DRIVE = 0.05, 0.02
COUPLINGS = (0.02, 0.05, 0.1)


def study(lab: Lab) -> tuple[Finding, ...]:
    """Two detuned qubits, and two equal ones for the role of the coupling."""
    w = axis("omega", np.linspace(0.85, 1.35, lab.points))
    count = max(21, lab.points // 3)
    across = axis("omega", np.linspace(0.85, 1.35, 2 * count + 1))
    line = _share(lab, axis("coupling", np.array(COUPLINGS)), w)
    chart = _share(lab, axis("coupling", np.linspace(0.005, 0.15, count)), across)
    equal = _share(lab, axis("coupling", np.geomspace(1e-5, 0.1, count)), 1.0, splittings=(1.0, 1.0))
    modes = _modes(COUPLING)
    measured = _share(lab, COUPLING, axis("omega", np.array(modes)))
    return (_finding(_measures(measured, line, equal), line, chart, equal),)


def _pair(coupling: Any, omega: Any, drive: Any, splittings: Any) -> System:
    return models.two_qubits(
        splittings=splittings, coupling=coupling, drive=drive, omega=omega, baths=baths()
    )


def _share(lab: Lab, coupling: Any, omega: Any, splittings: Any = SPLITTINGS) -> xr.Dataset:
    """Currents that the drive adds into each bath, and the share of its power that goes right."""
    driven = lab.solve(_pair(coupling, omega, DRIVE, splittings))
    still = lab.solve(_pair(coupling, 1.0, 0.0, splittings))
    added = (still["energy_current"] - driven["energy_current"]).drop_sel(terminal="pump")
    pump = driven["energy_current"].sel(terminal="pump", drop=True)
    return driven.assign(added=added, pump=pump, share=added.sel(terminal="right", drop=True) / pump)


def _modes(coupling: Any) -> tuple[Any, Any]:
    """Frequencies of the normal modes: the left-like and the right-like one."""
    first, second = SPLITTINGS
    half = np.sqrt(0.25 * (second - first) ** 2 + coupling**2)
    return 0.5 * (first + second) - half, 0.5 * (first + second) + half


def _measures(measured: xr.Dataset, line: xr.Dataset, equal: xr.Dataset) -> tuple[Measure, ...]:
    left, right = measured["share"].values
    given = measured["added"].sum("terminal").values / measured["pump"].values
    pump = line["pump"].sel(coupling=COUPLING).values
    w = line["omega"].values
    shares = equal["share"].values
    return (
        above("driven at the left-like mode: share of the pump's power to the left bath",
              1.0 - left, 0.9, percent=True),
        above("driven at the right-like mode: share to the right bath", right, 0.8, percent=True),
        below("the two shares make one: largest rest", np.max(abs(given - 1.0)), 1e-3),
        below("distance of the strongest pumping from a normal mode",
              np.min(abs(w[np.argmax(pump)] - np.array(_modes(COUPLING)))), 0.01),
        noted("right-like mode: pump current", measured["pump"].values[1]),
        below("equal qubits on resonance: share to the right at g = 10⁻⁵", shares[0], 0.01, percent=True),
        above("equal qubits on resonance: share to the right at g = 0.1", shares[-1], 0.25, percent=True),
        below("equal qubits on resonance: largest share to the right", np.max(shares), 0.5, percent=True),
    )  # fmt: skip


def _finding(
    measures: tuple[Measure, ...], line: xr.Dataset, chart: xr.Dataset, equal: xr.Dataset
) -> Finding:
    half = float(
        equal["coupling"].values[np.argmax(equal["share"].values > 0.5 * np.max(equal["share"].values))]
    )
    return Finding(
        key="routing",
        title="The drive's frequency routes the energy through two coupled qubits",
        claim="A drive on the left qubit feeds the left or the right reservoir, as its frequency and "
        "the coupling choose.",
        words=f"Driven at the mode that lives on the left qubit, {measures[0].shown} of the pump's "
        "power goes into the left bath; driven at the mode that lives on the right qubit, "
        f"{measures[1].shown} crosses to the right bath, although the drive acts on the left qubit "
        "alone. Between equal qubits the frequency cannot choose and the coupling does: the way to "
        f"the right opens at g of about {number(half)}, a relaxation rate, and carries "
        f"{measures[6].shown} at g = 0.1.",
        parameters=f"Two qubits, ω₁ = ω₀ = 1, ω₂ = 1.2 (panel d: ω₂ = 1), g = {COUPLING} unless "
        f"shown, A = {DRIVE} on the left one; {BATHS}. Coherences kept. What a bath gets from the "
        "pump is its current less that of the undriven pair.",
        measures=measures,
        figure=_figure(line, chart, equal),
        caption="(a) Power of the pump and what it adds to each bath; dotted: normal modes. The "
        "small peak half way is a two-photon resonance. (b) Share of the pump's power that goes into "
        "the right bath. (c) The same against frequency and coupling; lines: normal modes. (d) The "
        "same for two equal qubits driven at their bare frequency.",
    )


def _figure(line: xr.Dataset, chart: xr.Dataset, equal: xr.Dataset) -> Any:
    figure, panels = style.frames(2, 2, 4.9)
    _draw_power(panels[0, 0], line)
    _draw_shares(panels[0, 1], line)
    for frame in panels[0]:
        frame.margins(x=0.0)
        frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    _draw_map(figure, panels[1, 0], chart)
    _draw_equal(panels[1, 1], equal)
    style.letter(panels, ["power", "routing by frequency", "routing map", "equal qubits"])
    return figure


def _draw_power(frame: Any, line: xr.Dataset) -> None:
    w, chosen = line["omega"].values, line.sel(coupling=COUPLING)
    for mode in _modes(COUPLING):
        frame.axvline(mode, color="0.6", lw=0.7, ls=":")
    frame.plot(w, 1e3 * chosen["pump"].values, color=style.PUMP, lw=1.4, label="pump")
    for terminal, name in (("left", "to left bath"), ("right", "to right bath")):
        added = 1e3 * chosen["added"].sel(terminal=terminal).values
        frame.plot(w, added, color=style.COLORS[terminal], lw=1.4, label=name)
    frame.legend(loc="upper center", fontsize=8.5, bbox_to_anchor=(0.52, 1.0), handlelength=1.6)
    frame.set_ylabel(r"current ($10^{-3}\,\hbar\omega_0^2$)")


def _draw_shares(frame: Any, line: xr.Dataset) -> None:
    for coupling, color in zip(COUPLINGS, style.shades(3), strict=True):
        share = line["share"].sel(coupling=coupling).values
        frame.plot(line["omega"].values, share, color=color, lw=1.4, label=f"$g = {coupling:g}$")
    frame.axhline(0.5, color="0.6", lw=0.6)
    frame.set_ylim(-0.1, 1.05)
    frame.legend(loc="upper left", fontsize=8.5)
    frame.set_ylabel("share to the right bath")


def _draw_equal(frame: Any, equal: xr.Dataset) -> None:
    frame.semilogx(equal["coupling"].values, equal["share"].values, color="k", lw=1.4)
    frame.axhline(0.5, color="0.6", lw=0.6)
    frame.set_ylim(0.0, 0.55)
    frame.margins(x=0.0)
    frame.set_xlabel(r"coupling $g/\omega_0$")
    frame.set_ylabel("share to the right bath")


def _draw_map(figure: Any, frame: Any, chart: xr.Dataset) -> None:
    w, g = chart["omega"].values, chart["coupling"].values
    z = np.clip(chart["share"].transpose("coupling", "omega").values, 0.0, 1.0)
    image = frame.pcolormesh(w, g, z, cmap="RdYlBu", vmin=0, vmax=1, shading="gouraud", rasterized=True)
    for mode in _modes(g):
        frame.plot(mode, g, color="k", lw=0.9, ls=(0, (4, 3)))
    frame.set_xlim(w[0], w[-1])
    frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    frame.set_ylabel(r"coupling $g/\omega_0$")
    bar = figure.colorbar(image, ax=frame, pad=0.02, aspect=24)
    bar.set_label("share to the right")
    bar.ax.minorticks_off()
