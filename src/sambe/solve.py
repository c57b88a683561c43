"""The public verbs: broadcast labelled parameters, run blocks of points, return a Dataset."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ._array import Array, is_array, namespace
from .blocks import Progress, gather, run_blocks
from .currents import entropy_production
from .errors import InputError, SecularWarning, TruncationWarning
from .pipeline import Method, Solution, prepare, secular_ratio, solve_batch
from .sweep import STATUS, Sweep
from .system import System

__all__ = ["compare", "energy_currents", "steady_state"]

TRUSTED_RATIO = 10.0  # below this gap over relaxation rate the full secular answer is off by > 1 %

CONVENTIONS = {
    "conventions": "hbar = k_B = 1; energies, temperatures and angular frequencies share one unit; "
    "currents are positive into the system, pump included",
    "reference": "Kong, Lu, Liu, Duan, Wang, arXiv:2603.29754 (2026)",
}
VARIABLES = {
    "energy_current": ("energy current into the system", "energy^2"),
    "energy": ("dressed energy or quasienergy", "energy"),
    "population": ("stationary population", "1"),
    "entropy_production": ("entropy production rate", "energy"),
    "first_law_residual": ("sum of the currents over the terminals", "energy^2"),
    "secular_ratio": ("smallest gap over relaxation rate", "1"),
    "coherences_kept": ("coherences in the stationary matrix", "1"),
}


def steady_state(
    system: System,
    *,
    equation: str = "auto",
    secular: str = "partial",
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    memory: str = "1 GB",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Any:
    r"""Stationary energy currents through every terminal, for one point or a whole sweep.

    .. math:: J_u = \sum_q 2\,\mathrm{Re\,Tr}[(W\circ L_u^{(q)})\rho S_u^{(q)\dagger}],\qquad
              P = \omega \sum_{u,q} q\,2\,\mathrm{Re\,Tr}[L_u^{(q)}\rho S_u^{(q)\dagger}]

    Parameters
    ----------
    system : System
        Every number that is an `xarray.DataArray` is swept; named dimensions broadcast.
    equation : {"auto", "driven_dressed", "floquet", "dressed"}
        ``"auto"`` takes ``"driven_dressed"`` where a static rotating frame exists, else
        ``"floquet"``. ``"dressed"`` is the traditional approximation.
    secular : {"partial", "full", "none"}
        Populations with the coherences that matter (default), populations alone, or the Redfield
        equation with every coherence (for ``"floquet"`` by harmonic balance).
    tolerance : float
        Relative change of the currents at which the coherences count as converged.
    propagation_tolerance : float
        On quasienergies, in units of omega.
    memory : str
        Budget that sets the size of a block of points, such as ``"500 MB"``.
    workers : int, optional
        Threads over blocks; all cores by default.
    progress : callable, optional
        Called with (points done, points in all).

    Returns
    -------
    xarray.Dataset
        ``energy_current[..., terminal]`` (positive into the system; bath names, then ``"pump"``),
        ``energy[..., level]``, ``population[..., level]``, ``entropy_production``,
        ``first_law_residual``, ``secular_ratio``, ``coherences_kept``, ``status``. A point that
        could not be solved is NaN there and its ``status`` says why.

    Raises
    ------
    InputError
        If a value cannot be used, or a single point (no sweep) cannot be solved.
    FrameError
        If the equation needs a static rotating frame and there is none.

    Warns
    -----
    SecularWarning
        If ``secular="full"`` is asked for where levels lie closer than the rates allow.
    TruncationWarning
        If the top level of a ladder is populated.

    Examples
    --------
    >>> import sambe
    >>> flow = sambe.steady_state(sambe.models.spin_boson(drive=0.1, omega=0.8))
    >>> flow.energy_current.sel(terminal="pump").item() > 0
    True
    """
    method = prepare(system, equation, secular, tolerance, propagation_tolerance)
    sweep = Sweep(system)
    blocks = run_blocks(sweep, method, _point_fields, memory=memory, workers=workers, progress=progress)
    fields = gather(sweep, blocks)
    raise_single(sweep, fields["status"])
    data = _dataset(sweep, method, fields)
    _warn(data, method)
    return data


def _point_fields(system: System, method: Method) -> dict[str, npt.NDArray[Any]]:
    """Everything that `steady_state` reports of a batch of valid points."""
    found = solve_batch(system, method)
    temperatures = [np.asarray(b.temperature, dtype=float) for b in system.baths]
    batch = found.currents.shape[:-1]
    t = np.stack([np.broadcast_to(x, batch) for x in temperatures], axis=-1)
    status = np.where(found.unique, np.where(found.converged, 0, STATUS["not_converged"]),
                      STATUS["stationary_state_not_unique"])  # fmt: skip
    finite = np.isfinite(found.currents).all(axis=-1)
    status = np.where(finite | (status > 0), status, STATUS["diverging_rate"])
    return {
        "energy_current": found.currents,
        "energy": np.broadcast_to(found.jumps.dressing.energies, (*batch, system.levels)),
        "population": found.populations,
        "entropy_production": entropy_production(found.currents, t),
        "first_law_residual": np.sum(found.currents, axis=-1),
        "secular_ratio": secular_ratio(found.jumps),
        "coherences_kept": found.kept,
        "status": status,
    }


def raise_single(sweep: Sweep, status: npt.NDArray[Any]) -> None:
    """One point has no neighbours to save: say what is wrong with it."""
    if sweep.dims or not status.any():
        return
    code = int(status.ravel()[0])
    name = next(k for k, v in STATUS.items() if v == code)
    if name == "bad_parameter":
        raise sweep.faults[0]
    ways = {
        "stationary_state_not_unique": "a part of the system is not reached by any bath; "
        "give it one, or a coupling",
        "not_converged": "loosen tolerance or propagation_tolerance, or use secular='none'",
        "diverging_rate": "a bath has no finite rate at zero energy; "
        "take an Ohmic or super-Ohmic spectrum, or T = 0",
    }
    raise InputError("system", sweep.system.name, f"{name.replace('_', ' ')}: {ways[name]}")


def _dataset(sweep: Sweep, method: Method, fields: dict[str, npt.NDArray[Any]]) -> Any:
    import xarray as xr

    inner = {
        "energy_current": ("terminal",), "energy": ("level",), "population": ("level",),
    }  # fmt: skip
    out = {}
    for name, values in fields.items():
        if name == "status":
            continue
        long_name, units = VARIABLES[name]
        dims = (*sweep.dims, *inner.get(name, ()))
        shaped = values.reshape((*sweep.shape, *values.shape[1:]))
        out[name] = (dims, shaped, {"long_name": long_name, "units": units})
    out["energy_current"][2]["sign"] = "positive into the system"
    out["status"] = (sweep.dims, fields["status"].reshape(sweep.shape).astype(np.int8),
                     status_attributes())  # fmt: skip
    coords = dict(sweep.coords)
    coords["terminal"] = ("terminal", np.asarray(sweep.system.terminals, dtype=object))
    coords["level"] = ("level", np.arange(sweep.system.levels))
    attributes = {
        **CONVENTIONS, "system": sweep.system.name, "equation": method.equation,
        "secular": method.secular,
    }  # fmt: skip
    return xr.Dataset(out, coords, attributes)


def status_attributes() -> dict[str, Any]:
    """CF attributes of a status variable."""
    return {
        "long_name": "status of the point",
        "flag_values": np.asarray(list(STATUS.values()), dtype=np.int8),
        "flag_meanings": " ".join(STATUS),
    }


def _warn(data: Any, method: Method) -> None:
    if method.secular == "full":
        close = data.secular_ratio < TRUSTED_RATIO
        if close.any():
            warnings.warn(
                "the full secular approximation cannot be trusted where levels lie closer than "
                f"{TRUSTED_RATIO:g} relaxation rates: {describe_points(close)}; use "
                "secular='partial'",
                SecularWarning, stacklevel=3,
            )  # fmt: skip
    ladder = data.population.sizes["level"] > 4 and data.attrs["system"] in LADDERS
    if ladder and (top := (data.population.max("level") >= 0) & (_top(data) > 1e-3)).any():
        warnings.warn(
            f"the top levels of the ladder carry population: {describe_points(top)}; raise levels",
            TruncationWarning, stacklevel=3,
        )  # fmt: skip


LADDERS = ("Kerr resonator", "harmonic oscillator")


def _top(data: Any) -> Any:
    return data.population.isel(level=slice(-2, None)).max("level")


def describe_points(mask: Any) -> str:
    """Where a boolean DataArray is true, in words: ranges of each coordinate."""
    count, total = int(mask.sum()), int(mask.size)
    if not mask.dims:
        return "at this point"
    parts = []
    for dim in mask.dims:
        others = [d for d in mask.dims if d != dim]
        hit = mask.any(others) if others else mask
        values = hit[dim].values[hit.values] if dim in mask.coords else np.flatnonzero(hit.values)
        low, high = values.min(), values.max()
        parts.append(f"{dim} = {low:.6g}" + (f" to {high:.6g}" if high != low else ""))
    return f"{count} of {total} points ({', '.join(parts)})"


def compare(
    system: System, *, equations: Sequence[str] = ("driven_dressed", "floquet", "dressed"),
    **options: Any,
) -> Any:  # fmt: skip
    """The same system by several equations, along a leading dimension ``equation``.

    Parameters
    ----------
    system : System
    equations : sequence of str
        Values of ``equation`` for `steady_state`.
    **options
        Passed on to `steady_state`.

    Returns
    -------
    xarray.Dataset
        As from `steady_state`, with the dimension ``equation`` in front.

    Raises
    ------
    InputError
        If no equation is named, or one twice.

    Examples
    --------
    >>> import sambe
    >>> both = sambe.compare(sambe.models.spin_boson(), equations=["driven_dressed", "dressed"])
    >>> both.energy_current.dims
    ('equation', 'terminal')
    """
    import xarray as xr

    names = list(equations)
    if not names or len(set(names)) != len(names):
        raise InputError("equations", names, "name one equation or more, each once")
    parts = [steady_state(system, equation=name, **options) for name in names]
    along = xr.DataArray(np.asarray(names, dtype=object), dims="equation", name="equation")
    data = xr.concat(parts, dim=along, combine_attrs="drop_conflicts")
    data["status"] = data.status.astype(np.int8).assign_attrs(status_attributes())
    return data


def energy_currents(
    system: System,
    *,
    equation: str = "auto",
    secular: str = "partial",
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
) -> Array:
    """Bare array of currents ``(..., terminal)``, in the array namespace of the system's numbers.

    The door for JAX (`jit`, `vmap`, `grad`) and CuPy: no labels, no blocks, no status.

    Parameters
    ----------
    system : System
        Numbers are scalars or arrays of one broadcast shape ``(...)``, not labelled.
    equation, secular, tolerance, propagation_tolerance
        As for `steady_state`.

    Returns
    -------
    array (..., U + 1)
        Positive into the system: the baths in order, then the pump.

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
    method = prepare(system, equation, secular, tolerance, propagation_tolerance)
    found: Solution = solve_batch(_batched(system), method)
    return found.currents


def _batched(system: System) -> System:
    """The System with its Hamiltonian on the batch of all its numbers, such as of a temperature."""
    arrays = [x for x in system.numbers().values() if is_array(x)]
    batch = np.broadcast_shapes(*(x.shape for x in arrays))
    if not batch:
        return system
    one = namespace(*arrays).ones(batch)
    return system.map_numbers(lambda path, x: x * one if path == "hamiltonian[0]" else x)
