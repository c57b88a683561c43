"""The hierarchy of auxiliary operators: ordered by level, neighbours linked."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

import sambe
from sambe.physics.heom.expansion import Expansion, expand
from sambe.physics.heom.hierarchy import hierarchy, hierarchy_size
from sambe.physics.heom.jump_lines import Lines


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


def test_an_exponent_of_a_lead_is_excited_once() -> None:
    labels = {d: [x for x in product((0, 1), (0, 1), (0, 1, 2, 3)) if sum(x) <= d] for d in range(4)}
    assert [hierarchy_size(1, d, 2) for d in range(4)] == [len(x) for x in labels.values()]


def test_what_turns_a_lead_is_linear_in_d_and_its_adjoint() -> None:
    """L(t) of d(t) = sum_p d_p exp(-ipwt), put together from its harmonics, is that of d(t) as it stands."""
    d = sambe.fermion(0, 1)
    lead = sambe.Lead("l", d, tunnelling=sambe.Lorentzian(0.2, 2.0), temperature=0.3)
    lines = Lines(np.array([0.5]), np.ones(1), np.full(1, 0.03), 0.5, np.ones(1))
    found = expand(lead, lines, 0.5, 4)
    parts = {-1: 0.2j * d, 0: 0.7 * d, 1: (0.1 - 0.4j) * d}
    h = hierarchy([(found, parts)], 2)
    for phase in (0.0, 0.6, 2.0):
        now = sum(np.exp(-1j * p * phase) * x for p, x in parts.items())
        links = h.links + sum(np.exp(-1j * p * phase) * x for p, x in h.turning.items())
        whole = hierarchy([(found, now)], 2).links
        assert abs(links - whole).max() < 1e-12 * abs(whole).max()
