"""Operators: their algebra, their agreement with QuTiP, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.description.operators import as_operator
from sambe.errors import InputError


def commutator(a, b):
    return a @ b - b @ a


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (sambe.destroy(7), qutip.destroy(7)),
        (sambe.create(7), qutip.create(7)),
        (sambe.num(7), qutip.num(7)),
        (sambe.identity(4), qutip.qeye(4)),
        (sambe.projector(3, 1), qutip.fock_dm(3, 1)),
        (sambe.transition(3, 2, 0), qutip.basis(3, 2) * qutip.basis(3, 0).dag()),
    ],
)
def test_same_conventions_as_qutip(ours, theirs):
    assert ours.dtype == complex
    assert_allclose(ours, theirs.full(), atol=1e-15)


@given(st.integers(2, 30))
def test_ladder_commutes_to_one_below_the_cut(levels):
    a = sambe.destroy(levels)
    expected = np.eye(levels)
    expected[-1, -1] = 1 - levels
    assert_allclose(commutator(a, sambe.create(levels)), expected, atol=1e-12)
    assert_allclose(sambe.create(levels) @ a, sambe.num(levels), atol=1e-12)


def test_lift_is_the_tensor_product():
    lifted = sambe.lift(sambe.spin_jz(1.0), 1, [2, 3, 2])
    expected = qutip.tensor(qutip.qeye(2), qutip.spin_Jz(1.0), qutip.qeye(2))
    assert_array_equal(lifted, expected.full())


def test_lifted_sites_commute():
    a, b = sambe.lift(sambe.sigmax(), 0, [2, 2]), sambe.lift(sambe.sigmay(), 1, [2, 2])
    assert_array_equal(commutator(a, b), np.zeros((4, 4)))


def test_as_operator_takes_qobj_and_lists_and_is_read_only():
    op = as_operator(qutip.sigmay(), "coupling")
    assert_array_equal(op, sambe.sigmay())
    assert_array_equal(as_operator([[0, 1], [1, 0]], "coupling"), sambe.sigmax())
    with pytest.raises(ValueError, match="read-only"):
        op[0, 0] = 1.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sambe.destroy(0), r"levels = 0"),
        (lambda: sambe.num(2.5), r"levels = 2\.5"),
        (lambda: sambe.identity(True), r"levels = True"),
        (lambda: sambe.projector(3, 3), r"to = 3: .*0 to 2"),
        (lambda: sambe.transition(3, 0, 0.5), r"start = 0\.5"),
        (lambda: sambe.lift(sambe.sigmax(), 2, [2, 2]), r"site = 2: .*0 to 1"),
        (lambda: sambe.lift(sambe.sigmax(), 1, [2, 3]), r"operator = \(2, 2\): site 1 has 3 levels"),
        (lambda: as_operator(np.ones((2, 3)), "coupling"), r"coupling = \(2, 3\): give a square"),
        (lambda: as_operator("x", "coupling"), r"coupling = 'x'"),
        (lambda: as_operator([[1, 2], [3]], "coupling"), r"coupling = \[\[1, 2\], \[3\]\]"),
        (lambda: as_operator([[1, 0], [0, np.nan]], "coupling"), r"coupling\[1, 1\] = .*nan.*finite"),
        (lambda: as_operator(np.zeros((0, 0)), "coupling"), r"coupling = \(0, 0\)"),
        (lambda: as_operator(np.zeros((2, 2), "datetime64[ns]"), "coupling"), r"coupling = .*give a square"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(InputError, match=message):
        make()
