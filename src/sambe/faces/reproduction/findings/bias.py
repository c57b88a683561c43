"""The current against the temperature bias, with the drive and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, noted, number
from ..lab import BATHS, PLATFORMS, Floats, Lab, baths, current, zeros

if TYPE_CHECKING:
    import xarray as xr

    from ....description.system import System

__all__ = ["study"]

MEAN = 0.8
CURVES = ((0.0, 1.0), (0.1, 0.8), (0.1, 0.9), (0.1, 1.0))  # amplitude and frequency


def study(lab: Lab) -> tuple[Finding, ...]:
    """Spin-boson between baths at T = 0.8 + bias/2 and 0.8 - bias/2."""
    count = max(11, 2 * (lab.points // 8) + 1)  # an odd number: zero bias is a point
    bias = axis("bias", np.linspace(-1.4, 1.4, count))
    curves = [lab.solve(_biased(bias, drive, omega)) for drive, omega in CURVES]
    conductance = _conductance(lab)
    across = axis("omega", np.linspace(0.75, 1.25, 2 * count - 1))
    chart = lab.solve(_biased(axis("bias", np.linspace(0.0, 1.5, count)), 0.1, across))
    stop = [_reversal(c) for c in curves[1:3]]
    return (_finding(_measures(curves, conductance, stop), curves, conductance, chart),)


def _biased(bias: Any, drive: Any, omega: Any) -> System:
    from .... import models

    return models.spin_boson(drive=drive, omega=omega, baths=baths(MEAN + bias / 2, MEAN - bias / 2))


def _reversal(flow: xr.Dataset) -> float:
    """Bias at which the left bath's current changes sign; not a number if it does not."""
    biases = zeros(flow["bias"].values, current(flow, "left"))
    return float(biases[0]) if biases.size else float("nan")


def _conducted(flow: xr.Dataset) -> Floats:
    """What goes from the left bath to the right one, the pump's even share taken off."""
    return 0.5 * (current(flow, "left") - current(flow, "right"))


def _conductance(lab: Lab) -> tuple[Floats, Floats]:
    """Linear conductance against frequency at A = 0.1, over the undriven one."""
    small = 1e-3
    w = PLATFORMS[0].frequencies(lab.points)
    driven = lab.solve(_biased(small, 0.1, axis("omega", w)))
    still = lab.solve(_biased(small, 0.0, 1.0))
    return w, _conducted(driven) / float(_conducted(still))


def _measures(
    curves: list[xr.Dataset], conductance: tuple[Floats, Floats], stop: list[float]
) -> tuple[Measure, ...]:
    still, tuned = curves[0], curves[-1]
    middle = still["bias"].size // 2
    scale = np.max(abs(current(still, "left")))
    steps = np.diff(np.stack([current(c, "left") for c in curves[:3]]), axis=-1)
    w, ratio = conductance
    pump = current(tuned, "pump")
    symmetric = abs(current(tuned, "left")[middle] / current(tuned, "right")[middle] - 1.0)
    return (
        below("conductance on resonance, over the undriven one", ratio[np.argmin(abs(w - 1.0))], 0.02),
        above("conductance at ω = ω₀/2, over the undriven one", ratio[0], 0.95),
        below("undriven: current at zero bias, over the largest",
              abs(current(still, "left")[middle]) / scale, 1e-9),
        above("off resonance: smallest gain of the left bath's current from one bias to the next",
              np.min(steps), 0.0),
        below("on resonance, zero bias: difference of the two bath currents", symmetric, 1e-6),
        below("on resonance: change of the pump's power over all biases",
              np.ptp(pump) / np.max(pump), 0.01, percent=True),
        above("ω = 0.8: bias above which the hot bath gives energy", stop[0], 0.0),
        above("ω = 0.9: the same", stop[1], stop[0]),
        noted("on resonance: current into the left bath at zero bias", -current(tuned, "left")[middle]),
    )  # fmt: skip


def _finding(
    measures: tuple[Measure, ...], curves: list[xr.Dataset], conductance: tuple[Floats, Floats],
    chart: xr.Dataset,
) -> Finding:  # fmt: skip
    w, ratio = conductance
    on = float(ratio[np.argmin(abs(w - 1.0))])
    return Finding(
        key="bias",
        title="The drive shifts the current against the temperature bias, and on resonance cuts it "
        "off from it",
        claim="The bath currents follow the temperature bias; the drive adds an offset, the same into both "
        "baths at zero bias, and near resonance outweighs the bias.",
        words="Without drive the current vanishes at zero bias and follows it. Driven, both baths "
        "are heated at zero bias, and the hot one gives energy only above a bias of "
        f"{number(measures[6].value)} at ω = 0.8 and {number(measures[7].value)} at ω = 0.9; on "
        "resonance no bias makes it give any. There the saturated qubit hardly passes heat from bath "
        f"to bath: its conductance is {number(on)} of the undriven one, and the pump's power changes "
        f"by {measures[5].shown} over all biases.",
        parameters=f"Spin-boson, circular drive, ω₀ = 1; {BATHS.split(', T')[0]}, T = 0.8 ± ΔT/2. "
        "Coherences kept.",
        measures=measures,
        figure=_figure(curves, conductance, chart),
        caption="(a) Current from the left bath, which is the hot one for a positive bias. (b) "
        "Linear conductance at zero bias and A = 0.1, over that of the undriven qubit. (c) Current "
        "from the hot bath over its undriven value at ΔT = 0.8; black: its zero.",
    )


def _figure(curves: list[xr.Dataset], conductance: tuple[Floats, Floats], chart: xr.Dataset) -> Any:
    figure, panels = style.frames(1, 3, 2.9)
    frame = panels[0, 0]
    frame.axhline(0.0, color="0.6", lw=0.6)
    frame.axvline(0.0, color="0.6", lw=0.6)
    colors = ("0.45", *style.shades(3, "plasma"))
    for (drive, omega), flow, color in zip(CURVES, curves, colors, strict=True):
        label = rf"$\omega = {omega:g}$" if drive else "no drive"
        dash = "-" if drive else (0, (4, 2))
        frame.plot(
            flow["bias"].values, 1e3 * current(flow, "left"), color=color, lw=1.4, ls=dash, label=label
        )
    frame.legend(
        loc="lower right", fontsize=8, handlelength=1.8, labelspacing=0.2, bbox_to_anchor=(1.0, 0.08)
    )
    frame.margins(x=0.0)
    frame.set_xlabel(r"temperature bias $\Delta T/\omega_0$")
    frame.set_ylabel(r"left bath's current ($10^{-3}\,\hbar\omega_0^2$)")
    frame = panels[0, 1]
    frame.semilogy(*conductance, color="k", lw=1.4)
    frame.axhline(1.0, color="0.6", lw=0.6)
    frame.margins(x=0.0)
    frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    frame.set_ylabel("conductance / undriven")
    _draw_map(figure, panels[0, 2], chart, curves[0])
    style.letter(panels, ["current", "conductance", "hot bath's current"])
    return figure


def _draw_map(figure: Any, frame: Any, chart: xr.Dataset, still: xr.Dataset) -> None:
    unit = np.interp(0.8, still["bias"].values, current(still, "left"))
    z = chart["energy_current"].sel(terminal="left").transpose("bias", "omega").values / unit
    w, bias = chart["omega"].values, chart["bias"].values
    image = frame.pcolormesh(w, bias, z, cmap="RdBu_r", vmin=-3, vmax=3, shading="gouraud", rasterized=True)
    frame.contour(w, bias, z, [0.0], colors="k", linewidths=1.0)
    frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    frame.set_ylabel(r"temperature bias $\Delta T/\omega_0$")
    figure.colorbar(image, ax=frame, pad=0.02, aspect=22).ax.minorticks_off()
