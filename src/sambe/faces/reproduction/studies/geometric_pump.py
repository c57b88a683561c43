"""Heat that a slow loop pumps by its geometry: Ren, Haenggi and Li (2010)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ....description.bath import Bath
from ....description.spectral_density import Flat
from ....description.spin_operators import sigmax, sigmaz
from ....description.system import System, axis
from ....verbs.fluctuations import generating_function
from ....verbs.loops.pumped_loop import pump_cycle
from ....verbs.loops.pumped_surface import pump_curvature
from .. import look as style
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab
from ..study import Study

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STUDY", "curvature", "flux"]

# Temperatures of the loop in units of omega_0, a choice: centre and swing of the left and of the right bath.
CENTRE, SWING = (1.0, 0.9), (0.4, 0.3)
RATE, RATIO = 0.001, 3.0  # flat J of the left bath, and the right one over it; rates do not enter, ratios do
RATIOS = (1 / 3, 1.0, 3.0, 10.0)  # couplings for which large loops are tried
AROUND = 64  # points of a smooth loop, whose Fourier series they exhaust
# Loops that fill the quadrant of temperatures more and more: how square they are, and how much of tanh(1/2T)
# between 0 and 1 they take in.
SQUARES = ((0.5, 0.1), (1.0, 0.4), (1.5, 0.7), (2.0, 0.9), (4.0, 0.98), (8.0, 0.997), (16.0, 0.9995))
GAP = 0.35  # 1/T_right - 1/T_left where it is held around a loop, a choice
FIELDS = np.linspace(-3.0, 3.0, 31)  # of counting, from the middle of the symmetry that is looked for
QUBIT = (
    "H = ½ω₀σ_z with ω₀ = 1, a junction with two levels, not driven; both baths on σ_x with flat J, 0.001 to "
    "the left and, unless said otherwise, 0.003 to the right. Populations alone (full secular). "
)


def junction(left: Any, right: Any, rate: Any = RATE, other: Any = RATE * RATIO) -> System:
    """A molecule with two levels between two heat baths."""
    return System(
        [(0.5, sigmaz())],
        baths=[Bath("left", sigmax(), Flat(rate), temperature=left),
               Bath("right", sigmax(), Flat(other), temperature=right)],
    )  # fmt: skip


def curvature(left: Any, right: Any, ratio: Any) -> Any:
    r"""Heat from the left bath per area of temperatures, :math:`\kappa k_l k_r x'y'/2K^3`.

    x = coth(1/2T) of the left and y of the right bath, K = k_l x + k_r y, kappa = k_l + k_r; by Green's
    theorem from :math:`\oint (k_l x/K)\,dp`, p the excited population.
    """
    x, y = 1 / np.tanh(0.5 / left), 1 / np.tanh(0.5 / right)
    slopes = 0.25 / (left * right * np.sinh(0.5 / left) * np.sinh(0.5 / right)) ** 2
    return (1 + ratio) * ratio / (2 * (x + ratio * y) ** 3) * slopes


def flux(phase: Floats) -> Floats:
    """The curvature's integral over the inside of the loop of a phase between the two temperatures."""
    angle = np.linspace(0.0, 2 * np.pi, 64, endpoint=False)[:, None, None]
    nodes, weights = np.polynomial.legendre.leggauss(24)
    r, w = 0.5 * (nodes[:, None] + 1.0), 0.5 * weights[:, None]
    left = CENTRE[0] + SWING[0] * r * np.cos(angle)
    right = CENTRE[1] + SWING[1] * r * np.cos(angle - phase)
    area = SWING[0] * SWING[1] * np.sin(phase) * r * w * 2 * np.pi / 64
    inside: Floats = (curvature(left, right, RATIO) * area).sum((0, 1))
    return inside


def _loop(points: int = AROUND) -> Any:
    return axis("loop", np.linspace(0.0, 2 * np.pi, points, endpoint=False))


def _from_left(pumped: xr.Dataset) -> xr.DataArray:
    heat: xr.DataArray = pumped["geometric_energy"].sel(terminal="left")
    return heat


def _geometry(lab: Lab) -> Finding:
    phase = np.linspace(-np.pi, np.pi, 2 * (lab.points // 4) + 1)
    angle, shift = _loop(), axis("shift", phase)
    left, right = CENTRE[0] + SWING[0] * np.cos(angle), CENTRE[1] + SWING[1] * np.cos(angle - shift)
    pumped = pump_cycle(junction(left, right), secular="full")
    heat, wanted = _from_left(pumped).values, flux(phase)
    slow = pump_cycle(junction(left, CENTRE[1] + SWING[1] * np.sin(angle)), secular="full", check=True)
    direct = float(slow["direct_energy"].sel(terminal="left") / _from_left(slow))
    grid = np.linspace(0.15, 1.6, max(13, lab.points // 4))
    plane = pump_curvature(junction(axis("left", grid), axis("right", grid)), "left", "right", secular="full")
    top, line = abs(wanted).max(), [0, phase.size // 2, -1]
    measures = (
        below("error of the pumped heat against the flux of the curvature, of the largest",
              max(abs(heat - wanted)) / top, 1e-8),
        below("heat pumped where both temperatures go to and fro on one line, of the largest",
              max(abs(heat[line])) / top, 1e-9),
        below("sum of both orientations, of the largest", max(abs(heat + heat[::-1])) / top, 1e-9),
        below("difference from slow cycles that are integrated in time", abs(direct - 1.0), 1e-3),
        noted("largest heat per cycle, over ω₀", heat.max()),
    )  # fmt: skip
    return Finding(
        key="geometry",
        title="Two slow temperatures pump heat by their geometry",
        claim="Where two parameters are modulated slowly, a heat flows in addition to the dynamical one, "
        "of a geometric origin like that of Berry's phase.",
        words=f"Beyond what flows while the temperatures stand still, a cycle moves up to {heat.max():.4f} "
        "ω₀ from the left bath to the right one. It is the flux of a curvature through the loop: it does "
        "not depend on the pace, changes its sign with the orientation, and vanishes where the loop "
        "encloses nothing, as for two temperatures that move in step or in opposition.",
        parameters=QUBIT + "T_l = 1 + 0.4 cos θ, T_r = 0.9 + 0.3 cos(θ − φ).",
        measures=measures,
        figure=_geometry_figure(plane, phase, heat, wanted),
        caption="(a) Curvature: heat from the left bath per area of a small loop, counter-clockwise; "
        "black: the loop of φ = π/2, dashed: that of φ = π/5. (b) Heat per cycle against the phase between "
        "the temperatures; circles: flux of the curvature in closed form.",
    )  # fmt: skip


def _geometry_figure(plane: xr.Dataset, phase: Floats, heat: Floats, wanted: Floats) -> Any:
    figure, panels = style.frames(1, 2, 3.1)
    frame, other = panels[0]
    grid = plane["left"].values
    z = plane["curvature_energy"].sel(terminal="left").transpose("right", "left").values
    image = frame.pcolormesh(grid, grid, z, cmap="Oranges", shading="gouraud", rasterized=True, vmin=0.0)
    around = np.linspace(0.0, 2 * np.pi, 200)
    for shift, dash in ((np.pi / 2, "-"), (np.pi / 5, (0, (4, 2)))):
        frame.plot(CENTRE[0] + SWING[0] * np.cos(around), CENTRE[1] + SWING[1] * np.cos(around - shift),
                   color="k", lw=1.1, ls=dash)  # fmt: skip
    frame.annotate("", (CENTRE[0] - 0.06, CENTRE[1] + SWING[1]), (CENTRE[0] + 0.06, CENTRE[1] + SWING[1]),
                   arrowprops={"arrowstyle": "->", "color": "k"})  # fmt: skip
    frame.set_xlabel(r"$T_l/\omega_0$")
    frame.set_ylabel(r"$T_r/\omega_0$")
    bar = figure.colorbar(image, ax=frame, pad=0.02, aspect=22)
    bar.ax.set_title(r"$1/\omega_0$", fontsize=8.5, pad=7)
    other.axhline(0.0, color="0.6", lw=0.6)
    other.plot(phase / np.pi, heat, color=style.HOT, lw=1.6)
    marked = slice(None, None, max(1, phase.size // 14))
    other.plot(phase[marked] / np.pi, wanted[marked], "o", color=style.HOT, ms=4, mfc="white")
    other.set_xlim(-1.0, 1.0)
    other.set_xlabel(r"phase between the temperatures, $\varphi/\pi$")
    other.set_ylabel(r"heat per cycle ($\omega_0$)")
    style.letter(panels, ["where small loops pump", "loops of all phases"])
    return figure


def _square(steepness: float, size: float) -> tuple[xr.DataArray, xr.DataArray]:
    """Temperatures around a rounded square in the plane of tanh(1/2T), counter-clockwise in T."""
    angle = _loop(384)
    sides = [np.tanh(steepness * f(angle)) / np.tanh(steepness) for f in (np.cos, np.sin)]
    left, right = (0.5 / np.arctanh(0.5 + 0.5 * size * side) for side in sides)
    return left, right


def _quarter(lab: Lab) -> Finding:
    other = RATE * axis("ratio", np.array(RATIOS))
    heat = np.stack(
        [
            _from_left(pump_cycle(junction(*_square(*shape), other=other), secular="full"))
            for shape in SQUARES
        ],
        axis=-1,
    )
    last = heat[:, -1]
    measures = (
        below("largest loop: distance of the heat per cycle from ω₀/4, worst of all couplings",
              max(abs(last - 0.25)) / 0.25, 0.01, percent=True),
        below("largest heat of any loop over ω₀/4", heat.max() / 0.25, 1.0),
        above("smallest gain from one loop to the next larger one", np.diff(heat, axis=1).min(), 0.0),
        above("heat of the smallest loop: largest over smallest of all couplings", heat[:, 0].max() /
              heat[:, 0].min(), 1.2),
    )  # fmt: skip
    return Finding(
        key="quarter",
        title="Large loops pump a quarter of a quantum, whatever the couplings",
        claim="The geometric response has a robust value, a fraction of a quantum.",
        words="What small loops pump depends on the couplings. Loops that go from the lowest to the "
        "highest temperatures of both baths pump ω₀/4 per cycle, to "
        f"{number(100 * max(abs(last - 0.25)) / 0.25)} % for couplings whose ratio goes from 1/3 to 10: the "
        "integral of κ k_l k_r/2K³ over all x, y > 1 is 1/4, with no trace of k_l and k_r. No loop of "
        "temperatures pumps more.",
        parameters=QUBIT
        + "Rounded squares in the plane of tanh(ω₀/2T), which is between 0 and 1 for both baths; "
        "the largest takes in 0.9995 of either.",
        measures=measures,
        figure=_quarter_figure(heat),
        caption="(a) The loops, in the plane of tanh(ω₀/2T) of both baths: hot is at the lower left. (b) "
        "Heat per cycle from the left bath, against the share of that plane which a loop takes in, for "
        "four ratios of the couplings; dashed: a quarter of a quantum.",
    )  # fmt: skip


def _quarter_figure(heat: Floats) -> Any:
    figure, panels = style.frames(1, 2, 3.1, gridspec_kw={"width_ratios": [0.85, 1.15]})
    frame, other = panels[0]
    share = []
    for shape, color in zip(SQUARES, style.shades(len(SQUARES), "cividis"), strict=True):
        u, v = (np.append(x := np.tanh(0.5 / t.values), x[0]) for t in _square(*shape))
        frame.plot(u, v, color=color, lw=1.3)
        share.append(abs(np.sum(u[:-1] * np.diff(v))))
    frame.set_xlim(0.0, 1.0)
    frame.set_ylim(0.0, 1.0)
    frame.set_xlabel(r"$\tanh(\omega_0/2T_l)$")
    frame.set_ylabel(r"$\tanh(\omega_0/2T_r)$")
    for row, ratio, color, size in zip(
        heat, ("1/3", "1", "3", "10"), style.shades(len(RATIOS)), (7, 4, 4, 4), strict=True
    ):  # that of 1/3 lies below that of 3: the loops are their own mirror images
        other.plot(share, row, "o-", color=color, lw=1.4, ms=size, label=f"$k_r/k_l$ = {ratio}")
    other.axhline(0.25, color="k", lw=0.9, ls=(0, (4, 2)))
    other.legend(loc="lower right", fontsize=8.5)
    other.set_xlim(0.0, 1.02)
    other.set_ylim(0.0, 0.27)
    other.set_xlabel("share of the plane inside the loop")
    other.set_ylabel(r"heat per cycle ($\omega_0$)")
    style.letter(panels, ["loops", "a quarter of a quantum"])
    return figure


def _mirrored(left: Any, right: Any, middle: float, rate: Any = RATE, other: Any = RATE * RATIO) -> Floats:
    """Mean around the loop of the generating function of the left heat, at fields about the middle."""
    fields = {"left": axis("field", FIELDS + middle)}
    around = generating_function(junction(left, right, rate, other), fields, secular="full")
    values: Floats = around.mean("loop").values
    return values


def _oddness(values: Floats) -> float:
    """How far the generating function is from its mirror image, of its swing."""
    return float(np.max(abs(values - values[::-1])) / np.ptp(values))


def _affinity(left: Any, right: Any) -> float:
    """What a fluctuation theorem would have to take for 1/T_r - 1/T_l: the other zero of the mean."""
    from scipy.optimize import brentq

    def mean(field: float) -> float:
        around = generating_function(junction(left, right), {"left": field}, secular="full")
        return float(around.mean("loop"))

    return -float(brentq(mean, -3.0, -0.01, xtol=1e-9)) if mean(-3.0) * mean(-0.01) < 0 else np.nan


def _at_one_temperature(angle: Any, shares: Floats) -> tuple[Floats, Floats, Floats, Any]:
    """Loops with both baths equally warm at all times: geometric heat, its closed form and dynamical heat by
    the swing of the couplings, and the mirrored generating function of the widest."""
    share = 0.5 + axis("swing", shares) * np.cos(angle)
    warm = 1.0 + 0.4 * np.sin(angle)
    equal = pump_cycle(junction(warm, warm, 2 * RATE * share, 2 * RATE * (1 - share)), secular="full")
    heat, still = _from_left(equal).values, equal["dynamical_current"].sel(terminal="left").values
    # the excited population is (1 - tanh 1/2T)/2 and the left bath gives its share of each change
    theta = angle.values
    slope = 0.1 * np.cos(theta) / (warm * np.cosh(0.5 / warm)).values ** 2
    wanted = shares * np.mean(np.cos(theta) * slope) * 2 * np.pi
    widest = share.isel(swing=-1)
    return heat, wanted, still, _mirrored(warm, warm, 0.0, 2 * RATE * widest, 2 * RATE * (1 - widest))


def _theorem(lab: Lab) -> Finding:
    angle = _loop()
    cold = 1.0 + 0.4 * np.cos(angle)
    kept = _mirrored(cold, 1.0 / (1.0 / cold + GAP), -GAP / 2)
    left, right = 1.0 + 0.4 * np.cos(angle), 0.5 + 0.3 * np.sin(angle)
    force = _affinity(left, right)
    broken = _mirrored(left, right, -force / 2)
    shares = np.linspace(0.0, 0.45, 10)
    heat, wanted, still, flat = _at_one_temperature(angle, shares)
    measures = (
        above("equal temperatures at all times: largest heat per cycle, over ω₀", abs(heat).max(), 0.01),
        below("its error against ∮ (share of the left bath) dp",
              max(abs(heat - wanted)) / abs(wanted).max(), 1e-9),
        below("dynamical heat in the same loops, per relaxation time, over ω₀",
              abs(still).max() / RATE, 1e-12),
        below("and asymmetry of the dynamical generating function there", _oddness(flat), 1e-9),
        below("the same for 1/T_r − 1/T_l held, along one line", _oddness(kept), 1e-9),
        above("the same for a loop with a force that comes and goes, at the best constant force",
              _oddness(broken), 1e-3),
    )  # fmt: skip
    return Finding(
        key="theorem",
        title="The geometric heat breaks the fluctuation theorem",
        claim="A theorem of the kind of Gallavotti and Cohen for the heat fails in the presence of the "
        "geometric contribution; it is restored only where that vanishes and the protocol keeps detailed "
        "balance.",
        words="A theorem with the force 1/T_r − 1/T_l makes the generating function its own mirror image "
        "about minus half the force, and forbids a mean heat where the force is zero. With both baths at "
        "one temperature at all times, and couplings that move as well, the dynamical part obeys it to "
        f"rounding, yet a cycle pumps up to {abs(heat).max():.3f} ω₀: the geometric part alone breaks it, "
        "unless the couplings stand still. With a force that is held it is obeyed on a line, which "
        "encloses nothing; with one that comes and goes already the dynamical part is off by "
        f"{number(100 * _oddness(broken))} % of its swing.",
        parameters=QUBIT + "Equal: T = 1 + 0.4 sin θ in both baths, couplings 0.002 s and 0.002 (1 − s) with "
        "s = 0.5 + swing cos θ. Held: T_l = 1 + 0.4 cos θ, 1/T_r − 1/T_l = 0.35. Coming and going: T_l = 1 "
        f"+ 0.4 cos θ, T_r = 0.5 + 0.3 sin θ, for which a constant force would be {force:.3f}. Of the "
        "geometric part the mean is measured, not its higher cumulants.",
        measures=measures,
        figure=_theorem_figure((flat, kept, broken), shares, heat, wanted),
        caption="(a) Generating function of the heat, its mean around the loop less its mirror image, over "
        "its swing, against the counting field from the middle of the symmetry. (b) Heat per cycle with "
        "equal temperatures, against the swing of the couplings; circles: closed form.",
    )  # fmt: skip


def _theorem_figure(rows: Sequence[Floats], shares: Floats, heat: Floats, wanted: Floats) -> Any:
    figure, panels = style.frames(1, 2, 2.9)
    frame, other = panels[0]
    styles = (("equal temperatures", style.COLD, "-"), ("force held", "k", (0, (1, 1.5))),
              ("force comes and goes", style.HOT, "-"))  # fmt: skip
    for row, (name, color, dash) in zip(rows, styles, strict=True):
        frame.plot(FIELDS, 100 * (row - row[::-1]) / np.ptp(row), color=color, lw=1.7, ls=dash, label=name)
    frame.legend(loc="best", fontsize=8.5)
    frame.set_xlim(FIELDS[0], FIELDS[-1])
    frame.set_xlabel(r"counting field from the middle ($1/\omega_0$)")
    frame.set_ylabel("dynamical asymmetry (%)")
    other.plot(shares, heat, color=style.COLD, lw=1.6)
    other.plot(shares, wanted, "o", color=style.COLD, ms=4, mfc="white")
    other.axhline(0.0, color="0.6", lw=0.6)
    other.set_xlim(0.0, shares[-1])
    other.set_xlabel("swing of the left coupling's share")
    other.set_ylabel(r"heat per cycle ($\omega_0$)")
    style.letter(panels, ["what the dynamical part does", "pumped without any force"])
    return figure


STUDY = Study(
    name="geometric-pump",
    title="Berry's phase pumps heat, and breaks the fluctuation theorem",
    citation="Ren, Hänggi and Li, Phys. Rev. Lett. 104, 170601 (2010), arXiv:1003.1611",
    year=2010,
    claim="Slow cyclic modulations of two parameters of a molecular junction between two heat baths add a "
    "geometric heat to the dynamical one, which may take a robust fractional value; and since it does, a "
    "fluctuation theorem for the heat does not hold, unless the geometric part vanishes and the cycle keeps "
    "detailed balance. Only the abstract was consulted.",
    findings=(_geometry, _quarter, _theorem),
    placeholders=(
        "The anharmonic junction: two levels of the distance ω₀; energies are in units of it.",
        "The couplings: flat, and ratios of the right one to the left one from 1/3 to 10 were tried.",
        "The loops: temperatures around 1 and 0.9 ω₀ with swings 0.4 and 0.3 at every phase between them, "
        "and loops up to all temperatures.",
    ),
    points=121,
    least=41,
)
