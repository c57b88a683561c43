"""`sambe reproduce`: the findings of the paper, measured anew, as figures and one HTML report."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .ends import EXIT_FAILED

if TYPE_CHECKING:
    from ..reproduction import Reproduction

__all__ = ["reproduce"]


def reproduce(
    out: Annotated[Path, typer.Option("--out", "-o", help="Directory for the report.")] = Path(
        "results/reproduce"
    ),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no summary.")] = False,
    points: Annotated[int, typer.Option(help="Points of a curve, 41 or more.")] = 241,
    equation: Annotated[
        str, typer.Option(help="Equation under test: driven_dressed, floquet or dressed.")
    ] = "driven_dressed",
) -> None:
    """Findings of arXiv:2603.29754, measured anew.

    Writes figures (PNG, SVG), the numbers (JSON) and one HTML report. The exit code is 1 if a
    finding does not hold.
    """
    from ..reproduction import reproduce as measure

    out.mkdir(parents=True, exist_ok=True)  # a directory that cannot be written is known at once
    with _bar(shown=not quiet) as progress:
        result = measure(points=points, equation=equation, progress=progress)
        try:
            written = result.write(out, progress=progress)
        except OSError as error:  # half an hour of work, perhaps: it goes where there is room
            place = Path(tempfile.mkdtemp(prefix="sambe-reproduce-"))
            said = f"{error.filename or out}: {error.strerror or error}"
            typer.secho(f"sambe: {said}; the report goes to {place}", err=True)
            written = result.write(place, progress=progress)
    if not quiet:
        _summary(result, written[0])
    if not result.passed:
        raise typer.Exit(EXIT_FAILED)


@contextmanager
def _bar(shown: bool) -> Iterator[Callable[[str, int, int], None]]:
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
        task = progress.add_task("studies", total=None, points="")

        def report(what: str, done: int, total: int) -> None:
            if what == "points":
                progress.update(task, points=f"{done}/{total} points")
            else:
                progress.update(task, description=what, completed=done, total=total, points="")

        yield report


def _summary(result: Reproduction, page: Path) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim")
    for column in ("finding", "measured", "value", ""):
        table.add_column(column, no_wrap=column in ("value", ""))
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
    console.print(
        f"measured in {result.stamp['run time']}; wrote {escape(str(page))}", highlight=False, soft_wrap=True
    )
