"""Arguments that are more than what TOML gives."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.faces.input.expressions import Site
from sambe.faces.input.numbers import Numbers
from sambe.faces.input.schema import Document
from sambe.faces.tasks.readers import as_tuple, bins, numbers_by_name, sector, state, times
from sambe.faces.tasks.task import Context


@pytest.fixture
def context() -> Context:
    numbers = Numbers(Document(system={}, axes={"x": [0.1, 0.2]}, constants={"c": 2.0}))
    return Context(numbers, lambda: [Site(2, "qubit")])


def test_numbers_by_name_may_be_swept(context) -> None:
    fields = numbers_by_name("task.fields", {"left": "c x", "pump": "0.1j", "right": [1.0, 2.0]}, context)
    np.testing.assert_allclose(fields["left"], [0.2, 0.4])
    assert fields["pump"] == 0.1j
    assert fields["right"].dims == ("fields[right]",)
    with pytest.raises(InputError, match=r"task\.fields"):
        numbers_by_name("task.fields", 0.1, context)


def test_a_state_is_a_number_a_name_or_a_ket(context) -> None:
    assert state("task.initial", 1, context) == 1
    np.testing.assert_allclose(state("task.initial", [1.0, "1j"], context), [1.0, 1j])


def test_a_sector_is_made_of_operators_and_eigenvalues(context) -> None:
    ((operator, value),) = sector("task.sector", [["sigmaz", "-1"]], context)
    np.testing.assert_array_equal(operator, sambe.sigmaz())
    assert value == -1
    for wrong in (["sigmaz"], [["sigmaz"]], [[1, 2]], "sigmaz"):
        with pytest.raises(InputError, match=r"task\.sector\[0\]"):
            sector("task.sector", wrong, context)


def test_a_list_may_stand_for_a_tuple(context) -> None:
    assert as_tuple("task.swap", ["left", "right"], context) == ("left", "right")
    assert as_tuple("task.swap", "left", context) == "left"


def test_times_are_values_without_a_name(context) -> None:
    np.testing.assert_allclose(
        times("task.times", {"start": 0, "stop": 1, "points": 3}, context), [0, 0.5, 1]
    )
    assert bins("task.bins", 20, context) == 20
    np.testing.assert_allclose(bins("task.bins", [0.0, 0.5], context), [0.0, 0.5])
    with pytest.raises(InputError, match=r"task\.times"):
        times("task.times", 3, context)
