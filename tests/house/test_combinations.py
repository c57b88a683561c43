"""The page of what goes with what says what the package does.

``python -m benchmarks.combinations --write`` makes it anew.
"""

from __future__ import annotations

import pytest
from benchmarks.combinations import KINDS, MARK, PAGE, VERBS, asked, page, table


@pytest.mark.slow
def test_answers_and_refusals_are_told_apart() -> None:
    still, exact = KINDS[0], next(kind for kind in KINDS if kind.options.get("equation"))
    assert asked(VERBS["steady_state"], still) == MARK
    assert "exact hierarchy" in asked(VERBS["response"], exact)


def test_equal_refusals_share_a_number() -> None:
    cells = {"one": {kind.title: "no" for kind in KINDS}, "two": {kind.title: MARK for kind in KINDS}}
    text = page(cells)
    assert f"| `one` |{' 1 |' * len(KINDS)}" in text
    assert text.endswith("1. no\n")


@pytest.mark.slow
def test_the_page_is_what_the_package_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(table())
