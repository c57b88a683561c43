"""Machines and slow loops at further points, against closed forms that are worked out beside each test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import jv

import sambe
from sambe import models

SX, SZ = sambe.sigmax(), sambe.sigmaz()
Floats = NDArray[np.float64]
OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def occupation(w: Any, t: Any) -> Any:
    return 1.0 / np.expm1(np.asarray(w) / t)


def absorption(density: Callable[[Any], Any], w: Floats, t: float) -> Floats:
    """a(W), rate of absorption per unit of the squared element: J n(W), and J(|W|) (1 + n) below zero."""
    size = np.abs(w)
    return np.asarray(density(size) * (occupation(size, t) + (w < 0)))


def cubic(w: Any) -> Any:
    return 0.006 * w**3 / 9 * np.exp(-w / 3)


def test_rectification_of_two_qubits_that_shift_each_other() -> None:
    """H = sz1/2 + 0.75 sz2 + g sz1 sz2: energy passes by the circle of four flips."""
    g = 0.35
    up, one = SZ, np.eye(2)
    h = 0.5 * np.kron(up, one) + 0.75 * np.kron(one, up) + g * np.kron(up, up)
    baths = [
        sambe.Bath("left", np.kron(SX, one), OHMIC, 1.2),
        sambe.Bath("right", np.kron(one, SX), cubic, 0.4),
    ]
    found = sambe.rectification(sambe.System(h, baths=baths), secular="full")
    # left flips at w = 1 + 2g z2, right at 1.5 + 2g z1, in a circle of four states: detailed balance is
    # broken as the two temperatures differ, and the energy 4g per turn passes from one to the other

    def heat(t_left: float, t_right: float) -> float:
        rates = np.zeros((4, 4))
        flow = np.zeros((4, 4))
        levels = np.diag(h).real
        for a in range(4):
            for b in (a ^ 2, a ^ 1):
                density, t = (OHMIC, t_left) if a ^ b == 2 else (cubic, t_right)
                w = levels[b] - levels[a]
                rates[b, a] = absorption(density, w, t)
                flow[b, a] = w * rates[b, a] * (a ^ b == 2)
        k = rates - np.diag(rates.sum(axis=0))
        p = np.linalg.lstsq(np.vstack([k, np.ones(4)]), np.array([0, 0, 0, 0, 1.0]), rcond=None)[0]
        return float((flow @ p).sum())

    np.testing.assert_allclose([found.forward, found.backward], [heat(1.2, 0.4), heat(0.4, 1.2)], rtol=1e-8)
    assert abs(float(found.rectification)) > 0.05


def test_a_heat_valve_of_resonators_in_a_circuit() -> None:
    """J = 4 g^2 wr k W/((wr^2 - W^2)^2 + k^2 W^2); heat w Jl Jr (nl - nr)/(Jl (1 + 2 nl) + Jr (1 + 2 nr))."""
    g, k = 0.002, 0.1

    def line(wr: float) -> Callable[[Any], Any]:
        return lambda w: 4 * g * g * wr * k * w / ((wr * wr - w * w) ** 2 + k * k * w * w)

    for wq in (1.0, 0.9, 0.7):
        baths = [sambe.Bath("l", SX, line(1.0), 0.4), sambe.Bath("r", SX, line(1.05), 0.2)]
        found = sambe.steady_state(sambe.System([(0.5 * wq, SZ)], baths=baths)).energy_current
        left, right = line(1.0)(wq), line(1.05)(wq)
        nl, nr = occupation(wq, 0.4), occupation(wq, 0.2)
        wanted = wq * left * right * (nl - nr) / (left * (1 + 2 * nl) + right * (1 + 2 * nr))
        np.testing.assert_allclose(found[0], wanted, rtol=1e-9)


def lorentz(centre: float, strength: float = 0.01, width: float = 0.1) -> Callable[[Any], Any]:
    return lambda w: strength * (width / 2) ** 2 / ((w - centre) ** 2 + (width / 2) ** 2)


def sidebands(
    amplitude: float, omega: float, baths: list[tuple[Callable[[Any], Any], float]]
) -> tuple[float, Floats]:
    """Population of the upper state and currents of H = (1 + A cos wt)/2 sz with S = sx.

    The sidebands have the weights J_m(A/w)^2 at the energies 1 + m w, those below zero included.
    """
    m = np.arange(-40, 41)
    weight, energy = jv(m, amplitude / omega) ** 2, 1.0 + m * omega
    up = np.array([weight * absorption(density, energy, t) for density, t in baths])
    down = np.array([weight * absorption(density, -energy, t) for density, t in baths])
    p = up.sum() / (up.sum() + down.sum())
    net = up * (1 - p) - down * p
    return float(p), np.append((net * energy).sum(axis=1), -omega * (net * m).sum())


@pytest.mark.parametrize("omega", [1.5, 2.5, 0.9, 0.31])
def test_reset_by_a_sideband_at_other_frequencies(omega: float) -> None:
    line, cavity = sambe.Ohmic(0.0002, cutoff=10.0), lorentz(1 + omega, 0.05)
    baths = [sambe.Bath("line", SX, line, 0.3), sambe.Bath("cavity", SX, cavity, 0.3)]
    qubit = sambe.System([(0.5, SZ)], drive={1: [(0.1, SZ)]}, omega=omega, baths=baths)
    flow = sambe.steady_state(qubit, secular="full", observables={"p": sambe.projector(2, 0)})
    p, currents = sidebands(0.4, omega, [(line, 0.3), (cavity, 0.3)])
    np.testing.assert_allclose(flow.expectation.item(), p, rtol=1e-8)
    np.testing.assert_allclose(flow.energy_current, currents, rtol=1e-7)


@pytest.mark.parametrize(("hot", "amplitude", "omega"), [(0.6, 0.3, 0.45), (3.0, 0.3, 0.45), (0.6, 0.8, 0.3)])
def test_modulated_machines_at_other_drives(hot: float, amplitude: float, omega: float) -> None:
    baths = [sambe.Bath("hot", SX, lorentz(1.45), hot), sambe.Bath("cold", SX, lorentz(0.55), 0.4)]
    qubit = sambe.System([(0.5, SZ)], drive={1: [(amplitude / 4, SZ)]}, omega=omega, baths=baths)
    found = sambe.performance(qubit, secular="full")
    _, currents = sidebands(amplitude, omega, [(lorentz(1.45), hot), (lorentz(0.55), 0.4)])
    np.testing.assert_allclose(found.energy_current, currents, rtol=1e-6)
    warm, cold, pump = currents
    names = found.mode.attrs["flag_meanings"].split()
    wanted = {(True, True): "refrigerator", (True, False): "heater"}.get((pump > 0, cold > 0))
    if pump > 0 and cold < 0 < warm:
        wanted = "accelerator"
    if pump < 0:
        wanted = "engine"
    assert names[int(found.mode)] == wanted


def maser(drive: float, omega: float) -> sambe.System:
    baths = [
        sambe.Bath(n, None, sambe.Ohmic(0.002, cutoff=50.0), t) for n, t in (("hot", 2.5), ("cold", 0.8))
    ]
    return models.three_level((0.0, 1.5, 2.5), 2 * drive, omega, baths)


@pytest.mark.parametrize(("drive", "tolerance"), [(0.003, 1e-2), (0.0003, 1e-2), (0.0001, 1e-2)])
def test_a_weakly_driven_amplifier_has_the_power_of_the_local_maser(drive: float, tolerance: float) -> None:
    """P = w I with I = (A0/N0)/(1/V + a + b - A0 (a - b)/N0) of three levels with one rate per bath."""
    ohmic = sambe.Ohmic(0.002, cutoff=50.0)
    gh, gc = float(ohmic(2.5)), float(ohmic(1.5))
    nh, nc = occupation(2.5, 2.5), occupation(1.5, 0.8)
    v = 2 * drive**2 / ((gh * (nh + 1) + gc * (nc + 1)) / 2)
    a0 = (nh - nc) / ((nh + 1) * (nc + 1))
    n0 = 1 + nh / (nh + 1) + nc / (nc + 1)
    a, b = 1 / (gh * (nh + 1)), 1 / (gc * (nc + 1))
    current = (a0 / n0) / (1 / v + a + b - a0 * (a - b) / n0)
    found = sambe.performance(maser(drive, 1.0))
    np.testing.assert_allclose(found.energy_current, current * np.array([2.5, -1.5, -1.0]), rtol=tolerance)
    assert float(found.efficiency) == pytest.approx(0.4, rel=1e-3)


def circular_pump(
    drive: Floats, omega: Floats, temperatures: tuple[Floats, Floats], strengths: tuple[float, float]
) -> tuple[Floats, float]:
    """What a loop of a circularly driven qubit pumps, -oint (V/K) dp by sums over its rates alone.

    Quanta W = R - q w of the dressed splitting R, amplitudes squared of S = sx in the frame: (1 +- cos)^2/4
    for q = -+1; pseudo-transitions change no population.
    """
    detuning = 1.0 - omega
    split = np.hypot(drive, detuning)
    cosine = detuning / split
    up, down, energy, quanta = (np.zeros_like(drive) for _ in range(4))
    flux = []
    for t, strength in zip(temperatures, strengths, strict=True):
        density = sambe.Ohmic(strength, cutoff=10.0)
        energy = np.zeros_like(drive)
        for q, weight in ((-1, (1 + cosine) ** 2 / 4), (1, (1 - cosine) ** 2 / 4)):
            w = split - q * omega
            gain = weight * np.array([absorption(density, x, y) for x, y in zip(w, t, strict=True)])
            loss = weight * np.array([absorption(density, -x, y) for x, y in zip(w, t, strict=True)])
            up, down = up + gain, down + loss
            energy = energy + w * (gain + loss)
            quanta = quanta + q * (gain + loss)
        flux.append(energy)
    p = up / (up + down)
    turn = 2 * np.pi / len(p)
    slope = np.fft.ifft(1j * np.fft.fftfreq(len(p), 1 / len(p)) * np.fft.fft(p)).real
    # (V/K) dp with V = into the system for going up and out of it for going down, both of one sign here
    pumped = np.array([(f / (up + down) * slope).sum() * turn for f in flux])
    return pumped, float((quanta / (up + down) * slope).sum() * turn)


@pytest.mark.parametrize("case", ["unequal couplings", "amplitude, temperature and frequency"])
def test_loops_of_driven_qubits_by_sums_over_rates(case: str) -> None:
    loop = sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, 128, endpoint=False))
    c, s = np.cos(loop), np.sin(loop)
    if case == "unequal couplings":
        drive, omega, left, right, strengths = (
            0.3 + 0 * c,
            1.0 + 0 * c,
            1 + 0.5 * c,
            0.8 + 0.4 * s,
            (0.002, 0.006),
        )
    else:
        drive, omega, left, right, strengths = (
            0.4 + 0.25 * c,
            1.1 + 0 * c,
            1 + 0.4 * s,
            0.5 + 0 * c,
            (0.002, 0.002),
        )
    baths = [
        sambe.Bath(name, SX, sambe.Ohmic(strength, cutoff=10.0), t)
        for name, strength, t in zip(("left", "right"), strengths, (left, right), strict=True)
    ]
    out = sambe.pump_cycle(models.spin_boson(drive=drive, omega=omega, baths=baths), secular="full")
    pumped, quanta = circular_pump(drive.values, omega.values, (left.values, right.values), strengths)
    np.testing.assert_allclose(out.geometric_energy[:2], pumped, rtol=1e-6)
    assert out.geometric_quanta.item() == pytest.approx(quanta, rel=1e-6)
