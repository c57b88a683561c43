"""Operators of qubits and spins: their algebra, their agreement with QuTiP, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.errors import InputError


def commutator(a, b):
    return a @ b - b @ a


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (sambe.sigmax(), qutip.sigmax()),
        (sambe.sigmay(), qutip.sigmay()),
        (sambe.sigmaz(), qutip.sigmaz()),
        (sambe.sigmap(), qutip.sigmap()),
        (sambe.sigmam(), qutip.sigmam()),
        (sambe.spin_jx(1.5), qutip.spin_Jx(1.5)),
        (sambe.spin_jy(1.5), qutip.spin_Jy(1.5)),
        (sambe.spin_jz(1.5), qutip.spin_Jz(1.5)),
        (sambe.spin_jp(1.5), qutip.spin_Jp(1.5)),
        (sambe.spin_jm(1.5), qutip.spin_Jm(1.5)),
    ],
)
def test_same_conventions_as_qutip(ours, theirs):
    assert ours.dtype == complex
    assert_allclose(ours, theirs.full(), atol=1e-15)


@given(st.integers(1, 12))
def test_spin_algebra(two_s):
    s = two_s / 2
    x, y, z = sambe.spin_jx(s), sambe.spin_jy(s), sambe.spin_jz(s)
    assert_allclose(commutator(x, y), 1j * z, atol=1e-12)
    assert_allclose(x @ x + y @ y + z @ z, s * (s + 1) * np.eye(two_s + 1), atol=1e-12)
    assert_array_equal(sambe.spin_jm(s), sambe.spin_jp(s).conj().T)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sambe.spin_jz(0.7), r"s = 0\.7: .*multiple of 1/2"),
        (lambda: sambe.spin_jp(-1), r"s = -1"),
        (lambda: sambe.spin_jx(float("inf")), r"s = inf"),
        (lambda: sambe.spin_jx("up"), r"s = 'up'"),
    ],
)
def test_what_is_no_spin_is_named(make, message):
    with pytest.raises(InputError, match=message):
        make()
