"""`sambe models`: the ready-made systems with their parameters."""

from __future__ import annotations

__all__ = ["models"]


def models() -> None:
    """List the ready-made systems, their parameters and defaults."""
    import inspect

    from rich.console import Console
    from rich.table import Table

    from ...models import MODELS

    table = Table(box=None, padding=(0, 2, 1, 0), header_style="bold")
    for column in ("model", "what it is", "parameters and defaults"):
        table.add_column(column)
    for name, model in MODELS.items():
        parameters = inspect.signature(model).parameters.values()
        shown = ", ".join(f"{p.name} = {p.default!r}" for p in parameters if p.name != "baths")
        what = (inspect.getdoc(model) or "").split("\n", 1)[0].replace(r":math:`\sigma_x`", "sigma_x")
        table.add_row(name, _plain(what), shown)
    console = Console()
    console.print(table)
    console.print('Use one in a TOML file as [system] model = "spin_boson" and run it: sambe run FILE.')


def _plain(text: str) -> str:
    """A docstring's line without its markup for mathematics."""
    import re

    return re.sub(r":math:`([^`]*)`", lambda m: m[1].replace("\\", ""), text)
