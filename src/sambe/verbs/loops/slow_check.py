"""What a loop pumps, by integrating the equation over slow cycles, beside what the geometry says."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ...description.system import System
from ...description.unit_of_energy import in_unit, unit_exponents
from ...errors import SecularWarning
from ...physics.loops.slow_integration import pumped_slowly
from ...physics.method import Method
from ...physics.statuses import STATUS
from ...sweep.axes import Sweep
from ...sweep.catalogue import INTO, Variable
from ..cautions import describe_points

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["checked"]

AGREEING = 1e-3  # of what moves on the way round, between the two. A choice, far above the error of either

DIRECT = (
    Variable("direct_energy", "energy into the system per cycle, by half the difference of slow cycles of "
             "both orientations", "energy", ("terminal",), attributes=INTO),
    Variable("direct_particles", "particles into the system per cycle, likewise", dims=("terminal",),
             attributes=INTO),
    Variable("direct_quanta", "drive quanta absorbed per cycle, likewise"),
)  # fmt: skip


def checked(out: Dataset, way: Any, system: System, along: str, method: Method) -> Dataset:
    """The result of a loop with what slow cycles pump beside it; a warning where the two differ.

    Parameters
    ----------
    out : Dataset
    way : DataArray
        What moves through the terminals on the way round, with which a difference is compared.
    """
    sweep = Sweep(system)
    axis = sweep.dims.index(along)
    rest = [n for k, n in enumerate(sweep.shape) if k != axis]
    numbers = np.moveaxis(np.arange(sweep.points).reshape(sweep.shape), axis, -1).reshape(
        -1, sweep.shape[axis]
    )
    count = len(system.terminals)
    values = np.full((len(numbers), 2 * count + 1), np.nan)
    dims = [d for d in sweep.dims if d != along]
    status = out["status"].transpose(*dims).values.ravel()
    for k in np.flatnonzero(status == STATUS["ok"]):
        values[k] = _in_unit(sweep.part(numbers[k]), method)
    shaped = values.reshape(*rest, -1)
    arrays = {
        "direct_energy": ((*dims, "terminal"), shaped[..., :count]),
        "direct_quanta": (dims, shaped[..., -1]),
    }
    if "geometric_particles" in out:
        arrays["direct_particles"] = ((*dims, "terminal"), shaped[..., count:-1])
    described = {variable.name: variable.described() for variable in DIRECT}
    out = out.assign({name: (*x, described[name]) for name, x in arrays.items()})
    apart = abs(out["direct_energy"] - out["geometric_energy"]).max("terminal")
    doubtful = apart > AGREEING * way
    if bool(doubtful.any()):
        warnings.warn(
            "slow cycles pump something else than the geometry of the loop says "
            f"({describe_points(doubtful)}); see direct_energy, and take more points", SecularWarning,
            stacklevel=4,
        )  # fmt: skip
    return out


def _in_unit(part: System, method: Method) -> Any:
    """Energies of a loop, solved in a unit of its own."""
    unit = 2.0 ** int(unit_exponents(part).max())
    values = pumped_slowly(in_unit(part, unit) if unit != 1.0 else part, method.in_unit(unit))
    return values * np.repeat([unit, 1.0], [len(part.terminals), len(part.terminals) + 1])
