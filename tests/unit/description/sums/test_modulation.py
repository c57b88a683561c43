"""Couplings by the harmonics of the drive: what they are made of, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.sums.modulation import Modulation, hermitian_parts, may_be_complex, modulation
from sambe.errors import InputError

SX, SP, EYE = sambe.sigmax(), sambe.sigmap(), np.eye(2)


def test_plain_terms_are_summed_and_those_with_arrays_stand_apart() -> None:
    depth = sambe.axis("depth", [0.1, 0.2])
    made = modulation({1: [(0.2, SX), (0.1j, SP), (depth, SX)], 0: SX}, "coupling")
    assert isinstance(made, Modulation)
    assert not made.fixed
    np.testing.assert_array_equal(made.harmonics[1], 0.2 * SX + 0.1j * SP)
    ((q, c, op),) = made.swept
    assert (q, c is depth, np.array_equal(op, SX)) == (1, True, True)
    seen = []
    made.map_numbers(lambda path, x: seen.append(path))
    assert seen == ["[1][0]"]
    assert may_be_complex("bath 'b'.coupling[3]" + seen[0])


def test_where_nothing_turns_it_is_an_operator() -> None:
    for given in ({0: SX}, {0: SX, 1: 0.0 * SX}, {0: [(0.5, SX), (0.5, SX)], 2: [(0, SP)]}):
        np.testing.assert_array_equal(modulation(given, "coupling"), SX)


def test_its_operators_are_hermitian_and_span_it() -> None:
    made = modulation({1: SP, 2: 1j * SX}, "coupling")
    assert isinstance(made, Modulation)
    for op in made.operators:
        np.testing.assert_array_equal(op, op.conj().T)
    assert len(made.operators) == 3  # sigma_+ by its two quadratures, i sigma_x by sigma_x alone
    for op in (SP, 1j * SX, SX, SP + 0.3 * SX):
        np.testing.assert_allclose(sum(c * part for c, part in hermitian_parts(op)), op, atol=1e-16)


def test_a_linear_map_reaches_every_operator() -> None:
    depth = sambe.axis("depth", [0.1, 0.2])
    made = modulation({0: SX, 1: [(depth, SP)]}, "coupling")
    turned = made.turned(lambda op: 2.0 * op)
    np.testing.assert_array_equal(turned.harmonics[0], 2.0 * SX)
    np.testing.assert_array_equal(turned.swept[0][2], 2.0 * SP)


@pytest.mark.parametrize(("given", "message"), [
    ({}, "counting quanta"),
    ({-1: SX}, "from 0 on"),
    ({True: SX}, "from 0 on"),
    ({"1": SX}, "from 0 on"),
    ({0.5: SX}, "from 0 on"),
    ({10**7: SX}, "are counted"),
    ({0: SP}, r"coupling\[0\].*must be Hermitian"),
    ({0: [(sambe.axis("g", [1.0]), SP)]}, r"coupling\[0\]\[0\].*must be Hermitian"),
    ({0: SX, 1: np.eye(3)}, r"coupling\[1\]\[0\] = \(3, 3\)"),
    ({1: [(float("nan"), SX)]}, "finite number"),
    ({1: [("x", SX)]}, "finite number"),
    ({1: 3.0}, r"coupling\[1\]"),
])  # fmt: skip
def test_what_is_no_modulation_says_the_way(given: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        modulation(given, "coupling")
