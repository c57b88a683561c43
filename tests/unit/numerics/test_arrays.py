"""Array helpers: the namespace that wins, adjoints, and reductions over a short axis."""

from __future__ import annotations

import array_api_strict as strict
import jax
import numpy as np
import pytest
import xarray as xr

from sambe.numerics.arrays import (
    dagger,
    diagonal,
    expand,
    finite_number,
    folded,
    in_a_row,
    is_array,
    is_concrete,
    is_numpy,
    namespace,
    to_numpy,
)

RNG = np.random.default_rng(2)


def test_numpy_gives_way_to_any_other_library() -> None:
    ours, theirs = np.eye(2), strict.asarray(np.eye(2))
    assert is_numpy(namespace(ours, 1.0, None))
    assert namespace(ours, theirs) is namespace(theirs)
    assert not is_numpy(namespace(theirs))
    assert all(map(is_array, (ours, theirs)))
    assert not any(map(is_array, (1.0, [1.0], xr.DataArray(ours))))
    assert type(to_numpy(theirs)) is np.ndarray
    assert to_numpy(ours) is ours


def test_a_tracer_has_no_values_yet() -> None:
    seen = []
    jax.jit(lambda x: (seen.append(is_concrete(x)), x)[1])(1.0)
    assert seen == [False]
    assert is_concrete(np.zeros(1))
    assert is_concrete(1.0)


@pytest.mark.parametrize("imaginary", [0.0, 1j])
def test_dagger_and_diagonal_are_over_the_last_two_axes(imaginary) -> None:
    x = RNG.normal(size=(3, 2, 4, 4)) + imaginary * RNG.normal(size=(3, 2, 4, 4))
    for values in (x, strict.asarray(x)):
        turned = np.asarray(dagger(values))
        np.testing.assert_array_equal(turned, np.einsum("abij->abji", x).conj())
        assert turned.dtype == x.dtype
        np.testing.assert_array_equal(np.asarray(diagonal(values)), np.einsum("abii->abi", x))


@pytest.mark.parametrize("places", [[0, 1, 2], [4], [3, 4, 5, 6], [2, 1, 3], [0, 2, 2], [1, 3], []])
def test_what_stands_in_a_row_is_no_copy(places: list[int]) -> None:
    x, at = RNG.normal(size=(7, 2)), np.asarray(places, dtype=np.intp)
    there = x[in_a_row(at)]
    np.testing.assert_array_equal(there, x[at])
    assert np.shares_memory(there, x) == (places in ([0, 1, 2], [4], [3, 4, 5, 6]))


def test_expand_leaves_numbers_alone() -> None:
    assert expand(2.0, 3) == 2.0
    assert expand(np.float64(2.0), 3) == 2.0
    assert expand(np.zeros((4, 5)), 2).shape == (4, 5, 1, 1)


@pytest.mark.parametrize("length", [1, 2, 16, 17, 40])
@pytest.mark.parametrize("operation", [np.maximum, np.minimum, np.add])
def test_a_folded_reduction_is_the_reduction(operation, length: int) -> None:
    x = RNG.normal(size=(6, 3, length))
    np.testing.assert_allclose(folded(operation, x), operation.reduce(x, axis=-1), rtol=1e-14, atol=1e-14)


def test_what_counts_as_a_finite_number() -> None:
    good = (1, -2.5, 1j, np.float32(1.0), np.complex128(1j))
    bad = (True, None, "1", np.nan, np.inf, complex(0, np.inf), np.zeros(1), [1.0])
    assert all(map(finite_number, good))
    assert not any(map(finite_number, bad))
