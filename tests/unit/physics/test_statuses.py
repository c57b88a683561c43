"""One table of statuses: codes that are told apart, each with a meaning and a way out."""

from __future__ import annotations

import pytest

from sambe.physics.statuses import OF_A_POINT, STATUS, STATUSES, code_of, status_of


def test_codes_and_names_are_told_apart() -> None:
    assert len({s.code for s in STATUSES}) == len({s.name for s in STATUSES}) == len(STATUSES)
    for status in STATUSES:
        assert status_of(code_of(status.name)) is status
        assert STATUS[status.name] == status.code
    assert set(OF_A_POINT) <= set(STATUS)


@pytest.mark.parametrize("status", [s for s in STATUSES if s.code], ids=lambda s: s.name)
def test_whatever_is_not_ok_has_a_meaning_and_a_remedy(status) -> None:
    assert status.meaning
    assert status.remedy
    assert " " not in status.name  # a CF flag


def test_codes_of_old_stores_keep_their_meaning() -> None:
    names = ["ok", "bad_parameter", "stationary_state_not_unique", "not_converged", "diverging_rate"]
    assert [code_of(name) for name in names] == [0, 1, 2, 3, 4]
