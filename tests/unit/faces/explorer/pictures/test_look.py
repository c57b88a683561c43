"""The look of pictures: colours of terminals, a palette that is white at zero, names that fit."""

from __future__ import annotations

import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

from sambe.faces.explorer.pictures.look import DIVERGING, Look, blank, shorter, terminal_colors


def test_terminals_have_colours_of_their_own_and_the_pump_has_the_ink() -> None:
    colors = terminal_colors(["left", "right", "pump"], Look(dark=True))
    assert len(set(colors)) == 3
    assert colors[2] == Look(dark=True).ink


def test_zero_is_white() -> None:
    middle = DIVERGING[len(DIVERGING) // 2]
    assert all(int(middle[k : k + 2], 16) > 240 for k in (1, 3, 5))
    assert len(DIVERGING) % 2 == 1


def test_long_names_are_cut() -> None:
    assert shorter("a  b") == "a b"
    assert len(shorter("x" * 100, 10)) == 10


def test_an_empty_figure_has_the_paper_of_the_page() -> None:
    assert blank(Look(dark=True), 100).background_fill_color == Look(dark=True).paper
