"""Currents by the number of drive quanta that a jump absorbs, without a list of every channel."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.tones.drives import refuse_several
from ..errors import InputError
from ..physics.currents.accounts import NAIVE
from ..physics.currents.particles import PARTICLES, brought_by_jumps
from ..physics.equations import EQUATIONS, no_jumps
from ..physics.method import Method
from ..physics.pipeline import solve_batch
from ..physics.statuses import STATUS
from ..physics.treatments import by_channels, channel_counter
from ..physics.validity import point_status
from ..sweep.axes import Sweep
from ..sweep.blocks import Block, gather, run_blocks
from ..sweep.catalogue import HARMONIC_PARTICLES, HARMONICS
from ..sweep.run import Run
from .breakdown import both_directions
from .cautions import warn_of_shift

__all__ = ["add_harmonics", "check_by"]

QUANTA = "quanta"


def check_by(by: Any, system: System, method: Method, run: Run, initial: Any) -> bool:
    """Whether currents by quanta are asked for.

    Raises
    ------
    InputError
        If something else is asked for, or they are not to be had.
    """
    if by is None:
        return False
    if by != QUANTA:
        raise InputError("by", by, f"give {QUANTA!r}")
    refuse_several(system.omega, "currents by quanta are those of one; channels has the quanta of each")
    if EQUATIONS[method.equation].exact:
        raise no_jumps(method)
    if channel_counter(method) is None:
        raise InputError(
            "secular",
            method.secular,
            "terms between different numbers of quanta belong to none; take 'partial'",
        )
    if NAIVE[0] in method.accounts:
        raise InputError(
            "by", by, "a squeezed bath is two terminals, of which the heat belongs to no number of quanta; "
            "channels counts it whole",
        )  # fmt: skip
    if run.store is not None or run.device != "cpu" or initial is not None:
        name = "store" if run.store is not None else "device" if run.device != "cpu" else "initial"
        raise InputError("by", by, f"currents by quanta are held in memory, by NumPy; leave {name}= out")
    return True


def add_harmonics(data: Any, system: System, method: Method, run: Run) -> Any:
    """The Dataset of `sambe.steady_state` with the currents of each number of quanta beside it."""
    import xarray as xr

    sweep, method = Sweep(system), by_channels(method)
    blocks = run_blocks(sweep, method, _fields, run)
    every = [np.zeros(0, dtype=np.intp), *(fields[QUANTA] for _, fields in blocks if fields is not None)]
    quanta = np.unique(np.concatenate(every))
    whole = gather(sweep, [_on_axis(block, quanta) for block in blocks])
    shift, solved = (
        xr.DataArray(x.reshape(sweep.shape), dims=sweep.dims, coords=sweep.coords)
        for x in (whole.pop("cross_term_shift"), whole["status"] == STATUS["ok"])
    )
    warn_of_shift(shift, solved, method)
    shape = (*sweep.shape, len(system.terminals), len(quanta))
    return data.assign_coords({QUANTA: quanta.astype(int)}).assign(
        {
            variable.name: (
                (*sweep.dims, *variable.dims),
                whole[variable.name].reshape(shape),
                variable.described(),
            )
            for variable in (*HARMONICS, HARMONIC_PARTICLES)
            if variable.name in whole
        }
    )


def _fields(system: System, method: Method) -> dict[str, npt.NDArray[Any]]:
    """Currents by quanta of a batch."""
    solution = solve_batch(system, method)
    d = solution.jumps.dressing
    rate, energy = both_directions(solution, method)
    signed = np.array([*d.quanta, *(-q for q in d.quanta if q)])
    turn = signed * np.broadcast_to(np.asarray(d.omega, dtype=float), (len(rate),))[:, None]
    out: dict[str, npt.NDArray[Any]] = {
        QUANTA: signed, "status": point_status(solution, system.baths),
        "cross_term_shift": solution.cross_term_shift,
    }  # fmt: skip
    states = np.arange(d.levels)
    still = (slice(None),) * 3 + (states, states)  # jumps from a state to itself
    for name, jumps, heat in (
        ("harmonic_current", rate.sum(axis=(-2, -1)), (rate * energy).sum(axis=(-2, -1))),
        ("pseudo_current", rate[still].sum(axis=-1), (rate[still] * energy[still]).sum(axis=-1)),
    ):
        pump = turn * jumps.sum(axis=1)
        out[name] = np.concatenate([heat, pump[:, None]], axis=1)
    if PARTICLES[0] in method.accounts:
        brought = (rate * brought_by_jumps(solution.jumps)).sum(axis=(-2, -1))
        out[HARMONIC_PARTICLES.name] = np.concatenate([brought, 0.0 * brought[:, :1]], axis=1)
    return out


def _on_axis(block: Block, quanta: npt.NDArray[np.intp]) -> Block:
    """A block on the quanta of all, zero where it has none."""
    points, fields = block
    if fields is None:
        return block
    at = np.searchsorted(quanta, fields[QUANTA])
    out = {name: fields[name] for name in ("status", "cross_term_shift")}
    for variable in (*HARMONICS, HARMONIC_PARTICLES):
        if variable.name not in fields:
            continue
        values = fields[variable.name]
        wide = np.zeros((*values.shape[:-1], len(quanta)))
        wide[..., at] = values
        out[variable.name] = wide
    return points, out
