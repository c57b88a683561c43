"""Whether a stationary state can be unique, from what the Hamiltonian and the baths connect."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...description.system import System
from ...errors import InputError

__all__ = ["check_connected"]


def check_connected(system: System) -> None:
    """Refuse a system that falls apart: each part keeps its share of the population for ever."""
    from scipy.sparse.csgraph import connected_components

    linked: Any = sum(system.masks().values())
    for bath in system.baths:
        for op in bath.operators:
            linked = linked | (op != 0)
    count, label = connected_components(linked, directed=False)
    if count > 1:
        parts = [np.flatnonzero(label == k).tolist() for k in range(min(count, 4))]
        shown = " and ".join(map(str, parts)) + (" and more" if count > 4 else "")
        raise InputError(
            "baths", [b.name for b in system.baths],
            f"the stationary state is not unique: nothing connects the basis states {shown}; "
            "give a bath a coupling operator with matrix elements between them",
        )  # fmt: skip
