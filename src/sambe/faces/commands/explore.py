"""`sambe explore`: sliders in the browser on the numbers of an input file or of a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .start import UNUSED, defer

__all__ = ["explore"]


def explore(
    file: Annotated[
        Path | None, typer.Argument(help="Input file in TOML to start with; a model otherwise.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1024, max=65535)] = 5006,
    show: Annotated[bool, typer.Option("--show/--no-show", help="Open a browser.")] = True,
) -> None:
    """Turn the knobs of a system in the browser and watch its currents, with the verdict in sight.

    Serves this machine alone, at http://127.0.0.1:5006, until it is interrupted.
    """
    from importlib.util import find_spec

    from ...errors import InputError

    missing = [name for name in ("bokeh", "tomli_w") if find_spec(name) is None]
    if missing:
        raise InputError("explore", ", ".join(missing), "not installed: pip install 'sambe[app]'")
    defer(*UNUSED)
    from ..explorer.server import serve

    serve(file, port, show)
