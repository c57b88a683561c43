"""What is reported of a period in steps beside the averages: its strokes, and what harmonics are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...description.steps.protocol import Steps
from ...numerics.arrays import Fields
from ..generators.coupling_parts import Mixing
from ..generators.jumps import Jumps, jumps_at
from .dressing import harmonic_tail
from .modes import step_modes
from .segments import course_of
from .strokes import strokes_of

__all__ = ["stroke_fields", "tail_of_currents"]


def tail_of_currents(jumps: Jumps, currents: Any) -> Any:
    """Energy per time, one way, by harmonics that are left out, over the largest current, ``(...)``."""
    tail, _ = harmonic_tail(jumps)
    largest = np.abs(currents).max(axis=-1)
    return np.where(tail > 0.0, tail / np.maximum(largest, np.finfo(float).tiny), 0.0)


def stroke_fields(
    steps: Steps, jumps: Jumps, operators: Any, schedules: tuple[str, ...], mixing: Mixing,
    numbers: Mapping[str, Any], batch: tuple[int, ...],
) -> Fields:  # fmt: skip
    """Heat and work of each step in a period, and the work of switching, of a batch.

    Returns
    -------
    dict
        ``stroke_heat (..., K, U + 1)``, ``stroke_work (..., K)`` and ``switching_work (..., U + 1)``, with
        leads ``stroke_particles (..., K, U + 1)``; the
        pump, which brings no heat and is not switched, has zeros.
    """
    points = int(np.prod(batch, dtype=int))

    def flat(x: Any) -> Any:
        return np.broadcast_to(x, batch).reshape(-1) if np.ndim(x) else x

    known = {path: flat(x) for path, x in numbers.items()}
    omega = np.broadcast_to(np.asarray(numbers["omega"], dtype=float), batch).reshape(-1)
    modes = step_modes(course_of(steps.map_numbers(lambda _, x: flat(x)), points), omega).ordered()
    out = strokes_of(modes, jumps_at(jumps), operators, schedules, mixing, known)
    heat, switching, particles = (
        np.concatenate([x, np.zeros((*x.shape[:-1], 1))], axis=-1) + 0.0
        for x in (out.heat, out.switching, out.particles)
    )
    fields = {"stroke_heat": heat, "stroke_work": out.work, "switching_work": switching}
    if any(beyond.change is not None for beyond in jumps.beyond):
        fields["stroke_particles"] = particles
    return {name: x.reshape(*batch, *x.shape[1:]) for name, x in fields.items()}
