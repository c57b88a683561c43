"""Dressings in a static frame against their definitions, on small systems by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.frame import find_frame
from sambe.physics.dressing.static_frame import driven_dressed, traditional

SX = sambe.sigmax()


def dressed_qubit(drive: float, omega: float):
    system = models.spin_boson(drive=drive, omega=omega)
    frame = find_frame(system.masks())
    return driven_dressed(system.harmonics(), omega, [SX], frame)


@pytest.mark.parametrize(("drive", "omega"), [(0.1, 0.8), (0.6, 1.0), (0.3, 1.7), (1e-6, 1.0)])
def test_dressed_qubit(drive: float, omega: float) -> None:
    found = dressed_qubit(drive, omega)
    gap = np.hypot(1.0 - omega, drive)
    assert np.diff(found.energies) == pytest.approx([gap], rel=1e-12)
    assert found.quanta == (1,)
    # frame (0, -1): |g><e| is the part of sigma_x with n_j - n_i = 1
    cosine = (1.0 - omega) / gap
    upper, lower = 0.5 * (1 + cosine), 0.5 * (1 - cosine)  # |<e|+>|^2, |<g|+>|^2
    size = np.abs(found.couplings[0, 0]) ** 2
    expected = [[upper * lower, upper**2], [lower**2, upper * lower]]  # to, from: lower then upper level
    np.testing.assert_allclose(size, expected, atol=1e-14)


def test_jump_energies_are_gap_plus_or_minus_the_quanta() -> None:
    found = dressed_qubit(0.1, 0.8)
    gap = np.hypot(0.2, 0.1)
    np.testing.assert_allclose(found.jump_energies()[0], [[-0.8, -gap - 0.8], [gap - 0.8, -0.8]], rtol=1e-12)


def test_phase_dropped_puts_the_whole_coupling_into_no_quanta() -> None:
    system = models.kerr_resonator(levels=5, omega=0.9)
    operator = system.baths[0].operators[0]
    frame = find_frame(system.masks())
    kept = driven_dressed(system.harmonics(), 0.9, [operator], frame)
    dropped = traditional(system.harmonics(), 0.9, [operator], frame)
    assert dropped.quanta == (0,)
    np.testing.assert_allclose(dropped.energies, kept.energies, rtol=1e-14)
    # the sum over both signs of q is what the phase would have split
    up = kept.couplings[0, 0]
    np.testing.assert_allclose(dropped.couplings[0, 0], up + up.conj().T, atol=1e-13)
    rebuilt = dropped.states @ dropped.couplings[0, 0] @ dropped.states.conj().T
    np.testing.assert_allclose(rebuilt, operator, atol=1e-13)


def test_two_levels_in_closed_form_are_eigenvectors() -> None:
    rng = np.random.default_rng(3)
    for h in (
        rng.normal(size=(50, 2, 2)) + 1j * rng.normal(size=(50, 2, 2)),
        rng.normal(size=(50, 2, 2)),
        np.zeros((1, 2, 2)),
        np.array([np.diag([1.0, -1.0]), np.diag([-1.0, 1.0]), [[0.0, -1.0], [-1.0, 0.0]]]),
    ):
        h = h + h.conj().swapaxes(-1, -2)
        found = driven_dressed({0: h}, 1.0, [SX], (0, 0))
        e, v = found.energies, found.states
        assert (np.diff(e, axis=-1) >= 0).all()
        np.testing.assert_allclose(h @ v, v * e[:, None, :], atol=1e-14 * (1 + np.abs(h).max()))
        np.testing.assert_allclose(
            v.conj().swapaxes(-1, -2) @ v, np.broadcast_to(np.eye(2), h.shape), atol=1e-14
        )


def test_without_the_phase_currents_depend_on_the_origin_of_time() -> None:
    """A circular drive of another phase is the same at another time; dropping q mixes what it turns apart."""
    baths = [sambe.Bath(name, SX, sambe.Ohmic(0.01, cutoff=5.0), t) for name, t in (("l", 1.0), ("r", 0.3))]

    def heat(equation: str, phase: float) -> float:
        drive = {1: 0.1 * np.exp(1j * phase) * sambe.sigmap()}
        system = sambe.System(0.5 * sambe.sigmaz(), drive, 0.9, baths)
        return float(sambe.energy_currents(system, equation=equation)[0])

    assert heat("driven_dressed", np.pi / 2) == pytest.approx(heat("driven_dressed", 0.0), rel=1e-9)
    assert heat("dressed", np.pi / 2) == pytest.approx(5.0 * heat("dressed", 0.0), rel=1e-3)
