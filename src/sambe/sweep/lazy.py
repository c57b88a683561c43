"""Sweeps over Dask arrays: the Dataset is there at once, and is computed chunk by chunk when it is used.

Every chunk of the parameters is one task, which solves its points for all variables together; the variables
are columns of what it returns. Which scheduler runs the tasks, on how many machines, is Dask's affair.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import InputError
from ..physics.method import Method
from .axes import TAKEN, Sweep, check_axes, swept_names
from .blocks import Kernel, run_blocks
from .catalogue import variables_of
from .kernels.fields import point_fields
from .labels import blank, inner_shape, label, put
from .places.device import device_of
from .run import Run

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["is_lazy", "lazy_state"]


def is_lazy(system: System) -> bool:
    """Whether a labelled number of the system is backed by a Dask array."""
    return any(getattr(x, "chunks", None) and hasattr(x, "dims") for x in system.numbers().values())


def lazy_state(system: System, method: Method, run: Run, kernel: Kernel = point_fields) -> Dataset:
    """Dataset of a verb whose variables are Dask arrays, chunked as the parameters are.

    Parameters
    ----------
    system : System
        At least one of its numbers is backed by a Dask array.
    method : Method
    run : Run
        Its budget is that of a task, as tasks that run together share none; its device is looked for where a
        task runs. How many of them run at once, and where, is for Dask.
    kernel : callable
        Gives the `variables_of` the method; those of `sambe.steady_state` by default.
    """
    import xarray as xr

    _refuse_placed(run)
    device_of(run.device, system, method, kernel)
    labelled = {path: x for path, x in system.numbers().items() if isinstance(x, xr.DataArray)}
    check_axes(swept_names(system), TAKEN)
    bare = system.map_numbers(lambda path, x: np.nan if path in labelled else x)
    variables = variables_of(method)
    shapes = [inner_shape(variable, bare, method) for variable in variables]
    widths = [
        math.prod(shape) * _numbers(variable.dtype) for variable, shape in zip(variables, shapes, strict=True)
    ]
    try:
        packed = xr.apply_ufunc(
            partial(_solve_chunk, system=bare, method=method, paths=tuple(labelled),
                    run=Run(memory=run.memory, workers=1, device=run.device), kernel=kernel),
            *labelled.values(), join="exact", dask="parallelized", output_dtypes=[float],
            output_core_dims=[["column"]],
            dask_gufunc_kwargs={"output_sizes": {"column": sum(widths)}},
        )  # fmt: skip
    except ValueError as error:
        raise InputError("sweep", list(labelled), f"labelled numbers do not fit together: {error}") from None
    starts = [sum(widths[:k]) for k in range(len(widths))]
    arrays = {
        variable.name: _column(packed.data, start, shape, variable.dtype)
        for variable, start, shape in zip(variables, starts, shapes, strict=True)
    }
    dims = tuple(map(str, packed.dims[:-1]))
    return label(dims, packed.coords, system, method, arrays)


def _refuse_placed(run: Run) -> None:
    """Refuse what only a sweep that runs at once can follow."""
    for name in ("workers", "executor", "progress"):
        if getattr(run, name) not in (None, False):
            raise InputError(
                name, getattr(run, name), "a sweep over Dask arrays runs when it is computed, where Dask's "
                "scheduler says; leave it out (dask.diagnostics.ProgressBar is a bar of its own), or compute "
                "the parameters first",
            )  # fmt: skip


def _numbers(dtype: npt.DTypeLike) -> int:
    """Columns of a value: a complex one has two."""
    return 2 if np.dtype(dtype).kind == "c" else 1


def _column(packed: Any, start: int, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Any:
    """A variable's part of the columns side by side; one without inner dimensions is a single column."""
    part = packed[..., start : start + math.prod(shape) * _numbers(dtype)]
    if _numbers(dtype) == 2:
        part = part[..., ::2] + 1j * part[..., 1::2]
    part = part if shape else part[..., 0]
    return (part.reshape((*part.shape[:-1], *shape)) if len(shape) > 1 else part).astype(dtype)


def _solve_chunk(
    *values: npt.NDArray[Any], system: System, method: Method, paths: tuple[str, ...], run: Run,
    kernel: Kernel,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """All variables of the points of a chunk, side by side along the last axis."""
    import xarray as xr

    shape = np.broadcast_shapes(*(x.shape for x in values))
    flat = {
        path: xr.DataArray(np.broadcast_to(x, shape).reshape(-1), dims="point")
        for path, x in zip(paths, values, strict=True)
    }
    sweep = Sweep(system.map_numbers(lambda path, x: flat.get(path, x)))
    fields = blank(system, method, sweep.points)
    for points, solved in run_blocks(sweep, method, kernel, run):
        put(fields, points, solved)
    columns = [np.ascontiguousarray(x).reshape(sweep.points, -1) for x in fields.values()]
    columns = [x.view(np.float64) if np.iscomplexobj(x) else x for x in columns]
    return np.concatenate(columns, axis=1, dtype=np.float64).reshape(*shape, -1)
