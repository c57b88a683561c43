"""Pieces of functions that jump."""

from __future__ import annotations

import numpy as np

from sambe.description.steps.detection import pieces_of


def sampler(function):
    def sample(times):
        return function(times)[:, None, None] * np.array([[1.0, 0.5j], [-0.5j, 0.0]])

    return sample


def test_jumps_are_found_to_the_last_digits() -> None:
    edge = 1 / np.sqrt(3.0)
    (first, one), (second, other) = pieces_of(sampler(lambda t: np.where(t < edge, 2.0, -1.0)), 1.0, 1e-9)
    assert abs(first - edge) < 1e-15
    assert abs(first + second - 1.0) < 1e-15
    np.testing.assert_allclose(one, -2 * other, atol=1e-15)


def test_a_piece_shorter_than_the_samples_is_seen_where_its_times_are_known() -> None:
    def pulse(t):
        return np.where((t >= 0.3) & (t < 0.3 + 1e-5), 1.0, 0.0)

    assert len(pieces_of(sampler(pulse), 1.0, 1e-9)) == 1
    assert len(pieces_of(sampler(pulse), 1.0, 1e-9, [0.3, 0.3 + 1e-5])) == 3


def test_what_slopes_between_its_jumps_is_not_of_the_kind() -> None:
    assert pieces_of(sampler(lambda t: np.where(t < 0.5, t, 0.0)), 1.0, 1e-9) is None
    assert pieces_of(sampler(lambda t: np.cos(2 * np.pi * t)), 1.0, 1e-9) is None
    assert pieces_of(sampler(lambda t: np.clip(t - 0.5, 0.0, 1e-4)), 1.0, 1e-9) is None
