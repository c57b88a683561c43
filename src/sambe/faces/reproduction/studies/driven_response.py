"""Linear response of a driven qubit, and its symmetry under reversal of time: Brandner and Seifert (2016)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....description.bath import Bath
from ....description.operators import sigmax, sigmaz
from ....description.spectral_density import Flat
from ....description.system import System, axis
from ....verbs.machines.derivatives import response
from ....verbs.machines.merit import performance
from .. import look as style
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab
from ..study import Study

__all__ = ["STUDY", "linear_response"]

TEMPERATURE, RATE, PACE = 1.0, 0.004, 0.004  # of both baths; flat J of each where it is open; of the drive
WEAK = 1e-3  # swing of the level distance where coefficients are taken; what is left out is of this order
WARMER = 1.05  # temperature of the hot bath of the engine
QUBIT = (
    "H = ½[1 + δ cos(ωt + φ)]σ_z, ω = 0.004; S_h = ½(1 + cos ωt)σ_x and S_c = ½(1 − cos ωt)σ_x, so that "
    "the baths are open in turn; J = 0.004 and T = 1 for both. The complete equation, with all terms "
    "between quanta. "
)


def engine(phase: Any, swing: Any, hot: Any = TEMPERATURE) -> System:
    """A qubit that meets a hot and a cold bath in turn, while its level distance goes up and down."""
    opened, modulated = 0.5 * sigmax(), 0.25 * sigmax()
    return System(
        [(0.5, sigmaz())],
        drive={1: [(0.25 * swing * np.exp(-1j * phase), sigmaz())]},
        omega=PACE,
        baths=[Bath("hot", {0: opened, 1: modulated}, Flat(RATE), hot),
               Bath("cold", {0: opened, 1: -modulated}, Flat(RATE), TEMPERATURE)],
    )  # fmt: skip


def linear_response(phase: Floats) -> tuple[Floats, Floats]:
    """Heat by the force of the drive, and work by that of the temperatures, of a rate equation in time.

    To first order in the swing and in the temperature: dp/dt = -K(t) p + s(t), K the rates of both baths, s
    what either force adds; by the Fourier matrix of d/dt on 128 points of a period.
    """
    angle = np.linspace(0.0, 2 * np.pi, 128, endpoint=False)
    rates = [RATE * ((1 + sign * np.cos(angle)) / 2) ** 2 for sign in (1, -1)]
    n = 1.0 / np.expm1(1.0 / TEMPERATURE)
    k = np.fft.fftfreq(128, 1 / 128)
    slope = np.fft.ifft(1j * k[:, None] * np.fft.fft(np.eye(128), axis=0), axis=0).real
    lag = np.linalg.inv(PACE * slope + np.diag((1 + 2 * n) * (rates[0] + rates[1])))
    drive, work = np.cos(angle + phase[:, None]), -PACE * np.sin(angle + phase[:, None])
    bent = -n * (n + 1) / TEMPERATURE / (1 + 2 * n)  # of the occupation by the level distance, times 1 - 2p
    moved = (bent * (rates[0] + rates[1]) * drive) @ lag.T
    heat = TEMPERATURE * (rates[0] * (bent * drive - (1 + 2 * n) * moved)).mean(-1)
    warmed = lag @ (-bent / TEMPERATURE * rates[0])
    return heat, TEMPERATURE**2 * (warmed * work).mean(-1)


def _phases(count: int) -> Any:
    return np.linspace(-np.pi, np.pi, 2 * (count // 2) + 1)


def _reciprocity(lab: Lab) -> Finding:
    phase = _phases(lab.points)
    answers = response(engine(axis("shift", phase), WEAK))
    work = answers["conductance"].sel(terminal="pump", other="hot").values * TEMPERATURE**2 / WEAK
    heat = answers["drive_response"].sel(terminal="hot").values * TEMPERATURE / WEAK
    still = response(engine(axis("shift", phase[:1]), 0.0))["energy_current"].sel(terminal="hot")
    heat_closed, work_closed = linear_response(phase)
    top = abs(work).max()
    measures = (
        below("largest |L_wq(φ) − L_qw(−φ)|, of the largest coefficient",
              max(abs(work - heat[::-1])) / top, 0.01),
        above("largest |L_wq(φ) − L_qw(φ)|, of the same", max(abs(work - heat)) / top, 0.5),
        below("error of L_wq against the rate equation with rates in time",
              max(abs(work - work_closed)) / top, 0.01),
        below("error of L_qw", max(abs(heat - heat_closed)) / top, 0.01),
        noted("heat that opening and closing costs by itself, of the largest heat",
              abs(still.item()) / (top * WEAK)),
    )  # fmt: skip
    return Finding(
        key="reciprocity",
        title="The linear response is symmetric under reversal of the drive",
        claim="Near equilibrium the kinetic coefficients obey reciprocity relations that follow from "
        "reversal of time.",
        words="The coefficient of work by a difference of temperatures equals that of heat by the drive in "
        f"the reversed protocol, φ to −φ, to {number(100 * max(abs(work - heat[::-1])) / top)} % of the "
        "largest, of the order of ω/T, which a rate equation leaves out. In one and the same protocol they "
        f"differ by up to {max(abs(work - heat)) / top:.2f} of the largest: unless the protocol is its own "
        "reversal, the matrix is not symmetric.",
        parameters=QUBIT
        + "δ = 0.001; forces δ/T and 1/T_c − 1/T_h, coefficients by exact derivatives of the "
        "stationary equation.",
        measures=measures,
        figure=_reciprocity_figure(phase, work, heat, work_closed, heat_closed),
        caption="(a) Coefficient of work by a difference of temperatures, and of heat by the drive, "
        "against the phase of the drive; circles: the rate equation with rates in time. (b) The second "
        "with the drive reversed, on the first.",
    )  # fmt: skip


def _reciprocity_figure(phase: Floats, work: Floats, heat: Floats, *closed: Floats) -> Any:
    figure, panels = style.frames(1, 2, 2.9)
    names = (r"$L_{wq}(\varphi)$", r"$L_{qw}(\varphi)$", r"$L_{qw}(-\varphi)$")
    for frame, other, dash in zip(panels[0], (heat, heat[::-1]), ("-", (0, (3, 2))), strict=True):
        frame.axhline(0.0, color="0.6", lw=0.6)
        frame.plot(phase / np.pi, 1e4 * work, color=style.HOT, lw=1.8)
        frame.plot(phase / np.pi, 1e4 * other, color=style.COLD, lw=1.6, ls=dash)
        frame.set_xlim(-1.0, 1.0)
        frame.set_ylim(-2.4, 3.4)
        frame.set_xlabel(r"phase of the drive $\varphi/\pi$")
    some = slice(None, None, max(1, phase.size // 12))
    for row, color in zip(closed, (style.HOT, style.COLD), strict=True):
        panels[0, 0].plot(phase[some] / np.pi, 1e4 * row[some], "o", color=color, ms=4, mfc="white")
    for frame, second, dash in zip(panels[0], names[1:], ("-", (0, (3, 2))), strict=True):
        frame.legend(handles=[style.handle(names[0], color=style.HOT, lw=1.8),
                              style.handle(second, color=style.COLD, lw=1.6, ls=dash)], loc="upper center",
                     ncols=2)  # fmt: skip
    panels[0, 0].set_ylabel(r"coefficient ($10^{-4}\,\omega_0^2$)")
    style.letter(panels, ["one protocol", "and its reversal"])
    return figure


def _power(lab: Lab) -> Finding:
    phase = np.linspace(-np.pi, np.pi, 9)[:-1]
    swing = np.linspace(0.002, 0.05, max(7, lab.points // 5))
    flow = performance(engine(axis("shift", phase), axis("swing", swing), WARMER))
    flow = flow.transpose("shift", "swing", ...)
    works = np.isfinite(flow["efficiency"].values)
    power = np.where(works, flow["power"].values, np.nan)
    fraction = np.where(works, flow["fraction_of_carnot"].values, np.nan)
    n = 1.0 / np.expm1(1.0 / TEMPERATURE)
    # rate at which the hot bath gives quanta in equilibrium: mean of J (1 + cos)^2 / 4, and n (1 - p)
    given = RATE * 0.375 * n * (n + 1) / (1 + 2 * n)
    most = TEMPERATURE * (1 / TEMPERATURE - 1 / WARMER) ** 2 * given
    shares = power / (most * fraction * (1 - fraction))
    measures = (
        below("largest power over the bound T F² K η(1 − η)", np.nanmax(shares), 1.0),
        above("the same, to see that the bound is near", np.nanmax(shares), 0.2),
        below("largest efficiency over Carnot's", np.nanmax(fraction), 1.0),
        above("share of phases and swings at which it is an engine", works.mean(), 0.1),
        noted("largest power over that of the bound, T F² K/4", np.nanmax(power) / (most / 4)),
    )
    return Finding(
        key="power",
        title="The power is bounded, and the bound is zero at Carnot's efficiency",
        claim="The symmetry and detailed balance bound efficiency and power; power vanishes as Carnot's "
        "efficiency is approached.",
        words="With F = 1/T_c − 1/T_h, η the efficiency over Carnot's and K the rate at which the hot bath "
        "gives quanta in equilibrium times their squared energy, entropy production is at least J_h²/K, "
        f"and hence the power at most T F² K η(1 − η). The engine comes to {np.nanmax(shares):.2f} of it, "
        f"at best, and to {np.nanmax(fraction):.2f} of Carnot's efficiency. The bound is derived here, in "
        "the manner of the source.",
        parameters=QUBIT + "T_h = 1.05; δ from 0.002 to 0.05, eight phases.",
        measures=measures,
        figure=_power_figure(phase, power, fraction, most),
        caption="Power against efficiency of the engine, a curve for each phase of the drive with the "
        "swing along it; dashed: the bound, zero at Carnot's efficiency.",
    )  # fmt: skip


def _power_figure(phase: Floats, power: Floats, fraction: Floats, most: float) -> Any:
    figure, panels = style.frames(1, 1, 3.0)
    frame = panels[0, 0]
    x = np.linspace(0.0, 1.0, 200)
    frame.plot(x, 4 * x * (1 - x), color="k", lw=1.0, ls=(0, (4, 2)))
    frame.fill_between(x, 4 * x * (1 - x), 1.2, color="0.9", lw=0)
    frame.text(0.5, 1.06, "beyond the bound", ha="center", fontsize=9, color="0.3")
    shown = [k for k in range(phase.size) if np.isfinite(power[k]).any()]
    for k, color in zip(shown, style.shades(len(shown)), strict=True):
        label = f"$\\varphi/\\pi$ = {phase[k] / np.pi:g}"
        frame.plot(fraction[k], power[k] / (most / 4), "o-", color=color, lw=1.4, ms=3.5, label=label)
    frame.legend(loc="center right", fontsize=8.5)
    frame.set_xlim(0.0, 1.0)
    frame.set_ylim(0.0, 1.2)
    frame.set_xlabel("efficiency over Carnot's")
    frame.set_ylabel(r"power over $T F^2 K/4$")
    return figure


STUDY = Study(
    name="driven-response",
    title="Periodic thermodynamics: the linear response of a driven qubit",
    citation="Brandner and Seifert, Phys. Rev. E 93, 062134 (2016), arXiv:1604.03411",
    year=2016,
    claim="Near equilibrium the entropy production of a periodically driven open quantum system is a "
    "quadratic form in its forces. The coefficients obey reciprocity relations under reversal of time, and "
    "a constraint from detailed balance bounds efficiency and power of engines. The source illustrates it "
    "by a qubit and a bath of modulated temperature; here two baths are open in turn. Only the abstract "
    "was consulted.",
    findings=(_reciprocity, _power),
    placeholders=(
        "The modulation of the temperature: two baths that are open in turn, with couplings ½(1 ± cos ωt).",
        "The drive: a level distance of swing δ in step with the baths up to a phase, for which the whole "
        "circle was tried; swings from 0.001 to 0.05.",
        "The rates: J = 0.004 for both baths, and the drive's frequency 0.004, near the rate of relaxation.",
    ),
    points=49,
    least=25,
)
