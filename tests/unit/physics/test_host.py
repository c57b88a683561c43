"""Points that arrays of another library leave to NumPy."""

from __future__ import annotations

from typing import Any

import array_api_strict as strict
import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics import host
from sambe.physics.preparation import prepare

OMEGA = np.array([[0.8, 0.9], [1.1, 1.3]])
NEEDED = np.array([[True, False], [True, True]])


def system(omega: Any) -> sambe.System:
    return models.spin_boson(drive=0.1, omega=omega)


def asked(method: Any) -> Any:
    given = system(strict.asarray(OMEGA))
    like = strict.zeros((2, 2, 3), dtype=strict.float64)
    return host.host_currents(given, method, strict.asarray(NEEDED), like)


def test_points_are_solved_where_they_are_needed() -> None:
    found, wanted = asked(prepare(system(OMEGA))), sambe.energy_currents(system(OMEGA))
    assert isinstance(found, type(strict.asarray(1.0)))
    np.testing.assert_allclose(np.asarray(found)[NEEDED], wanted[NEEDED], rtol=1e-12)
    assert np.isnan(np.asarray(found)[~NEEDED]).all()


def test_a_point_that_is_refused_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = host.valid_currents

    def strict_solver(given: Any, method: Any) -> Any:
        if (np.asarray(given.omega) == 1.1).any():
            raise sambe.ConvergenceError("not at this frequency")
        return whole(given, method)

    monkeypatch.setattr(host, "valid_currents", strict_solver)
    found, wanted = np.asarray(asked(prepare(system(OMEGA)))), sambe.energy_currents(system(OMEGA))
    assert np.isnan(found).any(axis=-1).tolist() == [[False, True], [True, False]]
    fine = ~np.isnan(found).any(axis=-1)
    np.testing.assert_allclose(found[fine], wanted[fine], rtol=1e-12)


def test_what_has_no_answer_is_not_valid() -> None:
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(np.array([0.0, 0.002]), cutoff=10.0), temperature=1.0)
    given = models.spin_boson(splitting=np.ones(2), omega=0.8, baths=[bath])
    currents, valid = host.valid_currents(given, prepare(given, secular="full"))
    assert currents.shape == (2, 2)
    assert valid.tolist() == [False, True]
