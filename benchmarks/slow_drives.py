"""When is which answer right: the drive against the relaxation, and the coupling against the splitting.

    python benchmarks/slow_drives.py --write    # docs/figures/slow_drives.png and the table of docs/when.md

A qubit whose splitting is modulated, between two Drude-Lorentz baths. Left: the power of the pump as the
drive slows down, by `partial`, by the default, and by rates that follow the drive in time. Right: errors over
the plane of the drive frequency (in relaxation rates) and the relaxation rate (in splittings): of `partial`
against the complete equation, and of the complete equation against HEOM.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

DOCS = Path(__file__).parents[1] / "docs"
MODULATION, CUTOFF, HOT, COLD = 0.5, 2.0, 1.0, 0.5  # in splittings
TURNS = np.geomspace(0.1, 100.0, 7)  # drive frequency over relaxation rate
RATES = np.geomspace(1e-3, 0.1, 5)  # relaxation rate over splitting
TOLERANCE = 1e-3  # of the exact currents
SLOWEST = (
    0.02  # drive frequency over splitting that the hierarchy is asked for: its sidebands are 1/omega many
)
MARKS = "<!-- table -->", "<!-- end -->"


def baths(strength: float) -> list[sambe.Bath]:
    return [
        sambe.Bath(name, sambe.sigmax(), sambe.DrudeLorentz(strength, CUTOFF), temperature)
        for name, temperature in (("hot", HOT), ("cold", COLD))
    ]


def relaxation(strength: float) -> float:
    """Mean rate out of the two states of the qubit at rest, W = 1."""
    spectrum = sambe.DrudeLorentz(strength, CUTOFF)
    each = [sambe.absorption_rate(spectrum, t, np.array([1.0, -1.0])).sum() for t in (HOT, COLD)]
    return 0.5 * float(sum(each))


def qubit(strength: float, omega: Any) -> sambe.System:
    return sambe.models.modulated_qubit(modulation=MODULATION, omega=omega, baths=baths(strength))


def strength_of(rate: float) -> float:
    return rate / relaxation(1.0)


def pump_in_time(strength: float, omega: float, steps: int = 4096) -> float:
    """Pump power where the rates follow the splitting: d p/dt = up (1 - p) - down p, P = <dH/dt>."""
    times = np.arange(2 * steps + 1) * np.pi / (steps * omega)
    gap = 1.0 + MODULATION * np.cos(omega * times)
    spectrum = sambe.DrudeLorentz(strength, CUTOFF)
    up = sum(sambe.absorption_rate(spectrum, t, gap) for t in (HOT, COLD))
    down = sum(sambe.absorption_rate(spectrum, t, -gap) for t in (HOT, COLD))
    # exact for rates that are constant over a step; the periodic state is where the period leads to itself
    middle = 0.5 * (up + down)[:-1] + 0.5 * (up + down)[1:]
    decay = np.exp(-middle * np.diff(times))
    toward = 0.5 * (up / (up + down))[:-1] + 0.5 * (up / (up + down))[1:]
    end, factor = 0.0, 1.0
    for d, level in zip(decay[: 2 * steps], toward, strict=True):
        end, factor = level + (end - level) * d, factor * d
    p = [end / (1.0 - factor)]
    for d, level in zip(decay, toward, strict=True):
        p.append(level + (p[-1] - level) * d)
    rate_of_gap = -MODULATION * omega * np.sin(omega * times)
    return float(np.mean(((np.array(p) - 0.5) * rate_of_gap)[:-1]))


def pump(flow: Any) -> Any:
    return flow.energy_current.sel(terminal="pump").values


def solved(system: sambe.System, **how: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where they fail is what is drawn
        return sambe.steady_state(system, **how)


def lines(rate: float) -> dict[str, Any]:
    """Pump power against the drive frequency, by each answer."""
    strength = strength_of(rate)
    omega = rate * np.geomspace(0.03, 200.0, 33)
    axis = sambe.axis("omega", omega)
    return {
        "turns": omega / rate,
        "partial": pump(solved(qubit(strength, axis), secular="partial")),
        "default": pump(solved(qubit(strength, axis))),
        "rates in time": [pump_in_time(strength, w) for w in omega],
    }  # fmt: skip


def plane() -> tuple[Any, Any]:
    """Errors of the largest current: of partial against the complete equation, of that against HEOM."""
    dropped, theory = np.full((2, len(RATES), len(TURNS)), np.nan)
    for i, rate in enumerate(RATES):
        strength = strength_of(rate)
        for j, turn in enumerate(TURNS):
            system = qubit(strength, rate * turn)
            partial, whole, shifted = (
                solved(system, equation="floquet", **how).energy_current.values
                for how in ({"secular": "partial"}, {"secular": "none"},
                            {"secular": "none", "lamb_shift": "shift"})
            )  # fmt: skip
            size = np.abs(whole).max()
            dropped[i, j] = max(np.abs(partial - whole).max() / size, _own(partial[-1], whole[-1]))
            if rate * turn < SLOWEST:
                continue
            try:
                exact = solved(system, equation="heom", heom={"tolerance": TOLERANCE}).energy_current.values
            except sambe.SambeError:
                continue  # beyond what the hierarchy reaches
            theory[i, j] = np.abs(shifted - exact).max() / np.abs(exact).max()
    return dropped, theory


def _own(value: float, truth: float) -> float:
    return abs(value - truth) / abs(truth)


def draw(curves: dict[str, Any], dropped: Any, theory: Any, rate: float) -> Figure:
    import matplotlib as mpl

    with mpl.rc_context(RC):
        figure = Figure(figsize=(9.0, 3.7), layout="constrained")
        left, right = figure.subplots(1, 2)
        scale = rate**2
        left.loglog(curves["turns"], np.abs(curves["partial"]) / scale, color="#D55E00", ls=(0, (4, 1.5)),
                    label="partial")  # fmt: skip
        default = np.abs(curves["default"]) / scale
        left.loglog(curves["turns"], default, color="k", label="default (auto)")
        slow = curves["turns"] < 3
        followed = np.abs(np.array(curves["rates in time"]))[slow] / scale
        dots = {"ls": "none", "marker": "o", "ms": 3.2, "mfc": "none", "color": "#0072B2"}
        left.loglog(curves["turns"][slow], followed, label="rates that follow the drive", **dots)
        left.set_xlabel(r"drive frequency / relaxation rate, $\omega/\gamma$")
        left.set_ylabel(r"pump power / $\hbar\gamma^2$")
        left.legend()
        left.text(0.97, 0.05, rf"$\gamma = {rate:g}\,\omega_0$", transform=left.transAxes, ha="right")
        x, y = np.meshgrid(TURNS, RATES)
        map_ = right.pcolormesh(x, y, dropped, norm=mpl.colors.LogNorm(1e-4, 10.0), cmap="cividis_r",
                                shading="gouraud")  # fmt: skip
        limit = right.contour(x, y, dropped, levels=[0.01], colors="k", linestyles=":")
        _labelled(right, limit, 0.25, "partial is off by 1 %", rotation=90)
        for level in (0.01, 0.05):
            line = right.contour(x, y, np.ma.masked_invalid(theory), levels=[level], colors="#D55E00",
                                 linestyles="-" if level < 0.02 else "--", linewidths=1.8)  # fmt: skip
            _labelled(right, line, 0.3, f"default is off by {100 * level:g} %")
        right.set_xscale("log")
        right.set_yscale("log")
        right.set_xlabel(r"drive frequency / relaxation rate, $\omega/\gamma$")
        right.set_ylabel(r"relaxation rate / splitting, $\gamma/\omega_0$")
        bar = figure.colorbar(map_, ax=right)
        bar.set_label("error of partial, largest of all currents")
        left.set_title("a slow drive does no work", fontsize=10)
        right.set_title("what partial misses, and where the default ends", fontsize=10)
    return figure


def _labelled(axes: Any, line: Any, share: float, text: str, **how: Any) -> None:
    """A label some share of the way along a contour line, on white, so that it reads on any colour."""
    parts = [part for parts in line.allsegs for part in parts if len(part)]
    if parts:
        longest = max(parts, key=len)
        x, y = longest[np.lexsort((longest[:, 1], np.round(longest[:, 0], 3)))][int(share * len(longest))]
        box = {"fc": "white", "ec": "none", "alpha": 0.85, "pad": 1.5}
        axes.text(x, y, text, ha="center", va="center", fontsize=8.5, bbox=box, **how)


def table(dropped: Any, theory: Any) -> str:
    """Rows of the page: what dropping the terms costs, and what is left with them."""
    rows = ["| γ/ω₀ | ω/γ | `partial` against the complete equation | complete equation against HEOM |",
            "|---|---|---|---|"]  # fmt: skip
    for i in range(0, len(RATES), 2):
        for j in (0, 2, 4, 6):
            exact = "not reached" if np.isnan(theory[i, j]) else f"{100 * theory[i, j]:.2g} %"
            rows.append(f"| {RATES[i]:.2g} | {TURNS[j]:.3g} | {_said(dropped[i, j])} | {exact} |")
    return "\n".join(rows)


def _said(error: float) -> str:
    return f"{100 * error:.2g} %" if error < 1 else f"factor {1 + error:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the figure and the table of docs/when.md")
    wanted = parser.parse_args()
    rate = 0.01
    curves = lines(rate)
    dropped, theory = plane()
    text = table(dropped, theory)
    print(text)
    if wanted.write:
        draw(curves, dropped, theory, rate).savefig(DOCS / "figures" / "slow_drives.png", dpi=150)
        page = DOCS / "when.md"
        before, after = page.read_text(encoding="utf-8").split(MARKS[0])[0], MARKS[1]
        rest = page.read_text(encoding="utf-8").split(MARKS[1])[1]
        page.write_text(f"{before}{MARKS[0]}\n{text}\n{after}{rest}", encoding="utf-8")


if __name__ == "__main__":
    main()
