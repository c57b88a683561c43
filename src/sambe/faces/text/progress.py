"""A progress bar on standard error for whatever takes longer than a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID

from ...physics.equations import AUTO
from ...sweep.progress import bar_of_points, standard_error

__all__ = ["Report", "bar"]

Report = Callable[[str, int, int], None]
_PATIENCE = 1.0  # seconds before anything is shown: what is done sooner needs no bar


@contextmanager
def bar(shown: bool = True) -> Iterator[Report]:
    """Progress bar as a context; the value takes ``(stage, points done, points in all)``.

    It shows the rate and the time left. It comes up after a second and goes when the block ends; on what is
    not a terminal nothing is written.
    """
    if not shown or not (console := standard_error()).is_terminal:
        yield lambda stage, done, total: None
        return
    progress = bar_of_points(console, passing=True)
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
