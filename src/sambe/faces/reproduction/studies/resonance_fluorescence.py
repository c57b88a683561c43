"""Light of a resonantly driven atom is quieter than chance: Mandel (1979)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from .... import models
from ....description.bath import Bath
from ....description.reservoirs.occupations import Occupied
from ....description.spectral_density import Flat
from ....description.system import System, axis
from ....errors import SecularWarning
from ....verbs.fluctuations import counting_statistics, generating_function
from .. import look as style
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab, zeros
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY"]

# Rate of spontaneous emission over the drive's frequency, 1. A choice: so small that the dressing of the atom
# changes no rate by more than the criteria below.
G = 0.01
BEST = 0.5**0.5  # A/G of the quietest light
DOTS: dict[str, Any] = {"color": "#009E73", "lw": 0, "marker": "o", "ms": 4.0, "mfc": "none", "mew": 1.0}
FULL: dict[str, Any] = {"color": "#D55E00", "lw": 1.6, "ls": (0, (1, 1.2))}


def _atom(drive: Any, detuning: Any = 0.0, occupation: Any = 0.0) -> System:
    """A driven atom: amplitude and detuning in units of G, and the occupation of the modes around it."""
    vacuum = Bath("field", spectrum=Flat(G), state=Occupied(occupation))
    return models.spin_boson(splitting=1.0 + G * detuning, drive=G * drive, omega=1.0, baths=[vacuum])


def _counted(lab: Lab, atom: System, *, secular: str = "none") -> xr.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecularWarning)
        data: xr.Dataset = counting_statistics(
            atom, equation=lab.equation, secular=secular, progress=lab.progress
        )
    return data


def _closed(drive: Any, detuning: Any = 0.0, occupation: Any = 0.0) -> tuple[Any, Any]:
    r"""Rate of absorbed quanta over G and Mandel's Q, by the optical Bloch equations.

    .. math:: \langle q\rangle = \frac{A^2 G}{2Y},\quad
              Q = \frac gG - 1 - \frac{2\langle q\rangle}{Y}\Big(\frac{3g}2 - \frac{2D^2}g\Big),\quad
              Y = \tfrac12 g^2 + 2D^2 + A^2

    with :math:`g = G(1 + 2n)`; at n = 0 and D = 0 Mandel's :math:`-6A^2G^2/(G^2 + 2A^2)^2`. Units of G.
    """
    g = 1.0 + 2.0 * occupation
    y = 0.5 * g**2 + 2.0 * detuning**2 + drive**2
    rate = 0.5 * drive**2 / y
    return rate, g - 1.0 - 2.0 * rate / y * (1.5 * g - 2.0 * detuning**2 / g)


def _characteristic(drive: float, field: Floats) -> Floats:
    r"""Generating function over G on resonance: a root of a cubic.

    .. math:: \lambda(\lambda + G)(\lambda + \tfrac12G) + \tfrac12A^2[2\lambda + G(1 - e^x)] = 0,

    of which there is one real one for each real x.
    """
    roots = [np.roots([1.0, 1.5, 0.5 + drive**2, 0.5 * drive**2 * (1.0 - np.exp(x))]) for x in field]
    largest: Floats = np.array([np.max(r.real[abs(r.imag) < 1e-9], initial=-np.inf) for r in roots])
    return largest


def _quiet(lab: Lab) -> Finding:
    drive = axis("drive", np.geomspace(0.03, 30.0, lab.points))
    data = _counted(lab, _atom(drive))
    rate, q = data.pump_quanta.sel(cumulant=1).values / G, data.fano.values - 1.0
    wanted = _closed(drive.values)
    place, depth = _lowest(np.log(drive.values), q)
    field = np.linspace(-3.0, 2.0, 31)
    generated = generating_function(
        _atom(BEST), {"pump": axis("field", field)}, equation=lab.equation, secular="none"
    ).values / G  # fmt: skip
    cubic = _characteristic(BEST, field)
    measures = (
        below("smallest Q, distance from −3/4", abs(depth + 0.75), 1e-3),
        below("its amplitude A/G, distance from 1/√2", abs(np.exp(place) / BEST - 1.0), 2e-3, percent=True),
        below("largest Q: never louder than chance on resonance", np.max(q), 0.0),
        below("largest distance of Q from Mandel's formula", np.max(abs(q - wanted[1])), 1e-9),
        below("largest error of the rate of quanta", np.max(abs(rate / wanted[0] - 1.0)), 1e-9),
        below("all cumulants at A = G/√2: error of the generating function, over G",
              np.max(abs(generated - cubic)), 1e-9),
    )  # fmt: skip
    return Finding(
        key="quiet",
        title="Resonance fluorescence is sub-Poissonian",
        claim="On resonance the variance of the number of quanta is below its mean, Q = Var/mean − 1 < 0, "
        "and Q has the minimum −3/4 at A = G/√2.",
        words=f"Q is negative for every amplitude and falls to {number(depth)} at A = "
        f"{number(float(np.exp(place)))} G: of the noise of independent quanta a quarter is left. An atom "
        "that has just emitted one has to be excited anew before it can emit the next. Weak and strong "
        "drives come near to chance, Q → 0. The whole distribution of a long count, not its variance alone, "
        "is that of the cubic equation of the optical Bloch equations.",
        parameters="Qubit, circular drive on resonance, flat J = G = 0.01 ω, T = 0; every coherence kept. "
        "Counted are quanta taken from the drive, which in the long run are those emitted.",
        measures=measures,
        figure=_quiet_figure(drive.values, rate, q, (field, generated, cubic)),
        caption="(a) Mandel's Q of the quanta against the amplitude; circles: his formula; dotted: the "
        "minimum named in the text. (b) Their rate. (c) Generating function λ(x) of the quanta at A = G/√2 "
        "(circles: the root of the cubic) and that of independent quanta of the same rate (dashed).",
    )


def _lowest(x: Floats, y: Floats) -> tuple[float, float]:
    """Place and value of the minimum, by a parabola through the lowest point and its neighbours."""
    if not np.isfinite(y).all():
        return np.nan, np.nan
    k = int(np.clip(np.argmin(y), 1, y.size - 2))
    a, b, c = np.polyfit(x[k - 1 : k + 2] - x[k], y[k - 1 : k + 2], 2)
    return float(x[k] - b / (2.0 * a)), float(c - b**2 / (4.0 * a))


def _quiet_figure(drive: Floats, rate: Floats, q: Floats, long_count: tuple[Floats, Floats, Floats]) -> Any:
    figure, panels = style.frames(1, 3, 2.8)
    few = slice(None, None, max(1, drive.size // 20))
    for frame, y, wanted in zip(panels[0], (q, rate), reversed(_closed(drive)), strict=False):
        frame.semilogx(drive, y, color="k", lw=1.4)
        frame.semilogx(drive[few], wanted[few], **DOTS)
        frame.axvline(BEST, color="0.6", lw=0.7, ls=":")
        frame.margins(x=0.0)
        frame.set_xlabel("amplitude $A/G$")
    panels[0, 0].axhline(-0.75, color="0.6", lw=0.7, ls=":")
    panels[0, 0].axhline(0.0, color="0.6", lw=0.6)
    panels[0, 0].set_ylim(-0.85, 0.1)
    panels[0, 0].set_ylabel(r"$Q = \mathrm{Var}/\mathrm{mean} - 1$")
    panels[0, 1].set_ylabel("quanta per unit time $/G$")
    frame, (x, generated, cubic) = panels[0, 2], long_count
    frame.plot(x, generated, color="k", lw=1.4)
    frame.plot(x[::3], cubic[::3], **DOTS)
    frame.plot(x, _closed(BEST)[0] * (np.exp(x) - 1.0), color="#0072B2", lw=1.2, ls=(0, (4, 2)))
    frame.text(-2.8, 0.42, "independent", color="#0072B2", fontsize=8.5)
    frame.text(-2.8, 0.62, "the atom", color="k", fontsize=8.5)
    frame.set_ylim(-0.55, 0.85)
    frame.set_xlabel("field $x$ of a quantum")
    frame.set_ylabel(r"$\lambda(x)/G$")
    style.letter(panels, ["noise", "rate", "all cumulants"])
    return figure


def _detuned(lab: Lab) -> Finding:
    strengths, edge = (0.4, BEST, 1.5), 0.75**0.5
    detuning = axis("detuning", np.linspace(-3.05, 3.05, lab.points))
    lines = {a: _counted(lab, _atom(a, detuning)).fano.values - 1.0 for a in strengths}
    count = max(15, lab.points // 6)
    chart = _counted(lab, _atom(axis("drive", np.geomspace(0.05, 5.0, count)),
                                axis("detuning", np.linspace(0.0, 3.0, count)))).fano - 1.0  # fmt: skip
    chart = chart.transpose("drive", "detuning")
    x = detuning.values
    turns = {a: zeros(x, y) for a, y in lines.items()}
    away = max(abs(abs(t) / edge - 1.0).max() if t.size == 2 else np.nan for t in turns.values())
    worst = max(float(np.max(abs(y - _closed(a, x)[1]))) for a, y in lines.items())
    edge_seen = float(np.max(abs(turns[BEST]), initial=-np.inf))
    over = abs(chart.values - _closed(chart.drive.values[:, None], chart.detuning.values)[1])
    measures = (
        below("detunings at which Q changes its sign, distance of |D|/G from √3/2", away, 0.01, percent=True),
        below("Q on resonance at A = G/√2", np.interp(0.0, x, lines[BEST]), -0.74),
        above("largest Q beyond, of the three drives", max(np.max(y) for y in lines.values()), 0.05),
        below("largest distance of Q from the closed form, the map included", max(worst, over.max()), 1e-9),
    )
    return Finding(
        key="detuning",
        title="Off resonance the light turns noisy",
        claim="Sub-Poissonian light needs a drive near resonance: detuning first lessens the effect and then "
        "turns it round.",
        words=f"Q changes its sign at |D| = {number(edge_seen)} G, √3 G/2 in the "
        "closed form, whatever the amplitude; beyond it quanta come in bunches, with Q up to "
        f"{number(measures[2].value)}.",
        parameters="As above, with A/G = 0.4, 1/√2 and 1.5.",
        measures=measures,
        figure=_detuned_figure(x, lines, chart),
        caption="(a) Q against the detuning for three amplitudes; circles: closed form; dotted: |D| = √3 "
        "G/2. (b) Q in the plane of detuning and amplitude; black: Q = 0.",
    )


def _detuned_figure(x: Floats, lines: dict[float, Floats], chart: xr.DataArray) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    frame, few = panels[0, 0], slice(None, None, max(1, x.size // 24))
    for (a, y), color in zip(lines.items(), style.shades(3), strict=True):
        frame.plot(x, y, color=color, lw=1.4, label=r"$A = G/\sqrt{2}$" if a == BEST else f"$A = {a:g}\\,G$")
        frame.plot(x[few], _closed(a, x[few])[1], **DOTS)
    for place in (-(0.75**0.5), 0.75**0.5):
        frame.axvline(place, color="0.6", lw=0.7, ls=":")
    frame.axhline(0.0, color="0.6", lw=0.6)
    frame.margins(x=0.0)
    frame.legend(loc="lower right", fontsize=8.5)
    frame.set_xlabel("detuning $D/G$")
    frame.set_ylabel(r"$Q$")
    frame = panels[0, 1]
    d, a = chart.detuning.values, chart.drive.values
    image = frame.pcolormesh(d, a, chart.values, cmap="RdBu_r", vmin=-0.75, vmax=0.75, shading="gouraud",
                             rasterized=True)  # fmt: skip
    frame.contour(d, a, chart.values, [0.0], colors="k", linewidths=1.0)
    frame.set_yscale("log")
    frame.set_xlabel("detuning $D/G$")
    frame.set_ylabel("amplitude $A/G$")
    bar = figure.colorbar(image, ax=frame, pad=0.02, aspect=22)
    bar.ax.set_title("$Q$", fontsize=9, pad=6)
    bar.ax.minorticks_off()
    style.letter(panels, ["across resonance", "where it is quiet"])
    return figure


def _secular(lab: Lab) -> Finding:
    drive = axis("drive", np.geomspace(0.03, 30.0, lab.points))
    full, kept = (_counted(lab, _atom(drive), secular=s) for s in ("full", "none"))
    at = int(np.argmin(abs(drive.values - BEST)))
    over = full.pump_quanta.sel(cumulant=1) / kept.pump_quanta.sel(cumulant=1)
    weak = int(np.argmin(abs(drive.values - 0.1)))
    formula = 0.5 / _closed(drive.values[weak])[0]
    measures = (
        below("full secular: largest |Q| over all amplitudes", np.max(abs(full.fano.values - 1.0)), 1e-3),
        below("coherences kept: smallest Q", np.min(kept.fano.values) - 1.0, -0.74),
        above("full secular over right rate of quanta at A = 0.1 G", over.values[weak], 40.0),
        below("its distance from the closed form, 1 + G²/2A²",
              abs(over.values[weak] / formula - 1.0), 1e-3, percent=True),
        noted("full secular over right variance at the quietest point",
              (full.pump_quanta / kept.pump_quanta).sel(cumulant=2).values[at]),
    )  # fmt: skip
    return Finding(
        key="secular",
        title="Populations alone see nothing of it",
        claim="The effect lives in the coherence between the dressed states: a full secular equation counts "
        "independent quanta, Q = 0, at every amplitude.",
        words="By populations alone a resonantly driven atom at T = 0 gives quanta at the constant rate "
        f"G/2, each independent of the last: |Q| stays below {number(measures[0].value)}, where the truth "
        f"falls to {number(measures[1].value)}; at A = 0.1 G the rate itself is {number(measures[2].value)} "
        "times too large.",
        parameters="As above.",
        measures=measures,
        figure=_secular_figure(drive.values, full, kept),
        caption="(a) Q and (b) rate of quanta against the amplitude: coherences kept (solid), full secular "
        "(dotted).",
        beyond=True,
    )


def _secular_figure(drive: Floats, full: xr.Dataset, kept: xr.Dataset) -> Any:
    figure, panels = style.frames(1, 2, 2.8)
    for data, look in ((kept, {"color": "k", "lw": 1.4}), (full, FULL)):
        panels[0, 0].semilogx(drive, data.fano - 1.0, **look)
        panels[0, 1].loglog(drive, data.pump_quanta.sel(cumulant=1) / G, **look)
    panels[0, 0].set_ylim(-0.85, 0.2)
    panels[0, 0].set_ylabel(r"$Q$")
    panels[0, 1].set_ylabel("quanta per unit time $/G$")
    for frame in panels[0]:
        frame.margins(x=0.0)
        frame.set_xlabel("amplitude $A/G$")
    style.letter(panels, ["noise", "rate"])
    style.key(figure, [style.handle("coherences kept", color="k", lw=1.4),
                       style.handle("full secular", **FULL)])  # fmt: skip
    return figure


def _warm(lab: Lab) -> Finding:
    occupation = axis("occupation", np.linspace(0.0, 1.0, lab.points))
    strengths = (0.4, BEST, 1.5)
    g, n = 1.0 + 2.0 * occupation, occupation.values
    lines = {a: _counted(lab, _atom(a * g, 0.0, occupation)).fano.values - 1.0 for a in strengths}
    turns = zeros(n, lines[BEST])
    turn = float(turns[0]) if turns.size else np.nan
    worst = max(float(np.max(abs(y - _closed(a * g.values, 0.0, n)[1]))) for a, y in lines.items())
    x = np.linspace(0.6, 3.4, lab.points)  # w / 2T
    number_at = axis("occupation", 1.0 / np.expm1(2.0 * x))
    quietest = _counted(lab, _atom(BEST * (1.0 + 2.0 * number_at), 0.0, number_at))
    ratio = quietest.uncertainty_ratio.sel(terminal="pump").values
    place, least = _lowest(x, ratio)
    formula = 2.0 * x * (1.0 / np.tanh(x) - 0.75 * np.tanh(x))
    measures = (
        below("occupation at which Q passes zero for A = g/√2, distance from 1/4",
              abs(4.0 * turn - 1.0), 1e-3, percent=True),
        below("largest distance of Q from the closed form", worst, 1e-9),
        below("smallest Var σ/mean² of the quanta at A = g/√2", least, 2.0),
        noted("at ω/T", 2.0 * place),
        below("largest error of it against the closed form", np.max(abs(ratio / formula - 1.0)), 1e-6),
    )  # fmt: skip
    return Finding(
        key="warm",
        title="Thermal quanta drown it, and a few of them are counted beyond the classical bound",
        claim="Thermal radiation around the atom adds noise until the quanta are louder than chance; on the "
        "way their precision for the entropy spent is beyond the classical bound.",
        words=f"At A = g/√2 the light is as noisy as chance where the modes hold n = {number(turn)} quanta, "
        f"T = {number(1.0 / np.log1p(1.0 / turn))} ω. Where n is small the entropy of a quantum is finite "
        f"and its noise still low: Var σ/mean² falls to {number(least)} at ω/T = {number(2.0 * place)}, "
        "below the bound 2 of classical machines.",
        parameters="As above, on resonance; the modes around the atom have the occupation n = 1/(exp(ω/T) − "
        "1); g = G(1 + 2n).",
        measures=measures,
        figure=_warm_figure(n, lines, (x, ratio, formula)),
        caption="(a) Q against the occupation for three amplitudes; circles: closed form; dotted: n = 1/4. "
        "(b) Var σ/mean² of the quanta for the amplitude of least noise, against ω/T; circles: "
        "2x(coth x − ¾ tanh x), x = ω/2T; shaded: what no classical machine reaches.",
        beyond=True,
    )


def _warm_figure(n: Floats, lines: dict[float, Floats], clock: tuple[Floats, Floats, Floats]) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    frame, few = panels[0, 0], slice(None, None, max(1, n.size // 20))
    for (a, y), color in zip(lines.items(), style.shades(3), strict=True):
        frame.plot(n, y, color=color, lw=1.4, label=r"$A = g/\sqrt{2}$" if a == BEST else f"$A = {a:g}\\,g$")
        frame.plot(n[few], _closed(a * (1.0 + 2.0 * n[few]), 0.0, n[few])[1], **DOTS)
    frame.axhline(0.0, color="0.6", lw=0.6)
    frame.axvline(0.25, color="0.6", lw=0.7, ls=":")
    frame.legend(loc="lower right", fontsize=8.5)
    frame.margins(x=0.0)
    frame.set_xlabel("occupation $n$")
    frame.set_ylabel("$Q$")
    frame, (x, ratio, formula) = panels[0, 1], clock
    frame.axhspan(1.0, 2.0, color="#F0E442", alpha=0.35, lw=0)
    frame.plot(2.0 * x, ratio, color="k", lw=1.4)
    frame.plot(2.0 * x[few], formula[few], **DOTS)
    frame.set_ylim(1.0, 2.4)
    frame.margins(x=0.0)
    frame.text(6.6, 1.05, "out of classical reach", fontsize=8.5, color="0.25", ha="right")
    frame.set_xlabel(r"$\omega/T$")
    frame.set_ylabel(r"$\mathrm{Var}\,\sigma/\mathrm{mean}^2$")
    style.letter(panels, ["warm surroundings", "precision for entropy"])
    return figure


STUDY = Study(
    name="resonance-fluorescence",
    title="Sub-Poissonian photon statistics in resonance fluorescence",
    citation="Mandel, Opt. Lett. 4, 205 (1979)",
    year=1979,
    claim="The number of photons that a resonantly driven atom emits in a long time fluctuates less than the "
    "number of independent ones would. What is tested is the well-known statement for perfect detection and "
    "long counts, Q = Var/mean − 1 = −6A²G²/(G² + 2A²)²; the letter itself could not be consulted.",
    findings=(_quiet, _detuned, _secular, _warm),
    placeholders=(
        "The rate of spontaneous emission is chosen, G = 0.01 of the drive's frequency; amplitude and "
        "detuning are varied over decades, and Q depends on A/G and D/G alone.",
    ),
    points=241,
    least=61,  # fewer miss the minimum and the zeros by more than their criteria
    equations=("driven_dressed", "dressed"),
    beyond="Two things that count today: what an equation of populations alone makes of the effect, and what "
    "becomes of it at a temperature above zero, where the price of a quantum in entropy is finite.",
)
