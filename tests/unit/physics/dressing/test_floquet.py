"""Propagation over a period: unitary, convergent, and right where it can be solved by hand."""

from math import factorial
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm as scipy_expm
from scipy.special import jv

import sambe
from sambe import models
from sambe.errors import ConvergenceError
from sambe.numerics.exponential import expm
from sambe.physics.dressing import magnus
from sambe.physics.dressing.floquet import floquet, floquet_modes
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare

RNG = np.random.default_rng(11)


def unitary(n: int, phases: Any = None) -> Any:
    v = np.linalg.qr(RNG.normal(size=(n, n)) + 1j * RNG.normal(size=(n, n)))[0]
    phases = RNG.uniform(0, 2 * np.pi, n) if phases is None else np.asarray(phases)
    return v @ np.diag(np.exp(-1j * phases)) @ v.conj().T


SPECTRA = {
    "generic": [0.3, 1.1, 2.9, 4.0],
    "degenerate pair": [0.3, 0.3, 2.9, 4.0],
    "nearly degenerate": [0.3, 0.3 + 1e-9, 2.9, 4.0],
    "one eigenvalue": [1.0, 1.0, 1.0, 1.0],
    "mirror images": [1.0, -1.0, 2.0, -2.0],
    "on the branch cut": [np.pi, np.pi - 1e-12, -np.pi + 1e-12, 0.0],
    "opposite": [0.0, np.pi, np.pi / 2, -np.pi / 2],
    "across zero": [1e-13, -1e-13, 0.0, 3.0],
}


@pytest.mark.parametrize("name", SPECTRA)
def test_modes_of_a_unitary_are_orthonormal_whatever_the_spectrum(name: str) -> None:
    u = np.stack([unitary(4, SPECTRA[name]) for _ in range(5)])
    phases, modes = floquet_modes(u)
    np.testing.assert_allclose(
        modes.conj().swapaxes(-1, -2) @ modes, np.broadcast_to(np.eye(4), u.shape), atol=1e-12
    )
    rebuilt = (modes * np.exp(-1j * phases)[:, None, :]) @ modes.conj().swapaxes(-1, -2)
    np.testing.assert_allclose(rebuilt, u, atol=2e-11)
    assert (np.ptp(phases, axis=-1) < 2 * np.pi).all()
    expected = np.exp(-1j * np.sort(np.mod(SPECTRA[name], 2 * np.pi)))
    for row in phases:  # as points on the circle
        distance = np.abs(np.exp(-1j * row)[:, None] - expected)
        assert distance.min(axis=0).max() < 1e-11
        assert distance.min(axis=1).max() < 1e-11


def test_the_zone_is_cut_at_its_widest_gap() -> None:
    # near-degenerate phases on both sides of pi stay together
    phases, _ = floquet_modes(unitary(3, [np.pi - 0.01, -np.pi + 0.01, 0.4])[None])
    ordered = np.sort(phases[0])
    gaps = np.diff(ordered)
    assert gaps.min() == pytest.approx(0.02, abs=1e-10)
    assert np.ptp(ordered) == pytest.approx(2 * np.pi - (np.pi - 0.01 + 0.4), abs=1e-10)


@pytest.mark.parametrize("size", [1e-6, 0.01, 0.3, 1.0, 30.0])
def test_exponential(size: float) -> None:
    h = RNG.normal(size=(20, 5, 5)) + 1j * RNG.normal(size=(20, 5, 5))
    x = -0.5j * size * (h + h.conj().swapaxes(-1, -2))
    np.testing.assert_allclose(expm(x), scipy_expm(x), atol=1e-13 * max(1.0, size))


@pytest.mark.parametrize("degree", [8, 12, 18])
def test_the_factored_polynomials_are_taylors(degree: int) -> None:
    # on a shift every power is a diagonal of its own
    shift = np.eye(24, k=1, dtype=complex)[None]
    found = {8: magnus._taylor_8, 12: magnus._taylor_12, 18: magnus._taylor_18}[degree](shift)[0, 0].real
    wanted = [1.0 / factorial(k) if k <= degree else 0.0 for k in range(24)]
    np.testing.assert_allclose(found, wanted, rtol=2e-15, atol=0)


def quasienergies(system: sambe.System, tolerance: float = 1e-10) -> Any:
    method = prepare(system, "floquet", propagation_tolerance=tolerance)
    return np.sort(dress(system, method).energies)


def test_quasienergies_of_a_circular_drive() -> None:
    # -+ half the dressed gap, about the mean energy of the rotating frame
    for omega in (0.05, 0.3, 0.8, 1.0, 2.0):
        found = quasienergies(models.spin_boson(drive=0.4, omega=omega))
        gap = np.hypot(1.0 - omega, 0.4)
        shift = found.mean() / omega
        assert np.diff(found) == pytest.approx([gap], abs=3e-10 * omega)
        assert 2 * shift == pytest.approx(round(2 * shift), abs=1e-9)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-8, 1e-10, 1e-12])
@pytest.mark.parametrize("levels", [2, 3])
def test_the_tolerance_is_met(levels: int, tolerance: float) -> None:
    drive = {1: [(0.7, np.diag(np.ones(levels - 1), 1))], 2: [(0.3, np.diag(np.arange(levels) * 1.0))]}
    bath = sambe.Bath("bath", np.ones((levels, levels)), sambe.Ohmic(0.01, 10.0), 1.0)
    system = sambe.System(np.diag(np.arange(levels) * 1.3), drive, 0.37, [bath])
    exact = quasienergies(system, 1e-13) / 0.37
    found = quasienergies(system, tolerance) / 0.37
    error = np.abs(np.exp(2j * np.pi * found) - np.exp(2j * np.pi * exact)).max() / (2 * np.pi)
    assert error < tolerance


def test_sidebands_of_a_modulated_splitting_are_bessel_functions() -> None:
    # H = (w0 + l cos wt) sz / 2: sigma_+ turns as exp(i w0 t + i (l/w) sin wt)
    splitting, modulation, omega = 1.0, 1.3, 0.41
    system = models.modulated_qubit(splitting, modulation, omega)
    found = dress(system, prepare(system, "floquet"))
    lower, upper = np.argsort(found.energies)
    m = round((found.energies[upper] - found.energies[lower] - splitting) / omega)
    assert found.energies[upper] - found.energies[lower] == pytest.approx(splitting + m * omega, abs=1e-9)
    sizes = {}
    for q, s in zip(found.quanta, found.couplings[0], strict=True):
        sizes[q] = abs(s[lower, upper])
        sizes[-q] = abs(s[upper, lower])
    for q, size in sizes.items():
        # the jump down takes W = -w0 - (m + q) w: the sideband m + q
        assert size == pytest.approx(abs(jv(m + q, modulation / omega)), abs=1e-8)
    total = sum(size**2 for size in sizes.values())
    assert total == pytest.approx(1.0, abs=1e-8)  # no sideband is missing


@pytest.mark.parametrize(("modulation", "omega"), [(0.2, 0.3), (1.3, 0.41), (1.0, 0.1), (3.0, 0.05)])
def test_every_sideband_of_a_strong_modulation_is_resolved(modulation: float, omega: float) -> None:
    # the propagator over a whole period is exact here in any number of steps: it says nothing about
    # the path, nor about the 60 sidebands of the last case
    system = models.modulated_qubit(1.0, modulation, omega)
    wanted = sambe.analytic.modulated_qubit_currents(1.0, modulation, omega, system.baths)
    found = sambe.energy_currents(system, secular="full")
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())
    # beside an idle qubit with a bath of its own, four levels take the general route
    pair, idle = (
        [2, 2],
        sambe.Bath("idle", sambe.lift(sambe.sigmax(), 1, [2, 2]), sambe.Ohmic(0.002, 10.0), 0.7),
    )
    baths = [sambe.Bath(b.name, sambe.lift(sambe.sigmax(), 0, pair), b.spectrum, b.temperature)
             for b in system.baths]  # fmt: skip
    sz = sambe.lift(sambe.sigmaz(), 0, pair)
    h = [(0.5, sz), (0.185, sambe.lift(sambe.sigmaz(), 1, pair))]
    four = sambe.System(h, {1: [(0.25 * modulation, sz)]}, omega, [*baths, idle])
    found = sambe.energy_currents(four, secular="full")
    np.testing.assert_allclose(found[[0, 1, 3]], wanted, rtol=0, atol=1e-8 * np.abs(wanted).max())
    assert abs(found[2]) < 1e-8 * np.abs(wanted).max()


def test_harmonics_obey_the_sum_rule_of_the_derivative() -> None:
    # sum of |S^(q)_ij|^2 W^2 = mean of |[H(t), S]|^2 over a period: wrong if a harmonic is folded
    for omega in (0.11, 0.6, 1.7):
        h1 = 0.4 * np.array([[0.3, 1.0, 0.2], [1.0, -0.1, 0.5], [0.2, 0.5, 0.4]])
        s = np.array([[0.0, 1.0, 0.3], [1.0, 0.2, 1.0], [0.3, 1.0, -0.2]])
        h0 = np.diag([0.0, 0.8, 2.1])
        bath = sambe.Bath("bath", s, sambe.Ohmic(0.01, 10.0), 1.0)
        system = sambe.System(h0, {1: [(1.0, h1)]}, omega, [bath])
        found = dress(system, prepare(system, "floquet"))
        energy = found.jump_energies()
        weight = np.abs(found.couplings[0]) ** 2
        double = np.array([1.0 if q == 0 else 2.0 for q in found.quanta])[:, None, None]
        times = np.arange(64) * 2 * np.pi / 64
        hs = h0 + 2 * np.cos(times)[:, None, None] * h1
        exact = np.mean(np.sum(np.abs(hs @ s - s @ hs) ** 2, axis=(-2, -1)))
        assert np.sum(double * weight) == pytest.approx(np.sum(s**2), rel=1e-9)
        assert np.sum(double * weight * energy**2) == pytest.approx(exact, rel=1e-8)


def test_dressings_of_different_points_of_a_batch() -> None:
    # points that need different steps and harmonics, solved together and alone
    omega = np.array([0.05, 0.3, 1.0, 5.0])
    system = models.spin(1.0, drive=np.array([0.01, 1.0, 0.2, 0.6]), omega=omega)
    together = sambe.energy_currents(system, equation="floquet", secular="full")
    for k, (a, w) in enumerate(zip((0.01, 1.0, 0.2, 0.6), omega, strict=True)):
        one = models.spin(1.0, drive=a, omega=w)
        alone = sambe.energy_currents(one, equation="floquet", secular="full")
        np.testing.assert_allclose(together[k], alone, rtol=0, atol=1e-8 * np.abs(alone).max())


def test_what_does_not_converge_says_so() -> None:
    # a drive twenty thousand times its frequency
    for levels in (2, 3):
        h = np.diag(np.arange(levels) * 1.0)
        x = np.ones((levels, levels))
        with pytest.raises(ConvergenceError, match="raise omega, lower the drive"):
            floquet({0: h, 1: 20.0 * x, -1: 20.0 * x}, 1e-3, [x], (0,) * levels)


def test_a_sweep_keeps_its_other_points_where_one_does_not_converge() -> None:
    drive = sambe.axis("drive", [0.1, 3e3, 0.2])
    system = models.spin_boson(drive=drive, omega=0.02, polarization="linear")
    flow = sambe.steady_state(system, equation="floquet", secular="full")
    assert flow.status.values.tolist() == [0, 3, 0]
    assert np.isnan(flow.energy_current.values[1]).all()
    assert np.isfinite(flow.energy_current.values[[0, 2]]).all()
