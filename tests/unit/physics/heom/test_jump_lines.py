"""Lines at which a bath is looked at: energies and strengths of a dressed qubit by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import jv

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.heom.jump_lines import Lines, bath_lines, coupling_reach
from sambe.physics.preparation import prepare

DRIVE, OMEGA = 0.3, 0.8
GAP = float(np.hypot(1.0 - OMEGA, DRIVE))


def lines_of(system: sambe.System, equation: str = "auto") -> tuple[Lines, ...]:
    method = prepare(system, equation)
    return bath_lines(dress(system, method), method.wiring, system.baths)


def test_a_dressed_qubit_has_a_line_for_each_jump_up_and_down() -> None:
    system = models.spin_boson(drive=DRIVE, omega=OMEGA)
    for bath, lines in zip(system.baths, lines_of(system), strict=True):
        near, far = GAP - OMEGA, GAP + OMEGA
        wanted = sorted([near, -near, far, -far, OMEGA, OMEGA, -OMEGA, -OMEGA])
        np.testing.assert_allclose(np.sort(lines.energy), wanted, rtol=1e-12)
        assert lines.strength.sum() == pytest.approx(2.0)  # Tr sx^2: every sideband is there
        exact = sambe.absorption_rate(bath.spectrum, bath.temperature, lines.energy)
        np.testing.assert_allclose(lines.absorption, exact, rtol=1e-12)
        assert lines.system == pytest.approx(far)
        assert lines.largest == pytest.approx((lines.strength * exact).max())
        assert lines.energy_flow == pytest.approx((lines.strength * exact * abs(lines.energy)).max())


def test_the_band_is_a_power_of_two_above_what_matters() -> None:
    rates = np.array([1.0, 1e-2, 1e-5])
    lines = Lines(np.array([-0.9, 2.1, 50.0]), np.ones(3), rates, 10.0)
    assert lines.band == 4.0  # above 1.2 times 2.1: the line at 50 is faint
    assert Lines(np.array([0.0]), np.ones(1), np.ones(1), 0.8).band == 0.125  # a bath that only dephases


def test_the_reach_is_the_last_harmonic_above_the_share() -> None:
    system = models.spin_boson(drive=1.5, omega=0.4, polarization="linear")
    dressing = dress(system, prepare(system, "floquet"))
    size = {q: np.abs(dressing.couplings[:, k]).max() for k, q in enumerate(dressing.quanta)}
    for share in (1e-1, 1e-4, 1e-7):
        reach = coupling_reach(dressing, share)
        assert size[reach] > share * max(size.values())
        assert all(x <= share * max(size.values()) for q, x in size.items() if q > reach)
    assert coupling_reach(dressing, 1e-7) > coupling_reach(dressing, 1e-1)


def test_lines_of_a_lead_know_whether_a_particle_enters() -> None:
    """A level at 0.5 under V cos wt: sidebands J_q(V/w)^2, G f of what enters at 0.5 - q w, G (1 - f) out."""
    d = sambe.fermion(0, 1)
    n = d.conj().T @ d
    band = sambe.Lorentzian(0.2, 2.0, 0.1)
    lead = sambe.Lead("l", d, tunnelling=band, temperature=0.3, chemical_potential=0.2)
    (lines,) = lines_of(sambe.System([(0.5, n)], drive={1: [(0.4, n)]}, omega=1.0, baths=[lead]), "floquet")
    assert lines.change is not None
    energy = lines.energy * lines.change
    order = np.rint(0.5 - energy).astype(int)
    np.testing.assert_allclose(lines.strength, jv(order, 0.8) ** 2, rtol=1e-6)
    filled = 1.0 / (1.0 + np.exp((energy - 0.2) / 0.3))
    rate = band.density(energy) * np.where(lines.change > 0, filled, 1.0 - filled)
    np.testing.assert_allclose(lines.absorption, rate, rtol=1e-9)
    assert lines.spread == 0.3
