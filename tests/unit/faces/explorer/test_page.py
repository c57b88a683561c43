"""The page of a session, without a browser: knobs reach the figures, faults are told, links restore."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("panel_material_ui", reason="the explorer is an extra: pip install 'sambe[app]'")

import sambe
from sambe.faces.explorer import questions
from sambe.faces.explorer.knobs import file_of_model
from sambe.faces.explorer.page import Page

FILES = {name: file_of_model(name) for name in ("spin_boson", "modulated_qubit")}
DRIVE, OMEGA, HOT = ("system", "drive"), ("system", "omega"), ("baths", 0, "temperature")


@pytest.fixture
def page(pool: Any) -> Page:
    return Page(FILES, {}, pool, "?points=11")


def test_a_turned_knob_reaches_the_curves_and_the_verdict(page: Page) -> None:
    page.controls.sliders[OMEGA].value = 0.8
    assert page.curves.mark.location == 0.8
    at = list(page.curves.sources[0].data["x"][0]).index(0.8)
    drawn = [ys[at] for ys in page.curves.sources[0].data["y"]]
    meant = sambe.steady_state(sambe.models.spin_boson(omega=0.8), secular="partial")["energy_current"].values
    assert np.allclose(np.array(drawn) / meant, drawn[0] / meant[0], rtol=1e-12)
    assert "partial: trust" in page.texts["verdict"].object


def test_a_number_that_cannot_be_is_told_and_the_page_lives_on(page: Page) -> None:
    page.change(page.state.turned(HOT, -1.0))
    assert "temperature" in page.texts["faults"].object
    page.change(page.state.turned(HOT, 0.9))
    assert page.texts["faults"].object == ""


def test_tabs_are_filled_when_they_are_opened(page: Page) -> None:
    assert not len(page.levels.levels.data["y"])
    page.tabs.active = 1
    assert len(page.levels.levels.data["y"]) == 2
    page.tabs.active = 3
    assert "uncertainty ratio" in page.texts["noise"].object
    page.tabs.active = 4
    assert "heater" in page.texts["machine"].object
    page.tabs.active = 5
    assert "basis state 1" in page.texts["transient"].object


def test_a_map_grows_finer(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAPS", ((3, 2), (5, 4)))
    page.tabs.active = 2
    assert page.surface.image.data["image"][0].shape == (4, 5)


def test_a_map_that_would_take_too_long_is_left_coarse(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAPS", ((3, 2), (3000, 2000)))
    monkeypatch.setattr("sambe.faces.explorer.page.PATIENCE", 0.0)
    page.tabs.active = 2
    assert page.surface.image.data["image"][0].shape == (2, 3)
    assert "sambe run" in page.texts["progress"].object


def test_another_system_is_opened(page: Page) -> None:
    page.controls.origin.value = "modulated_qubit"
    assert page.state.origin == "modulated_qubit"
    assert ("system", "modulation") in page.controls.sliders
    assert "modulated_qubit" in page.texts["title"].object


def test_a_link_is_restored_and_its_faults_are_told(pool: Any) -> None:
    page = Page(FILES, {}, pool, "?points=11&system.drive=0.2&tab=levels&equation=kitchen")
    assert page.state.values[DRIVE] == 0.2
    assert page.tabs.active == 1
    assert "kitchen" in page.texts["faults"].object


def test_the_switch_of_light_and_dark_keeps_the_state(page: Page) -> None:
    page.change(replace(page.state.turned(DRIVE, 0.2), tab="currents"))
    assert "system.drive=0.2" in page.theme.href
    assert page.theme.href.endswith("theme=dark")


def test_the_template_holds_all(page: Page) -> None:
    assert page.servable().title == "sambe explorer"
