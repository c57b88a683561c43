"""The page of a session, without a browser: questions reach the figures, faults are told, links restore."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import sambe
from sambe.faces.explorer import questions
from sambe.faces.explorer.page import Page
from sambe.faces.input.model_tables import file_of_model

FILES = {name: file_of_model(name) for name in ("spin_boson", "modulated_qubit")}
DRIVE = ("system", "drive")
# Ends of a map without points of which a verb would warn.
NEAR = "system.splitting.ends=0.8,1.2&system.omega.ends=0.5,1.5"


@pytest.fixture
def page(pool: Any) -> Page:
    return Page(FILES, {}, pool, "?points=11")


def said(page: Page) -> dict[str, str]:
    """Texts as the browser has them."""
    return dict(zip(page.answer.data["place"], page.answer.data["text"], strict=True))


def test_a_question_of_the_form_reaches_the_curves_and_the_verdict(page: Page) -> None:
    page.question.data = {"link": ["?points=11&system.omega=0.8"]}
    assert page.curves.mark.location == 0.8
    at = list(page.curves.source.data["x"][0]).index(0.8)
    drawn = [ys[at] for ys in page.curves.source.data["y"]][:3]
    meant = sambe.steady_state(sambe.models.spin_boson(omega=0.8), secular="auto")["energy_current"].values
    assert np.allclose(np.array(drawn) / meant, drawn[0] / meant[0], rtol=1e-9)
    assert "auto: trust" in said(page)["verdict"]
    assert "data-value='0.8'" in said(page)["progress"]


def test_a_number_that_cannot_be_is_told_and_the_page_lives_on(page: Page) -> None:
    page.ask("?points=11&baths.0.temperature=-1")
    assert "temperature" in said(page)["faults"]
    page.ask("?points=11&baths.0.temperature=kitchen")
    assert "give a number" in said(page)["faults"]
    page.ask("?points=11&baths.0.temperature=0.9")
    assert said(page)["faults"] == ""


def test_tabs_are_furnished_and_filled_when_they_are_opened(page: Page) -> None:
    assert page.drawers["levels"].children == []
    page.ask("?points=11&tab=levels")
    assert page.drawers["levels"].children == [page.levels.frame]
    assert len(page.levels.levels.data["y"]) == 2
    page.ask("?points=11&tab=noise")
    assert "uncertainty ratio" in said(page)["noise"]
    page.ask("?points=11&tab=machine")
    assert "heater" in said(page)["machine"]
    page.ask("?points=11&tab=transient")
    assert "basis state 1" in said(page)["transient"]


def test_a_map_grows_finer(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAPS", ((3, 2), (5, 4)))
    page.ask(f"?points=11&tab=map&terminal=right&{NEAR}")
    assert page.surface.image.data["image"][0].shape == (4, 5)
    assert '<option value="right" selected>' in said(page)["terminals"]


def test_a_map_that_would_take_too_long_is_left_coarse(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAPS", ((3, 2), (3000, 2000)))
    monkeypatch.setattr("sambe.faces.explorer.page.PATIENCE", 0.0)
    page.ask(f"?points=11&tab=map&{NEAR}")
    assert page.surface.image.data["image"][0].shape == (2, 3)
    assert "sambe run" in said(page)["map"]


def test_another_system_brings_its_form(page: Page) -> None:
    assert page.form.data["text"] == [""]
    page.ask("?open=modulated_qubit")
    assert "system.modulation" in page.form.data["text"][0]
    assert said(page)["title"] == "modulated_qubit"


def test_a_link_is_restored_and_its_faults_are_told(pool: Any) -> None:
    page = Page(FILES, {}, pool, "?points=11&system.drive=0.2&tab=levels&equation=kitchen")
    assert page.state.values[DRIVE] == 0.2
    assert 'data-tab="levels"' in page.first_form
    assert "kitchen" in said(page)["faults"]


def test_the_link_of_a_state_is_told(page: Page) -> None:
    page.ask("?points=11&system.drive=0.2")
    assert said(page)["link"] == "?open=spin_boson&points=11&system.drive=0.2"


def test_every_figure_has_its_place_in_the_template(page: Page) -> None:
    assert [root.name for root in page.roots] == [*page.drawers]
    assert page.roots[0].tags == [page.question, page.answer, page.form]


def test_a_slow_drive_is_answered_rightly_at_first_sight(pool: Any) -> None:
    page = Page(
        {"modulated_qubit": file_of_model("modulated_qubit")}, {}, pool, "?points=11&system.omega=0.002"
    )
    assert "auto: trust" in said(page)["verdict"]
    assert "full: wrong" in said(page)["verdict"]


def test_a_map_says_of_what_and_in_which_unit(page: Page) -> None:
    page.ask(f"?points=11&tab=map&{NEAR}")
    assert page.surface.frame.title.text == "energy current into the system (energy²/ħ)"
