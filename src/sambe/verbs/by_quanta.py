"""Currents by the number of drive quanta that a jump absorbs, without a list of every channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.tones.quanta import vectors_of
from ..errors import InputError
from ..physics.currents.entropy import NAIVE
from ..physics.currents.particles import PARTICLES, brought_by_jumps
from ..physics.dressing.frequencies import energies_by_tone, frequency_by_point
from ..physics.method import Method
from ..physics.states.solution import Solution
from ..physics.statuses import STATUS
from ..physics.tones.folding import refuse_folding
from ..physics.treatments import by_channels
from ..physics.validity import point_status
from ..sweep.axes import Sweep
from ..sweep.blocks import gather, run_blocks
from ..sweep.catalogue import HARMONIC_PARTICLES, HARMONICS
from ..sweep.kernels.channel_fields import both_directions
from ..sweep.kernels.fields import alike, joined
from ..sweep.plan import Block
from ..sweep.run import Run
from .cautions import warn_of_shift
from .refusals import check_jumps

if TYPE_CHECKING:
    from xarray import Dataset

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
    check_jumps(method)
    if NAIVE[0] in method.accounts:
        raise InputError(
            "by", by, "a squeezed bath is two terminals, of which the heat belongs to no number of quanta; "
            "channels counts it whole",
        )  # fmt: skip
    if run.store is not None or run.device != "cpu" or initial is not None:
        name = "store" if run.store is not None else "device" if run.device != "cpu" else "initial"
        raise InputError("by", by, f"currents by quanta are held in memory, by NumPy; leave {name}= out")
    return True


def add_harmonics(data: Dataset, system: System, method: Method, run: Run) -> Dataset:
    """The Dataset of `sambe.steady_state` with the currents of each number of quanta beside it."""
    sweep, method = Sweep(system), by_channels(method)
    blocks = run_blocks(sweep, method, _fields, run)
    every = [np.zeros(0, dtype=np.intp), *(fields[QUANTA] for _, fields in blocks if fields is not None)]
    quanta = np.unique(np.concatenate(every)).astype(int)
    whole = gather(sweep, [_on_axis(block, quanta) for block in blocks])
    shift, solved = whole.pop("cross_term_shift"), whole["status"] == STATUS["ok"]
    warn_of_shift(sweep.labelled(shift), sweep.labelled(solved), method)
    axes, place = _axes(quanta, system.tones)
    out = {}
    for variable in (*HARMONICS, HARMONIC_PARTICLES):
        if variable.name not in whole:
            continue
        flat = whole[variable.name].reshape(*sweep.shape, len(system.terminals), len(quanta))
        shape = (*flat.shape[:-1], *(len(x) for x in axes.values()))
        # zero at the quanta that no jump takes, not a number where there is no answer
        grid = 0.0 * flat[..., :1] + np.zeros(int(np.prod(shape[len(flat.shape) - 1 :])))
        grid[..., place] = flat
        dims = (*sweep.dims, *variable.dims[:-1], *axes)
        out[variable.name] = (dims, grid.reshape(shape), variable.described())
    return data.assign_coords(axes).assign(out)


def _axes(quanta: npt.NDArray[Any], tones: int) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[np.intp]]:
    """Dimensions of the quanta with their values, one a tone, and the place of each number of quanta on their
    grid, flat."""
    if tones == 1:
        return {QUANTA: quanta}, np.arange(len(quanta))
    vectors = vectors_of(quanta, tones)
    axes = {f"{QUANTA}_{t + 1}": np.unique(vectors[:, t]) for t in range(tones)}
    each = tuple(np.searchsorted(x, v) for x, v in zip(axes.values(), vectors.T, strict=True))
    return axes, np.ravel_multi_index(each, tuple(len(x) for x in axes.values()))


def _fields(system: System, method: Method) -> dict[str, npt.NDArray[Any]]:
    """Currents by quanta of a batch."""
    refuse_folding(system, method, "ask for the currents by quanta of one drive at their common frequency")
    parts = [(at, _of_solution(batch, method, solution)) for at, batch, solution in alike(system, method)]
    if len(parts) == 1:
        return parts[0][1]
    quanta = np.unique(np.concatenate([fields[QUANTA] for _, fields in parts]))
    each = [_on_axis(part, quanta) for part in parts]
    points = sum(len(at) for at, _ in parts)
    return {QUANTA: quanta, **joined(((at, fields or {}) for at, fields in each), points)}


def _of_solution(system: System, method: Method, solution: Solution) -> dict[str, npt.NDArray[Any]]:
    """The same of points whose couplings have the same harmonics."""
    d = solution.jumps.dressing
    rate, energy = both_directions(solution, method)
    signed = np.array([*d.quanta, *(-q for q in d.quanta if q)])
    turns = energies_by_tone(signed.astype(float), frequency_by_point(d.omega, len(rate)))
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
        pumps = [turn * jumps.sum(axis=1) for turn in turns]
        out[name] = np.concatenate([heat, np.stack(pumps, axis=1)], axis=1)
    if PARTICLES[0] in method.accounts:
        brought = (rate * brought_by_jumps(solution.jumps)).sum(axis=(-2, -1))
        out[HARMONIC_PARTICLES.name] = np.concatenate(
            [brought, np.repeat(0.0 * brought[:, :1], system.tones, axis=1)], axis=1
        )
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
