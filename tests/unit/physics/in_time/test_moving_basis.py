"""Dressed states in time: they obey the Schroedinger equation and come back after a period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe.physics.in_time.moving_basis import moving_basis
from sambe.physics.pipeline import jumps_of


@pytest.mark.parametrize("polarization", ["circular", "linear"])
def test_states_obey_the_schroedinger_equation(batch: Any, polarization: str) -> None:
    system, method = batch(polarization)
    jumps = jumps_of(system, method)
    h = {k: np.broadcast_to(x, (1, 2, 2)) for k, x in system.harmonics().items()}
    basis = moving_basis(jumps, method, h)
    t, step = np.array([[0.0, 0.7, 3.1]]), 1e-4
    v = basis.at(t)
    np.testing.assert_allclose(v.conj().swapaxes(-1, -2) @ v, np.broadcast_to(np.eye(2), v.shape), atol=1e-9)
    np.testing.assert_allclose(basis.at(t + 2 * np.pi / 0.8), v, atol=1e-8)
    # i dV/dt = H V - V E, the derivative by differences of fourth order
    before, after = (basis.at(t + s * step) for s in (-1, 1))
    further = basis.at(t + 2 * step) - basis.at(t - 2 * step)
    slope = (8.0 * (after - before) - further) / (12.0 * step)
    lab = sum(x[:, None] * np.exp(-0.8j * k * t)[..., None, None] for k, x in h.items())
    energies = jumps.dressing.energies[:, None, None, :]
    np.testing.assert_allclose(1j * slope, lab @ v - v * energies, atol=1e-8)
    some = basis.take(np.array([0]))
    np.testing.assert_array_equal(some.at(t), v)
