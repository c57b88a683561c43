"""The keywords that verbs share: one list of them, described once and checked by name."""

from __future__ import annotations

import inspect

import pytest

import sambe
from sambe.sweep.run import Run
from sambe.verbs import options

VERBS = (sambe.steady_state, sambe.compare, sambe.channels, sambe.audit, sambe.energy_currents)


def test_the_types_list_the_keywords_that_there_are() -> None:
    assert set(options.MethodOptions.__annotations__) | set(options.AccuracyOptions.__annotations__) == set(
        options.METHOD
    )
    assert set(options.RunOptions.__annotations__) == set(options.RUN)
    assert set(options.Options.__annotations__) == {*options.METHOD, *options.RUN}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_a_verb_shows_its_keywords_with_defaults_and_descriptions(verb) -> None:
    parameters = inspect.signature(verb).parameters
    assert parameters["tolerance"].default == 1e-8
    text = inspect.getdoc(verb)
    assert "**options" not in text
    for name in parameters:
        assert f"\n{name}" in text or f", {name}" in text, name


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_an_unknown_keyword_is_an_error_that_names_the_nearest(verb) -> None:
    with pytest.raises(TypeError, match=r"tolerence.*did you mean 'tolerance'"):
        verb(sambe.models.spin_boson(omega=0.8), tolerence=1e-6)


def test_a_store_is_needed_to_resume() -> None:
    with pytest.raises(sambe.InputError, match="resume"):
        Run(resume=True)
