"""Widgets: each makes a new state, and a state that is put into them makes none."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("panel_material_ui", reason="the explorer is an extra: pip install 'sambe[app]'")

from sambe.faces.explorer.choices import Choices, first_choices
from sambe.faces.explorer.controls import Controls
from sambe.faces.explorer.knobs import file_of_model

OMEGA, DRIVE = ("system", "omega"), ("system", "drive")


@pytest.fixture
def told() -> list[Choices]:
    return []


@pytest.fixture
def controls(told: list[Choices]) -> Controls:
    state = first_choices("spin_boson", file_of_model("spin_boson"))
    return Controls(state, ["spin_boson", "spin"], told.append, lambda name: told.append(name))  # type: ignore[arg-type]


def widget(controls: Controls, label: str) -> Any:
    return next(w for w in controls.body.select() if getattr(w, "label", None) == label)


def test_every_knob_has_a_slider_with_its_name(controls: Controls) -> None:
    labels = [slider.label for slider in controls.sliders.values()]
    assert "left temperature" in labels
    assert len(labels) == len(set(labels))


def test_a_slider_makes_a_state(controls: Controls, told: list[Choices]) -> None:
    controls.sliders[DRIVE].value = 0.2
    assert [state.values[DRIVE] for state in told] == [0.2]


def test_a_state_that_is_shown_is_not_told_again(controls: Controls, told: list[Choices]) -> None:
    controls.show(controls.state.turned(DRIVE, 0.15))
    assert controls.sliders[DRIVE].value == 0.15
    assert told == []


def test_along_brings_its_ends(controls: Controls, told: list[Choices]) -> None:
    widget(controls, "Along").value = DRIVE
    assert told[-1].along == DRIVE
    assert float(widget(controls, "To").value) == 0.25
    widget(controls, "To").value = "0.5"
    assert told[-1].knob(DRIVE).high == 0.5


@pytest.mark.parametrize("text", ["", "kitchen", "nan", "inf", "-1"])
def test_ends_that_are_no_interval_change_nothing(controls: Controls, told: list[Choices], text: str) -> None:
    widget(controls, "To").value = text
    assert told[-1].ends == {}


def test_terminals_of_the_map(controls: Controls, told: list[Choices]) -> None:
    controls.name_terminals(["left", "pump"])
    assert controls.terminal.value == "left"
    controls.terminal.value = "pump"
    assert told[-1].terminal == "pump"


def test_another_system_is_opened_by_name(controls: Controls, told: list[Any]) -> None:
    controls.origin.value = "spin"
    assert told == ["spin"]
