"""The labelled side of a sweep: which numbers vary, over which dimensions, and which are bad."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.gate import RESERVED
from ..description.sums.hermiticity import hermiticity_fault, skew_part
from ..description.sums.modulation import may_be_complex
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import to_numpy
from .catalogue import DIMENSIONS, STATIONARY, names_of

__all__ = ["TAKEN", "Piece", "Sweep", "check_axes", "indices", "swept_names"]

TAKEN = names_of(STATIONARY) | DIMENSIONS  # names that a result needs itself
# Largest drive frequency, in units of the largest element of H(t). A choice: beside an omega of that size a
# double keeps four digits of the energies, and a frequency in another unit is told from a fast one.
FASTEST = 1e12
# Points and axes at most. Numbers of points are 64-bit integers, and NumPy knows 64 axes, of which a result
# has up to four of its own; 1e15 points would take centuries.
MOST_POINTS, MOST_AXES = 10**15, 60
_TOO_FAST = f"more than {FASTEST:g} times the energies of the Hamiltonian; do the two have one unit?"


class Sweep:
    """A System whose labelled numbers broadcast against each other, its points numbered in C order.

    Nothing is held point by point: every number keeps the size that it came with, and is broadcast as a
    view.

    Attributes
    ----------
    system : System
    dims : tuple of str
    shape : tuple of int
    coords : dict
        Coordinates of the sweep's dimensions.
    points : int
        Number of points, 1 without a sweep.
    faults : list of InputError
        One for each number with bad points.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        labelled = _labelled(system)
        self._fastest = FASTEST * _energy_bound(system) or np.inf
        for path, w in system.frequencies().items():
            if path not in labelled and float(np.real(w)) > self._fastest:
                raise InputError(path, w, _TOO_FAST)
        aligned = _align(labelled)
        sizes = {dim: n for x in aligned.values() for dim, n in x.sizes.items()}
        self.dims: tuple[str, ...] = tuple(map(str, sizes))
        self.shape: tuple[int, ...] = tuple(sizes.values())
        _check_size(sizes)
        self.coords: dict[str, Any] = _coordinates(aligned)
        check_axes(self.names, TAKEN)
        self.points = math.prod(self.shape)
        self.faults: list[InputError] = []
        self.refused: list[npt.NDArray[np.intp]] = []
        self._views: dict[str, npt.NDArray[Any]] = {
            path: x.variable.set_dims(sizes).transpose(*sizes).values for path, x in aligned.items()
        }
        marks = [self._unusable(path, _unrepeated(view)) for path, view in self._views.items()]
        self._usable = [np.broadcast_to(~bad, self.shape) for bad in marks if bad is not None]
        # points with an imaginary part where a number must be real are marked by now, so that it
        # can be dropped
        self._views = {k: view if may_be_complex(k) else view.real for k, view in self._views.items()}
        self._check_hermitian(sizes)

    def _unusable(self, path: str, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_] | None:
        """Which values cannot be used, with a fault that says why; None if all can."""
        bad: npt.NDArray[np.bool_] = ~np.isfinite(values)
        reason = "must be finite"
        for alike in _alike(path, values, ~bad):
            untold = alike & ~bad
            fault = self.system.number_fault(path, values[untold][0]) if untold.any() else None
            if fault:
                bad, reason = bad | untold, fault
        if path.startswith("omega") and (values.real > self._fastest).any():
            bad, reason = bad | (values.real > self._fastest), _TOO_FAST
        if not bad.any():
            return None
        self.faults.append(InputError(path, values[bad][0].item(), reason))
        return bad

    def _check_hermitian(self, sizes: Mapping[Any, int]) -> None:
        """Mark the points at which H_0 is not Hermitian."""
        skew = skew_part(self.system.hamiltonian)
        if skew is None or not hasattr(skew.broken, "dims") or not skew.broken.any():
            return
        broken = skew.broken.variable.set_dims(sizes).transpose(*sizes).values
        first = int(np.argmax(skew.broken.values))
        self.faults.append(hermiticity_fault(self.system.hamiltonian, skew, first))
        self._usable.append(~broken)

    @property
    def names(self) -> frozenset[str]:
        """Names of its dimensions and coordinates."""
        return frozenset(self.dims) | frozenset(self.coords)

    def labelled(self, values: npt.NDArray[Any]) -> Any:
        """A number of each point ``(points,)`` on the axes of the sweep."""
        import xarray as xr

        return xr.DataArray(values.reshape(self.shape), dims=self.dims, coords=self.coords)

    def refuse(self, points: npt.NDArray[np.intp], fault: InputError) -> None:
        """Mark points at which something turned out to be unusable while they were solved."""
        self.refused.append(points)
        self.faults.append(fault)

    @property
    def valid(self) -> npt.NDArray[np.bool_]:
        """False where a number cannot be used, ``(points,)``."""
        every: npt.NDArray[np.bool_] = np.ones(self.shape, dtype=bool)
        for usable in self._usable:
            every &= usable
        flat = every.reshape(-1)
        for points in self.refused:
            flat[points] = False
        return flat

    def usable(self, points: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Those of the points that have no bad number."""
        for usable in self._usable:
            points = points[usable[np.unravel_index(points, self.shape)]]
        return points

    def extreme(self) -> System:
        """The System with every swept number at its largest, and the frequency at its least."""

        def pick(path: str, x: Any) -> Any:
            if path not in self._views:
                return x
            size = np.abs(_unrepeated(self._views[path]))
            size = size[np.isfinite(size) & (size > 0)]
            if not size.size:
                return 1.0
            return float(size.min() if path.startswith("omega") else size.max())

        return self.system.map_numbers(pick)

    @cached_property
    def _bare(self) -> System:
        """The System without its swept numbers."""

        def pick(path: str, x: Any) -> Any:
            if path in self._views:
                return np.nan
            return np.asarray(x)[()] if isinstance(x, np.ndarray) else x

        return self.system.map_numbers(pick)

    def piece(self, region: tuple[slice, ...]) -> Piece:
        """A rectangle of the sweep, to be sent somewhere."""
        views = {path: _unrepeated(view[region]) for path, view in self._views.items()}
        masks = (_unrepeated(mask[region]) for mask in self._usable)
        marred = [mask for mask in masks if not mask.all()]
        return Piece(self._bare, views, marred, region, self.shape)

    def part(self, points: npt.NDArray[np.intp]) -> System:
        """The System at some points, every swept number an array of that length.

        Numbers that do not vary stay numbers; without a sweep the first coefficient becomes an array,
        so that a batch always has one leading axis.
        """
        where = np.unravel_index(points, self.shape) if self.dims else np.zeros(len(points), dtype=int)

        def pick(path: str, x: Any) -> Any:
            if path in self._views:
                values = self._views[path] if self.dims else self._views[path][None]
                return values[where].astype(np.result_type(values, np.float64))
            x = np.asarray(x)[()] if isinstance(x, np.ndarray) else x
            return np.full(len(points), x) if path == "hamiltonian[0]" else x

        return self.system.map_numbers(pick)


@dataclass(frozen=True)
class Piece:
    """A rectangle of a sweep, small enough to be sent: every number with the axes along which it varies.

    Attributes
    ----------
    bare : System
        With one value in the place of every swept number.
    views : dict of str to array
        The swept ones by their paths, of length one along every axis that is only repeated.
    masks : list of bool array
        Where numbers can be used, for those that cannot be everywhere, likewise.
    region : tuple of slice
        Where it is in the sweep.
    whole : tuple of int
        Shape of the sweep.
    """

    bare: System
    views: dict[str, npt.NDArray[Any]]
    masks: list[npt.NDArray[np.bool_]]
    region: tuple[slice, ...]
    whole: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each dimension."""
        return tuple(part.stop - part.start for part in self.region)

    @property
    def count(self) -> int:
        """Number of its points."""
        return int(np.prod(self.shape, dtype=int))

    def points(self) -> npt.NDArray[np.intp]:
        """Numbers of its points within the sweep, in C order."""
        return indices(self.region, self.whole)

    def usable(self) -> npt.NDArray[np.intp] | None:
        """Which of its points have no bad number, counted within it; None if all."""
        if not self.masks:
            return None
        every = np.ones(self.shape, dtype=bool)
        for mask in self.masks:
            every &= mask
        return np.flatnonzero(every)

    def system(self) -> System:
        """The System at its usable points, every swept number an array of that length."""
        usable = self.usable()
        count = self.count if usable is None else len(usable)

        def pick(path: str, x: Any) -> Any:
            if path in self.views:
                view = self.views[path]
                values = np.broadcast_to(view, self.shape).reshape(-1)
                values = values if usable is None else values[usable]
                return values.astype(np.result_type(view, np.float64), copy=False)
            return np.full(count, x) if path == "hamiltonian[0]" else x

        return self.bare.map_numbers(pick)


def indices(region: tuple[slice, ...], shape: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Numbers of the points of a rectangle of a grid, in C order.

    >>> indices((slice(1, 2), slice(0, 3)), (2, 4))
    array([4, 5, 6])
    """
    index: npt.NDArray[np.intp] = np.zeros((1,) * len(shape), dtype=np.intp)
    for k, (part, size) in enumerate(zip(region, shape, strict=True)):
        along = np.arange(*part.indices(size)).reshape(-1, *(1,) * (len(shape) - k - 1))
        index = index + along * int(np.prod(shape[k + 1 :], dtype=int))
    return index.reshape(-1)


def _labelled(system: System) -> dict[str, Any]:
    """The swept numbers of a system by their paths; arrays without labels are refused."""
    import xarray as xr

    numbers = system.numbers()
    for path, x in numbers.items():
        if not isinstance(x, xr.DataArray) and np.ndim(x):
            raise InputError(path, x, "a sweep needs labels: give sambe.axis(name, values)")
    return {path: x for path, x in numbers.items() if isinstance(x, xr.DataArray)}


def _alike(path: str, values: npt.NDArray[Any], finite: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.bool_]]:
    """Groups of which one value answers for all: most rules ask for signs, those of a state for bounds."""
    if path.startswith(("hamiltonian", "drive")):
        return []
    signs = [values.imag != 0, values.real < 0, values.real == 0]
    each = [values == x for x in np.unique(values[finite])] if ".state." in path else []
    return signs + each


def _check_size(sizes: Mapping[Any, int]) -> None:
    """Refuse more dimensions or points than can be numbered."""
    if len(sizes) > MOST_AXES:
        raise InputError("sweep", list(sizes), f"has {len(sizes)} axes; {MOST_AXES} are possible")
    if math.prod(sizes.values()) > MOST_POINTS:
        raise InputError(
            "sweep", dict(sizes), f"more than {MOST_POINTS:.0e} points; give axes that vary together one "
            "dimension, or fewer points to each",
        )  # fmt: skip


def _coordinates(aligned: Mapping[str, Any]) -> dict[str, Any]:
    """Coordinates of all numbers but for those that differ from one to the other, as xarray keeps them."""
    every = [(name, c) for x in aligned.values() for name, c in x.coords.items()]
    out = dict(reversed(every))
    apart = {name for name, c in every if not c.variable.equals(out[name].variable)}
    return {name: c for name, c in every if name not in apart}


def _unrepeated(view: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A broadcast view without its repetitions: length one along every axis that is only repeated."""
    return view[tuple(slice(0, 1) if step == 0 else slice(None) for step in view.strides)]


def _align(labelled: dict[str, Any]) -> dict[str, Any]:
    import xarray as xr

    try:
        aligned = xr.align(*labelled.values(), join="exact", copy=False)
    except ValueError as error:
        raise InputError("sweep", list(labelled), f"labelled numbers do not fit together: {error}") from None
    return dict(zip(labelled, aligned, strict=True))


def check_axes(names: Iterable[Any], taken: Iterable[str]) -> None:
    """Refuse an axis with a name that a result needs for itself."""
    names = set(names)
    for name in names.intersection(taken):
        raise InputError("axis", name, "a result has this name for something of its own; choose another")
    for name in names:
        if RESERVED.fullmatch(str(name)):
            said = "is kept for terminals: that of a drive, a part of one, or its particles; choose another"
            raise InputError("axis", name, said)


def swept_names(system: System) -> set[str]:
    """Names of the axes and coordinates of a sweep."""
    labelled = [x for x in system.numbers().values() if hasattr(x, "dims")]
    return {str(name) for x in labelled for name in (*x.dims, *x.coords)}


def _energy_bound(system: System) -> float:
    """No element of H(t) is larger at any point of a sweep."""
    bound = 0.0
    for c, op in (*system.hamiltonian, *(term for terms in system.drive.values() for term in terms)):
        size = np.abs(to_numpy(c))
        bound += float(np.max(size, where=np.isfinite(size), initial=0.0)) * float(np.abs(op).max())
    return bound
