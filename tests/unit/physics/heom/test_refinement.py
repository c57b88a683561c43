"""One point at one refinement: what it asks of its baths, and where its hierarchy ends by itself."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import ConvergenceError, InputError
from sambe.physics.heom.expansion import expand
from sambe.physics.heom.refinement import Setting, prepared_point

D = sambe.fermion(0, 1)
LEADS = [
    sambe.Lead(name, D, tunnelling=sambe.Lorentzian(g, 1.0), temperature=0.5, chemical_potential=mu)
    for name, g, mu in (("l", 0.2, 0.3), ("r", 0.1, -0.3))
]
DOT = sambe.System([(0.2, D.conj().T @ D)], baths=LEADS)


def test_a_level_without_interaction_ends_at_the_second_level() -> None:
    """Its hierarchy is exact there: nothing of the third feeds the currents."""
    point = prepared_point(DOT, 1e-3, 8, 100_000)
    assert [len(own) for own in point.couplings] == [1, 1]
    np.testing.assert_array_equal(point.couplings[0][0][0], D)
    assert (point.reach, point.step) == (0, 0)
    short = tuple(expand(b, line, 0.1, 8) for b, line in zip(point.baths, point.lines, strict=True))
    second, third = (point.solve(Setting(short, depth, 0)) for depth in (2, 3))
    assert point.moved(second, third) < 1e-9
    assert third.particles[0] == pytest.approx(-third.particles[1], rel=1e-9)
    first = point.solve(Setting(short, 1, 0))
    assert point.moved(first, second) > 1e-3  # of second order in the tunnelling
    assert point.solve(Setting(short, 2, 0)) is second  # solved once


def test_limits_of_a_point() -> None:
    point = prepared_point(DOT, 1e-3, 8, 20)
    short = tuple(expand(b, line, 0.1, 8) for b, line in zip(point.baths, point.lines, strict=True))
    with pytest.raises(ConvergenceError, match="37 auxiliary operators"):  # 1 + 8 + 28 of eight exponents
        point.solve(Setting(short, 2, 0))
    swept = DOT.replace(hamiltonian=[(sambe.axis("e", [0.1, 0.2]), D.conj().T @ D)])
    with pytest.raises(InputError, match="one point"):
        prepared_point(swept, 1e-3, 8, 20)
