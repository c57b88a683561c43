"""Currents as a bare array, in the array namespace of the system's numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np

from ..description.sums.modulation import may_be_complex
from ..description.system import System
from ..description.tones.drives import refuse_several
from ..description.unit_of_energy import LARGEST, in_unit, unit_exponents
from ..errors import InputError
from ..numerics.arrays import Array, is_numpy, namespace, whole_number
from ..physics.host import host_currents, valid_currents
from ..physics.method import Method
from ..physics.preparation import prepare
from ..sweep.kernels.fields import point_fields
from ..sweep.places.device import CPU
from ..sweep.places.threads import reuse_memory
from ..sweep.run import Run
from ..sweep.units import solve_in_units
from .options import MethodOptions, divided, takes
from .stationary_currents import answered

__all__ = ["energy_currents"]


@takes(without=("heom", "ambient"), run=False)
def energy_currents(
    system: System, *, harmonics: int | None = None, device: str = CPU, **options: Unpack[MethodOptions]
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
    device : {"cpu", "gpu", "jax"}
        Where NumPy's arrays are solved, as by `steady_state`; other arrays stay where they are.
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
    if harmonics is not None and not whole_number(harmonics, 1):
        raise InputError("harmonics", harmonics, "give a positive whole number")
    method = replace(method, harmonics=harmonics)
    system = _unlabelled(system)
    if device != CPU:
        return _on_device(system, method, device)
    if system.tones > 1:
        return _of_tones(system, method)
    if is_numpy(namespace(*system.numbers().values())):
        with np.errstate(all="ignore"):  # what is not finite is NaN
            return _point_by_point(system, method)
    return _currents(system, method)


def _of_tones(system: System, method: Method) -> Array:
    """Currents under several tones, which NumPy alone solves."""
    numbers = system.numbers()
    if not is_numpy(namespace(*numbers.values())):
        refuse_several(system.omega, "arrays of other libraries than NumPy know one alone")
    batch = np.broadcast_shapes(*map(np.shape, numbers.values()))
    count = int(np.prod(batch, dtype=int))

    def flat(path: str, x: Array) -> Array:
        wide = np.ndim(x) or path == "hamiltonian[0]"
        return np.broadcast_to(np.asarray(x), batch).reshape(-1) if wide else x

    with np.errstate(all="ignore"):
        parts = solve_in_units(system.map_numbers(flat), method, point_fields)
    out = np.full((count, len(system.whole_terminals)), np.nan)
    for points, fields in parts:
        if not isinstance(fields, InputError):
            known = fields["status"] <= 0
            out[points[known]] = fields["energy_current"][known]
    return out.reshape(*batch, -1)


def _on_device(system: System, method: Method, device: str) -> Array:
    """Currents of NumPy's arrays, by the blocks of a sweep."""
    import xarray as xr

    numbers = system.numbers()
    if not is_numpy(namespace(*numbers.values())):
        raise InputError(
            "device", device, "arrays of other libraries than NumPy stay where they are; leave it out"
        )
    shape = np.broadcast_shapes(*map(np.shape, numbers.values()))
    dims = [f"axis_{k}" for k in range(len(shape))]

    def along(_: str, x: Array) -> Array:
        return xr.DataArray(np.broadcast_to(x, shape), dims=dims) if np.ndim(x) else x

    data, _ = answered(system.map_numbers(along), method, Run(device=device))
    return np.asarray(data.energy_current.transpose(*dims, "terminal"))


def _currents(system: System, method: Method) -> Array:
    """Currents of a batch of usable points, NaN where one has no answer."""
    currents, valid = valid_currents(system, method)
    xp = namespace(currents)
    one = xp.ones_like(currents)
    # NaN as a factor, so that derivatives are NaN as well
    known = currents * xp.where(valid[..., None], one, float("nan") * one)
    if is_numpy(xp):
        return known
    return xp.where(valid[..., None], known, host_currents(system, method, ~valid, currents))


def _point_by_point(system: System, method: Method) -> Array:
    """The same where values may be looked at: each point in its unit, those with bad numbers NaN."""
    batch = np.broadcast_shapes(*(np.shape(x) for x in system.numbers().values()))
    usable = np.ones(batch, dtype=bool)
    for path, x in system.numbers().items():
        if np.ndim(x):
            usable &= _usable(system, path, np.asarray(x))
    exponents = np.broadcast_to(unit_exponents(system), batch)
    usable &= np.abs(exponents) <= LARGEST
    system = system.map_numbers(lambda path, x: x if may_be_complex(path) or not np.ndim(x) else np.real(x))
    if not exponents.any() and usable.all():
        return _currents(system, method)
    out = np.full((*batch, len(system.whole_terminals)), np.nan)
    for exponent in np.unique(exponents[usable]).tolist():
        points, unit = usable & (exponents == exponent), 2.0**exponent

        def pick(_: str, x: Array, points: Array = points) -> Array:
            return np.broadcast_to(x, batch)[points] if np.ndim(x) else x

        part = in_unit(system.map_numbers(pick) if batch else system, unit)
        out[points] = _currents(part, method) * unit**2
    return out


def _usable(system: System, path: str, x: Array) -> Array:
    """Which elements of a plain array can be used at that path."""
    usable = np.isfinite(x)
    for value in np.unique(x[usable]) if ".state." in path else ():
        if system.number_fault(path, value):
            usable &= x != value
    for alike in (np.imag(x) != 0, np.real(x) < 0, np.real(x) == 0):
        untold = alike & usable
        if untold.any() and ".state." not in path and system.number_fault(path, x[untold][0]):
            usable &= ~alike
    return usable


def _unlabelled(system: System) -> System:
    """The System, if none of its numbers is labelled."""
    for path, x in system.numbers().items():
        if hasattr(x, "dims"):
            raise InputError(path, x, "labels are for steady_state; give its values")
    return system
