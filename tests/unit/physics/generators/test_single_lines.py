"""Lines one by one are those that the generator holds side by side."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.generators.single_lines import lines_one_by_one
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare

SYSTEMS = {
    "frame": sambe.models.kerr_resonator(levels=5, drive=0.1, omega=0.9),
    "two operators": sambe.models.two_qubits(drive=0.1, omega=0.9),
    "harmonics": sambe.models.spin_boson(drive=0.2, omega=0.9, polarization="linear"),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_lines_are_those_side_by_side(name: str) -> None:
    system = SYSTEMS[name].map_numbers(lambda _, x: np.asarray([x]))
    jumps = jumps_of(system, prepare(SYSTEMS[name]))
    g, lines = make_redfield(jumps), list(lines_one_by_one(jumps))
    # the generator has the harmonics q >= 0 of an operator first, then those below
    order = sorted(range(len(lines)), key=lambda k: (lines[k].operator, lines[k].quanta < 0))
    assert_allclose([lines[k].coupling for k in order], g.coupling[0], rtol=1e-15)
    assert_allclose([lines[k].forward for k in order], g.forward[0], rtol=1e-13, atol=1e-18)
    heat = np.zeros_like(g.heat[0])
    for line in lines:
        for terminal, part in line.counted:
            heat[terminal] += line.coupling.conj().T @ part
    assert_allclose(heat, g.heat[0], rtol=1e-12, atol=1e-15)
