"""The form: every number has a slider and a field with its name, and whatever a file says is escaped."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from sambe.faces.explorer.choices import Choices, first_choices
from sambe.faces.explorer.controls import form, options
from sambe.faces.input.model_tables import file_of_model

OMEGA, DRIVE = ("system", "omega"), ("system", "drive")
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def state() -> Choices:
    return first_choices("spin_boson", file_of_model("spin_boson"))


def of(html: str, mark: str, key: str) -> list[str]:
    """An attribute of every field that has another one."""
    fields = [field for field in re.findall("<input[^>]*>", html) if mark in field]
    return [unescape(re.search(f' {key}="([^"]*)"', field)[1]) for field in fields]  # type: ignore[index]


def test_every_number_has_a_slider_and_a_field_with_its_name(state: Choices) -> None:
    html = form(state, ["spin_boson"])
    labels = [knob.label for knob in state.knobs]
    assert of(html, "data-slider", "aria-label") == labels
    assert of(html, "data-knob", "aria-label") == [f"{label}, typed" for label in labels]
    assert of(html, "data-knob", "data-knob") == [knob.name for knob in state.knobs]


def test_a_field_holds_a_number_to_the_last_digit_and_the_slider_reaches_it(state: Choices) -> None:
    html = form(state.turned(DRIVE, 1.2345678901234567), ["spin_boson"])
    at = [knob.path for knob in state.knobs].index(DRIVE)
    assert float(of(html, "data-knob", "value")[at]) == 1.2345678901234567
    assert float(of(html, "data-knob", "data-start")[at]) == 0.1
    assert float(of(html, "data-slider", "max")[at]) == 1.2345678901234567


def test_what_is_chosen_is_marked(state: Choices) -> None:
    html = form(
        replace(state, answers=("full",), tab="noise", ends={OMEGA: (0.5, 1.0)}), ["spin_boson", "spin"]
    )
    assert re.findall('value="(\\w+)" checked', html) == ["full"]
    assert 'data-tab="noise"' in html
    ends = re.search('data-ends="([^"]*)"', html)
    assert ends is not None
    assert json.loads(unescape(ends[1])) == {"system.omega": ["0.5", "1.0"]}
    assert '<option value="spin_boson" selected>' in html


def test_names_of_a_file_are_escaped() -> None:
    raw = file_of_model("spin_boson")
    raw["baths"][0]["name"] = EVIL
    assert "<script" not in form(first_choices(EVIL, raw), [EVIL])
    assert "<script" not in options([EVIL], EVIL)
