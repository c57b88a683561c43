"""What lies on disk: a Zarr group with an array for each variable, made whole, and checked when opened."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import SambeError
from .fingerprint import Value, differences

__all__ = ["CONFIGURATION", "TILE", "Layout", "StoreError", "failing", "open_group", "place_of", "unreadable"]

CONFIGURATION, TILE = "sambe_configuration", "sambe_tile"  # attributes of the group
LONGEST_NAME = 255  # bytes of the name of a folder, on the usual file systems
_ELSEWHERE = "delete it, or choose another path"
# What makes an array of a store what it is; its attributes only describe it.
_FORM = ("shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs", "dimension_names",
         "storage_transformers")  # fmt: skip


class StoreError(SambeError):
    """A store that cannot be written or read, or that another configuration wrote.

    Parameters
    ----------
    store : path
        Where it is.
    remedy : str
        What is wrong with it and how to go on.
    """

    def __init__(self, store: str | Path, remedy: str) -> None:
        self.store = str(store)
        self.remedy = remedy
        super().__init__(f"store {self.store}: {remedy}")

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.store, self.remedy)


class Layout:
    """Arrays that a store is to hold.

    Parameters
    ----------
    data : xarray.Dataset
        The variables without their values, and the coordinates with theirs.
    chunks : mapping of str to tuple of int
        Of each variable.
    fills : mapping of str to number
        What each holds before it is written: never what could be taken for a result.
    """

    def __init__(self, data: Any, chunks: Mapping[str, tuple[int, ...]], fills: Mapping[str, float]) -> None:
        self.data, self.chunks, self.fills = data, chunks, fills
        self.coordinates = data.drop_vars(list(data.data_vars))

    def make(self, group: Any) -> None:
        """Create the arrays, without a chunk in them."""
        from zarr.codecs import ZstdCodec

        for name, x in self.data.data_vars.items():
            group.create_array(
                name, shape=x.shape, dtype=x.dtype, chunks=self.chunks[name], dimension_names=x.dims,
                fill_value=self.fills[name],
                # the fastest level: floats hardly compress, and points without an answer do at any
                compressors=ZstdCodec(level=1, checksum=True),
                attributes={key: np.asarray(v).tolist() for key, v in x.attrs.items()},
            )  # fmt: skip

    def faults(self, group: Any) -> list[str]:
        """What of the arrays in a group is not as this layout has it."""
        import zarr
        from zarr.storage import MemoryStore

        self.make(model := zarr.create_group(store=MemoryStore()))
        out = []
        for name in self.data.data_vars:
            if name not in group:
                out.append(f"the array {name!r} is missing")
                continue
            there, here = group[name].metadata.to_dict(), model[name].metadata.to_dict()
            differing = [key for key in _FORM if repr(there.get(key)) != repr(here.get(key))]
            out += [f"{key} of the array {name!r} is {there.get(key)}" for key in differing[:1]]
        return out

    def mend_coordinates(self, path: Path) -> None:
        """Write the coordinates again where they cannot be read or are others: they are known."""
        if _has(path, self.coordinates):
            return
        written = path.with_name(f".{path.name}.mended")
        shutil.rmtree(written, ignore_errors=True)  # of a start that was killed
        try:
            _write_coordinates(path, self, written)
            # one by one into their places: what else the group holds, its attributes too, stays as it is
            for name in map(str, self.coordinates.variables):
                shutil.rmtree(path / name, ignore_errors=True)
                (written / name).rename(path / name)
        finally:
            shutil.rmtree(written, ignore_errors=True)


def _has(path: Path, coordinates: Any) -> bool:
    import xarray as xr

    coordinates = xr.decode_cf(coordinates)  # as they are read: attributes may say how
    try:
        with xr.open_zarr(path, consolidated=False, chunks=None, decode_cf=True) as there:
            return all(there[name].variable.equals(x.variable) for name, x in coordinates.coords.items())
    except Exception:  # Zarr and its codecs raise nearly anything on what they cannot read
        return False


def place_of(store: str | Path) -> Path:
    """Path of a store, as it was given.

    Raises
    ------
    StoreError
        If the text can be no path, or is that of the root.
    """
    try:
        path = Path(store).expanduser()
        is_named = path.resolve().name
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(repr(str(store)), f"{error}; choose another path") from None
    if not is_named:
        raise StoreError(path, "there is something there that is no store; choose another path")
    return path


def open_group(path: Path, layout: Layout | None, attributes: dict[str, Any], resume: bool) -> Any:
    """Zarr group at a path: a new one, or with ``resume`` one that has the same configuration.

    Raises
    ------
    StoreError
        If something else is there, a damaged store, or one of another configuration.
    """
    with failing(path, "choose a path that can be written"):
        if not os.path.lexists(path):
            _create(path, layout, attributes)
        elif not (path / "zarr.json").is_file():
            raise StoreError(path, "there is something there that is no store; choose another path")
        elif not resume:
            raise StoreError(
                path, "it exists; continue it with resume=True (sambe run --resume), delete it, or choose "
                "another path",
            )  # fmt: skip
        elif not os.access(path, os.W_OK | os.X_OK):
            raise StoreError(path, "Permission denied; make it writable, or choose another path")
        group, written = _read(path)
    changed = differences(written, attributes[CONFIGURATION])
    if changed:
        raise StoreError(
            path, f"another configuration wrote it ({'; '.join(changed)}); go back to that one, or choose "
            "another path",
        )  # fmt: skip
    return group


def _read(path: Path) -> tuple[Any, Mapping[str, Value]]:
    """The group and the configuration that it was written with."""
    import zarr

    with unreadable(path, f"put its zarr.json back from a copy, {_ELSEWHERE}"):
        group = zarr.open_group(path, mode="r+", zarr_format=3)
        written: Any = group.attrs.get(CONFIGURATION)
    if not isinstance(written, Mapping):
        raise StoreError(path, "it is a Zarr group, but not of sambe; choose another path")
    return group, written


def _create(path: Path, layout: Layout | None, attributes: dict[str, Any]) -> None:
    """Make an empty store beside its place and move it there, so that there is never half of one."""
    import zarr

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.begun")
    shutil.rmtree(unfinished, ignore_errors=True)  # of a start that was killed
    try:
        if layout is not None:
            _write_coordinates(path, layout, unfinished)
        group = zarr.open_group(unfinished, mode="a", zarr_format=3)
        group.attrs.update(attributes)
        if layout is not None:
            layout.make(group)
        unfinished.rename(path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_coordinates(path: Path, layout: Layout, there: Path) -> None:
    for name in map(str, {*layout.coordinates.dims, *layout.coordinates.variables}):
        if "/" in name or len(name.encode()) > LONGEST_NAME:
            raise StoreError(
                path, f"its folders have the names of the axes, and {name[:40]!r} cannot be one; leave "
                f"out '/', and end at {LONGEST_NAME} bytes",
            )  # fmt: skip
    try:
        layout.coordinates.to_zarr(there, mode="w-", zarr_format=3, consolidated=False)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise StoreError(
            path, f"a coordinate cannot be stored ({error}); give axes of numbers or texts"
        ) from error


@contextmanager
def failing(path: Path, remedy: str) -> Iterator[None]:
    """Name the store and the way out where the system only says what failed."""
    try:
        yield
    except OSError as error:
        place = "" if error.filename in (None, path) else f" ({error.filename})"
        raise StoreError(path, f"{error.strerror or error}{place}; {remedy}") from error


@contextmanager
def unreadable(path: Path, remedy: str) -> Iterator[None]:
    """Say so of a store that Zarr cannot read, whatever it raises: on damage that is nearly anything."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise StoreError(path, f"it is damaged ({said}); {remedy}") from error
