"""Scales of errors: currents beside the flows of which they are the difference, by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.trust.scales import own_scales, particle_scales


def test_each_current_is_held_against_itself_or_what_the_theory_cannot_tell() -> None:
    flows, memory, rounding = np.array([10.0, 0.02]), np.array(1e-3), np.array(1e-10)
    # a bath with a small flow of its own and a pump are their own scale
    np.testing.assert_allclose(
        own_scales(np.array([2.0, -0.01, -1.99]), flows, memory, rounding), [2.0, 0.01, 1.99]
    )
    # a bath whose flows cancel is held against them, a tiny power against the accuracy of the theory
    found = own_scales(np.array([1e-6, 1.0, -1.0]), flows, memory, rounding)
    np.testing.assert_allclose(found, [1.0, 1.0, 1.0])
    found = own_scales(np.array([1.0, -1.0, 1e-5]), flows, memory, rounding)
    np.testing.assert_allclose(found, [1.0, 1.0, 1e-3])
    # currents that are tiny beside what flows to and fro are held against themselves, if something drives
    # them
    found = own_scales(np.array([1e-7, 0.0, -1e-7]), flows, memory, rounding)
    np.testing.assert_allclose(found, [1e-7, 1e-7, 1e-7])
    # in equilibrium, against second order in the ratio of what flows; the power of a pump down to rounding
    found = own_scales(np.array([1e-9, 0.0, -1e-9]), flows, memory, memory**2)
    np.testing.assert_allclose(found, [1e-5, 1e-5, 1e-9])


def test_particles_are_weighed_by_themselves_or_by_what_cancels() -> None:
    currents, flows = np.array([[2.0, -2.0, 0.0], [1e-6, -1e-6, 0.0]]), np.array([[3.0, 0.0], [5.0, 4.0]])
    scales = particle_scales(currents, flows, np.array([0.01, 0.0]))
    np.testing.assert_allclose(scales, [[2.0, 2.0, 2.0], [5e-4, 5e-4, 5e-4]])


def test_a_particle_current_is_judged_though_no_energy_goes_with_it() -> None:
    """Two degenerate levels at zero energy of which one lead sees a sum and the other a difference in phase:
    interference halves the current, C = <d_i^+ d_j> by dC/dt = -{G, C}/2 + sum G_u f_u (derived), and the
    populations alone know nothing of it; no energy flows in either."""
    first, second = sambe.fermion(0, 2), sambe.fermion(1, 2)
    seen = (first + second) / 2**0.5, (first + 1j * second) / 2**0.5
    leads = [
        sambe.Lead(name, op, tunnelling=rate, temperature=0.1, chemical_potential=mu)
        for name, op, rate, mu in zip(("left", "right"), seen, (0.001, 0.0004), (0.5, -0.5), strict=True)
    ]
    number = first.conj().T @ first + second.conj().T @ second
    audit = sambe.audit(sambe.System([(0.0, number)], baths=leads), secular=["full", "auto"])
    assert audit.error_part.sel(part="secular").values[0] == pytest.approx([1.0, 0.0], abs=1e-6)
    assert audit.estimated_error.values[0, 0] > 0.5
    assert audit.estimated_error.values[0, 1] < 0.01
