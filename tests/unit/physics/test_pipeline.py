"""Dress, rate, solve, count as one function: pieces that fit in any order and zone of the states."""

from __future__ import annotations

import numpy as np
import pytest

from sambe import models
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
OMEGA = np.array([0.31, 0.8, 1.0, 1.2])
SYSTEMS = {
    "qubit": lambda w: models.spin_boson(drive=0.02, omega=w),
    "linear": lambda w: models.spin_boson(drive=0.3, omega=w, polarization="linear"),
    "two qubits": lambda w: models.two_qubits(drive=0.05, omega=w, coupling=0.02),
    "ladder": lambda w: models.kerr_resonator(drive=0.02, omega=w, levels=5),
}


@pytest.mark.parametrize("secular", ["full", "partial", "ule", "clustered"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_batch_is_its_points(name: str, secular: str) -> None:
    system = SYSTEMS[name](OMEGA)
    found = solve_batch(system, prepare(system, secular=secular))
    assert found.currents.shape == (4, 3)
    assert found.converged.all()
    np.testing.assert_allclose(found.populations.sum(axis=-1), 1.0, rtol=1e-12)
    for k, w in enumerate(OMEGA):
        one = SYSTEMS[name](np.array([w]))
        alone = solve_batch(one, prepare(one, secular=secular))
        scale = np.abs(alone.currents).max()
        np.testing.assert_allclose(found.currents[k], alone.currents[0], rtol=0, atol=2e-7 * scale)


def test_full_secular_keeps_no_coherence_and_partial_those_that_matter() -> None:
    system = SYSTEMS["qubit"](np.array([0.5, 1.0]))
    assert solve_batch(system, prepare(system, secular="full")).kept.tolist() == [0, 0]
    weak = models.spin_boson(drive=1e-5, omega=np.array([0.5, 1.0]))
    assert solve_batch(weak, prepare(weak)).kept.tolist()[1] == 1
