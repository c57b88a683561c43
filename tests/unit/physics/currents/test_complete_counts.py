"""What jumps carry in the complete equation: energies, and entropy as of a thermal bath where it is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.physics.currents.complete_counts import complete_counts
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

OHMIC = sambe.Ohmic(0.01, cutoff=10.0)
T = 0.5


def qubit(omega: Any, **first: Any) -> sambe.System:
    """A drive, a coupling that the pump modulates, and diagonal elements: jumps of many quanta."""
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    several = isinstance(omega, tuple)
    tilted = 0.3 * sx + 0.1 * sz
    return sambe.System(
        0.5 * sz, {(1, 0): 0.1 * sx, (0, 1): 0.1 * sx} if several else {1: tilted}, omega,
        [sambe.Bath("a", sx if several else {0: sx, 1: 0.2 * sz}, OHMIC, **first),
         sambe.Bath("b", sx + 0.3 * sz, OHMIC, 1.0)],
    )  # fmt: skip


@pytest.mark.parametrize("omega", [0.3, 0.02, pytest.param((0.7, 1.1326), marks=pytest.mark.slow)])
def test_counted_energy_is_the_current(omega: Any) -> None:
    system = qubit(omega, temperature=T).map_numbers(lambda _, x: np.asarray([x]))
    found = solve_batch(system, prepare(system, secular="none"))
    assert_allclose(
        complete_counts(found.jumps, [found.jumps.energy, None])[:, 0], found.currents[:, 0], rtol=1e-8
    )


@pytest.mark.parametrize("omega", [0.3, 0.02, pytest.param((0.7, 1.1326), marks=pytest.mark.slow)])
def test_given_occupation_is_thermal_where_it_is_that_of_bose(omega: Any) -> None:
    """Slow drives and tones that have no common period too, by default."""
    given = sambe.steady_state(qubit(omega, state=sambe.Occupied(lambda w: 1.0 / np.expm1(w / T))))
    thermal = sambe.steady_state(qubit(omega, temperature=T))
    assert given.cross_terms_kept == 1
    assert_allclose(given.energy_current, thermal.energy_current, rtol=1e-9, atol=1e-12)
    assert_allclose(given.entropy_production, thermal.entropy_production, rtol=1e-9)
    assert_allclose(given.effective_temperature[0], T, rtol=1e-9)


def test_a_coupling_of_one_harmonic_alone_has_a_reverse() -> None:
    """A circular drive in its frame: every jump absorbs a quantum or gives one."""
    sx, sz, sp = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
    flows = [
        sambe.steady_state(
            sambe.System(0.5 * sz, {1: 0.1 * sp}, 0.8, [
                sambe.Bath("a", sx, OHMIC, **first), sambe.Bath("b", sx, OHMIC, 1.0)]),
            secular="none", equation="driven_dressed",
        )
        for first in ({"state": sambe.Occupied(lambda w: 1.0 / np.expm1(w / T))}, {"temperature": T})
    ]  # fmt: skip
    assert_allclose(flows[0].entropy_production, flows[1].entropy_production, rtol=1e-9)
    assert flows[0].entropy_production > 0
