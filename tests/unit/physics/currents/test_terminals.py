"""Currents by counting quanta: golden-rule sums by hand, jump by jump."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.currents.terminals import secular_currents
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.preparation import prepare

SYSTEMS = {
    "qubit": lambda: models.spin_boson(drive=0.3, omega=np.array([0.8, 1.1])),
    "spin": lambda: models.spin(1.0, drive=0.3, omega=np.array([0.8, 1.1])),
    "linear": lambda: models.spin_boson(drive=0.3, omega=np.array([0.8, 1.1]), polarization="linear"),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_jump_carries_its_energy_and_its_quanta(name: str) -> None:
    system = SYSTEMS[name]()
    method = prepare(system)
    d = dress(system, method)
    jumps = make_jumps(d, system.baths, method.wiring)
    p = np.random.default_rng(3).dirichlet(np.ones(system.levels), size=2)
    wanted = np.zeros((2, 3))
    for point, omega in enumerate(system.omega):
        for u, bath in enumerate(system.baths):
            for k, q0 in enumerate(d.quanta):
                for q in {q0, -q0}:
                    s = d.couplings[point, 0, k]
                    s = s if q >= 0 else s.conj().T
                    for i in range(system.levels):
                        for j in range(system.levels):
                            w = d.energies[point, i] - d.energies[point, j] - q * omega
                            rate = float(sambe.absorption_rate(bath.spectrum, bath.temperature, np.array(w)))
                            number = rate * abs(s[i, j]) ** 2 * p[point, j]
                            wanted[point, u] += w * number
                            wanted[point, 2] += q * omega * number
    np.testing.assert_allclose(secular_currents(jumps, p), wanted, rtol=0, atol=1e-13 * np.abs(wanted).max())
