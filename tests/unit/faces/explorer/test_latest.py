"""Questions on a pool: only the latest waits, exceptions come back, a closed page hears nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from sambe.faces.explorer.latest import Latest


class ByHand:
    """A pool whose questions are answered when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: function(*arguments)))
        return future

    def answer(self) -> None:
        future, question = self.waiting.pop(0)
        future.set_result(question())


@pytest.fixture
def pool() -> ByHand:
    return ByHand()


@pytest.fixture
def latest(pool: ByHand) -> Latest:
    return Latest(pool, lambda call: call())  # type: ignore[arg-type]


def test_of_those_that_wait_only_the_latest_is_asked(pool: ByHand, latest: Latest) -> None:
    shown: list[int] = []
    for k in range(5):
        latest.ask("currents", lambda k=k: k, shown.append)  # type: ignore[misc]
    assert len(pool.waiting) == 1
    pool.answer()
    pool.answer()
    assert shown == [0, 4]
    assert latest.is_idle()


def test_kinds_do_not_wait_for_each_other(pool: ByHand, latest: Latest) -> None:
    shown: list[str] = []
    latest.ask("currents", lambda: "slow", shown.append)
    latest.ask("verdict", lambda: "quick", shown.append)
    assert len(pool.waiting) == 2


def test_an_exception_is_an_answer(pool: ByHand, latest: Latest) -> None:
    shown: list[Any] = []

    def fails() -> None:
        raise ValueError("no")

    latest.ask("currents", fails, shown.append)
    pool.answer()
    assert isinstance(shown[0], ValueError)


def test_a_page_that_went_away_hears_nothing(pool: ByHand, latest: Latest) -> None:
    shown: list[int] = []
    latest.ask("currents", lambda: 1, shown.append)
    latest.ask("currents", lambda: 2, shown.append)
    latest.close()
    pool.answer()
    assert (shown, pool.waiting) == ([], [])


def test_what_waits_can_be_forgotten(pool: ByHand, latest: Latest) -> None:
    shown: list[int] = []
    latest.ask("map", lambda: 1, shown.append)
    latest.ask("map", lambda: 2, shown.append)
    latest.drop("map")
    pool.answer()
    assert shown == [1]


def test_an_answer_that_cannot_be_drawn_is_told(pool: ByHand, latest: Latest) -> None:
    shown: list[Any] = []

    def show(answer: Any) -> None:
        if not isinstance(answer, Exception):
            raise KeyError("quanta")
        shown.append(answer)

    latest.ask("levels", lambda: 1, show)
    pool.answer()
    assert isinstance(shown[0], KeyError)
    assert latest.is_idle()
