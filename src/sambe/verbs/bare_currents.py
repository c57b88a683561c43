"""Currents as a bare array, in the array namespace of the system's numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np

from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Array, is_array, is_numpy, namespace
from ..physics.host import host_currents, valid_currents
from ..physics.preparation import prepare
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
        are not NumPy's; 4 more than 4 for each harmonic of the drive by default. Where they are too few
        NumPy solves the point.
    **options

    Returns
    -------
    array (..., U + 1)
        Positive into the system: the baths in order, then the pump; NaN where there is no unique or no
        converged stationary state. Points of other arrays that NumPy has to solve, such as those of the
        complete equation, have no derivative: it is NaN.

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
    system = _batched(system)
    currents, valid = valid_currents(system, method)
    xp = namespace(currents)
    one = xp.ones_like(currents)
    # NaN as a factor, so that derivatives are NaN as well
    known = currents * xp.where(valid[..., None], one, float("nan") * one)
    if is_numpy(xp):
        return known
    return xp.where(valid[..., None], known, host_currents(system, method, ~valid, currents))


def _batched(system: System) -> System:
    """The System with its Hamiltonian on the batch of all its numbers, such as of a temperature."""
    for path, x in system.numbers().items():
        if hasattr(x, "dims"):
            raise InputError(path, x, "labels are for steady_state; give its values")
    arrays = [x for x in system.numbers().values() if is_array(x)]
    batch = np.broadcast_shapes(*(x.shape for x in arrays))
    if not batch:
        return system
    one = namespace(*arrays).ones(batch)
    return system.map_numbers(lambda path, x: x * one if path == "hamiltonian[0]" else x)
