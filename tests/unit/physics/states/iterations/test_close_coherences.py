"""Coherences that follow from a band of close states, against the null vector of the whole generator."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from tests.unit.physics.states.iterations.test_conjugate_residuals import CASES, exact, generator

from sambe.numerics import close_pairs
from sambe.physics.states.iterations import refined_descent
from sambe.physics.states.iterations.conjugate_residuals import Corrector, Scratch
from sambe.physics.states.iterations.refined_descent import refine


@pytest.mark.parametrize("close", [0.0, 5.0, 1e9])  # none but the diagonal blocks, some, all pairs
@pytest.mark.parametrize("name", CASES)
def test_a_point_comes_as_near_to_the_null_vector_as_was_asked(
    name: str, close: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refined_descent, "NEAR_LEVELS", 0)
    monkeypatch.setattr(refined_descent, "CLOSE", close)
    monkeypatch.setattr(close_pairs, "LEAST", 3)
    g = generator(CASES[name]()).take(np.array([1]))
    correct = Corrector(g, 0)
    state, done = refine(g, correct, correct.start(), 1e-9, Scratch())
    assert done.all()
    flow = np.asarray(g.currents(exact(g)))
    assert np.abs(g.currents(state) - flow).max() < 4e-9 * np.abs(flow).max()
    assert_allclose(np.trace(state[0]), 1.0, rtol=0, atol=1e-14)
