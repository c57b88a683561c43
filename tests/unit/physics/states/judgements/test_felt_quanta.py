"""Where terms between different quanta may count: no point that the judgement picks is left out."""

from __future__ import annotations

from typing import Any

import array_api_strict as strict
import numpy as np
import numpy.typing as npt
import pytest

import sambe
from sambe import models
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import jumps_at, make_jumps
from sambe.physics.generators.near_states.zones import zone_shift
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.judgements.cross_terms import cross_terms, needs_complete, relative_shift
from sambe.physics.states.judgements.felt_quanta import felt_share, may_count
from sambe.physics.states.periods.complete_state import complete_state
from sambe.physics.states.stationary import redfield_state, stationary_populations

TOLERANCE = 1e-8


def warm(strength: float) -> list[sambe.Bath]:
    return [
        sambe.Bath(name, spectrum=sambe.Ohmic(strength, cutoff=10.0), temperature=t)
        for name, t in (("hot", 1.2), ("cold", 0.4))
    ]


def linear_qubit(omega: Any, strength: float) -> sambe.System:
    return models.spin_boson(drive=0.1, omega=omega, baths=warm(strength), polarization="linear")


def linear_qubits(omega: Any, strength: float) -> sambe.System:
    two = models.two_qubits(drive=0.2, omega=omega, baths=warm(strength))
    both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in two.drive.items()}
    return two.replace(drive=both, frame=None)


def modulated(omega: Any, strength: float) -> sambe.System:
    return models.modulated_qubit(omega=omega, baths=warm(strength))


def ladder(omega: Any, strength: float) -> sambe.System:
    """More levels than are solved for with every coherence."""
    return models.kerr_resonator(drive=0.1, omega=omega, levels=9, baths=warm(strength))


def marked(system: sambe.System, framed: bool = False) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Any]:
    """Points that are marked, those that the judgement picks, and the jumps."""
    method = prepare(system)
    jumps = make_jumps(dressing_of(system, method), system.baths, method.wiring)
    shift = zone_shift(jumps, stationary_populations, TOLERANCE)
    part = redfield_state(make_redfield(jumps, shift), TOLERANCE)
    mark = np.asarray(may_count(jumps, part, shift, TOLERANCE, framed))
    # judged where the zone of the equation is that of the state
    same = np.flatnonzero((shift == shift[:, :1]).all(axis=-1))
    some = jumps_at(jumps, same)
    currents = part.currents[same]
    terms = cross_terms(some, part.state[same], currents)
    return mark[same], needs_complete(terms, currents, TOLERANCE), some


@pytest.mark.slow
@pytest.mark.parametrize("model", [linear_qubit, linear_qubits, modulated, ladder])
def test_what_the_judgement_picks_is_marked(model: Any) -> None:
    rng = np.random.default_rng(7)
    picked = 0
    for strength in (1e-5, 1e-4, 1e-3, 1e-2):
        mark, needs, _ = marked(model(rng.uniform(0.3, 2.0, 40), strength))
        assert not (needs & ~mark).any()
        picked += int(needs.sum())
    assert picked > 10


def test_what_is_not_marked_is_moved_by_less_than_counts() -> None:
    mark, _, jumps = marked(linear_qubit(np.linspace(0.6, 1.6, 60), 1e-5))
    assert np.count_nonzero(~mark) > 10
    at = np.flatnonzero(~mark)
    part = redfield_state(make_redfield(jumps_at(jumps, at)), TOLERANCE)
    moved = np.abs(complete_state(jumps_at(jumps, at)).currents - part.currents).max(axis=-1)
    assert (moved < 1e-5 * np.abs(part.currents).max(axis=-1)).all()


def test_a_frame_is_asked_only_where_relaxation_is_fast() -> None:
    omega = np.linspace(0.8, 1.2, 10)
    slow, fast = (models.spin_boson(drive=0.1, omega=omega, baths=warm(s)) for s in (1e-4, 0.1))
    assert not marked(slow, framed=True)[0].any()
    assert marked(fast, framed=True)[0].all()


def test_other_arrays_are_marked_alike() -> None:
    omega = np.linspace(0.6, 1.6, 8)
    marks = []
    for xp in (np, strict):
        system = linear_qubit(xp.asarray(omega), 2e-4).map_numbers(
            lambda path, x, xp=xp: x * xp.ones(omega.shape) if path == "hamiltonian[0]" else x
        )
        method = prepare(system)
        jumps = make_jumps(dressing_of(system, method), system.baths, method.wiring)
        part = redfield_state(make_redfield(jumps), TOLERANCE)
        marks.append(np.asarray(may_count(jumps, part, None, TOLERANCE, False)))
    np.testing.assert_array_equal(*marks)


def three_levels(omega: Any, strength: float) -> sambe.System:
    """V: two close states, driven from and relaxing to the third."""
    jump = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    ohmic = [sambe.Ohmic(factor * strength, cutoff=10.0) for factor in (1.0, 1.5)]
    baths = [
        sambe.Bath(name, jump + jump.T, spectrum, temperature)
        for name, spectrum, temperature in zip(("hot", "cold"), ohmic, (1.2, 0.4), strict=True)
    ]
    return sambe.System([(1.0, np.diag([0.0, 1.0, 1.001]))], {1: [(0.01, jump)]}, omega, baths)


def test_a_frame_is_asked_where_the_first_law_is_missed() -> None:
    """Though relaxation is slow: what the first law misses is a difference of two ways of counting."""
    system = three_levels(np.linspace(0.95, 1.05, 12), 0.002)
    method = prepare(system)
    complete = solve_batch(system, method).complete
    mark, needs, jumps = marked(system, framed=True)
    assert complete.sum() > 6
    assert mark[complete].all()
    assert mark[needs].all()
    part = redfield_state(make_redfield(jumps), TOLERANCE)
    terms = cross_terms(jumps, part.state, part.currents)
    moved = felt_share(jumps, part, None, part.unique)
    np.testing.assert_allclose(moved, relative_shift(terms, part.currents), rtol=0.05)
