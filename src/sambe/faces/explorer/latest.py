"""Work of a page on threads of the server: of each kind of question only the latest one is answered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

__all__ = ["Latest"]


class Latest:
    """Asks questions on a pool and shows answers in the session's own time.

    A slider sends more states than can be solved. While one is being solved the next ones wait, and each
    takes the place of the one before it, so that the page is never further behind than one answer.

    Parameters
    ----------
    pool : ThreadPoolExecutor
        Of the server, shared by its sessions.
    later : callable
        Has a function called in the session, from any thread.
    """

    def __init__(self, pool: ThreadPoolExecutor, later: Callable[[Callable[[], None]], Any]) -> None:
        self.pool, self.later = pool, later
        self.waiting: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        self.running: set[str] = set()
        self.closed = False

    def ask(self, kind: str, question: Callable[[], Any], show: Callable[[Any], None]) -> None:
        """Answer a question when the one of its kind that runs is done; ``show`` may get an exception."""
        self.waiting[kind] = (question, show)
        if kind not in self.running:
            self._start(kind)

    def drop(self, kind: str) -> None:
        """Forget what waits of this kind."""
        self.waiting.pop(kind, None)

    def is_idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self.running and not self.waiting

    def close(self) -> None:
        """End: what still runs is shown to nobody."""
        self.closed = True
        self.waiting.clear()

    def _start(self, kind: str) -> None:
        question, show = self.waiting.pop(kind)
        self.running.add(kind)
        future = self.pool.submit(_outcome, question)
        future.add_done_callback(lambda done: self._finish(kind, show, done))

    def _finish(self, kind: str, show: Callable[[Any], None], done: Future[Any]) -> None:
        if self.closed or done.cancelled():
            return

        def shown() -> None:
            self.running.discard(kind)
            if self.closed:
                return
            if kind in self.waiting:
                self._start(kind)  # the next one is solved while this one is drawn
            answer = done.result()
            try:
                show(answer)
            except Exception as error:  # an answer that the page cannot draw is told, as one that failed is
                show(error)

        self.later(shown)


def _outcome(question: Callable[[], Any]) -> Any:
    """The answer, or the exception in its place, whatever it is: the server lives on."""
    try:
        return question()
    except Exception as error:
        return error
