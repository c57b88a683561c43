"""What is reported of slow motion at a point, beside its currents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import Fields
from ...physics.currents.particles import PARTICLES
from ...physics.loops.geometry import carried
from ...physics.loops.nearby import Motion
from ...physics.method import Method
from ...physics.pipeline import solve_batch
from ...physics.statuses import STATUS
from ..catalogue import DRIFTING
from ..drifting_system import DriftingSystem
from ..units import picked
from .fields import solution_fields

__all__ = ["drifting_fields"]


def drifting_fields(system: System, method: Method) -> Fields:
    """Connection or curvature of a batch of valid points, and what is to be warned of."""
    if not isinstance(system, DriftingSystem):
        raise InputError("system", system.name, "its numbers do not move")
    solution = solve_batch(system, method)
    known = solution_fields(system, method, solution)
    kept = {variable.name for variable in DRIFTING}
    fields = {name: x for name, x in known.items() if name in kept}

    def pick(points: npt.NDArray[np.intp]) -> tuple[System, Sequence[Motion]]:
        batch = picked(system, points)
        return batch, batch.motions  # type: ignore[attr-defined]

    value, sure = carried(system, system.motions, solution, method, pick)
    lost = (known["status"] == STATUS["ok"]) & ~sure
    fields["status"] = np.where(lost, STATUS["not_converged"], known["status"])
    terminals = len(system.baths) + 1
    if PARTICLES[0] in method.accounts:
        fields["geometric_particles"] = value[:, terminals:-1]
    return {**fields, "geometric_energy": value[:, :terminals], "geometric_quanta": value[:, -1]}
