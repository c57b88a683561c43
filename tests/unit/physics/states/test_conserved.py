"""Null vectors of the generator on degenerate levels, against the whole of it."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.conserved import conserved_by, darkness, generator_on, several_states
from sambe.sweep.axes import Sweep

COLD = sambe.Ohmic(0.002, cutoff=10.0)


def ladder_down(levels: int, temperature: float) -> sambe.System:
    """An excited level above degenerate ones, each on a bath of its own."""
    baths = []
    for k in range(1, levels):
        op = sambe.transition(levels, 0, k)
        baths.append(sambe.Bath(f"{k}", op + op.T, COLD, temperature))
    return sambe.System(np.diag([1.0] + [0.0] * (levels - 1)), baths=baths)


def test_the_generator_on_all_elements_is_the_whole() -> None:
    system = sambe.models.two_qubits()
    found = solve_batch(Sweep(system).part(np.arange(1)), prepare(system))
    g = make_redfield(found.jumps)
    matrix = generator_on(g, np.argwhere(np.ones((4, 4), dtype=bool)))
    r = np.random.default_rng(0).normal(size=(4, 4))
    rho = r + r.T
    packed = g.apply(rho[None])[0]
    moved = 0.5 * (packed + packed.T) + 0.5j * (packed - packed.T)
    np.testing.assert_allclose(matrix @ rho.ravel(), moved.ravel(), atol=1e-12)
    np.testing.assert_allclose(matrix @ found.state[0].ravel(), 0.0, atol=1e-14)


@pytest.mark.parametrize("levels", [4, 12])
@pytest.mark.parametrize(("temperature", "dark"), [(0.0, True), (0.3, False)])
def test_dark_states_are_counted(levels: int, temperature: float, dark: bool) -> None:
    system = ladder_down(levels, temperature)
    part = Sweep(system).part(np.arange(1))
    jumps = solve_batch(part, prepare(system)).plain
    assert several_states(jumps, part.baths).tolist() == [dark]
    if dark:
        assert darkness(jumps) == levels - 1
        assert "dark states" in conserved_by(jumps)


def test_levels_of_one_quasienergy_count_as_degenerate() -> None:
    # two spins in a linear field, with a common coupling: the singlet lies omega / 2 from nowhere, yet apart
    total = [sum(sambe.lift(op, k, (2, 2)) for k in (0, 1)) for op in (sambe.sigmaz(), sambe.sigmax())]
    detuned = sambe.lift(sambe.sigmaz(), 0, (2, 2))
    bath = sambe.Bath("bath", total[1], COLD, 0.5)
    d = sambe.axis("d", [0.0, 0.05])
    system = sambe.System([(0.5, total[0]), (d, detuned)], {1: [(0.1, total[1])]}, 1.0, [bath])
    for secular in ("full", "partial", "none"):
        assert sambe.steady_state(system, secular=secular).status.values.tolist() == [2, 0]
