"""Which methods can follow slow motion, and where they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...description.reservoirs.squeezed import refuse_squeezing
from ...description.system import System
from ...description.tones.drives import refuse_several
from ...errors import InputError
from ...physics.equations import EQUATIONS
from ...physics.method import Drifting
from ...physics.preparation import prepare
from ...physics.treatments import DEFAULT, POPULATIONS, TREATMENTS, by_channels
from ..options import with_values

__all__ = ["drifting_method"]


def drifting_method(system: System, chosen: Mapping[str, Any]) -> Drifting:
    """The method, if it can follow slow motion.

    Raises
    ------
    InputError
        If it cannot; says which can.
    """
    refuse_several(getattr(system, "omega", None), "a loop of one alone is followed")
    method = by_channels(prepare(system, **chosen))
    if EQUATIONS[method.equation].exact:
        raise InputError(
            "equation", method.equation, "the exact hierarchy has no generator whose lag could be told; take "
            "one of the master equations",
        )  # fmt: skip
    refuse_squeezing(system.baths, "what slow motion brings through a squeezed bath cannot be told apart "
                     "into heat and work; take a state without correlations <bb>")  # fmt: skip
    folded = EQUATIONS[method.equation].folded
    if folded and chosen.get("secular", DEFAULT) == DEFAULT:  # which warns where levels are too close for it
        method = prepare(system, **{**chosen, "secular": POPULATIONS})
    treatment = TREATMENTS[method.secular]
    if treatment.positive:
        raise InputError(
            "secular", method.secular, "its rates are made anew at every point of a loop, and lag by "
            "something else; take 'full' or 'partial'",
        )  # fmt: skip
    if folded and not treatment.populations_only:
        raise InputError(
            "secular", method.secular, "without a static frame the coherences of the moving modes are not "
            "known; take 'full', which needs none, or equation='driven_dressed' where a frame exists",
        )  # fmt: skip
    if system.steps is not None:
        method = replace(method, frame=_quanta_of(system))
    return Drifting(**with_values(method))


def _quanta_of(system: System) -> tuple[int, ...]:
    """Quanta by which the levels of the mean Hamiltonian are apart: counted so, and the same at every point,
    the modes of a period in steps keep their quasienergies where a loop leads through a resonance."""
    levels: Any = sum(float(np.mean(np.real(c))) * np.diagonal(op).real for c, op in system.hamiltonian)
    return tuple(int(n) for n in np.rint((levels - levels.min()) / float(np.mean(system.omega))))
