r"""A qubit between two resonators opens and closes a way for heat: part of the abstract of arXiv:1801.09312.

.. math:: H = \tfrac12\omega_q\sigma_z + \omega_r(a_1^\dagger a_1 + a_2^\dagger a_2)
          + g\,\sigma_x(a_1 + a_1^\dagger + a_2 + a_2^\dagger),\qquad J_i(W) = \kappa W/\omega_r

Against it stands what passes through three coupled oscillators, exactly, where few quanta are in the qubit
(Landauer's formula):

.. math:: J = \int_0^\infty\frac{\mathrm dW}{2\pi}\,W\,4\Gamma_1\Gamma_2|G_{12}(W)|^2\,[n_1(W) - n_2(W)],
          \qquad \Gamma_i = \omega_i J_i(W)

Units of :math:`\omega_r`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import models
from ....description.bath import Bath
from ....description.spectral_density import Ohmic
from ....description.system import System, axis
from .. import look
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab, current
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "landauer", "valve", "weak"]

# Only a part of the abstract could be read: each number is a choice, and so is the range it is varied in.
CHOSEN = {"coupling": 0.004, "width": 0.02, "hot": 0.2, "cold": 0.1, "detuning": 0.3}
RANGES = {
    "coupling": (0.002, 0.006), "width": (0.01, 0.03), "hot": (0.16, 0.25), "cold": (0.05, 0.12),
    "detuning": (0.2, 0.45),
}  # fmt: skip
EMPTY = 0.8  # splitting from which the qubit, at T = 0.2, is as good as an oscillator: excited to 2 %
JOINT = 8  # devices with all numbers drawn at once, beside those with one number at an end of its range
LEVELS = 3  # of each resonator; at T = 0.2 there are 0.7 % of a quantum in it
RATIOS = (0.05, 5.0)  # couplings over the width that stand for weak and strong
CUTOFF = 1e3  # of the resistors, in units of the resonator: none that matters
Numbers = dict[str, Any]


def valve(numbers: Numbers, splitting: Any, apart: Any = 0.0) -> System:
    """The three of them, the second resonator higher by ``apart``; the numbers may be labelled."""
    n = {**CHOSEN, **numbers}
    return models.heat_valve(
        splitting=splitting, resonators=(1.0, 1.0 + apart), coupling=n["coupling"], levels=LEVELS,
        baths=[Bath(name, spectrum=Ohmic(n["width"], cutoff=CUTOFF), temperature=n[name])
               for name in ("hot", "cold")],
    )  # fmt: skip


def _passed(lab: Lab, system: System, secular: str = "partial") -> Floats:
    """Heat that arrives in the cold resistor."""
    return -current(lab.solve(system, secular=secular), "cold")


def landauer(numbers: Numbers, splitting: float) -> float:
    """The same through three oscillators, with the qubit as the middle one."""
    n = {**CHOSEN, **numbers}
    join = 2.0 * n["coupling"] * splitting**0.5
    squares = np.array([[1.0, join, 0.0], [join, splitting**2, join], [0.0, join, 1.0]])
    modes = np.linalg.eigvalsh(squares) ** 0.5
    away = np.geomspace(1e-9, 3.0, 900)  # fine about each mode, however narrow
    w = np.unique(np.concatenate([away, *(m + side * away for m in modes for side in (1.0, -1.0))]))
    w = w[(w > 0.0) & (w < 3.0)]
    friction = n["width"] * w
    outer, middle = w**2 - 1.0 + 1j * friction, w**2 - splitting**2
    across = join**2 / (outer * (outer * middle - 2.0 * join**2))
    occupation = [1.0 / np.expm1(w / n[name]) for name in ("hot", "cold")]
    flow = w * 4.0 * friction**2 * abs(across) ** 2 * (occupation[0] - occupation[1])
    return float(np.trapezoid(flow, w) / (2.0 * np.pi))


def _devices() -> dict[str, xr.DataArray]:
    """Numbers along ``device``: the chosen ones first, one at an end of its range, then all at random."""
    rows = [dict(CHOSEN)]
    rows += [{**CHOSEN, name: end} for name, ends in RANGES.items() for end in ends]
    draw = np.random.default_rng(1801)
    rows += [{name: draw.uniform(*ends) for name, ends in RANGES.items()} for _ in range(JOINT)]
    place = axis("device", np.arange(len(rows)))
    return {name: place.copy(data=np.array([row[name] for row in rows])) for name in CHOSEN}


def _opening(lab: Lab, devices: dict[str, xr.DataArray], secular: str) -> tuple[Floats, Floats]:
    """What passes in tune, and out of tune on the upper side, for each device."""
    shut = 1.0 + devices["detuning"]
    return tuple(_passed(lab, valve(devices, x), secular) for x in (1.0, shut))  # type: ignore[return-value]


def _closing(lab: Lab) -> Finding:
    """Heat against the qubit's splitting."""
    splitting = np.linspace(0.5, 1.5, lab.points | 1)
    heat = _passed(lab, valve({}, axis("splitting", splitting)))
    exact = np.array([landauer({}, x) for x in splitting])
    error, devices = abs(heat / exact - 1.0), _devices()
    tuned, detuned = _opening(lab, devices, "partial")
    ratio = tuned / detuned
    by_device = np.array([
        landauer({name: float(x[k]) for name, x in devices.items()}, 1.0 + float(devices["detuning"][k]))
        for k in range(len(ratio))
    ])  # fmt: skip
    return Finding(
        key="closing",
        title="The qubit opens and closes the way for heat",
        claim="The tunable frequency of a qubit between two resonators modulates the heat from one reservoir "
        "to the other.",
        words=f"In tune {number(float(ratio[0]))} times as much passes as with the qubit "
        f"{CHOSEN['detuning']:g} ω_r above the resonators, and {number(float(ratio.min()))} times at least "
        f"in {len(ratio)} devices. Open, shut and in between it is what three coupled oscillators let "
        "through.",
        parameters=_shown() + ". Coherences kept.",
        measures=(
            above("heat in tune over heat out of tune, chosen numbers", ratio[0], 100.0),
            above("the same, least of all devices", ratio.min(), 30.0),
            below("splitting where most passes: distance from the resonators",
                  abs(splitting[np.argmax(heat)] - 1.0), 1e-9),
            below(f"splittings from {EMPTY:g} ω_r: error against Landauer's formula, at most",
                  error[splitting >= EMPTY].max(), 0.03, percent=True),
            noted("the same, all splittings", error.max(), percent=True),
            below("every shut device: error against Landauer's formula", abs(detuned / by_device - 1.0).max(),
                  0.03, percent=True),
        ),
        figure=_closing_figure(lab, splitting, heat, exact),
        caption="Heat into the cold resistor over the qubit's splitting: coherences kept, three coupled "
        "oscillators by Landauer's formula, and populations alone, by which the valve is never shut.",
    )  # fmt: skip


def _closing_figure(lab: Lab, splitting: Floats, heat: Floats, exact: Floats) -> Any:
    figure, panels = look.frames(1, 1, 2.9)
    frame = panels[0, 0]
    secular = _passed(lab, valve({}, axis("splitting", splitting)), "full")
    frame.semilogy(splitting, secular, color=look.HOT, lw=1.3, ls=(0, (4, 1.5)), label="populations alone")
    frame.semilogy(splitting, heat, color="k", lw=1.4, label="coherences kept")
    marked = slice(None, None, max(1, len(splitting) // 30))
    marks = {"color": look.COLD, "ms": 4.0, "mfc": "none", "label": "three oscillators"}
    frame.semilogy(splitting[marked], exact[marked], "o", **marks)
    frame.set_xlabel(r"splitting of the qubit $\omega_q/\omega_r$")
    frame.set_ylabel(r"heat current ($\hbar\omega_r^2$)")
    frame.margins(x=0.0)
    frame.legend(loc="upper right", bbox_to_anchor=(1.0, 0.9))
    return figure


def _regimes(lab: Lab) -> Finding:
    """What is let through in tune against the coupling."""
    couplings = CHOSEN["width"] * np.union1d(np.geomspace(*RATIOS, max(9, lab.points // 5)), RATIOS)
    along = axis("coupling", couplings)
    tuned = _passed(lab, valve({"coupling": along}, 1.0))
    shut = _passed(lab, valve({"coupling": along}, 1.0 + CHOSEN["detuning"]))
    exact = np.array([landauer({"coupling": g}, 1.0) for g in couplings])
    near, far = weak(couplings, 1.0), _strong(couplings)
    near_shut = weak(couplings, 1.0 + CHOSEN["detuning"])
    ratio = tuned / shut
    return Finding(
        key="regimes",
        title="Two couplings compete for the open valve",
        claim="The heat depends on the interplay of two couplings, of the qubit to the resonators and of "
        "these to the reservoirs, with results of another kind in each regime.",
        words="Where the qubit is the bottleneck, g ≪ κ, the heat grows as g²: each resonator with its "
        "resistor is a peaked bath of the qubit, open or shut. Where the resistors are, g ≫ κ, three normal "
        "modes share the way and the open valve no longer knows g. The shut one goes on growing, by virtual "
        "exchange of the resonators through the qubit: the heat is modulated by a factor of "
        f"{number(float(ratio[0]))} on the weak side, and of {number(float(ratio[-1]))} on the strong one.",
        parameters=_shown() + f"; g from {RATIOS[0]:g} to {RATIOS[1]:g} κ. Coherences kept.",
        measures=(
            above("heat in tune over out of tune: weak coupling over strong", ratio[0] / ratio[-1], 10.0),
            below(f"g = {RATIOS[0]:g} κ, open: error against a qubit between two peaked baths",
                  abs(tuned[0] / near[0] - 1.0), 0.03, percent=True),
            below("the same, shut", abs(shut[0] / near_shut[0] - 1.0), 0.05, percent=True),
            below(f"g = {RATIOS[1]:g} κ, open: error against three normal modes",
                  abs(tuned[-1] / far[-1] - 1.0), 0.03, percent=True),
            below("in between, open: error against Landauer's formula, at most",
                  abs(tuned / exact - 1.0).max(), 0.03, percent=True),
        ),
        figure=_regimes_figure(couplings / CHOSEN["width"], tuned, shut, near, far, exact),
        caption="Heat through the open valve (ω_q = ω_r) and the shut one over the coupling of qubit and "
        "resonators, with the limits of weak and strong coupling.",
    )  # fmt: skip


def weak(couplings: Floats, splitting: float) -> Floats:
    """A qubit between two peaked baths, J = 4 g^2 kappa W / [(W^2 - 1)^2 + kappa^2 W^2]."""
    width = CHOSEN["width"]
    rate: Floats = 4.0 * couplings**2 * width * splitting
    rate = rate / ((splitting**2 - 1.0) ** 2 + width**2 * splitting**2)
    hot, cold = (1.0 / np.expm1(splitting / CHOSEN[name]) for name in ("hot", "cold"))
    heat: Floats = splitting * rate * (hot - cold) / (2.0 + 2.0 * hot + 2.0 * cold)
    return heat


def _strong(couplings: Floats) -> Floats:
    """Normal modes of three oscillators in tune, of the weights 1/4, 1/2 and 1/4 on each resonator."""
    heat = np.zeros_like(couplings)
    for weight, shift in ((0.25, -1.0), (0.5, 0.0), (0.25, 1.0)):
        mode = np.sqrt(np.maximum(1.0 + shift * 8**0.5 * couplings, 1e-3))
        hot, cold = (1.0 / np.expm1(mode / CHOSEN[name]) for name in ("hot", "cold"))
        heat += 0.5 * CHOSEN["width"] * weight * mode * (hot - cold)
    return heat


def _regimes_figure(
    ratio: Floats, tuned: Floats, shut: Floats, weak: Floats, strong: Floats, exact: Floats
) -> Any:
    figure, panels = look.frames(1, 1, 2.9)
    frame = panels[0, 0]
    limit = {"color": "0.45", "lw": 1.0, "ls": ":"}
    frame.loglog(ratio, np.where(weak < 3.0 * strong, weak, np.nan), **limit)
    frame.loglog(ratio, strong, **limit)
    frame.loglog(ratio, tuned, color=look.HOT, lw=1.5, label="open")
    frame.loglog(ratio, shut, color=look.COLD, lw=1.5, ls=(0, (4, 1.5)), label="shut")
    marked = slice(None, None, max(1, len(ratio) // 16))
    frame.loglog(ratio[marked], exact[marked], "o", color="k", ms=3.5, mfc="none", label="three oscillators")
    frame.text(ratio[0] * 1.1, strong[0] * 0.7, "three modes", color="0.35", va="top")
    frame.text(ratio[0] * 2.2, weak[0] * 2.2, r"$\propto g^2/\kappa$", color="0.35", va="top")
    frame.set_xlabel(r"coupling over width of the resonators, $g/\kappa$")
    frame.set_ylabel(r"heat current ($\hbar\omega_r^2$)")
    frame.margins(x=0.0)
    frame.legend(loc="lower right")
    return figure


def _secular(lab: Lab) -> Finding:
    """Populations of normal modes alone."""
    devices = _devices()
    tuned, detuned = _opening(lab, devices, "full")
    kept = _opening(lab, devices, "partial")[1]
    factor = detuned / kept
    apart = np.concatenate([[0.0], np.geomspace(1e-6, 0.1, max(9, lab.points // 5))])
    along, shut = axis("apart", apart), 1.0 + CHOSEN["detuning"]
    curves = {name: _passed(lab, valve({}, shut, along), name) for name in ("full", "partial")}
    one = {name: _passed(lab, valve({}, shut, CHOSEN["width"]), name).item() for name in ("full", "partial")}
    return Finding(
        key="secular",
        title="By populations alone the valve cannot be shut",
        claim="Two resonators in tune have normal modes that reach from one end to the other, however weakly "
        "the detuned qubit joins them. A full secular equation fills these modes, and lets heat through at "
        "the rate of the resistors.",
        words=f"In the shut valve populations alone let {number(float(factor[0]))} times as much pass as "
        f"with coherences kept, and {number(float(factor.min()))} times at least in {len(factor)} devices; "
        "to them it is as open as in tune. That needs resonators that agree to within their coupling by way "
        f"of the qubit, {number(_effective())} ω_r: apart by their width, as two real ones may be, the "
        f"factor is {number(one['full'] / one['partial'])}.",
        parameters=_shown() + ".",
        measures=(
            above("shut valve, chosen numbers: heat by populations alone over that with coherences",
                  factor[0], 1e4),
            above("the same, least of all devices", factor.min(), 300.0),
            below("populations alone, all devices: change of the heat from open to shut",
                  abs(detuned / tuned - 1.0).max(), 0.01, percent=True),
            below("resonators apart by their width: the factor", one["full"] / one["partial"], 10.0),
            noted("coherences kept, apart by their width: heat over that of equal resonators",
                  one["partial"] / curves["partial"][0]),
        ),
        figure=_secular_figure(apart[1:], {name: curve[1:] for name, curve in curves.items()}),
        caption="Heat through the shut valve over the distance of the two resonators' frequencies. Dotted: "
        "twice their coupling by way of the detuned qubit, and their width.",
        beyond=True,
    )  # fmt: skip


def _effective() -> float:
    """Coupling of the resonators through a detuned qubit, 2 g^2 w_q / (w_q^2 - 1)."""
    splitting = 1.0 + CHOSEN["detuning"]
    return float(2.0 * CHOSEN["coupling"] ** 2 * splitting / (splitting**2 - 1.0))


def _secular_figure(apart: Floats, curves: dict[str, Floats]) -> Any:
    figure, panels = look.frames(1, 1, 2.9)
    frame = panels[0, 0]
    for place in (2.0 * _effective(), CHOSEN["width"]):
        frame.axvline(place, color="0.6", lw=0.8, ls=":")
    frame.loglog(apart, curves["full"], color=look.HOT, lw=1.4, ls=(0, (4, 1.5)), label="populations alone")
    frame.loglog(apart, curves["partial"], color="k", lw=1.4, label="coherences kept")
    frame.set_xlabel(r"distance of the resonators $|\omega_2 - \omega_1|/\omega_r$")
    frame.set_ylabel(r"heat current ($\hbar\omega_r^2$)")
    frame.margins(x=0.0)
    frame.legend(loc="center left", bbox_to_anchor=(0.02, 0.35))
    return figure


def _shown() -> str:
    n = CHOSEN
    return (
        f"g = {n['coupling']:g}, κ = {n['width']:g}, T = {n['hot']:g} and {n['cold']:g} ω_r, shut by "
        f"{n['detuning']:g} ω_r, equal resonators; placeholders, all"
    )


_NAMES = {
    "coupling": "Coupling g of the qubit to each resonator", "width": "Width κ of the resonators",
    "hot": "Temperature of the hot resistor", "cold": "Temperature of the cold resistor",
    "detuning": "Detuning of the qubit that shuts the valve",
}  # fmt: skip

STUDY = Study(
    name="heat-valve",
    title="A quantum heat valve: a qubit between two resonators",
    citation="A. Ronzani et al., Tunable photonic heat transport in a quantum heat valve, Nature Physics 14, "
    "991 (2018), arXiv:1801.09312",
    year=2018,
    claim="Two resonators, each with a resistor, and a qubit between them whose frequency is tunable, an "
    "experiment: the qubit modulates the heat from one resistor to the other, in a way that depends on the "
    "interplay of two couplings, of the qubit to the resonators and of these to the resistors. That is "
    "as far as its abstract could be read, in an excerpt that breaks off; the Hamiltonian and every number "
    "here are choices, in units of the resonators' frequency.",
    findings=(_closing, _regimes, _secular),
    placeholders=(
        *(f"{_NAMES[name]}: {CHOSEN[name]:g}, varied from {low:g} to {high:g} in units of the resonators' "
          "frequency." for name, (low, high) in RANGES.items()),
        "Distance of the two resonators' frequencies: none, varied up to 0.1; populations alone fail where "
        "it is small, and the valve shuts at any.",
    ),
    points=121,
    least=31,
    beyond="What could be read of the abstract compares no equations. Here is what the one that most "
    "programs use would say.",
)  # fmt: skip
