"""Jumps per unit time: a positive number for populations, and the currents of every equation when summed."""

from __future__ import annotations

import numpy as np
import pytest

from sambe import models
from sambe.physics.currents.channels import channel_rates, universal_rates
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare


@pytest.mark.parametrize("secular", ["full", "partial", "none", "ule"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_energy_and_quanta_of_all_channels_are_the_currents(equation: str, secular: str) -> None:
    if (equation, secular) == ("floquet", "none"):  # terms between different quanta belong to no channel
        return
    system = models.two_qubits(coupling=0.05, drive=0.1, omega=np.array([0.7, 0.98]))
    found = solve_batch(system, prepare(system, equation, secular))
    jumps = found.jumps
    forward, backward = (universal_rates if secular == "ule" else channel_rates)(jumps, found.state)
    energy = jumps.energy[:, None]
    heat = (energy * (forward - backward)).sum(axis=(-3, -2, -1))
    quanta = np.array(jumps.dressing.quanta)[:, None, None]
    pump = system.omega * (quanta * (forward - backward)).sum(axis=(-4, -3, -2, -1))
    scale = np.abs(energy * forward).sum()
    np.testing.assert_allclose(heat, found.currents[:, :-1], rtol=0, atol=1e-9 * scale)
    np.testing.assert_allclose(pump, found.currents[:, -1], rtol=0, atol=1e-9 * scale)


def test_populations_alone_give_golden_rule_rates() -> None:
    system = models.spin_boson(drive=0.2, omega=np.array([0.9]))
    found = solve_batch(system, prepare(system, secular="full"))
    forward, backward = channel_rates(found.jumps, found.state)
    diagonal = found.state[..., None] * np.eye(2)
    there, here = channel_rates(found.jumps, diagonal)
    np.testing.assert_allclose(forward, there, rtol=1e-12, atol=1e-20)
    np.testing.assert_allclose(backward, here, rtol=1e-12, atol=1e-20)
    assert (forward >= 0).all()
    assert (backward >= 0).all()
