"""What the paper does not say: where every secular equation fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import analytic, models
from ..system import axis
from . import style
from .finding import Finding, Measure, above, below, noted, number
from .lab import BATHS, PLATFORMS, Floats, Lab, baths, current, deviation, zeros

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["study"]

SPIN, PAIR, KERR = PLATFORMS
NARROW = 1.0 + 0.02 * np.arange(2, 8)  # resonances of three to eight quanta of the Kerr platform
DEGENERATE = 1.0 + 0.02 * np.arange(8, 12)  # of nine to twelve: levels apart by rounding alone
Runs = dict[str, "xr.Dataset"]


def study(lab: Lab) -> tuple[Finding, ...]:
    """Weak resonant drive of the qubit, and narrow resonances high up the Kerr ladder."""
    return _weak(lab), _ladder(lab)


def _relaxation() -> float:
    """g, the sum over the baths of J(1)(1 + 2n): the rate at which the undriven qubit relaxes."""
    rates = [float(b.spectrum(1.0)) / np.tanh(0.5 / float(b.temperature)) for b in baths()]
    return float(sum(rates))


def _weak(lab: Lab) -> Finding:
    g = _relaxation()
    ratio = np.geomspace(1e-2, 1e2, max(41, 4 * (lab.points // 16) + 1))  # A/g, one among them exactly
    system = SPIN.build(axis("drive", g * ratio), 1.0)
    runs = {
        "kept": lab.solve(system),
        "full": lab.solve(system, secular="full"),
        "floquet": lab.solve(system, equation="floquet", secular="full"),
        "none": lab.solve(system, secular="none"),
    }
    bloch = analytic.optical_bloch_currents(1.0, g * ratio, 1.0, baths())
    pair = PAIR.build(axis("drive", 0.1 * g * np.ones(1)), 1.1)
    pairs = [lab.solve(pair, secular=s) for s in ("partial", "full")]
    return _weak_finding(_weak_measures(ratio, runs, bloch, pairs), ratio, runs, bloch)


def _weak_measures(ratio: Floats, runs: Runs, bloch: Floats, pairs: list[xr.Dataset]) -> tuple[Measure, ...]:
    kept, full = (current(runs[k], "pump") for k in ("kept", "full"))
    low = int(np.argmin(abs(ratio - 0.1)))
    inside = (ratio > 0.0999) & (ratio < 10.01)
    left = {k: current(runs[k], "left") for k in runs}
    flipped = ratio[np.sign(left["full"]) != np.sign(left["kept"])]
    turn = zeros(np.log(ratio), left["kept"])
    over = [current(p, "pump")[0] for p in pairs]
    return (
        above("pump power at A/g = 0.1: full secular over coherences kept", full[low] / kept[low], 40.0),
        below("full secular: change of the power from A/g = 0.1 to 0.01, where it should fall a "
        "hundredfold",
              abs(full[0] / full[low] - 1.0), 0.01, percent=True),
        below("full secular: largest difference of driven-dressed and Floquet, both wrong together",
              np.max(deviation(runs["full"], runs["floquet"])), 1e-7),
        above("A/g up to which the full secular sign of the hot bath's current is wrong",
              np.max(flipped, initial=0), 0.3),
        noted("A/g at which that current really reverses", np.exp(turn[0]) if turn.size else np.nan),
        below("coherences kept against the optical Bloch formula, A/g from 0.1 to 10: largest error",
              np.max(abs(kept / bloch[:, -1] - 1.0)[inside]), 0.01, percent=True),
        below("near-degenerate coherences against all of them: largest difference of a current",
              np.max(deviation(runs["kept"], runs["none"])), 1e-6),
        above("two qubits at ω₀ + g, A/g = 0.1: full secular pump power over coherences kept",
              over[1] / over[0], 10.0),
    )  # fmt: skip


def _weak_finding(measures: tuple[Measure, ...], ratio: Floats, runs: Runs, bloch: Floats) -> Finding:
    return Finding(
        key="secular",
        title="Weak resonant drive: every secular equation is wrong, and agreement does not show it",
        claim="Where the drive is weaker than the relaxation rate g, the full secular approximation "
        "fails on resonance, for the driven-dressed and the Floquet equation alike.",
        words=f"At A = 0.1 g the full secular pump power is {measures[0].shown} times too large, and "
        "it stays finite as the drive goes to zero: the dressed states are taken as resolved however "
        "small their splitting. The hot bath's current has the wrong sign up to A = "
        f"{measures[3].shown} g. The driven-dressed and the Floquet equation make the same error, to "
        f"{measures[2].shown}, so that their agreement is no evidence. With the coherence between the "
        "two dressed states kept, which costs one complex unknown more, the power is the saturation law of "
        f"the optical Bloch equations to {measures[5].shown}.",
        parameters=f"Spin-boson, ω = ω₀ = 1, circular drive; {BATHS}; g = Σ J(ω₀)(1 + 2n) = "
        f"{number(_relaxation())}. Two qubits: ω₁ = ω₂ = ω₀, coupling 0.1, ω = 1.1.",
        measures=measures,
        figure=_weak_figure(ratio, runs, bloch),
        caption="(a) Pump power and (b) current from the hot bath against the amplitude over the "
        "relaxation rate, on resonance; shaded: the full secular sign is wrong. (c) Full secular "
        "power over the one with coherences; dotted: 1 + g²/2A², the same ratio by the optical Bloch "
        "formula.",
        beyond=True,
    )


def _weak_figure(ratio: Floats, runs: Runs, bloch: Floats) -> Any:
    figure, panels = style.frames(1, 3, 3.1)
    lines = {
        "Floquet, full secular": (runs["floquet"], {"color": "#E69F00", "lw": 4.0, "alpha": 0.35}),
        "driven-dressed, full secular": (runs["full"], {"color": "#B06000", "lw": 1.2, "ls": (0, (4, 2))}),
        "coherences kept": (runs["kept"], {"color": "k", "lw": 1.3}),
    }
    dots = {"color": "#0072B2", "lw": 0, "marker": "o", "ms": 3.6, "mfc": "none", "mew": 0.9}
    sparse = slice(None, None, max(1, ratio.size // 16))
    for frame, terminal, index in ((panels[0, 0], "pump", -1), (panels[0, 1], "left", 0)):
        for found, look in lines.values():
            frame.semilogx(ratio, 1e3 * current(found, terminal), **look)
        frame.semilogx(ratio[sparse], 1e3 * bloch[sparse, index], **dots)
    panels[0, 0].set_yscale("log")
    wrong = np.sign(current(runs["full"], "left")) != np.sign(current(runs["kept"], "left"))
    panels[0, 1].fill_between(ratio, 0, 1, where=wrong, color="#D55E00", alpha=0.13, lw=0,
                              transform=panels[0, 1].get_xaxis_transform())  # fmt: skip
    panels[0, 1].axhline(0.0, color="0.6", lw=0.6)
    panels[0, 2].loglog(
        ratio, current(runs["full"], "pump") / current(runs["kept"], "pump"), color="k", lw=1.3
    )
    panels[0, 2].loglog(ratio, 1.0 + 0.5 / ratio**2, color="#0072B2", lw=2.6, ls=":")
    for frame in panels[0]:
        frame.margins(x=0.0)
        frame.set_xlabel("amplitude / relaxation rate, $A/g$")
    panels[0, 0].set_ylabel(r"pump current ($10^{-3}\,\hbar\omega_0^2$)")
    panels[0, 1].set_ylabel(r"hot bath's current ($10^{-3}\,\hbar\omega_0^2$)")
    panels[0, 2].set_ylabel("full secular / coherences kept")
    style.letter(panels, ["pump", "hot bath", "error of the pump current"])
    style.key(figure, [style.handle(n, **look) for n, (_, look) in lines.items()]
              + [style.handle("optical Bloch formula", **dots)])  # fmt: skip
    return figure


def _ladder(lab: Lab) -> Finding:
    near = np.geomspace(1e-7, 8e-3, 12)
    around = (NARROW[:, None] + np.concatenate([-near, [0.0], near])).ravel()
    w = np.unique(np.concatenate([KERR.frequencies(lab.points), around]))
    system = KERR.build(KERR.drive, axis("omega", w[w <= KERR.span[1]]))
    runs = {s: lab.solve(system, secular=s) for s in ("partial", "full")}
    for levels in (16, 20):
        point = models.kerr_resonator(
            kerr=0.02, drive=KERR.drive, omega=axis("omega", DEGENERATE), levels=levels, baths=baths()
        )
        for secular in ("partial", "full"):
            for name, equation in (("here", lab.equation), ("floquet", "floquet")):
                runs[f"{name} {secular} {levels}"] = lab.solve(point, equation=equation, secular=secular)
    return _ladder_finding(_ladder_measures(runs), runs)


def _ladder_measures(runs: Runs) -> tuple[Measure, ...]:
    full, kept = current(runs["full"], "pump"), current(runs["partial"], "pump")

    def apart(a: str, b: str) -> float:
        return float(np.max(deviation(runs[a], runs[b])))

    return (
        above("pump current: full secular over coherences kept, at worst", np.max(full / kept), 10.0),
        above("resonances of nine to twelve quanta, full secular: driven-dressed and Floquet differ by",
              apart("here full 16", "floquet full 16"), 0.01, percent=True),
        below("the same with coherences kept", apart("here partial 16", "floquet partial 16"), 1e-6),
        below("there, coherences kept: change of a current from 16 to 20 levels",
              apart("here partial 20", "here partial 16"), 1e-3, percent=True),
        noted("there, full secular: the same change", apart("here full 20", "here full 16"), percent=True),
    )  # fmt: skip


def _ladder_finding(measures: tuple[Measure, ...], runs: Runs) -> Finding:
    return Finding(
        key="ladder",
        title="High up the Kerr ladder the secular equations invent resonances",
        claim="A multi-photon resonance that is narrower than the relaxation rate leaves no trace in "
        "the currents; the full secular approximation gives it a peak.",
        words="The full secular currents of the Kerr resonator carry a peak at each multi-photon "
        f"resonance ω₀ + mK, the narrower the higher, up to {measures[0].shown} times too large; with "
        "coherences the spectrum is smooth. At the resonances of nine to twelve quanta two states of "
        "the ladder lie closer than any propagation resolves, and the full secular answers of the "
        f"driven-dressed and the Floquet equation differ by up to {measures[1].shown}: populations of "
        "a degenerate pair mean nothing without its coherence. With it the equations agree, and no "
        f"current moves by more than {measures[3].shown} when the ladder gains four levels.",
        parameters=f"{KERR.parameters}, ω₀ = 1; {BATHS}. Nine to twelve quanta: ω = {DEGENERATE[0]:g} "
        f"to {DEGENERATE[-1]:g}.",
        measures=measures,
        figure=_ladder_figure(runs),
        caption="Pump current (a) and current from the hot bath (b) of the Kerr resonator, full "
        "secular and with coherences, with points on and around the resonances.",
        beyond=True,
    )


def _ladder_figure(runs: Runs) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    w = runs["full"]["omega"].values
    for frame, terminal in zip(panels[0], ("pump", "left"), strict=True):
        frame.plot(w, 1e3 * current(runs["full"], terminal), color="#E69F00", lw=0.9)
        frame.plot(w, 1e3 * current(runs["partial"], terminal), color="k", lw=1.3)
        frame.margins(x=0.0)
        frame.set_xlabel(r"drive frequency $\omega/\omega_0$")
    panels[0, 0].set_yscale("log")
    panels[0, 1].axhline(0.0, color="0.6", lw=0.6, zorder=0)
    panels[0, 0].set_ylabel(r"pump current ($10^{-3}\,\hbar\omega_0^2$)")
    panels[0, 1].set_ylabel(r"hot bath's current ($10^{-3}\,\hbar\omega_0^2$)")
    style.letter(panels, ["pump", "hot bath"])
    style.key(
        figure,
        [style.handle("full secular", color="#E69F00", lw=1.0), style.handle("coherences kept", color="k")],
    )
    return figure
