"""Routes from jumps to solutions: null vectors of matrices written out, and batches against their points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe import models
from sambe.physics import routes
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare

ROUTES = {
    "full": routes.solve_populations, "partial": routes.solve_coherent, "auto": routes.solve_judged,
    "none": routes.solve_every, "ule": routes.solve_universal, "clustered": routes.solve_clustered,
}  # fmt: skip
# a three-photon resonance at 0.337, where quasienergies meet modulo omega, and a drive slower than relaxation
LINEAR = {"drive": 0.1, "polarization": "linear"}
OMEGA = np.array([0.9, 0.337, 0.002, 0.335, 1.0])


def solved(name: str, omega: Any) -> Any:
    system = models.spin_boson(omega=omega, **LINEAR)
    method = prepare(system, secular=name)
    return ROUTES[name](jumps_of(system, method), system, method)


def test_populations_are_the_null_vector_of_the_rates() -> None:
    solution = solved("full", OMEGA)
    rates = np.asarray(solution.jumps.rates)
    generator = rates - np.eye(2) * rates.sum(axis=-2)[:, None, :]
    np.testing.assert_allclose(np.matmul(generator, solution.state[..., None]), 0.0, atol=1e-15)
    np.testing.assert_allclose(solution.state.sum(axis=-1), 1.0, rtol=1e-14)


@pytest.mark.parametrize("name", ROUTES)
def test_a_point_is_solved_as_it_is_alone(name: str) -> None:
    """Points in other zones, and those that take the complete equation, stand in their places; a batch adds
    up as many harmonics as its slowest point has, which changes rounding."""
    batch = solved(name, OMEGA)
    for k, omega in enumerate(OMEGA):
        alone, largest = solved(name, np.array([omega])), np.abs(batch.currents[k]).max()
        np.testing.assert_allclose(batch.currents[k], alone.currents[0], rtol=0, atol=1e-12 * largest)
        np.testing.assert_allclose(batch.state[k], alone.state[0], rtol=0, atol=1e-12)
        assert batch.converged[k]


def test_the_default_takes_the_complete_equation_where_it_counts_and_no_other() -> None:
    default, every, coherent = (solved(name, OMEGA) for name in ("auto", "none", "partial"))
    complete = np.asarray(default.complete)
    assert complete[2]
    assert not complete.all()
    np.testing.assert_allclose(default.currents[complete], every.currents[complete], rtol=1e-7)
    np.testing.assert_array_equal(default.currents[~complete], coherent.currents[~complete])


def test_every_laws_currents_add_up_to_zero_where_they_have_to() -> None:
    for name in ("full", "ule", "clustered", "none"):
        currents = np.asarray(solved(name, OMEGA).currents)
        assert np.abs(currents.sum(axis=-1)).max() < 1e-12 * np.abs(currents).max()
