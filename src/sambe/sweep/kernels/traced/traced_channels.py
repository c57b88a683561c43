"""What is reported of the channels of a point, by operations that a compiler can take whole."""

from __future__ import annotations

import numpy as np

from ....description.system import System
from ....numerics.arrays import Array, namespace
from ....physics.method import Method
from ..channel_fields import channel_columns
from .traced_fields import traced_solution

__all__ = ["traced_channels"]

# Gap, of the width of the spectrum, below which states are NumPy's: rounding mixes them by 1e-16 over it, and
# what belongs to one channel moves to another.
APART = 1e-6
# Rate, of the largest of the point, that is none: squares of matrix elements that are rounding, so that a
# channel which carries nothing does not appear.
NOTHING = 1e-26


def traced_channels(system: System, method: Method) -> tuple[dict[str, Array], Array]:
    """Fields of a batch as `sambe.sweep.kernels.channel_fields.channel_fields` reports them, and the points
    left to NumPy.

    Parameters
    ----------
    system, method
        Those of `sambe.sweep.kernels.traced.traced_fields.traced_fields`.
    """
    solution, fields, host = traced_solution(system, method)
    xp, energies = namespace(fields["energy"]), fields["energy"]
    columns = channel_columns(solution, method)
    largest = xp.max(xp.abs(columns["rate"]), axis=-1, keepdims=True)
    something = xp.abs(columns["rate"]) > NOTHING * largest
    for name in set(columns) & {"rate", "energy_current", "pump_current", "particle_current"}:
        columns[name] = xp.where(something, columns[name], 0.0 * columns[name])
    gap = xp.abs(energies[:, :, None] - energies[:, None, :])
    other = xp.asarray(~np.eye(energies.shape[-1], dtype=bool))
    close = xp.any(other & (gap < APART * xp.max(gap, axis=(-2, -1), keepdims=True)), axis=(-2, -1))
    shared = {name: fields[name] for name in ("status", "cross_term_shift")}
    return {**columns, **shared}, host | close
