"""Answers of a stationary state: the equation is met, without a trace, by the matrix and by iteration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe import models
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import jumps_at, make_jumps
from sambe.physics.generators.redfield import Redfield, make_redfield, pack
from sambe.physics.preparation import prepare
from sambe.physics.states import group_inverse
from sambe.physics.states.group_inverse import DenseResponse, IteratedResponse
from sambe.physics.states.stationary import redfield_state

LEVELS = 10
PLACE = np.arange(LEVELS) * (LEVELS + 1)


@pytest.fixture(scope="module")
def ladder() -> tuple[Redfield, Any, np.ndarray, np.ndarray]:
    """A ladder below and on resonance, what drives it, and scales."""
    system = models.kerr_resonator(levels=LEVELS, omega=np.array([0.85, 1.0]))
    method = prepare(system)
    jumps = jumps_at(make_jumps(dressing_of(system, method), system.baths, method.wiring), np.arange(2))
    g = make_redfield(jumps)
    rng = np.random.default_rng(1)
    driven = 1e-3 * rng.normal(size=(2, 3, LEVELS**2))
    driven[..., 0] -= driven[..., PLACE].sum(axis=-1)
    return g, redfield_state(g, 1e-11), driven, np.full((2, 3), 1e-3)


def test_the_matrix_answers(ladder: Any) -> None:
    g, _, driven, scale = ladder
    respond = DenseResponse(g.superoperator(), PLACE)
    x = respond(driven, scale)
    left = np.matmul(g.superoperator()[:, None], x[..., None])[..., 0] + driven
    assert np.abs(left).max() < 1e-12
    assert np.abs(x[..., PLACE].sum(axis=-1)).max() < 1e-10
    assert respond.converged.all()


@pytest.mark.parametrize("kept", [0, LEVELS])
def test_iteration_answers_as_the_matrix_does(ladder: Any, kept: int) -> None:
    g, state, driven, scale = ladder
    wanted = DenseResponse(g.superoperator(), PLACE)(driven, scale)
    respond = IteratedResponse(g, pack(state.state).reshape(2, -1), np.full(2, kept), 1e-10)
    x = respond(driven, scale)
    assert respond.converged.all()
    currents = [np.matmul(g.functional[:, None], y[..., None])[..., 0] for y in (x, wanted)]
    np.testing.assert_allclose(currents[0], currents[1], atol=1e-9 * np.abs(currents[1]).max())
    assert np.abs(x[..., PLACE].sum(axis=-1)).max() < 1e-9


def test_what_the_iteration_leaves_the_matrix_solves(ladder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    g, state, driven, scale = ladder
    monkeypatch.setattr(group_inverse, "descend", lambda a, c, x, *_: (x, np.zeros(len(x), dtype=bool)))
    packed = pack(state.state).reshape(2, -1)
    respond = IteratedResponse(g, packed, np.zeros(2, dtype=int), 1e-10)
    np.testing.assert_allclose(
        respond(driven, scale), DenseResponse(g.superoperator(), PLACE)(driven), atol=1e-9
    )
    monkeypatch.setattr(group_inverse, "DENSE_AFTER", 0)
    respond = IteratedResponse(g, packed, np.zeros(2, dtype=int), 1e-10)
    respond(driven, scale)
    assert not respond.converged.any()


def test_a_generator_with_two_stationary_states_has_no_answer() -> None:
    respond = DenseResponse(np.zeros((1, 2, 2)), np.arange(2))
    assert not respond.converged.any()
