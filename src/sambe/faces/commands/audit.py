"""`sambe audit`: how far each equation can be trusted on the system of an input file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .ends import InputFile, Memory, OutputPlace, Scheduler, Workers, end_if_missing, heeding, read_job
from .files import make_ready, paths_of, write_results
from .start import UNUSED, admit_dask, defer

if TYPE_CHECKING:
    import xarray as xr

    from ..tasks.job import Job
    from .files import OutputError

__all__ = ["audit"]


def audit(
    file: InputFile,
    out: OutputPlace = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no tables.")] = False,
    equation: Annotated[
        list[str] | None, typer.Option("--equation", "-e", help="To judge; may be repeated. All by default.")
    ] = None,
    secular: Annotated[
        list[str] | None, typer.Option(help="To judge; may be repeated. full and auto by default.")
    ] = None,
    lamb_shift: Annotated[
        str | None, typer.Option(help="Of the answers: auto, none, shift or counter.")
    ] = None,
    accuracy: Annotated[float, typer.Option(help="Error up to which an answer is trusted.")] = 0.05,
    exact: Annotated[int, typer.Option(help="Solve so many of the worst points by HEOM.")] = 0,
    memory: Memory = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
) -> None:
    """How far each equation can be trusted, point by point.

    Prints verdicts with their reasons, and writes a NetCDF file and a map.
    """
    if not (scheduler is None and workers is None):
        admit_dask()
    defer(*UNUSED)
    from ...sweep.places.cluster import cluster
    from ...trust.verdict import VERDICTS
    from ..text.audit_summary import audit_tables
    from ..text.console import print_results

    job = read_job(file)
    choice = {"equations": equation, "secular": secular, "lamb_shift": lamb_shift, "memory": memory}
    chosen: dict[str, Any] = {k: v for k, v in choice.items() if v}
    directory = out or Path(job.output.directory or f"results/{file.stem}")
    stem = f"{file.stem}-audit"
    make_ready(job, directory, stem)
    with cluster(scheduler, workers) as where:
        result = _examine(job, quiet, accuracy=accuracy, exact=exact, **chosen, **where)
    written, fault = _write(result, job, paths_of(job, directory, stem))
    if not quiet:
        print_results(audit_tables(result), written)
    if fault is not None:
        raise fault
    end_if_missing((result["verdict"] == VERDICTS["no_answer"]).all(["equation", "secular"]), "reasons")


def _examine(job: Job, quiet: bool, **choice: Any) -> xr.Dataset:
    """The audit of a job, with the tolerances and the Lamb shift of its file."""
    from ...trust import audit as examine
    from ..text.progress import bar

    options = {k: v for k, v in job.options.items() if k != "secular"}
    with bar(shown=not quiet) as shown, heeding(shown) as progress:

        def told(done: int, total: int) -> None:
            progress("audit", done, total)

        result: xr.Dataset = examine(job.system, progress=told, **{**options, **choice})
    return job.dressed(result).assign_attrs(input=job.source)


def _write(result: xr.Dataset, job: Job, paths: list[Path]) -> tuple[list[Path], OutputError | None]:
    """Write what the job asks for, and say which files there are; one point has no map."""

    def draw(pictures: list[Path]) -> None:
        from ... import plot

        plot.save(plot.verdicts(result, panels=True, title=job.output.title), *pictures)

    is_map = any(size > 1 for size in result["scale"].sizes.values())
    return write_results(result, [path for path in paths if is_map or path.suffix == ".nc"], draw)
