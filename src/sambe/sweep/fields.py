"""What is reported of a point: one array for each variable of the result."""

from __future__ import annotations

import numpy as np

from ..description.bath import temperatures
from ..description.system import System
from ..numerics.arrays import Fields
from ..physics.currents.laws import entropy_production, first_law_residual
from ..physics.equations import EQUATIONS
from ..physics.method import Method
from ..physics.pipeline import solve_batch
from ..physics.statuses import STATUS
from ..physics.validity import edge_population, point_status, secular_ratio

__all__ = ["point_fields"]


def point_fields(system: System, method: Method) -> Fields:
    """Everything that `sambe.steady_state` reports of a batch of valid points."""
    answer = EQUATIONS[method.equation].answer
    if answer is not None:
        return answer(system, method, STATUS["not_converged"])
    found = solve_batch(system, method)
    batch = found.currents.shape[:-1]
    t = temperatures(system.baths, batch)
    return {
        "energy_current": found.currents,
        "energy": np.broadcast_to(found.energies, (*batch, system.levels)),
        "population": found.populations,
        "entropy_production": entropy_production(found.currents, t),
        "first_law_residual": first_law_residual(found.currents),
        "secular_ratio": secular_ratio(found.plain, found.plain_populations),
        "edge_population": edge_population(found, system.edge),
        "coherences_kept": found.kept,
        "status": point_status(found, system.baths),
    }
