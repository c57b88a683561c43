"""Links: what they say is restored, and what hostile ones say is left out and told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sambe.faces.explorer.choices import first_choices
from sambe.faces.explorer.link import LONGEST, from_link, to_link
from sambe.faces.input.model_tables import file_of_model

FILES = {name: file_of_model(name) for name in ("spin_boson", "kerr_resonator")}
OMEGA, DRIVE = ("system", "omega"), ("system", "drive")


def test_a_link_restores_its_state() -> None:
    state = replace(
        first_choices("kerr_resonator", FILES["kerr_resonator"]).turned(DRIVE, 0.0123),
        tab="map", up=OMEGA, along=DRIVE, points=51, equation="floquet", answers=("full", "none"),
        terminal="right", ends={OMEGA: (0.5, 1.25)},
    )  # fmt: skip
    assert from_link(to_link(state), FILES) == (state, [])


def test_an_empty_link_opens_the_first_file() -> None:
    for query in ("", "?", "?theme=dark"):
        assert from_link(query, FILES) == (first_choices("spin_boson", FILES["spin_boson"]), [])


@pytest.mark.parametrize(
    "query",
    [
        "?open=/etc/passwd", "?tab=<script>alert(1)</script>", "?points=100000", "?points=1e3", "?points=-5",
        "?points=9999999999999999999999", "?equation=heom", "?answers=full,kitchen", "?system.drive=nan",
        "?system.drive=inf", "?system.drive=1e300", "?system.drive=__import__('os')", "?system.levels=9",
        "?system.drive=0.1%00", "?system.omega.ends=2,1", "?system.omega.ends=1", "?system.omega.ends=nan,1",
        "?along=system.model", "?up=baths", "?along=", "?a.b.c=1", "?system=1", "?__class__=1",
    ],
)  # fmt: skip
def test_what_does_not_fit_is_left_out_and_told(query: str) -> None:
    state, complaints = from_link(query, FILES)
    assert state == first_choices("spin_boson", FILES["spin_boson"])
    assert len(complaints) == 1
    assert "left out" in complaints[0]


def test_one_bad_part_does_not_lose_the_others() -> None:
    state, complaints = from_link("?system.drive=0.2&tab=kitchen&points=31", FILES)
    assert (state.values[DRIVE], state.points, len(complaints)) == (0.2, 31, 1)


def test_a_link_without_end_is_left_out() -> None:
    state, complaints = from_link("?system.drive=0.2&x=" + "9" * LONGEST, FILES)
    assert state.values[DRIVE] == 0.1
    assert len(complaints) == 1
