"""How the numbers of a system move along a loop, or over a grid, and what is no loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError

__all__ = ["along_loop", "over_grid"]

FEWEST = 3  # points of a loop that encloses anything
EVEN = 1e-6  # of a step of the coordinate, that rounding of what a user types explains
SAME = 1e-9  # of the range of a number, between two points that are one
# A step over the larger of those beside it, from which it is a jump. A choice: the steps of a smooth loop of
# many points go over into one another, and of very few points nothing can be told.
JUMP = 5.0


def along_loop(system: System, along: Any) -> dict[str, Any]:
    """Derivative of each number that moves, by the angle that goes round once, from its Fourier series.

    Raises
    ------
    InputError
        If no number varies along the dimension, or it is no closed loop of equal steps.
    """
    moving = _varying(system, "along", along)
    count = next(iter(moving.values())).sizes[along]
    if count < FEWEST:
        raise InputError("along", along, f"a loop of {count} points encloses nothing; give {FEWEST} or more")
    for x in moving.values():
        _check_even(x, along)
    whole = {path: x.transpose(..., along).values for path, x in moving.items()}
    if all(_repeats(values) for values in whole.values()):
        raise InputError(
            "along", along, "the last point repeats the first; leave it out, the loop closes itself"
        )
    for path, values in whole.items():
        place = _jump(values)
        if place is not None:
            raise InputError(
                path, values.reshape(-1, count)[0][place].item(), f"jumps from point {place} of {along!r} to "
                "the next, the last being followed by the first; a loop is smooth and closed",
            )  # fmt: skip
    return {path: _turned(x, along) for path, x in moving.items()}


def over_grid(system: System, names: Iterable[Any]) -> list[dict[str, Any]]:
    """Derivatives of the numbers by each of some coordinates, linear between the points of the grid.

    Raises
    ------
    InputError
        If no number varies along a coordinate, or it does not go one way.
    """
    out = []
    for field, name in zip(("x", "y"), names, strict=True):
        moving = _varying(system, field, name)
        for x in moving.values():
            steps = np.diff(_coordinate(x, name))
            if x.sizes[name] < 2 or not ((steps > 0).all() or (steps < 0).all()):
                raise InputError(field, name, "give a coordinate of two points or more that goes one way")
        order = {path: 2 if x.sizes[name] > 2 else 1 for path, x in moving.items()}
        out.append({path: x.differentiate(name, edge_order=order[path]) for path, x in moving.items()})
    return out


def _varying(system: System, field: str, name: Any) -> dict[str, Any]:
    """Numbers that vary along a dimension, by their paths."""
    labelled = {path: x for path, x in system.numbers().items() if hasattr(x, "dims")}
    moving = {path: x for path, x in labelled.items() if name in x.dims}
    if not isinstance(name, str) or not moving:
        known = ", ".join(sorted({repr(str(d)) for x in labelled.values() for d in x.dims})) or "none"
        raise InputError(field, name, f"no number of the system varies along it; its dimensions: {known}")
    return moving


def _coordinate(x: Any, name: str) -> npt.NDArray[np.float64]:
    if name not in x.coords:
        return np.arange(x.sizes[name], dtype=float)
    values = x[name].values
    if values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        raise InputError(f"axis {name!r}", values, "give a coordinate of finite numbers")
    return np.asarray(values, dtype=float)


def _check_even(x: Any, along: str) -> None:
    steps = np.diff(_coordinate(x, along))
    if not (np.abs(steps - steps.mean()) <= EVEN * abs(steps.mean())).all() or steps.mean() == 0:
        raise InputError(
            f"axis {along!r}", x[along].values, "the points of a loop are equally spaced in its coordinate; "
            "give an angle such as numpy.linspace(0, 2 pi, 200, endpoint=False)",
        )  # fmt: skip


def _repeats(values: npt.NDArray[Any]) -> bool:
    """Whether the last point of a loop is its first."""
    width = np.abs(values - values[..., :1]).max(axis=-1)
    return bool((np.abs(values[..., -1] - values[..., 0]) <= SAME * width).all())


def _jump(values: npt.NDArray[Any]) -> int | None:
    """The point after which a number jumps, if it does."""
    steps = np.abs(np.roll(values, -1, axis=-1) - values)
    beside = np.maximum(np.roll(steps, 1, axis=-1), np.roll(steps, -1, axis=-1))
    width = np.abs(values - values[..., :1]).max(axis=-1, keepdims=True)
    jumps = (steps > JUMP * beside) & (steps > SAME * width)
    return int(np.argwhere(jumps)[0][-1]) if jumps.any() else None


def _turned(x: Any, along: str) -> Any:
    """Derivative of a periodic function by its angle."""
    import xarray as xr

    if x.chunks is not None:
        x = x.chunk({along: -1})
    kind = complex if x.dtype.kind == "c" else float
    out = xr.apply_ufunc(
        _derivative, x, input_core_dims=[[along]], output_core_dims=[[along]], dask="parallelized",
        output_dtypes=[kind],
    )  # fmt: skip
    return out.transpose(*x.dims)


def _derivative(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Along the last axis; the wave of which every second point is a node has none."""
    count = values.shape[-1]
    waves = np.fft.fftfreq(count, 1.0 / count)
    if count % 2 == 0:
        waves[count // 2] = 0.0
    out = np.fft.ifft(1j * waves * np.fft.fft(values, axis=-1), axis=-1)
    return out if np.iscomplexobj(values) else out.real
