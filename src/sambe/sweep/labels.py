"""What is reported of a point, and how the points of a sweep become a labelled Dataset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..numerics.arrays import Fields

if TYPE_CHECKING:
    import xarray as xr

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import SecularWarning, TruncationWarning
from ..physics.method import HEOM_LIMITS, Method
from ..physics.validity import STATUS

__all__ = [
    "CONVENTIONS",
    "blank",
    "describe_points",
    "equations",
    "inner_sizes",
    "label",
    "only",
    "place",
    "put",
    "reference",
    "status_attributes",
    "sweep_axes",
    "sweep_dims",
    "warn_of",
]


TRUSTED_RATIO = 10.0  # below this gap over relaxation rate the full secular answer is off by > 1 %
SMALL_EDGE = 1e-3  # population of the last levels of a ladder that still counts as none

CONVENTIONS = {
    "conventions": "hbar = k_B = 1; energies, temperatures and angular frequencies share one unit; "
    "currents are positive into the system, pump included",
    "reference": "Kong, Lu, Liu, Duan, Wang, arXiv:2603.29754 (2026)",
}
VARIABLES = {
    "energy_current": ("energy current into the system", "energy^2"),
    "energy": ("dressed energy or quasienergy", "energy"),
    "population": ("stationary population", "1"),
    "entropy_production": ("entropy production rate", "energy"),
    "first_law_residual": ("sum of the currents over the terminals", "energy^2"),
    "secular_ratio": ("smallest gap over relaxation rate", "1"),
    "edge_population": ("population at the cut of a truncated ladder", "1"),
    "coherences_kept": ("coherences in the stationary matrix", "1"),
    "hierarchy_error": ("estimated numerical error of the hierarchy, of the largest current", "1"),
    "hierarchy_movement": ("move of the currents when a limit of the hierarchy is raised", "1"),
}
OF_HEOM = {"hierarchy_error", "hierarchy_movement"}  # variables that only the exact equation has
INNER = {"energy_current": "terminal", "energy": "level", "population": "level",
         "hierarchy_movement": "limit"}  # fmt: skip
KINDS: dict[str, npt.DTypeLike] = {"coherences_kept": np.int64, "status": np.int8}  # others are floats


def inner_sizes(system: System, method: Method) -> dict[str, dict[str, int]]:
    """Dimensions of each variable behind those of the sweep, with their sizes."""
    sizes = {"terminal": len(system.terminals), "level": system.levels, "limit": len(HEOM_LIMITS)}
    names = [name for name in VARIABLES if method.equation == "heom" or name not in OF_HEOM]
    inner = {name: {INNER[name]: sizes[INNER[name]]} if name in INNER else {} for name in names}
    return {**inner, "status": {}}


def blank(system: System, method: Method, count: int) -> Fields:
    """Fields of points with a bad parameter, which is what every point is until it is put in."""
    out: Fields = {}
    for name, inner in inner_sizes(system, method).items():
        out[name] = np.empty((count, *inner.values()), dtype=KINDS.get(name, float))
        out[name][...] = {"status": STATUS["bad_parameter"], "coherences_kept": 0}.get(name, np.nan)
    return out


def put(fields: Fields, points: npt.NDArray[np.intp], found: Fields | None) -> None:
    """Enter what was found at some points, None where they failed; NaN where the status is not ok."""
    if found is None:
        fields["status"][points] = STATUS["not_converged"]
        return
    lost = found["status"] > 0
    for name, values in found.items():
        fields[name][points] = values
        if name != "status" and lost.any():
            fields[name][points[lost]] = np.nan if fields[name].dtype.kind == "f" else 0


def label(dims: tuple[str, ...], coords: Mapping[str, Any], system: System, method: Method,
          arrays: Mapping[str, Any]) -> Any:  # fmt: skip
    """Dataset from one array for each variable, the sweep's dimensions leading.

    Parameters
    ----------
    dims : tuple of str
        Dimensions of the sweep.
    coords : mapping
        Their coordinates.
    arrays : mapping of str to array
        NumPy or Dask; as `inner_sizes` says.
    """
    import xarray as xr

    out = {}
    for name, inner in inner_sizes(system, method).items():
        if name == "status":
            out[name] = (dims, arrays[name], status_attributes())
            continue
        long_name, units = VARIABLES[name]
        attributes = {"long_name": long_name, "units": units}
        if name == "energy_current":
            attributes["sign"] = "positive into the system"
        out[name] = ((*dims, *inner), arrays[name], attributes)
    coords = dict(coords)
    coords["terminal"] = ("terminal", np.asarray(system.terminals, dtype=object))
    coords["level"] = ("level", np.arange(system.levels))
    if method.equation == "heom":
        coords["limit"] = ("limit", np.asarray(HEOM_LIMITS, dtype=object))
    attributes = {
        **CONVENTIONS, "system": system.name, "equation": method.equation,
        "secular": method.secular, "lamb_shift": method.lamb_shift,
    }  # fmt: skip
    return xr.Dataset(out, coords, attributes)


def status_attributes() -> dict[str, Any]:
    """CF attributes of a status variable."""
    return {
        "long_name": "status of the point",
        "flag_values": np.asarray(list(STATUS.values()), dtype=np.int8),
        "flag_meanings": " ".join(STATUS),
    }


def warn_of(data: Any, method: Method, level: int = 3) -> None:
    """Warn where an answer cannot be trusted; ``level`` is the frame that the warning names."""
    if method.secular == "full":
        close = data.secular_ratio < TRUSTED_RATIO
        if close.any():
            warnings.warn(
                "the full secular approximation cannot be trusted where levels lie closer than "
                f"{TRUSTED_RATIO:g} relaxation rates: {describe_points(close)}; use "
                "secular='partial'",
                SecularWarning, stacklevel=level,
            )  # fmt: skip
    full = data.edge_population > SMALL_EDGE
    if full.any():
        warnings.warn(
            f"the top levels of the ladder carry population: {describe_points(full)}; raise levels",
            TruncationWarning, stacklevel=level,
        )  # fmt: skip


def describe_points(mask: Any) -> str:
    """Where a boolean DataArray is true, in words: ranges of each coordinate."""
    count, total = int(mask.sum()), int(mask.size)
    if not mask.dims:
        return "at this point"
    parts = []
    for dim in mask.dims:
        others = [d for d in mask.dims if d != dim]
        hit = mask.any(others) if others else mask
        values = hit[dim].values[hit.values] if dim in mask.coords else np.flatnonzero(hit.values)
        low, high = values.min(), values.max()
        parts.append(f"{dim} = {low:.6g}" + (f" to {high:.6g}" if high != low else ""))
    return f"{count} of {total} points ({', '.join(parts)})"


def sweep_dims(found: xr.Dataset) -> list[str]:
    """Dimensions of the sweep of an audit."""
    return [str(d) for d in found["verdict"].dims if d not in ("equation", "secular")]


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
