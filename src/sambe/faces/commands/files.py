"""Where results of a command go: known before the work begins, and whole or not there after it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

    from ..input.job import Job

__all__ = ["make_ready", "write_netcdf"]


def make_ready(job: Job, directory: Path, make: bool = True) -> None:
    """Make the directory and check what a figure will typeset, so that neither fails after the work is done.

    Parameters
    ----------
    job : Job
    directory : Path
    make : bool
        Make it now; a result that is kept elsewhere can wait.

    Raises
    ------
    InputError
        If a title, label, unit or name has mathematics between dollar signs that Matplotlib cannot read.
    OSError
        If the directory cannot be made.
    """
    if make:
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(errno.EACCES, "Permission denied", str(directory))
    if any(ending != "nc" for ending in job.output.formats):
        for field, text in _texts(job):
            if "$" in text:
                _check_mathematics(field, text)


def _texts(job: Job) -> Iterable[tuple[str, str]]:
    """Everything of a job that a figure may show, with the field where it stands."""
    if job.output.title:
        yield "output.title", job.output.title
    if job.output.unit:
        yield "output.unit", f"${job.output.unit.strip('$')}$"
    for name in job.system.terminals:
        yield "bath.name", name
    for number in job.system.numbers().values():
        for name, coordinate in getattr(number, "coords", {}).items():
            for text in coordinate.attrs.values():
                yield f"label or units of the axis {name!r}", str(text)


def _check_mathematics(field: str, text: str) -> None:
    from matplotlib.cbook import is_math_text
    from matplotlib.mathtext import MathTextParser

    from ...errors import InputError

    if not is_math_text(text):
        return
    try:
        MathTextParser("path").parse(text)
    except ValueError as error:
        reason = str(error).strip().splitlines()[-1]
        raise InputError(field, text, f"Matplotlib cannot read this: {reason}") from None


def write_netcdf(dataset: xr.Dataset, path: Path) -> None:
    """Write a result all at once: the HDF5 library leaves half a file, and crashes, where a disk is full."""
    content = dataset.to_netcdf(engine="h5netcdf")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        beside.unlink(missing_ok=True)
