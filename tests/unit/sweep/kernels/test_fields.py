"""What is reported of a point: the numbers of the solution under their names, for every equation."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.preparation import prepare
from sambe.sweep.catalogue import variables_of
from sambe.sweep.kernels.fields import point_fields


@pytest.mark.parametrize("secular", ["full", "partial", "ule"])
def test_names_and_shapes_are_those_of_the_labels(secular: str) -> None:
    system = models.two_qubits(omega=np.array([0.7, 0.9, 1.1]))
    method = prepare(system, secular=secular)
    found = point_fields(system, method)
    assert set(found) == {variable.name for variable in variables_of(method)}
    assert all(len(values) == 3 for values in found.values())


def test_numbers_of_a_point_fit_each_other() -> None:
    system = models.spin_boson(omega=np.array([0.7, 1.1]), drive=0.1)
    found = point_fields(system, prepare(system))
    currents = found["energy_current"]
    np.testing.assert_allclose(currents, sambe.energy_currents(system), rtol=1e-10, atol=1e-16)
    np.testing.assert_allclose(found["first_law_residual"], currents.sum(axis=1), atol=1e-18)
    np.testing.assert_allclose(found["entropy_production"], -currents[:, 0] / 1.2 - currents[:, 1] / 0.4)
    np.testing.assert_allclose(np.diff(found["energy"])[:, 0], np.hypot(1.0 - system.omega, 0.1))
    np.testing.assert_allclose(found["population"].sum(axis=1), 1.0)
    assert found["status"].tolist() == [0, 0]
