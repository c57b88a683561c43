"""Zarr stores: finished blocks are written as they come, and a killed run goes on where it was.

A store is an ordinary Zarr (version 3) group that `xarray.open_zarr` opens. Each block of the sweep is one
chunk of every variable, and a checksum over all of them that is written last: a block is finished when it
has that checksum. Whatever is missing, torn, or not what this run wrote is solved again. Zarr puts a chunk in
place whole or not at all.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as exchanged
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Fields
from ...physics.method import Method
from ...physics.statuses import STATUS
from ..axes import Sweep
from ..catalogue import variables_of
from ..labels import blank, filled, label
from ..plan import Block, Plan, Points, Region, regions
from .fingerprint import configuration
from .layout import CONFIGURATION, TILE, Layout, StoreError, failing, open_group, place_of, unreadable

__all__ = ["Store", "StoreError", "open_comparison"]

PENDING = STATUS["pending"]  # of points that are not finished, and of their counts
CHECKSUM = "block_checksum"
_CONTINUE = "the finished blocks are kept: make room, and continue with resume=True (sambe run --resume)"
_AGAIN = "continue it with resume=True (sambe run --resume): what cannot be read is solved again"
_DAMAGED = "put it back from a copy, delete the store, or choose another path"


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
            If there is a store and ``resume`` is false, if another configuration wrote it, if it is damaged
            beyond single blocks, or if it cannot be written.
        """
        import zarr

        path = place_of(path)
        attributes = {CONFIGURATION: configuration(sweep.system, method), TILE: plan.tile}
        group = open_group(path, _layout(sweep, method, plan.chunks), attributes, resume)
        # the same tiles, whatever the memory, so that every block comes out the same to the last bit
        with unreadable(path, _DAMAGED):
            plan = exchanged(plan, chunks=tuple(group["status"].chunks), tile=int(group.attrs[TILE]), blas=1)
        layout = _layout(sweep, method, plan.chunks)
        _check(path, group, layout, plan)
        # a chunk that holds nothing but its fill value is written too, so that one that is missing is known
        with zarr.config.set({"array.write_empty_chunks": True}):
            arrays = {str(name): group[name] for name in layout.data}
        return cls(path, sweep, method, plan, arrays)

    @property
    def _names(self) -> list[str]:
        """Names of the variables in the order of writing, ``status`` last."""
        return [variable.name for variable in variables_of(self.method)]

    def unfinished(self) -> list[Region]:
        """Blocks that are still to be solved."""
        return [r for r in regions(self.sweep.shape, self.plan.chunks) if not self._is_sound(r)]

    def _is_sound(self, region: Region) -> bool:
        """Whether a block is there, can be read, and is what was written."""
        try:
            written = int(self.arrays[CHECKSUM][self._number(region)])
            if written == 0:
                return False
            names = self._names
            return written == _checksum({name: self.arrays[name][(*region, ...)] for name in names})
        except Exception:  # Zarr and its codecs raise nearly anything on what they cannot read
            return False

    def _number(self, region: Region) -> tuple[int, ...]:
        """Where a block stands among the blocks."""
        return tuple(part.start // size for part, size in zip(region, self.plan.chunks, strict=True))

    def write(self, region: Region, points: Points, parts: Sequence[Block]) -> None:
        """Put a finished block in, its checksum last."""
        fields = filled(blank(self.sweep.system, self.method, 1), points, parts)
        size = [part.stop - part.start for part in region]
        names = self._names
        block = {name: fields[name].reshape((*size, *fields[name].shape[1:])) for name in names}
        with failing(self.path, _CONTINUE):
            for name in names:
                self.arrays[name][(*region, ...)] = block[name]
            self.arrays[CHECKSUM][self._number(region)] = _checksum(block)

    def finished_points(self, unfinished: Sequence[Region]) -> int:
        """Points in the blocks that are not in ``unfinished``."""
        missing = sum(int(math.prod(part.stop - part.start for part in region)) for region in unfinished)
        return self.sweep.points - missing

    def dataset(self) -> Any:
        """The whole as a Dataset that reads from the store when it is used."""
        arrays = {name: _lazily(self.path, self.arrays[name]) for name in self._names}
        return label(self.sweep.dims, self.sweep.coords, self.sweep.system, self.method, arrays)


def _check(path: Path, group: Any, layout: Layout, plan: Plan) -> None:
    """Refuse a store whose arrays are not those of the layout; mend its coordinates."""
    with unreadable(path, _DAMAGED):
        faults = layout.faults(group)
        if plan.tile < 1:
            faults.append(f"its {TILE} is {plan.tile}")
    if faults:
        raise StoreError(path, f"it is damaged ({'; '.join(faults)}); {_DAMAGED}")
    with failing(path, "make it writable, or choose another path"), unreadable(path, _DAMAGED):
        layout.mend_coordinates(path)


def _checksum(block: Fields) -> int:
    """64 bits over the values of a block, never 0, which stands for a block that is not finished."""
    out = hashlib.blake2b(digest_size=8)
    for name, x in block.items():
        out.update(name.encode())
        out.update(np.ascontiguousarray(x, dtype=x.dtype.newbyteorder("<")).tobytes())
    return int.from_bytes(out.digest(), "little") or 1


def _lazily(path: Path, array: Any) -> Any:
    """Dask array that reads a chunk as a whole, and says so where that is not there or cannot be read."""
    import dask.array

    da: Any = dask.array  # it is not annotated
    chunks = da.core.normalize_chunks(array.chunks, array.shape)

    def read(block_id: tuple[int, ...] = ()) -> npt.NDArray[Any]:
        file = path / array.basename / array.metadata.encode_chunk_key(block_id)
        if not file.is_file():  # Zarr would give the fill value for it
            raise StoreError(path, f"a chunk is missing ({file}); {_AGAIN}")
        first = (sum(sizes[:k]) for k, sizes in zip(block_id, chunks, strict=True))
        size = (sizes[k] for k, sizes in zip(block_id, chunks, strict=True))
        region = tuple(slice(start, start + n) for start, n in zip(first, size, strict=True))
        with unreadable(path, _AGAIN):
            return np.asarray(array[region])

    return da.map_blocks(
        read, chunks=chunks, dtype=array.dtype, meta=np.empty((0,) * array.ndim, array.dtype)
    )


def _layout(sweep: Sweep, method: Method, chunks: tuple[int, ...]) -> Layout:
    """The arrays that the store will hold."""
    import xarray as xr

    arrays = {
        name: np.broadcast_to(x[0], (*sweep.shape, *x.shape[1:]))
        for name, x in blank(sweep.system, method, 1).items()
    }
    data = label(sweep.dims, sweep.coords, sweep.system, method, arrays)
    flags = data["status"].attrs
    flags["flag_values"] = np.asarray([PENDING, *flags["flag_values"]], dtype=np.int8)
    flags["flag_meanings"] = f"pending {flags['flag_meanings']}"
    blocks = tuple(-(-length // size) for length, size in zip(sweep.shape, chunks, strict=True))
    data[CHECKSUM] = xr.DataArray(
        np.broadcast_to(np.uint64(0), blocks), dims=[f"blocks of {dim}" for dim in sweep.dims],
        attrs={"long_name": "checksum of a finished block over all variables, 0 before"},
    )  # fmt: skip
    sizes = {name: (*chunks, *x.shape[len(sweep.dims) :]) for name, x in arrays.items()}
    fills = {name: np.nan if x.dtype.kind == "f" else PENDING for name, x in arrays.items()}
    return Layout(data, {**sizes, CHECKSUM: (1,) * len(blocks)}, {**fills, CHECKSUM: 0})


def open_comparison(path: str | Path, equations: Sequence[str], resume: bool) -> None:
    """The group around the stores of several equations, made or checked as `Store.open` does."""
    attributes = {CONFIGURATION: {"equations": ", ".join(equations)}}
    open_group(place_of(path), None, attributes, resume)
