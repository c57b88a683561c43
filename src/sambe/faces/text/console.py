"""What a command prints: tables without rules, warnings, and the files that it has written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from .summary import Table

__all__ = ["bare_table", "print_results"]

# Columns of numbers, which are broken or cut nowhere: words beside them are
NUMBERS = frozenset({"smallest", "largest", "value"})
# Of a column that counts verdicts, by its name
COLORS = {"trust": "green", "care": "yellow", "wrong": "red", "no answer": "dim"}


def bare_table(*columns: str, whole: Iterable[int] = (0,), below: int = 0, **look: Any) -> RichTable:
    """A table of rich's without rules.

    Parameters
    ----------
    *columns : str
        Their names, with rich's markup.
    whole : iterable of int, optional
        Places of the columns whose cells stay in one line.
    below : int, optional
        Empty lines below a row.
    **look
        As rich takes it.
    """
    from rich.table import Table as RichTable

    table = RichTable(box=None, padding=(0, 2, below, 0), header_style="dim", **look)
    for k, name in enumerate(columns):
        table.add_column(name, no_wrap=k in whole, style=COLORS.get(name))
    return table


def print_results(tables: Iterable[Table], written: Iterable[Path], warnings: Iterable[str] = ()) -> None:
    """Print the tables of a result, what is to be warned of, and the files that were written."""
    from rich.console import Console
    from rich.markup import escape

    from .summary import DOUBTFUL, brief

    console = Console()
    for part in tables:
        doubtful = part.title == DOUBTFUL
        console.print(escape(brief(part.title)), style="bold red" if doubtful else "bold", highlight=False)
        names = [escape(brief(name)) for name in part.columns]
        whole = [k for k, name in enumerate(part.columns) if k == 0 or name in NUMBERS]
        table = bare_table(*names, whole=() if doubtful else whole, show_header=not doubtful)
        for row in part.rows:
            table.add_row(*(escape(brief(cell)) for cell in row))
        console.print(table)
        console.print()
    for line in warnings:
        console.print(f"warning: {escape(line)}", style="yellow")
    for path in written:
        console.print(f"wrote {escape(str(path))}", highlight=False, soft_wrap=True)
