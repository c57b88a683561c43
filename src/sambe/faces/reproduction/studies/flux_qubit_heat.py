r"""Heat of a driven flux qubit through a resonator into a resistor: arXiv:2510.23092, by its abstract.

.. math:: H = \tfrac12\Delta\,\sigma_x + \tfrac12(\varepsilon_0 + A\cos\omega t)\,\sigma_z,\qquad
          J(W) = \frac{4g^2\kappa\,\omega_r W}{(W^2-\omega_r^2)^2 + \kappa^2W^2}\ \text{on}\ \sigma_z

The resonator and its resistor are one peaked bath. A channel i = j that absorbs k quanta and emits them
together carries :math:`k\omega J(k\omega)|c_k|^2`, :math:`c_k` the k-th harmonic of a Floquet mode's
:math:`\langle\sigma_z\rangle`. Units of :math:`\omega_r`.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ....description.bath import Bath
from ....description.reaction_coordinate import reaction_coordinate
from ....description.spectral_density import Underdamped
from ....description.spin_operators import sigmax, sigmaz
from ....description.system import System, axis
from ....errors import SecularWarning
from ....verbs.breakdown import channels
from .. import look
from ..finding import Finding, above, below, number
from ..lab import Floats, Lab, current
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "device", "followed", "propagated"]

# Share of the devices in which a claim has to hold that another line of the qubit may spoil where it happens
# to cross a peak. A choice: four in five.
MOST = 0.8
NEARLY_ALL = 0.95  # share of a peak that counts as nearly all
FAINT = 0.1  # of the heat off the symmetry point: what counts as gone
# Nothing but the abstract could be read: each number is a choice, and so is the range in which it is varied.
CHOSEN = {"gap": 1.6, "bias": 0.4, "drive": 2.0, "temperature": 0.15, "coupling": 0.01, "quality": 40.0}
RANGES = {
    "gap": (1.2, 3.0), "bias": (0.25, 0.8), "drive": (1.0, 2.5), "temperature": (0.05, 0.3),
    "coupling": (0.005, 0.02), "quality": (25.0, 80.0),
}  # fmt: skip
JOINT = 12  # devices with all numbers drawn at once, beside those with one number at an end of its range
PEAKS = np.arange(1, 5)  # that are looked at: fractions 1 to 1/4 of the resonator
FIRST_THREE = PEAKS[:3]
ASIDE = 4.0  # half widths from a peak at which its foot is measured, where a Lorentzian has 6 % left
SLOW_GAP = 8.0  # gap over resonator's frequency at which the drive is slow against the qubit
HIGHEST_FRACTION = 5.2  # of omega_r / omega in the figures
Device = dict[str, Any]


def device(numbers: Device, omega: Any) -> System:
    """The driven qubit at the resonator; the numbers may be labelled."""
    n = {**CHOSEN, **numbers}
    return System(
        hamiltonian=[(0.5 * n["gap"], sigmax()), (0.5 * n["bias"], sigmaz())],
        drive={1: [(0.25 * n["drive"], sigmaz())]},
        omega=omega,
        baths=[Bath("resistor", sigmaz(), _resonator(n), temperature=n["temperature"])],
        name="flux qubit at a resonator",
    )


def _resonator(n: Device) -> Underdamped:
    """Coupling g to a mode at 1 that loses its energy at the rate 1/Q."""
    return Underdamped(2**0.5 * n["coupling"], width=1.0 / n["quality"], frequency=1.0)


def _channels(system: System) -> xr.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecularWarning)
        return channels(system, secular="partial")


def _heat(lab: Lab, system: System) -> Floats:
    """Into the resistor."""
    return -current(lab.solve(system), "resistor")


def _devices() -> dict[str, xr.DataArray]:
    """Numbers along ``device``: the chosen ones first, one at an end of its range, then all at random."""
    rows = [dict(CHOSEN)]
    rows += [{**CHOSEN, name: end} for name, ends in RANGES.items() for end in ends]
    draw = np.random.default_rng(2510)
    rows += [{name: draw.uniform(*ends) for name, ends in RANGES.items()} for _ in range(JOINT)]
    return {name: _each([row[name] for row in rows]) for name in CHOSEN}


def _each(values: Any) -> xr.DataArray:
    """One value for each device."""
    numbers: xr.DataArray = axis("device", np.arange(len(values))).copy(data=np.asarray(values, dtype=float))
    return numbers


def _inverse(points: int) -> Floats:
    """Frequencies of the resonator over the drive's, the tops of the peaks among them."""
    return np.union1d(np.linspace(0.8, HIGHEST_FRACTION, points), np.arange(1.0, HIGHEST_FRACTION))


def _fractions(lab: Lab) -> Finding:
    """Peaks where a whole number of drive quanta makes one photon of the resonator."""
    inverse = _inverse(lab.points)
    curve = _heat(lab, device({}, axis("omega", 1.0 / inverse)))
    still = _heat(lab, device({"bias": 0.0}, axis("omega", 1.0 / inverse)))
    offsets = _offsets(lab)
    prominence = _prominence(lab)
    standing = np.min(prominence, axis=1) > 2.0
    bare, whole = _bare_and_whole(lab)
    return Finding(
        key="fractions",
        title="Heat peaks at whole fractions of the resonator's frequency",
        claim="Heat flows into the bath most of all at driving frequencies that are integer fractions of the "
        "resonator's frequency.",
        words=f"The first four peaks lie at ω_r/k within {number(float(np.max(offsets)))} of the resonator's "
        f"width, and the higher ones are lower by powers of ten. In {int(standing.sum())} of {len(standing)} "
        "devices the first three stand out of their foot; in the others a line that changes the qubit's "
        "state passes beside one of them. With the resonator as a mode of its own and the resistor on it, "
        "the heat is the same.",
        parameters=_shown(CHOSEN) + "; ranges of the placeholders are listed above.",
        measures=(
            below("distance of the peaks k = 1 to 4 from ω_r/k, in widths of the resonator, at most",
                  np.max(offsets), 0.5),
            above("heat at the peaks k = 1, 2, 3 over their foot, chosen numbers, least",
                  prominence[0].min(), 2.0),
            above("devices in which this is above 2", standing.mean(), MOST, percent=True),
            below("peaks 1, 2 and 3 with an explicit resonator of four levels: change of the heat",
                  np.max(abs(whole / bare - 1.0)), 0.01, percent=True),
        ),
        figure=_fractions_figure(inverse, curve, still),
        caption="Heat current into the resistor over the resonator's frequency in units of the drive's: "
        "peaks at whole numbers. Off the symmetry point of the qubit (ε₀ = 0.4 ω_r) all of them, on it the "
        "odd ones.",
    )  # fmt: skip


def _offsets(lab: Lab) -> Floats:
    """How far each peak lies from its fraction, over the resonator's width."""
    width = 1.0 / CHOSEN["quality"]
    shift = np.linspace(-1.5, 1.5, 25)
    omega = (1.0 + width * shift) / PEAKS[:, None]
    heat = _heat(lab, device({}, axis("omega", omega.ravel()))).reshape(omega.shape)
    top = np.argmax(heat, axis=1)
    beside = np.array([row[k - 1 : k + 2] for row, k in zip(heat, top, strict=True)])
    bend = beside[:, 0] - 2.0 * beside[:, 1] + beside[:, 2]
    within = 0.5 * (beside[:, 0] - beside[:, 2]) / bend  # top of the parabola through three points
    offsets: Floats = abs(shift[top] + within * (shift[1] - shift[0]))
    return offsets


def _prominence(lab: Lab) -> Floats:
    """Heat at the first three peaks over the mean of both feet, ``(device, peak)``."""
    devices = _devices()
    aside = axis("side", [-1.0, 0.0, 1.0]) * 0.5 * ASIDE / devices["quality"]
    omega = (1.0 + aside) / axis("peak", FIRST_THREE.astype(float))
    flow = lab.solve(device(devices, omega))["energy_current"].sel(terminal="resistor")
    heat = -flow.transpose("device", "peak", "side").values
    ratio: Floats = heat[..., 1] / (0.5 * (heat[..., 0] + heat[..., 2]))
    return ratio


def _bare_and_whole(lab: Lab) -> tuple[Floats, Floats]:
    """Heat at the first three peaks with the peaked bath, and with the resonator as a part of the system."""
    system = device({}, axis("omega", 1.0 / FIRST_THREE))
    return _heat(lab, system), _heat(lab, reaction_coordinate(system, "resistor", levels=4))


def _fractions_figure(inverse: Floats, curve: Floats, still: Floats) -> Any:
    figure, panels = look.frames(1, 1, 2.9)
    frame = panels[0, 0]
    for k in range(1, int(HIGHEST_FRACTION) + 1):
        frame.axvline(k, color="0.75", lw=0.7, zorder=0)
    frame.semilogy(inverse, curve, color=look.HOT, lw=1.4, label=r"$\varepsilon_0 = 0.4\,\omega_r$")
    frame.semilogy(inverse, still, color=look.COLD, lw=1.2, ls=(0, (4, 1.5)), label=r"$\varepsilon_0 = 0$")
    frame.set_xlabel(r"resonator over drive, $\omega_r/\omega$")
    frame.set_ylabel(r"heat into the resistor ($\hbar\omega_r^2$)")
    frame.margins(x=0.0)
    frame.set_xticks(np.arange(1, HIGHEST_FRACTION), minor=False)
    frame.legend(loc=(0.53, 0.74))
    return figure


def _parity(lab: Lab) -> Finding:
    """At the symmetry point the second half of a period is the first one turned over."""
    devices = _devices()
    peaks = 1.0 / axis("peak", PEAKS.astype(float))
    off, on = (_parts(_channels(device({**devices, **b}, peaks))) for b in ({}, {"bias": 0.0}))
    left = on["coherent"] / off["coherent"]
    heat = (on["heat"] / off["heat"])[:, 1]
    biases = np.linspace(0.0, 1.0, max(5, lab.points // 12))
    inverse = _inverse(max(23, lab.points * 2 // 3))
    surface = _heat(lab, device({"bias": axis("bias", biases)}, axis("omega", 1.0 / inverse)))
    return Finding(
        key="parity",
        title="At the symmetry point the even peaks are gone",
        claim="A selection rule on the parity of the peaks holds at the symmetry point of the qubit.",
        words="There a translation by half a period and an exchange of the qubit's two currents change "
        "nothing, ⟨σ_z⟩ has odd harmonics alone, and two or four quanta cannot be emitted together: in all "
        f"{len(heat)} devices nothing of that is left but rounding. What then flows at ω_r/2 is "
        f"{number(float(heat[0]))} of the heat off the point with the chosen numbers. It belongs to lines "
        f"that change the qubit's state, of which one may pass there: in {int((heat < FAINT).sum())} devices "
        f"it is less than a tenth, at worst {number(float(heat.max()))}. The odd peaks stay.",
        parameters=_shown(CHOSEN) + ", and ε₀ = 0 against it.",
        measures=(
            below("heat at ω_r/2 at the symmetry point over that off it, chosen numbers", heat[0], FAINT),
            above("devices in which this is below a tenth", (heat < FAINT).mean(), MOST, percent=True),
            below(
                "emission of two or four quanta at once: at the point over off it, all devices",
                left[:, 1::2].max(),
                1e-12,
            ),
            above("emission of three quanta at once: the same, least of all devices", left[:, 2].min(), 0.2),
        ),
        figure=_parity_figure(inverse, biases, surface),
        caption="Heat into the resistor over the bias of the qubit and the resonator's frequency in units of "
        "the drive's. The lines of even numbers break at the symmetry point, those of odd numbers do not.",
    )


def _parts(c: xr.Dataset) -> dict[str, Floats]:
    """Heat at the peaks, that of channels i = j, and of those that emit the k quanta of the peak at once."""
    given = -c["energy_current"].transpose("device", "peak", "channel")
    k = axis("peak", PEAKS).astype(int)
    together = c["pseudo"] & (abs(c["quanta"]) == k)
    return {
        "heat": given.sum("channel").values,
        "pseudo": given.where(c["pseudo"], 0.0).sum("channel").values,
        "coherent": given.where(together, 0.0).sum("channel").transpose("device", "peak").values,
    }


def _parity_figure(inverse: Floats, biases: Floats, surface: Floats) -> Any:
    from matplotlib.colors import LogNorm

    figure, panels = look.frames(1, 1, 3.2)
    frame = panels[0, 0]
    both = np.concatenate([-biases[:0:-1], biases])  # the heat is even in the bias
    heat = np.concatenate([surface[:0:-1], surface])
    norm = LogNorm(vmin=max(surface.min(), 1e-5 * surface.max()), vmax=surface.max())
    mesh = frame.pcolormesh(inverse, both, heat, norm=norm, cmap="magma", shading="gouraud", rasterized=True)
    figure.colorbar(mesh, ax=frame, label=r"heat into the resistor ($\hbar\omega_r^2$)", pad=0.01)
    frame.set_xlabel(r"resonator over drive, $\omega_r/\omega$")
    frame.set_xticks(np.arange(1, HIGHEST_FRACTION))
    frame.set_ylabel(r"bias $\varepsilon_0/\omega_r$")
    return figure


def _carriers(lab: Lab) -> Finding:
    """Channels i = j, which leave the qubit as it is, against those that change its state."""
    parts = _parts(_channels(device(_devices(), 1.0 / axis("peak", PEAKS.astype(float)))))
    share = parts["pseudo"][:, 2] / parts["heat"][:, 2]
    plain = np.array([propagated(CHOSEN, int(k)) for k in PEAKS])
    slow = {**CHOSEN, "gap": SLOW_GAP}
    followed_slowly = {name: _each([x]) for name, x in slow.items()}
    adiabatic = np.array([followed(slow, int(k)) for k in PEAKS[:3]])
    measured = _parts(_channels(device(followed_slowly, 1.0 / axis("peak", PEAKS.astype(float)))))[
        "coherent"
    ][0, :3]
    inverse = _inverse(lab.points)
    c = _channels(device({}, axis("omega", 1.0 / inverse)))
    biases = np.linspace(0.0, 1.0, max(11, lab.points // 6))
    return Finding(
        key="carriers",
        title="The peaks are carried by channels that leave the qubit as it is",
        claim="A jump from a Floquet state to itself moves no population, but hands k quanta of the drive to "
        "the bath: a rate equation for populations has no line for it.",
        words=f"They carry all but {number(100 * float(1.0 - share[0]))} % of the heat at the third peak, "
        f"and more than {number(100 * NEARLY_ALL)} % in {int((share > NEARLY_ALL).sum())} of {len(share)} "
        "devices; in the others a line that changes the qubit's state falls upon it. Nothing in them depends "
        "on the temperature: they are what the qubit's polarisation radiates, driven to and fro. Its "
        "harmonics by a plain propagation of Schrödinger's equation give the same heat, and so do those of a "
        "qubit that follows a slow drive.",
        parameters=_shown(CHOSEN) + f"; the slow drive has Δ = {SLOW_GAP:g} ω_r.",
        measures=(
            above("third peak, chosen numbers: share of channels i = j in the heat", share[0], NEARLY_ALL,
                  percent=True),
            above("devices in which it is above this", (share > NEARLY_ALL).mean(), MOST, percent=True),
            below("against k ω J(k ω)|c_k|² of a plain propagation, k = 1 to 4: error",
                  np.max(abs(parts["coherent"][0] / plain - 1.0)), 1e-3),
            below("slow drive, against a qubit that follows it, k = 1 to 3: error",
                  np.max(abs(measured / adiabatic - 1.0)), 0.05, percent=True),
        ),
        figure=_carriers_figure(inverse, c, biases, _against_bias(biases)),
        caption="(a) The heat, and its part by channels i = j and i ≠ j. (b) Heat of k quanta emitted "
        "together at ω = ω_r/k against the bias, by channels (lines) and by a plain propagation (circles). "
        "Four quanta jump where they are in resonance with the qubit.",
        beyond=True,
    )  # fmt: skip


def _against_bias(biases: Floats) -> Floats:
    """Heat of the peaks' own quanta against the bias, ``(bias, peak)``."""
    along = {"bias": _each(biases)}
    return _parts(_channels(device(along, 1.0 / axis("peak", PEAKS.astype(float)))))["coherent"]


def propagated(numbers: Device, k: int, steps: int = 2000) -> float:
    """k w J(k w)|c_k|^2 at w = 1/k, from the Floquet modes of a product of exponentials."""
    x, z = sigmax(), sigmaz()
    w, middle = 1.0 / k, (np.arange(steps) + 0.5) / steps
    field = 0.5 * (numbers["bias"] + numbers["drive"] * np.cos(2.0 * np.pi * middle))
    size = np.hypot(0.5 * numbers["gap"], field)
    angle = size * 2.0 * np.pi / w / steps
    course = [np.eye(2, dtype=complex)]
    for a, s, f in zip(angle, size, field, strict=True):
        turn = np.cos(a) * np.eye(2) - 1j * np.sin(a) / s * (0.5 * numbers["gap"] * x + f * z)
        course.append(turn @ course[-1])
    mode = np.linalg.eig(course[-1])[1][:, 0]
    states = np.array(course[:-1]) @ mode
    polarisation = (abs(states) ** 2) @ np.diag(z).real
    harmonic = np.mean(polarisation * np.exp(2j * np.pi * k * np.arange(steps) / steps))
    return float(_resonator(numbers)(1.0) * abs(harmonic) ** 2)


def followed(numbers: Device, k: int) -> float:
    """The same where the qubit stays in an eigenstate: <sz> = e / sqrt(e^2 + gap^2)."""
    phase = np.linspace(0.0, 2.0 * np.pi, 4096, endpoint=False)
    field = numbers["bias"] + numbers["drive"] * np.cos(phase)
    harmonic = np.mean(field / np.hypot(field, numbers["gap"]) * np.exp(1j * k * phase))
    return float(_resonator(numbers)(1.0) * abs(harmonic) ** 2)


def _carriers_figure(inverse: Floats, c: xr.Dataset, biases: Floats, peaks: Floats) -> Any:
    figure, panels = look.frames(1, 2, 3.0, width_ratios=[1.5, 1.0])
    given = -c["energy_current"].transpose("omega", "channel")
    pseudo = given.where(c["pseudo"], 0.0).sum("channel").values
    total, frame = given.sum("channel").values, panels[0, 0]
    frame.semilogy(inverse, total, color="k", lw=2.2, alpha=0.35, label="all")
    frame.semilogy(inverse, pseudo, color=look.PUMP, lw=1.3, label="$i = j$")
    frame.semilogy(inverse, total - pseudo, color=look.COLD, lw=1.1, ls=(0, (4, 1.5)), label=r"$i \neq j$")
    frame.set_ylim(0.3 * total.min(), 3.0 * total.max())
    frame.set_xlabel(r"resonator over drive, $\omega_r/\omega$")
    frame.set_ylabel(r"heat into the resistor ($\hbar\omega_r^2$)")
    frame.margins(x=0.0)
    frame.legend(loc="upper right")
    frame = panels[0, 1]
    marks = biases[:: max(1, len(biases) // 6)]
    for k, color, row in zip(PEAKS, look.shades(len(PEAKS)), peaks.T, strict=True):
        frame.semilogy(biases, np.where(row > 1e-20, row, np.nan), color=color, lw=1.3, label=f"$k$ = {k}")
        plain = [propagated({**CHOSEN, "bias": b}, int(k), 400) for b in marks]
        frame.semilogy(
            marks, np.where(np.array(plain) > 1e-20, plain, np.nan), "o", color=color, ms=3.5, mfc="none"
        )
    frame.set_xlabel(r"bias $\varepsilon_0/\omega_r$")
    frame.set_ylabel(r"heat of $k$ quanta at once")
    frame.legend(loc="lower right", ncols=2)
    look.letter(panels)
    return figure


def _shown(n: Device) -> str:
    return (
        f"Δ = {n['gap']:g}, ε₀ = {n['bias']:g}, A = {n['drive']:g}, T = {n['temperature']:g}, "
        f"g = {n['coupling']:g} ω_r, quality factor {n['quality']:g}; placeholders, all"
    )


_NAMES = {
    "gap": "Gap Δ of the qubit", "bias": "Bias ε₀ off the symmetry point",
    "drive": "Amplitude A of the drive",
    "temperature": "Temperature T of the resistor", "coupling": "Coupling g of qubit and resonator",
    "quality": "Quality factor of the resonator",
}  # fmt: skip

STUDY = Study(
    name="flux-qubit-heat",
    title="Heat of a driven flux qubit, through a resonator into a resistor",
    citation="C. D. Satrya et al., Heat measurement of quantum interference, arXiv:2510.23092 (2025)",
    year=2025,
    claim="A driven flux qubit at a resonator that ends in a resistor, an experiment: the heat into the "
    "resistor peaks where the drive's frequency is an integer fraction of the resonator's, and at the "
    "symmetry point of the qubit a selection rule holds on the parity of the peaks. The abstract alone was "
    "read; its Hamiltonian and every number here are choices, in units of the resonator's frequency.",
    findings=(_fractions, _parity, _carriers),
    placeholders=tuple(
        f"{_NAMES[name]}: {CHOSEN[name]:g}, varied from {low:g} to {high:g}"
        + ("." if name == "quality" else " in units of the resonator's frequency.")
        for name, (low, high) in RANGES.items()
    ),
    points=241,
    least=41,
    beyond="The abstract names Floquet theory and no channels. Here is what carries the peaks.",
)  # fmt: skip
