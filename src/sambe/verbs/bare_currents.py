"""Currents as a bare array, in the array namespace of the system's numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Array, namespace
from ..physics.pipeline import solve_batch
from ..physics.preparation import prepare
from ..physics.states.solution import Solution
from ..physics.validity import diverging
from ..sweep.threads import reuse_memory
from .options import MethodOptions, divided, takes

__all__ = ["energy_currents"]


@takes(without=("heom",), run=False)
def energy_currents(
    system: System, *, harmonics: int | None = None, **options: Unpack[MethodOptions]
) -> Array:
    """Bare array of currents ``(..., terminal)``, in the array namespace of the system's numbers.

    The door for JAX (`jit`, `vmap`, `grad`) and CuPy: no labels, no blocks, no status.

    Parameters
    ----------
    system : System
        Numbers are scalars or arrays of one broadcast shape ``(...)``, not labelled.
    harmonics : int, optional
        Drive quanta counted on each side in Sambe's extended space, which serves `floquet` where the arrays
        are not NumPy's. By default as many as are needed; inside a JAX transformation, where that cannot
        be seen, 4 more than 4 for each harmonic of the drive. Where they are too few the answer is NaN.
    **options

    Returns
    -------
    array (..., U + 1)
        Positive into the system: the baths in order, then the pump; NaN where there is no unique or no
        converged stationary state.

    Raises
    ------
    InputError, FrameError
        As for `steady_state`.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> w = np.array([0.8, 1.0])
    >>> sambe.energy_currents(sambe.models.spin_boson(drive=0.1, omega=w)).shape
    (2, 3)
    """
    reuse_memory()
    method = prepare(system, **divided(energy_currents, options)[0])
    whole = isinstance(harmonics, int) and not isinstance(harmonics, bool)
    if harmonics is not None and not (whole and harmonics >= 1):
        raise InputError("harmonics", harmonics, "give a positive whole number")
    method = replace(method, harmonics=harmonics)
    solution: Solution = solve_batch(_unlabelled(system), method)
    xp = namespace(solution.currents)
    solved = solution.unique & solution.converged & ~diverging(solution.plain, system.baths)
    one = xp.ones_like(solution.currents)
    # NaN as a factor, so that derivatives are NaN as well
    return solution.currents * xp.where(solved[..., None], one, float("nan") * one)


def _unlabelled(system: System) -> System:
    """The System, if none of its numbers is labelled."""
    for path, x in system.numbers().items():
        if hasattr(x, "dims"):
            raise InputError(path, x, "labels are for steady_state; give its values")
    return system
