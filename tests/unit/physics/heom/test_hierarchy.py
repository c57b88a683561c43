"""The hierarchy of auxiliary operators: ordered by level, neighbours linked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import sambe
from sambe.physics.heom.expansion import Expansion
from sambe.physics.heom.hierarchy import hierarchy, hierarchy_size


def test_hierarchy_is_ordered_by_level(expansion: Callable[..., Expansion]) -> None:
    found = expansion(sambe.DrudeLorentz(0.005, cutoff=2.0), 1.0)
    k = found.number
    h = hierarchy([(found, sambe.sigmax()), (found, sambe.sigmaz())], 3)
    sizes = [hierarchy_size(2 * k, depth) for depth in range(4)]
    assert h.starts == (0, *sizes)
    assert h.operators == sizes[-1]
    own = [x.exponent for x in found.environment.exponents]
    np.testing.assert_allclose(h.decay[list(h.first)], own * 2)
    assert abs(h.links.diagonal()).max() < 1e-14
