"""Weak resonant drive, where every secular equation fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import analytic
from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, noted, number
from ..lab import BATHS, PLATFORMS, Floats, Lab, baths, current, deviation, zeros

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["relaxation", "study"]

SPIN, PAIR, _ = PLATFORMS
Runs = dict[str, "xr.Dataset"]
# Name and line of each run; the first lies broad beneath the others.
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "floquet": ("Floquet, full secular", {"color": "#E69F00", "lw": 4.0, "alpha": 0.35}),
    "full": ("driven-dressed, full secular", {"color": "#B06000", "lw": 1.2, "ls": (0, (4, 2))}),
    "kept": ("coherences kept", {"color": "k", "lw": 1.3}),
}
DOTS: dict[str, Any] = {"color": "#0072B2", "lw": 0, "marker": "o", "ms": 3.6, "mfc": "none", "mew": 0.9}


def study(lab: Lab) -> tuple[Finding, ...]:
    """The qubit driven on resonance; two qubits at one of their modes."""
    return (_weak(lab),)


def relaxation() -> float:
    """g, the sum over the baths of J(1)(1 + 2n): the rate at which the undriven qubit relaxes."""
    rates = [float(sum(b.rates(1.0))) for b in baths()]
    return float(sum(rates))


def _weak(lab: Lab) -> Finding:
    g = relaxation()
    ratio = np.geomspace(1e-2, 1e2, max(41, 4 * (lab.points // 16) + 1))  # A/g, one among them exactly
    system = SPIN.build(axis("drive", g * ratio), 1.0)
    runs = {
        "kept": lab.solve(system),
        "full": lab.solve(system, secular="full"),
        "floquet": lab.solve(system, equation="floquet", secular="full"),
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
        f"{number(relaxation())}. Two qubits: ω₁ = ω₂ = ω₀, coupling 0.1, ω = 1.1.",
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
    _draw_currents(panels[0, 0], ratio, runs, "pump", bloch[:, -1])
    panels[0, 0].set_yscale("log")
    _draw_currents(panels[0, 1], ratio, runs, "left", bloch[:, 0])
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
    handles = [style.handle(name, **look) for name, look in LOOKS.values()]
    style.key(figure, [*handles, style.handle("optical Bloch formula", **DOTS)])
    return figure


def _draw_currents(frame: Any, ratio: Floats, runs: Runs, terminal: str, bloch: Floats) -> None:
    """Current through a terminal by each equation, and some sixteen points of the optical Bloch formula."""
    for key, (_, look) in LOOKS.items():
        frame.semilogx(ratio, 1e3 * current(runs[key], terminal), **look)
    sparse = slice(None, None, max(1, ratio.size // 16))
    frame.semilogx(ratio[sparse], 1e3 * bloch[sparse], **DOTS)
