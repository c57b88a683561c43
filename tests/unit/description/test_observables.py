"""Observables: what is refused, and the Hermitian parts of what is not."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.observables import observables_of, places_of_parts


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"n": np.eye(3)}, "observables['n']"), ([np.eye(2)], "observables"), ({3: np.eye(2)}, "observables"),
        ({"": np.eye(2)}, "observables"), ({"x": "sigmax"}, "observables['x']"),
        ({"a\x00b": np.eye(2)}, "observables"), ({"x": np.full((2, 2), np.nan)}, "observables['x'][0, 0]"),
    ],
)  # fmt: skip
def test_what_is_no_observable_is_refused(given: Any, field: str) -> None:
    with pytest.raises(sambe.InputError) as refused:
        observables_of(given, 2)
    assert refused.value.field == field


def test_an_operator_is_the_sum_of_its_hermitian_parts() -> None:
    raising, height = observables_of({"raising": sambe.sigmap(), "height": sambe.sigmaz()}, 2)
    assert height.hermitian
    assert len(height.parts) == 1
    first, second = raising.parts
    assert not raising.hermitian
    for part in (first, second):
        np.testing.assert_array_equal(part, part.conj().T)
    np.testing.assert_array_equal(first + 1j * second, sambe.sigmap())
    assert observables_of(None, 2) == ()
    assert [list(places) for places in places_of_parts((raising, height, raising))] == [[0, 1], [2], [3, 4]]


def test_an_observable_in_a_subspace() -> None:
    (number,) = observables_of({"n": sambe.num(3)}, 3)
    basis = np.eye(3)[:, 1:].astype(complex)
    np.testing.assert_array_equal(number.projected(basis).operator, np.diag([1.0, 2.0]))
