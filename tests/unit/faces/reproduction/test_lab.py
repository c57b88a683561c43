"""The platforms and the helpers that all studies share."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.faces.reproduction.lab import PLATFORMS, Lab, deviation, zeros

POINTS = 41


def test_zeros_interpolate_and_skip_what_is_missing() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert zeros(x, np.array([-1.0, 1.0, 3.0, np.nan, -3.0])) == pytest.approx([0.5, 3.0])
    assert zeros(x, x + 1.0).size == 0


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: p.key)
@pytest.mark.parametrize("points", [41, 60, 241])
def test_sweeps_hold_the_resonance_exactly(platform: object, points: int) -> None:
    w = platform.frequencies(points)  # type: ignore[attr-defined]
    assert w.size == points
    assert (np.diff(w) > 0).all()
    assert 1.0 in w
    assert (w[0], w[-1]) == platform.span  # type: ignore[attr-defined]


def test_deviation_is_relative_to_the_largest_current() -> None:
    lab = Lab(POINTS)
    one = lab.solve(PLATFORMS[0].build(0.1, 0.8))
    assert deviation(one, one) == 0.0
    assert deviation(one * 1.5, one) == pytest.approx(0.5)
