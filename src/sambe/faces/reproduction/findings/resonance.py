"""Currents grow near resonance, and the pump of a driven qubit has three regimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import analytic
from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, between, noted, number
from ..lab import BATHS, PLATFORMS, Floats, Lab, Platform, baths, current, zeros

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["study"]

AMPLITUDES = {
    "spin_boson": (0.01, 0.03, 0.1),
    "two_qubits": (0.01, 0.02, 0.05),
    "kerr_resonator": (0.002, 0.005, 0.01),
}
RESONANCES = {
    "spin_boson": (1.0,),
    "two_qubits": (0.9, 1.0, 1.1),
    "kerr_resonator": (1.0, 1.02, 1.04, 1.06),
}
SPIN = PLATFORMS[0]
PLACES = (0.7, 1.0, 1.3)  # frequencies at which the growth of the power is measured: below, on and above
GAIN = 2.0  # what counts as enhanced, over the undriven current: a criterion, set beforehand


def study(lab: Lab) -> tuple[Finding, ...]:
    """Enhancement on each platform; regimes of the spin-boson pump."""
    return _enhancement(lab), _regimes(lab)


def _gains(lab: Lab, platform: Platform) -> xr.Dataset:
    """Current into the cold bath over what flows undriven, against amplitude and frequency."""
    amplitude = axis("drive", np.array(AMPLITUDES[platform.key]))
    driven = lab.solve(platform.build(amplitude, axis("omega", platform.frequencies(lab.points))))
    still = lab.solve(platform.build(0.0, 0.5))
    gain = driven["energy_current"].sel(terminal="right") / still["energy_current"].sel(terminal="right")
    return driven.assign(gain=gain.drop_vars("terminal"))


def _enhancement(lab: Lab) -> Finding:
    gains = {p.key: _gains(lab, p) for p in PLATFORMS}
    measures = _gain_measures(gains)
    peaks = [
        f"{number(m.value)} times on the {p.name}" for p, m in zip(PLATFORMS, measures[1::3], strict=True)
    ]
    return Finding(
        key="enhancement",
        title="Currents are enhanced near resonance",
        claim="The drive enhances the steady-state currents, most of all near the resonances.",
        words=f"At its peak the current into the cold bath is {', '.join(peaks[:-1])} and {peaks[-1]} what "
        "flows without the drive. The peaks sit on the resonances: ω₀ for the qubit; ω₀ ± g, the normal "
        "modes, and ω₀, where two quanta excite the pair, for two qubits; ω₀ + mK, the (m + 1)-photon "
        "resonances, for the Kerr resonator.",
        parameters="As above, but for the amplitudes in the figure. Coherences kept.",
        measures=measures,
        figure=_enhancement_figure(gains),
        caption="Current into the cold bath, in units of what flows without drive, for three "
        "amplitudes. Dotted: the resonances named in the text.",
    )


def _gain_measures(gains: dict[str, xr.Dataset]) -> tuple[Measure, ...]:
    """The least of the peaks, then three measures of each platform."""
    measures: list[Measure] = []
    for platform in PLATFORMS:
        gain = gains[platform.key]["gain"].transpose("drive", "omega").values
        w = gains[platform.key]["omega"].values
        away = np.min(abs(w[np.argmax(gain[0])] - np.array(RESONANCES[platform.key])))
        measures += [
            above(f"{platform.name}: largest current into the cold bath, over the undriven one",
                  gain[-1].max(), GAIN),
            noted(f"{platform.name}: the same at the edge of the sweep", max(gain[-1, 0], gain[-1, -1])),
            below(f"{platform.name}: distance of the peak from a resonance, weakest drive", away, 0.01),
        ]  # fmt: skip
    least = min(m.value for m in measures[0::3])
    label = "all platforms: least of the peak currents into the cold bath, over the undriven one"
    return above(label, least, GAIN), *measures


def _enhancement_figure(gains: dict[str, xr.Dataset]) -> Any:
    figure, panels = style.frames(1, 3, 2.6)
    for frame, platform in zip(panels[0], PLATFORMS, strict=True):
        data = gains[platform.key]
        w, gain = data["omega"].values, data["gain"].transpose("drive", "omega").values
        for place in RESONANCES[platform.key]:
            frame.axvline(place, color="0.6", lw=0.7, ls=":")
        frame.axhline(1.0, color="0.6", lw=0.6)
        name = "F" if platform.key == "kerr_resonator" else "A"
        for amplitude, row, color in zip(AMPLITUDES[platform.key], gain, style.shades(3), strict=True):
            frame.plot(w, row, color=color, lw=1.3, label=f"${name}$ = {amplitude:g}")
        frame.margins(x=0.0)
        frame.set_ylim(0.0, 1.34 * np.nanmax(gain))
        frame.legend(loc="upper right" if platform.key == "spin_boson" else "upper left", fontsize=8,
                     handlelength=1.2, labelspacing=0.2, borderaxespad=0.3)  # fmt: skip
        frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    style.letter(panels, [p.name for p in PLATFORMS])
    panels[0, 0].set_ylabel(r"$J_\mathrm{cold}(A)\,/\,J_\mathrm{cold}(0)$")
    return figure


def _regimes(lab: Lab) -> Finding:
    line = lab.solve(SPIN.sweep(2 * lab.points - 1))
    count = max(21, lab.points // 3)
    amplitudes, across = np.geomspace(1e-3, 0.3, count), np.linspace(0.7, 1.3, 2 * count + 1)
    chart = lab.solve(SPIN.build(axis("drive", amplitudes), axis("omega", across)))
    powers = lab.solve(
        SPIN.build(axis("drive", np.geomspace(1e-4, 0.2, 45)), axis("omega", np.array(PLACES)))
    )
    measures, edges, threshold = _regime_measures(line, powers)
    low, high = (edges[0], edges[-1]) if edges.size else (np.nan, np.nan)
    return Finding(
        key="regimes",
        title="The pump of the driven qubit has three regimes",
        claim="Below resonance, near it and above it the pump acts differently on the two reservoirs.",
        words=f"At A = 0.1 the hot bath's current reverses sign twice, at ω = {low:.4f} and "
        f"{high:.4f}, and the cold bath's never does. Below (ω < {low:.4f}) heat is conducted from "
        "hot to cold, and the pump adds to it, with a power that grows about as A²; near resonance "
        f"({low:.4f} to {high:.4f}) the pump heats both baths and is saturated, so that a stronger "
        f"drive widens the regime instead of raising the power; above (ω > {high:.4f}) conduction is "
        f"back. The middle regime opens at a threshold, A = {number(threshold)} on resonance; a "
        "weaker drive warms the qubit and does not turn the hot bath's current.",
        parameters=f"Spin-boson, circular drive, ω₀ = 1; {BATHS}. Coherences kept.",
        measures=measures,
        figure=_regimes_figure(line, chart, powers, edges),
        caption="(a) Currents against the drive frequency at A = 0.1; the regimes are shaded. (b) "
        "The hot bath's current over its undriven value in the plane of frequency and amplitude; "
        "black: its zero, the boundary of the regimes; dashed: amplitude of (a). (c) Growth of the "
        "pump's power with the amplitude.",
    )


def _regime_measures(line: xr.Dataset, powers: xr.Dataset) -> tuple[tuple[Measure, ...], Floats, float]:
    w = line["omega"].values
    edges = zeros(w, current(line, "left"))
    pump = powers["energy_current"].sel(terminal="pump").transpose("omega", "drive").values
    a = powers["drive"].values
    slope = np.gradient(np.log(pump), np.log(a), axis=-1)
    at = np.argmin(abs(a - 0.1))
    closing = zeros(np.log(a), powers["energy_current"].sel(terminal="left").sel(omega=1.0).values)
    threshold = float(np.exp(closing[0])) if closing.size else np.nan
    low, high = (edges[0], edges[-1]) if edges.size == 2 else (np.nan, np.nan)
    measures = (
        between("reversals of the hot bath's current at A = 0.1", edges.size, 2, 2),
        between("lower boundary ω/ω₀", low, 0.8, 1.0),
        between("upper boundary ω/ω₀", high, 1.0, 1.3),
        below("largest current out of the cold bath (it only ever takes)",
              np.max(current(line, "right")), 0.0),
        above("smallest pump current over the largest (the drive only ever gives)",
              np.min(current(line, "pump")) / np.max(current(line, "pump")), 0.0),
        between("below, ω = 0.7: exponent of the pump's power in A, at A = 0.1", slope[0, at], 1.7, 2.05),
        between("on resonance: the same exponent", slope[1, at], -0.1, 0.1),
        between("above, ω = 1.3: the same exponent", slope[2, at], 1.7, 2.05),
        noted("threshold amplitude of the middle regime, on resonance", threshold),
        below("its distance from the closed form of the optical Bloch equations",
              abs(threshold / _threshold() - 1.0), 0.02, percent=True),
    )  # fmt: skip
    return measures, edges, threshold


def _threshold() -> float:
    """Amplitude at which the optical Bloch equations turn the hot bath's current on resonance."""
    from scipy.optimize import brentq

    def left(log_a: float) -> float:
        return float(analytic.optical_bloch_currents(1.0, np.exp(log_a), 1.0, baths())[0])

    return float(np.exp(brentq(left, np.log(1e-5), np.log(0.1))))


def _regimes_figure(line: xr.Dataset, chart: xr.Dataset, powers: xr.Dataset, edges: Floats) -> Any:
    figure, panels = style.frames(1, 3, 2.9)
    _draw_line(panels[0, 0], line, edges)
    _draw_map(figure, panels[0, 1], chart)
    frame = panels[0, 2]
    pump = powers["energy_current"].sel(terminal="pump").transpose("omega", "drive").values
    names = [r"$\omega = 0.7$", r"$\omega = \omega_0$", r"$\omega = 1.3$"]
    for row, name, color, dash in zip(
        pump, names, ("#009E73", "k", "#CC79A7"), ("-", "-", (0, (4, 2))), strict=True
    ):
        frame.loglog(powers["drive"].values, row, color=color, lw=1.4, ls=dash, label=name)
    frame.legend(loc="lower right", fontsize=8.5)
    frame.text(0.13, 6e-3, "saturated", fontsize=8.5, color="0.25", ha="right")
    frame.text(3e-4, 2e-7, r"$\propto A^2$", fontsize=9.5, color="0.25")
    frame.margins(x=0.0)
    if (pump > 0).any():
        frame.set_ylim(top=3e-2)
    frame.set_xlabel(r"amplitude $A/\omega_0$")
    frame.set_ylabel(r"pump current ($\hbar\omega_0^2$)")
    style.letter(panels, ["three regimes", "boundaries", "pump power"])
    return figure


def _draw_line(frame: Any, line: xr.Dataset, edges: Floats) -> None:
    w = line["omega"].values
    if edges.size:
        frame.axvspan(edges[0], edges[-1], color="#D55E00", alpha=0.13, lw=0)
    frame.axhline(0.0, color="0.6", lw=0.6)
    for terminal, color in style.COLORS.items():
        frame.plot(w, 1e3 * current(line, terminal), color=color, lw=1.3)
    frame.set_xlim(0.7, 1.3)
    low, high = frame.get_ylim()
    frame.set_ylim(low, high + 0.32 * (high - low))
    for x, text in ((0.8, "conducts"), (1.017, "heats both"), (1.213, "conducts")):
        frame.text(x, high + 0.2 * (high - low), text, ha="center", fontsize=8.5, color="0.25")
    for x, y, terminal in ((0.72, 0.42, "left"), (0.72, -0.72, "right"), (1.055, 1.4, "pump")):
        frame.text(x, y, style.NAMES[terminal], color=style.COLORS[terminal], fontsize=9)
    frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    frame.set_ylabel(r"current ($10^{-3}\,\hbar\omega_0^2$)")


def _draw_map(figure: Any, frame: Any, chart: xr.Dataset) -> None:
    w, a = chart["omega"].values, chart["drive"].values
    z = chart["energy_current"].sel(terminal="left").transpose("drive", "omega").values
    z = z / z[0, 0]
    image = frame.pcolormesh(w, a, z, cmap="RdBu_r", vmin=-3, vmax=3, shading="gouraud", rasterized=True)
    frame.contour(w, a, z, [0.0], colors="k", linewidths=1.0)
    frame.axhline(0.1, color="k", lw=0.7, ls=(0, (4, 3)))
    frame.set_yscale("log")
    frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    frame.set_ylabel(r"amplitude $A/\omega_0$")
    bar = figure.colorbar(image, ax=frame, pad=0.02, aspect=22)
    bar.ax.set_title(r"$J_\mathrm{hot}/J_\mathrm{hot}^0$", fontsize=8.5, pad=9)
    bar.ax.minorticks_off()
