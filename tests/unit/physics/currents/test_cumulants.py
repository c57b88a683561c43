"""The recursion, against the cumulants of processes in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.physics.currents.cumulants import cumulants_of
from sambe.physics.states.group_inverse import DenseResponse


class Cycle:
    """A system of two states that takes one unit: up at the rate a from terminal 0, down at b to 1."""

    terminals = 3
    baths = ("giver", "taker")

    def __init__(self, a: float, b: float) -> None:
        none = np.zeros((1, 2, 2))
        up, down = none.copy(), none.copy()
        up[0, 1, 0], down[0, 0, 1] = a, b
        self.generator = up + down - np.diag([a, b])
        self.jumps = (up, down, none)
        self.signs = (1.0, -1.0, 0.0)
        self.state = np.array([[b, a]]) / (a + b)

    def act(self, terminal: int, order: int, x: np.ndarray) -> np.ndarray:
        return self.signs[terminal] ** order * np.matmul(self.jumps[terminal], x[..., None])[..., 0]

    def rate(self, terminal: int, order: int, x: np.ndarray) -> np.ndarray:
        return self.act(terminal, order, x).sum(axis=-1)

    def mixed(self, terminal: int, pump: int, x: np.ndarray) -> np.ndarray:
        return np.zeros(len(x))


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.3, 2.0)])
def test_a_two_state_cycle(a: float, b: float) -> None:
    # l^2 + (a + b) l + a b (1 - e^x) = 0, its four derivatives at zero
    cycle = Cycle(a, b)
    found = cumulants_of(cycle, cycle.state, DenseResponse(cycle.generator, np.arange(2)), 4)
    t, p = a + b, a * b
    one = p / t
    two = (p - 2 * one**2) / t
    three = (p - 6 * one * two) / t
    four = (p - 8 * one * three - 6 * two**2) / t
    np.testing.assert_allclose(found.cumulants[0, :, 0], [one, two, three, four], rtol=1e-13)
    np.testing.assert_allclose(found.cumulants[0, :, 1], [-one, two, -three, four], rtol=1e-13)
    np.testing.assert_allclose(
        found.noise[0], two * np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 0]]), atol=1e-15
    )
    np.testing.assert_allclose(found.shot[0], [one, one, 0.0], rtol=1e-14)


def test_one_cumulant_is_the_mean() -> None:
    cycle = Cycle(1.0, 2.0)
    found = cumulants_of(cycle, cycle.state, DenseResponse(cycle.generator, np.arange(2)), 1)
    assert found.cumulants.shape == (1, 1, 3)
    assert found.noise.shape == (1, 3, 3)
