"""A drive brings tunnelling to a standstill: Grossmann, Dittrich, Jung and Hänggi (1991), Grifoni and "
"Hänggi (1998)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from ....description.bath import Bath
from ....description.spectral_density import Ohmic
from ....description.spin_operators import sigmax, sigmaz
from ....description.system import System, axis
from ....verbs.in_time.courses import evolve
from ....verbs.in_time.decays import relaxation
from .. import look as style
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab, current
from ..study import Study
from ..tunnelling import course, crossing_ratio, flip_rate, forgetting, power, tunnel_splitting

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY"]

# Energies in units of the tunnel splitting. Choices: a fast drive and one that is all but infinitely fast, a
# weak bath at a temperature of the splitting, and a bias of the two sites, which is none.
FAST, FASTER, STRENGTH, WARMTH, BIAS = 10.0, 40.0, 2e-3, 1.0, 0.0
HOT, COLD, PAIRED = 2.0, 0.5, 1e-3  # temperatures and strength of two baths between which heat tunnels
CUTOFFS = (2.0, 50.0)  # of the two baths: one that knows nothing of the drive's frequency, and one that does
LAST = 40.0  # of the courses: six periods of free tunnelling
SITE = {"site": sigmaz()}
DOTS: dict[str, Any] = {"color": "#009E73", "lw": 0, "marker": "o", "ms": 4.0, "mfc": "none", "mew": 1.0}
FULL: dict[str, Any] = {"color": "#D55E00", "lw": 1.6, "ls": (0, (1, 1.2))}


def _sites(ratio: Any, omega: Any, *baths: Bath) -> System:
    """Two sites that are driven against each other with the amplitude A = ratio times omega."""
    return System(
        hamiltonian=[(-0.5, sigmax()), (0.5 * BIAS, sigmaz())],
        drive={1: [(0.25 * ratio * omega, sigmaz())]},
        omega=omega,
        baths=baths or (_bath("bath", STRENGTH, WARMTH),),
    )


def _bath(name: str, strength: float, temperature: float, cutoff: float = 50.0) -> Bath:
    """A bath that moves the two sites against each other."""
    return Bath(name, sigmaz(), Ohmic(strength, cutoff=cutoff), temperature=temperature)


def _splitting(flow: xr.Dataset, omega: Any) -> Any:
    """Distance of the quasienergies, the shorter way round the zone."""
    gap = flow["energy"].diff("level").isel(level=0, drop=True)
    return abs((gap + 0.5 * omega) % omega - 0.5 * omega)


def _crossing(lab: Lab, omega: float, near: float) -> tuple[float, float]:
    """A/w at which the quasienergies come closest, and how close: a parabola through the square, twice."""
    width = 0.3
    for _ in range(2):
        ratio = near + width * np.linspace(-1.0, 1.0, 25)
        flow = lab.solve(_sites(axis("ratio", ratio), omega), secular="full")
        square = _splitting(flow, omega).values ** 2
        k = int(np.clip(np.argmin(square), 2, ratio.size - 3))
        place = slice(k - 2, k + 3)
        a, b, c = np.polyfit(ratio[place] - ratio[k], square[place], 2)
        near, width = float(ratio[k] - b / (2.0 * a)), 0.02
    return near, float(np.sqrt(max(c - b**2 / (4.0 * a), 0.0)))


def _crossings(lab: Lab) -> Finding:
    ratio = axis("ratio", np.linspace(0.0, 7.0, lab.points))
    runs = {w: _splitting(lab.solve(_sites(ratio, w), secular="full"), w).values for w in (3.0, FAST)}
    z, bessel = ratio.values, special.jn_zeros(0, 2)
    places, left = np.transpose([_crossing(lab, FASTER, near) for near in bessel])
    j0 = abs(special.jv(0, z))
    measures = (
        below("crossings at ω = 40 Δ, distance of A/ω from the first two zeros of J₀",
              np.max(abs(places / bessel - 1.0)), 1e-3, percent=True),
        below("splitting at ω = 10 Δ, largest distance from Δ|J₀(A/ω)|, over Δ",
              np.max(abs(runs[FAST] - j0)), 5e-3),
        below("the same from the third order in Δ/ω",
              np.max(abs(runs[FAST] - abs(tunnel_splitting(z, FAST)))), 5e-5),
        below("what is left of the splitting at the crossings, over Δ", np.max(left), 1e-3),
        noted("the first crossing A/ω", places[0]),
    )  # fmt: skip
    return Finding(
        key="crossings",
        title="Quasienergies cross at the zeros of a Bessel function",
        claim="Under a fast drive the tunnel splitting becomes Δ J₀(A/ω), so that the two quasienergies meet "
        "exactly where J₀ vanishes.",
        words=f"At ω = 40 Δ the quasienergies meet at A/ω = {places[0]:.4f} and {places[1]:.4f}; the zeros "
        f"of J₀ lie at {bessel[0]:.4f} and {bessel[1]:.4f}. At ω = 10 Δ the splitting is Δ|J₀| to "
        f"{number(100 * measures[1].value)} % of Δ for every amplitude, and to {number(measures[2].value)} "
        "Δ what the third order of the effective Hamiltonian says.",
        parameters="H = −(Δ/2)σx + (A/2) cos(ωt) σz, Δ = 1; quasienergies as the stationary state reports "
        "them.",
        measures=measures,
        figure=_crossings_figure(z, runs),
        caption="(a) Quasienergies of the two states, ±δ/2, against the amplitude at ω = 10 Δ; dashed: "
        "±ΔJ₀/2. (b) Their splitting on a logarithmic scale at two frequencies; circles: third order; "
        "dashed: Δ|J₀|.",
    )


def _crossings_figure(z: Floats, runs: dict[float, Floats]) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    frame, few = panels[0, 0], slice(None, None, max(1, z.size // 30))
    sign = np.sign(tunnel_splitting(z, FAST))  # which of the two states is which
    for side, color in ((-0.5, style.COLD), (0.5, style.HOT)):
        frame.plot(z, side * sign * runs[FAST], color=color, lw=1.5)
        frame.plot(z, side * special.jv(0, z), color="k", lw=1.0, ls=(0, (4, 3)))
    frame.set_ylabel(r"quasienergies $/\Delta$")
    frame = panels[0, 1]
    for (w, gap), color in zip(runs.items(), style.shades(2), strict=True):
        frame.semilogy(z, gap, color=color, lw=1.4, label=rf"$\omega = {w:g}\,\Delta$")
        frame.semilogy(z[few], abs(tunnel_splitting(z[few], w)), **DOTS)
    frame.semilogy(z, abs(special.jv(0, z)), color="k", lw=0.9, ls=(0, (4, 3)))
    frame.set_ylim(1e-3, 1.5)
    frame.legend(loc="lower left", fontsize=8.5)
    frame.set_ylabel(r"splitting $\delta/\Delta$")
    for frame in panels[0]:
        for place in special.jn_zeros(0, 2):
            frame.axvline(place, color="0.6", lw=0.7, ls=":")
        frame.margins(x=0.0)
        frame.set_xlabel(r"amplitude $A/\omega$")
    style.letter(panels, ["two levels", "their distance"])
    return figure


def _runs(strobe: Any, ratios: dict[str, float]) -> dict[str, Any]:
    """Courses of a particle that is put on the first site, at multiples of the period."""
    return {
        name: evolve(_sites(ratio, FAST), 0, strobe, observables=SITE, states=False)
        .expectation.sel(observable="site").values.real
        for name, ratio in ratios.items()
    }  # fmt: skip


def _standstill(lab: Lab) -> Finding:
    (place, _), period = _crossing(lab, FAST, 2.4), 2.0 * np.pi / FAST
    strobe = period * np.arange(int(LAST / period) + 1)
    ratios = {"no drive": 0.0, "at the crossing": place, "beyond it": 3.8}
    runs = _runs(strobe, ratios)
    stays = {name: float(0.5 * (1.0 + z.min())) for name, z in runs.items()}
    error = max(float(np.max(abs(z - _course(ratios[name], strobe)))) for name, z in runs.items())
    window = axis("ratio", place + np.linspace(-0.012, 0.012, lab.points | 1))
    system = _sites(window, FAST)
    gaps = {s: relaxation(system, secular=s).gap.values for s in ("auto", "full")}
    kept = gaps["auto"]
    splitting = tunnel_splitting(window.values, FAST)
    formula = forgetting(splitting, _dephasing()) + flip_rate(window.values, FAST, _exchange)
    measures = (
        above("least population of the first site at the crossing", stays["at the crossing"], 0.95),
        below("the same without drive", stays["no drive"], 0.05),
        below("the same beyond the crossing, A/ω = 3.8", stays["beyond it"], 0.05),
        below("courses: largest distance from a damped oscillation of the splitting δ", error, 0.02),
        above("lifetime at the crossing over that at the edge of (b)", kept[0] / kept.min(), 10.0),
        below("gap of the generator: largest distance from the closed form",
              np.max(abs(kept / formula - 1.0)), 0.1, percent=True),
    )  # fmt: skip
    return Finding(
        key="standstill",
        title="At the crossing a particle stays where it is put",
        claim="At an exact crossing tunnelling comes to a standstill: a particle prepared on one site stays "
        "there, though without the drive, and with a weaker or a stronger one, it would go to and fro.",
        words="Put on one site, the particle is found there with a probability of at least "
        f"{number(100 * stays['at the crossing'])} % for six periods of free tunnelling, in contact with a "
        f"bath; without drive it falls to {number(100 * stays['no drive'])} %. The site is forgotten at the "
        "rate δ²/γ where the splitting δ is below the dephasing γ, and at the crossing only by what is left "
        f"of tunnelling within a period: {number(measures[4].value)} times more slowly than at the edge of "
        "the figure. The full secular equation sees nothing of this.",
        parameters="ω = 10 Δ; one Ohmic bath on σz, J = 0.002 W exp(−W/50), T = Δ, γ = 2 J′(0) T. Courses at "
        "multiples of the period. Default treatment of coherences.",
        measures=measures,
        figure=_standstill_figure((strobe, runs, ratios), (window.values, gaps, formula)),
        caption="(a) Population of the first site; circles: a damped oscillation of the splitting δ. (b) "
        "Slowest rate at which the system forgets, near the crossing; circles: closed form; dotted: full "
        "secular.",
    )


def _dephasing() -> float:
    """Decay of what lies across the coupling, 2 J'(0) T: rates of the bath at vanishing energy."""
    return 2.0 * STRENGTH * WARMTH


def _exchange(energy: Floats) -> Any:
    """Rates at which the bath gives and takes an energy, together."""
    give, take = _bath("bath", STRENGTH, WARMTH).rates(energy)
    return give + take


def _course(ratio: float, times: Any) -> Floats:
    return course(float(tunnel_splitting(ratio, FAST)), _dephasing(), times)


def _standstill_figure(courses: Any, window: Any) -> Any:
    figure, panels = style.frames(1, 2, 3.1)
    times, runs, ratios = courses
    colors = ("#0072B2", "k", "#E69F00")
    for (name, z), color in zip(runs.items(), colors, strict=True):
        panels[0, 0].plot(times, 0.5 * (1.0 + z), color=color, lw=1.3, label=name)
        fine = np.linspace(0.0, times[-1], 60)
        panels[0, 0].plot(
            fine, 0.5 * (1.0 + _course(ratios[name], fine)), **{**DOTS, "mec": color, "ms": 3.0}
        )
    panels[0, 0].set_ylim(0.0, 1.42)
    panels[0, 0].set_yticks([0.0, 0.5, 1.0])
    panels[0, 0].legend(loc="upper center", ncols=3, fontsize=8.5, handlelength=1.2, columnspacing=1.0)
    panels[0, 0].set_xlabel(r"time $t\,\Delta$")
    panels[0, 0].set_ylabel("population of the first site")
    frame, (ratio, gaps, formula) = panels[0, 1], window
    frame.semilogy(ratio, gaps["auto"], color="k", lw=1.4)
    frame.semilogy(ratio, gaps["full"], **FULL)
    few = slice(None, None, max(1, ratio.size // 24))
    frame.semilogy(ratio[few], formula[few], **DOTS)
    frame.text(
        ratio[-1], 1.15 * gaps["full"][0], "full secular ", color=FULL["color"], fontsize=8.5, ha="right"
    )
    frame.set_ylim(8e-5, 4e-3)
    frame.set_xlabel(r"amplitude $A/\omega$")
    frame.set_ylabel(r"slowest rate $/\Delta$")
    for frame in panels[0]:
        frame.margins(x=0.0)
    style.letter(panels, ["where the particle is", "how fast it is forgotten"])
    return figure


def _shift(lab: Lab) -> Finding:
    frequencies = np.geomspace(2.0, 20.0, max(5, min(13, lab.points // 10)))
    bessel = float(special.jn_zeros(0, 1)[0])
    places, left = np.transpose([_crossing(lab, w, bessel) for w in frequencies])
    formula = np.array([crossing_ratio(w) for w in frequencies])
    exponent = np.polyfit(np.log(frequencies[-4:]), np.log(bessel - places[-4:]), 1)[0]
    measures = (
        above(
            "shift of the first crossing at ω = 2 Δ, below the zero of J₀", float(bessel - places[0]), 0.05
        ),
        below("distance of its exponent in ω from −2, at the fastest drives", abs(exponent + 2.0), 0.02),
        below("largest distance of A/ω from the third order", np.max(abs(places - formula)), 5e-3),
        below("the same at the fastest drive", abs(places[-1] - formula[-1]), 1e-5),
        below("what is left of the splitting at the crossings, over Δ", np.max(left), 1e-3),
    )
    return Finding(
        key="shift",
        title="A slower drive needs less: the crossing moves",
        claim="Beyond the limit of a fast drive the crossing survives, being of states of different "
        "symmetry, and moves to smaller A/ω.",
        words=f"From ω = 20 Δ down to 2 Δ the crossing moves from A/ω = {places[-1]:.4f} to "
        f"{places[0]:.4f}, as ω to the power {number(exponent)}, where the third order in Δ/ω follows to "
        f"{number(measures[2].value)}.",
        parameters="As above, quasienergies alone.",
        measures=measures,
        figure=_shift_figure(frequencies, places, formula, bessel),
        caption="(a) A/ω of the first crossing against the frequency; circles: third order in Δ/ω; dotted: "
        "zero of J₀. (b) Its distance from that zero; dashed: ∝ ω⁻².",
    )


def _shift_figure(frequencies: Floats, places: Floats, formula: Floats, bessel: float) -> Any:
    figure, panels = style.frames(1, 2, 2.8)
    panels[0, 0].semilogx(frequencies, places, color="k", lw=1.4)
    panels[0, 0].semilogx(frequencies, formula, **DOTS)
    panels[0, 0].axhline(bessel, color="0.6", lw=0.8, ls=":")
    panels[0, 0].set_ylabel(r"crossing, $A/\omega$")
    panels[0, 1].loglog(frequencies, bessel - places, color="k", lw=1.4)
    panels[0, 1].loglog(frequencies, bessel - formula, **DOTS)
    guide = (bessel - places[-1]) * (frequencies / frequencies[-1]) ** -2.0
    panels[0, 1].loglog(frequencies, guide, color="#0072B2", lw=1.0, ls=(0, (4, 3)))
    panels[0, 1].set_ylabel("distance from the zero")
    for frame in panels[0]:
        frame.set_xticks([2, 5, 10, 20], ["2", "5", "10", "20"])
        frame.set_xticks([], minor=True)
        frame.set_xlabel(r"drive frequency $\omega/\Delta$")
    style.letter(panels, ["first crossing", "shift"])
    return figure


def _valve(lab: Lab) -> Finding:
    ratio = axis("ratio", np.linspace(0.01, 7.0, lab.points))
    flows = {c: lab.solve(_sites(ratio, FAST, *_pair(c)), secular="auto") for c in CUTOFFS}
    z = ratio.values
    conducted = {c: 0.5 * (current(f, "hot") - current(f, "cold")) for c, f in flows.items()}
    wanted = {c: _conducted(z, c) for c in CUTOFFS}
    paid = {c: power(z, FAST, lambda w, c=c: 2.0 * PAIRED * w * np.exp(-w / c)) for c in CUTOFFS}  # type: ignore[misc]
    place, _ = _crossing(lab, FAST, 2.4)
    at = {c: lab.solve(_sites(axis("ratio", [place]), FAST, *_pair(c)), secular="auto") for c in CUTOFFS}
    closed = 0.5 * (current(at[CUTOFFS[0]], "hot") - current(at[CUTOFFS[0]], "cold"))[0]
    spent = current(at[CUTOFFS[1]], "pump")[0]
    ohmic = PAIRED * (1.0 - special.jv(0, place) ** 2)
    measures = (
        below("heat conducted at the crossing over that without drive",
              abs(closed / conducted[CUTOFFS[0]][0]), 1e-4),
        below("largest distance of the conducted heat from the closed form, over the undriven one",
              max(np.max(abs(conducted[c] - wanted[c])) / wanted[c][0] for c in CUTOFFS), 0.01, percent=True),
        below("largest distance of the pump's power from the closed form, over the largest power",
              max(np.max(abs(current(flows[c], "pump") - paid[c])) / paid[c].max() for c in CUTOFFS), 0.03,
              percent=True),
        above("the power where nothing tunnels, baths of wide band", spent, float(0.5 * ohmic)),
        noted("the same for purely Ohmic baths, J = αW each: αΔ²", ohmic),
    )  # fmt: skip
    return Finding(
        key="valve",
        title="What the baths see: conduction stops, and the drive still pays",
        claim="Two baths that exchange heat by tunnelling are parted at the crossing; what the drive spends "
        "does not stop there, and depends on what the baths can take at multiples of its frequency.",
        words=f"With tunnelling stopped, {number(closed / conducted[CUTOFFS[0]][0])} of the undriven heat "
        "is conducted: a valve that is closed by an amplitude. The drive's power has no zero there. Within "
        "a period the sites are still mixed, by (Δ/nω)J_n, and each bath takes nω with that: P = Σ Δ² J_n² "
        f"J(nω)/nω, at any temperature. Baths that reach far above ω take {number(spent)} Δ², and both are "
        "heated; those cut off below it next to nothing, and the valve is clean.",
        parameters="ω = 10 Δ; two baths on σz, each J = 0.001 W exp(−W/Λ), T = 2 Δ and 0.5 Δ; Λ = 2 Δ and "
        "50 Δ. Default treatment of coherences.",
        measures=measures,
        figure=_valve_figure(z, flows, paid),
        caption="Currents into the sites against the amplitude: (a) baths of a narrow band, Λ = 2 Δ, (b) of "
        "a wide one, Λ = 50 Δ. Circles: closed form of the pump's power; dotted: zeros of J₀.",
        beyond=True,
    )


def _pair(cutoff: float) -> tuple[Bath, Bath]:
    return _bath("hot", PAIRED, HOT, cutoff), _bath("cold", PAIRED, COLD, cutoff)


def _conducted(ratio: Floats, cutoff: float) -> Any:
    """Heat that two equal baths exchange through the splitting: d J (n_h - n_c)/2(1 + n_h + n_c)."""
    d = abs(tunnel_splitting(ratio, FAST))
    hot, cold = (1.0 / np.expm1(d / t) for t in (HOT, COLD))
    return PAIRED * d**2 * np.exp(-d / cutoff) * (hot - cold) / (2.0 * (1.0 + hot + cold))


def _valve_figure(z: Floats, flows: dict[float, xr.Dataset], paid: dict[float, Floats]) -> Any:
    figure, panels = style.frames(1, 2, 3.1)
    colors = {"hot": style.HOT, "cold": style.COLD, "pump": style.PUMP}
    few = slice(None, None, max(1, z.size // 24))
    for frame, (cutoff, flow) in zip(panels[0], flows.items(), strict=True):
        frame.axhline(0.0, color="0.6", lw=0.6)
        for terminal, color in colors.items():
            frame.plot(z, 1e3 * current(flow, terminal), color=color, lw=1.4, label=terminal)
        frame.plot(z[few], 1e3 * paid[cutoff][few], **DOTS)
        for place in special.jn_zeros(0, 2):
            frame.axvline(place, color="0.6", lw=0.7, ls=":")
        frame.margins(x=0.0)
        frame.set_xlabel(r"amplitude $A/\omega$")
    panels[0, 0].set_ylabel(r"current ($10^{-3}\,\Delta^2$)")
    panels[0, 0].legend(loc="upper right", fontsize=8.5)
    style.letter(panels, [r"narrow band, $\Lambda = 2\,\Delta$", r"wide band, $\Lambda = 50\,\Delta$"])
    return figure


STUDY = Study(
    name="destruction-of-tunnelling",
    title="Coherent destruction of tunnelling, and driven quantum tunnelling",
    citation="Grossmann, Dittrich, Jung and Hänggi, Phys. Rev. Lett. 67, 516 (1991); Grifoni and Hänggi, "
    "Phys. Rep. 304, 229 (1998)",
    year=1998,
    claim="A periodic drive of the right strength and frequency brings tunnelling between two wells to a "
    "complete standstill, at exact crossings of quasienergies; in the limit of a fast drive these are the "
    "zeros of the Bessel function J₀. What is tested are these well-known statements on two sites; the "
    "letter and the review could not be consulted.",
    findings=(_crossings, _standstill, _shift, _valve),
    placeholders=(
        "Frequencies are chosen, ω = 10 Δ and 40 Δ for a fast drive, and varied from 2 Δ to 20 Δ.",
        "Baths, of which the standstill needs none, are chosen: Ohmic, weak, at temperatures of the order "
        "of the splitting; the cutoff is varied from below the drive's frequency to above it.",
    ),
    points=181,
    least=61,  # fewer do not show the dip of the slowest rate
    beyond="What the drive does to two baths between which heat tunnels, and what it costs.",
)
