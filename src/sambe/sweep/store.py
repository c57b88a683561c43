"""Zarr stores: finished blocks are written as they come, and a killed run goes on where it was.

A store is an ordinary Zarr (version 3) group that `xarray.open_zarr` opens. Each block of the sweep is one
chunk of every variable, and the chunk of ``status`` is written last: the block is finished when that is
there. Zarr puts a chunk in place whole or not at all.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as exchanged
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import SambeError
from ..physics.method import Method
from ..physics.statuses import STATUS
from .axes import Sweep
from .blocks import Block, Points
from .catalogue import STATIONARY
from .fingerprint import configuration, differences
from .labels import blank, label, put
from .plan import Plan, Region, regions

__all__ = ["Store", "StoreError", "open_comparison"]

PENDING = STATUS["pending"]  # of points that are not finished
_CONTINUE = "the finished blocks are kept: make room, and continue with resume=True (sambe run --resume)"
_CONFIGURATION, _TILE = "sambe_configuration", "sambe_tile"


class StoreError(SambeError):
    """A store that cannot be written, or that another configuration wrote.

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


@dataclass(frozen=True)
class Store:
    """The blocks of a sweep on disk.

    Attributes
    ----------
    path : Path
    sweep : Sweep
    method : Method
    plan : Plan
        As the store was laid out, however much memory there is today.
    arrays : mapping of str to zarr.Array
    """

    path: Path
    sweep: Sweep
    method: Method
    plan: Plan
    arrays: Mapping[str, Any]

    @classmethod
    def open(cls, path: str | Path, sweep: Sweep, method: Method, plan: Plan, resume: bool) -> Store:
        """A new store, or with ``resume`` one that this configuration has begun.

        Raises
        ------
        StoreError
            If there is a store and ``resume`` is false, if another configuration wrote it, or if it
            cannot be written.
        """
        path = Path(path)
        data = _template(sweep, method)
        chunks = {name: (*plan.chunks, *x.shape[len(sweep.dims) :]) for name, x in data.data_vars.items()}
        attributes = {_CONFIGURATION: configuration(sweep.system, method), _TILE: plan.tile}
        group = _open(path, data, chunks, attributes, resume)
        # the same tiles, whatever the memory, so that every block comes out the same to the last bit
        plan = exchanged(plan, chunks=tuple(group["status"].chunks), tile=int(group.attrs[_TILE]), blas=1)
        return cls(path, sweep, method, plan, dict(group.arrays()))

    def unfinished(self) -> list[Region]:
        """Blocks that are still to be solved."""
        return [r for r in regions(self.sweep.shape, self.plan.chunks) if not self._is_sound(r)]

    def _is_sound(self, region: Region) -> bool:
        """Whether a block is there, and can be read: a power failure can tear what a kill cannot."""
        try:
            status = np.asarray(self.arrays["status"][region])
            if (status == PENDING).any():
                return False
            block = {name: np.asarray(self.arrays[name][(*region, ...)]) for name in _variables(self.arrays)}
        except (OSError, RuntimeError, ValueError):
            return False
        return bool(np.isfinite(block["energy_current"][status == 0]).all())

    def write(self, region: Region, points: Points, parts: Sequence[Block]) -> None:
        """Put a finished block in, its status last."""
        fields = blank(self.sweep.system, self.method, len(points))
        for solved, part in parts:
            put(fields, np.searchsorted(points, solved), part)
        shape = [part.stop - part.start for part in region]
        with _failing(self.path, _CONTINUE):
            for name in _variables(self.arrays):
                self.arrays[name][(*region, ...)] = fields[name].reshape((*shape, *fields[name].shape[1:]))

    def finished_points(self, unfinished: Sequence[Region]) -> int:
        """Points in the blocks that are not in ``unfinished``."""
        missing = sum(int(math.prod(part.stop - part.start for part in region)) for region in unfinished)
        return self.sweep.points - missing

    def dataset(self) -> Any:
        """The whole as a Dataset that reads from the store when it is used."""
        import xarray as xr

        opened = xr.open_zarr(self.path, consolidated=False)
        arrays = {name: opened[name].data for name in _variables(self.arrays)}
        return label(self.sweep.dims, self.sweep.coords, self.sweep.system, self.method, arrays)


def _variables(arrays: Mapping[str, Any]) -> list[str]:
    """Names of the variables in the order of writing, ``status`` last."""
    return [variable.name for variable in STATIONARY if variable.name in arrays]


def _template(sweep: Sweep, method: Method) -> Any:
    """The Dataset that the store will hold, without its values."""
    arrays = {
        name: np.broadcast_to(x[0], (*sweep.shape, *x.shape[1:]))
        for name, x in blank(sweep.system, method, 1).items()
    }
    data = label(sweep.dims, sweep.coords, sweep.system, method, arrays)
    flags = data["status"].attrs
    flags["flag_values"] = np.asarray([PENDING, *flags["flag_values"]], dtype=np.int8)
    flags["flag_meanings"] = f"pending {flags['flag_meanings']}"
    return data


def open_comparison(path: str | Path, equations: Sequence[str], resume: bool) -> None:
    """The group around the stores of several equations, made or checked as `Store.open` does."""
    import xarray as xr

    attributes = {_CONFIGURATION: {"equations": ", ".join(equations)}}
    _open(Path(path), xr.Dataset(), {}, attributes, resume)


def _open(path: Path, data: Any, chunks: Mapping[Any, Any], attributes: dict[str, Any], resume: bool) -> Any:
    """Zarr group at a path: a new one for ``data``, or one that has the same configuration."""
    import zarr

    with _failing(path, "choose a path that can be written"):
        if not path.exists():
            _create(path, data, chunks, attributes)
        elif not (path / "zarr.json").is_file():
            raise StoreError(path, "there is something there that is no store; choose another path")
        elif not resume:
            raise StoreError(
                path, "it exists; continue it with resume=True (sambe run --resume), delete it, or choose "
                "another path",
            )  # fmt: skip
        group = zarr.open_group(path, mode="r+")
    written: Any = group.attrs.get(_CONFIGURATION, {})
    changed = differences(written, attributes[_CONFIGURATION])
    if changed:
        raise StoreError(
            path, f"another configuration wrote it ({'; '.join(changed)}); go back to that one, or choose "
            "another path",
        )  # fmt: skip
    return group


def _create(path: Path, data: Any, chunks: Mapping[Any, Any], attributes: dict[str, Any]) -> None:
    """Make an empty store beside its place and move it there, so that there is never half of one."""
    import zarr
    from zarr.codecs import ZstdCodec

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as beside:
        unfinished = Path(beside) / path.name
        coordinates = data.drop_vars(list(data.data_vars))
        coordinates.to_zarr(unfinished, mode="w-", zarr_format=3, consolidated=False)
        group = zarr.open_group(unfinished, mode="r+")
        group.attrs.update(attributes)
        for name, x in data.data_vars.items():
            group.create_array(
                name, shape=x.shape, dtype=x.dtype, chunks=chunks[name], dimension_names=x.dims,
                fill_value={"f": np.nan}.get(x.dtype.kind, PENDING if name == "status" else 0),
                # the fastest level: floats hardly compress, and points without an answer do at any
                compressors=ZstdCodec(level=1, checksum=True),
                attributes={key: np.asarray(v).tolist() for key, v in x.attrs.items()},
            )  # fmt: skip
        unfinished.rename(path)


@contextmanager
def _failing(path: Path, remedy: str) -> Iterator[None]:
    """Name the store and the way out where the system only says what failed."""
    try:
        yield
    except OSError as error:
        place = "" if error.filename in (None, path) else f" ({error.filename})"
        raise StoreError(path, f"{error.strerror or error}{place}; {remedy}") from error
