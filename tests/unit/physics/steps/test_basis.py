"""States and Hamiltonians at any time of a period in steps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

import sambe
from sambe.errors import InputError
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare
from sambe.physics.steps.basis import step_basis

SX, SZ = sambe.sigmax(), sambe.sigmaz()
OMEGA = 0.4
PERIOD = 2 * np.pi / OMEGA
FIRST, SECOND, KICK = 0.5 * SZ, 0.3 * SZ + 0.2 * SX, 0.3 * SX
BATH = sambe.Bath("bath", SX, sambe.Ohmic(0.002, cutoff=5.0), temperature=0.5)


def test_states_follow_the_exponentials_and_a_kick_at_the_very_time_is_still_to_come() -> None:
    omega = np.full(1, OMEGA)
    system = sambe.System.from_steps(
        [(0.4, FIRST), (0.6, SECOND)], omega=OMEGA, kicks=[(0.4, KICK)], baths=[BATH]
    ).map_numbers(lambda path, x: omega if path == "omega" else x)
    jumps = jumps_of(system, prepare(system, secular="full"))
    basis = step_basis(system, jumps.dressing)
    begin = basis.at(np.zeros((1, 1)))[0, 0]
    np.testing.assert_allclose(begin, jumps.dressing.states[0], atol=1e-13)
    until = expm(-0.4j * PERIOD * FIRST)
    whole = expm(-0.6j * PERIOD * SECOND) @ expm(-1j * KICK) @ until
    times = np.array([0.3, 0.4, 0.7, 1.0, 2.0 + 0.3]) * PERIOD
    expected = [
        expm(-0.3j * PERIOD * FIRST), until, expm(-0.3j * PERIOD * SECOND) @ expm(-1j * KICK) @ until, whole,
        expm(-0.3j * PERIOD * FIRST) @ whole @ whole,
    ]  # fmt: skip
    turned = np.exp(1j * times[:, None] * basis.modes.energies[0])
    np.testing.assert_allclose(
        basis.at(times[None])[0], np.stack(expected) @ begin * turned[:, None, :], atol=1e-11
    )
    h, slope = basis.hamiltonians(times[None])
    np.testing.assert_allclose(h[0], [FIRST, SECOND, SECOND, FIRST, FIRST], atol=1e-15)
    assert not slope.any()


def test_a_system_without_steps_has_no_such_states() -> None:
    system = sambe.models.spin_boson(drive=0.1, omega=1.0)
    with pytest.raises(InputError, match="from_steps"):
        step_basis(system, jumps_of(system, prepare(system)).dressing)
