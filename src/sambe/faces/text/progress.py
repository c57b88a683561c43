"""A progress bar on standard error for whatever takes longer than a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, Task, TaskID

from ...physics.equations import AUTO

__all__ = ["Report", "bar"]

Report = Callable[[str, int, int], None]
_PATIENCE = 1.0  # seconds before anything is shown: what is done sooner needs no bar


@contextmanager
def bar(shown: bool = True) -> Iterator[Report]:
    """Progress bar as a context; the value takes ``(stage, points done, points in all)``.

    It shows the rate and the time left. It comes up after a second and goes when the block ends; on what is
    not a terminal nothing is written.
    """
    console = _terminal() if shown else None
    if console is None:
        yield lambda stage, done, total: None
        return
    progress = _progress(console)
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            label = "solving" if stage == AUTO else stage.replace("_", "-")
            tasks[stage] = progress.add_task(label, total=total, completed=done)
        progress.update(tasks[stage], completed=done, total=total)

    wait = threading.Timer(_PATIENCE, progress.start)
    wait.daemon = True
    wait.start()
    try:
        yield report
    finally:
        wait.cancel()
        wait.join()  # else the timer could start the bar after it was stopped
        progress.stop()


def _terminal() -> Console | None:
    """Standard error, if that is a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    return console if console.is_terminal else None


def _progress(console: Console) -> Progress:
    """The columns of the bar: what, the bar, points, time spent, time left, rate."""
    from rich import progress as rich
    from rich.text import Text

    class Rate(rich.ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.{0 if speed > 9 else 2}f} points/s")

    return rich.Progress(
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(), rich.TimeRemainingColumn(), Rate(), console=console, transient=True,
    )  # fmt: skip
