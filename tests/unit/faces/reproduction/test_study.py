"""What a study takes, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sambe.errors import InputError
from sambe.faces.reproduction.study import Study

PLAIN = Study("plain", "title", "citation", 2026, "claim", ())
FREE = replace(PLAIN, points=81, least=21, equations=("floquet", "dressed"))


def nobody(done: int, total: int) -> None:
    """No progress is told."""


def test_the_usual_options_are_the_study_s_own() -> None:
    assert (FREE.lab(None, None, nobody).points, FREE.lab(None, None, nobody).equation) == (81, "floquet")
    asked = FREE.lab(21, "dressed", nobody)
    assert (asked.points, asked.equation, asked.progress) == (21, "dressed", nobody)
    assert PLAIN.lab(None, None, nobody).equation == "auto"


@pytest.mark.parametrize("points", [True, 20, 41.5, "many"])
def test_points_must_be_a_number_that_findings_bear(points: object) -> None:
    with pytest.raises(InputError, match=r"points = .*21 or more"):
        FREE.lab(points, None, nobody)  # type: ignore[arg-type]


def test_an_equation_is_one_of_those_under_test() -> None:
    with pytest.raises(InputError, match=r"equation = 'guess': plain takes floquet, dressed"):
        FREE.lab(None, "guess", nobody)


def test_options_that_a_study_does_not_take_are_refused() -> None:
    with pytest.raises(InputError, match=r"points = 81: plain has its own"):
        PLAIN.lab(81, None, nobody)
    with pytest.raises(InputError, match=r"equation = 'floquet': plain names its own"):
        PLAIN.lab(None, "floquet", nobody)
