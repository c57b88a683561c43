"""What a point costs: work memory in bytes, seconds of a balance.

The figures of memory were measured with `tracemalloc` (see the tests); they are upper bounds within a factor
of a few.
"""

from __future__ import annotations

import numpy as np

from ..description.system import System
from .equations import EQUATIONS
from .generators.coupling_parts import turning_quanta
from .in_time.courses import SPECTRAL_LEVELS
from .method import Method, Moving, Relaxing
from .routes import solve_judged
from .states.judgements.many_levels import MANY_LEVELS
from .states.periods.complete_state import typical_seconds
from .states.stationary import DENSE_LEVELS
from .treatments import TREATMENTS, mixes_quanta

__all__ = ["course_matrices", "point_bytes", "typical_seconds", "work_matrices"]

COMPLEX = 16  # bytes of a number
# of a course in time: matrices for each time, and of the size of the generator; upper bounds
COURSE_MATRICES, GENERATOR_MATRICES = 8, 12
SAMPLE_MATRICES = 18  # for each sample of a period: a dozen directions of the iteration, and its operators
# for each sample, where it is judged what the terms between different quanta do; in a static frame few are
JUDGED_MATRICES, JUDGED_FRAMED, JUDGED_MANY = 12, 9, 6
FEWEST_SAMPLES = 8  # of a period, beside two for each harmonic
# Work arrays of a point of more than `MANY_LEVELS` in a frame, counted as those of the treatments are:
# operators come one at a time there, and the iteration has room for two dozen directions.
MANY_POPULATIONS, MANY_COHERENCES = (20, 0, 6, 3), (12, 24, 10, 4)


def point_bytes(system: System, method: Method) -> int:
    """Work memory that a point needs at the peak, in bytes; of a sweep take the System at its extremes.

    Counted in complex matrices (N, N): so many for the coupling operators with the harmonics of each, for the
    rates of the baths, and for the steps of a propagation.
    """
    harmonics, path = EQUATIONS[method.equation].load(system, method)
    every = len(method.operators) * harmonics
    if method.mixing:
        turning = turning_quanta(method.mixing)
        every += method.couplings * min(harmonics * len(turning), harmonics + max(turning))
    matrices = work_matrices(method, system.levels, every, len(system.baths)) + path
    matrices += course_matrices(method, system.levels)
    return (COMPLEX // 2 if _is_real(system, method) else COMPLEX) * system.levels**2 * matrices


def _is_real(system: System, method: Method) -> bool:
    """Whether the arrays of a point of many levels are real, as those of most chains of spins are."""
    if system.levels <= MANY_LEVELS or not method.static or system.steps is not None:
        return False
    terms = [*system.hamiltonian, *(term for terms in system.drive.values() for term in terms)]
    operators = [*(op for _, op in terms), *method.operators]
    return not any(np.iscomplexobj(c) for c, _ in terms) and not any(op.imag.any() for op in operators)


def work_matrices(method: Method, levels: int, harmonics: int, baths: int) -> int:
    """Work memory of a point beyond its propagation, in complex (N, N) matrices.

    Parameters
    ----------
    harmonics : int
        Coupling operators times the harmonics that are held of each.
    """
    treatment, many = TREATMENTS[method.secular], levels > MANY_LEVELS and method.static
    base, iteration, each, bath = treatment.matrices
    if many:
        base, iteration, each, bath = MANY_POPULATIONS if treatment.populations_only else MANY_COHERENCES
    total = base + (iteration if levels > DENSE_LEVELS else 0) + each * harmonics + bath * baths
    complete = (treatment.solve is solve_judged or mixes_quanta(method)) and not many
    judged = JUDGED_MANY if many else JUDGED_FRAMED if method.static else JUDGED_MATRICES
    return total + (SAMPLE_MATRICES if complete else judged) * (2 * harmonics + FEWEST_SAMPLES)


def course_matrices(method: Method, levels: int) -> int:
    """Complex matrices (N, N) that a course in time, or the spectrum of the generator, takes beside."""
    if not isinstance(method, Moving | Relaxing):
        return 0
    times = max(len(method.times), method.phases) if isinstance(method, Moving) else 0
    whole = isinstance(method, Relaxing) or levels <= SPECTRAL_LEVELS
    generator = 1 if TREATMENTS[method.secular].populations_only or not whole else levels**2
    return COURSE_MATRICES * times + GENERATOR_MATRICES * generator
