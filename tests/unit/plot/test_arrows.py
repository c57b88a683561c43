"""Arrows: the tip is where they point, and a shaft keeps its width along a bend."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.plot.arrows import HEAD, POINTS, arrow, directions


def test_the_tip_of_an_arrow_is_where_it_points() -> None:
    corners = arrow(0j, 2j, 0.1)
    assert corners[3] == 2j
    assert corners.real.max() == pytest.approx(0.13)


def test_a_bent_one_keeps_its_width_and_bends_to_the_left() -> None:
    corners = arrow(0j, 3 + 0j, 0.2, bend=0.5)
    left, right = corners[:POINTS], corners[-POINTS:][::-1]
    assert np.abs(left - right) == pytest.approx(0.2)
    assert corners[POINTS + 1] == 3.0
    middle = 0.5 * (left + right)
    assert middle.imag.max() == pytest.approx(0.75, abs=0.1)  # half of the height of the control point
    assert abs(middle[-1] - 3.0) == pytest.approx(HEAD)


def test_directions_are_apart() -> None:
    places = np.array(directions(["a", "b", "c", "d", "pump 1", "pump 2"]))
    assert abs(places[:, None] - places)[~np.eye(6, dtype=bool)].min() > 0.3
