"""The cheap equation against the Floquet benchmark, and what the traditional one misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import look as style
from ..finding import Finding, Measure, above, below, number
from ..lab import BATHS, PLATFORMS, Lab, Platform, current, deviation, zeros

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["study"]

# Largest relative difference that still counts as the same answer: a criterion, set beforehand, a thousand
# times the default tolerance of the propagation.
AGREE = 1e-7
INVISIBLE = 1e-17  # smallest difference on the logarithmic axis, where an exact zero is drawn
Runs = dict[str, dict[str, "xr.Dataset"]]


def study(lab: Lab) -> tuple[Finding, ...]:
    """Agreement of driven-dressed and Floquet; disagreement of the traditional equation."""
    runs = {p.key: _compare(lab, p) for p in PLATFORMS}
    return _agreement(lab, runs), _traditional(lab, runs)


def _compare(lab: Lab, platform: Platform) -> dict[str, xr.Dataset]:
    system = platform.sweep(lab.points)
    return {
        "here": lab.solve(system),
        "floquet": lab.solve(system, equation="floquet"),
        "dressed": lab.solve(system, equation="dressed"),
        "here full": lab.solve(system, secular="full"),
        "floquet full": lab.solve(system, equation="floquet", secular="full"),
    }


def _parameters() -> str:
    return "; ".join(p.parameters for p in PLATFORMS) + f". ω₀ = 1; {BATHS}."


def _agreement(lab: Lab, runs: Runs) -> Finding:
    measures = []
    for platform in PLATFORMS:
        run = runs[platform.key]
        for secular, end in (("full secular", " full"), ("coherences kept", "")):
            worst = np.max(deviation(run["here" + end], run["floquet" + end]))
            measures.append(below(f"{platform.name}, {secular}: largest relative difference", worst, AGREE))
    worst_of_all = np.max([m.value for m in measures])
    measures.insert(0, below("all platforms, full secular and coherences kept: largest relative difference",
                             worst_of_all, AGREE))  # fmt: skip
    return Finding(
        key="agreement",
        title="The driven-dressed equation gives the Floquet answer",
        claim="Keep the phase of the drive in the system-bath coupling, and the cheap dressed equation "
        "has the currents of the general Floquet equation, on every platform.",
        words=f"Over {3 * lab.points} points on three platforms no current of the driven-dressed equation "
        f"lies further than {number(worst_of_all)} from Floquet's, with the full secular approximation and "
        "with coherences kept alike: the two differ by the accuracy of the propagation and not by physics.",
        parameters=_parameters(),
        measures=tuple(measures),
        figure=_agreement_figure(runs),
        caption="Energy currents into the system, with coherences kept (top): driven-dressed (thin) "
        "on Floquet (broad). Largest difference over the terminals relative to the largest current "
        "(bottom), by either equation with the same secular treatment; the dashed line is the "
        "criterion.",
    )


def _agreement_figure(runs: Runs) -> Any:
    figure, panels = style.frames(2, 3, 4.2, sharex="col", height_ratios=(1.5, 1.0))
    for column, platform in enumerate(PLATFORMS):
        run = runs[platform.key]
        w = run["here"]["omega"].values
        top, bottom = panels[:, column]
        top.axhline(0.0, color="0.6", lw=0.6)
        for terminal, color in style.COLORS.items():
            top.plot(w, 1e3 * current(run["floquet"], terminal), color=color, lw=4.0, alpha=0.28)
            top.plot(w, 1e3 * current(run["here"], terminal), color=color, lw=0.9)
        for end, color in ((" full", "#E69F00"), ("", "#009E73")):
            gap = deviation(run["here" + end], run["floquet" + end])
            bottom.semilogy(w, np.maximum(gap, INVISIBLE), color=color, lw=0.9)
        bottom.axhline(AGREE, color="0.4", lw=0.8, ls=(0, (4, 3)))
        bottom.set_ylim(INVISIBLE, 1e-1)
        bottom.minorticks_off()
        bottom.set_xlabel(r"drive frequency $\omega/\omega_0$")
        top.margins(x=0.0, y=0.07)
    style.letter(panels[0], [p.name for p in PLATFORMS])
    panels[0, 0].set_ylabel(r"current ($10^{-3}\,\hbar\omega_0^2$)")
    panels[1, 0].set_ylabel("relative difference")
    lines = [style.handle(style.NAMES[n], color=c, lw=1.4) for n, c in style.COLORS.items()]
    lines += [
        style.handle("Floquet", color="0.2", lw=4.0, alpha=0.28),
        style.handle("driven-dressed", color="0.2", lw=0.9),
    ]
    style.key(figure, lines)
    panels[1, 1].legend(handles=[style.handle("full secular", color="#E69F00", lw=1.2),
                                 style.handle("coherences kept", color="#009E73", lw=1.2)],
                        loc="upper center", labelspacing=0.2)  # fmt: skip
    return figure


def _traditional(lab: Lab, runs: Runs) -> Finding:
    measures: list[Measure] = []
    windows, lost = [], []
    for platform in PLATFORMS:
        run = runs[platform.key]
        w = run["floquet"]["omega"].values
        off = deviation(run["dressed"], run["floquet"])
        flipped = np.sign(current(run["dressed"], "left")) * np.sign(current(run["floquet"], "left")) < 0
        measures += [
            above(f"{platform.name}: largest error of a current", np.nanmax(off), 0.5, percent=True),
            above(f"{platform.name}: share of the sweep with the wrong sign of the hot bath's current",
                  flipped.mean(), 0.01, percent=True),
            below(f"{platform.name}: largest pump current by the traditional equation, over Floquet's",
                  np.nanmax(abs(current(run["dressed"], "pump"))) / np.max(current(run["floquet"], "pump")),
                  1e-9),
        ]  # fmt: skip
        edges = zeros(w, current(run["floquet"], "left"))
        windows.append(
            f"{platform.name} {edges.min():.3f} to {edges.max():.3f}" if edges.size else platform.name
        )
        if np.isnan(off).any():
            lost.append(platform.name)
    measures.append(_without_drive(lab))
    measures += _truncation(lab)
    return _traditional_finding(measures, windows, lost, runs)


def _without_drive(lab: Lab) -> Measure:
    """Error of the traditional equation where there is nothing to drive: far off, amplitude zero."""
    spin = PLATFORMS[0]
    still = spin.build(1e-9, 0.5)
    wrong = deviation(lab.solve(still, equation="dressed"), lab.solve(still, equation="floquet"))
    return above("spin-boson, vanishing drive at ω = ω₀/2: error of the currents", wrong, 0.2, percent=True)


def _truncation(lab: Lab) -> list[Measure]:
    """Change of the Kerr currents above resonance when the ladder gains four levels."""
    from .... import models
    from ..lab import baths

    out = []
    expected = (("dressed", "traditional", above, 0.05), ("floquet", "Floquet", below, 1e-3))
    for equation, name, side, bound in expected:
        currents = [
            lab.solve(models.kerr_resonator(kerr=0.02, drive=0.01, omega=1.3, levels=n, baths=baths()),
                      equation=equation)
            for n in (16, 20)
        ]  # fmt: skip
        change = deviation(currents[1], currents[0])
        label = f"Kerr resonator, ω = 1.3: change of the {name} currents from 16 to 20 levels"
        out.append(side(label, change, bound, percent=True))
    return out


def _traditional_finding(measures: list[Measure], windows: list[str], lost: list[str], runs: Runs) -> Finding:
    largest = max(m.value for m in measures[0:9:3])
    gone = f" At ω = ω₀ itself it has no unique stationary state ({' and '.join(lost)})." if lost else ""
    return Finding(
        key="traditional",
        title="The traditional dressed equation gives other currents",
        claim="Drop the phase of the drive, as the traditional dressed equation does, and the currents "
        "have the wrong size and, near resonance, the wrong sign.",
        words=f"The traditional currents are off by up to {number(100 * largest)} %. The equation has "
        "no pump: that current is zero throughout, so that what one bath gives the other takes, also "
        "where in truth both are heated. There the hot bath's current has the wrong sign (ω/ω₀: "
        f"{'; '.join(windows)}). The error does not vanish with the drive, since the traditional "
        "equation puts the dressed gap, about |ω₀ − ω|, in the place of the energy that a bath "
        f"really exchanges.{gone} Above resonance it inverts the ladder of the resonator, and its "
        "answer hangs on where the ladder is cut.",
        parameters=_parameters() + " Coherences kept in either equation.",
        measures=tuple(measures),
        figure=_traditional_figure(runs),
        caption="Currents from the hot bath (top) and from the pump (bottom) by the traditional "
        "dressed equation (dashed) and by Floquet. Shaded: the traditional current of the hot bath "
        "has the wrong sign.",
    )


def _traditional_figure(runs: Runs) -> Any:
    figure, panels = style.frames(2, 3, 4.0, sharex="col")
    for column, platform in enumerate(PLATFORMS):
        run = runs[platform.key]
        w = run["floquet"]["omega"].values
        left = [current(run[e], "left") for e in ("floquet", "dressed")]
        panels[0, column].fill_between(
            w, 0, 1, where=left[0] * np.nan_to_num(left[1], nan=1.0) < 0, color="#D55E00", alpha=0.13, lw=0,
            transform=panels[0, column].get_xaxis_transform(),
        )  # fmt: skip
        for frame, terminal in zip(panels[:, column], ("left", "pump"), strict=True):
            frame.axhline(0.0, color="0.6", lw=0.6)
            color = style.COLORS[terminal]
            frame.plot(w, 1e3 * current(run["floquet"], terminal), color=color, lw=1.4)
            frame.plot(w, 1e3 * current(run["dressed"], terminal), color=color, lw=1.4, ls=(0, (4, 2)))
            frame.margins(x=0.0, y=0.09)
        panels[1, column].set_xlabel(r"drive frequency $\omega/\omega_0$")
    style.letter(panels[0], [p.name for p in PLATFORMS])
    panels[0, 0].set_ylabel("hot bath's current\n" r"($10^{-3}\,\hbar\omega_0^2$)")
    panels[1, 0].set_ylabel("pump current\n" r"($10^{-3}\,\hbar\omega_0^2$)")
    style.key(figure, [style.handle("Floquet", color="0.2", lw=1.4),
                       style.handle("traditional dressed", color="0.2", lw=1.4, ls=(0, (4, 2)))])  # fmt: skip
    return figure
