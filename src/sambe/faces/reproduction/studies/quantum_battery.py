r"""Quantum batteries that a drive charges: how much of the energy is work, after Farina et al. (2019).

.. math:: H = \omega_0 a^\dagger a + U a^\dagger a^\dagger a a + F(a^\dagger e^{-i\omega t} + \text{h.c.}),
          \qquad \mathcal E = \mathrm{Tr}[H_0\rho] - \min_V\mathrm{Tr}[H_0 V\rho V^\dagger]

A linear oscillator with a loss :math:`\kappa` into a bath of n quanta holds :math:`|\alpha|^2` as work,
:math:`\alpha = (2F/\kappa)(1 - e^{-\kappa t/2})`, and :math:`n(1 - e^{-\kappa t})` beside it, out of
reach. Units of :math:`\omega_0`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .... import models
from ....description.bath import Bath
from ....description.operators import destroy
from ....description.reservoirs.occupations import Occupied
from ....description.spectral_density import Flat
from ....description.system import System, axis
from ....verbs.in_time.courses import evolve
from .. import look
from ..finding import Finding, above, below, number
from ..lab import Floats, Lab
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "by_bloch", "field", "kerr_unitary", "oscillator", "pulse"]

# F, in units of the frequency: small, so that the dressed ladder, 4 F N^(1/2) wide, leaves jumps their sign
FORCE = 0.03
LEVELS = 20  # 4 quanta of a coherent state leave 1e-9 of it on the last one
FULL = 2.0  # field alpha up to which a battery without loss is followed: 4 quanta
DETUNINGS = (0.0, 0.06, 0.12, 0.24)
KERRS = (0.003, 0.006, 0.015, 0.03, 0.06)  # from a tenth of F, which hardly matters in this time, to twice F
QUBIT = 20.0  # of a U that leaves two levels: the third is off resonance by 1300 times F
LOSSES, QUANTA = (0.04, 0.06, 0.1), (0.1, 0.3)  # rates of the leak, and n of its bath
LONG = 150.0  # time in which the least loss brings the field to 95 % of where it stays
LENGTHS, LEAKS = (60.0, 100.0, 160.0, 250.0, 400.0, 600.0), (0.0, 1e-3)  # of pulses; of the qubit
MARKS: dict[str, Any] = {"ls": "none", "marker": "o", "ms": 3.6, "mfc": "w", "clip_on": False, "zorder": 4}


def oscillator(
    kerr: Any = 0.0, loss: Any = 0.0, quanta: Any = 0.0, omega: Any = 1.0, levels: int = LEVELS
) -> System:
    """The battery with a leak; ``quanta`` is the occupation of the bath at the battery's frequency."""
    leak = Bath("leak", destroy(levels), Flat(loss), state=Occupied(quanta), rotating_wave=True)
    return models.kerr_resonator(
        frequency=1.0, kerr=kerr, drive=FORCE, omega=omega, levels=levels, baths=[leak]
    )


def _charged(system: System, times: Floats) -> xr.Dataset:
    data: xr.Dataset = evolve(system, 0, times, states=False)
    return data


def _energies(data: xr.Dataset) -> tuple[Floats, Floats]:
    """Energy held and ergotropy, time last."""
    stored, work = (data[name].transpose(..., "time").values for name in ("battery_energy", "ergotropy"))
    return stored, work


def _few(times: Floats) -> slice:
    """Some of the times, for the circles of a closed form."""
    return slice(None, None, max(1, len(times) // 15))


def _work(lab: Lab) -> Finding:
    """A linear oscillator without loss."""
    times = np.linspace(0.0, FULL / FORCE, lab.points)
    detuning = np.array(DETUNINGS)[:, None]
    stored, work = _energies(_charged(oscillator(omega=axis("omega", 1.0 - detuning[:, 0])), times))
    closed = (FORCE * times * np.sinc(0.5 * detuning * times / np.pi)) ** 2
    apart = abs(stored - closed).max(axis=-1)
    return Finding(
        key="coherent",
        title="All that a coherent drive puts into a linear oscillator is work",
        claim="A battery that is charged coherently holds its energy as ergotropy: a linear oscillator, "
        "driven on resonance, is displaced and stays pure, and its energy grows with the square of time.",
        words=f"Energy and ergotropy agree to {number(float(abs(stored - work).max()))}, and on resonance "
        "both are (Ft)², so that the mean power grows with time. Off resonance the battery empties itself "
        "again, with the period of the detuning, and still all of it is work.",
        parameters=f"F = {FORCE:g} ω₀, U = 0, no loss, from the vacuum, {LEVELS} levels.",
        measures=(
            below("energy less ergotropy, largest of all detunings", abs(stored - work).max(), 1e-6),
            below("on resonance, energy against (Ft)²: error, largest", apart[0], 1e-4),
            below("off resonance, against (2F/Δ)² sin²(Δt/2): error, largest", apart[1:].max(), 1e-4),
        ),
        figure=_work_figure(times, stored, closed),
        caption="Energy, which is the ergotropy, of a linear oscillator over time for several detunings "
        "Δ = ω₀ − ω. Circles: closed forms.",
    )


def _work_figure(times: Floats, energy: Floats, closed: Floats) -> Any:
    figure, panels = look.frames(1, 1, 2.9)
    marked = _few(times)
    for d, row, wanted, color in zip(DETUNINGS, energy, closed, look.shades(len(DETUNINGS)), strict=True):
        panels[0, 0].plot(times, row, color=color, lw=1.4, label=f"{d:g}")
        panels[0, 0].plot(times[marked], wanted[marked], color=color, **MARKS)
    _over_time(panels, r"energy = ergotropy ($\hbar\omega_0$)")
    panels[0, 0].legend(loc="upper left", title=r"$\Delta/\omega_0$")
    return figure


def _over_time(panels: Any, *labels: str) -> None:
    """Axes of panels whose curves begin at zero."""
    for frame, label in zip(panels[0], labels, strict=True):
        frame.set_xlabel(r"time ($1/\omega_0$)")
        frame.set_ylabel(label)
        frame.margins(x=0.0)
        frame.set_ylim(bottom=0.0)


def _kerr(lab: Lab) -> Finding:
    """Kerr oscillators, driven at the frequency of their first quantum."""
    times = np.linspace(0.0, FULL / FORCE, lab.points)
    kerrs = np.array((0.0, *KERRS))
    stored, work = _energies(_charged(oscillator(kerr=axis("kerr", kerrs)), times))
    exact = np.array([kerr_unitary(u, times) for u in kerrs])
    qubit, _ = _energies(_charged(oscillator(kerr=QUBIT, levels=6), times))
    most = stored.max(axis=-1)
    early = times <= 0.25 * times[-1]
    behind = abs(stored[1:] - stored[0])[:, early].max() / stored[0][early].max()
    return Finding(
        key="kerr",
        title="A nonlinear oscillator leaves its resonance as it fills",
        claim="A Kerr battery charges like a linear one at first and then falls behind: each quantum shifts "
        "the next, and the charge turns back. One of a strong nonlinearity is a qubit.",
        words=f"With U = {KERRS[0]:g} to {KERRS[-1]:g} ω₀ the most that is held falls from "
        f"{number(float(most[1]))} to {number(float(most[-1]))} ħω₀, while the linear oscillator goes on to "
        f"{number(float(most[0]))}. In the first quarter of the time all are within "
        f"{number(100 * float(behind))} % of that one. The state is pure, so that the energy remains "
        f"work. With U = {QUBIT:g} ω₀ one quantum goes in and comes out again, as sin²(Ft).",
        parameters=f"F = {FORCE:g} ω₀, ω = ω₀, no loss, from the vacuum, {LEVELS} levels.",
        measures=(
            below("against Schrödinger's equation by exponentials: error of the energy, largest",
                  abs(stored - exact).max(), 1e-6),
            below("energy less ergotropy, all U", abs(stored - work).max(), 1e-6),
            below(f"most that is held, U = {KERRS[2]:g} ω₀: over the linear one's", most[3] / most[0], 0.8),
            below("it falls with U: least step", np.diff(most).max(), 0.0),
            below("first quarter, all U: distance from the linear one, over the most of it", behind, 0.05,
                  percent=True),
            below(f"U = {QUBIT:g} ω₀: distance from a qubit's sin²(Ft)",
                  abs(qubit - np.sin(FORCE * times) ** 2).max(), 0.01),
        ),
        figure=_kerr_figure(times, stored, work, exact, qubit),
        caption="(a) Energy of Kerr oscillators over time, and (dashed) of one that is a qubit. Circles: "
        "Schrödinger's equation. (b) Mean power, the ergotropy over the time it took.",
    )  # fmt: skip


def kerr_unitary(kerr: float, times: Floats, levels: int = 40) -> Floats:
    """Energy from the vacuum at ``times``, by one exponential in the frame of the drive."""
    from scipy.linalg import eigh

    a = destroy(levels).real
    n = np.diag(a.T @ a)
    energy, basis = eigh(np.diag(kerr * n * (n - 1.0)) + FORCE * (a + a.T))
    states = basis @ (np.exp(-1j * energy[:, None] * times) * basis[0][:, None])
    stored: Floats = (n + kerr * n * (n - 1.0)) @ abs(states) ** 2
    return stored


def _kerr_figure(times: Floats, stored: Floats, work: Floats, exact: Floats, qubit: Floats) -> Any:
    figure, panels = look.frames(1, 2, 3.0)
    marked = _few(times)
    for u, energy, ergotropy, wanted, color in zip(
        (0.0, *KERRS), stored, work, exact, look.shades(len(stored)), strict=True
    ):
        panels[0, 0].plot(times, energy, color=color, lw=1.4, label=f"{u:g}")
        panels[0, 0].plot(times[marked], wanted[marked], color=color, **MARKS)
        panels[0, 1].plot(times[1:], ergotropy[1:] / times[1:], color=color, lw=1.4)
    dashed = {"color": "0.35", "lw": 1.1, "ls": (0, (4, 1.5))}
    panels[0, 0].plot(times, qubit, label=f"{QUBIT:g}", **dashed)
    panels[0, 1].plot(times[1:], qubit[1:] / times[1:], **dashed)
    _over_time(panels, r"energy ($\hbar\omega_0$)", r"mean power ($\hbar\omega_0^2$)")
    panels[0, 1].set_xlim(left=0.0)
    panels[0, 0].legend(loc="upper left", title=r"$U/\omega_0$")
    look.letter(panels)
    return figure


def field(loss: Any, times: Floats) -> Any:
    """The amplitude alpha of a linear oscillator that leaks, driven on resonance from the vacuum."""
    return (2.0 * FORCE / loss) * -np.expm1(-0.5 * loss * times)


def _leak(lab: Lab) -> Finding:
    """A linear oscillator that leaks into a warm bath."""
    times = np.linspace(0.0, LONG, lab.points)
    quanta = axis("bath_quanta", np.array(QUANTA))
    data = _charged(oscillator(loss=axis("loss", np.array(LOSSES)), quanta=quanta), times)
    stored, work = (x.transpose("loss", "bath_quanta", "time").values
                  for x in (data["battery_energy"], data["ergotropy"]))  # fmt: skip
    loss = np.array(LOSSES)[:, None, None]
    closed = field(loss, times) ** 2
    thermal = np.array(QUANTA)[:, None] * -np.expm1(-loss * times)
    paid = data["energy_transferred"].sel(terminal="pump").transpose("loss", "bath_quanta", "time").values
    useful = work[..., -1] / paid[..., -1]
    return Finding(
        key="leak",
        title="Loss costs ergotropy, and noise that comes in is no work",
        claim="A bath takes a part of the charge, and what it gives itself, heat, is stored but cannot be "
        "drawn as work.",
        words="The field goes to 2F/κ, its energy is work, and the quanta of the bath stay beside it, "
        f"however many. Of what the drive has paid by the end {number(100 * float(useful[0, 0]))} % can be "
        f"drawn as work with κ = {LOSSES[0]:g} ω₀, and {number(100 * float(useful[-1, 0]))} % with κ = "
        f"{LOSSES[-1]:g} ω₀.",
        parameters=f"F = {FORCE:g} ω₀, ω = ω₀, U = 0, baths of {QUANTA[0]:g} and {QUANTA[1]:g} quanta, from "
        f"the vacuum, {LEVELS} levels.",
        measures=(
            below("ergotropy against |α|²: error, largest", abs(work - closed).max(), 1e-3),
            below(
                "energy beside it against n(1 − exp(−κt)): error, largest",
                abs(stored - work - thermal).max(),
                1e-3,
            ),
            below("warmer bath: change of the ergotropy, largest", abs(work[:, 1] - work[:, 0]).max(), 1e-3),
            below("ergotropy in the end over the drive's work, largest", useful.max(), 1.0),
            below("it falls with the loss: least step", np.diff(useful, axis=0).max(), 0.0),
        ),
        figure=_leak_figure(times, stored[:, 1], work[:, 1], closed[:, 0]),
        caption=f"Energy (dashed) and ergotropy (solid) for three rates of loss into a bath of {QUANTA[1]:g} "
        "quanta; circles: the closed form of the ergotropy. What lies between is heat.",
    )


def _leak_figure(times: Floats, stored: Floats, work: Floats, closed: Floats) -> Any:
    figure, panels = look.frames(1, 1, 3.0)
    marked, frame = _few(times), panels[0, 0]
    for loss, energy, ergotropy, wanted, color in zip(
        LOSSES, stored, work, closed, look.shades(len(LOSSES)), strict=True
    ):
        frame.fill_between(times, ergotropy, energy, color=color, alpha=0.12, lw=0.0)
        frame.plot(times, ergotropy, color=color, lw=1.6, label=f"{loss:g}")
        frame.plot(times, energy, color=color, lw=1.0, ls=(0, (4, 1.5)))
        frame.plot(times[marked], wanted[marked], color=color, **MARKS)
    _over_time(panels, r"energy, ergotropy ($\hbar\omega_0$)")
    frame.legend(loc="upper left", title=r"$\kappa/\omega_0$")
    return figure


def pulse(length: float, loss: float) -> tuple[System, Any]:
    """A qubit and the envelope of a pulse of the area pi, which turns it over in ``length``."""
    leak = Bath("leak", spectrum=Flat(loss), temperature=0.0)
    most = 2.0 * np.pi / length  # sin^2 has half of its height as a mean
    return models.spin_boson(drive=most, omega=1.0, baths=[leak]), lambda t: np.sin(np.pi * t / length) ** 2


def by_bloch(length: float, loss: float) -> float:
    """Ergotropy behind the pulse, by the optical Bloch equations; (w + |(v, w)|)/2 for a qubit."""
    from scipy.integrate import solve_ivp

    def slope(t: float, state: Floats) -> list[float]:
        inversion, coherence = state
        drive = 2.0 * np.pi / length * np.sin(np.pi * t / length) ** 2
        return [drive * coherence - loss * (inversion + 1.0), -0.5 * loss * coherence - drive * inversion]

    end = solve_ivp(slope, (0.0, length), [-1.0, 0.0], rtol=1e-10, atol=1e-12).y[:, -1]
    return float(0.5 * (end[0] + np.hypot(*end)))


def _behind(length: float, loss: float) -> float:
    """Ergotropy behind the pulse."""
    system, envelope = pulse(length, loss)
    data = evolve(system, 1, [0.0, length], envelope=envelope, states=False)
    return float(data["ergotropy"][-1])


def _pulses(lab: Lab) -> Finding:
    """Pulses of one area on a qubit that leaks."""
    lengths = np.array(LENGTHS)
    kept, leaking = charged = np.array([[_behind(length, loss) for length in LENGTHS] for loss in LEAKS])
    bloch = np.array([[by_bloch(length, loss) for length in LENGTHS] for loss in LEAKS])
    power = leaking / lengths
    return Finding(
        key="pulse",
        title="A pulse charges a qubit by its area, the shorter the better",
        claim="A resonant pulse turns a qubit over whatever its length, if its area is right: a short one "
        "charges at a larger power, and leaves the bath less time.",
        words=f"Without loss pulses of the area π and of any length give {number(float(kept.min()))} ħω₀ of "
        f"ergotropy at least. With a rate of 10⁻³ ω₀ the longest one gives {number(float(leaking[-1]))}, the "
        f"shortest {number(float(leaking[0]))}.",
        parameters="Qubit of splitting ω₀, circular drive on resonance with an envelope sin²(πt/τ), "
        f"ω₀τ from {LENGTHS[0]:g} to {LENGTHS[-1]:g}.",
        measures=(
            below("against the optical Bloch equations: error of the ergotropy, largest",
                  abs(charged - bloch).max(), 1e-6),
            above("no loss: least ergotropy over the splitting", kept.min(), 0.999),
            above("rate of loss 10⁻³: ergotropy by the shortest pulse over that by the longest",
                  leaking[0] / leaking[-1], 1.2),
            above("mean power of the shortest over that of the longest", power[0] / power[-1], 10.0),
        ),
        figure=_pulses_figure(lengths, charged, bloch),
        caption="(a) Ergotropy of a qubit behind a pulse of the area π, over the pulse's length; circles: "
        "the optical Bloch equations. (b) Mean power, the ergotropy over the length.",
        beyond=True,
    )  # fmt: skip


def _pulses_figure(lengths: Floats, charged: Floats, bloch: Floats) -> Any:
    figure, panels = look.frames(1, 2, 2.8)
    names = ("no loss", r"rate of loss $10^{-3}\,\omega_0$")
    looks = ((look.COLD, "-"), (look.HOT, (0, (4, 1.5))))
    for row, wanted, name, (color, dash) in zip(charged, bloch, names, looks, strict=True):
        panels[0, 0].plot(lengths, row, color=color, ls=dash, lw=1.4, label=name)
        panels[0, 0].plot(lengths, wanted, color=color, **MARKS)
        panels[0, 1].loglog(lengths, row / lengths, color=color, ls=dash, lw=1.4)
    for frame in panels[0]:
        frame.set_xlabel(r"length of the pulse $\tau$ ($1/\omega_0$)")
        frame.margins(x=0.0)
    panels[0, 0].set_ylabel(r"ergotropy ($\hbar\omega_0$)")
    panels[0, 0].set_ylim(0.0, 1.1)
    panels[0, 0].legend(loc="lower left")
    panels[0, 1].set_ylabel(r"mean power ($\hbar\omega_0^2$)")
    panels[0, 1].set_xticks([60, 100, 200, 400, 600], ["60", "100", "200", "400", "600"], minor=False)
    panels[0, 1].minorticks_off()
    look.letter(panels)
    return figure


STUDY = Study(
    name="quantum-battery",
    title="Quantum batteries, charged by a drive",
    citation="D. Farina, G. M. Andolina, A. Mari, M. Polini and V. Giovannetti, Charger-mediated energy "
    "transfer for quantum batteries: an open-system approach, Phys. Rev. B 99, 035421 (2019)",
    year=2019,
    claim="Energy that a drive or a bath puts into a battery, and the part of it that can be drawn as work "
    "again, the ergotropy, are two things: a coherent drive charges an oscillator with work alone, a bath "
    "with none. The article could not be consulted; what is measured are these statements, for a battery "
    "that is driven without a charger in between, with parameters of our own, and for Kerr oscillators and "
    "qubits beside linear ones.",
    findings=(_work, _leak, _kerr, _pulses),
    placeholders=(
        f"Force F of the drive: {FORCE:g} in units of the battery's frequency. In the frame of the drive it "
        "is the unit of energy, so that U/F and κ/F are what matters.",
        f"Kerr nonlinearity U: {KERRS[0]:g} to {KERRS[-1]:g}, and {QUBIT:g}, in the same units.",
        f"Rate of the leak: {LOSSES[0]:g}, {LOSSES[1]:g} and {LOSSES[2]:g}, of its bath {QUANTA[0]:g} and "
        f"{QUANTA[1]:g} quanta; the statements hold at each.",
    ),
    points=41,
    least=17,
    beyond="Pulses in the place of a drive that stays on.",
)
