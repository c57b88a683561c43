r"""Heat cools a qubit: a thermally driven refrigerator resets it, arXiv:2305.16710, by its abstract.

.. math:: H = \tfrac12\sum_{i=t,h,c}\omega_i\sigma_z^{(i)}
          + g\,(\sigma_-^{(t)}\sigma_-^{(h)}\sigma_+^{(c)} + \text{h.c.}),
          \qquad \omega_c = \omega_t + \omega_h

The target gives its quantum, with one of the hot auxiliary, to the cold one. Auxiliaries that stay thermal
turn it down at the rate :math:`R\,p_h(1-p_c)` and up at :math:`R\,(1-p_h)p_c`, p their excited shares,
:math:`R = 4g^2/(\Gamma_h + \Gamma_c)` and :math:`\Gamma = \kappa(1 + 2n)`. The ratio is a Boltzmann
factor at the virtual temperature

.. math:: T_v = \frac{\omega_t}{\omega_c/T_c - \omega_h/T_h} < T_c < T_h .

Units of the target's splitting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....description.bath import Bath
from ....description.operators import lift, projector
from ....description.spectral_density import Flat
from ....description.spin_operators import sigmam, sigmax, sigmaz
from ....description.system import System, axis
from ....verbs.in_time.courses import evolve
from ....verbs.stationary_currents import steady_state
from .. import look
from ..finding import Finding, above, below, number
from ..lab import Floats, Lab
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "excited_by_rates", "refrigerator", "virtual_temperature"]

# Nothing but the abstract could be read: each number is a choice, and so is the range in which it is varied.
CHOSEN = {
    "hot": 2.0, "cold": 0.3, "line": 1.0, "splitting": 1.5, "coupling": 0.004, "width": 0.02, "loss": 5e-5,
}  # fmt: skip
RANGES = {
    "hot": (1.0, 6.0), "cold": (0.2, 0.4), "line": (1.0, 1.2), "splitting": (0.8, 3.0),
    "coupling": (0.002, 0.008), "width": (0.01, 0.04), "loss": (1e-5, 1e-4),
}  # fmt: skip
JOINT = 12  # devices with all numbers drawn at once, beside those with one number at an end of its range
HOTTEST = 60.0  # of the hot bath in the figure
WEAK = {"coupling": 0.001, "width": 0.02}  # auxiliaries that stay thermal: R is 1 % of their widths
NONE = 1e-12  # rate of a line that does nothing: 1e-3 of the least rate of the exchange here
SHAPE = [2, 2, 2]  # target, hot and cold auxiliary, the excited state first
EXCITED = lift(projector(2, 0), 0, SHAPE)
Numbers = dict[str, Any]


def refrigerator(numbers: Numbers, mismatch: Any = 0.0) -> System:
    """Three qubits, a bath on each; the cold one higher than the other two together by ``mismatch``."""
    n = {**CHOSEN, **numbers}
    lower, z, x = ([lift(op, k, SHAPE) for k in range(3)] for op in (sigmam(), sigmaz(), sigmax()))
    exchange = lower[0] @ lower[1] @ lower[2].T
    splittings = (1.0, n["splitting"], 1.0 + n["splitting"] + mismatch)
    strengths = (n["loss"], n["width"], n["width"])
    temperatures = (n["line"] * n["cold"], n["hot"], n["cold"])
    return System(
        hamiltonian=[*((0.5 * w, op) for w, op in zip(splittings, z, strict=True)),
                     (n["coupling"], exchange + exchange.T)],
        baths=[Bath(name, op, Flat(j), temperature=t) for name, op, j, t in
               zip(("line", "hot", "cold"), x, strengths, temperatures, strict=True)],
        name="absorption refrigerator of three qubits",
    )  # fmt: skip


def virtual_temperature(hot: Any, cold: Any, splitting: Any) -> Any:
    """That of the transition on which the target is exchanged."""
    return 1.0 / ((1.0 + splitting) / cold - splitting / hot)


def excited_by_rates(numbers: Numbers) -> tuple[Any, Any]:
    """Excited share of the target and the rate at which it is reached; auxiliaries stay thermal."""
    n = {**CHOSEN, **numbers}
    hot, cold = 1.0 / np.expm1(n["splitting"] / n["hot"]), 1.0 / np.expm1((1.0 + n["splitting"]) / n["cold"])
    line = 1.0 / np.expm1(1.0 / (n["line"] * n["cold"]))
    share = {"hot": hot / (1.0 + 2.0 * hot), "cold": cold / (1.0 + 2.0 * cold)}
    exchange = 4.0 * n["coupling"] ** 2 / (n["width"] * (2.0 + 2.0 * hot + 2.0 * cold))
    down = exchange * share["hot"] * (1.0 - share["cold"]) + n["loss"] * (1.0 + line)
    up = exchange * (1.0 - share["hot"]) * share["cold"] + n["loss"] * line
    return up / (up + down), up + down


def _temperature(excited: Any) -> Any:
    """Of a qubit of the splitting 1 with this excited share."""
    return 1.0 / np.log((1.0 - excited) / excited)


def _stationary(system: System) -> xr.Dataset:
    flow: xr.Dataset = steady_state(system, observables={"excited": EXCITED})
    return flow


def _cooled(system: System) -> Floats:
    """Temperature of the target in the stationary state."""
    share = _stationary(system)["expectation"].sel(observable="excited").values.real
    temperature: Floats = np.asarray(_temperature(share))
    return temperature


def _devices() -> dict[str, xr.DataArray]:
    """Numbers along ``device``: the chosen ones first, one at an end of its range, then all at random."""
    rows = [dict(CHOSEN)]
    rows += [{**CHOSEN, name: end} for name, ends in RANGES.items() for end in ends]
    draw = np.random.default_rng(2305)
    rows += [{name: draw.uniform(*ends) for name, ends in RANGES.items()} for _ in range(JOINT)]
    place = axis("device", np.arange(len(rows)))
    return {name: place.copy(data=np.array([row[name] for row in rows])) for name in CHOSEN}


def _colder(lab: Lab) -> Finding:
    """The target against both baths and its own line."""
    devices = _devices()
    cold = devices["cold"].values
    temperature = _cooled(refrigerator(devices))
    reached = temperature / cold
    bare = temperature / virtual_temperature(*(devices[x].values for x in ("hot", "cold", "splitting")))
    off = _cooled(refrigerator({**devices, "coupling": 0.0})) / (cold * devices["line"].values)
    even = _cooled(refrigerator({"hot": CHOSEN["cold"]})) / CHOSEN["cold"]
    hot = np.geomspace(CHOSEN["cold"], HOTTEST, lab.points)
    curves = {
        loss: _cooled(refrigerator({"hot": axis("hot", hot), "loss": loss})) for loss in (1e-4, 1e-5, 1e-6)
    }
    return Finding(
        key="colder",
        title="Two baths cool a qubit below either",
        claim="A qubit is cooled, by heat alone, to a temperature lower than any one available bath could "
        "bring it to.",
        words=f"With a cold bath at {CHOSEN['cold']:g}, the target's own line as cold, and a hot bath at "
        f"{CHOSEN['hot']:g} the target settles at {number(float(reached[0]))} of the cold bath's "
        f"temperature, and it is colder than all three in each of {len(reached)} devices. Never is it below "
        "the virtual temperature. Without the three-body coupling it is as hot as its line, and between two "
        "baths of one temperature nothing is cooled.",
        parameters=_shown(),
        measures=(
            below("temperature of the target over the cold bath's, chosen numbers", reached[0], 0.9),
            below("the same, most of all devices", reached.max(), 1.0),
            above("temperature of the target over the virtual one, least of all devices", bare.min(), 1.0),
            below("no three-body coupling: distance of the target from its line, all devices",
                  abs(off - 1.0).max(), 1e-6, percent=True),
            below("hot bath as cold as the cold one: distance from it", abs(even - 1.0).max(), 1e-3,
                  percent=True),
        ),
        figure=_colder_figure(hot, curves),
        caption="Temperature of the target over that of the hot bath, for three rates at which its own line, "
        "as warm as the cold bath, heats it. Dotted: the virtual temperature. A hot bath that is too hot "
        "broadens its auxiliary, which then exchanges less.",
    )  # fmt: skip


def _colder_figure(hot: Floats, curves: dict[float, Floats]) -> Any:
    figure, panels = look.frames(1, 1, 3.0)
    frame = panels[0, 0]
    frame.axhline(CHOSEN["cold"], color="0.6", lw=0.8)
    frame.text(hot[-1], CHOSEN["cold"] + 0.004, "cold bath and line ", color="0.35", ha="right", va="bottom")
    for (loss, temperature), color in zip(curves.items(), look.shades(3), strict=True):
        exponent = round(float(np.log10(loss)))
        frame.semilogx(hot, temperature, color=color, lw=1.4, label=rf"line at the rate $10^{{{exponent}}}$")
    frame.semilogx(hot, virtual_temperature(hot, CHOSEN["cold"], CHOSEN["splitting"]), "k:", lw=1.1,
                   label="virtual temperature")  # fmt: skip
    frame.set_xlabel(r"temperature of the hot bath $T_h/\omega_t$")
    frame.set_ylabel(r"temperature of the target $/\omega_t$")
    frame.margins(x=0.0)
    frame.set_ylim(0.1, 1.15 * CHOSEN["cold"])
    frame.legend(loc="upper center", bbox_to_anchor=(0.52, 0.86), ncols=2)
    return figure


def _virtual(lab: Lab) -> Finding:
    """The limit of a target without a line, and the rates before it."""
    hot = np.geomspace(0.5, HOTTEST, max(9, lab.points // 3))
    along = {**WEAK, "hot": axis("hot", hot)}
    alone = _cooled(refrigerator({**along, "loss": NONE}))
    ideal = virtual_temperature(hot, CHOSEN["cold"], CHOSEN["splitting"])
    lossy = _cooled(refrigerator({**along, "loss": 1e-6}))
    rates = _temperature(excited_by_rates({**WEAK, "hot": hot, "loss": 1e-6})[0])
    mismatch = CHOSEN["width"] * np.linspace(-6.0, 6.0, lab.points | 1)
    detuned = _cooled(refrigerator({}, axis("mismatch", mismatch)))
    return Finding(
        key="virtual",
        title="It goes down to a virtual temperature, and on resonance",
        claim="The exchange of one quantum for two acts on the target as a bath whose temperature belongs to "
        "the difference of two transitions.",
        words="Without a line of its own the target has T_v = ω_t/(ω_c/T_c − ω_h/T_h), whatever the "
        f"couplings, to {number(100 * float(abs(alone / ideal - 1.0).max()))} %. With one it is where the "
        "rates of both balance. The exchange needs ω_c = ω_t + ω_h to within the widths of the auxiliaries.",
        parameters=_shown() + f"; here g = {WEAK['coupling']:g}, but not for the mismatch.",
        measures=(
            below("no line: distance from the virtual temperature, at most", abs(alone / ideal - 1.0).max(),
                  0.01, percent=True),
            below("a line: distance from the temperature of balanced rates, at most",
                  abs(lossy / rates - 1.0).max(), 0.02, percent=True),
            below("coldest at a mismatch, in widths of an auxiliary, of",
                  abs(mismatch[np.argmin(detuned)]) / CHOSEN["width"], 0.2),
            above("mismatch of six widths: temperature over that on resonance",
                  min(detuned[0], detuned[-1]) / detuned.min(), 1.2),
        ),
        figure=_virtual_figure(hot, alone, ideal, lossy, rates, mismatch / CHOSEN["width"], detuned),
        caption="(a) Temperature of the target without and with a line, and by the closed forms (circles). "
        "(b) The same over the mismatch of the three splittings, with the chosen coupling.",
    )  # fmt: skip


def _virtual_figure(
    hot: Floats, alone: Floats, ideal: Floats, lossy: Floats, rates: Floats, widths: Floats, detuned: Floats
) -> Any:
    figure, panels = look.frames(1, 2, 2.9)
    frame = panels[0, 0]
    marks: dict[str, Any] = {"ls": "none", "marker": "o", "ms": 4.0, "mfc": "none"}
    frame.semilogx(hot, alone, color=look.COLD, lw=1.4, label="no line")
    frame.semilogx(hot, ideal, color=look.COLD, **marks)
    frame.semilogx(hot, lossy, color=look.HOT, lw=1.4, ls=(0, (4, 1.5)), label=r"line, $10^{-6}$")
    frame.semilogx(hot, rates, color=look.HOT, **marks)
    frame.set_xlabel(r"hot bath $T_h/\omega_t$")
    frame.set_ylabel(r"temperature of the target $/\omega_t$")
    frame.legend(loc="upper center")
    panels[0, 1].plot(widths, detuned, color="k", lw=1.4)
    panels[0, 1].axhline(CHOSEN["cold"], color="0.6", lw=0.8)
    panels[0, 1].text(widths[0], CHOSEN["cold"] - 0.002, " cold bath and line", color="0.35", va="top")
    panels[0, 1].set_xlabel(r"mismatch $(\omega_c - \omega_t - \omega_h)/\kappa$")
    panels[0, 1].margins(x=0.0)
    look.letter(panels)
    return figure


def _course(lab: Lab) -> Finding:
    """From the excited state down, and what the three baths give."""
    slowest = excited_by_rates({**WEAK, "loss": 1e-6})[1]
    weak = _followed({**WEAK, "loss": 1e-6}, np.linspace(0.0, 6.0 / slowest, lab.points))
    begin, end = weak[1][0], excited_by_rates({**WEAK, "loss": 1e-6})[0]
    closed = end + (begin - end) * np.exp(-slowest * weak[0])
    times = np.geomspace(1.0, 1e5, lab.points)
    curves = {g: _followed({"coupling": g}, times)[1] for g in (0.0, CHOSEN["coupling"])}
    devices = _devices()
    flow = _stationary(refrigerator(devices))
    heat = {x: flow["energy_current"].sel(terminal=x).values for x in ("line", "hot", "cold", "pump")}
    taken = heat["line"] / heat["hot"]
    passed = {g: times[np.argmax(row < _thermal())] for g, row in curves.items() if (row < _thermal()).any()}
    kept = curves[CHOSEN["coupling"]]
    return Finding(
        key="course",
        title="The reset runs by itself, on heat",
        claim="The process is autonomous: a gradient of temperature drives it, and from the excited state "
        "the target reaches a steady state that is colder than its surroundings.",
        words="From the excited state the target is below the thermal share of the coldest bath after a "
        f"time of {number(float(passed.get(CHOSEN['coupling'], np.nan)))}, which its line alone, of the "
        f"lifetime {number(1.0 / CHOSEN['loss'])}, never is. No terminal does work. In all devices heat "
        "flows from the line and the hot bath to the cold one, and the line gives ω_t for every ω_h of the "
        "hot bath, as every exchange takes one quantum of each.",
        parameters=_shown() + f"; (a) with the rates of the text's limit, g = {WEAK['coupling']:g}.",
        measures=(
            below("auxiliaries that stay thermal: distance from an exponential of the closed rate, at most",
                  abs(weak[1] - closed).max(), 0.02),
            below("excited share that is reached, over the coldest bath's", kept[-1] / _thermal(), 0.9),
            above("excited share by the line alone, over the coldest bath's", curves[0.0][-1] / _thermal(),
                  0.999),
            below("heat from the line over that of the hot bath, against ω_t/ω_h, all devices: error",
                  abs(taken * devices["splitting"].values - 1.0).max(), 0.05, percent=True),
            above("entropy production, least of all devices", flow["entropy_production"].min(), 0.0),
            below("work of a drive, most of all devices", abs(heat["pump"]).max(), 1e-15),
        ),
        figure=_course_figure(weak, closed, times, curves),
        caption="(a) Excited share of the target, above the stationary one and with auxiliaries that stay "
        "thermal, and the closed exponential (circles). (b) With the chosen numbers, and by the line alone. "
        "Dotted: the thermal share at the temperature of the cold bath.",
    )  # fmt: skip


def _followed(numbers: Numbers, times: Floats) -> tuple[Floats, Floats]:
    """Times, and the excited share from the excited target beside thermal auxiliaries."""
    n = {**CHOSEN, **numbers}
    begin = np.diag([1.0, 0.0]).astype(complex)
    for energy, temperature in ((n["splitting"], n["hot"]), (1.0 + n["splitting"], n["cold"])):
        share = 1.0 / (1.0 + np.exp(energy / temperature))
        begin = np.kron(begin, np.diag([share, 1.0 - share]))
    data = evolve(
        refrigerator(numbers), begin, times, observables={"excited": EXCITED}, states=False, secular="partial"
    )
    return times, data["expectation"].sel(observable="excited").values.real


def _thermal() -> float:
    return float(1.0 / (1.0 + np.exp(1.0 / CHOSEN["cold"])))


def _course_figure(
    weak: tuple[Floats, Floats], closed: Floats, times: Floats, curves: dict[float, Floats]
) -> Any:
    figure, panels = look.frames(1, 2, 2.9)
    frame, final = panels[0, 0], closed[-1]
    marked = slice(None, None, max(1, len(closed) // 14))
    frame.plot(1e-4 * weak[0], weak[1], color="k", lw=1.4, label="followed")
    marks: dict[str, Any] = {"color": look.HOT, "ms": 4.0, "mfc": "none"}
    frame.plot(1e-4 * weak[0][marked], closed[marked], "o", label="closed form", **marks)
    frame.axhline(final, color="0.6", lw=0.7)
    frame.set_xlabel(r"time ($10^4/\omega_t$)")
    frame.set_ylabel("excited share of the target")
    frame.margins(x=0.0)
    frame.legend(loc="upper right")
    frame = panels[0, 1]
    styles = ((look.HOT, (0, (4, 1.5)), "line alone"), (look.COLD, "-", "refrigerator on"))
    for row, (color, dash, label) in zip(curves.values(), styles, strict=True):
        frame.loglog(times, row, color=color, lw=1.4, ls=dash, label=label)
    frame.axhline(_thermal(), color="0.4", lw=0.9, ls=":")
    frame.set_xlabel(r"time ($1/\omega_t$)")
    frame.margins(x=0.0)
    frame.legend(loc="lower left")
    look.letter(panels)
    return figure


def _shown() -> str:
    n = CHOSEN
    return (
        f"ω_h = {n['splitting']:g}, ω_c = {1.0 + n['splitting']:g}; T = {n['hot']:g} (hot), {n['cold']:g} "
        f"(cold), {n['line'] * n['cold']:g} (the target's line); g = {n['coupling']:g}, κ = {n['width']:g}, "
        f"rate of the line {n['loss']:g}, in units of ω_t; placeholders, all"
    )


_NAMES = {
    "hot": "Temperature of the hot bath", "cold": "Temperature of the cold bath",
    "line": "Temperature of the target's own line", "splitting": "Splitting of the hot auxiliary",
    "coupling": "Three-body coupling g", "width": "Rate κ of both auxiliaries",
    "loss": "Rate of the target's own line",
}  # fmt: skip

_UNIT = " in units of the target's splitting."
_UNITS = {"line": " in units of the cold bath's; a much hotter one heats faster than the target is cooled."}

STUDY = Study(
    name="qubit-reset",
    title="A thermally driven refrigerator that resets a qubit",
    citation="M. A. Aamir et al., Thermally driven quantum refrigerator autonomously resets a "
    "superconducting qubit, arXiv:2305.16710 (2023)",
    year=2023,
    claim="A superconducting qubit with two auxiliary ones, each of these in contact with a heat bath, and a "
    "three-body coupling between them, an experiment: driven by a gradient of temperature alone, without "
    "control from outside, it cools the qubit below what any one of the baths could, and so resets it. The "
    "abstract alone was read; of it no number is used. The auxiliaries are taken as qubits; the Hamiltonian "
    "and every number are choices, in units of the qubit's splitting.",
    findings=(_colder, _virtual, _course),
    placeholders=(
        *(f"{text}: {CHOSEN[name]:g}, varied from {RANGES[name][0]:g} to {RANGES[name][1]:g}"
          + _UNITS.get(name, _UNIT) for name, text in _NAMES.items()),
        "Mismatch of the three splittings: none, varied up to six widths of an auxiliary, beyond which "
        "little is cooled.",
    ),
    points=81,
    least=21,
)  # fmt: skip
