"""Courses of linear equations: matrix exponentials, a defective generator, Krylov steps against both."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from sambe.errors import ConvergenceError
from sambe.physics.in_time import linear_course as module
from sambe.physics.in_time.linear_course import krylov_course, linear_course

TIMES = np.array([0.0, 0.3, 0.3, 1.7, 4.0])
RANDOM = np.random.default_rng(3).normal(size=(2, 4, 4)) - 2.0 * np.eye(4)
JORDAN = np.array([[-0.5, 1.0], [0.0, -0.5]])


def test_the_spectrum_gives_the_exponential_and_its_integral() -> None:
    start = np.array([[1.0, 0.5, 0.0, -1.0], [0.2, 0.0, 1.0, 0.0]])
    x, total = linear_course(RANDOM, start, np.stack([TIMES, 2.0 * TIMES]))
    for k in range(2):
        for j, t in enumerate((1 + k) * TIMES):
            grown = expm(RANDOM[k] * t) @ start[k]
            np.testing.assert_allclose(x[k, j], grown, atol=1e-12)
            np.testing.assert_allclose(RANDOM[k] @ total[k, j], grown - start[k], atol=1e-12)


def test_where_eigenvectors_coincide_nothing_is_lost() -> None:
    # e^{At} = e^{-t/2} (1 + t N) of a Jordan block, N its corner
    x, total = linear_course(JORDAN[None], np.array([[0.0, 1.0]]), TIMES[None])
    decay = np.exp(-0.5 * TIMES)
    np.testing.assert_allclose(x[0], np.stack([TIMES * decay, decay], axis=-1), atol=1e-14)
    np.testing.assert_allclose(total[0, :, 1], 2.0 * (1.0 - decay), atol=1e-14)


def test_a_generator_without_anything_leaves_all_as_it_is() -> None:
    x, total = linear_course(np.zeros((1, 2, 2)), np.ones((1, 2)), TIMES[None])
    np.testing.assert_array_equal(x[0], np.ones((5, 2)))
    np.testing.assert_allclose(total[0, :, 0], TIMES)


def test_krylov_steps_give_the_same_as_the_exponential() -> None:
    n = 60
    turning = np.diag(np.arange(n) * 1.0, 1)[:n, :n] * 0.05
    generator = turning - turning.T - np.diag(np.linspace(0.0, 0.4, n))
    start = np.eye(n)[0]
    x, total = krylov_course(lambda y: generator @ y, start, TIMES)
    for k, t in enumerate(TIMES):
        np.testing.assert_allclose(x[k], expm(generator * t) @ start, atol=1e-10)
        np.testing.assert_allclose(generator @ total[k], x[k] - start, atol=1e-10)


def test_a_krylov_course_that_takes_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 1)
    turning = np.diag(np.ones(99), 1) - np.diag(np.ones(99), -1)
    with pytest.raises(ConvergenceError, match="Krylov"):
        krylov_course(lambda y: turning @ y, np.eye(100)[50], np.array([500.0]))
