r"""Which of several stationary states an initial state leads to.

A generator with several null vectors :math:`\rho_k` has as many left ones :math:`X_k`, the conserved
quantities, and for long times

.. math:: \rho(t) \to \sum_{kl} \rho_k\,(G^{-1})_{kl}\,\mathrm{Tr}(X_l^\dagger\rho_0),\qquad
          G_{lk} = \mathrm{Tr}(X_l^\dagger\rho_k).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..description.hilbert_space.sectors import projected
from ..description.system import System
from .dressing.dressing import ordered
from .equations import dressing_of
from .generators.jumps import make_jumps
from .generators.level_shifts import with_shift
from .generators.redfield import make_redfield
from .method import Method
from .states.conserved import UNKNOWN, conserved_by, generator_on, in_one_zone
from .states.iterations.conjugate_residuals import SINGULAR
from .states.solution import Solution

__all__ = ["long_time_limit", "why_several"]

PAIRED = 1e8  # condition beyond which left and right null vectors do not belong together
# Drive quanta between the levels of one zone, at most: its couplings have as many harmonics. A choice.
WIDEST = 1000
MOST_LEVELS = 24  # the matrix of the generator has the fourth power of it elements: 5 MB, a second


def long_time_limit(system: System, method: Method, initial: npt.NDArray[np.complex128]) -> Solution | None:
    """Stationary state that an initial one leads to at a single point, with every coherence kept.

    Parameters
    ----------
    system : System
        A batch of one point.
    method : Method
        Its equation. Whatever its treatment, the generator is Redfield's: populations alone do not tell apart
        what is conserved.
    initial : array (N, N)
        Density matrix in the basis of the system, at t = 0.

    Returns
    -------
    Solution, or None
        None where the system is too large, or the null vectors pair up to no projection: a generator that is
        not positive can have a Jordan block.
    """
    if system.levels > MOST_LEVELS:
        return None
    jumps = make_jumps(ordered(dressing_of(system, method)), system.baths, method.wiring)
    jumps = with_shift(in_one_zone(jumps, system.baths), system.baths, method)
    generator = make_redfield(jumps)
    n = system.levels
    right, left = _null_vectors(generator_on(generator, np.argwhere(np.ones((n, n), dtype=bool))))
    basis = jumps.dressing.states[0]
    start = (basis.conj().T @ initial @ basis).reshape(-1)
    overlap = left.conj().T @ right
    if np.linalg.cond(overlap) > PAIRED:
        return None
    state = (right @ np.linalg.solve(overlap, left.conj().T @ start)).reshape(1, n, n)
    state = 0.5 * (state + state.conj().swapaxes(-1, -2))
    heat = np.matmul(generator.heat, state[:, None])
    currents = 2.0 * np.trace(heat, axis1=-2, axis2=-1).real
    yes = np.ones(1, dtype=bool)
    kept = np.full(1, n * (n - 1) // 2)
    return Solution(jumps, state, currents, kept, yes, yes, framed=method.static)


def why_several(system: System, method: Method) -> str:
    """What keeps a single point, or the part of it that an initial state reaches, from having one stationary
    state, in words."""
    if method.branches:
        parts = [(projected(system, branch.start.basis), branch.method) for branch in method.branches]
        reasons = [why_several(part, how) for part, how in parts if part.levels > 1]
        return next((reason for reason in reasons if reason != UNKNOWN), UNKNOWN)
    jumps = make_jumps(ordered(dressing_of(system, method)), system.baths, method.wiring)
    d = jumps.dressing
    if any(d.quanta) and np.ptp(d.energies) > WIDEST * np.max(d.omega):
        return UNKNOWN
    return conserved_by(in_one_zone(jumps, system.baths))


def _null_vectors(generator: npt.NDArray[np.complex128]) -> tuple[npt.NDArray[np.complex128], ...]:
    u, size, v = np.linalg.svd(generator)
    none = size <= size[0] / SINGULAR
    return v[none].conj().T, u[:, none]
