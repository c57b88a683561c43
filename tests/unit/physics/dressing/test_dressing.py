"""Dressings against their definitions, on small systems by hand."""

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.dressing import shift_zone
from sambe.physics.dressing.frame import find_frame
from sambe.physics.dressing.static_frame import driven_dressed, traditional
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare

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


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_harmonics_carry_the_whole_coupling(equation: str) -> None:
    # at t = 0 the sum over q is S in the basis of the states
    for system in (models.spin(1.0, omega=0.7), models.two_qubits(omega=0.9)):
        method = prepare(system, equation)
        found = dress(system, method)
        states = found.states
        np.testing.assert_allclose(states.conj().swapaxes(-1, -2) @ states, np.eye(system.levels), atol=1e-8)
        for c, operator in enumerate(method.operators):
            parts = found.couplings[c]
            total = sum(p if q == 0 else p + p.conj().T for q, p in zip(found.quanta, parts, strict=True))
            seen = states.conj().T @ operator @ states
            # up to a phase for each state, which no rate sees
            np.testing.assert_allclose(np.abs(total), np.abs(seen), atol=1e-7)


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


def test_shift_zone_moves_the_harmonics_with_the_state() -> None:
    # DESIGN section 3, trap 2: under E_i -> E_i + m w what was S^(q)_ij becomes S^(q+m)_ij
    before = dressed_qubit(0.3, 0.8)
    after = shift_zone(before, np.array([0, 2]))
    np.testing.assert_allclose(after.energies, before.energies + np.array([0.0, 1.6]), rtol=1e-14)
    s = before.couplings[0, 0]  # q = 1, and its adjoint is q = -1
    # raised by 2 for i = 1 and lowered by 2 for j = 1: s_10 goes to q = 3, s_01 to q = -1; of the
    # adjoint, (s†)_10 = conj(s_01) goes to q = 1
    assert set(after.quanta) == {1, 3}
    one = after.couplings[0, after.quanta.index(1)]
    three = after.couplings[0, after.quanta.index(3)]
    np.testing.assert_allclose(three, [[0, 0], [s[1, 0], 0]], atol=1e-15)
    np.testing.assert_allclose(one, [[s[0, 0], 0], [np.conj(s[0, 1]), s[1, 1]]], atol=1e-15)
