"""The environment chooses the basis near a degeneracy of quasienergies: Gasparinetti and others (2013)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ....description.bath import Bath
from ....description.spectral_density import Ohmic
from ....description.spin_operators import sigmax, sigmaz
from ....description.system import System, axis
from ....errors import SecularWarning
from ....verbs.stationary_currents import steady_state
from .. import look as style
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab
from ..study import Study

__all__ = ["STUDY", "bloch"]

# The drive's frequency is 1. Choices: amplitude over frequency, direction of the effective field, bath.
RATIO, TILT, STRENGTH, WARMTH = 1.0, 1.0, 1e-4, 0.3
VARIED = ((1e-5, 0.3), (1e-4, 0.1), (1e-4, 1.0), (3e-4, 0.3))  # strengths and temperatures
SPAN = (0.01, 50.0)  # of the gap over the bath's rate
DOTS: dict[str, Any] = {"color": "#009E73", "lw": 0, "marker": "o", "ms": 4.0, "mfc": "none", "mew": 1.0}
FULL: dict[str, Any] = {"color": "#D55E00", "lw": 1.6, "ls": (0, (1, 1.2))}


def _bath(strength: float, temperature: float) -> Bath:
    return Bath("bath", sigmax(), Ohmic(strength, cutoff=10.0), temperature=temperature)


def _qubit(gap: Any, strength: float = STRENGTH, temperature: float = WARMTH) -> System:
    """A charge qubit near its one-photon resonance, with an effective field of the size ``gap``."""
    tunnelling = gap * np.sin(TILT) / special.jv(1, RATIO)
    return System(
        hamiltonian=[(0.5 + 0.5 * gap * np.cos(TILT), sigmaz()), (0.5 * tunnelling, sigmax())],
        drive={1: [(0.25 * RATIO, sigmaz())]},
        omega=1.0,
        baths=[_bath(strength, temperature)],
    )


def bloch(gap: Any, strength: float = STRENGTH, temperature: float = WARMTH) -> tuple[Floats, float]:
    r"""Stationary Bloch vector in the resonant frame, and the rate at which the bath turns it.

    .. math:: \dot{\mathbf r} = \mathbf b\times\mathbf r - (\Gamma_x x, \Gamma_y y, \Gamma_z z) + K\mathbf e_z

    A bath on :math:`\sigma_x` sees :math:`u_m\sigma_+ + v_m\sigma_-` at :math:`m\omega`, where
    :math:`u_m = J_{m-1}` and :math:`v_m = J_{-m-1}` at A/w: :math:`\Gamma_{x,y} = \sum_m
    a(m\omega)(u_m \mp v_m)^2/2`, :math:`\Gamma_z = \sum_m a(m\omega)(u_m^2 + v_m^2)` and
    :math:`K = \sum_m a(m\omega)(u_m^2 - v_m^2)`.
    """
    m = np.arange(-25, 26)
    taken, _ = _bath(strength, temperature).rates(m.astype(float))
    u, v = special.jv(m - 1, RATIO), special.jv(-m - 1, RATIO)
    x, y = (0.5 * np.sum(taken * (u + s * v) ** 2) for s in (-1.0, 1.0))
    z, push = np.sum(taken * (u**2 + v**2)), np.sum(taken * (u**2 - v**2))
    across, along = -np.sin(TILT), np.cos(TILT)
    vectors = [
        np.linalg.solve([[-x, -b * along, 0.0], [b * along, -y, -b * across], [0.0, b * across, -z]],
                        [0.0, 0.0, -push])
        for b in np.atleast_1d(gap)
    ]  # fmt: skip
    return np.array(vectors), float(y)


def _state(
    lab: Lab, gap: Floats, secular: str, strength: float = STRENGTH, temperature: float = WARMTH
) -> tuple[Floats, Floats]:
    """Bloch vectors (point, 3) and power of the drive."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecularWarning)
        flow = steady_state(
            _qubit(axis("gap", gap), strength, temperature), secular=secular, states=True,
            equation=lab.equation, progress=lab.progress,
        )  # fmt: skip
    rho = flow.density_matrix.transpose("gap", "row", "column").values
    parts = (2 * rho[:, 0, 1].real, -2 * rho[:, 0, 1].imag, (rho[:, 0, 0] - rho[:, 1, 1]).real)
    return np.stack(parts, -1), flow.energy_current.sel(terminal="pump").values


def _outside(r: Floats, field: tuple[float, float]) -> Floats:
    """Share of Bloch vectors across a direction (x, z): what is not diagonal in its basis."""
    along = r[:, 0] * field[0] + r[:, 2] * field[1]
    length = np.linalg.norm(r, axis=-1)
    share: Floats = np.sqrt(np.maximum(1.0 - (along / length) ** 2, 0.0))
    return share


def _shares(r: Floats) -> tuple[Floats, Floats]:
    """Shares outside of the Floquet basis and of the basis of the environment."""
    return _outside(r, (-np.sin(TILT), np.cos(TILT))), _outside(r, (0.0, 1.0))


def _two_regimes(lab: Lab) -> Finding:
    rate = bloch(1.0)[1]
    gap = rate * np.geomspace(*SPAN, lab.points)
    kept, _ = _state(lab, gap, "auto")
    full, _ = _state(lab, gap, "full")
    wanted, _ = bloch(gap)
    floquet, outer = _shares(kept)
    measures = (
        above("gap of 0.01 Γ: share of the state outside of the Floquet basis", floquet[0], 0.8),
        below("the same outside of the environment's basis", outer[0], 0.03),
        below("gap of 50 Γ: share outside of the Floquet basis", floquet[-1], 0.06),
        above("the same outside of the environment's basis", outer[-1], 0.7),
        below("largest distance of the Bloch vector from the closed form", np.max(abs(kept - wanted)), 0.01),
        below("full secular: largest share outside of the Floquet basis", np.max(_shares(full)[0]), 0.02),
    )
    return Finding(
        key="regimes",
        title="Two regimes: the system or its environment chooses the basis",
        claim="Usually a driven system relaxes to a mixture of its Floquet states; where the environment is "
        "strong compared with the distance of the quasienergies, the basis is the environment's instead.",
        words="With a gap of 50 Γ the stationary state is diagonal in the Floquet basis but for "
        f"{number(100 * floquet[-1])} % of its Bloch vector. With one of 0.01 Γ it is diagonal, but for "
        f"{number(100 * outer[0])} %, in the basis between whose states the bath makes its jumps, and "
        f"{number(100 * floquet[0])} % lie outside of the Floquet basis. The full secular Floquet equation "
        "gives the first answer for every gap.",
        parameters="H = ½(ε + A cos ωt) σz + ½Δ σx at the one-photon resonance, A = ω = 1; ε − ω and "
        "ΔJ₁(A/ω) make an effective field of the size of the gap, 1 rad from z. Bath on σx: J = 0.002 W "
        "exp(−W/10), T = 0.3. Γ is the rate at which the bath damps what is across its axis. Default "
        "treatment of coherences.",
        measures=measures,
        figure=_regimes_figure(gap / rate, kept, full, wanted),
        caption="(a) Components of the stationary Bloch vector against the gap over the bath's rate: "
        "coherences kept (solid), full secular (dotted), closed form (circles). (b) Share of the vector "
        "outside of either basis.",
    )


def _regimes_figure(ratio: Floats, kept: Floats, full: Floats, wanted: Floats) -> Any:
    figure, panels = style.frames(1, 2, 3.0)
    few = slice(None, None, max(1, ratio.size // 16))
    for k, (name, color) in enumerate(zip("xyz", ("#0072B2", "#E69F00", "k"), strict=True)):
        panels[0, 0].semilogx(ratio, kept[:, k], color=color, lw=1.4, label=f"${name}$")
        panels[0, 0].semilogx(ratio, full[:, k], **{**FULL, "color": color, "lw": 1.1})
        panels[0, 0].semilogx(ratio[few], wanted[few, k], **DOTS)
    panels[0, 0].set_ylim(-1.0, 1.05)
    panels[0, 0].set_ylabel("stationary Bloch vector")
    panels[0, 0].legend(loc="upper left", ncols=3, fontsize=8.5, handlelength=1.2)
    names = ("Floquet", "environment's")
    for share, name, color in zip(_shares(kept), names, ("k", "#0072B2"), strict=True):
        panels[0, 1].semilogx(ratio, share, color=color, lw=1.4, label=name)
    panels[0, 1].set_ylabel("share outside of the basis")
    panels[0, 1].set_ylim(0.0, 1.1)
    panels[0, 1].legend(loc="upper center", ncols=2, fontsize=8.5, handlelength=1.2)
    for frame in panels[0]:
        frame.margins(x=0.0)
        frame.set_xlabel(r"gap over rate, $\delta/\Gamma$")
    style.letter(panels, ["stationary state", "which basis"])
    return figure


def _who_is_right(lab: Lab) -> Finding:
    rate = bloch(1.0)[1]
    gap = rate * np.geomspace(*SPAN, lab.points)
    runs = {s: _state(lab, gap, s) for s in ("none", "partial", "full")}
    apart = {s: np.max(abs(runs[s][0] - runs["none"][0]), -1) for s in ("partial", "full")}
    over = runs["full"][1] / runs["none"][1]
    measures = (
        below("coherences kept (partial): largest distance of the Bloch vector from the complete equation",
              np.max(apart["partial"]), 0.005),
        above("full secular: the same at a gap of 0.01 Γ", apart["full"][0], 0.5),
        below("full secular: the same at a gap of 50 Γ", apart["full"][-1], 0.05),
        above("full secular over right power of the drive at a gap of 0.01 Γ", over[0], 2.0),
        noted("the same at 50 Γ", over[-1]),
    )  # fmt: skip
    return Finding(
        key="equations",
        title="Near a degeneracy the secular Floquet equation fails, with coherences it does not",
        claim="The secular approximation in the Floquet basis presupposes quasienergies that lie farther "
        "apart than the bath's rates; equations that keep the coherence between near-degenerate Floquet "
        "states do not.",
        words=f"At a gap of 0.01 Γ the full secular Bloch vector is off by {number(apart['full'][0])} and "
        f"the power of the drive is {number(over[0])} times too large. The equation with the coherence "
        f"between the two Floquet states stays within {number(measures[0].value)} of the complete one, with "
        "all harmonics of the state, at every gap.",
        parameters="As above.",
        measures=measures,
        figure=_equations_figure(gap / rate, apart, over, runs["partial"][1] / runs["none"][1]),
        caption="Distance from the complete equation against the gap over the bath's rate: (a) largest "
        "component of the difference of Bloch vectors, (b) ratio of the drive's powers; coherences kept "
        "(solid), full secular (dotted).",
    )


def _equations_figure(ratio: Floats, apart: dict[str, Floats], over: Floats, kept: Floats) -> Any:
    figure, panels = style.frames(1, 2, 2.8)
    solid = {"color": "k", "lw": 1.4}
    panels[0, 0].loglog(ratio, apart["partial"], **solid)
    panels[0, 0].loglog(ratio, apart["full"], **FULL)
    panels[0, 0].set_ylabel("distance of the states")
    panels[0, 1].semilogx(ratio, kept, **solid)
    panels[0, 1].semilogx(ratio, over, **FULL)
    panels[0, 1].set_ylabel("power over the right one")
    for frame in panels[0]:
        frame.margins(x=0.0)
        frame.set_xlabel(r"gap over rate, $\delta/\Gamma$")
    style.letter(panels, ["state", "power"])
    style.key(figure, [style.handle("coherences kept", **solid), style.handle("full secular", **FULL)])
    return figure


def _one_number(lab: Lab) -> Finding:
    ratio = np.geomspace(*SPAN, lab.points)
    curves, places, errors = {}, [], []
    for strength, temperature in VARIED:
        rate = bloch(1.0, strength, temperature)[1]
        kept, _ = _state(lab, rate * ratio, "auto", strength, temperature)
        wanted, _ = bloch(rate * ratio, strength, temperature)
        curves[strength, temperature] = _shares(kept)[0]
        places.append(_half(ratio, _shares(kept)[0]))
        errors.append(np.max(abs(_shares(kept)[0] - _shares(wanted)[0])))
    rates = [bloch(1.0, *numbers)[1] for numbers in VARIED]
    measures = (
        below("gap over rate at which half of the turn is done, largest over smallest",
              max(places) / min(places), 1.5),
        noted("the rates themselves, largest over smallest", max(rates) / min(rates)),
        noted("the gap over the rate there, first bath", places[0]),
        below("largest distance from the closed form, all baths", max(errors), 0.05),
    )  # fmt: skip
    return Finding(
        key="parameter",
        title="One number decides: the gap over the bath's rate",
        claim="An effective coupling, the bath's rate over the distance of the quasienergies, tells on "
        "which side of the transition a system is.",
        words=f"For baths whose rates differ by a factor of {number(measures[1].value)} the state turns "
        f"from one basis to the other at nearly the same gap over rate, between {number(min(places))} and "
        f"{number(max(places))}.",
        parameters="As above; strength and temperature of the bath as in the figure.",
        measures=measures,
        figure=_parameter_figure(ratio, curves, rates),
        caption="Share of the state outside of the Floquet basis for four baths, against (a) the gap and "
        "(b) the gap over the bath's rate.",
    )


def _half(x: Floats, y: Floats) -> float:
    """Where the share has half of its value at the smallest gap."""
    below_half = np.flatnonzero(y < 0.5 * y[0])
    if not below_half.size:
        return np.nan
    k = below_half[0]
    return float(np.exp(np.interp(-0.5 * y[0], -y[k - 1 : k + 1], np.log(x[k - 1 : k + 1]))))


def _parameter_figure(ratio: Floats, curves: dict[tuple[float, float], Floats], rates: list[float]) -> Any:
    figure, panels = style.frames(1, 2, 3.0, sharey=True)
    for (numbers, y), rate, color in zip(curves.items(), rates, style.shades(4), strict=True):
        label = f"strength {numbers[0]:g}, $T = {numbers[1]:g}$"
        panels[0, 0].semilogx(rate * ratio, y, color=color, lw=1.4)
        panels[0, 1].semilogx(ratio, y, color=color, lw=1.4, label=label)
    panels[0, 1].legend(loc="lower left", fontsize=8.5)
    panels[0, 0].set_ylim(0.0, 1.05)
    panels[0, 0].set_ylabel("share outside of the Floquet basis")
    panels[0, 0].set_xlabel(r"gap $\delta/\omega$")
    panels[0, 1].set_xlabel(r"gap over rate, $\delta/\Gamma$")
    panels[0, 1].margins(x=0.0)
    style.letter(panels, ["four baths", "almost one curve"])
    return figure


STUDY = Study(
    name="floquet-basis",
    title="Environment-governed dynamics in driven quantum systems",
    citation="Gasparinetti, Solinas, Pugnetti, Fazio and Pekola, Phys. Rev. Lett. 110, 150403 (2013)",
    year=2013,
    claim="The dynamics of a weakly damped driven system has two regimes: usually its own Hamiltonian and "
    "the drive decide in which basis it relaxes, but under some conditions the environment does, and an "
    "effective coupling describes the transition. Only the abstract is relied on; the letter's equations, "
    "figures and parameters could not be consulted, nor is its superconducting charge pump rebuilt.",
    findings=(_two_regimes, _who_is_right, _one_number),
    placeholders=(
        "The model is chosen: a charge qubit at its one-photon resonance with a bath on σx; the gap is "
        "varied over three and a half decades.",
        "Strength and temperature of the bath are chosen and varied, 0.00001 to 0.0003 and 0.1 to 1.",
    ),
    points=121,
    least=31,  # fewer blur the place of the transition
)
