"""Errors name the field, the value and the way out, and travel between processes."""

from __future__ import annotations

import pickle

import pytest

from sambe import errors


def test_the_message_has_field_value_and_remedy() -> None:
    error = errors.InputError("baths[0].temperature", -1.0, "give a positive number")
    assert str(error) == "baths[0].temperature = -1.0: give a positive number"
    assert error.field == "baths[0].temperature"
    assert (error.value, error.remedy) == (-1.0, "give a positive number")


def test_long_values_are_cut_and_lines_joined() -> None:
    text = str(errors.InputError("x", "a\n" * 400 + "b", "no"))
    assert len(text) < 100
    assert "..." in text
    assert "\n" not in text.replace("\\n", "")


def test_an_error_comes_back_from_another_process_as_it_was() -> None:
    error = errors.InputError("omega", 1.5, "no")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is errors.InputError
    assert (str(again), again.field, again.value) == (str(error), "omega", 1.5)


@pytest.mark.parametrize("name", [n for n in errors.__all__ if n.endswith("Error") and n != "SambeError"])
def test_one_base_for_all_of_them(name: str) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, errors.SambeError)
    assert issubclass(kind, ValueError | RuntimeError)
