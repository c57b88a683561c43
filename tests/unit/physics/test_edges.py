"""Population at the cut of a ladder: of basis states and of others, from populations and from matrices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sambe
from sambe.physics.edges import edge_population
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_it_is_that_of_the_projector_on_the_cut(secular: str) -> None:
    draw = np.random.default_rng(2)
    h, s = (x + x.T for x in draw.normal(size=(2, 5, 5)))
    system = sambe.System(
        h, baths=[sambe.Bath("bath", s, sambe.Ohmic(0.01, 10.0), temperature=1.0)], edge=(1, 4)
    )
    method = prepare(system, secular=secular)
    solution = solve_batch(system, method)
    v = solution.jumps.dressing.states
    state = np.asarray(solution.state)
    density = v @ (np.diag(state) if state.ndim == 1 else state) @ v.conj().T
    assert edge_population(solution, method) == pytest.approx(density[1, 1].real + density[4, 4].real)
    turned = np.linalg.qr(np.concatenate([np.eye(5)[:, [1, 4]], draw.normal(size=(5, 1))], axis=1))[0][:, 2:]
    more = replace(method, edge_vectors=turned)
    expected = density[1, 1].real + density[4, 4].real + (turned.T @ density @ turned).item().real
    assert edge_population(solution, more) == pytest.approx(expected)
    assert more.population_at_edge(density) == pytest.approx(expected)
    alone = replace(more, edge=())
    assert edge_population(solution, alone) == pytest.approx((turned.T @ density @ turned).item().real)
    assert edge_population(solution, replace(method, edge=())) == 0.0
