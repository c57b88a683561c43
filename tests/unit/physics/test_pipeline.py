"""Dress, rate, solve, count as one function: pieces that fit in any order and zone of the states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution

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


@pytest.mark.slow
@pytest.mark.parametrize("lamb_shift", ["none", "shift"])
@pytest.mark.parametrize("secular", ["auto", "partial", "full", "none", "ule", "clustered"])
def test_numbers_of_some_baths_make_a_batch(secular: str, lamb_shift: str) -> None:
    """Temperatures along one axis, frequencies along another or none: the same as point by point."""

    def qubit(cold: Any, omega: Any) -> sambe.System:
        baths = [sambe.Bath("hot", spectrum=sambe.Ohmic(0.002, 10.0), temperature=1.2),
                 sambe.Bath("cold", spectrum=sambe.DrudeLorentz(0.002, 2.0), temperature=cold)]  # fmt: skip
        return models.spin_boson(drive=0.02, omega=omega, polarization="linear", baths=baths)

    def solved(system: sambe.System) -> Solution:
        return solve_batch(system, prepare(system, secular=secular, lamb_shift=lamb_shift))

    cold = np.array([0.3, 0.0])
    for t, w in ((cold, 0.34), (cold[:, None], OMEGA)):
        found = solved(qubit(t, w))
        t, w = np.broadcast_arrays(t, w)
        assert found.currents.shape == (*t.shape, 3)
        assert found.cross_term_shift.shape == t.shape
        for at in np.ndindex(t.shape):
            alone = solved(qubit(float(t[at]), float(w[at]))).currents
            np.testing.assert_allclose(found.currents[at], alone, rtol=0, atol=1e-8 * np.abs(alone).max())
