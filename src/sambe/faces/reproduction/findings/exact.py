"""Which of the answers is right: all against the numerically exact hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, noted
from ..lab import BATHS, PLATFORMS, Lab, current, deviation
from .secular import relaxation

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["study"]

RATIOS = np.array([0.1, 0.3, 1.0, 3.0, 10.0])  # amplitude over relaxation rate
LOOKS: dict[str, dict[str, Any]] = {
    "full secular": {"color": "#E69F00", "lw": 1.4},
    "coherences kept": {"color": "k", "lw": 1.4},
    "coherences and Lamb shift": {"color": "#0072B2", "lw": 1.4, "ls": (0, (4, 2))},
}
Runs = dict[str, "xr.Dataset"]


def study(lab: Lab) -> tuple[Finding, ...]:
    """The driven qubit on resonance, from a drive weaker than the relaxation to a stronger one."""
    smooth = np.union1d(np.geomspace(RATIOS[0], RATIOS[-1], 41), RATIOS)
    system = PLATFORMS[0].build(axis("drive", smooth * relaxation()), 1.0)
    lines = {
        "full secular": lab.solve(system, secular="full"),
        "coherences kept": lab.solve(system),
        "coherences and Lamb shift": lab.solve(system, lamb_shift="shift"),
    }
    points = {name: flow.isel(drive=np.isin(smooth, RATIOS)) for name, flow in lines.items()}
    truth = lab.solve(PLATFORMS[0].build(axis("drive", RATIOS * relaxation()), 1.0), equation="heom")
    measures = _measures(points, truth)
    return (_finding(measures, _figure(lines, points, truth)),)


def _measures(runs: Runs, truth: xr.Dataset) -> tuple[Measure, ...]:
    error = {name: deviation(flow, truth) for name, flow in runs.items()}
    secular = runs["full secular"]
    wrong = np.sign(current(secular, "left")) != np.sign(current(truth, "left"))
    return (
        above("full secular, A/g = 0.1: largest error of a current",
              error["full secular"][0], 1.0, percent=True),
        below("coherences kept, A/g from 0.1 to 10: the same",
              np.max(error["coherences kept"]), 0.06, percent=True),
        below("with the Lamb shift too: the same",
              np.max(error["coherences and Lamb shift"]), 0.02, percent=True),
        above("full secular, A/g = 0.1: pump power over the exact one",
              current(secular, "pump")[0] / current(truth, "pump")[0], 40.0),
        above("A/g up to which the full secular sign of the hot bath's current is wrong",
              np.max(RATIOS[wrong], initial=0.0), 0.2),
        noted("error that the hierarchy estimates of itself, at most",
              np.max(truth["hierarchy_error"].values)),
    )  # fmt: skip


def _finding(measures: tuple[Measure, ...], figure: Any) -> Finding:
    return Finding(
        key="exact",
        title="The numerically exact answer sides with the coherences",
        claim="Neither secular nor perturbative in the bath, the hierarchical equations of motion "
        "tell which of the answers is right.",
        words=f"At A = 0.1 g the full secular currents are off by {measures[0].shown} of the largest "
        f"exact current, the pump's power is {measures[3].shown} times the exact one, and the hot "
        "bath's current has the wrong sign. With coherences no current is off by more than "
        f"{measures[1].shown} from A = 0.1 g to 10 g, and by {measures[2].shown} when the baths' Lamb "
        "shift, which detunes the qubit, is kept as well.",
        parameters=f"Spin-boson, ω = ω₀ = 1, circular drive; {BATHS}, for the hierarchy as a sum of "
        "exponentials. Errors relative to the largest exact current.",
        measures=measures,
        figure=figure,
        caption="(a) Pump current and (b) current from the hot bath against the amplitude over the "
        "relaxation rate; crosses: exact. (c) Largest error of a current over the largest exact "
        "current.",
        beyond=True,
    )


def _figure(lines: Runs, points: Runs, truth: xr.Dataset) -> Any:
    figure, panels = style.frames(1, 3, 3.1)
    cross = {"color": "#009E73", "lw": 0, "marker": "x", "ms": 7.0, "mew": 1.6, "zorder": 5}
    for frame, terminal in ((panels[0, 0], "pump"), (panels[0, 1], "left")):
        for name, flow in lines.items():
            ratio = flow["drive"].values / relaxation()
            frame.semilogx(ratio, 1e3 * current(flow, terminal), **LOOKS[name])
        frame.semilogx(RATIOS, 1e3 * current(truth, terminal), **cross)
    panels[0, 0].set_yscale("log")
    panels[0, 1].axhline(0.0, color="0.6", lw=0.6)
    for name, flow in points.items():
        look = {**LOOKS[name], "lw": 1.0, "ls": "-", "marker": "o", "ms": 4.0, "mfc": "none"}
        panels[0, 2].loglog(RATIOS, deviation(flow, truth), **look)
    for frame in panels[0]:
        frame.set_xlabel("amplitude / relaxation rate, $A/g$")
    panels[0, 0].set_ylabel(r"pump current ($10^{-3}\,\hbar\omega_0^2$)")
    panels[0, 1].set_ylabel(r"hot bath's current ($10^{-3}\,\hbar\omega_0^2$)")
    panels[0, 2].set_ylabel("error / largest current")
    style.letter(panels, ["pump", "hot bath", "error"])
    handles = [style.handle(name, **look) for name, look in LOOKS.items()]
    style.key(figure, [*handles, style.handle("exact (HEOM)", **cross)])
    return figure
