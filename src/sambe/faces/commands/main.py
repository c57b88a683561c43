"""The command line: `sambe run`, `sambe models` and the rest.

Only light modules are imported here; a command imports what it needs when it runs, so that
``sambe --help`` answers at once. A command is a function in `sambe.faces.commands`; add it to `COMMANDS`.

Exit codes: 0 every point has an answer; 1 no point has one, the numbers did not converge, or a store, a
cluster or a file of results failed; 2 bad input or a place that cannot be written; 3 some points of a sweep
have no answer (the results are written); 130 interrupted.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from ..._version import __version__
from ...errors import SambeError
from .audit import audit
from .doctor import doctor
from .ends import EXIT_FAILED, EXIT_INPUT, EXIT_INTERRUPTED
from .explore import explore
from .init import init
from .models import models
from .reproduce import reproduce
from .run import run
from .start import collect_rarely, leave_out_dask

__all__ = ["COMMANDS", "EXIT_FAILED", "EXIT_INPUT", "EXIT_INTERRUPTED", "app", "main"]

COMMANDS: tuple[Callable[..., None], ...] = (run, audit, explore, reproduce, models, init, doctor)

app = typer.Typer(
    help="Where the energy goes in driven open quantum systems.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich help would triple the time of --help
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sambe {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Where the energy goes in driven open quantum systems."""


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """The command with expected errors told in one red message, without a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            _fail("interrupted", EXIT_INTERRUPTED)
        except SambeError as error:  # errors of the input are ValueErrors as well
            _fail(str(error), EXIT_INPUT if isinstance(error, ValueError) else EXIT_FAILED)
        except MemoryError:
            _fail("out of memory; lower [solve] memory, or the size of the system", EXIT_FAILED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            _fail(f"{error.filename or 'file'}: {error.strerror or error}", EXIT_INPUT)

    return guarded


def _fail(message: str, code: int) -> None:
    typer.secho(f"sambe: {message}", fg=typer.colors.RED, err=True)
    raise typer.Exit(code)


for _command in COMMANDS:
    app.command()(_guarded(_command))


def main() -> None:
    """Entry point of the ``sambe`` script."""
    collect_rarely()
    leave_out_dask()
    try:
        app()
    except SystemExit as end:
        if end.code == EXIT_INTERRUPTED:  # leave at once: a batch that is being solved cannot be stopped
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(EXIT_INTERRUPTED)
        raise
