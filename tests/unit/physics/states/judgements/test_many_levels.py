"""Judgements of very many levels: the same as those of pair by pair, where these are summed or left alone."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.description.hilbert_space import symmetry
from sambe.physics import validity
from sambe.physics.generators.jumps import Jumps
from sambe.physics.generators.near_states.coherences import as_many, coherence_paths
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.conserved import DEGENERATE, SINGULAR, _common_zone, no_symmetry
from sambe.physics.states.judgements.dropped_coherences import Changes
from sambe.physics.states.judgements.many_levels import nearest_driven, summed_move
from sambe.physics.validity import secular_measures

OHMIC = sambe.Ohmic(0.01, cutoff=5.0)
A = sambe.destroy(6)


def ladder(coupling: Any, other: Any) -> sambe.System:
    baths = [
        sambe.Bath(name, op, OHMIC, temperature=t)
        for name, op, t in (("l", coupling, 1.0), ("r", other, 0.5))
    ]
    return sambe.System(A.T @ A - 0.02 * A.T @ A.T @ A @ A, {1: [(0.05, A.T)]}, 0.95, baths)


def chain(spins: int) -> sambe.System:
    """Spins in a row between two baths, the first one driven: real operators, and many gaps."""
    size = [2] * spins
    up = [sambe.lift(sambe.sigmap().real, k, size) for k in range(spins)]
    h = sum((0.48 + 0.02 * k) * (2.0 * u @ u.T - np.eye(len(u))) for k, u in enumerate(up))
    for u, v in itertools.pairwise(up):
        h = h + 0.15 * (u @ v.T + v @ u.T)
    baths = [sambe.Bath(name, up[k] + up[k].T, sambe.Ohmic(0.002, cutoff=10.0), temperature=t)
             for name, k, t in (("l", 0, 1.2), ("r", -1, 0.4))]  # fmt: skip
    return sambe.System(h, {1: [(0.05, up[0])]}, 0.9, baths)


FIELD, ACROSS = A + A.T, 1j * A - 1j * A.T
CASES = {
    "one operator": ladder(FIELD, FIELD),
    "complex": ladder(FIELD, ACROSS),
    "dephasing": ladder(FIELD, A.T @ A),
    "no frame": sambe.models.spin_boson(drive=0.1, omega=0.98, polarization="linear"),
    "undriven": sambe.models.two_qubits(drive=0.0, omega=0.9),
    "leads": sambe.models.double_dot(),
}


def solved(system: sambe.System) -> tuple[Jumps, Any]:
    one = system.map_numbers(lambda _, x: np.asarray([x]))
    solution = solve_batch(one, prepare(system, secular="full"))
    return solution.plain, solution.populations


@pytest.mark.parametrize("name", CASES)
def test_traces_are_what_pairs_add_up_to(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps, p = solved(CASES[name])
    pairs = Changes.of(make_redfield(jumps), p).move(as_many(jumps))
    assert_allclose(summed_move(jumps, p)[0], pairs, rtol=1e-12)
    monkeypatch.setattr("sambe.physics.states.judgements.many_levels.SINGLE_LEVELS", 1)
    assert_allclose(summed_move(jumps, p)[0], pairs, rtol=1e-3)


def test_far_pairs_of_real_operators_add_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    jumps, p = solved(chain(5))
    every = summed_move(jumps, p)
    monkeypatch.setattr("sambe.physics.states.judgements.many_levels.BAND_LEVELS", 1)
    monkeypatch.setattr("sambe.numerics.close_pairs.LEAST", 1)
    near = summed_move(jumps, p)
    assert near != every
    assert_allclose(near, every, rtol=2e-2)


@pytest.mark.parametrize("name", CASES)
def test_the_nearest_pair_is_the_least_of_all(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps, p = solved(CASES[name])
    d, least = jumps.dressing, np.inf
    for m, path in coherence_paths(jumps).items():
        for i in range(d.levels):
            for j in range(i):
                if (path[0, i, j] or path[0, j, i]) and p[0, i] + p[0, j] >= 1e-3:
                    gap = abs(abs(d.energies[0, i] - d.energies[0, j]) - (abs(m * d.omega) if m else 0.0))
                    least = min(
                        least, float(np.ravel(gap)[0]) / (0.5 * float(jumps.leaving[0, [i, j]].sum()))
                    )
    assert_allclose(nearest_driven(jumps, p, 1e-3), least, rtol=1e-12)
    monkeypatch.setattr(
        "sambe.physics.states.judgements.many_levels.TRIED", 1
    )  # where none of the nearest will do
    assert_allclose(nearest_driven(jumps, p, 1e-3), least, rtol=1e-12)


def test_a_point_of_many_levels_is_judged_so(monkeypatch: pytest.MonkeyPatch) -> None:
    system = CASES["complex"]
    jumps, p = solved(system)
    pairs = secular_measures(jumps, p, system.baths, np.ones((1, 3)))
    monkeypatch.setattr(validity, "MANY_LEVELS", 4)
    many = secular_measures(jumps, p, system.baths, np.ones((1, 3)))
    assert many.ratio <= pairs.ratio
    assert many.shift > 0.0


def one_stationary_state(system: sambe.System, near: float = DEGENERATE) -> bool:
    jumps, _ = solved(system)
    return no_symmetry(jumps, _common_zone(jumps.dressing)[0], near, SINGULAR)


def excited_pair(gap: float, other: float) -> sambe.System:
    """Two excited levels that a bath links to one ground state, with amplitudes 1 and ``other``."""
    down = sambe.transition(3, 0, 1) + other * sambe.transition(3, 0, 2)
    bath = sambe.Bath("b", down + down.T, OHMIC, temperature=1.0)
    return sambe.System(np.diag([0.0, 1.0, 1.0 + gap]), baths=[bath])


def test_what_is_seen_at_first_sight() -> None:
    assert one_stationary_state(CASES["one operator"])
    assert one_stationary_state(CASES["complex"])
    assert one_stationary_state(excited_pair(0.1, 1.0))
    # levels that are near: one superposition of the excited ones emits nothing, whatever the amplitudes
    assert not one_stationary_state(excited_pair(1e-7, 1.0))
    assert not one_stationary_state(excited_pair(1e-7, 0.3))
    assert one_stationary_state(
        excited_pair(1e-7, 0.3).replace(
            baths=[
                *excited_pair(1e-7, 0.3).baths,
                sambe.Bath("c", np.diag([0.0, 1.0, -1.0]), OHMIC, temperature=0.5),
            ]
        )
    )
    assert not one_stationary_state(excited_pair(0.1, 1.0), near=1.0)  # three in a row: more work
    assert not one_stationary_state(excited_pair(1e-9, 1.0))


def test_symmetries_of_linked_states_are_left_to_the_points(monkeypatch: pytest.MonkeyPatch) -> None:
    both = sambe.lift(sambe.sigmax(), 0, [2, 2]) + sambe.lift(sambe.sigmax(), 1, [2, 2])
    z = sum(0.5 * sambe.lift(sambe.sigmaz(), k, [2, 2]) for k in range(2))
    x = sambe.lift(sambe.sigmax(), 0, [2, 2]) @ sambe.lift(sambe.sigmax(), 1, [2, 2])
    system = sambe.System(z + 0.1 * x, baths=[sambe.Bath("b", both, OHMIC, temperature=1.0)])
    with pytest.raises(sambe.InputError, match="not unique"):
        prepare(system)
    monkeypatch.setattr(symmetry, "POINTWISE", 3)
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.steady_state(system)
