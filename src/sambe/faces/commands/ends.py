"""How a command begins and ends: what several take, the input file read, and the exit code for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import xarray as xr

    from ..input.job import Job

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
    from ..input.job import load
    from ..input.schema import ConfigError

    try:
        return load(file, **changes)
    except ConfigError as error:
        raise ConfigError([f"{file}: {line}" for line in error.problems]) from None


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
