r"""Where the phase of squeezing stands still: the zone of the states in which that couples them slowly.

Correlations :math:`\langle bb\rangle` about the frequency :math:`w_s` join elements whose energies add up to
:math:`2w_s`. Against a drive of that frequency, or without one, they stand still once energies are counted
modulo :math:`w_s`: states that lie close in one zone of that width are those whose coherences they feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ....description.bath import Bath
from ....description.gate import unchecked
from ....description.reservoirs.squeezed import Squeezed
from ....description.system import System
from ....errors import InputError
from ....numerics.arrays import is_array, is_concrete, namespace, to_numpy
from ...dressing.dressing import Dressing, one_zone, ordered, shift_zone
from ..jumps import standing_phase

__all__ = ["driven_at", "in_standing_phase", "squeezed_in_words", "without_phases"]


def in_standing_phase(dressing: Dressing, baths: Sequence[Bath]) -> Dressing:
    """The dressing in the zone of a squeezing whose phase stands still; as it is where none does.

    Without a drive, where no quanta are counted, the frequency of the first squeezed bath takes the place of
    that of the drive.

    Raises
    ------
    InputError
        If the values of the numbers are hidden by a JAX transformation, and no drive counts quanta.
    """
    squeezed = [bath for bath in baths if bath.squeezing_centre is not None]
    if not squeezed:
        return dressing
    if not any(dressing.quanta):
        xp = namespace(dressing.energies, squeezed[0].squeezing_centre)
        dressing = replace(
            dressing, omega=xp.asarray(squeezed[0].squeezing_centre) + 0.0 * dressing.energies[..., 0]
        )
    if not is_concrete(dressing.energies) or not is_concrete(dressing.omega):
        if any(dressing.quanta):
            return dressing
        raise InputError(
            f"bath {squeezed[0].name!r}.state", squeezed[0].state, "without a drive it is looked at which "
            "levels a squeezing joins, and a JAX transformation hides them; take NumPy's arrays",
        )  # fmt: skip
    stands: Any = np.zeros(dressing.energies.shape[:-1], dtype=bool)
    for bath in squeezed:
        stands = stands | to_numpy(_as_array(standing_phase(bath.squeezing_centre, dressing.omega)))
    shift = np.where(stands[..., None], one_zone(dressing), 0)
    return ordered(shift_zone(dressing, shift)) if shift.any() else dressing


def _as_array(x: Any) -> Any:
    return x if is_array(x) else np.asarray(x)


def without_phases(system: System) -> System:
    """The System with every squeezed bath of its occupation alone, for an equation that knows no phases."""
    if all(bath.squeezing_centre is None for bath in system.baths):
        return system
    baths = tuple(
        replace(bath, state=replace(bath.state, averaged=True)) if isinstance(bath.state, Squeezed) else bath
        for bath in system.baths
    )
    return unchecked(type(system), system, baths=baths)


def driven_at(system: System) -> Any:
    """Drive frequency of a system, None where nothing is driven."""
    return system.omega if any(mask.any() for k, mask in system.masks().items() if k) else None


def squeezed_in_words(bath: Bath, baths: Sequence[Bath], omega: Any, keeps_phase: bool) -> str:
    """Whether the phase of a squeezed bath stood still against a drive, or without one against that of the
    first squeezed bath; for the attributes of a result."""
    if not keeps_phase:
        return "N alone: the equation keeps no phases"
    if omega is None:
        first = next(b for b in baths if b.squeezing_centre is not None)
        if np.all(standing_phase(bath.squeezing_centre, first.squeezing_centre)):
            return "static: no drive, <bb> kept"
        return f"turning against that of {first.name}: N alone, but for points where both centres are one"
    still = np.asarray(standing_phase(bath.squeezing_centre, omega))
    if still.all():
        return "static: its phase stands still against the drive, <bb> kept"
    return (
        f"turning: N alone{', but for points where its centre is the drive frequency' if still.any() else ''}"
    )
