"""Dressings against their definitions, on small systems by hand."""

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.dressing import shift_zone
from sambe.physics.dressing.frame import find_frame
from sambe.physics.dressing.static_frame import driven_dressed
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare

SX = sambe.sigmax()


def dressed_qubit(drive: float, omega: float):
    system = models.spin_boson(drive=drive, omega=omega)
    frame = find_frame(system.masks())
    return driven_dressed(system.harmonics(), omega, [SX], frame)


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
