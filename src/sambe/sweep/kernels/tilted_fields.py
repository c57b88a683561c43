"""What is reported of the generating function at a point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import Fields
from ...physics.method import Method
from ...physics.states.solution import Solution
from ...physics.statistics.generating import generating_function
from ...physics.statuses import STATUS
from ...physics.tones.splitting import Folded
from ..catalogue import GENERATING
from ..tilted_system import PARTICLE, TiltedSystem
from .fields import by_tones, solution_fields

__all__ = ["tilted_fields"]


def tilted_fields(system: System, method: Method) -> Fields:
    """Generating function of a batch of valid points, and what is to be warned of."""

    def report(batch: System, solution: Solution, part: Folded | None) -> Fields:
        return _tilted(batch, method, solution, part)

    return by_tones(system, method, report)


def _tilted(system: System, method: Method, solution: Solution, part: Folded | None) -> Fields:
    """The same of a solution."""
    if not isinstance(system, TiltedSystem):
        raise InputError("system", system.name, "it has no counting fields")
    known = solution_fields(system, method, solution)
    points = len(known["status"])
    names = list(system.terminals)
    if any(name.startswith(PARTICLE) for name in system.fields):
        names += [f"{PARTICLE}{bath.name}" for bath in system.baths]
    xi = np.zeros((points, len(names)), dtype=complex)
    for k, name in enumerate(names):
        xi[:, k] = system.fields.get(name, 0.0)
    if part is not None:
        xi, solution = _joined(xi, part, system), part.inner
    value = generating_function(solution, xi, method)
    kept = {variable.name for variable in GENERATING}
    fields = {name: x for name, x in known.items() if name in kept}
    lost = (known["status"] == STATUS["ok"]) & ~np.isfinite(value)
    fields["status"] = np.where(lost, STATUS["not_converged"], known["status"])
    return {**fields, "generating_function": value.real, "generating_function_imaginary": value.imag}


def _joined(xi: npt.NDArray[np.complex128], part: Folded, system: System) -> npt.NDArray[np.complex128]:
    """Fields of the tones that are left, from those of tones that have folded."""
    baths = len(system.baths)
    columns = [xi[:, :baths]]
    for row in part.fold.quanta:
        of_row = xi[:, baths + np.flatnonzero(row)]
        if (of_row != of_row[:, :1]).any():
            raise InputError(
                "fields", list(system.pumps), "these tones are commensurate: what absorbs quanta of the one "
                "interferes with what absorbs those of another; the energy of each has no distribution "
                "of its own; give them the same field, or ask counting_statistics for the variances",
            )  # fmt: skip
        columns.append(of_row[:, :1])
    columns.append(xi[:, baths + system.tones :])  # of particles
    return np.concatenate(columns, axis=-1)
