"""From errors to verdicts and sentences: bounds, causes, and a reason for whatever has no answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe.physics.statuses import STATUS
from sambe.trust.budget import PARTS
from sambe.trust.verdict import SENTENCES, VERDICTS, WRONG, cause_of, explain, judge

FACTS: dict[str, Any] = {
    "secular_ratio": 0.31, "relaxation_rate": 0.002, "bath_correlation_rate": 0.1, "top_population": 0.02,
    "reference": "floquet", "inverted": "", "error": 0.2,
}  # fmt: skip


def test_verdicts_change_at_the_accuracy_and_at_five_times_it() -> None:
    error = np.array([0.0, 0.05, 0.0501, WRONG * 0.05, WRONG * 0.0501, np.inf, np.nan])
    assert judge(error, 0.05).tolist() == [0, 0, 1, 1, 2, 2, 3]


def test_the_cause_is_the_largest_part_that_is_known() -> None:
    parts = np.full((len(PARTS), 3), 0.1)
    parts[3, 0], parts[5, 1], parts[:, 2] = 0.2, 0.2, np.nan
    parts[0, 0] = np.nan
    assert [PARTS[k] for k in cause_of(parts)] == [PARTS[3], PARTS[5], PARTS[0]]


@pytest.mark.parametrize("cause", PARTS)
@pytest.mark.parametrize("answer", [("floquet", "full"), ("floquet", "none"), ("dressed", "ule")])
def test_every_cause_has_a_sentence_and_a_way_out(cause: str, answer: tuple[str, str]) -> None:
    reason, remedy = explain(VERDICTS["wrong"], cause, 0.2, 0, answer, FACTS)
    assert reason
    assert remedy
    assert "{" not in reason + remedy
    assert explain(VERDICTS["trust"], cause, 0.2, 0, answer, FACTS)[1] == ""


@pytest.mark.parametrize("status", [v for v in STATUS.values() if v > 0])
@pytest.mark.parametrize("equation", ["floquet", "dressed"])
def test_every_status_has_a_reason(status: int, equation: str) -> None:
    reason, remedy = explain(VERDICTS["no_answer"], PARTS[0], np.nan, status, (equation, "full"), FACTS)
    assert reason != "there is no answer"
    assert remedy != "see status"


def test_sentences_quote_their_numbers() -> None:
    reason, _ = explain(VERDICTS["wrong"], "secular", 0.2, 0, ("floquet", "full"), FACTS)
    assert "0.31" in reason
    assert "20 %" in reason
    measured, _ = explain(VERDICTS["wrong"], "memory", 2.5, 0, ("floquet", "partial"), FACTS, exact=True)
    assert measured.startswith("the exact answer differs by 20 %")
    assert "a factor 3.5" in measured
    assert set(PARTS) <= set(SENTENCES)
