"""`sambe.steady_state`: broadcast labelled parameters, run blocks of points, return a Dataset."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from ..description.hilbert_space.sectors import projected, sector_basis
from ..description.observables import observables_of
from ..description.system import System
from ..errors import InputError, NoAnswerWarning, SambeError
from ..physics.equations import EQUATIONS
from ..physics.method import Method
from ..physics.preparation import asking_for, prepare, prepare_from
from ..physics.statuses import STATUS
from ..sweep.axes import Sweep
from ..sweep.blocks import Kernel, no_answer, placed, raise_single, stream_blocks
from ..sweep.kernels.fields import point_fields
from ..sweep.labels import blank, label
from ..sweep.lazy import is_lazy, lazy_state
from ..sweep.places.shared import enter, shared_memory
from ..sweep.plan import Block, Plan, Points, Region, check_result
from ..sweep.run import Run
from ..sweep.storage.lock import locked
from ..sweep.storage.store import Store
from ..sweep.units import in_own_unit
from .by_quanta import add_harmonics, check_by
from .cautions import warn_of
from .options import Options, divided, takes

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["answered", "solved", "steady_state"]


@takes()
def steady_state(
    system: System,
    *,
    initial: Any = None,
    sector: Any = None,
    observables: Mapping[str, Any] | None = None,
    states: bool = False,
    by: str | None = None,
    **options: Unpack[Options],
) -> Dataset:
    r"""Stationary energy currents through every terminal, for one point or a whole sweep.

    .. math:: J_u = \sum_q 2\,\mathrm{Re\,Tr}[(W\circ L_u^{(q)})\rho S_u^{(q)\dagger}],\qquad
              P = \omega \sum_{u,q} q\,2\,\mathrm{Re\,Tr}[L_u^{(q)}\rho S_u^{(q)\dagger}]

    Parameters
    ----------
    system : System
        Every number that is an `xarray.DataArray` is swept; named dimensions broadcast.
    initial : int, ket or density matrix, optional
        Where several states are stationary, because of a symmetry or a dark state, take the one that this
        initial state (the number of a basis state, or arrays in the basis of the operators; for a driven
        system at t = 0) leads to. The levels of the parts that it reaches stand one after the other.
    sector : sequence of (operator, eigenvalue), optional
        The same for a system that begins with given values of operators that commute with everything. The
        answer is that of the smaller system in their eigenspace.
    observables : mapping of str to array (N, N) or Qobj, optional
        Operators whose expectation values are asked for.
    states : bool
        Whether density matrices are, of N^2 complex numbers a point.
    by : {"quanta"}, optional
        Currents by the number of drive quanta that a jump absorbs, beside their sums.
    **options

    Returns
    -------
    xarray.Dataset
        ``energy_current[..., terminal]`` (positive into the system; bath names, then ``"pump"``),
        ``energy[..., level]``, ``population[..., level]``, ``entropy_production``,
        ``first_law_residual``, ``secular_ratio``, ``edge_population``, ``coherences_kept``, ``status``.
        ``full``, ``ule`` and ``clustered`` add ``coherence_shift``.
        Reservoirs that are not thermal add ``effective_temperature`` and ``preparation_cost[..., terminal]``,
        squeezed ones ``naive_entropy_production`` and two terminals each, ``"NAME:heat"`` and
        ``"NAME:squeezer"``.
        A point that could not be solved is NaN there and its ``status`` says why. With ``"heom"`` the
        populations are those of the basis states, averaged over a period, ``energy`` and
        ``secular_ratio`` are NaN, and ``hierarchy_error`` estimates the error of the currents,
        ``hierarchy_movement`` how far they move when depth, exponents or harmonics are raised.
        With ``observables``, ``expectation[..., observable]`` averaged over a period in the laboratory frame,
        real where all of them are Hermitian; with ``states``, ``density_matrix[..., row, column]`` in the
        laboratory frame at t = 0. With ``by="quanta"``, ``harmonic_current[..., terminal, quanta]`` and the
        part of it by jumps from a state to itself, ``pseudo_current``: sums of `channels`; of leads
        ``harmonic_particle_current`` too.

    Raises
    ------
    ConvergenceError
        If no point converged.
    InputError
        If a value cannot be used, or a single point (no sweep) cannot be solved.
    FrameError
        If the equation needs a static rotating frame and there is none.
    StoreError
        If the store cannot be written or read, another run writes it, or another configuration wrote it.

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
    chosen, running = divided(steady_state, options)
    if initial is not None and sector is not None:
        raise InputError("initial", initial, "give an initial state or a sector, not both")
    if sector is not None:
        system, observables = _within(system, sector, observables, states)
    run = Run(**running)
    method = prepare(system, **chosen) if initial is None else prepare_from(system, initial, **chosen)
    method = asking_for(method, system, observables, states)
    by_quanta = check_by(by, system, method, run, initial)
    data = solved(system, method, run, lazy=not by_quanta)
    return add_harmonics(data, system, method, run) if by_quanta else data


def solved(
    system: System, method: Method, run: Run, kernel: Kernel = point_fields, lazy: bool = True
) -> Dataset:
    """Dataset of a verb, warned of and raised for as `steady_state` does.

    Parameters
    ----------
    kernel : callable
        Gives the variables of the method; those of `steady_state` by default.
    lazy : bool
        Whether nothing is solved yet where a number of the system is backed by a Dask array.
    """
    if lazy and run.store is None and is_lazy(system):
        return lazy_state(system, method, run, kernel)
    with locked(run.store):
        data, fault = answered(system, method, run, kernel)
    if fault is not None:
        raise fault
    with run.reading():
        warn_of(data, method, level=4)
    return data


def _within(
    system: System, sector: Any, observables: Mapping[str, Any] | None, states: bool
) -> tuple[System, dict[str, Any]]:
    """The system and the observables in a sector."""
    if states:
        raise InputError(
            "states", states, "a sector has a basis of its own; give initial= instead of sector="
        )
    basis = sector_basis(system, sector)
    inside = {x.name: x.projected(basis).operator for x in observables_of(observables, system.levels)}
    return projected(system, basis), inside


def answered(
    system: System, method: Method, run: Run, kernel: Kernel = point_fields
) -> tuple[Dataset, SambeError | None]:
    """Dataset of a verb, and what is wrong if no point of it has an answer."""
    sweep = Sweep(system)
    plan, kernel = placed(sweep, method, kernel, run)
    if EQUATIONS[method.equation].exact:  # a point of the exact hierarchy is work enough for a block
        plan = replace(plan, chunks=(1,) * len(sweep.shape), tile=1)
    solve = _solve if run.store is None else _solve_into
    data = solve(sweep, method, kernel, plan, run)
    with run.reading():
        status = data["status"].values
        if sweep.refused and not (status > 0).all():
            count = sum(map(len, sweep.refused))
            warnings.warn(
                f"{count} of {sweep.points} points have no answer: {sweep.faults[-1]}", NoAnswerWarning,
                stacklevel=4,
            )  # fmt: skip
        return data, _fault(sweep, method, status)


def _fault(sweep: Sweep, method: Method, status: npt.NDArray[Any]) -> SambeError | None:
    """What is wrong where nothing could be solved: what the equation has against it, or a number."""
    lost = np.isin(status, [STATUS["bad_parameter"], STATUS["not_converged"]]).all()
    try:
        if lost and not sweep.faults:
            _explain(sweep, method)
        raise_single(sweep, status, method)
    except SambeError as fault:
        return fault
    return no_answer(sweep) if lost else None


def _explain(sweep: Sweep, method: Method) -> None:
    """Raise what the equation has against the first usable point, if it can tell."""
    refusal = EQUATIONS[method.equation].refusal
    usable = sweep.usable(np.arange(sweep.points))
    if refusal is not None and usable.size:
        refusal(in_own_unit(sweep.part(usable[:1]), method)[0], method)


def _solve(sweep: Sweep, method: Method, kernel: Kernel, plan: Plan, run: Run) -> Any:
    """Dataset of a sweep in memory, which worker processes share where there are any."""
    blanks = blank(sweep.system, method, 1)
    check_result(sweep.points, sum(x.nbytes for x in blanks.values()))
    several = plan.threads > 1 and run.executor is None
    with shared_memory(blanks, sweep.points) if several else nullcontext() as shared:
        fields = blank(sweep.system, method, sweep.points) if shared is None else shared.fields

        def keep(_region: Region, points: Points, parts: list[Block]) -> None:
            enter(fields, blanks, points, parts)

        stream_blocks(
            sweep, method, kernel, keep, plan, executor=run.executor, progress=run.progress,
            target=shared,
        )  # fmt: skip
    arrays = {name: x.reshape((*sweep.shape, *x.shape[1:])) for name, x in fields.items()}
    return label(sweep.dims, sweep.coords, sweep.system, method, arrays)


def _solve_into(sweep: Sweep, method: Method, kernel: Kernel, plan: Plan, run: Run) -> Any:
    """Dataset of a sweep in a store."""
    store = Store.open(str(run.store), sweep, method, plan, run.resume)
    todo = store.unfinished()
    stream_blocks(
        sweep, method, kernel, store.write, store.plan, todo=todo, executor=run.executor,
        progress=run.progress, done=store.finished_points(todo),
    )  # fmt: skip
    return store.dataset()
