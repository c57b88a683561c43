"""What a caller is told of a run under way: his own function, or a bar on standard error.

On a terminal the bar is Rich's, with the rate and the time left. A notebook has one line that is written
over; anything else, such as the log of a cluster's job, a line for each tenth.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.progress import Task

__all__ = ["Progress", "bar_of_points", "reporting", "standard_error"]

Progress = Callable[[int, int], None]
OFTEN = 0.1  # seconds between two states of a line that is written over: ten a second look steady
TENTHS = 10  # lines of a log, in which nothing is written over


def reporting(progress: Progress | bool | None, what: str) -> AbstractContextManager[Progress]:
    """As a context, the function that is to be told (points done, points in all).

    Parameters
    ----------
    progress : callable, bool, optional
        The caller's own function; True for a bar, which ends with the context whatever ends that.
    what : str
        What the bar is of.
    """
    if progress is True:
        return _bar(what)
    return nullcontext(progress or _unheard)


def _unheard(_done: int, _points: int) -> None:
    """Progress that nobody asked for."""


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    console = standard_error()
    if not console.is_terminal:
        line = _Line(what, console.file, over=console.is_jupyter)
        try:
            yield line
        finally:
            line.end()
        return
    with bar_of_points(console) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, points: bar.update(task, completed=done, total=points)


def standard_error() -> Console:
    """What Rich knows of where standard error goes."""
    from rich.console import Console

    return Console(stderr=True)


def bar_of_points(console: Console, *, passing: bool = False) -> RichProgress:
    """Rich's bar: what, how much, points, time spent, time left, rate; gone at the end if ``passing``."""
    from rich import progress as rich
    from rich.text import Text

    class Rate(rich.ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.{0 if speed > 9 else 2}f} points/s")

    return rich.Progress(
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(), rich.TimeRemainingColumn(), Rate(), console=console, transient=passing,
    )  # fmt: skip


class _Line:
    """A bar without a terminal: one line written over, or one for each tenth."""

    def __init__(self, what: str, stream: IO[str], over: bool) -> None:
        self.what, self.stream, self.over = what, stream, over
        self.start = self.written = time.monotonic()
        self.tenths, self.width = -1, 0

    def __call__(self, done: int, points: int) -> None:
        now, share = time.monotonic(), done / max(points, 1)
        tenths = int(TENTHS * share)
        due = now - self.written >= OFTEN or done >= points or not self.width
        if not (due if self.over else tenths > self.tenths):
            return
        spent = now - self.start
        left = f", {spent / share - spent:.0f} s left" if 0 < share < 1 else ""
        text = f"{self.what}: {done} of {points} points, {share:.0%}, {spent:.0f} s{left}"
        start, end = ("\r", "") if self.over else ("", "\n")
        self.stream.write(start + text.ljust(self.width) + end)
        self.stream.flush()
        self.tenths, self.written, self.width = tenths, now, len(text) if self.over else 0

    def end(self) -> None:
        """Close the line that is written over."""
        if self.width:
            self.stream.write("\n")
