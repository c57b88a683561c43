"""The system with each cut ladder one level lower, which tells what the cut costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..description.hilbert_space.ladders import cut_vectors, find_ladders, top_states
from ..description.operators import Operator
from ..description.system import System
from ..description.tones.quanta import vectors_of

__all__ = ["cut_states_in_all", "find_ladders", "top_states", "without_top"]


def cut_states_in_all(system: System) -> int:
    """Number of states at the cut of ladders, whether the basis shows them or not."""
    return int(np.count_nonzero(top_states(system)) + cut_vectors(system).shape[1])


def without_top(system: System) -> System:
    """The system with the top level of every ladder removed from all operators."""
    keep, turned = ~top_states(system), cut_vectors(system)
    basis: Any = None
    if turned.size:  # the others span what is left
        cut = np.concatenate([np.eye(system.levels)[:, ~keep], turned], axis=1)
        basis = np.linalg.svd(cut)[0][:, cut.shape[1] :]

    def less(op: Any) -> Any:
        return op[np.ix_(keep, keep)] if basis is None else basis.conj().T @ op @ basis

    def terms(pairs: Any) -> list[tuple[Any, Operator]]:
        return [(c, less(op)) for c, op in pairs]

    baths = [b.turned(less) for b in system.baths]
    if system.steps is not None:
        steps = system.steps.turned(less)
        return System(None, omega=system.omega, baths=baths, name=system.name, steps=steps)
    frame = None
    if system.frame is not None and basis is None:
        rows = np.asarray(system.frame) if system.tones == 1 else vectors_of(system.frame, system.tones)
        frame = rows[keep]
    return System(
        terms(system.hamiltonian),
        {k: terms(t) for k, t in system.drive.items()},
        system.omega,
        baths,
        frame,
        system.name,
    )
