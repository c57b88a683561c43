"""Couplings of a bath: operators, sums, mappings, and lists of these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.couplings import couplings
from sambe.description.sums.modulation import Modulation

SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()


def bath(coupling: Any) -> sambe.Bath:
    return sambe.Bath("b", coupling, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)


def test_a_mapping_stands_wherever_an_operator_does() -> None:
    turning = {0: SX, 1: [(0.2, SP)]}
    assert [isinstance(x, Modulation) for x in couplings(turning, "c")] == [True]
    assert [isinstance(x, Modulation) for x in couplings([turning, SZ], "c")] == [True, False]
    assert [isinstance(x, Modulation) for x in couplings((SZ, turning, {0: SX}), "c")] == [False, True, False]
    # made once, it is taken as it is
    made = couplings([turning, SZ], "c")
    assert couplings(made, "c")[0] is made[0]


def test_pairs_are_summed_and_operators_are_not() -> None:
    (both,) = couplings([(0.5, SX), (0.2, SZ)], "c")
    np.testing.assert_array_equal(both, 0.5 * SX + 0.2 * SZ)
    assert len(couplings([SX, SZ], "c")) == 2


def test_a_bath_knows_its_modulated_couplings() -> None:
    turning = bath([{0: SX, 1: SP}, SZ])
    assert (turning.modulated, bath(SX).modulated) == (True, False)
    assert (len(turning.couplings), len(turning.operators)) == (2, 4)  # sigma_x, two of sigma_+, sigma_z
    doubled = turning.turned(lambda op: 2.0 * op)
    np.testing.assert_array_equal(doubled.operators[-1], 2.0 * SZ)
    np.testing.assert_array_equal(doubled.operators[0], 2.0 * SX)


def test_a_modulated_coupling_needs_the_drive_frequency() -> None:
    with pytest.raises(sambe.InputError, match="modulated coupling of bath 'b' needs the drive frequency"):
        sambe.System(SZ, baths=bath({1: SX}))
    # nothing turns in a coupling whose strength is swept
    assert sambe.System(SZ, baths=bath({0: [(sambe.axis("g", [0.5, 1.0]), SX)]})).omega is None


@pytest.mark.parametrize("turning", [np.eye(2), 0.0 * SX])
def test_a_modulated_coupling_that_exchanges_no_energy_is_refused(turning: Any) -> None:
    with pytest.raises(sambe.InputError, match="multiple of the identity"):
        sambe.System(SZ, omega=0.3, baths=bath({1: turning}))


def test_numbers_of_a_coupling_have_paths_and_are_frozen() -> None:
    depth = sambe.axis("depth", [0.1, 0.2])
    system = sambe.System(SZ, omega=0.3, baths=bath([SZ, {0: SX, 2: [(0.5, SX), (depth, SX)]}]))
    path = "bath 'b'.coupling[1][2][0]"
    depth[0] = 7.0
    assert system.numbers()[path].values.tolist() == [0.1, 0.2]
    assert system.number_fault(path, 1j) is None
    assert system.number_fault("bath 'b'.coupling[1][0][0]", 1j) == "must be real"
