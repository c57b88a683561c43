"""How points of a sweep become a labelled Dataset, and how a Dataset is read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..description.steps.protocol import Steps
from ..description.system import System
from ..numerics.arrays import Fields, in_a_row
from ..physics.equations import AUTO, EQUATIONS
from ..physics.generators.near_states.standing_phase import driven_at, squeezed_in_words
from ..physics.method import HEOM_LIMITS, Binning, Counting, Flowing, Method, Moving, Responding
from ..physics.statuses import STATUS
from ..physics.steps.strokes import LARGEST_LEVELS
from .catalogue import CONVENTIONS, CURRENT, Variable, variables_of
from .plan import Block

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["LISTED", "assemble", "blank", "equations", "filled", "in_unit", "label", "only", "place", "put",
           "reference", "sweep_axes", "sweep_dims"]  # fmt: skip


def inner_coordinates(system: System, method: Method) -> dict[str, npt.NDArray[Any]]:
    """Coordinates of the dimensions that a result may have behind those of a sweep."""
    orders = method.cumulants if isinstance(method, Counting) else 0
    edges = np.asarray(method.edges if isinstance(method, Binning) else (), dtype=float)
    times, phases = (method.times, method.phases) if isinstance(method, Moving) else ((), 0)
    terminals = np.asarray(system.terminals, dtype=object)
    other = terminals
    if isinstance(method, Flowing):
        other = np.arange(len(method.sites))
    elif isinstance(method, Responding):
        other = np.asarray([bath.name for bath in system.baths if bath.temperature is not None], dtype=object)
    sites = np.arange(len(method.sites) if isinstance(method, Flowing) else 0)
    return {
        "terminal": terminals,
        "other": other,
        "site": sites,
        "flow": np.asarray(["energy", "particle"], dtype=object),
        "force": np.asarray(["temperature", "potential"], dtype=object),
        "cumulant": np.arange(1, orders + 1),
        "pump": np.asarray(method.pumps if isinstance(method, Counting) else (), dtype=object),
        "level": np.arange(system.levels),
        "limit": np.asarray(HEOM_LIMITS, dtype=object),
        "observable": np.asarray([x.name for x in method.observables], dtype=object),
        "row": np.arange(system.levels),
        "step": np.arange(method.stepped),
        "column": np.arange(system.levels),
        "time": np.asarray(times, dtype=float),
        "phase": 2.0 * np.pi * np.arange(phases) / max(phases, 1),
        "energy": 0.5 * (edges[:-1] + edges[1:]),
        "decay": np.arange(system.levels**2),
    }


def inner_shape(variable: Variable, system: System, method: Method) -> tuple[int, ...]:
    """Sizes of a variable behind the dimensions of a sweep."""
    coordinates = inner_coordinates(system, method)
    return tuple(len(coordinates[dim]) for dim in variable.dims)


def blank(system: System, method: Method, count: int) -> Fields:
    """Fields of points with a bad parameter, which is what every point is until it is put in."""
    fields: Fields = {}
    coordinates = inner_coordinates(system, method)
    for variable in variables_of(method):
        value = STATUS["bad_parameter"] if variable.name == "status" else variable.blank
        shape = (count, *(len(coordinates[dim]) for dim in variable.dims))
        fields[variable.name] = np.full(shape, value, dtype=variable.dtype)
    return fields


def put(fields: Fields, points: npt.NDArray[np.intp], solved: Fields | None) -> None:
    """Enter what was found at some points, None where they failed; NaN where the status is not ok."""
    if solved is None:
        fields["status"][points] = STATUS["not_converged"]
        return
    lost, where = solved["status"] > 0, in_a_row(points)
    for name, values in solved.items():
        fields[name][where] = values
        if name != "status" and lost.any():
            fields[name][points[lost]] = np.nan if fields[name].dtype.kind in "fc" else 0


def filled(blanks: Fields, points: npt.NDArray[np.intp], parts: Iterable[Block]) -> Fields:
    """The fields of a block from those of a blank point; points of no part stay blank."""
    fields = {name: np.repeat(value, len(points), axis=0) for name, value in blanks.items()}
    together = isinstance(in_a_row(points), slice)
    for solved, part in parts:
        put(fields, solved - points[0] if together else np.searchsorted(points, solved), part)
    return fields


def assemble(
    dims: tuple[str, ...], coords: Mapping[str, Any], variables: Iterable[Variable],
    arrays: Mapping[str, Any], inner: Mapping[str, Any], attributes: Mapping[str, Any],
) -> xr.Dataset:  # fmt: skip
    """Dataset of a verb: each variable with its dimensions around those of the sweep.

    Parameters
    ----------
    dims : tuple of str
        Dimensions of the sweep.
    coords : mapping
        Their coordinates.
    variables : sequence of Variable
    arrays : mapping of str to array
        NumPy or Dask, in the shape of the Dataset; one for each variable.
    inner : mapping
        Coordinates of the other dimensions.
    attributes : mapping
        Of the Dataset, beside the conventions.
    """
    import xarray as xr

    data = {
        variable.name: (
            (*variable.leading, *dims, *variable.dims),
            arrays[variable.name],
            variable.described(),
        )
        for variable in variables
    }
    return xr.Dataset(data, {**coords, **inner}, {**CONVENTIONS, **attributes})


def shaped(array: npt.NDArray[Any], shape: Sequence[int], leading: int = 0) -> npt.NDArray[Any]:
    """An array with one axis of points, behind the leading ones, on the grid of the sweep."""
    return array.reshape((*array.shape[:leading], *shape, *array.shape[leading + 1 :]))


def label(dims: tuple[str, ...], coords: Mapping[str, Any], system: System, method: Method,
          arrays: Mapping[str, Any]) -> xr.Dataset:  # fmt: skip
    """Dataset of a steady state from one array for each of `variables_of`, the sweep's dimensions leading."""
    variables = variables_of(method)
    present = {dim for variable in variables for dim in variable.dims}
    inner = {dim: (dim, x) for dim, x in inner_coordinates(system, method).items() if dim in present}
    return assemble(dims, coords, variables, arrays, inner, described(system, method, split=True))


def described(system: System, method: Method, split: bool = False) -> dict[str, Any]:
    """Attributes that say what was solved, and how; with squeezed baths what became of their phases, and if
    they are split what the two parts of each add up to where they cannot be told apart."""
    out = {
        "system": system.name, "equation": method.equation, "secular": method.secular,
        "lamb_shift": method.lamb_shift,
    }  # fmt: skip
    if system.steps is not None:
        out |= stepped_in_words(system.steps, method.strokes)
    for bath in system.baths:
        if bath.squeezing_centre is not None:
            phases = EQUATIONS[method.equation].keeps_phase
            out[f"squeezing of {bath.name}"] = squeezed_in_words(
                bath, system.baths, driven_at(system), phases
            )
            if split:
                out[f"sum of {bath.name}:heat and {bath.name}:squeezer"] = (
                    "first_law_residual less the currents of the other terminals"
                )
    return out


def stepped_in_words(steps: Steps, strokes: bool) -> dict[str, str]:
    """What a period in steps is, and what is to be known of its results."""
    out = {"steps": steps.words()}
    for name, factors in steps.switched.items():
        if not np.any(np.asarray(steps.ramp) > 0) and len({repr(x) for x in factors}) > 1:
            out[f"switching of {name}"] = (
                "sudden: its work grows with the cutoff of the bath, without bound; give ramp="
            )
    out["strokes"] = (
        "energies of one period, whose sum over the steps is a period times the current; not a number where "
        "the course of the state takes too many steps"
        if strokes else
        "not told: heat and work of each step need the course of the state through a period, which "
        "secular='auto' and 'none' follow, for one stationary state, up to "
        f"{LARGEST_LEVELS} levels; a state that stands still between the modes, as the others have it, "
        "is given no work by the steps at all"
    )  # fmt: skip
    return out


def sweep_dims(audit: xr.Dataset) -> list[str]:
    """Dimensions of the sweep of an audit."""
    return [str(d) for d in audit["verdict"].dims if d not in ("equation", "secular")]


# Dimensions along which a variable is several quantities rather than one that varies.
LISTED = ("equation", "secular", "terminal", "other", "cumulant", "pump", "observable", "site", "pair",
          "channel", "flow", "force", "decay")  # fmt: skip
# Dimensions of a current that are those of a result, not of the sweep.
_OF_A_RESULT = ("equation", "terminal", "level", "channel", "time", "phase")


def _each(dataset: xr.Dataset) -> xr.DataArray:
    """What every point has once: a status, or else a current, or the one thing that there is."""
    for name in ("status", "energy_current"):
        if name in dataset:
            return dataset[name]
    return next(iter(dataset.data_vars.values()))


def sweep_axes(dataset: xr.Dataset) -> list[str]:
    """Dimensions of the sweep, in the order of the result."""
    return [str(d) for d in _each(dataset).dims if d not in _OF_A_RESULT]


def equations(dataset: xr.Dataset) -> list[str]:
    """Names of the equations in a result of `steady_state` or `compare`."""
    if "equation" in _each(dataset).dims:
        return [str(name) for name in dataset["equation"].values]
    if "equation" in dataset.coords:
        return [str(dataset["equation"].item())]
    return [str(dataset.attrs.get("equation", AUTO))]


def only(dataset: xr.Dataset, equation: str) -> xr.Dataset:
    """The part of a result that belongs to one equation."""
    if "equation" not in _each(dataset).dims:
        return dataset
    return dataset.sel(equation=equation)


def reference(dataset: xr.Dataset) -> str:
    """The equation that the others are held to: an exact one, Floquet, or else the first."""
    return max(equations(dataset), key=lambda name: EQUATIONS[name].authority if name in EQUATIONS else 0)


def place(dataset: xr.Dataset, axes: Iterable[str], index: Iterable[Any]) -> dict[str, float]:
    """Coordinates of a point of the sweep by its index."""
    return {name: float(np.asarray(dataset[name].values)[i]) for name, i in zip(axes, index, strict=True)}


def in_unit(dataset: xr.Dataset) -> str:
    """The unit of the currents behind their name, where they have one of the laboratory."""
    unit = dataset["energy_current"].attrs.get("units", CURRENT.units)
    return "" if unit == CURRENT.units else f" ({unit})"
