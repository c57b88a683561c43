"""A finding and its measures: judged as they say, shown for readers."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.faces.reproduction.finding import above, below, between, noted, number


def test_measures_judge_as_they_say() -> None:
    assert below("x", 1.0, 2.0).passed is True
    assert below("x", np.float64(2.0), 2.0).passed is False
    assert above("x", 1.0, 2.0).passed is False
    assert between("x", 2, 2, 2).passed is True
    assert between("x", 2, 2, 2).criterion == "2"
    assert between("x", 3, 1, 2).passed is False
    assert noted("x", 1.0).passed is None
    for judged in (below("x", np.nan, 1.0), above("x", np.nan, 1.0), between("x", np.nan, 0.0, 1.0)):
        assert judged.passed is False
    assert below("x", 0.123, 0.5, percent=True).shown == "12.3 %"
    assert below("x", 0.123, 0.5, percent=True).criterion == "below 50 %"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"), (1.0, "1"), (-0.25, "−0.25"), (1234.4, "1234"), (9999.9, "10000"), (1e-7, "10⁻⁷"),
        (1.5e-10, "1.50×10⁻¹⁰"), (2e5, "2.00×10⁵"), (float("inf"), "no answer"), (float("nan"), "no answer"),
    ],
)  # fmt: skip
def test_numbers_are_shown_for_readers(value: float, shown: str) -> None:
    assert number(value) == shown
