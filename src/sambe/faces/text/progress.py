"""A progress bar on standard error for whatever takes longer than a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...physics.equations import AUTO

__all__ = ["Report", "bar"]

Report = Callable[[str, int, int], None]
_PATIENCE = 1.0  # seconds before anything is shown


@contextmanager
def bar(shown: bool = True) -> Iterator[Report]:
    """Progress bar as a context; the value takes ``(what, points done, points in all)``.

    It shows the rate and the time left. It comes up after a second and goes when the block ends; on what is
    not a terminal nothing is written.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.{0 if speed > 9 else 2}f} points/s")

    console = Console(stderr=True)
    if not (shown and console.is_terminal):
        yield lambda what, done, total: None
        return
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), Rate(), console=console, transient=True,
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            label = "solving" if what == AUTO else what.replace("_", "-")
            tasks[what] = progress.add_task(label, total=total, completed=done)
        progress.update(tasks[what], completed=done, total=total)

    wait = threading.Timer(_PATIENCE, progress.start)
    wait.daemon = True
    wait.start()
    try:
        yield report
    finally:
        wait.cancel()
        wait.join()  # or it may start the bar after this stops it
        progress.stop()
