"""Where results of a command go: known before the work begins, and whole or not there after it."""

from __future__ import annotations

import errno
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import SambeError
from .start import import_figures

if TYPE_CHECKING:
    import xarray as xr

    from ..tasks.job import Job

__all__ = ["OutputError", "make_ready", "paths_of", "write_netcdf", "write_results"]

# Numbers of a point beside its currents, energies and populations, at most.
_OTHERS = 9


class OutputError(SambeError):
    """A file that could not be written after the work was done; the message says where the numbers are."""


def paths_of(job: Job, directory: Path, stem: str) -> list[Path]:
    """The files that a job asks for."""
    return [directory / f"{stem}.{ending}" for ending in dict.fromkeys(job.output.formats)]


def make_ready(job: Job, directory: Path, stem: str, make: bool = True) -> None:
    """Make the directory and check files, room and what a figure will typeset, before the work is done.

    Parameters
    ----------
    job : Job
    directory : Path
    stem : str
        What the files are called, without their endings.
    make : bool
        Make it now; a result that is kept elsewhere can wait.

    Raises
    ------
    InputError
        If a title, label, unit or name has mathematics between dollar signs that Matplotlib cannot read.
    OSError
        If the directory cannot be made, a directory stands in a file's place, or the disk has no room.
    """
    if make:
        directory.mkdir(parents=True, exist_ok=True)
        _check_room(job, directory)
    if directory.exists():
        _check_places(directory, paths_of(job, directory, stem))
    if any(ending != "nc" for ending in job.output.formats):
        import_figures()
        for field, text in _texts(job):
            if "$" in text:
                _check_mathematics(field, text)


def _check_places(directory: Path, paths: list[Path]) -> None:
    if not directory.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "Not a directory", str(directory))
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "Permission denied", str(directory))
    for path in paths:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a directory stands where this file is to go", str(path))


def _check_room(job: Job, directory: Path) -> None:
    """Refuse a result that the disk has no room for."""
    sizes = {dim: n for x in job.system.numbers().values() for dim, n in getattr(x, "sizes", {}).items()}
    numbers = len(job.system.terminals) + 2 * job.system.levels + _OTHERS
    need = 8 * numbers * math.prod(sizes.values()) * len(job.equations)
    free = shutil.disk_usage(directory).free
    if need > free:
        told = f"No space left on device: the result takes up to {need:.2g} bytes, and {free:.2g} are free"
        raise OSError(errno.ENOSPC, told, str(directory))


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
    from ...errors import InputError
    from ...plot.style import read_mathematics

    try:
        read_mathematics(text)
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


def write_results(
    dataset: xr.Dataset, paths: list[Path], draw: Callable[[list[Path]], None], kept: Path | None = None
) -> tuple[list[Path], OutputError | None]:
    """Write a NetCDF file and figures; where one fails, see to it that the numbers are somewhere.

    Parameters
    ----------
    dataset : xarray.Dataset
    paths : list of Path
        Files to write; those that do not end in ``.nc`` are figures.
    draw : callable
        Draws the result and writes it to some paths.
    kept : Path, optional
        Where the numbers are already, such as a store.

    Returns
    -------
    written : list of Path
    fault : OutputError or None
        What went wrong, and where the numbers are.
    """
    tables = [path for path in paths if path.suffix == ".nc"]
    pictures = [path for path in paths if path.suffix != ".nc"]
    written: list[Path] = []
    try:
        for path in paths:  # beside a store they are made only now
            path.parent.mkdir(parents=True, exist_ok=True)
        for path in tables:
            write_netcdf(dataset, path)
            written.append(path)
        if pictures:
            draw(pictures)
    except Exception as error:  # of the disk, or whatever HDF5 and Matplotlib raise on what they cannot take
        place = kept or (written[0] if written else _elsewhere(dataset, paths[0].stem))
        said = " ".join(str(getattr(error, "strerror", None) or error).split())[:300]
        failed = next(path for path in paths if path not in written)
        where = "could be kept nowhere" if place is None else f"is in {place}"
        return written, OutputError(f"{failed}: {said}; the result {where}")
    return written + pictures, None


def _elsewhere(dataset: xr.Dataset, stem: str) -> Path | None:
    """File in another place that could be written, None if there is none; bare arrays as a last resort."""
    for place in (Path.cwd(), Path(tempfile.gettempdir()), Path.home()):
        path = place / f"{stem}-{os.getpid()}.nc"
        for write in (write_netcdf, _write_arrays):
            try:
                write(dataset, path)
            except Exception:  # the next place, or the next form
                path = path.with_suffix(".npz")
            else:
                return path
    return None


def _write_arrays(dataset: xr.Dataset, path: Path) -> None:
    import numpy as np

    arrays: dict[str, Any] = {str(name): x.values for name, x in dataset.variables.items()}
    np.savez(path, **{name: x for name, x in arrays.items() if x.dtype.kind != "O"})
