"""Exponentials of stacks against SciPy, and their polynomials against Taylor's."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest
from scipy.linalg import expm as scipy_expm

from sambe.numerics import exponential
from sambe.numerics.exponential import expm, rectangles

RNG = np.random.default_rng(11)


@pytest.mark.parametrize("size", [1e-6, 0.01, 0.3, 1.0, 30.0])
def test_exponential(size: float) -> None:
    h = RNG.normal(size=(20, 5, 5)) + 1j * RNG.normal(size=(20, 5, 5))
    x = -0.5j * size * (h + h.conj().swapaxes(-1, -2))
    np.testing.assert_allclose(expm(x), scipy_expm(x), atol=1e-13 * max(1.0, size))


@pytest.mark.parametrize("degree", [8, 12, 18])
def test_the_factored_polynomials_are_taylors(degree: int) -> None:
    # on a shift every power is a diagonal of its own
    shift = np.eye(24, k=1, dtype=complex)[None]
    found = {8: exponential._taylor_8, 12: exponential._taylor_12, 18: exponential._taylor_18}[degree](shift)[
        0, 0
    ].real
    wanted = [1.0 / factorial(k) if k <= degree else 0.0 for k in range(24)]
    np.testing.assert_allclose(found, wanted, rtol=2e-15, atol=0)


def test_what_is_not_finite_has_no_exponential() -> None:
    assert np.isnan(expm(np.array([[[0.0, np.inf], [1.0, 0.0]]]) + 0j)).all()


def test_a_point_has_the_effort_that_it_takes_alone() -> None:
    x = RNG.normal(size=(3, 4, 5, 5)) * np.array([1e-3, 0.3, 9.0])[:, None, None, None]
    together = expm(x)
    np.testing.assert_allclose(together, scipy_expm(x), rtol=1e-10)
    for k in range(3):
        np.testing.assert_array_equal(together[k], expm(x[k : k + 1])[0])
    assert np.isnan(expm(np.stack([x[0], x[1] * np.nan]))[1]).all()


@pytest.mark.parametrize(("points", "steps", "numbers"), [(1, 7, 10), (5, 7, 10), (40, 3, 10), (3, 2, 1000)])
def test_every_step_of_every_point_is_in_one_rectangle(points: int, steps: int, numbers: int) -> None:
    count = np.zeros((points, steps))
    widths = set()
    for who, at in rectangles(points, steps, numbers, 50):
        count[who, at] += 1
        widths.add((at.start, at.stop))
    assert (count == 1).all()
    assert widths == {(at.start, at.stop) for _, at in rectangles(1, steps, numbers, 50)}
