"""High up the Kerr ladder, where secular equations see resonances that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import models
from ....description.system import axis
from .. import look as style
from ..finding import Finding, Measure, above, below, noted
from ..lab import BATHS, PLATFORMS, Lab, baths, current, deviation

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["study"]

KERR = PLATFORMS[2]
NARROW = 1.0 + 0.02 * np.arange(2, 8)  # resonances of three to eight quanta of the Kerr platform
DEGENERATE = 1.0 + 0.02 * np.arange(8, 12)  # of nine to twelve: levels apart by rounding alone
Runs = dict[str, "xr.Dataset"]


def study(lab: Lab) -> tuple[Finding, ...]:
    """Narrow multi-photon resonances of the Kerr resonator."""
    near = np.geomspace(1e-7, 8e-3, 12)
    around = (NARROW[:, None] + np.concatenate([-near, [0.0], near])).ravel()
    w = np.unique(np.concatenate([KERR.frequencies(lab.points), around]))
    system = KERR.build(KERR.drive, axis("omega", w[w <= KERR.span[1]]))
    runs = {s: lab.solve(system, secular=s) for s in ("partial", "full", "none")}
    for levels in (16, 20):
        point = models.kerr_resonator(
            kerr=0.02, drive=KERR.drive, omega=axis("omega", DEGENERATE), levels=levels, baths=baths()
        )
        for secular in ("partial", "full"):
            for name, equation in (("here", lab.equation), ("floquet", "floquet")):
                runs[f"{name} {secular} {levels}"] = lab.solve(point, equation=equation, secular=secular)
    return (_finding(_measures(runs), runs),)


def _measures(runs: Runs) -> tuple[Measure, ...]:
    full, kept = current(runs["full"], "pump"), current(runs["partial"], "pump")

    def apart(a: str, b: str) -> float:
        return float(np.max(deviation(runs[a], runs[b])))

    return (
        above("pump current: full secular over coherences kept, at worst", np.max(full / kept), 10.0),
        # rounding decides how large this is, so that no criterion would hold on another machine
        noted("resonances of nine to twelve quanta, full secular: driven-dressed and Floquet differ by",
              apart("here full 16", "floquet full 16"), percent=True),
        below("the same with coherences kept", apart("here partial 16", "floquet partial 16"), 1e-6),
        below("there, coherences kept: change of a current from 16 to 20 levels",
              apart("here partial 20", "here partial 16"), 1e-3, percent=True),
        noted("there, full secular: the same change", apart("here full 20", "here full 16"), percent=True),
        below("near-degenerate coherences kept against all of them: largest difference of a current",
              apart("partial", "none"), 1e-6),
    )  # fmt: skip


def _finding(measures: tuple[Measure, ...], runs: Runs) -> Finding:
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
        figure=_figure(runs),
        caption="Pump current (a) and current from the hot bath (b) of the Kerr resonator, full "
        "secular and with coherences, with points on and around the resonances.",
        beyond=True,
    )


def _figure(runs: Runs) -> Any:
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
