r"""Quantum batteries that a drive charges: how much of the energy is work, after Farina et al. (2019).

.. math:: H = \omega_0 a^\dagger a + U a^\dagger a^\dagger a a + F(a^\dagger e^{-i\omega t} + \text{h.c.}),\qquad
          \mathcal E = \mathrm{Tr}[H_0\rho] - \min_V\mathrm{Tr}[H_0 V\rho V^\dagger]

A linear oscillator with a loss :math:`\kappa` into a bath of n quanta holds :math:`|\alpha|^2` as work,
:math:`\alpha = (2F/\kappa)(1 - e^{-\kappa t/2})`, and :math:`n(1 - e^{-\kappa t})` beside it, out of reach. Units of
:math:`\omega_0`.
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
from ..finding import Finding, above, below, noted, number
from ..lab import Floats, Lab
from ..study import Study

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["STUDY", "kerr_unitary", "oscillator", "pulse"]

# F, in units of the frequency: small, so that the dressed ladder, 4 F N^(1/2) wide, leaves every jump its sign
FORCE = 0.03
LOSS = 1e-7  # rate of a battery without loss: nothing leaks while it is charged
LINEAR_LEVELS, KERR_LEVELS = 24, 24
FULL = 2.0  # field alpha up to which the linear one is followed: 4 quanta, 1e-11 of it on the last level
KERRS = (0.003, 0.006, 0.015, 0.03, 0.06)
LOSSES, QUANTA = (0.006, 0.015, 0.03), 0.3  # rates of the leak, and n of its bath
RABI = 0.1  # of the qubit's pulses of equal area: amplitude of the shortest one
Course = "xr.Dataset"


def oscillator(
    kerr: Any = 0.0, loss: Any = LOSS, quanta: float = 0.0, omega: Any = 1.0, levels: int = 24
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
    held, work = (data[name].transpose(..., "time").values for name in ("battery_energy", "ergotropy"))
    return held, work


def _work(lab: Lab) -> Finding:
    """A linear oscillator without loss."""
    times = np.linspace(0.0, FULL / FORCE, lab.points)
    held, work = _energies(_charged(oscillator(), times))
    closed = (FORCE * times) ** 2
    detuning = np.array([0.0, 0.06, 0.12, 0.24])
    aside, aside_work = _energies(_charged(oscillator(omega=axis("omega", 1.0 - detuning)), times))
    with np.errstate(invalid="ignore"):
        beat = np.where(detuning[:, None] > 0, (2 * FORCE / np.where(detuning > 0, detuning, 1.0)[:, None]
                        * np.sin(0.5 * detuning[:, None] * times)) ** 2, closed)  # fmt: skip
    return Finding(
        key="coherent",
        title="All that a coherent drive puts into a linear oscillator is work",
        claim="A battery that is charged coherently holds its energy as ergotropy: a linear oscillator, "
        "driven on resonance, is displaced and stays pure, and its energy grows with the square of time.",
        words=f"Energy and ergotropy agree to {number(float(abs(held - work).max()))}, and both are (Ft)², "
        "so that the mean power grows with time. Off resonance the battery empties itself again, with the "
        "period of the detuning, and still all of it is work.",
        parameters=f"F = {FORCE:g}, U = 0, no loss, from the vacuum, {LINEAR_LEVELS} levels.",
        measures=(
            below("energy less ergotropy, largest", abs(held - work).max(), 1e-6),
            below("energy against (Ft)²: error, largest", abs(held - closed).max(), 1e-4),
            below("off resonance, against (2F/Δ)² sin²(Δt/2): error, largest", abs(aside - beat).max(), 1e-4),
            below("off resonance, energy less ergotropy: largest", abs(aside - aside_work).max(), 1e-6),
        ),
        figure=_work_figure(times, detuning, aside, beat),
        caption="Energy of a linear oscillator over time for several detunings Δ = ω₀ − ω; circles: closed "
        "forms. The ergotropy is the same.",
    )  # fmt: skip


def _work_figure(times: Floats, detuning: Floats, energy: Floats, closed: Floats) -> Any:
    figure, panels = look.frames(1, 1, 2.8)
    some = slice(None, None, max(1, len(times) // 14))
    for d, row, wanted, color in zip(detuning, energy, closed, look.shades(len(detuning)), strict=True):
        panels[0, 0].plot(times, row, color=color, lw=1.4, label=rf"$\Delta = {d:g}\,\omega_0$")
        panels[0, 0].plot(times[some], wanted[some], "o", color=color, ms=3.5, mfc="none")
    panels[0, 0].set_xlabel(r"time ($1/\omega_0$)")
    panels[0, 0].set_ylabel(r"energy = ergotropy ($\hbar\omega_0$)")
    panels[0, 0].margins(x=0.0)
    panels[0, 0].legend(loc="upper left")
    return figure


def _kerr(lab: Lab) -> Finding:
    """Kerr oscillators, driven at the frequency of their first quantum."""
    times = np.linspace(0.0, FULL / FORCE, lab.points)
    kerrs = np.array((0.0, *KERRS))
    held, work = _energies(_charged(oscillator(kerr=axis("kerr", kerrs)), times))
    most = held.max(axis=-1)
    exact = np.array([kerr_unitary(u, times) for u in KERRS])
    early = times < 0.25 * times[-1]
    strong = kerr_unitary(20.0, times)
    return Finding(
        key="kerr",
        title="A nonlinear oscillator leaves its resonance as it fills",
        claim="A Kerr battery charges like a linear one at first and then falls behind: each quantum shifts "
        "the next, and the charge turns back. One of a strong nonlinearity is a qubit.",
        words=f"With U = {KERRS[0]:g} to {KERRS[-1]:g} ω₀ the most that is held falls from "
        f"{number(float(most[1]))} to {number(float(most[-1]))} quanta, while the linear oscillator goes on "
        f"to {number(float(most[0]))}. In the first quarter of the time they differ little. The state is "
        "pure, so that the energy remains work.",
        parameters=f"F = {FORCE:g}, ω = ω₀, no loss, from the vacuum, {KERR_LEVELS} levels.",
        measures=(
            below("against Schrödinger's equation by exponentials: error of the energy, largest",
                  abs(held[1:] - exact).max(), 1e-6),
            below("most that is held, U = 0.05: over the linear one's at the end", most[3] / most[0], 0.8),
            below("energy less ergotropy, all U", abs(held - work).max(), 1e-6),
            below("first quarter, U = 0.01: distance from the linear one, over it", np.max(
                  abs(held[1] - held[0])[early]) / held[0][early].max(), 0.05, percent=True),
            below("U = 20 ω₀: distance from a qubit's sin²(Ft)", abs(strong - np.sin(FORCE * times) ** 2).max(), 0.01),
        ),
        figure=_kerr_figure(times, kerrs, held, work),
        caption="(a) Energy of Kerr oscillators over time. (b) Mean power, the ergotropy over the time it "
        "took.",
    )  # fmt: skip


def kerr_unitary(kerr: float, times: Floats, levels: int = 40) -> Floats:
    """Energy from the vacuum at ``times``, evenly spaced, by one exponential in the frame of the drive."""
    from scipy.linalg import eigh

    a = destroy(levels).real
    n = np.diag(a.T @ a)
    energy, basis = eigh(np.diag(kerr * n * (n - 1.0)) + FORCE * (a + a.T))
    states = basis @ (np.exp(-1j * energy[:, None] * times) * basis[0][:, None])
    weight = abs(states) ** 2
    held: Floats = (n + kerr * n * (n - 1.0)) @ weight
    return held


def _kerr_figure(times: Floats, kerrs: Floats, held: Floats, work: Floats) -> Any:
    figure, panels = look.frames(1, 2, 2.9)
    for u, energy, ergotropy, color in zip(kerrs, held, work, look.shades(len(kerrs)), strict=True):
        panels[0, 0].plot(times, energy, color=color, lw=1.4, label=f"{u:g}")
        panels[0, 1].plot(times[1:], ergotropy[1:] / times[1:], color=color, lw=1.4)
    panels[0, 0].set_ylabel(r"energy ($\hbar\omega_0$)")
    panels[0, 1].set_ylabel(r"mean power ($\hbar\omega_0^2$)")
    for frame in panels[0]:
        frame.set_xlabel(r"time ($1/\omega_0$)")
        frame.margins(x=0.0)
    panels[0, 0].legend(loc="upper left", title=r"$U/\omega_0$")
    look.letter(panels)
    return figure


def _leak(lab: Lab) -> Finding:
    """A linear oscillator that leaks into a warm bath."""
    times = np.linspace(0.0, FULL / FORCE, lab.points)
    data = _charged(oscillator(loss=axis("loss", np.array(LOSSES)), quanta=QUANTA, levels=28), times)
    held, work = _energies(data)
    loss = np.array(LOSSES)[:, None]
    field = (2.0 * FORCE / loss) * -np.expm1(-0.5 * loss * times)
    thermal = QUANTA * -np.expm1(-loss * times)
    paid = data["energy_transferred"].sel(terminal="pump").transpose("loss", "time").values[:, -1]
    useful = work[:, -1] / paid
    return Finding(
        key="leak",
        title="Loss costs ergotropy, and noise that comes in is no work",
        claim="A bath takes a part of the charge, and what it gives itself, heat, is stored but cannot be "
        "drawn as work.",
        words="The field saturates at 2F/κ, its energy is work to the last bit, and the quanta of the bath "
        f"stay passive beside it. Of what the drive pays {number(100 * float(useful[0]))} % can be drawn as "
        f"work in the end with κ = {LOSSES[0]:g}, and {number(100 * float(useful[-1]))} % with κ = "
        f"{LOSSES[-1]:g}.",
        parameters=f"F = {FORCE:g}, ω = ω₀, U = 0, n = {QUANTA:g} of the bath, 28 levels.",
        measures=(
            below("ergotropy against |α|²: error, largest", abs(work - field**2).max(), 1e-3),
            below("energy beside it against n(1 − exp(−κt)): error, largest", abs(held - work - thermal).max(), 1e-3),
            below("share of the drive's work that is work in the end, largest", useful.max(), 1.0),
            above("it falls with the loss: least step", -np.diff(useful).max(), 0.0),
            noted("the same, least loss", useful[0], percent=True),
        ),
        figure=_leak_figure(times, held, work, field**2),
        caption="Energy (thin) and ergotropy (thick) for three rates of loss into a warm bath; circles: the "
        "closed form of the ergotropy. The difference is heat.",
    )  # fmt: skip


def _leak_figure(times: Floats, held: Floats, work: Floats, closed: Floats) -> Any:
    figure, panels = look.frames(1, 1, 2.9)
    some = slice(None, None, max(1, len(times) // 14))
    for loss, energy, ergotropy, wanted, color in zip(
        LOSSES, held, work, closed, look.shades(3), strict=True
    ):
        panels[0, 0].plot(times, ergotropy, color=color, lw=1.8, label=rf"$\kappa = {loss:g}\,\omega_0$")
        panels[0, 0].plot(times, energy, color=color, lw=0.8, ls=(0, (4, 1.5)))
        panels[0, 0].plot(times[some], wanted[some], "o", color=color, ms=3.5, mfc="none")
    panels[0, 0].set_xlabel(r"time ($1/\omega_0$)")
    panels[0, 0].set_ylabel(r"energy, ergotropy ($\hbar\omega_0$)")
    panels[0, 0].margins(x=0.0)
    panels[0, 0].legend(loc="upper left")
    return figure


def pulse(length: float, loss: float) -> tuple[System, Any]:
    """A qubit and the envelope of a pulse of the area pi, which turns it over in ``length``."""
    leak = Bath("leak", spectrum=Flat(loss), temperature=0.0)
    most = 2.0 * np.pi / length  # sin^2 has half of its height as a mean
    return models.spin_boson(drive=most, omega=1.0, baths=[leak]), lambda t: np.sin(np.pi * t / length) ** 2


def _pulses(lab: Lab) -> Finding:
    """Short pulses of one area on a qubit that leaks."""
    lengths = np.geomspace(60.0, 600.0, 5)
    losses = (1e-6, 1e-3)
    charged = {}
    for loss in losses:
        runs = []
        for length in lengths:
            system, envelope = pulse(length, loss)
            data = evolve(system, 1, [0.0, length], envelope=envelope, states=False)
            runs.append(float(data["ergotropy"][-1]))
        charged[loss] = np.array(runs)
    kept, leaking = charged[losses[0]], charged[losses[1]]
    power = leaking / lengths
    return Finding(
        key="kick",
        title="A kick charges a qubit by its area, the shorter the better",
        claim="A resonant pulse turns a qubit over whatever its length, if its area is right: a short one "
        "charges at a larger power, and leaves the bath less time.",
        words=f"Without loss pulses of the area π and of any length give {number(float(kept.min()))} of the "
        "splitting as ergotropy at least. With a rate of 10⁻³ the longest one gives "
        f"{number(float(leaking[-1]))}, the shortest {number(float(leaking[0]))}.",
        parameters="Qubit of splitting 1, circular drive on resonance with an envelope sin²(πt/τ), τ from 60 "
        "to 600.",
        measures=(
            above("hardly any loss: least ergotropy over the splitting", kept.min(), 0.999),
            above("rate of loss 10⁻³: ergotropy by the shortest pulse over that by the longest", leaking[0] / leaking[-1],
                  1.2),
            above("mean power of the shortest over that of the longest", power[0] / power[-1], 10.0),
        ),
        figure=_pulses_figure(lengths, charged),
        caption="Ergotropy of a qubit behind a pulse of the area π, over the pulse's length.",
        beyond=True,
    )  # fmt: skip


def _pulses_figure(lengths: Floats, charged: dict[float, Floats]) -> Any:
    figure, panels = look.frames(1, 1, 2.7)
    names = ("hardly any loss", r"rate of loss $10^{-3}\,\omega_0$")
    looks = ((look.COLD, "-"), (look.HOT, (0, (4, 1.5))))
    for row, name, (color, dash) in zip(charged.values(), names, looks, strict=True):
        panels[0, 0].semilogx(lengths, row, color=color, ls=dash, lw=1.4, label=name)
    panels[0, 0].set_xlabel(r"length of the pulse $\tau$ ($1/\omega_0$)")
    panels[0, 0].set_ylabel(r"ergotropy ($\hbar\omega_0$)")
    panels[0, 0].margins(x=0.0)
    panels[0, 0].legend(loc="lower left")
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
        "Force F of the drive: 0.1 in units of the battery's frequency; it sets the unit of time.",
        "Rate of the leak: 0.02, 0.05 and 0.1, of its bath 0.3 quanta; the statements hold at each.",
    ),
    points=81,
    least=31,
    beyond="Pulses in the place of a drive that stays on.",
)  # fmt: skip
