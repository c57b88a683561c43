"""The public verbs: broadcast labelled parameters, run blocks of points, return a Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import InputError, SambeError
from ..physics.method import LAMB_SHIFT, Method, prepare
from ..physics.validity import STATUS
from ..sweep.axes import Sweep
from ..sweep.blocks import Block, Points, Progress, no_answer, raise_single, stream_blocks
from ..sweep.fields import point_fields
from ..sweep.labels import blank, label, put, warn_of
from ..sweep.lazy import is_lazy, lazy_state
from ..sweep.plan import Plan, Region, make_plan
from ..sweep.store import Store, reading_here

__all__ = ["answered", "reading", "steady_state"]


def steady_state(
    system: System,
    *,
    equation: str = "auto",
    secular: str = "partial",
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    lamb_shift: str | bool = LAMB_SHIFT,
    heom: Mapping[str, float] | None = None,
    memory: str = "1 GB",
    workers: int | None = None,
    executor: Executor | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Any:
    r"""Stationary energy currents through every terminal, for one point or a whole sweep.

    .. math:: J_u = \sum_q 2\,\mathrm{Re\,Tr}[(W\circ L_u^{(q)})\rho S_u^{(q)\dagger}],\qquad
              P = \omega \sum_{u,q} q\,2\,\mathrm{Re\,Tr}[L_u^{(q)}\rho S_u^{(q)\dagger}]

    Parameters
    ----------
    system : System
        Every number that is an `xarray.DataArray` is swept; named dimensions broadcast.
    equation : {"auto", "driven_dressed", "floquet", "dressed", "heom"}
        ``"auto"`` takes ``"driven_dressed"`` where a static rotating frame exists, else
        ``"floquet"``. ``"dressed"`` is the traditional approximation. ``"heom"`` is numerically exact, for
        small systems: a point takes a second or so, and `secular` and the tolerances do not enter.
    secular : {"partial", "full", "none", "ule", "clustered"}
        Populations with the coherences that matter (default), populations alone, or the Redfield
        equation with every coherence (for ``"floquet"`` by harmonic balance). Completely positive are
        the universal Lindblad equation and the clustered one, which also obeys the second law exactly;
        see `sambe.physics.generators.positive`.
    tolerance : float
        Relative change of the currents at which the coherences count as converged.
    propagation_tolerance : float
        On quasienergies, in units of omega.
    lamb_shift : {"auto", "none", "shift", "counter"} or bool
        Level shifts by the baths: without them, for the coupling S (x) B as it stands, or with the
        counter-term that undoes its static part; ``"auto"`` shifts by each bath whose shift does not
        diverge. The populations of ``"full"`` feel none; ``"heom"`` always has the shift, and the
        counter-term with ``"counter"``.
    heom : mapping, optional
        Options of `sambe.physics.heom.heom_currents` for ``"heom"``, such as ``{"tolerance": 1e-3}`` (1e-4
        of the largest current by default) or ``{"max_unknowns": 300_000}``, which bounds the memory.
    memory : str
        Budget for the work arrays of the points under way, such as ``"500 MB"``; with an ``executor`` that
        of each block.
    workers : int, optional
        Threads over blocks of points; all cores by default. With an ``executor``: how many blocks it
        is to be kept busy with.
    executor : concurrent.futures.Executor, optional
        Where the blocks run instead, such as ``dask.distributed.Client(...).get_executor()``.
    store : path, optional
        Zarr store that takes each block as it is finished. The Dataset then reads from it, so that it
        may be larger than the memory.
    resume : bool
        Continue a store that was begun with the same system and options; the result is the same to the
        last bit, whatever ended the first run.
    progress : callable, optional
        Called with (points done, points in all).

    Returns
    -------
    xarray.Dataset
        ``energy_current[..., terminal]`` (positive into the system; bath names, then ``"pump"``),
        ``energy[..., level]``, ``population[..., level]``, ``entropy_production``,
        ``first_law_residual``, ``secular_ratio``, ``edge_population``, ``coherences_kept``, ``status``.
        A point that could not be solved is NaN there and its ``status`` says why. With ``"heom"`` the
        populations are those of the basis states, averaged over a period, ``energy`` and
        ``secular_ratio`` are NaN, and ``hierarchy_error`` estimates the error of the currents,
        ``hierarchy_movement`` how far they move when depth, exponents or harmonics are raised.

    Raises
    ------
    ConvergenceError
        If no point converged.
    InputError
        If a value cannot be used, or a single point (no sweep) cannot be solved.
    FrameError
        If the equation needs a static rotating frame and there is none.
    StoreError
        If the store cannot be written, or another configuration wrote it.

    Warns
    -----
    SecularWarning
        If ``secular="full"`` is asked for where levels lie closer than the rates allow.
    TruncationWarning
        If the top level of a ladder is populated.

    Notes
    -----
    Where a number of the system is backed by a Dask array, nothing is solved yet: the variables are Dask
    arrays in the chunks of the parameters, and computing one solves the points of its chunks. Nothing is
    raised or warned of then; ``status`` and ``secular_ratio`` tell.

    Examples
    --------
    >>> import sambe
    >>> flow = sambe.steady_state(sambe.models.spin_boson(drive=0.1, omega=0.8))
    >>> flow.energy_current.sel(terminal="pump").item() > 0
    True
    """
    if resume and store is None:
        raise InputError("resume", resume, "name the store to continue with store=")
    method = prepare(system, equation, secular, tolerance, propagation_tolerance, lamb_shift, heom)
    if store is None and is_lazy(system):
        return lazy_state(system, method, memory)
    data, fault = answered(
        system, method, memory=memory, workers=workers, executor=executor, store=store, resume=resume,
        progress=progress,
    )  # fmt: skip
    if fault is not None:
        raise fault
    with reading(store):
        warn_of(data, method)
    return data


def answered(
    system: System, method: Method, *, memory: str = "1 GB", workers: int | None = None,
    executor: Executor | None = None, store: str | Path | None = None, resume: bool = False,
    progress: Progress | None = None,
) -> tuple[Any, SambeError | None]:  # fmt: skip
    """Dataset of `steady_state`, and what is wrong if no point of it has an answer."""
    sweep = Sweep(system)
    plan = make_plan(sweep, method, memory, workers, executor is not None)
    if method.equation == "heom":  # a point is work enough for a block
        plan = replace(plan, chunks=(1,) * len(sweep.shape), tile=1)
    data = _solve(sweep, method, plan, executor, progress) if store is None else _solve_into(
        store, sweep, method, plan, resume, executor, progress)  # fmt: skip
    with reading(store):
        return data, _fault(sweep, method, data["status"].values)


def reading(store: str | Path | None) -> AbstractContextManager[Any]:
    """Where a Dataset is looked at that may still be in its store."""
    return nullcontext() if store is None else reading_here()


def _fault(sweep: Sweep, method: Method, status: npt.NDArray[Any]) -> SambeError | None:
    """What is wrong where nothing could be solved: what the hierarchy has against it, or a number."""
    lost = np.isin(status, [STATUS["bad_parameter"], STATUS["not_converged"]]).all()
    try:
        if lost and method.equation == "heom":
            _explain(sweep, method)
        raise_single(sweep, status)
    except SambeError as fault:
        return fault
    return no_answer(sweep) if lost else None


def _explain(sweep: Sweep, method: Method) -> None:
    """Raise what the hierarchy has against the first usable point: limits, or a bath."""
    from ..physics.heom.fields import exact_result, point_of

    usable = sweep.usable(np.arange(sweep.points))
    if usable.size:
        exact_result(point_of(sweep.part(usable[:1]), 0), method)


def _solve(
    sweep: Sweep, method: Method, plan: Plan, executor: Executor | None, progress: Progress | None
) -> Any:
    """Dataset of a sweep in memory."""
    fields = blank(sweep.system, method, sweep.points)

    def keep(_region: Region, _points: Points, parts: list[Block]) -> None:
        for points, found in parts:
            put(fields, points, found)

    stream_blocks(sweep, method, point_fields, keep, plan, executor=executor, progress=progress)
    shaped = {name: x.reshape((*sweep.shape, *x.shape[1:])) for name, x in fields.items()}
    return label(sweep.dims, sweep.coords, sweep.system, method, shaped)


def _solve_into(
    path: str | Path, sweep: Sweep, method: Method, plan: Plan, resume: bool,
    executor: Executor | None, progress: Progress | None,
) -> Any:  # fmt: skip
    """Dataset of a sweep in a store."""
    store = Store.open(path, sweep, method, plan, resume)
    todo = store.unfinished()
    stream_blocks(
        sweep, method, point_fields, store.write, store.plan, todo=todo, executor=executor,
        progress=progress, done=store.finished_points(todo),
    )  # fmt: skip
    return store.dataset()
