"""Three thousand random calls of the Python interface."""

from __future__ import annotations

import pytest

from .api import run


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 1000, 2000])
def test_every_call_ends_in_an_answer_or_in_an_error_of_our_own(first: int) -> None:
    ends, bad = run(1000, first)
    assert not bad, bad[:5]
    assert ends["answer"] > 100  # it is no test if everything is refused
    assert ends["InputError"] > 100
