"""How the faces read a result: its sweep axes, its equations and the one the others are held to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["equations", "only", "place", "reference", "sweep_axes"]

_OWN = ("equation", "terminal", "level", "channel")


def sweep_axes(dataset: xr.Dataset) -> list[str]:
    """Dimensions of the sweep, in the order of the result."""
    return [str(d) for d in dataset["energy_current"].dims if d not in _OWN]


def equations(dataset: xr.Dataset) -> list[str]:
    """Names of the equations in a result of `steady_state` or `compare`."""
    if "equation" in dataset["energy_current"].dims:
        return [str(name) for name in dataset["equation"].values]
    if "equation" in dataset.coords:
        return [str(dataset["equation"].item())]
    return [str(dataset.attrs.get("equation", "auto"))]


def only(dataset: xr.Dataset, equation: str) -> xr.Dataset:
    """The part of a result that belongs to one equation."""
    if "equation" not in dataset["energy_current"].dims:
        return dataset
    return dataset.sel(equation=equation)


def reference(dataset: xr.Dataset) -> str:
    """The equation that the others are held to: an exact one, Floquet, or else the first."""
    present = equations(dataset)
    return next((name for name in ("heom", "floquet") if name in present), present[0])


def place(dataset: xr.Dataset, axes: Iterable[str], index: Iterable[Any]) -> dict[str, float]:
    """Coordinates of a point of the sweep by its index."""
    return {name: float(np.asarray(dataset[name].values)[i]) for name, i in zip(axes, index, strict=True)}
