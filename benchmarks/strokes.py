"""Figure of docs/steps.md: an Otto engine from slow to fast, and what a sudden switch costs.

python benchmarks/strokes.py --write    # docs/figures/steps.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import sambe
from sambe.faces.tasks.job import load
from sambe.plot.style import PUMP, RC, TERMINALS

ROOT = Path(__file__).parents[1]
CUTOFFS = np.geomspace(2.0, 30.0, 13)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/figures")
    asked = parser.parse_args()
    with plt.rc_context(RC):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.2, 3.2), layout="constrained")
        draw_engine(left)
        draw_switching(right)
        if asked.write:
            figure.savefig(ROOT / "docs" / "figures" / "steps.png", dpi=110)


def draw_engine(axes: plt.Axes) -> None:
    """Heat of each contact and work of a period, in that of a period without end."""
    flow = load(ROOT / "examples" / "otto_engine.toml").solve()
    n = [1 / np.expm1(e / t) for e, t in ((1.0, 2.0), (0.6, 0.5))]
    most = n[0] / (1 + 2 * n[0]) - n[1] / (1 + 2 * n[1])  # difference of the populations at rest
    w = flow["omega"]
    heat, work = flow["stroke_heat"].sum("step"), flow["stroke_work"].sum("step")
    axes.semilogx(w, heat.sel(terminal="hot") / most, color=TERMINALS[0], label="heat from hot")
    axes.semilogx(w, -heat.sel(terminal="cold") / most, color=TERMINALS[1], label="heat to cold")
    axes.semilogx(w, -work / most, color=PUMP, label="work of the strokes")
    axes.semilogx(
        w, flow["switching_work"].sum("terminal") / most, color=PUMP, ls=":", label="work of switching"
    )
    for level in (1.0, 0.6, 0.4):
        axes.axhline(level, color="#999999", lw=0.7, zorder=0)
    axes.set(
        xlabel=r"frequency of the cycle ($\omega_h$)",
        ylabel=r"energy of a period ($\hbar\omega_h\,\Delta p$)",
    )
    axes.legend(frameon=False, fontsize=8.5, loc="center left", bbox_to_anchor=(0.0, 0.22))


def draw_switching(axes: plt.Axes) -> None:
    """Work of switching one bath on and off, against its cutoff."""
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    for ramp, line in ((0.0, "-"), (0.05, "--"), (0.2, ":")):
        cutoff = sambe.axis("cutoff", CUTOFFS)
        bath = sambe.Bath("bath", sx, sambe.Ohmic(0.002, cutoff=cutoff), temperature=0.4)
        halves = [(0.5, [(0.5, sz)])] * 2
        system = sambe.System.from_steps(halves, 0.8, [bath], switched={"bath": [1, 0]}, ramp=ramp)
        work = sambe.steady_state(system)["switching_work"].sel(terminal="bath")
        axes.plot(CUTOFFS, 1e3 * work, color=PUMP, ls=line, label=f"ramp = {ramp:g}" if ramp else "sudden")
    axes.set(
        xlabel=r"cutoff of the bath ($\omega_0$)", ylabel=r"work of switching ($10^{-3}\,\hbar\omega_0$)"
    )
    axes.legend(frameon=False, fontsize=8.5)


if __name__ == "__main__":
    main()
