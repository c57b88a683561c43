"""The laws that currents are held to, by numbers worked out by hand."""

from __future__ import annotations

import numpy as np

from sambe.physics.currents.laws import entropy_production, first_law_residual


def test_the_first_law_is_the_sum_over_the_terminals() -> None:
    currents = np.array([[1.0, -3.0, 2.0], [1.0, 1.0, 1.0]])
    assert first_law_residual(currents).tolist() == [0.0, 3.0]


def test_entropy_is_produced_by_what_the_baths_take_at_their_temperatures() -> None:
    # 2 out of the bath at T = 1 and 3 into the one at T = 0.5, one of them from the pump: -2/1 + 3/0.5
    currents = np.array([2.0, -3.0, 1.0])
    np.testing.assert_allclose(entropy_production(currents, np.array([1.0, 0.5])), 4.0)


def test_a_bath_at_zero_temperature_makes_it_infinite_unless_nothing_flows() -> None:
    currents = np.array([[2.0, -3.0, 1.0], [1e-17, -1.0, 1.0], [-1e-17, -1.0, 1.0]])
    found = entropy_production(currents, np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    assert found.tolist() == [np.inf, 1.0, 1.0]
