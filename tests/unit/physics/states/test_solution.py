"""A solution's states, energies and populations in one order, whatever zone they were moved to."""

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


@pytest.mark.parametrize("name", SYSTEMS)
def test_states_that_moved_to_another_zone_keep_their_order(name: str) -> None:
    system = SYSTEMS[name](OMEGA)
    found = solve_batch(system, prepare(system, "floquet"))
    assert (np.diff(found.energies, axis=-1) >= 0).all()
    d = found.plain.dressing
    if found.order is None:
        np.testing.assert_array_equal(found.plain_populations, found.populations)
        return
    moved = d.energies + found.shift * np.asarray(d.omega)[:, None]
    np.testing.assert_allclose(np.take_along_axis(moved, found.order, -1), found.energies)
    back = np.take_along_axis(found.plain_populations, found.order, -1)
    np.testing.assert_array_equal(back, found.populations)
    np.testing.assert_allclose(np.sort(found.jumps.dressing.energies), found.energies, atol=1e-12)


def test_some_batch_has_states_that_move() -> None:
    system = SYSTEMS["qubit"](OMEGA)
    found = solve_batch(system, prepare(system, "floquet"))
    assert found.shift is not None or len(OMEGA) * 2 < 512
