"""What is reported of the generating function at a point."""

from __future__ import annotations

import numpy as np

from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Fields
from ..physics.generating import generating_function
from ..physics.method import Method
from ..physics.pipeline import solve_batch
from ..physics.statuses import STATUS
from .catalogue import GENERATING
from .fields import solution_fields
from .tilted_system import PARTICLE, TiltedSystem

__all__ = ["tilted_fields"]


def tilted_fields(system: System, method: Method) -> Fields:
    """Generating function of a batch of valid points, and what is to be warned of."""
    if not isinstance(system, TiltedSystem):
        raise InputError("system", system.name, "it has no counting fields")
    solution = solve_batch(system, method)
    known = solution_fields(system, method, solution)
    points = len(known["status"])
    names = list(system.terminals)
    if any(name.startswith(PARTICLE) for name in system.fields):
        names += [f"{PARTICLE}{bath.name}" for bath in system.baths]
    xi = np.zeros((points, len(names)), dtype=complex)
    for k, name in enumerate(names):
        xi[:, k] = system.fields.get(name, 0.0)
    value = generating_function(solution, xi, method)
    kept = {variable.name for variable in GENERATING}
    fields = {name: x for name, x in known.items() if name in kept}
    lost = (known["status"] == STATUS["ok"]) & ~np.isfinite(value)
    fields["status"] = np.where(lost, STATUS["not_converged"], known["status"])
    return {**fields, "generating_function": value.real, "generating_function_imaginary": value.imag}
