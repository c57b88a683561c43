"""Jumps of a dressing: energies, rates, and both directions of each."""

from __future__ import annotations

import numpy as np

import sambe
from sambe import models
from sambe.description.reservoir import absorption_rate
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.preparation import prepare


def test_two_baths_on_one_operator_are_one_bath_with_both_rates() -> None:
    system = models.spin_boson(omega=0.8)
    method = prepare(system, "driven_dressed")
    assert len(method.operators) == 1
    assert method.wiring == ((0,), (0,))
    other = system.replace(
        baths=[system.baths[0], sambe.Bath("z", sambe.sigmaz(), sambe.Ohmic(0.002, 10.0), 1.0)]
    )
    assert prepare(other, "driven_dressed").wiring == ((0,), (1,))


def test_jumps_hold_both_directions() -> None:
    system = models.spin_boson(omega=0.8)
    method = prepare(system, "driven_dressed")
    jumps = make_jumps(dress(system, method), system.baths, method.wiring)
    w = jumps.energy
    for k, bath in enumerate(system.baths):
        np.testing.assert_allclose(jumps.forward[k], absorption_rate(bath.spectrum, bath.temperature, w))
        np.testing.assert_allclose(jumps.backward[k], absorption_rate(bath.spectrum, bath.temperature, -w))
        np.testing.assert_allclose(jumps.backward[k] / jumps.forward[k], np.exp(w / bath.temperature))
