"""Generators as matrices: Redfield's operator element by element, and what is left of a secular one."""

from __future__ import annotations

from typing import Any

import numpy as np

from sambe.physics.currents.terminals import secular_currents
from sambe.physics.generators.positive import make_clustered, make_universal
from sambe.physics.generators.redfield import make_redfield, pack, unpack
from sambe.physics.in_time.standing_generator import coherence_rates, generator_matrix, population_heat
from sambe.physics.pipeline import jumps_of

RHO = np.array([[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]])


def test_the_matrix_acts_as_the_operator_does(batch: Any) -> None:
    jumps = jumps_of(*batch())
    for g in (make_redfield(jumps), make_universal(jumps)):
        found = (generator_matrix(g)[0] @ RHO.reshape(-1)).reshape(2, 2)
        np.testing.assert_allclose(found, unpack(g.apply(pack(RHO[None])))[0], atol=1e-15)


def test_coherences_between_clusters_decay_by_what_leaves_them(batch: Any) -> None:
    jumps = jumps_of(*batch())
    alone = make_clustered(jumps, np.eye(2)[None])
    found = generator_matrix(alone)[0].reshape(2, 2, 2, 2)
    rates = coherence_rates(jumps)[0]
    assert np.isclose(found[0, 1, 0, 1], rates[0, 1], rtol=1e-12)
    assert found[0, 1, 1, 0] == found[0, 0, 0, 1] == 0.0
    together = make_clustered(jumps, np.ones((1, 2, 2)))
    np.testing.assert_allclose(generator_matrix(together), generator_matrix(make_redfield(jumps)), atol=1e-18)


def test_coherences_decay_at_half_the_rates_out_and_by_dephasing(batch: Any) -> None:
    jumps = jumps_of(*batch())
    out = jumps.rates[0] * (1.0 - np.eye(2))
    s = np.diagonal(jumps.dressing.couplings[0, 0], axis1=-2, axis2=-1)
    pure = 0.0
    for u in range(2):
        for k, q in enumerate(jumps.dressing.quanta):
            both = jumps.forward[u][0, k, 0, 0] + (q > 0) * jumps.backward[u][0, k, 0, 0]
            pure += 0.5 * both * abs(s[k, 0] - s[k, 1]) ** 2
    rate = coherence_rates(jumps)[0]
    assert np.isclose(rate[0, 1].real, -0.5 * out.sum() - pure, rtol=1e-12)
    assert np.isclose(rate[0, 1].imag, np.ptp(jumps.dressing.energies), rtol=1e-12)
    assert rate[0, 0] == 0.0


def test_heat_of_populations_is_what_a_steady_state_counts(batch: Any) -> None:
    jumps = jumps_of(*batch())
    p = np.array([[0.3, 0.7]])
    found = np.matmul(population_heat(jumps), p[..., None])[..., 0]
    np.testing.assert_allclose(found, secular_currents(jumps, p), rtol=1e-12)
