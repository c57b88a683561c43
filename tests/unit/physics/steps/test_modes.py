"""Floquet modes of a period in steps."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

import sambe
from sambe.description.steps.protocol import steps_of
from sambe.physics.steps.modes import recounted, step_modes
from sambe.physics.steps.segments import course_of

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()
OMEGA = 0.3
PERIOD = 2 * np.pi / OMEGA


def test_the_modes_are_those_of_the_product_of_exponentials() -> None:
    steps = steps_of([(0.4, 0.5 * SZ), (0.6, 0.4 * SZ + 0.3 * SX)], [(0.1, 0.2 * SX), (0.7, 0.5 * SY)])
    modes = step_modes(course_of(steps, 1), np.array([OMEGA]))
    first, second = (expm(-1j * PERIOD * 0.1 * h) for h in (0.5 * SZ, 0.4 * SZ + 0.3 * SX))
    u = np.linalg.multi_dot([
        *[second] * 3, expm(-0.5j * SY), *[second] * 3, *[first] * 3, expm(-0.2j * SX), first,
    ])  # fmt: skip
    turned = modes.states[0] * np.exp(-1j * modes.energies[0] * PERIOD)
    np.testing.assert_allclose(u @ modes.states[0], turned, atol=1e-13)


def test_a_period_of_one_hamiltonian_has_its_levels_also_where_they_meet_modulo_omega() -> None:
    for omega in (0.3, 0.5, 1.0):  # the gap of one is a multiple of the last two
        modes = step_modes(course_of(steps_of([(0.3, 0.5 * SX), (0.7, 0.5 * SX)]), 1), np.array([omega]))
        np.testing.assert_allclose(np.sort(modes.energies[0]), [-0.5, 0.5], atol=1e-12)


def test_a_kick_along_the_hamiltonian_adds_its_mean() -> None:
    modes = step_modes(course_of(steps_of([(1.0, 0.5 * SZ)], [(0.3, 0.4 * SZ)]), 1), np.array([OMEGA]))
    np.testing.assert_allclose(
        np.sort(modes.energies[0]), np.array([-1, 1]) * (0.5 + 0.4 / PERIOD), atol=1e-13
    )


def test_counted_by_levels_quasienergies_go_on_through_a_resonance() -> None:
    """Nearest to the mean energy, those of a circular drive in steps change by omega on resonance."""
    angles = 2 * np.pi * (np.arange(12) + 0.5) / 12
    omega = np.linspace(0.8, 1.2, 41)
    steps = steps_of([(1 / 12, 0.5 * SZ + 0.1 * (np.cos(x) * SX + np.sin(x) * SY)) for x in angles])
    course = course_of(steps, len(omega))
    jump = np.abs(np.diff(np.ptp(step_modes(course, omega).energies, axis=-1))).max()
    gaps = np.ptp(step_modes(course, omega, (1, 0)).energies, axis=-1)
    assert jump > 0.2
    assert np.abs(np.diff(gaps)).max() < 0.02
    # sqrt((1 - w)^2 + (2 0.1)^2) in the rotating frame, its drive of the first harmonic sinc(1/12)
    rotating = np.sqrt((1 - omega) ** 2 + (0.2 * np.sinc(1 / 12)) ** 2)
    np.testing.assert_allclose(gaps, rotating, atol=2e-3)
    system = sambe.System.from_steps(
        [(s.fraction, s.terms) for s in steps.steps], np.append(omega, omega[-2:0:-1]),
        [sambe.Bath("b", SX, sambe.Flat(0.01), temperature=1.0)],
    )  # fmt: skip
    assert recounted(system, (0, 0))
    assert not recounted(system, (1, 0))
