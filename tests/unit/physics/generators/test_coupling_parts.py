"""Couplings from dressed Hermitian operators, against sums written out in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.dressing.dressing import Dressing
from sambe.physics.dressing.static_frame import driven_dressed
from sambe.physics.generators.coupling_parts import coupling_parts, turning_quanta, with_modulation
from sambe.physics.preparation import prepare

SX, SY, SZ, SP = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz(), sambe.sigmap()
OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def baths(*couplings: Any) -> list[sambe.Bath]:
    return [sambe.Bath(f"b{k}", c, OHMIC, temperature=1.0) for k, c in enumerate(couplings)]


def test_fixed_couplings_are_dressed_as_they_stand() -> None:
    operators, wiring, mixing = coupling_parts(baths(SX, [SZ, SX], SZ))
    assert [np.array_equal(a, b) for a, b in zip(operators, (SX, SZ), strict=True)] == [True, True]
    assert (wiring, mixing) == (((0,), (1, 0), (1,)), ())


def test_an_operator_is_dressed_once_whatever_multiplies_it() -> None:
    phase = np.exp(0.3j)
    operators, wiring, mixing = coupling_parts(baths({0: SX, 1: 0.3 * phase * SX}, SX, {0: SX, 1: 0.3 * SX}))
    assert (len(operators), wiring) == (1, ((0,), (1,), (2,)))
    assert [part.quanta for part in mixing[0]] == [0, 1]
    assert turning_quanta(mixing) == {0, 1, -1}
    np.testing.assert_allclose(mixing[0][1].factor, 0.3 * phase, rtol=1e-15)
    # equal ones are one coupling
    assert coupling_parts(baths({0: SX, 1: SP}, {0: SX, 1: SP})).wiring == ((0,), (0,))


def at(dressing: Dressing, coupling: int, time: float) -> np.ndarray:
    """S(t) between the dressed states, of harmonics q >= 0 and their adjoints."""
    total = np.zeros((dressing.levels, dressing.levels), dtype=complex)
    for k, q in enumerate(dressing.quanta):
        turned = dressing.couplings[..., coupling, k, :, :] * np.exp(-1j * q * time)
        total += turned if q == 0 else turned + turned.conj().T
    return total


@pytest.mark.parametrize("second", [0.4 * SZ, 0.3 * SP, 0.2j * SX + 0.1 * SP])
def test_harmonics_add_up_to_the_coupling_at_every_time(second: Any) -> None:
    depth = 0.7 + 0.2j
    h = {0: 0.5 * SZ, 1: 0.2 * SP, -1: 0.2 * SP.T}
    frame, omega = (0, -1), 0.8
    system = sambe.System([(0.5, SZ)], {1: [(0.2, SP)]}, omega, baths({0: SX, 1: [(depth, SY)], 2: second}))
    method = prepare(system, "driven_dressed")
    assert (method.frame, method.couplings, method.static) == (frame, 1, False)
    plain = driven_dressed(h, omega, method.operators, frame)
    dressing = with_modulation(plain, method.mixing, {})
    for phase in (0.0, 0.4, 2.0, 5.0):
        turning = SX + (depth * np.exp(-1j * phase) * SY + np.exp(-2j * phase) * second)
        turning = turning + (turning - SX).conj().T
        # to the frame, exp(i n omega t), and to the eigenbasis there
        turn = np.diag(np.exp(1j * np.array(frame) * phase))
        wanted = plain.states.conj().T @ turn @ turning @ turn.conj().T @ plain.states
        np.testing.assert_allclose(at(dressing, 0, phase), wanted, atol=1e-14)


def test_coefficients_may_be_a_batch_of_their_own() -> None:
    depth = np.array([0.0, 0.3, 0.6])
    system = sambe.System(0.5 * SZ, omega=0.3, baths=baths({0: SX, 1: [(depth, 0.5 * SX)]}))
    every = sambe.energy_currents(system, secular="none")
    for d, currents in zip(depth, every, strict=True):
        one = sambe.System(0.5 * SZ, omega=0.3, baths=baths({0: SX, 1: d * 0.5 * SX}))
        np.testing.assert_allclose(sambe.energy_currents(one, secular="none"), currents, atol=1e-18)
