"""The labelled side of a sweep: which numbers vary, over which dimensions, and which are bad."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import InputError
from .system import System, number_fault

__all__ = ["STATUS", "Sweep"]

STATUS = {
    "ok": 0,
    "bad_parameter": 1,
    "stationary_state_not_unique": 2,
    "not_converged": 3,
    "diverging_rate": 4,
}


class Sweep:
    """A System whose labelled numbers are broadcast against each other and flattened.

    Attributes
    ----------
    system : System
    dims : tuple of str
    shape : tuple of int
    coords : dict
        Coordinates of the sweep's dimensions.
    points : int
        Number of points, 1 without a sweep.
    valid : bool array (points,)
        False where a number cannot be used.
    faults : list of InputError
        One for each number with bad points.
    """

    def __init__(self, system: System) -> None:
        import xarray as xr

        self.system = system
        labelled = {path: x for path, x in system.numbers().items() if isinstance(x, xr.DataArray)}
        joined = _broadcast(labelled)
        template = next(iter(joined.values()), None)
        self.dims: tuple[str, ...] = () if template is None else tuple(map(str, template.dims))
        self.shape: tuple[int, ...] = () if template is None else template.shape
        self.coords: dict[str, Any] = {} if template is None else _coordinates(joined)
        self.points = int(np.prod(self.shape, dtype=int))
        self._flat = {path: x.values.reshape(-1) for path, x in joined.items()}
        self.faults: list[InputError] = []
        self.valid = np.ones(self.points, dtype=bool)
        for path, values in self._flat.items():
            self._check(path, values)

    def _check(self, path: str, values: npt.NDArray[Any]) -> None:
        if values.dtype.kind not in "iufc":
            raise InputError(path, values.dtype, "a sweep needs numbers")
        bad = ~np.isfinite(values)
        reason = "must be finite"
        if not path.startswith(("hamiltonian", "drive")):
            for k in np.flatnonzero(~bad):
                fault = number_fault(path, values[k]) if _suspect(path, values[k]) else None
                if fault:
                    bad[k], reason = True, fault
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            self.faults.append(InputError(path, values[first].item(), reason))
            self.valid &= ~bad

    def part(self, points: npt.NDArray[np.intp]) -> System:
        """The System at some points, every swept number an array of that length.

        Numbers that do not vary stay numbers; without a sweep the frequency becomes an array of one,
        so that a batch always has one leading axis.
        """

        def pick(path: str, x: Any) -> Any:
            if path in self._flat:
                return self._flat[path][points] * 1.0
            x = np.asarray(x)[()] if isinstance(x, np.ndarray) else x
            return np.full(len(points), x) if path == "hamiltonian[0]" else x

        return self.system.map_numbers(pick)


def _suspect(path: str, value: Any) -> bool:
    return bool(np.imag(value) != 0 or np.real(value) <= 0)


def _broadcast(labelled: dict[str, Any]) -> dict[str, Any]:
    import xarray as xr

    if not labelled:
        return {}
    try:
        aligned = xr.align(*labelled.values(), join="exact")
        parts = xr.broadcast(*aligned)
    except ValueError as error:
        raise InputError("sweep", list(labelled), f"labelled numbers do not fit together: {error}") from None
    return dict(zip(labelled, parts, strict=True))


def _coordinates(joined: dict[str, Any]) -> dict[str, Any]:
    coords: dict[str, Any] = {}
    for x in joined.values():
        coords.update({name: c for name, c in x.coords.items() if set(c.dims) <= set(x.dims)})
    return coords
