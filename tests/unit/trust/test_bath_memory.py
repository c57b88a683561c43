"""What baths remember: slopes in closed form, and a correction of second order."""

from __future__ import annotations

import numpy as np

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.trust.bath_memory import SMALL, bath_slope, memory_correction


def corrected(system: sambe.System) -> tuple[np.ndarray, np.ndarray]:
    method = prepare(system, secular="none")
    found = solve_batch(system, method)
    return memory_correction(found.jumps, found.state, system.baths), found.currents


def test_the_slope_of_a_rate_in_closed_form() -> None:
    # a(W) = J(W) n(W) with J = k W exp(-W/c): by differentiation
    bath = sambe.Bath("b", sambe.sigmax(), sambe.Ohmic(0.01, cutoff=5.0), 0.6)
    w = np.array([[[[0.4, 0.9], [1.3, 2.0]]]])
    j, n = 0.01 * w * np.exp(-w / 5.0), 1.0 / np.expm1(w / 0.6)
    wanted = 0.5 * (0.01 * (1.0 - w / 5.0) * np.exp(-w / 5.0) * n - j * n * (1.0 + n) / 0.6)
    np.testing.assert_allclose(bath_slope(bath, w).real, wanted, rtol=1e-4)


def test_a_bath_whose_shift_diverges_has_the_slope_of_its_rate_alone() -> None:
    flat = sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), 0.6)
    found = bath_slope(flat, np.array([[[[0.4, 0.9]]]]))
    assert np.isfinite(found).all()


def test_the_correction_is_of_second_order_in_the_coupling_and_conserves_energy() -> None:
    def system(strength: float) -> sambe.System:
        baths = [sambe.Bath(n, spectrum=sambe.DrudeLorentz(strength, cutoff=2.0), temperature=t)
                 for n, t in (("hot", 1.0), ("cold", 0.5))]  # fmt: skip
        return models.spin_boson(np.array([1.0]), drive=0.3, omega=0.8, baths=baths)

    one, currents = corrected(system(0.001))
    two, _ = corrected(system(0.002))
    np.testing.assert_allclose(two / one, 4.0, rtol=0.05)
    assert np.abs(one).max() < 0.1 * np.abs(currents).max()
    np.testing.assert_allclose(one.sum(axis=-1), 0.0, atol=1e-18)


def test_a_white_bath_remembers_less_the_whiter_it_is() -> None:
    def relative(cutoff: float) -> float:
        spectrum = sambe.DrudeLorentz(0.001 * cutoff, cutoff=cutoff)
        baths = [sambe.Bath(n, spectrum=spectrum, temperature=t) for n, t in (("hot", 20.0), ("cold", 10.0))]
        change, currents = corrected(models.spin_boson(np.array([1.0]), drive=0.3, omega=0.8, baths=baths))
        return float(np.abs(change).max() / np.abs(currents).max())

    assert relative(200.0) < 0.2 * relative(2.0)


def test_large_systems_and_points_without_a_state_are_not_numbers() -> None:
    large = models.kerr_resonator(levels=SMALL + 1, omega=np.array([0.9]), drive=0.01)
    method = prepare(large)
    jumps = make_jumps(dress(large, method), large.baths, method.wiring)
    state = np.broadcast_to(np.eye(SMALL + 1) / (SMALL + 1), (1, SMALL + 1, SMALL + 1)).astype(complex)
    assert np.isnan(memory_correction(jumps, state, large.baths)).all()
    small = models.spin_boson(omega=np.array([0.9]))
    method = prepare(small)
    jumps = make_jumps(dress(small, method), small.baths, method.wiring)
    assert np.isnan(memory_correction(jumps, np.full((1, 2, 2), np.nan + 0j), small.baths)).all()


def test_in_equilibrium_no_correction_flows() -> None:
    def change(cold: float) -> float:
        spectrum = sambe.DrudeLorentz(0.002, cutoff=2.0)
        baths = [sambe.Bath(n, spectrum=spectrum, temperature=t) for n, t in (("a", 0.7), ("b", cold))]
        found, _ = corrected(models.spin_boson(np.array([1.0]), drive=0.0, omega=0.8, baths=baths))
        return float(np.abs(found).max())

    assert change(0.7) < 1e-3 * change(0.35)
