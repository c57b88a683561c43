"""Sentences of the page: verdicts with signs, tables with captions, and nothing of a user's as HTML."""

from __future__ import annotations

from dataclasses import replace

import pytest

import sambe
from sambe.errors import InputError
from sambe.faces.explorer.texts import currents_table, message, noise_table, verdict_chips

EVIL = '<img src=x onerror="alert(1)">'


def test_verdicts_have_a_sign_a_word_and_an_error() -> None:
    audit = sambe.audit(
        sambe.models.spin_boson(drive=1e-3), equations=["driven_dressed"], secular=["full", "partial"]
    )
    html = verdict_chips(audit)
    assert "✗</b> full: wrong, error about" in html
    assert "✓</b> partial: trust" in html
    assert "<summary>why</summary>" in html


def test_messages_are_escaped_and_cut() -> None:
    html = message([InputError("drive", EVIL, EVIL), ValueError(EVIL), EVIL * 100])
    assert "<img" not in html
    assert html.count('class="fault"') == 3
    assert len(html) < 6000


def test_tables_escape_the_names_of_terminals() -> None:
    system = sambe.models.spin_boson(omega=0.8)
    system = replace(system, baths=(replace(system.baths[0], name=EVIL), system.baths[1]))
    for html in (
        currents_table(sambe.steady_state(system)["energy_current"], EVIL),
        noise_table(sambe.counting_statistics(system)),
    ):
        assert "<img" not in html
        assert "<caption>" in html
        assert html.count('scope="row"') == 3


def test_a_current_without_an_answer_says_so() -> None:
    flow = sambe.steady_state(sambe.models.spin_boson(omega=0.8))["energy_current"]
    assert currents_table(flow * float("nan"), "here").count("no answer") == 3


@pytest.mark.parametrize("fault", [MemoryError("all of it"), ZeroDivisionError("by zero")])
def test_a_fault_of_another_kind_is_named(fault: Exception) -> None:
    assert type(fault).__name__ in message([fault])
