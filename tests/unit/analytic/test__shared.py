"""What closed forms share: populations of a ladder without overflow, and rates by bath and channel."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.analytic._shared import boltzmann, check_couplings, floats, rates


@pytest.mark.parametrize(("up", "down"), [(0.2, 1.0), (1.0, 0.2), (1e-200, 1.0), (1.0, 1e-200), (0.7, 0.7)])
def test_a_ladder_with_one_ratio(up: float, down: float) -> None:
    p, ratio = boltzmann(3, np.array(up), np.array(down))
    assert p.sum() == pytest.approx(1.0)
    assert ratio == pytest.approx(up / down)
    np.testing.assert_allclose(p[1:] * down, p[:-1] * up, rtol=1e-12, atol=1e-220)


def test_one_way_ladders_end_in_their_last_state_and_dead_ones_nowhere() -> None:
    p, ratio = boltzmann(2, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    assert p[0].tolist() == [0.0, 0.0, 1.0]
    assert p[1].tolist() == [1.0, 0.0, 0.0]
    assert np.isnan(p[2]).all()
    assert ratio[0] == np.inf
    assert ratio[1] == 0.0


def test_rates_are_those_of_each_bath() -> None:
    baths = [sambe.Bath("a", spectrum=sambe.Ohmic(0.01, cutoff=5.0), temperature=t) for t in (0.0, 0.6)]
    energy = np.array([0.3, -0.8])
    found = rates(energy, baths)
    for u, bath in enumerate(baths):
        up, down = (sambe.absorption_rate(bath.spectrum, bath.temperature, s * energy) for s in (1, -1))
        np.testing.assert_allclose(found.forward[u], up)
        np.testing.assert_allclose(found.backward[u], down)
        np.testing.assert_allclose(found.density[u], down - up, rtol=1e-12)
    with pytest.raises(sambe.InputError, match="at least one"):
        rates(energy, [])


def test_numbers_broadcast_and_couplings_are_checked() -> None:
    a, b = floats(1, np.array([2.0, 3.0]))
    assert a.tolist() == [1.0, 1.0]
    assert b.dtype == float
    bath = sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.1), 0.5)
    check_couplings([bath], lambda n: sambe.sigmax())
    with pytest.raises(sambe.InputError, match=r"bath 'b'\.coupling"):
        check_couplings([bath], lambda n: sambe.sigmaz())
