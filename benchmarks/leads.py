"""How far the rate equation of a driven dot is right: against Floquet scattering, which is exact.

    python benchmarks/leads.py --write          # docs/figures/leads.png and the first table of docs/leads.md
    python benchmarks/leads.py --hierarchy      # the second table, against the exact hierarchy: a minute

A level e + V cos(wt) without interactions between two leads. Left: the particle current over the level, for
a tunnelling rate of a third of the temperature. Right: the errors of particle, energy and pump current over
the rate, relative to the largest of their kind, of populations alone and of the default.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.analytic.dots import DotCurrents, scattering_currents
from sambe.plot.style import RC

DOCS = Path(__file__).parents[1] / "docs"
DRIVE, OMEGA, TEMPERATURE, POTENTIALS = 0.8, 1.0, 0.3, (0.2, -0.2)
SHARES = np.array([2.0, 1.0]) / 3.0  # of the leads in the rate G in all
LEVEL, LEVELS, BROAD = 0.5, np.linspace(-2.0, 2.0, 161), 0.1
RATES = np.geomspace(1e-3, 1.0, 25)
MARKS = "<!-- table -->", "<!-- end -->"
HIERARCHY = "<!-- hierarchy -->", "<!-- end of hierarchy -->"
REPULSIONS, STRENGTHS, WIDTH, WARM, BIAS, DOT = (0.0, 1.0), (0.04, 0.2), 2.0, 0.5, 0.3, -0.2
KINDS = {"full": "populations alone", "auto": "default"}


def exact(level: Any, rate: Any) -> DotCurrents:
    """Currents by scattering."""
    rates = np.asarray(rate)[..., None] * SHARES
    return scattering_currents(level, rates, TEMPERATURE, POTENTIALS, gate=DRIVE, omega=OMEGA)


def by_rates(level: Any, rate: Any, secular: str) -> Any:
    """Currents by the rate equation."""
    leads = [
        sambe.Lead(name, tunnelling=share * rate, temperature=TEMPERATURE, chemical_potential=mu)
        for name, share, mu in zip(("left", "right"), SHARES, POTENTIALS, strict=True)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sambe.SecularWarning)
        return sambe.steady_state(
            sambe.models.quantum_dot(level, drive=DRIVE, omega=OMEGA, baths=leads), secular=secular
        )


def errors(secular: str) -> dict[str, Any]:
    """Relative to the largest of a kind, over the rates."""
    found, truth = by_rates(LEVEL, sambe.axis("rate", RATES), secular), exact(LEVEL, RATES)
    particles, energies = found.particle_current.values, found.energy_current.values
    return {
        "particles": _off(particles[:, :2], truth.particle_current),
        "energy": _off(energies, truth.energy_current),
    }


def _off(found: Any, truth: Any) -> Any:
    return abs(found - truth).max(-1) / abs(truth).max(-1)


def draw() -> Figure:
    """Both panels."""
    figure = Figure(figsize=(9.6, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    truth = exact(LEVELS, BROAD)
    left.plot(LEVELS, truth.particle_current[:, 0], color="#56B4E9", lw=3.6, label="exact")
    rates = by_rates(sambe.axis("e", LEVELS), BROAD, "auto")
    left.plot(LEVELS, rates.particle_current[:, 0], "k--", lw=1.1, label="second order")
    left.set_xlabel(r"level $\epsilon$ ($\omega$)")
    left.set_ylabel(r"particle current ($\omega$)")
    left.legend()
    for (kind, name), dashes in zip(KINDS.items(), ("--", "-"), strict=True):
        for color, (what, error) in zip(("#D55E00", "#0072B2"), errors(kind).items(), strict=True):
            right.loglog(RATES / TEMPERATURE, error, dashes, color=color, lw=1.3, label=f"{what}, {name}")
    right.set_xlabel(r"tunnelling rate over temperature $\Gamma/T$")
    right.set_ylabel("error against scattering")
    right.legend(fontsize=8)
    return figure


def table() -> str:
    """Errors at some rates, for the page."""
    each = {kind: errors(kind) for kind in KINDS}
    heads = [
        "rate over temperature",
        *(f"{what}, {name}" for name in KINDS.values() for what in each["full"]),
    ]
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for k in range(0, len(RATES), 8):
        cells = [f"{each[kind][what][k]:.1e}" for kind in KINDS for what in ("particles", "energy")]
        rows.append(f"| {RATES[k] / TEMPERATURE:.3g} | {' | '.join(cells)} |")
    return "\n".join(rows)


def hierarchy() -> str:
    """Currents of a dot with and without repulsion by the exact hierarchy and by rates, for the page."""
    rows = [
        "| repulsion | rate over temperature | particles, exact | rates | energy, exact | rates |",
        "|---" * 6 + "|",
    ]
    for repulsion in REPULSIONS:
        for strength in STRENGTHS:
            leads = [
                sambe.Lead(
                    name, tunnelling=sambe.Lorentzian(share * strength * WARM, WIDTH),
                    temperature=WARM, chemical_potential=mu,
                )
                for name, share, mu in zip(("left", "right"), SHARES, (BIAS, -BIAS), strict=True)
            ]  # fmt: skip
            dot = sambe.models.anderson_dot(DOT, repulsion, baths=leads)
            flows = (
                sambe.steady_state(dot, equation="heom", heom={"tolerance": 1e-2}),
                sambe.steady_state(dot),
            )
            cells = [
                f"{float(x[name][0]):.3e}" for name in ("particle_current", "energy_current") for x in flows
            ]
            rows.append(f"| {repulsion:g} | {strength:g} | {' | '.join(cells)} |")
    return "\n".join(rows)


def enter(text: str, marks: tuple[str, str]) -> None:
    """Put a table into the page."""
    page = DOCS / "leads.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(marks[0])
    _, _, after = rest.partition(marks[1])
    page.write_text(f"{before}{marks[0]}\n{text}\n{marks[1]}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs")
    parser.add_argument("--hierarchy", action="store_true", help="the second table alone, into docs")
    asked = parser.parse_args()
    if asked.hierarchy:
        enter(hierarchy(), HIERARCHY)
        return
    import matplotlib as mpl

    with mpl.rc_context(RC):
        figure = draw()
        if asked.write:
            figure.savefig(DOCS / "figures" / "leads.png", dpi=110, bbox_inches="tight")
    text = table()
    print(text)
    if asked.write:
        enter(text, MARKS)


if __name__ == "__main__":
    main()
