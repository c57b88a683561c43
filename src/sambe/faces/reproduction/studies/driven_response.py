"""Linear response of a driven qubit, and its symmetry under reversal of time: Brandner and Seifert (2016)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....description.bath import Bath
from ....description.spectral_density import Flat, Ohmic
from ....description.spin_operators import sigmax, sigmaz
from ....description.system import System, axis
from ....verbs.machines.derivatives import response
from ....verbs.machines.merit import performance
from ....verbs.stationary_currents import steady_state
from .. import look as style
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab
from ..study import Study

__all__ = ["STUDY", "absorbed", "linear_response"]

TEMPERATURE, RATE, PACE = 1.0, 0.004, 0.004  # of both baths; flat J of each where it is open; of the drive
WEAK = 1e-3  # swing of the level distance where coefficients are taken; what is left out is of this order
WARMER = 1.05  # temperature of the hot bath of the engine
QUBIT = (
    "H = ½[1 + δ cos(ωt + φ)]σ_z, ω = 0.004; S_h = ½(1 + cos ωt)σ_x and S_c = ½(1 − cos ωt)σ_x, so that "
    "the baths are open in turn; J = 0.004 and T = 1 for both. The complete equation, with all terms "
    "between quanta. "
)
# The qubit whose drive turns away from its axis: level distance, frequency of the drive, strength of J, all
# far below the temperature, so that opening and closing costs little; swing for coefficients of work
DISTANCE, TURN, STRENGTH, SWING = 0.05, 0.02, 0.002, 0.001
TURNED = (
    "H = ½[Δσ_z + δ cos(ωt + φ)(cos θ σ_z + sin θ σ_x)], Δ = 0.05, ω = 0.02; baths open in turn as before, "
    "J = 0.002 w and T = 1 for both. "
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
    marked = slice(None, None, max(1, phase.size // 12))
    for row, color in zip(closed, (style.HOT, style.COLD), strict=True):
        panels[0, 0].plot(phase[marked] / np.pi, 1e4 * row[marked], "o", color=color, ms=4, mfc="white")
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


def turned_engine(phase: Any, swing: Any, angle: Any, hot: Any = TEMPERATURE) -> System:
    """The same with few quanta of energy to a temperature, and a drive at an angle to the level distance."""
    opened, modulated = 0.5 * sigmax(), 0.25 * sigmax()
    term = 0.25 * swing * np.exp(-1j * phase)
    ohmic = Ohmic(STRENGTH, cutoff=100.0)
    return System(
        [(0.5 * DISTANCE, sigmaz())],
        drive={1: [(term * np.cos(angle), sigmaz()), (term * np.sin(angle), sigmax())]},
        omega=TURN,
        baths=[Bath("hot", {0: opened, 1: modulated}, ohmic, hot),
               Bath("cold", {0: opened, 1: -modulated}, ohmic, TEMPERATURE)],
    )  # fmt: skip


def absorbed() -> float:
    """What a drive across the axis absorbs, over its squared swing, by Bloch's equations.

    Noise along x leaves x alone and lets y and z decay at G = 3/4 J coth(D/2T), the mean over the period:
    with z0 = -tanh(D/2T), P = w^2 G |z0| D / 4 / [(D^2 - w^2)^2 + w^2 G^2].
    """
    half = 0.5 * DISTANCE / TEMPERATURE
    decay = 0.75 * STRENGTH * DISTANCE * np.exp(-DISTANCE / 100.0) / np.tanh(half)
    apart = DISTANCE**2 - TURN**2
    return float(0.25 * TURN**2 * decay * np.tanh(half) * DISTANCE / (apart**2 + (TURN * decay) ** 2))


def _coefficients(phase: Floats, angle: Floats) -> tuple[Floats, Floats, Floats]:
    """Work by the temperature, heat and work by the drive, ``(phases, angles)``.

    In phases half a turn apart what opening and closing costs by itself is the same, and drops out.
    """
    places, angles = axis("shift", phase), axis("angle", angle)
    weak = WEAK * DISTANCE
    answers = response(turned_engine(places, weak, angles)).transpose("shift", "angle", ...)
    work = answers["conductance"].sel(terminal="pump", other="hot").values * TEMPERATURE**2 / weak
    heat = answers["drive_response"].sel(terminal="hot").values * TEMPERATURE / weak
    flow = steady_state(turned_engine(places, SWING, angles)).transpose("shift", "angle", ...)
    still = steady_state(turned_engine(0.0, 0.0, 0.0))["energy_current"].sel(terminal="pump").item()
    power = (flow["energy_current"].sel(terminal="pump").values - still) / SWING**2
    half = phase.size // 2
    return tuple(
        0.5 * np.concatenate([x[:half] + sign * x[half:], sign * x[:half] + x[half:]])
        for x, sign in ((work, -1.0), (heat, -1.0), (power, 1.0))
    )  # type: ignore[return-value]


def _net_powers(phase: float, angles: Floats) -> tuple[Floats, list[Floats]]:
    """Swings, and power of engines at T_h = 1.1 by the angle of the drive, less what it is at no swing."""
    swing = axis("swing", np.linspace(0.0, 0.003, 31))
    engines = turned_engine(phase, swing, axis("angle", angles), 1.1)
    given = steady_state(engines)["energy_current"].sel(terminal="pump").transpose("angle", "swing").values
    return swing.values, [row[0] - row for row in given]


def _coherence(lab: Lab) -> Finding:
    phase = np.linspace(-np.pi, np.pi, 9)[:-1]
    angle = np.linspace(0.0, np.pi / 2, 2 * max(2, lab.points // 12) + 1)
    work, heat, cost = _coefficients(phase, angle)
    along, across = np.cos(angle), np.sin(angle)
    coherent = cost[:, -1]
    share = along**2 * cost[:, :1] / cost  # of the largest power, L_wq^2 F^2/4 L_ww, of the drive on the axis
    best = int(np.argmax(-work[:, 0]))
    middle = angle.size // 2
    swing, net = _net_powers(phase[best], angle[[0, middle]])
    gain = [np.max(row) for row in net]
    loss = abs(cost - cost[:, :1] * along**2 - coherent[:, None] * across**2)
    measures = (
        below("largest |L_qw(θ) − L_qw(0) cos θ|, of the largest",
              np.max(abs(heat - heat[:, :1] * along)) / np.max(abs(heat)), 0.01),
        below("largest |L_wq(θ) − L_wq(0) cos θ|, of the largest",
              np.max(abs(work - work[:, :1] * along)) / np.max(abs(work)), 0.01),
        below("largest |L_ww(θ) − L_ww(0) cos²θ − L_ww(90°) sin²θ|, of the largest",
              np.max(loss) / np.max(cost), 0.02),
        above("smallest coherent part L_ww(90°), of L_ww(0) in the same phase",
              np.min(coherent / cost[:, 0]), 0.05),
        below("error of its mean over the phases against Bloch's equations",
              abs(np.mean(coherent) / absorbed() - 1.0), 0.02),
        below("largest power at 45° over that at 0°, by the coefficients", np.max(share[:, middle]), 0.95),
        below("error of that ratio against engines at T_h = 1.1",
              abs(gain[1] / gain[0] / share[best, middle] - 1.0), 0.02),
    )  # fmt: skip
    return Finding(
        key="coherence",
        title="Coherence costs work and brings none",
        claim="The coefficients split into a classical and a quantum part, and a Hamiltonian of the work "
        "that does not commute with the bare one keeps the engine from Carnot's efficiency.",
        words="Turned by θ away from the axis, the drive couples to heat by its component along the axis "
        "alone, L_wq and L_qw falling as cos θ, while the component across it adds to the cost: L_ww = "
        f"L_c cos²θ + L_q sin²θ, with L_q from {np.min(coherent / cost[:, 0]):.2f} to "
        f"{np.max(coherent / cost[:, 0]):.2f} of L_c, as Bloch's equations have it. The largest power "
        "L_wq² F²/(4 L_ww), which no swing along the axis would change, is at 45° "
        f"{np.min(share[:, middle]):.2f} to {np.max(share[:, middle]):.2f} of that at 0°, and engines "
        "between T_h = 1.1 and T_c = 1 lose as much.",
        parameters=TURNED + "Coefficients by exact derivatives, L_ww by the power at δ = 0.001; what opening "
        "and closing takes by itself, the same in phases half a turn apart, is left out.",
        measures=measures,
        figure=_coherence_figure(angle, (heat[best], cost[best]), swing, net),
        caption="(a) Coefficients of heat by the drive (squares) and of work (circles) against the angle "
        "between the drive and the axis, over those at 0°; lines: cos θ, and both parts of the cost. (b) "
        "Power at T_h = 1.1 against the swing.",
    )  # fmt: skip


def _coherence_figure(
    angle: Floats, by_angle: tuple[Floats, Floats], swing: Floats, net: list[Floats]
) -> Any:
    figure, panels = style.frames(1, 2, 2.9)
    (heat, cost), fine = by_angle, np.linspace(0.0, np.pi / 2, 200)
    frame, other = panels[0]
    frame.plot(fine / np.pi, np.cos(fine), color=style.COLD, lw=1.2)
    frame.plot(angle / np.pi, heat / heat[0], "s", color=style.COLD, ms=4, mfc="white", label=r"$L_{qw}$")
    parts = np.cos(fine) ** 2 + cost[-1] / cost[0] * np.sin(fine) ** 2
    frame.plot(fine / np.pi, parts, color=style.HOT, lw=1.2)
    frame.plot(angle / np.pi, cost / cost[0], "o", color=style.HOT, ms=4, mfc="white", label=r"$L_{ww}$")
    frame.plot(
        fine / np.pi, np.cos(fine) ** 2, color=style.HOT, lw=1.0, ls=(0, (3, 2)), label="without coherence"
    )
    frame.set_xlabel(r"angle of the drive $\theta/\pi$")
    frame.set_ylabel("coefficient over that at 0°")
    frame.legend()
    for row, color, label in zip(net, (style.HOT, style.COLD), ("0°", "45°"), strict=True):
        other.plot(1e3 * swing, 1e10 * row, color=color, lw=1.6, label=label)
    other.axhline(0.0, color="0.6", lw=0.6)
    other.set_xlabel(r"swing $\delta$ ($10^{-3}$)")
    other.set_ylabel(r"power gained ($10^{-10}$)")
    other.legend()
    style.letter(panels, ["what the angle does", "and what is lost"])
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
    findings=(_reciprocity, _power, _coherence),
    placeholders=(
        "The modulation of the temperature: two baths that are open in turn, with couplings ½(1 ± cos ωt).",
        "The drive: a level distance of swing δ in step with the baths up to a phase, for which the whole "
        "circle was tried; swings from 0.001 to 0.05.",
        "The rates: J = 0.004 for both baths, and the drive's frequency 0.004, near the rate of relaxation.",
        "For coherence a level distance of 0.05, a frequency of 0.02 and J = 0.002 w, so that the drive "
        "reaches the line and opening the baths costs little; its angle was varied over a quarter turn.",
    ),
    points=49,
    least=25,
)
