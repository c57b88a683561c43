"""Maps and functionals on packed states, against the same on matrices."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.numerics.packed_forms import as_functional, on_packed
from sambe.physics.generators.redfield import pack, unpack

RNG = np.random.default_rng(5)


def matrix(n: int, real: bool) -> np.ndarray:
    x = RNG.normal(size=(2, n, n))
    return x if real else x + 1j * RNG.normal(size=(2, n, n))


def state(n: int) -> np.ndarray:
    x = matrix(n, False)
    return x + x.conj().swapaxes(1, 2)


@pytest.mark.parametrize("real", [True, False])
def test_a_functional_is_twice_the_real_trace(real: bool) -> None:
    k, rho = matrix(3, real), state(3)
    found = np.vecdot(as_functional(k), pack(rho).reshape(2, -1))
    np.testing.assert_allclose(found, 2.0 * np.trace(k @ rho, axis1=1, axis2=2).real, rtol=1e-13)


@pytest.mark.parametrize("real", [True, False])
def test_a_map_of_both_sides_acts_on_the_packed_state(real: bool) -> None:
    l, s, rho = matrix(3, real), matrix(3, real), state(3)
    x = l.reshape(2, 9, 1) * s.conj().reshape(2, 1, 9)
    packed = np.matmul(on_packed(x, 3), pack(rho).reshape(2, 9, 1)).reshape(2, 3, 3)
    half = l @ rho @ s.conj().swapaxes(1, 2)
    np.testing.assert_allclose(unpack(packed), half + half.conj().swapaxes(1, 2), atol=1e-13)
