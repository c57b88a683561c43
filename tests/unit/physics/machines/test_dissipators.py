"""The generator taken apart by baths: the parts add up to the whole."""

from __future__ import annotations

import numpy as np
import pytest

from sambe import models
from sambe.physics.generators.redfield import make_redfield, pack
from sambe.physics.machines.dissipators import of_bath
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare


@pytest.mark.parametrize("shift", ["none", "shift"])
def test_the_parts_of_the_baths_add_up(shift: str) -> None:
    qubit = models.spin_boson(drive=np.array([0.3]), omega=0.8)
    solution = solve_batch(qubit, prepare(qubit, secular="none", lamb_shift=shift))
    draw = np.random.default_rng(1).normal(size=(1, 2, 2))
    packed = pack(draw + draw.swapaxes(-1, -2) + 0j)
    whole = make_redfield(solution.jumps)
    turning = pack(-1j * whole.gaps * (draw + draw.swapaxes(-1, -2)))
    parts = [make_redfield(of_bath(solution.jumps, u)).apply(packed) - turning for u in (0, 1)]
    np.testing.assert_allclose(sum(parts), whole.apply(packed) - turning, atol=1e-16)
    left = make_redfield(of_bath(solution.jumps, 0)).currents(pack(solution.state))
    np.testing.assert_allclose(left[0, 0], solution.currents[0, 0], rtol=1e-12)
    assert left[0, 1] == 0.0


def test_other_rates_may_stand_in() -> None:
    qubit = models.spin_boson(drive=np.array([0.3]), omega=0.8)
    jumps = solve_batch(qubit, prepare(qubit, secular="full")).jumps
    twice = of_bath(jumps, 1, 2.0 * jumps.forward[1], 2.0 * jumps.backward[1])
    np.testing.assert_allclose(twice.rates, 2.0 * of_bath(jumps, 1).rates)
