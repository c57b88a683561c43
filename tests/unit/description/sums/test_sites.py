"""Operators of a chain by their sites: the parts add up, and none has a partial trace."""

from __future__ import annotations

import numpy as np

from sambe.description.operators import lift
from sambe.description.spin_operators import sigmax, sigmaz
from sambe.description.sums.sites import by_sites

SITES = (2, 3, 2)


def drawn() -> np.ndarray:
    draw = np.random.default_rng(5)
    x = draw.normal(size=(12, 12)) + 1j * draw.normal(size=(12, 12))
    return x + x.conj().T


def traced(x: np.ndarray, site: int) -> np.ndarray:
    return np.trace(x.reshape(*SITES, *SITES), axis1=site, axis2=site + 3)


def test_the_parts_add_up_and_have_no_partial_trace() -> None:
    x = drawn()
    one, two, rest = by_sites(x, SITES)
    mean = np.trace(x) / 12 * np.eye(12)
    np.testing.assert_allclose(mean + sum(one.values()) + sum(two.values()) + rest, x, atol=1e-12)
    for (s, o), bond in two.items():
        assert abs(traced(bond, s)).max() < 1e-12
        assert abs(traced(bond, o)).max() < 1e-12
    for s, own in one.items():
        assert abs(traced(own, s)).max() < 1e-12
    for s in range(3):  # what joins all three has none over any of them
        assert abs(traced(rest, s)).max() < 1e-12


def test_a_chain_falls_apart_as_it_was_written() -> None:
    dims = [2, 2, 2]
    z, x = (lambda k: lift(sigmaz(), k, dims)), (lambda k: lift(sigmax(), k, dims))
    one, two, rest = by_sites(0.3 * z(0) + 0.2 * x(0) @ x(1) + 0.1 * z(1) @ z(2), (2, 2, 2))
    np.testing.assert_allclose(one[0], 0.3 * z(0), atol=1e-15)
    np.testing.assert_allclose(two[0, 1], 0.2 * x(0) @ x(1), atol=1e-15)
    np.testing.assert_allclose(two[1, 2], 0.1 * z(1) @ z(2), atol=1e-15)
    assert max(abs(part).max() for part in (one[1], one[2], two[0, 2], rest)) < 1e-15
