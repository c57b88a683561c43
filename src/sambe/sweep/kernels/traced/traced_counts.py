"""What is reported of the statistics of a point, by operations that a compiler can take whole."""

from __future__ import annotations

from ....description.system import System
from ....errors import InputError
from ....numerics.arrays import Array
from ....physics.method import Counting, Method
from ....physics.statistics.counting import batch_statistics
from ..counted_fields import are_known, counted_variables
from .traced_fields import traced_solution

__all__ = ["traced_counts"]


def traced_counts(system: System, method: Method) -> tuple[dict[str, Array], Array]:
    """Fields of a batch as `sambe.sweep.kernels.counted_fields.counted_fields` reports them, and the points
    left to NumPy.

    Parameters
    ----------
    system, method
        Those of `sambe.sweep.kernels.traced.traced_fields.traced_fields`; the method says how many cumulants.
    """
    if not isinstance(method, Counting):
        raise InputError("method", method, "it does not say how many cumulants to count")
    solution, fields, host = traced_solution(system, method)
    statistics = batch_statistics(solution, method)
    counted = counted_variables(system, method, solution, statistics, fields)
    return {**fields, **counted}, host | ~are_known(statistics)
