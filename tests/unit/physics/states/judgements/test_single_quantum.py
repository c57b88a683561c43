"""The first-order effect of what turns with twice a single quantum, against what it does."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.preparation import prepare
from sambe.physics.states.judgements.cross_terms import CLEARED, cross_terms, dropped_shift, relative_shift
from sambe.physics.states.judgements.single_quantum import effects_of_single_quantum, has_single_quantum
from sambe.physics.states.periods.complete_state import complete_state
from sambe.physics.states.stationary import redfield_state

OMEGA = np.linspace(0.6, 1.4, 9)


def ladder(strength: float, drive: float = 0.05, levels: int = 8) -> sambe.System:
    x = models.kerr_resonator(levels=levels).baths[0].operators[0]
    baths = [sambe.Bath("left", x, sambe.Ohmic(strength, 10.0), 0.5),
             sambe.Bath("right", x, sambe.Ohmic(0.3 * strength, 10.0), 0.2)]  # fmt: skip
    return models.kerr_resonator(kerr=0.05, drive=drive, omega=OMEGA, levels=levels, baths=baths)


def solved(system: sambe.System) -> tuple[Jumps, Any]:
    method = prepare(system, "driven_dressed", "partial")
    jumps = make_jumps(ordered(dressing_of(system, method)), system.baths, method.wiring)
    return jumps, redfield_state(make_redfield(jumps), 1e-13)


@pytest.mark.parametrize("strength", [0.001, 0.004])
def test_the_currents_move_as_the_complete_equation_moves_them(strength: float) -> None:
    jumps, part = solved(ladder(strength))
    effects = effects_of_single_quantum(jumps, part.state, part.currents)
    true = complete_state(jumps).currents - part.currents
    share = np.abs(effects.change).max(axis=-1) / np.abs(true).max(axis=-1)
    # what is left out is smaller by a relaxation rate over omega, or over the distance to a resonance
    assert (share[:5] > 0.8).all()
    assert (share[:5] < 1.4).all()
    # near one between levels that several quanta join, by less than what is asked for a step more
    largest = np.abs(part.currents).max(axis=-1, keepdims=True)
    assert (np.abs(effects.change - true) < 0.5 * CLEARED * largest).all()


def test_flows_and_harmonics_are_those_of_the_samples() -> None:
    jumps, part = solved(ladder(0.002))
    effects = effects_of_single_quantum(jumps, part.state, part.currents)
    terms = cross_terms(jumps, part.state, part.currents)
    # the mean of a flow over the period against that of its size, |z| against |Re z + Im z|
    assert (effects.traffic <= 1.001 * terms.traffic).all()
    assert (effects.traffic > 0.5 * terms.traffic).all()
    ratio = effects.harmonics / terms.harmonics
    assert (ratio < 1.01).all()
    assert (ratio > 0.5).all()


def test_a_point_does_not_depend_on_its_neighbours() -> None:
    jumps, part = solved(ladder(0.002))
    every = effects_of_single_quantum(jumps, part.state, part.currents)
    for k in (0, 4, 8):
        one = np.array([k])
        alone = effects_of_single_quantum(jumps_at(jumps, one), part.state[one], part.currents[one])
        for x, y in zip(alone, every, strict=True):
            assert x.tobytes() == y[one].tobytes()


def test_populations_that_are_not_unique_are_not_judged() -> None:
    jumps, part = solved(ladder(0.002))
    blind = np.zeros_like(jumps.dressing.couplings)
    jumps.dressing.couplings[4] = blind[4]
    effects = effects_of_single_quantum(jumps, part.state, part.currents)
    assert np.isnan(effects.change[4]).all()
    assert np.isfinite(np.delete(effects.change, 4, axis=0)).all()


def test_one_quantum_is_told_from_several() -> None:
    assert has_single_quantum(solved(ladder(0.002))[0])
    qubit = models.spin_boson(omega=OMEGA, baths=[sambe.Bath(
        "both", sambe.sigmax() + sambe.sigmaz(), sambe.Ohmic(0.002, 10.0), 0.5)])  # fmt: skip
    assert not has_single_quantum(solved(qubit)[0])
    still = models.spin_boson(
        omega=OMEGA, baths=[sambe.Bath("z", sambe.sigmaz(), sambe.Ohmic(0.002, 10.0), 0.5)]
    )
    assert not has_single_quantum(solved(still)[0])


@pytest.mark.parametrize("seed", range(6))
def test_what_is_cleared_is_not_flagged_by_a_step_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    jumps, part = solved(ladder(10 ** rng.uniform(-3.5, -1.5), 10 ** rng.uniform(-2.5, -0.7)))
    told = dropped_shift(jumps, part.state, part.currents, framed=True)
    wanted = relative_shift(cross_terms(jumps, part.state, part.currents), part.currents)
    assert (wanted[told < CLEARED] < 0.01).all()
    known = np.isfinite(told) & (told >= CLEARED)
    assert ((told > 0.01) == (wanted > 0.01))[known].all()
