"""What the coherence of a pair does at each multiple of omega, against the sums written out."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.generators.jumps import Jumps
from sambe.physics.generators.near_states.pair_effects import Pairs, effects_elsewhere, partners
from sambe.physics.generators.near_states.zones import zone_shift, zones_and_effects
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare
from sambe.physics.states.stationary import stationary_populations

LADDER = models.kerr_resonator(levels=6, drive=0.3, omega=np.linspace(0.3, 0.9, 9))
QUBIT = models.spin_boson(drive=0.1, omega=np.array([0.25, 1 / 3, 0.5, 0.98]), polarization="linear")


def jumps(system: sambe.System) -> Jumps:
    return jumps_of(system, prepare(system, secular="full"))


def written_out(given: Jumps, point: int, m: int) -> Any:
    """The formula of `zone_shift` by loops over quanta and states, of a coupling that all baths share."""
    d, n = given.dressing, given.dressing.levels
    y = {}
    for k, q in enumerate(d.quanta):
        size = np.abs(d.couplings[point, 0, k])
        y[q] = size * np.sqrt(sum(a[point, k] for a in given.forward))
        if q:
            y[-q] = (size * np.sqrt(sum(a[point, k] for a in given.backward))).T
    p = stationary_populations(given.rates)[0][point]
    flow = (given.rates[point] * p).sum()
    omega = np.broadcast_to(d.omega, d.energies.shape[:-1])[point]
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            lost = sum(y[q - m][k, i] * y[q][k, j] for q in y if q - m in y for k in range(n))
            fed = sum(y[q][i, k] * p[k] * y[q - m][j, k] for q in y if q - m in y for k in range(n))
            rate = 0.5 * (given.leaving[point, i] + given.leaving[point, j])
            line = np.hypot(rate, d.energies[point, i] - d.energies[point, j] - m * omega)
            out[i, j] = (fed + 0.5 * (p[i] + p[j]) * lost) * lost / (line * flow)
    return out


@pytest.mark.parametrize("system", [LADDER, QUBIT], ids=["ladder", "qubit"])
def test_effects_are_the_sums_of_the_formula(system: sambe.System) -> None:
    given = jumps(system)
    pairs = Pairs.of(given, stationary_populations)
    for k, m in enumerate(pairs.differences.tolist()):
        for point in (0, 3):
            assert np.allclose(pairs.effect(k)[point], written_out(given, point, m), rtol=1e-12, atol=1e-15)
    some = pairs.at(np.array([2, 0]))
    for k in range(len(pairs.differences)):  # those that are kept go along
        np.testing.assert_array_equal(some.effect(k), pairs.effect(k)[[2, 0]])


@pytest.mark.parametrize("system", [LADDER, QUBIT], ids=["ladder", "qubit"])
def test_one_look_finds_the_zones_and_what_another_zone_would_do(system: sambe.System) -> None:
    given = jumps(system)
    shift, effects = zones_and_effects(given, stationary_populations, 1e-8)
    assert shift.any()
    np.testing.assert_array_equal(shift, zone_shift(given, stationary_populations, 1e-8))
    np.testing.assert_array_equal(effects, effects_elsewhere(given, stationary_populations))
    known = zones_and_effects(given, stationary_populations(given.rates)[0], 1e-8)
    np.testing.assert_array_equal(known[0], shift)
    np.testing.assert_array_equal(known[1], effects)


def test_partners_are_the_places_of_quanta_that_differ_by_a_multiple() -> None:
    d = jumps(QUBIT).dressing
    signed = [*d.quanta, *(-q for q in d.quanta if q)]
    for m in (0, 1, 2):
        row = partners(d, np.array([m]))[0]
        for place, q in enumerate(signed):
            assert row[place] == (signed.index(q - m) if q - m in signed else len(signed))
