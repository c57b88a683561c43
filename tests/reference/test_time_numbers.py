"""States in time against closed forms and other packages, each with its source.

"Derived": from the closed form that stands beside it. QuTiP and SciPy integrate an equation of motion that is
written out here, in the laboratory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import qutip
from scipy.integrate import solve_ivp

import sambe
from sambe import models

VACUUM = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.02), temperature=0.0)


def rabi(t: Any, a: float, g: float = 0.02) -> tuple[Any, Any]:
    """z and y of a qubit driven on resonance from its ground state, at T = 0 and w0 = 1: Torrey's solution.

    z = zs + e^{-3gt/4} [(z0 - zs) cosh kt + ((z0' + (3g/4)(z0 - zs))/k) sinh kt], k^2 = g^2/16 - A^2,
    y = (z' + g z + g)/A.
    """
    k = np.sqrt(g**2 / 16 - a**2 + 0j)
    zs = -(g**2) / 2 / (g**2 / 2 + a**2)
    z0, slope = -1.0, 0.0
    c, s = z0 - zs, (slope + 0.75 * g * (z0 - zs)) / k
    decay = np.exp(-0.75 * g * t)
    z = zs + decay * (c * np.cosh(k * t) + s * np.sinh(k * t))
    rate = decay * (c * k * np.sinh(k * t) + s * k * np.cosh(k * t)) - 0.75 * g * (z - zs)
    return z.real, ((rate + g * z + g) / a).real


def test_damped_rabi_oscillation() -> None:
    atom = models.spin_boson(drive=0.1, omega=1.0, baths=[VACUUM])
    data = sambe.evolve(atom, 1, [0.0, 5.0, 20.0, 60.0, 200.0])
    late = data.isel(time=slice(1, None))
    # derived: populations, pump w A y / 2, heat -g p_e, their integrals, and (|r| + z) / 2
    excited = [0.0582479574, 0.5908418706, 0.307837529, 0.4763746201]
    np.testing.assert_allclose(late.density_matrix[:, 0, 0].real, excited, rtol=1e-8)
    pump = [0.02340651139, 0.04557872611, 0.0003230393537, 0.01177682841]
    np.testing.assert_allclose(late.energy_current.sel(terminal="pump"), pump, rtol=1e-7)
    bath = [-0.001164959148, -0.01181683741, -0.00615675058, -0.009527492402]
    np.testing.assert_allclose(late.energy_current.sel(terminal="vacuum"), bath, rtol=1e-8)
    work = [0.06023032806, 0.685965116, 0.8894033826, 2.404726435]
    heat = [-0.001982370662, -0.09512324547, -0.5815658536, -1.928351814]
    np.testing.assert_allclose(late.energy_transferred, np.transpose([heat, work]), rtol=1e-8)
    ergotropy = [0.05817929737, 0.5555937106, 2.715073652e-05, 0.09648926245]
    np.testing.assert_allclose(late.ergotropy, ergotropy, rtol=1e-6)
    np.testing.assert_allclose(data.first_law_residual, 0.0, atol=1e-15)


@pytest.mark.parametrize("drive", [0.1, 0.005 * (1 + 1e-7), 0.001])
def test_rabi_oscillations_from_free_to_overdamped(drive: float) -> None:
    t = np.linspace(0.0, 400.0, 9)
    z, y = rabi(t, drive)
    data = sambe.evolve(models.spin_boson(drive=drive, omega=1.0, baths=[VACUUM]), 1, t)
    np.testing.assert_allclose(data.battery_energy, 0.5 * z, atol=1e-9)
    np.testing.assert_allclose(data.energy_current.sel(terminal="pump"), 0.5 * drive * y, atol=1e-9)


def test_a_secular_transient_and_its_rates() -> None:
    # derived: p_+ relaxes with the sum K of both rates; a coherence with K/2 and twice the pseudo-transitions
    qubit = models.spin_boson(drive=0.5, omega=0.8)
    d = np.array([0.2, 0.5]) / np.hypot(0.2, 0.5)  # direction of the dressed field, along z and x
    upper = [np.sqrt((1 + d[0]) / 2), np.sqrt((1 - d[0]) / 2)]
    at_rest = sambe.evolve(qubit, 1, [0.0, 10.0, 100.0, 400.0, 1500.0], secular="full")
    turn = np.exp(0.8j * at_rest.time.values)  # of |e><g| into the frame
    rho = at_rest.density_matrix.values
    p = (upper[0] ** 2 * rho[:, 0, 0] + upper[1] ** 2 * rho[:, 1, 1]).real
    p = p + 2 * (upper[0] * upper[1] * turn * rho[:, 0, 1]).real
    np.testing.assert_allclose(p[1:], [0.3112484715, 0.288586133, 0.2519117934, 0.2361632755], rtol=1e-8)
    rates = sambe.relaxation(qubit, secular="full").rate.values
    np.testing.assert_allclose(-rates[1:3].real, [0.003979233627, 0.004805651326], rtol=1e-9)


@pytest.mark.slow
def test_batteries_charged_from_the_vacuum() -> None:
    dark = [sambe.Bath("none", sambe.destroy(25) + sambe.create(25), sambe.Flat(0.0), temperature=0.0)]
    # |a|^2 = (F t)^2 of a linear one, all of it ergotropy
    linear = models.kerr_resonator(kerr=0.0, drive=0.02, omega=1.0, levels=25, baths=dark)
    data = sambe.evolve(linear, 0, [0.0, 20.0, 40.0])
    np.testing.assert_allclose(data.battery_energy[1:], [0.16, 0.64], rtol=1e-9)
    np.testing.assert_allclose(data.ergotropy[1:], [0.16, 0.64], rtol=1e-9)
    np.testing.assert_allclose(
        data.energy_transferred.sel(terminal="pump")[-1], data.stored_energy[-1] - data.stored_energy[0]
    )
    # derived: a Kerr one of 25 levels, a pure state
    kerr = models.kerr_resonator(kerr=0.05, drive=0.1, omega=1.0, levels=25, baths=dark)
    one = sambe.evolve(kerr, 0, [0.0, 20.0]).isel(time=-1)
    np.testing.assert_allclose([one.battery_energy, one.ergotropy], 2.743491708, rtol=1e-6)
    np.testing.assert_allclose(one.battery_energy / 20.0, 0.1371745854, rtol=1e-6)


@pytest.mark.parametrize(("drive", "gap"), [(0.1, 0.01), (0.005, 0.01), (0.004, 0.01), (1e-4, 0.01)])
def test_torrey_rates_and_their_double_point(drive: float, gap: float) -> None:
    # -g/2 and -3g/4 +- sqrt(g^2/16 - A^2): Torrey, Phys. Rev. 76, 1059 (1949); double at A = g/4
    data = sambe.relaxation(models.spin_boson(drive=drive, omega=1.0, baths=[VACUUM]), 1)
    root = np.emath.sqrt(0.02**2 / 16 - drive**2)
    wanted = np.array([0.0, -0.01, -0.015 + root, -0.015 - root])
    assert np.abs(data.rate.values[:, None] - wanted).min(axis=0).max() < 1e-12
    assert data.defective.sum().item() == (2 if drive == 0.005 else 0)
    assert np.isfinite(data.overlap).all()
    np.testing.assert_allclose(data.gap, min(gap, 0.015 - root.real), rtol=1e-8)


def test_detuned_rates_are_roots_of_a_cubic() -> None:
    # (s + g) ((s + g/2)^2 + D^2) + A^2 (s + g/2) = 0 at detuning D, here with n = 0
    g, d, a = 0.02, 0.03, 0.05
    cubic = np.polyadd(
        np.polymul([1, g], np.polyadd(np.polymul([1, g / 2], [1, g / 2]), [d**2])), [a**2, a**2 * g / 2]
    )
    atom = models.spin_boson(drive=a, omega=1.0 - d, baths=[VACUUM])
    rates = sambe.relaxation(atom).rate.values[1:]
    assert np.abs(rates[:, None] - np.roots(cubic)).min(axis=0).max() < 1e-12


def test_white_noise_against_direct_integration() -> None:
    # noise of flat power s is a Lindblad equation in the laboratory, with one operator sqrt(s) S
    strength, a, w = 0.03, 0.4, 0.7
    s = np.array([[0.2, 0.9], [0.9, -0.4]])
    noise = sambe.Bath("noise", s, power=strength)
    qubit = models.spin_boson(drive=a, omega=w, polarization="linear", baths=[noise])
    ket, t = np.array([0.6, 0.8j]), np.linspace(0.5, 25.0, 6)

    def slope(time: float, x: Any) -> Any:
        rho = x.reshape(2, 2)
        h = 0.5 * sambe.sigmaz() + a * np.cos(w * time) * sambe.sigmax()
        lost = s @ s @ rho + rho @ s @ s
        return (-1j * (h @ rho - rho @ h) + strength * (s @ rho @ s - 0.5 * lost)).reshape(-1)

    start = np.outer(ket, ket.conj()).reshape(-1)
    wanted = solve_ivp(slope, t[[0, -1]], start, t_eval=t, rtol=1e-11, atol=1e-12, method="DOP853").y.T
    data = sambe.evolve(qubit, ket, t, secular="none")
    np.testing.assert_allclose(data.density_matrix.values.reshape(6, 4), wanted, atol=2e-9)
    lab = wanted.reshape(6, 2, 2)
    power = -a * w * np.sin(w * t) * 2.0 * lab[:, 0, 1].real
    np.testing.assert_allclose(data.energy_current.sel(terminal="pump"), power, atol=1e-9)
    heat = []
    for time, rho in zip(t, lab, strict=True):
        h = 0.5 * sambe.sigmaz() + a * np.cos(w * time) * sambe.sigmax()
        heat.append(strength * np.trace(h @ (s @ rho @ s - 0.5 * (s @ s @ rho + rho @ s @ s))).real)
    np.testing.assert_allclose(data.energy_current.sel(terminal="noise"), heat, atol=1e-9)


@pytest.mark.slow
def test_an_oscillator_against_qutip() -> None:
    # a decays into a flat vacuum, in the rotating wave: Lindblad's equation with one operator, but for lines
    # of the dressed ladder that would have to emit at a negative frequency
    n, w, f, g = 8, 0.9, 0.1, 0.05
    lower = sambe.destroy(n)
    vacuum = sambe.Bath("vacuum", lower, sambe.Flat(g), temperature=0.0, rotating_wave=True)
    system = models.kerr_resonator(frequency=1.0, kerr=0.1, drive=f, omega=w, levels=n, baths=[vacuum])
    t = np.linspace(0.0, 30.0, 7)
    a = qutip.destroy(n)
    h = [a.dag() * a + 0.1 * a.dag() ** 2 * a**2, [f * a.dag(), lambda t: np.exp(-1j * w * t)],
         [f * a, lambda t: np.exp(1j * w * t)]]  # fmt: skip
    wanted = qutip.mesolve(h, qutip.basis(n, 2), t, [np.sqrt(g) * a], options={"rtol": 1e-10, "atol": 1e-12})
    data = sambe.evolve(system, 2, t, observables={"n": sambe.num(n), "a": lower})
    for k, state in enumerate(wanted.states):
        np.testing.assert_allclose(data.density_matrix[k], state.full(), atol=3e-7)


@pytest.mark.slow
def test_floquet_populations_against_qutip() -> None:
    # QuTiP's Floquet-Markov equation, full secular, whose rates are 2 pi times what it is given; from a
    # mixture of all, as its coherences feel no pure dephasing
    qubit = models.spin_boson(drive=0.4, omega=0.7, polarization="linear", baths=[
        sambe.Bath("bath", sambe.sigmax(), sambe.Ohmic(0.01, cutoff=10.0), temperature=0.5)])  # fmt: skip
    data = sambe.evolve(qubit, np.eye(2) / 2, np.linspace(0.0, 40 * 2 * np.pi / 0.7, 5), secular="full")
    sx, sz = qutip.sigmax(), qutip.sigmaz()
    h = qutip.QobjEvo([0.5 * sz, [0.4 * sx, lambda t: np.cos(0.7 * t)]])
    found = qutip.fmmesolve(
        h, qutip.qeye(2) / 2, data.time.values, c_ops=[sx], T=2 * np.pi / 0.7, w_th=0.5,
        spectra_cb=[lambda x: 0.01 / (2 * np.pi) * x * np.exp(-x / 10.0) * (x > 0)],
        options={"rtol": 1e-9, "atol": 1e-11, "store_states": True, "store_floquet_states": False},
    )  # fmt: skip
    populations = [state.full()[0, 0].real for state in found.states]
    np.testing.assert_allclose(data.density_matrix[:, 0, 0].real, populations, atol=2e-6)
