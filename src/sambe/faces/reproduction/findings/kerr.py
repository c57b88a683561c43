"""The Kerr nonlinearity suppresses the current near resonance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import analytic, models
from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, noted, number
from ..lab import BATHS, Lab, baths

if TYPE_CHECKING:
    import xarray as xr

    from ....description.system import System

__all__ = ["study"]

DRIVE, LEVELS = 0.003, 20
KERRS = (0.0, 0.001, 0.003, 0.01, 0.03)


def study(lab: Lab) -> tuple[Finding, ...]:
    """Pump and bath currents of a resonator against the nonlinearity."""
    spread = np.sinh(np.linspace(-3.0, 4.4, max(41, lab.points // 2)))  # dense where the linear resonance is
    w = axis("omega", 1.0 + 0.045 * spread / spread[-1])
    lines = lab.solve(_resonator(axis("kerr", np.array(KERRS)), w))
    kerr = np.concatenate([[0.0], np.geomspace(1e-4, 0.1, max(13, lab.points // 8))])
    tuned = lab.solve(_resonator(axis("kerr", kerr), 1.0))
    secular = lab.solve(_resonator(axis("kerr", kerr[1:]), 1.0), secular="full")
    still = lab.solve(_resonator(0.01, 1.0, drive=0.0))
    return (_finding(_measures(lines, tuned, still), lines, tuned, secular),)


def _resonator(kerr: Any, omega: Any, drive: Any = DRIVE) -> System:
    return models.kerr_resonator(kerr=kerr, drive=drive, omega=omega, levels=LEVELS, baths=baths())


def _width() -> float:
    """Half the relaxation rate of the resonator's amplitude: the half width of its linear resonance."""
    return 0.5 * sum(float(b.spectrum(1.0)) for b in baths())


def _pump(flow: xr.Dataset) -> Any:
    return flow["energy_current"].sel(terminal="pump")


def _measures(lines: xr.Dataset, tuned: xr.Dataset, still: xr.Dataset) -> tuple[Measure, ...]:
    kerr, pump = tuned["kerr"].values, _pump(tuned).values
    linear = analytic.oscillator_currents(1.0, DRIVE, 1.0, baths(), coherences=True)[-1]
    peaks = _pump(lines).transpose("kerr", "omega").values.max(axis=-1)
    cold = tuned["energy_current"].sel(terminal="right") / still["energy_current"].sel(terminal="right")
    least = int(np.argmin(pump)) + 1
    return (
        above("pump current on resonance: linear resonator over K = 0.1", pump[0] / pump[-1], 3.0),
        below("largest rise of that current from one K to the next, over its value at K = 0",
              np.max(np.diff(pump[kerr <= 0.03])) / pump[0], 0.0),
        noted("K at which it has fallen to half, over the half width of the linear resonance",
              np.interp(-0.5 * pump[0], -pump[:least], kerr[:least]) / _width()),
        above("peak over frequency: K = 0 over K = 0.03", peaks[0] / peaks[-1], 3.0),
        noted("current into the cold bath over the undriven one: K = 0", cold.values[0]),
        noted("the same: K = 0.1", cold.values[-1]),
        below("K = 0 against the closed form of the forced oscillator",
              abs(pump[0] / linear - 1.0), 1e-3, percent=True),
    )  # fmt: skip


def _finding(
    measures: tuple[Measure, ...], lines: xr.Dataset, tuned: xr.Dataset, secular: xr.Dataset
) -> Finding:
    return Finding(
        key="kerr",
        title="The Kerr nonlinearity suppresses the current near resonance",
        claim="A Kerr nonlinearity shifts the ladder's transitions apart and so suppresses the "
        "currents that a resonant drive feeds.",
        words=f"On resonance the pump's current falls {measures[0].shown}-fold from the linear "
        f"resonator to K = 0.1, and to half already at K = {measures[2].shown} half widths of the "
        f"linear resonance; its peak over all frequencies falls {measures[3].shown}-fold from K = 0 "
        "to 0.03 and moves above ω₀ at first. The current into the cold bath falls from "
        f"{measures[4].shown} to {measures[5].shown} times the undriven one: the nonlinear resonator "
        "takes up one quantum at a time.",
        parameters=f"Kerr resonator, ω₀ = 1, F = {number(DRIVE)}, {LEVELS} levels; {BATHS}. "
        "Coherences kept unless said.",
        measures=measures,
        figure=_figure(lines, tuned, secular),
        caption="(a) Pump current against the drive frequency. (b) Pump current on resonance against "
        "the nonlinearity: coherences kept, the full secular answer, and (horizontal) the linear "
        "resonator's closed form; vertical: half width of the linear resonance.",
    )


def _figure(lines: xr.Dataset, tuned: xr.Dataset, secular: xr.Dataset) -> Any:
    figure, panels = style.frames(1, 2, 3.0, width_ratios=(1.25, 1.0))
    frame = panels[0, 0]
    w = lines["omega"].values
    for kerr, color in zip(KERRS, style.shades(len(KERRS)), strict=True):
        frame.plot(w, 1e3 * _pump(lines).sel(kerr=kerr).values, color=color, lw=1.4, label=f"$K = {kerr:g}$")
    frame.legend(fontsize=8.5)
    frame.margins(x=0.0)
    frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    frame.set_ylabel(r"pump current ($10^{-3}\,\hbar\omega_0^2$)")
    frame = panels[0, 1]
    linear = float(analytic.oscillator_currents(1.0, DRIVE, 1.0, baths(), coherences=True)[-1])
    frame.axhline(1e3 * linear, color="0.6", lw=0.8)
    frame.axvline(_width(), color="0.6", lw=0.7, ls=":")
    frame.loglog(secular["kerr"].values, 1e3 * _pump(secular).values, color="#E69F00", lw=1.4, ls=(0, (4, 2)),
                 label="full secular")  # fmt: skip
    frame.loglog(
        tuned["kerr"].values[1:], 1e3 * _pump(tuned).values[1:], color="k", lw=1.4, label="coherences kept"
    )
    frame.text(0.09, 1.08e3 * linear, "$K = 0$", fontsize=8.5, color="0.35", ha="right", va="bottom")
    frame.text(0.93 * _width(), 0.79, "half width", fontsize=8.5, color="0.35", ha="right", va="bottom")
    frame.legend(fontsize=8.5, loc="upper right", bbox_to_anchor=(1.0, 0.7))
    frame.margins(x=0.0)
    frame.set_xlabel(r"Kerr nonlinearity $K/\omega_0$")
    frame.set_ylabel(r"pump current on resonance ($10^{-3}\,\hbar\omega_0^2$)")
    style.letter(panels, ["spectrum", "on resonance"])
    return figure
