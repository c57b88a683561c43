"""What is given for a course in time, checked: the state that it begins with, the times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.hilbert_space.sectors import density_matrix
from ...description.reservoirs.squeezed import refuse_squeezing
from ...description.system import System
from ...errors import InputError
from ...physics.equations import EQUATIONS
from ...physics.generators.lamb_shift import NO_SHIFT
from ...physics.in_time.pulses import MOST_LEVELS as PULSED_LEVELS
from ...physics.in_time.pulses import strength_of
from ...physics.method import Method, Moving
from ...physics.preparation import prepare_course
from ...physics.treatments import TREATMENTS

__all__ = ["STATIONARY", "checked_envelope", "checked_state", "checked_times",
           "course_method", "refuse_squeezed"]  # fmt: skip

STATIONARY = "stationary"
PROBES = 601  # times at which an envelope is checked, and by which a store knows it. A choice.
MOST_TIMES = 10**7  # a choice: a number for each takes 80 MB


def checked_state(state: Any, levels: int) -> npt.NDArray[np.complex128] | None:
    """Density matrix of a ket, a density matrix or the number of a basis state; None for the stationary one.

    Raises
    ------
    InputError
        If it is no state of the system.
    """
    if isinstance(state, str):
        if state != STATIONARY:
            raise InputError(
                "state",
                state,
                f"give the number of a basis state, a ket or a density matrix, or {STATIONARY!r}",
            )
        return None
    try:
        return density_matrix(state, levels)
    except InputError as error:
        raise InputError("state", state, error.remedy) from None


def checked_times(times: Any) -> npt.NDArray[np.float64]:
    """Times as an array.

    Raises
    ------
    InputError
        If they are no ascending numbers.
    """
    try:
        values = np.asarray(getattr(times, "values", times))
    except (TypeError, ValueError, OverflowError, RecursionError):
        values = np.zeros(0, dtype=object)
    if values.ndim == 0 and values.dtype.kind in "iuf":
        values = values[None]
    if values.ndim != 1 or values.size == 0 or values.dtype.kind not in "iuf":
        raise InputError("times", times, "give a list of numbers, ascending")
    out = values.astype(float)
    if not np.isfinite(out).all():
        raise InputError("times", times, "times have to be finite")
    if (np.diff(out) < 0).any():
        k = int(np.argmax(np.diff(out) < 0))
        raise InputError("times", f"{out[k]:g}, {out[k + 1]:g}", "times may not decrease; sort them")
    if out.size > MOST_TIMES:
        raise InputError("times", out.size, f"up to {MOST_TIMES} times are held together")
    return out


def course_method(system: System, chosen: Mapping[str, Any], exact: bool = False) -> Method:
    """The method of a course; by the exact hierarchy where that is possible.

    Raises
    ------
    InputError
        If it is not known how that moves in time.
    """
    method = prepare_course(system, **chosen)
    if EQUATIONS[method.equation].exact and not exact:
        raise InputError(
            "equation", method.equation, "the exact hierarchy is followed by evolve alone, from a state that "
            "is given; take one of the master equations",
        )  # fmt: skip
    if TREATMENTS[method.secular].positive and method.lamb_shift != NO_SHIFT:
        raise InputError(
            "lamb_shift", method.lamb_shift, f"with {method.secular!r} the shift changes the dressed states, "
            "whose way in the laboratory is then not known; take 'none', or another treatment",
        )  # fmt: skip
    refuse_squeezed(system)
    return method


def refuse_squeezed(system: System) -> None:
    """Refuse baths that are two terminals in a steady state alone."""
    refuse_squeezing(system.baths, "the heat of a squeezed bath is told from the work of its squeezer in a "
                     "steady state alone; take steady_state, or a state without <bb>")  # fmt: skip


def checked_envelope(envelope: Any, system: System, method: Moving) -> npt.NDArray[np.float64]:
    """Values of an envelope along the times, by which a store knows it.

    Raises
    ------
    InputError
        If it is none, or there is nothing that it could act on in a static frame.
    """
    if not callable(envelope):
        raise InputError("envelope", envelope, "give a function of an array of times")
    if EQUATIONS[method.equation].exact or not method.static:
        raise InputError(
            "envelope", method.equation, "each moment is dressed by its own strength, which is known in a "
            "static frame alone; take a drive that has one, and a master equation",
        )  # fmt: skip
    if not system.drive:
        raise InputError("envelope", envelope, "there is no drive that it could act on")
    if system.levels > PULSED_LEVELS:
        raise InputError("system", system.levels, f"envelopes are followed up to {PULSED_LEVELS} levels")
    if "partition_spread" in TREATMENTS[method.secular].variables:
        raise InputError(
            "secular", method.secular, "clusters of levels would come and go with the strength of the drive; "
            "take another treatment",
        )  # fmt: skip
    times = np.linspace(method.times[0], method.times[-1], PROBES)
    return strength_of(envelope, times)
