"""Coupling operators: one, several, sums of pairs; what else a bath's coupling can be is in test_bath.py."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sambe import sigmax, sigmay, sigmaz
from sambe.description.couplings import couplings
from sambe.errors import InputError


def test_one_several_and_sums() -> None:
    assert_array_equal(couplings(sigmax(), "f"), [sigmax()])
    assert_array_equal(couplings([sigmax(), sigmay()], "f"), [sigmax(), sigmay()])
    assert_array_equal(couplings([(0.5, sigmax()), (2.0, sigmaz())], "f"), [0.5 * sigmax() + 2.0 * sigmaz()])
    assert_array_equal(couplings([[0, 1], [1, 0]], "f"), [sigmax()])


def test_bad_couplings_are_named() -> None:
    with pytest.raises(InputError, match=r"f\[1\]\[0, 1\]"):
        couplings([sigmax(), np.triu(np.ones((2, 2)))], "f")
    with pytest.raises(InputError, match="at least one"):
        couplings([], "f")
