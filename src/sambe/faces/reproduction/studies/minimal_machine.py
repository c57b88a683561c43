"""One modulated qubit is an engine and a refrigerator: Gelbwaser-Klimovsky, Alicki and Kurizki (2013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import jv

from .... import analytic, models
from ....description.bath import Bath
from ....description.spectral_density import Ohmic, Underdamped, Window
from ....description.system import System, axis
from ....verbs.fluctuations import counting_statistics
from ....verbs.machines.merit import performance
from .. import look as style
from ..finding import Finding, above, below, between, noted, number
from ..lab import Floats, Lab, current, zeros
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "crossing"]

# Temperatures in units of omega_0, a choice: the crossing lies away from 2/5 and 2/6, where a high sideband
# comes into the cold band as well.
HOT, COLD = 1.4, 0.65
DEPTH = 0.3  # swing of the splitting over the modulation's frequency, the argument of the Bessel functions
SPAN = (0.158, 0.482)  # of the modulation's frequency; above, the third sideband comes into the cold band
COUPLING = 0.002  # J(W)/W of each bath where it has modes
COLDS = (0.55, 0.65, 0.75, 0.85, 0.95)  # temperatures of the cold bath at which the crossing is sought
WIDTHS = np.geomspace(1e-4, 1.0, 33)  # of peaked baths
NAMES = {"hot": "hot bath", "cold": "cold bath", "pump": "modulation"}
MODEL = (
    "H = ½(ω₀ + λ cos ωt)σ_z with λ = 0.3ω, ω₀ = 1; both baths on σ_x; T = 1.4 (hot) and, unless the figure "
    "says otherwise, 0.65 (cold). "
)
BANDS = (
    "J(W) = 0.002 W for |W − ω₀ − ω| < ω/8 (hot) and |W − ω₀ + ω| < ω/8 (cold), else 0. Full secular: the "
    "states keep no coherence here."
)


def crossing(hot: Any, cold: Any) -> Any:
    """Modulation frequency at which the upper and the lower sideband have one Boltzmann factor."""
    return (hot - cold) / (hot + cold)


def machine(omega: Any, hot: Any = HOT, cold: Any = COLD) -> System:
    """The qubit with one bath at each sideband."""
    baths = [
        Bath(name, spectrum=Window(COUPLING * (1 + s * omega), 1 + s * omega - omega / 8,
                                   1 + s * omega + omega / 8), temperature=t)
        for name, s, t in (("hot", 1, hot), ("cold", -1, cold))
    ]  # fmt: skip
    return models.modulated_qubit(modulation=DEPTH * omega, omega=omega, baths=baths)


def _frequencies(points: int) -> Any:
    return axis("omega", np.linspace(*SPAN, points))


def _named(flow: xr.Dataset) -> Any:
    """Mode of the machine at each point, in words."""
    return np.array(flow["mode"].attrs["flag_meanings"].split())[flow["mode"].values.astype(int)]


def _turns(lab: Lab) -> Finding:
    flow = performance(machine(_frequencies(lab.points), cold=axis("cold", np.array(COLDS))), secular="full")
    flow = flow.transpose("cold", "omega", ...)
    w, wanted = flow["omega"].values, crossing(HOT, np.array(COLDS))
    turns = [zeros(w, row) for row in current(flow, "pump")]
    inside = (wanted > w[0]) & (wanted < w[-1])
    missed = max(abs(t[0] - x) if t.size == 1 else np.inf
                 for t, x in zip(np.array(turns, object)[inside], wanted[inside], strict=True))  # fmt: skip
    mode, below_it = _named(flow), w < wanted[:, None]
    wrong = int((mode != np.where(below_it, "engine", "refrigerator")).sum())
    measures = (
        below("distance of the reversals of power from ω₀(T_h − T_c)/(T_h + T_c), largest", missed, 1e-3),
        between("points that are no engine below it, or no refrigerator above it", wrong, 0, 0),
        between("cold temperatures whose reversal lies within the sweep", inside.sum(), 5, 5),
        below("entropy production over the largest, smallest of all points, with its sign changed",
              -np.min(flow["entropy_production"].values / flow["entropy_production"].values.max()), 1e-12),
    )  # fmt: skip
    place = crossing(HOT, COLD)
    return Finding(
        key="turns",
        title="One qubit is an engine or a refrigerator, by the rate of its modulation",
        claim="A qubit with a modulated splitting, at all times coupled to a hot and a cold bath with "
        "separate spectra, works as an engine or as a refrigerator, as the modulation's frequency has it.",
        words="Where the hot bath has modes at ω₀ + ω alone and the cold one at ω₀ − ω, power and both "
        f"heats reverse at one frequency, ω = {place:.4f} for these temperatures: below it the modulation "
        "takes work out, above it the work that it puts in cools the cold bath. The frequency is ω₀(T_h − "
        "T_c)/(T_h + T_c), at which both baths would hold the qubit at one population.",
        parameters=MODEL + BANDS,
        measures=measures,
        figure=_turn_figure(flow),
        caption="(a) Currents into the qubit against the frequency of the modulation; shaded: the engine. "
        "(b) Power that the modulation gives, over the largest of its row, against frequency and the cold "
        "bath's temperature: circles, reversals that were found; line: the closed form.",
    )


def _turn_figure(flow: xr.Dataset) -> Any:
    figure, panels = style.frames(1, 2, 3.0, gridspec_kw={"width_ratios": [1.15, 1.0]})
    frame, other = panels[0]
    w, place = flow["omega"].values, crossing(HOT, COLD)
    frame.axvspan(w[0], place, color=style.PUMP, alpha=0.09, lw=0)
    frame.axhline(0.0, color="0.6", lw=0.6)
    colors = {"hot": style.HOT, "cold": style.COLD, "pump": style.PUMP}
    for terminal, color in colors.items():
        values = 1e6 * current(flow.sel(cold=COLD), terminal)
        frame.plot(w, values, color=color, lw=1.5)
        k = w.size // 8
        offset = {"hot": 7, "cold": -12, "pump": 7}[terminal]
        frame.annotate(NAMES[terminal], (w[k], values[k]), (4, offset), textcoords="offset points",
                       color=color, fontsize=9)  # fmt: skip
    top = frame.get_ylim()[1]
    for x, text in (((w[0] + place) / 2, "engine"), ((place + w[-1]) / 2, "refrigerator")):
        frame.text(x, 1.02 * top, text, ha="center", va="bottom", fontsize=9, color="0.25")
    frame.set_ylim(top=1.16 * top)
    frame.set_xlim(w[0], w[-1])
    frame.set_xlabel(r"modulation frequency $\omega/\omega_0$")
    frame.set_ylabel(r"current ($10^{-6}\,\hbar\omega_0^2$)")
    _draw_rows(other, flow)
    style.letter(panels, ["currents", "where it turns"])
    return figure


def _draw_rows(frame: Any, flow: xr.Dataset) -> None:
    """Power for each cold temperature, one above the other, and where it reverses."""
    w = flow["omega"].values
    power = current(flow, "pump")
    for cold, row, color in zip(COLDS, power, style.shades(len(COLDS)), strict=True):
        frame.plot(w, cold + 0.075 * row / abs(row).max(), color=color, lw=1.3)
        frame.axhline(cold, color="0.75", lw=0.6)
        for x in zeros(w, row):
            frame.plot(x, cold, "o", color=color, ms=5, zorder=4)
    fine = np.linspace(0.4, 1.0, 200)
    frame.plot(crossing(HOT, fine), fine, color="k", lw=1.0, ls=(0, (4, 2)), zorder=3)
    frame.set_xlim(w[0], w[-1])
    frame.set_ylim(0.45, 1.04)
    frame.set_yticks(COLDS)
    frame.set_xlabel(r"modulation frequency $\omega/\omega_0$")
    frame.set_ylabel(r"$T_c/\omega_0$, and the power there")


def _carnot(lab: Lab) -> Finding:
    place = crossing(HOT, COLD)
    flow = performance(machine(_frequencies(lab.points)), secular="full")
    near = np.array([1e-2, 1e-3, 1e-4])
    close = performance(machine(axis("omega", place * (1.0 - near))), secular="full")
    w = flow["omega"].values
    engine = w < place
    wanted = np.where(engine, 2 * w / (1 + w), (1 - w) / (2 * w))
    got = np.where(engine, flow["efficiency"].values, flow["cop"].values)
    loss, power = 1.0 - close["fraction_of_carnot"].values, close["power"].values
    exponent = np.log(power[0] / power[2]) / np.log(loss[0] / loss[2])
    best = int(np.nanargmax(np.where(engine, flow["power"].values, np.nan)))
    at_best = float(flow["efficiency"][best])
    measures = (
        above("fraction of Carnot's efficiency at 10⁻⁴ below the crossing", 1.0 - loss[2], 0.999),
        below("error of the efficiencies 2ω/(ω₀ + ω) and (ω₀ − ω)/2ω, largest", np.max(abs(got / wanted - 1)),
              1e-5),
        below("largest fraction of Carnot's bound, less one",
              np.nanmax(flow["fraction_of_carnot"]) - 1.0, 1e-12),
        below("power there over the largest power", power[2] / np.nanmax(flow["power"]), 1e-2),
        between("exponent with which power goes to zero in what is missing to Carnot", exponent, 0.97, 1.03),
        noted("efficiency at the largest power", at_best, percent=True),
    )  # fmt: skip
    return Finding(
        key="carnot",
        title="Carnot's efficiency is reached where the power is zero",
        claim="In both modes the largest efficiency is Carnot's, and it is reached at zero power.",
        words="Each quantum that crosses brings ω₀ + ω from one bath and ω₀ − ω to the other, whatever the "
        "temperatures: the efficiencies are ratios of these numbers, 2ω/(ω₀ + ω) and (ω₀ − ω)/2ω, and meet "
        f"Carnot's bounds at the crossing. The power vanishes there in proportion to what is missing to "
        f"Carnot; it is largest at the efficiency {at_best:.3f}, where Carnot's is {1 - COLD / HOT:.3f}.",
        parameters=MODEL + BANDS,
        measures=measures,
        figure=_carnot_figure(flow, got, engine),
        caption="(a) Efficiency of the engine and coefficient of performance of the refrigerator; dashed: "
        "Carnot's bounds; circles: closed forms. (b) Power of the engine, and heat taken from the cold bath "
        "by the refrigerator, each over its largest, against the fraction of Carnot's bound.",
    )


def _carnot_figure(flow: xr.Dataset, got: Floats, engine: Any) -> Any:
    figure, panels = style.frames(1, 2, 2.9)
    frame, other = panels[0]
    w = flow["omega"].values
    parts = (
        (engine, style.HOT, "efficiency", 1 - COLD / HOT),
        (~engine, style.COLD, "COP", COLD / (HOT - COLD)),
    )
    for part, color, name, bound in parts:
        frame.plot(w[part], got[part], color=color, lw=1.6, label=name)
        frame.plot(w[part], np.full(part.sum(), bound), color=color, lw=1.0, ls=(0, (4, 2)))
        marked = w[part][:: max(1, part.sum() // 7)]
        closed = 2 * marked / (1 + marked) if name == "efficiency" else (1 - marked) / (2 * marked)
        frame.plot(marked, closed, "o", color=color, ms=4, mfc="white")
    frame.axvline(crossing(HOT, COLD), color="0.6", lw=0.7, ls=":")
    frame.legend(loc="upper left", fontsize=8.5)
    frame.set_xlim(w[0], w[-1])
    frame.set_ylim(0.2, 1.0)
    frame.set_xlabel(r"modulation frequency $\omega/\omega_0$")
    frame.set_ylabel(r"efficiency, COP")
    gain = np.where(engine, flow["power"].values, current(flow, "cold"))
    for part, color, name, _ in parts:
        label = "engine: power" if name == "efficiency" else "refrigerator: cooling"
        x = flow["fraction_of_carnot"].values[part]
        other.plot(x, gain[part] / gain[part].max(), color=color, lw=1.6, label=label)  # fmt: skip
    other.set_xlim(0.45, 1.0)
    other.set_ylim(0.0, 1.15)
    other.legend(loc="lower left", fontsize=8.5)
    other.set_xlabel("fraction of Carnot's bound")
    other.set_ylabel("output over its largest")
    style.letter(panels, ["efficiency", "power against efficiency"])
    return figure


def _overlapping(width: Any, omega: float) -> System:
    """Peaked baths of the same height at the two sidebands, whose tails reach the qubit's own line."""
    baths = [
        Bath(name, spectrum=Underdamped(COUPLING * c * width, width=width, frequency=c), temperature=t)
        for name, c, t in (("hot", 1 + omega, HOT), ("cold", 1 - omega, COLD))
    ]
    return models.modulated_qubit(modulation=DEPTH * omega, omega=omega, baths=baths)


def _separation(lab: Lab) -> Finding:
    omega = 0.8 * crossing(HOT, COLD)
    wide = axis("width", WIDTHS)
    flow = performance(_overlapping(wide, omega), secular="full")
    fraction, named = flow["fraction_of_carnot"].values, _named(flow)
    engine = named == "engine"
    closed = analytic.modulated_qubit_currents(
        1.0, DEPTH * omega, omega, _overlapping(wide.values, omega).baths
    )
    error = np.max(abs(flow["energy_current"].values - closed)) / np.max(abs(closed))
    ideal = 2 * omega / (1 + omega) / (1 - COLD / HOT)
    same = models.modulated_qubit(
        modulation=axis("depth", np.array([0.1, 0.3, 0.6, 1.0, 2.0])),
        omega=_frequencies(max(9, lab.points // 8)),
        baths=[Bath(name, spectrum=Ohmic(COUPLING / 10, cutoff=10.0), temperature=t)
               for name, t in (("hot", HOT), ("cold", axis("cold", np.array(COLDS))))],
    )  # fmt: skip
    alike = performance(same, secular="full")
    power = current(alike, "pump")
    last = WIDTHS[engine].max() if engine.any() else np.nan
    measures = (
        above("fraction of Carnot's bound of the narrowest peaks, over that of separate bands",
              fraction[0] / ideal, 0.99),
        above("least loss of efficiency from one width to the next", -np.diff(fraction[engine]).max(), 0.0),
        below("width of the peaks, over their distance 2ω, beyond which no work comes out",
              last / (2 * omega), 0.5),
        above("baths with one spectrum: smallest power that the modulation puts in, over the largest",
              power.min() / power.max(), 0.0),
        below("error against the sums over sidebands, largest current", error, 1e-8),
    )  # fmt: skip
    return Finding(
        key="separation",
        title="The machine needs baths that are told apart by their spectra",
        claim="The two baths have to be separated spectrally, one above and one below the qubit's frequency.",
        words="The unmodulated line ω₀ carries most of the qubit's coupling, and every tail of a bath that "
        f"reaches it conducts heat past the machine. Peaks as wide as {last / (2 * omega):.2f} of their "
        "distance give no work at this depth of modulation, and with one spectrum for both baths the "
        "modulation puts work in at each frequency, depth and temperature that was tried.",
        parameters=MODEL
        + f"ω = {omega:.4f}, 0.8 of the crossing. Peaks J(W) of an underdamped mode at ω₀ ± ω, "
        "of one height 0.002 W; one spectrum: J(W) = 2×10⁻⁴ W exp(−W/10) for both, λ from 0.1 to 2. Full "
        "secular.",
        measures=measures,
        figure=_separation_figure(flow, fraction, engine, alike, omega),
        caption="(a) Fraction of Carnot's bound against the width of the peaks; dashed: separate bands. "
        "(b) Power that the modulation gives where both baths have one spectrum, for weak (dark) to deep "
        "(light) modulation: it is never negative.",
    )


def _separation_figure(
    flow: xr.Dataset, fraction: Floats, engine: Any, alike: xr.Dataset, omega: float
) -> Any:
    figure, panels = style.frames(1, 2, 2.9)
    frame, other = panels[0]
    x = WIDTHS / (2 * omega)
    frame.semilogx(x[engine], fraction[engine], color=style.HOT, lw=1.6)
    frame.axhline(2 * omega / (1 + omega) / (1 - COLD / HOT), color="k", lw=0.9, ls=(0, (4, 2)))
    edge = x[engine].max()
    frame.axvspan(edge, x[-1], color="0.88", lw=0)
    frame.text(
        np.sqrt(edge * x[-1]), 0.5, "no work", ha="center", va="center", rotation=90, fontsize=9, color="0.3"
    )
    frame.set_xlim(x[0], x[-1])
    frame.set_ylim(0.0, 1.0)
    frame.set_xlabel(r"width of the peaks over $2\omega$")
    frame.set_ylabel("fraction of Carnot's bound")
    rows = 1e4 * current(alike.sel(cold=COLD).transpose("depth", "omega", ...), "pump")
    for depth, row, color in zip(alike["depth"].values, rows, style.shades(rows.shape[0]), strict=True):
        other.semilogy(alike["omega"].values, row, color=color, lw=1.3)
        other.text(
            SPAN[1] - 0.01, 1.12 * row[-1], f"$\\lambda$ = {depth:.2g}", color=color, fontsize=8.5, ha="right"
        )
    other.set_ylim(top=3.0 * rows.max())
    other.set_xlim(*SPAN)
    other.set_xlabel(r"modulation frequency $\omega/\omega_0$")
    other.set_ylabel(r"power put in ($10^{-4}\,\hbar\omega_0^2$)")
    style.letter(panels, ["overlapping peaks", "one spectrum for both"])
    return figure


def _noise(lab: Lab) -> Finding:
    flow = counting_statistics(machine(_frequencies(lab.points)), secular="full")
    w = flow["omega"].values
    mean, var = current(flow, "pump"), flow["energy_noise"].sel(terminal="pump", other="pump").values
    ratio = flow["uncertainty_ratio"].sel(terminal="pump").values
    closed = _cycle_variance(w) * (2 * w) ** 2
    at = int(np.argmin(abs(w - crossing(HOT, COLD))))
    measures = (
        below("error of the noise against the two-state cycle, largest", np.max(abs(var / closed - 1)), 1e-6),
        above("smallest noise × entropy production over power²", np.nanmin(ratio), 2.0 - 1e-9),
        above("noise at the crossing over the largest", var[at] / var.max(), 0.1),
        below("power there over the largest", abs(mean[at]) / abs(mean).max(), 0.1),
    )
    return Finding(
        key="noise",
        title="At Carnot's efficiency only noise is left",
        claim="The power that vanishes at the crossing is a balance of quanta that go both ways, and "
        "fluctuates.",
        words="Quanta cross in both directions at the crossing, as often the one way as the other: the "
        "power vanishes and its noise does not. Noise × entropy production σ over power² lies between 2, "
        f"its least, and {number(float(np.nanmax(ratio)))} here, so that the relative noise of the power is "
        "2/σ and grows without bound towards Carnot's efficiency, where σ is zero.",
        parameters=MODEL + BANDS,
        measures=measures,
        figure=_noise_figure(w, mean, var, closed, ratio),
        caption="(a) Mean power of the modulation, and its noise at zero frequency; circles: "
        "closed form of a two-state cycle. (b) Noise times entropy production over the square of the power.",
        beyond=True,
    )


def _cycle_variance(w: Floats) -> Floats:
    """Variance of the number of cycles, per time: two states, two ways up and two ways down."""
    weight = jv(1, DEPTH) ** 2 * COUPLING
    nh, nc = 1 / np.expm1((1 + w) / HOT), 1 / np.expm1((1 - w) / COLD)
    a, b = weight * (1 + w), weight * (1 - w)
    there, back, total = a * nh * b * (1 + nc), b * nc * a * (1 + nh), a * (1 + 2 * nh) + b * (1 + 2 * nc)
    variance: Floats = (there + back) / total - 2 * (there - back) ** 2 / total**3
    return variance


def _noise_figure(w: Floats, mean: Floats, var: Floats, closed: Floats, ratio: Floats) -> Any:
    figure, panels = style.frames(1, 2, 2.8)
    frame, other = panels[0]
    frame.axhline(0.0, color="0.6", lw=0.6)
    frame.plot(w, 1e6 * mean, color=style.PUMP, lw=1.6, label="mean power")
    frame.plot(w, 1e6 * var, color="#009E73", lw=1.6, label="its noise")
    marked = slice(None, None, max(1, w.size // 12))
    frame.plot(w[marked], 1e6 * closed[marked], "o", color="#009E73", ms=4, mfc="white")
    frame.legend(loc="upper left", fontsize=8.5)
    frame.set_ylabel(r"$10^{-6}$ ($\hbar\omega_0^2$, $\hbar^2\omega_0^3$)")
    other.plot(w, ratio, color=style.PUMP, lw=1.6)
    other.axhline(2.0, color="k", lw=0.9, ls=(0, (4, 2)))
    other.set_ylim(1.997, 2.0 + 1.2 * (np.max(ratio) - 2.0))
    other.text(
        w[-2], 1.9995, "2, the bound of classical jumps", fontsize=8.5, va="top", ha="right", color="0.25"
    )
    other.set_ylabel(r"noise $\times$ $\sigma$ / power$^2$")
    for panel in panels[0]:
        panel.axvline(crossing(HOT, COLD), color="0.6", lw=0.7, ls=":")
        panel.set_xlim(w[0], w[-1])
        panel.set_xlabel(r"modulation frequency $\omega/\omega_0$")
    style.letter(panels, ["power and its noise", "what constancy costs"])
    return figure


STUDY = Study(
    name="minimal-machine",
    title="A minimal heat machine: one modulated qubit between two baths",
    citation="Gelbwaser-Klimovsky, Alicki and Kurizki, Phys. Rev. E 87, 012140 (2013), arXiv:1209.1190",
    year=2013,
    claim="One two-level system with a periodically modulated splitting, weakly coupled at all times to "
    "two baths with separate spectra, is an engine or a refrigerator depending on the rate of the "
    "modulation, and reaches Carnot's efficiency in both modes, at zero power. Only the abstract was "
    "consulted.",
    findings=(_turns, _carnot, _separation, _noise),
    placeholders=(
        "The form of the modulation: a cosine of depth λ = 0.3ω; the reversal and the efficiencies do not "
        "depend on it, and depths from 0.1 to 2 were tried where both baths have one spectrum.",
        "The spectra: bands of the width ω/4 around ω₀ ± ω with J(W) = 0.002 W; peaks with widths from "
        "10⁻⁴ to 1 were tried as well.",
        "The temperatures: 1.4 ω₀ for the hot bath, and five from 0.55 to 0.95 for the cold one.",
    ),
    points=97,
    least=33,
    beyond="Reports of efficiency leave out how constant the power is. Full counting of the modulation's "
    "quanta says.",
)
