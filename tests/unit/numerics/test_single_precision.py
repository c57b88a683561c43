"""Numbers that single precision is to keep clear of."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.numerics.single_precision import MOST, TINY, round_off, scaled, scaled_within_range


@pytest.mark.parametrize("kind", [np.float32, np.complex64])
@pytest.mark.parametrize("least", [1e-15, 1e-8, 1.0])
def test_what_is_left_is_nothing_or_not_small(kind: type, least: float) -> None:
    rng = np.random.default_rng(1)
    x = (rng.choice([-1.0, 1.0], 5000) * 10.0 ** rng.uniform(-44, 6, 5000)).astype(np.float32)
    x = (x + 1j * x[::-1]).astype(kind) if kind is np.complex64 else x
    out = x.copy()
    round_off(out, least)
    parts = np.abs(out.view(np.float32))
    assert ((parts == 0.0) | (parts > 0.2 * least)).all()
    change = np.abs(out.view(np.float32) - x.view(np.float32))
    assert (change <= 0.51 * least + 1.5 * np.finfo(np.float32).eps * np.abs(x.view(np.float32))).all()


def test_a_product_is_that_of_double_precision_rounded() -> None:
    rng = np.random.default_rng(2)
    x, by = rng.normal(size=(4, 5, 5)), rng.uniform(1e-3, 1e3, (4, 1, 1))
    out = scaled(x, by)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, (x * by).astype(np.float32))
    assert scaled(1j * x, by).dtype == np.complex64


def test_what_is_too_large_is_cut_off() -> None:
    x, by = np.array([[1e-200, 1.0, -1e40]]), np.array([[1e10]])
    with np.errstate(over="raise", under="ignore"):
        out = scaled_within_range(x, by)
    np.testing.assert_allclose(out, [[0.0, 1e10, -MOST]], rtol=1e-6)
    assert np.isfinite(out).all()
    assert TINY < 1e-37
    np.testing.assert_array_equal(scaled_within_range(x[:, :2], by), scaled(x[:, :2], by))
