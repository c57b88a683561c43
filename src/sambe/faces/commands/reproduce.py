"""`sambe reproduce`: published findings, measured anew, as figures and one HTML report for each source."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .ends import EXIT_FAILED, heeding

if TYPE_CHECKING:
    from ..reproduction import Reproduction

__all__ = ["reproduce"]

PLACE = Path("results/reproduce")
Report = Callable[[str, int, int], None]


def reproduce(
    name: Annotated[
        str | None, typer.Argument(help="A study, or `all`; without a name and options they are listed.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Directory for the report.", show_default=f"{PLACE}/NAME"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no summary.")] = False,
    points: Annotated[
        int | None, typer.Option(help="Points of a curve.", show_default="the study's own number")
    ] = None,
    equation: Annotated[
        str | None,
        typer.Option(help="Equation under test, of driven-dressed: driven_dressed, floquet or dressed."),
    ] = None,
) -> None:
    """Published findings, measured anew: a study for each source.

    Writes figures (PNG, SVG), the numbers (JSON) and one HTML report. The exit code is 1 if a
    finding does not hold. Options without a name are those of driven-dressed, arXiv:2603.29754.
    """
    if (name, out, points, equation, quiet) == (None, None, None, None, False):
        _list()
        return
    from ..reproduction import reproduce as measure
    from ..reproduction.studies import FIRST, load

    if name == "all":
        passed = _all(out or PLACE, quiet, points, equation)
    else:
        study = load(name or FIRST)
        place = _made(out or PLACE / (name or ""))
        with _bar(shown=not quiet) as bar, heeding(bar) as progress:
            result = measure(study, points=points, equation=equation, progress=progress)
            written = _written(result, place, progress)
        if not quiet:
            _summary(result, written)
        passed = result.passed
    if not passed:
        raise typer.Exit(EXIT_FAILED)


def _all(out: Path, quiet: bool, points: int | None, equation: str | None) -> bool:
    """Every study in a folder of its own, and a page that leads to them; whether all of them hold."""
    from ...errors import InputError
    from ..reproduction import reproduce as measure
    from ..reproduction.page import index
    from ..reproduction.studies import table

    for field, value in (("points", points), ("equation", equation)):
        if value is not None:
            raise InputError(field, value, "studies differ in what they take; name one of them")
    _made(out)
    results = []
    for study in table():
        with _bar(shown=not quiet, named=study.name) as bar, heeding(bar) as progress:
            results.append(measure(study, progress=progress))
            _written(results[-1], out / study.name, progress)
        if not quiet:
            _line(results[-1])
    page = out / "index.html"
    page.write_text(index([(r.study, r.findings) for r in results]), encoding="utf-8")
    if not quiet:
        typer.echo(f"wrote {page}")
    return all(result.passed for result in results)


def _made(place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)  # a directory that cannot be written is known at once
    return place


def _written(result: Reproduction, out: Path, progress: Report) -> Path:
    """The report's place: the one that was asked for, or where there is room."""
    try:
        return result.write(out, progress=progress)[0]
    except OSError as error:  # half an hour of work, perhaps
        place = Path(tempfile.mkdtemp(prefix="sambe-reproduce-"))
        said = f"{error.filename or out}: {error.strerror or error}"
        typer.secho(f"sambe: {said}; the report goes to {place}", err=True)
        return result.write(place, progress=progress)[0]


@contextmanager
def _bar(shown: bool, named: str = "") -> Iterator[Report]:
    """One bar on standard error for the stages, and the points of the sweep in hand beside it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[points]}"), console=console, transient=True,
        disable=not (shown and console.is_terminal),
    )  # fmt: skip
    with progress:
        task = progress.add_task(named or "findings", total=None, points="")

        def report(stage: str, done: int, total: int) -> None:
            if stage == "points":
                progress.update(task, points=f"{done}/{total} points")
            else:
                progress.update(
                    task,
                    description=named or stage,
                    completed=done,
                    total=total,
                    points=stage if named else "",
                )

        yield report


def _list() -> None:
    """The studies, oldest source first."""
    from rich.console import Console
    from rich.markup import escape

    from ..reproduction.studies import table
    from ..text.console import bare_table

    shown = bare_table("study", "what it is about", "source", below=1)
    for study in table():
        shown.add_row(study.name, escape(study.title), escape(study.citation))
    console = Console()
    console.print(shown)
    console.print("Measure the findings of one: sambe reproduce NAME; of each: sambe reproduce all.")


def _line(result: Reproduction) -> None:
    """A study in one line, and whatever does not hold of it below."""
    verdict = typer.style("pass", fg="green") if result.passed else typer.style("FAIL", fg="red", bold=True)
    holding = f"{sum(f.passed for f in result.findings)} of {len(result.findings)} findings"
    typer.echo(f"{result.study.name:<20} {holding:<18} {result.stamp['run time']:>8}  {verdict}")
    for finding in result.findings:
        for measure in finding.measures:
            if measure.passed is False:
                typer.echo(f"  {finding.key}: {measure.what}: {measure.shown}, not {measure.criterion}")


def _summary(result: Reproduction, page: Path) -> None:
    from rich.console import Console
    from rich.markup import escape

    from ..text.console import bare_table

    table = bare_table("finding", "measured", "value", "", whole=(2, 3), below=1)
    for finding in result.findings:
        head, verdict = finding.measures[0], "[green]pass[/]" if finding.passed else "[bold red]FAIL[/]"
        table.add_row(escape(finding.title), escape(head.what), head.shown, verdict)
        for measure in finding.measures:
            if measure.passed is False:
                table.add_row(
                    "", escape(f"{measure.what}: not {measure.criterion}"), f"[red]{measure.shown}[/]", ""
                )
    console = Console()
    console.print(table)
    chosen = len(result.study.placeholders)
    if chosen:
        console.print(f"numbers that could not be read and were chosen: {chosen}; the report names them")
    console.print(
        f"measured in {result.stamp['run time']}; wrote {escape(str(page))}", highlight=False, soft_wrap=True
    )
