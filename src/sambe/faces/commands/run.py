"""`sambe run`: from an input file to currents, a summary, a NetCDF file and a figure."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .ends import (
    InputFile,
    Memory,
    OutputPlace,
    Scheduler,
    Workers,
    end_if_missing,
    heeding,
    missing,
    read_job,
)
from .files import make_ready, paths_of, write_results
from .page import page_of
from .start import UNUSED, admit_dask, defer

if TYPE_CHECKING:
    import xarray as xr

    from ..tasks.job import Job
    from .files import OutputError

__all__ = ["run"]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no summary.")]
Equations = Annotated[
    list[str] | None,
    typer.Option(
        "--equation",
        "-e",
        help="Instead of the file's; may be repeated: auto, driven_dressed, floquet, dressed or heom.",
    ),
]
Secular = Annotated[
    str | None, typer.Option(help="Instead of the file's: auto, partial, full, none, ule, clustered.")
]
LambShift = Annotated[str | None, typer.Option(help="Instead of the file's: none, auto, shift or counter.")]
Store = Annotated[
    Path | None, typer.Option(help="Zarr store that takes each block of points as it is finished.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue the store of an earlier run.")]
Report = Annotated[
    bool, typer.Option("--report", help="Write one HTML page with figure, tables and verdicts too.")
]


def run(
    file: InputFile,
    out: OutputPlace = None,
    quiet: Quiet = False,
    equation: Equations = None,
    secular: Secular = None,
    lamb_shift: LambShift = None,
    memory: Memory = None,
    store: Store = None,
    resume: Resume = False,
    scheduler: Scheduler = None,
    workers: Workers = None,
    report: Report = False,
) -> None:
    """Energy currents of a system described in a TOML file, or what its task asks.

    Prints a summary, and writes a NetCDF file and figures.
    """
    if not (store is None and scheduler is None and workers is None):
        admit_dask()
    defer(*UNUSED)
    from ...sweep.places.cluster import cluster
    from ..text.console import print_results

    job = read_job(file, equations=equation, secular=secular, lamb_shift=lamb_shift)
    options = _options(memory or job.options.get("memory", "1 GB"), store, resume)
    directory = out or Path(job.output.directory or f"results/{file.stem}")
    make_ready(job, directory, file.stem, make=store is None)
    start = time.monotonic()
    with cluster(scheduler, workers) as where:
        dataset, warnings = _solve(job, quiet, {**options, **where})
    if store is None or _fits(dataset, store, options["memory"]):
        written, fault = _write(dataset, job, paths_of(job, directory, file.stem), store)
        tables = job.task.tables(dataset)
        if report and fault is None:
            written.append(directory / f"{file.stem}.html")
            page = page_of(job, dataset, tables, warnings, time.monotonic() - start)
            written[-1].write_text(page, encoding="utf-8")
        if not quiet:
            print_results(tables, written, warnings)
        if fault is not None:
            raise fault
    end_if_missing(missing(dataset), "summary")


def _options(memory: str, store: Path | None, resume: bool) -> dict[str, Any]:
    """Where and how the blocks are kept, as `sambe.steady_state` takes it."""
    from ...errors import InputError

    if resume and store is None:
        raise InputError("--resume", resume, "name the store to continue with --store")
    return {"memory": memory, **({} if store is None else {"store": store, "resume": resume})}


def _fits(dataset: xr.Dataset, store: Path, memory: str) -> bool:
    """Read a stored result into memory, if it is small enough for a summary and figures."""
    from ...sweep.plan import parse_memory
    from ...sweep.run import Run

    fits = bool(dataset.nbytes <= parse_memory(memory))
    if fits:
        with Run(store=store).reading():
            dataset.load()
    else:
        typer.secho("sambe: the result is larger than --memory: it is in the store alone", err=True)
    return fits


def _solve(job: Job, quiet: bool, options: dict[str, Any]) -> tuple[xr.Dataset, list[str]]:
    """The result, and what the engine warned of, each thing once."""
    import warnings

    from ...errors import SecularWarning
    from ..text.progress import bar

    with (
        warnings.catch_warnings(record=True) as caught,
        bar(shown=not quiet) as shown,
        heeding(shown) as told,
    ):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", SecularWarning)  # the summary says it for all equations
        try:
            dataset = job.solve(told, **options)
        except KeyboardInterrupt:
            if options.get("store"):
                typer.secho(f"sambe: the finished blocks are in {options['store']}; continue with --resume",
                            err=True)  # fmt: skip
            raise
    return dataset, list(dict.fromkeys(str(w.message) for w in caught))


def _write(
    dataset: xr.Dataset, job: Job, paths: list[Path], store: Path | None
) -> tuple[list[Path], OutputError | None]:
    """Write what the job asks for, and say which files there are; some results have no figure."""
    figure = job.task.draw

    def draw(pictures: list[Path]) -> None:
        from ... import plot

        if figure is not None:
            plot.save(figure(dataset, title=job.output.title, unit=job.output.unit), *pictures)

    return write_results(dataset, [x for x in paths if figure or x.suffix == ".nc"], draw, store)
