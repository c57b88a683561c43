"""How a command begins and ends: what several take, the input file read, and the exit code for scripts."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import xarray as xr

    from ..tasks.job import Job

__all__ = [
    "EXIT_FAILED",
    "EXIT_INPUT",
    "EXIT_INTERRUPTED",
    "EXIT_PARTIAL",
    "InputFile",
    "Memory",
    "OutputPlace",
    "Scheduler",
    "Workers",
    "end_if_missing",
    "heeding",
    "missing",
    "read_job",
]

# No point has an answer, a finding does not hold, or numbers, store or cluster failed; bad input; some points
# have no answer; Ctrl-C, by the shells' convention 128 and the number of the signal.
EXIT_FAILED, EXIT_INPUT, EXIT_PARTIAL, EXIT_INTERRUPTED = 1, 2, 3, 130

InputFile = Annotated[Path, typer.Argument(help="Input file in TOML; see docs/cli.md.")]
OutputPlace = Annotated[Path | None, typer.Option("--out", "-o", help="Directory for the results.")]
Memory = Annotated[str | None, typer.Option(help='Budget for work arrays, such as "500 MB".')]
Scheduler = Annotated[str | None, typer.Option(help="Address of a dask.distributed scheduler to run on.")]
Workers = Annotated[
    int | None, typer.Option(help="Run on so many worker processes, by a Dask cluster of their own.")
]


def read_job(file: Path, **changes: Any) -> Job:
    """Job of an input file, with the file's name in front of each thing that is wrong with it."""
    from ..input.schema import ConfigError
    from ..tasks.job import load

    try:
        return load(file, **changes)
    except ConfigError as error:
        raise ConfigError([f"{file}: {line}" for line in error.problems]) from None


@contextmanager
def heeding(report: Callable[..., None]) -> Iterator[Callable[..., None]]:
    """The same report of progress, which ends the work where Ctrl-C was pressed and nothing came of it.

    What is raised while an object is taken down, in its ``__del__``, Python drops: there a KeyboardInterrupt
    would be lost, and the command would go on.
    """
    pressed = threading.Event()

    def note(number: int, frame: Any) -> None:
        pressed.set()
        signal.default_int_handler(number, frame)

    def heed(*progress: Any) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        report(*progress)

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield report
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def missing(dataset: xr.Dataset) -> xr.DataArray:
    """Where a result has no answer: no current, or a status that says so."""
    if "energy_current" in dataset:
        return dataset["energy_current"].isnull()
    return dataset["status"] > 0 if "status" in dataset else dataset.to_dataarray().isnull()


def end_if_missing(missing: xr.DataArray, told: str) -> None:
    """End with a code that says whether points are without an answer, and where that is explained.

    Raises
    ------
    typer.Exit
        With `EXIT_FAILED` if all are missing, with `EXIT_PARTIAL` if some are.
    """
    if bool(missing.all()):
        typer.secho(f"sambe: no point has an answer; see the {told}", fg=typer.colors.RED, err=True)
        raise typer.Exit(EXIT_FAILED)
    if bool(missing.any()):
        raise typer.Exit(EXIT_PARTIAL)
