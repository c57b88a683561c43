"""Noise on a splitting pumps heat, up to Carnot's efficiency: Segal (2008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import models
from ....description.bath import Bath
from ....description.spectral_density import Ohmic, SpectralDensity, Window
from ....description.system import System, axis
from ....verbs.machines.merit import performance
from .. import look as style
from ..finding import Finding, above, below, between, noted, number
from ..lab import Floats, Lab, current
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "line_currents"]

# Distance of the lines that draw the noise, in units of omega_0, a part of 1 so that their sum is a trapezoid
# rule from W = 0: for spectra that change over 0.15, and for filters.
FINE, COARSE = 1 / 16, 0.1
REACH = 1.2  # how far they go to either side, about
WARM = 0.6  # temperature of the hot bath, in units of omega_0: a choice, as are all below
WIDTHS = np.array([0.1, 0.25, 0.5, 1.0])  # of the line; twice the distance of the lines is drawn to 1e-5
SOFT, STIFF = 0.15, 1.0  # cutoffs of the two solids' phonons
PLACES = {"hot": 1.6, "cold": 0.5}  # centres of filters, on either side of the qubit
FILTERS = COARSE * (np.arange(4) + 0.5)  # half widths: as many lines as 2k + 1
NOISE = (
    "H = ½ω₀σ_z with ω₀ = 1, and noise that widens the transition to Kubo's line of the width g, drawn by "
    "lines of the distance 1/16 up to 2.2 ω₀; both baths on σ₊ + σ₋. Populations alone (full secular). "
)


def solids(soft: Any = SOFT, stiff: Any = STIFF) -> dict[str, SpectralDensity]:
    """Phonons of a stiff solid on the hot side and of a soft one on the cold side."""
    return {"hot": Ohmic(0.002, cutoff=stiff, exponent=3), "cold": Ohmic(0.02, cutoff=soft)}


def filters(half: Any) -> dict[str, SpectralDensity]:
    """Bands of the baths that are let through."""
    return {name: Window(0.002, low=place - half, high=place + half) for name, place in PLACES.items()}


def pump(
    spectra: dict[str, SpectralDensity], width: Any, hot: Any, cold: Any, spacing: float = FINE
) -> xr.Dataset:
    """What the noise does between two solids."""
    baths = [Bath(name, spectrum=spectra[name], temperature=t) for name, t in (("hot", hot), ("cold", cold))]
    system: System = models.stochastic_pump(
        width=width, omega=spacing, lines=round(REACH / spacing), baths=baths
    )
    flow: xr.Dataset = performance(system, hot="hot", cold="cold", secular="full")
    return flow


def line_currents(
    spectra: dict[str, SpectralDensity], width: float, hot: float, cold: float, spacing: float = FINE
) -> Floats:
    """Currents of both baths by integrals over the line, of a fine grid: rates L a, energies W L a."""
    top = 1.0 + spacing * round(REACH / spacing)
    w = (np.arange(22_000) + 0.5) * top / 22_000
    weight = width / np.pi / ((w - 1.0) ** 2 + width**2) * (w[1] - w[0])
    up, down = [], []
    for name, t in (("hot", hot), ("cold", cold)):
        rate = weight * np.asarray(spectra[name].density(w))
        up.append(rate / np.expm1(w / t))
        down.append(rate + up[-1])
    excited = np.sum(up) / (np.sum(up) + np.sum(down))
    heats: Floats = np.array([w @ (u * (1 - excited) - d * excited) for u, d in zip(up, down, strict=True)])
    return heats


def _pumps(lab: Lab) -> Finding:
    ratio = np.linspace(0.3, 1.0, max(5, lab.points // 5))
    flow = pump(solids(), axis("width", WIDTHS), WARM, axis("cold", WARM * ratio))
    flow = flow.transpose("width", "cold", ...)
    cold, power = current(flow, "cold"), current(flow, "pump")
    closed = np.array([line_currents(solids(), g, WARM, WARM) for g in WIDTHS])
    got = np.stack([current(flow, name)[:, -1] for name in ("hot", "cold")], -1)
    warmer = pump(solids(), axis("width", WIDTHS), t := axis("warm", np.array([0.1, 0.4, 1.6])), t)
    reach = [ratio[np.argmax(row > 0)] if (row > 0).any() else 1.0 for row in cold]
    measures = (
        above("equal temperatures: smallest heat from the soft solid, over the noise's power, any width",
              (cold / power)[:, -1].min(), 0.0),
        above("the same at three other temperatures, from 0.1 to 1.6 ω₀",
              (current(warmer, "cold") / current(warmer, "pump")).min(), 0.0),
        below("coldest soft solid that still gives heat, over the temperature of the stiff one",
              min(reach), 0.9),
        below("error against integrals over the line, of the largest current",
              np.max(abs(got - closed)) / abs(closed).max(), 0.02),
        above("smallest entropy production over the largest",
              float(flow["entropy_production"].min() / flow["entropy_production"].max()), 0.0),
    )  # fmt: skip
    return Finding(
        key="pumps",
        title="Noise pumps heat, without and against a gradient of temperature",
        claim="Random noise drives a heat current through an object between two different solids, without a "
        "gradient of temperature or against it, for a broad range of parameters.",
        words="At equal temperatures heat flows from the soft solid, whose phonons lie below the qubit, "
        "into the stiff one, whose phonons lie above, at every width of the line and every temperature "
        f"that was tried. It goes on against a gradient, until the soft solid is at {min(reach):.2f} of the "
        "stiff one's temperature. The noise pays: what arrives is more than what leaves.",
        parameters=NOISE
        + "Soft: J = 0.02 W exp(−W/0.15); stiff: J = 0.002 W³ exp(−W), at T = 0.6 unless said "
        "otherwise; g from 0.1 to 1.",
        measures=measures,
        figure=_pump_figure(flow, ratio, got, closed),
        caption="(a) Currents at equal temperatures against the width of the line; circles: integrals over "
        "the line. (b) Heat from the soft solid against its temperature over that of the stiff one, for "
        "widths from 0.1 (dark) to 1 (light): above zero heat flows from cold to hot.",
    )  # fmt: skip


def _pump_figure(flow: xr.Dataset, ratio: Floats, got: Floats, closed: Floats) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    frame, other = panels[0]
    frame.axhline(0.0, color="0.6", lw=0.6)
    colors = {"stiff solid": style.HOT, "soft solid": style.COLD}
    for k, (name, color) in enumerate(colors.items()):
        frame.semilogx(WIDTHS, 1e6 * got[:, k], color=color, lw=1.6, label=name)
        frame.plot(WIDTHS, 1e6 * closed[:, k], "o", color=color, ms=4, mfc="white")
    frame.plot(WIDTHS, -1e6 * got.sum(-1), color=style.PUMP, lw=1.6, label="noise")
    frame.set_xlim(WIDTHS[0], WIDTHS[-1])
    _ticks(frame)
    frame.legend(loc="upper left", fontsize=8.5)
    frame.set_xlabel(r"width of the line $g/\omega_0$")
    frame.set_ylabel(r"current ($10^{-6}\,\hbar\omega_0^2$)")
    other.axhline(0.0, color="0.6", lw=0.6)
    for row, color in zip(current(flow, "cold"), style.shades(WIDTHS.size), strict=True):
        other.plot(ratio, 1e6 * row, color=color, lw=1.4)
        k = int(np.argmax(row > 0))
        if k > 0:
            x = ratio[k] - row[k] * (ratio[k] - ratio[k - 1]) / (row[k] - row[k - 1])
            other.plot(x, 0.0, "o", color=color, ms=5)
    other.set_xlim(ratio[0], ratio[-1])
    other.set_xlabel(r"$T_\mathrm{soft}/T_\mathrm{stiff}$")
    other.set_ylabel(r"heat from the soft solid ($10^{-6}\,\hbar\omega_0^2$)")
    style.letter(panels, ["one temperature", "against the gradient"])
    return figure


def _ticks(frame: Any) -> None:
    frame.minorticks_off()
    frame.set_xticks([0.1, 0.2, 0.5, 1.0], ["0.1", "0.2", "0.5", "1"])


def _asymmetry(lab: Lab) -> Finding:
    soft = np.linspace(0.15, 1.0, max(5, lab.points // 4))
    widths = np.array([0.3, 1.0])
    spectra: dict[str, SpectralDensity] = {
        "hot": Ohmic(0.002, cutoff=1.0), "cold": Ohmic(0.002 / axis("soft", soft), cutoff=axis("soft", soft))
    }  # fmt: skip
    flow = pump(spectra, axis("width", widths), WARM, WARM).transpose("width", "soft", ...)
    share = current(flow, "cold") / current(flow, "pump")
    alike: dict[str, SpectralDensity] = {"hot": Ohmic(0.006, cutoff=1.0), "cold": Ohmic(0.002, cutoff=1.0)}
    same = pump(alike, axis("width", WIDTHS), WARM, axis("cold", WARM * np.array([0.5, 1.0])))
    parts = current(same.isel(cold=-1), "hot") / current(same.isel(cold=-1), "cold")
    measures = (
        below("solids alike but for strength: heat from the colder one over the noise's power, largest",
              (current(same, "cold") / current(same, "pump")).max(), 0.0),
        below("at one temperature: distance of the two heats from the ratio of the strengths, 3",
              np.max(abs(parts / 3 - 1)), 1e-9),
        above("phonons of the soft solid lowest: heat from it over the noise's power, least of two widths",
              share[:, 0].min(), 0.0),
        below("the same with one cutoff for both", share[:, -1].max(), 0.0),
    )  # fmt: skip
    return Finding(
        key="asymmetry",
        title="Noise pumps only between solids of different phonons",
        claim="The two solids must have distinct spectra for a current with a direction.",
        words="Between solids that differ in strength alone noise heats both, in the ratio of their "
        "strengths, and takes nothing from the colder one. A difference in the phonons' frequencies makes "
        "a pump of it: the lower those of one solid, the more of the heat comes from there.",
        parameters=NOISE
        + "J = 0.002 W exp(−W) against J = 0.002 (W/c) exp(−W/c) at T = 0.6; alike: J = 0.006 W "
        "exp(−W) and 0.002 W exp(−W), the second at 0.5 and 1 times the temperature 0.6.",
        measures=measures,
        figure=_asymmetry_figure(soft, widths, share, same),
        caption="(a) Heat from the solid with the lower cutoff over the power of the noise, at one "
        "temperature; above zero the noise pumps. (b) Currents between solids alike but for the strength, "
        "at one temperature.",
    )  # fmt: skip


def _asymmetry_figure(soft: Floats, widths: Floats, share: Floats, same: xr.Dataset) -> Any:
    figure, panels = style.frames(1, 2, 2.9)
    frame, other = panels[0]
    frame.axhspan(0.0, 1.1 * share.max(), color=style.COLD, alpha=0.08, lw=0)
    frame.axhline(0.0, color="0.6", lw=0.6)
    for width, row, color in zip(widths, share, style.shades(widths.size), strict=True):
        frame.plot(soft, row, color=color, lw=1.5, label=f"$g$ = {width:g}")
    frame.text(0.45, 0.3 * share.max(), "pumps", fontsize=9, color=style.COLD)
    frame.legend(loc="lower left", fontsize=8.5)
    frame.set_xlim(soft[0], soft[-1])
    frame.set_ylim(top=1.1 * share.max())
    frame.set_xlabel("lower cutoff over the higher one")
    frame.set_ylabel("heat over power")
    other.axhline(0.0, color="0.6", lw=0.6)
    for terminal, color, name in (("hot", style.HOT, "stronger solid"), ("cold", style.COLD, "weaker solid"),
                                  ("pump", style.PUMP, "noise")):  # fmt: skip
        other.semilogx(WIDTHS, 1e5 * current(same.isel(cold=-1), terminal), color=color, lw=1.6, label=name)
    other.legend(loc="best", fontsize=8.5)
    other.set_xlim(WIDTHS[0], WIDTHS[-1])
    _ticks(other)
    other.set_xlabel(r"width of the line $g/\omega_0$")
    other.set_ylabel(r"current ($10^{-5}\,\hbar\omega_0^2$)")
    style.letter(panels, ["different phonons", "the same phonons"])
    return figure


def _off_the_line(flow: xr.Dataset, ratio: Floats, some: slice) -> float:
    """Error of currents through the widest filters against integrals over the line, of the largest."""
    wide = filters(FILTERS[-1])
    closed = np.array([line_currents(wide, 0.3, WARM, WARM * x, COARSE) for x in ratio[some]])
    got = flow["energy_current"].isel(half=-1).values[some, :2]
    return float(np.max(abs(got - closed)) / abs(closed).max())


def _carnot(lab: Lab) -> Finding:
    least = PLACES["cold"] / PLACES["hot"]  # of T_c / T_h: below it quanta go the other way
    ratio = least * (1.0 + np.geomspace(1e-3, 2.1, lab.points))
    flow = pump(filters(axis("half", FILTERS)), 0.3, WARM, axis("cold", WARM * ratio), COARSE)
    flow = flow.transpose("half", "cold", ...)
    cools = np.isfinite(flow["cop"].values)
    fraction = np.where(cools, flow["fraction_of_carnot"].values, np.nan)
    best, heat = np.nanmax(fraction, axis=1), np.where(cools, current(flow, "cold"), np.nan)
    one = flow.isel(half=0)
    exponent = np.log(heat[0, 9] / heat[0, 0]) / np.log((1 - fraction[0, 9]) / (1 - fraction[0, 0]))
    off = _off_the_line(flow, ratio, slice(None, None, max(1, lab.points // 5)))
    measures = (
        above("narrowest filters: largest fraction of Carnot's coefficient of performance", best[0], 0.99),
        below("error of the coefficient W_c/(W_h − W_c) there",
              np.nanmax(abs(one["cop"].values * 2.2 - 1)), 1e-9),
        below("heat that it pumps at that point, over its largest", heat[0, 0] / np.nanmax(heat[0]), 0.01),
        between("exponent of the heat in what is missing to Carnot", exponent, 0.95, 1.05),
        above("loss of that from one filter to the next wider one, least", -np.diff(best).max(), 0.0),
        below("error of the widest filters against integrals over the line, of the largest", off, 0.02),
        noted("widest filters: largest fraction of Carnot's coefficient", best[-1]),
    )  # fmt: skip
    return Finding(
        key="carnot",
        title="Filters bring the noise pump to Carnot's efficiency",
        claim="The pump may work arbitrarily close to Carnot's limit where the phonons of the reservoirs "
        "are filtered.",
        words="Where each bath lets one energy through, 0.5 and 1.6, every quantum that crosses takes 0.5 "
        "from the cold bath and costs 1.1: the coefficient of performance is 0.4545, and Carnot's meets it "
        f"at T_c/T_h = {least:.4f}, {number(100 * best[0])} % of it being reached here, at vanishing heat. "
        "Wider filters let quanta of many energies through, among them unpaid ones from hot to cold; at "
        f"{2 * FILTERS[-1]:.2f} ω₀ no more than {number(100 * best[-1])} % of the limit are left.",
        parameters=NOISE
        + "g = 0.3, lines of the distance 0.1; J = 0.002 in bands around 1.6 ω₀ (hot, T = 0.6) "
        "and 0.5 ω₀ (cold).",
        measures=measures,
        figure=_carnot_figure(ratio, fraction, best, heat),
        caption="(a) Fraction of Carnot's coefficient of performance against the ratio of temperatures, "
        "for filters from narrow (dark) to wide (light); dotted: where one quantum of each bath would "
        "balance. (b) The largest fraction against the width of the filters; inset: heat pumped by the "
        "narrowest, against the fraction.",
    )  # fmt: skip


def _carnot_figure(ratio: Floats, fraction: Floats, best: Floats, heat: Floats) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    frame, other = panels[0]
    for row, color in zip(fraction, style.shades(FILTERS.size), strict=True):
        frame.plot(ratio, row, color=color, lw=1.4)
    frame.axvline(PLACES["cold"] / PLACES["hot"], color="0.5", lw=0.8, ls=":")
    frame.axhline(1.0, color="k", lw=0.9, ls=(0, (4, 2)))
    frame.text(0.97, 1.015, "Carnot", ha="right", fontsize=9, color="0.25")
    frame.set_xlim(0.28, 1.0)
    frame.set_ylim(0.0, 1.1)
    frame.set_xlabel(r"$T_c/T_h$")
    frame.set_ylabel("fraction of Carnot's coefficient")
    for x, y, color in zip(2 * FILTERS, best, style.shades(FILTERS.size), strict=True):
        other.plot(x, y, "o", color=color, ms=6)
    other.plot(2 * FILTERS, best, color="0.6", lw=0.9, zorder=1)
    other.axhline(1.0, color="k", lw=0.9, ls=(0, (4, 2)))
    other.set_xlim(0.0, None)
    other.set_ylim(0.0, 1.1)
    other.set_xlabel(r"width of the filters over $\omega_0$")
    other.set_ylabel("largest fraction")
    inset = other.inset_axes((0.56, 0.42, 0.4, 0.34))
    inset.plot(fraction[0], heat[0] / np.nanmax(heat[0]), color=style.COLD, lw=1.3)
    inset.set_xlim(0.0, 1.0)
    inset.set_ylim(0.0, 1.05)
    inset.tick_params(labelsize=7.5)
    inset.set_title("heat, over its largest", fontsize=8, pad=3)
    style.letter(panels, ["temperatures", "filters"])
    return figure


STUDY = Study(
    name="stochastic-pump",
    title="Noise pumps heat, and may do so at Carnot's efficiency",
    citation="Segal, Phys. Rev. Lett. 101, 260601 (2008), doi:10.1103/PhysRevLett.101.260601",
    year=2008,
    claim="Random noise drives a heat current with a direction through a small object that is not "
    "symmetric, without a gradient of temperature or against it: a fluctuating unit between two solids "
    "with distinct phonon spectra. The effect is broad in its parameters, and filters on the phonons bring "
    "its efficiency towards Carnot's. The text could not be consulted.",
    findings=(_pumps, _asymmetry, _carnot),
    placeholders=(
        "The unit: two levels of the distance ω₀, whose splitting fluctuates fast enough for a Lorentzian "
        "line; widths of the line from 0.1 to 1 ω₀ were tried.",
        "The solids: Ohmic and cubic densities with exponential cutoffs; cutoffs from 0.15 to 1 ω₀ were "
        "tried.",
        "The filters: bands around 0.5 and 1.6 ω₀, with widths from 0.1 to 0.7 ω₀.",
        "The temperatures: 0.6 ω₀ on the hot side, and from 0.1 to 1.6 ω₀ where both sides are equally hot.",
    ),
    points=31,
    least=21,
)
