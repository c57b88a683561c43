"""The equation of the coherences against the whole generator."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.physics.states.iterations.test_conjugate_residuals import CASES, generator

from sambe.physics.states.iterations.coherence_equation import CoherenceEquation, diagonals
from sambe.physics.states.iterations.conjugate_residuals import Corrector


def residual(points: int, n: int) -> np.ndarray:
    left = np.random.default_rng(5).normal(size=(points, n, n))
    diagonals(left)[:] = 0.0
    return left


@pytest.mark.parametrize("name", CASES)
def test_populations_stand_still_and_the_image_is_what_the_generator_makes(name: str) -> None:
    g = generator(CASES[name]())
    correct = Corrector(g, 0)
    equation = CoherenceEquation(g, correct)
    change, image = equation.follow(residual(len(g.gaps), g.levels))
    derivative = np.asarray(g.apply(change))
    fastest = np.abs(derivative).max(axis=(1, 2))
    flow = np.diagonal(derivative, 0, -2, -1)[:, 1:]  # the first equation is that of the trace
    assert (np.abs(flow).max(axis=1) < 1e-11 * fastest).all()
    np.testing.assert_allclose(diagonals(change).sum(axis=1), 0.0, atol=1e-11 * np.abs(change).max())
    wanted = correct.even * derivative + correct.odd * derivative.swapaxes(-1, -2)
    diagonals(wanted)[:] = 0.0
    np.testing.assert_allclose(image, wanted, rtol=0, atol=1e-11 * np.abs(wanted).max())


@pytest.mark.parametrize("name", CASES)
def test_the_residual_is_what_moves_a_state(name: str) -> None:
    g = generator(CASES[name]())
    correct = Corrector(g, 0)
    equation = CoherenceEquation(g, correct)
    x = 1e-2 * residual(len(g.gaps), g.levels)
    for state in (0.0 * x, x):
        p, left = equation.residual(state, correct.inverse[..., 0])
        whole = state.copy()
        diagonals(whole)[:] = p
        np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=0, atol=1e-11)
        derivative = np.asarray(g.apply(whole))
        wanted = correct.even * derivative + correct.odd * derivative.swapaxes(-1, -2)
        diagonals(wanted)[:] = 0.0
        diagonals(left)[:] = 0.0
        np.testing.assert_allclose(left, wanted, rtol=0, atol=1e-11 * np.abs(wanted).max())


@pytest.mark.parametrize("name", CASES)
def test_single_precision_says_the_same_to_six_digits(name: str) -> None:
    g = generator(CASES[name]())
    equation = CoherenceEquation(g, Corrector(g, 0))
    left = residual(len(g.gaps), g.levels)
    x, image = equation.follow(left)
    rough, its = equation.single().follow((2.0**20 * left).astype(np.float32))
    for one, other in ((x, rough), (image, its)):
        size = np.abs(one).max(axis=(1, 2), keepdims=True)
        np.testing.assert_allclose(other * 2.0**-20 / size, one / size, rtol=0, atol=3e-5)
