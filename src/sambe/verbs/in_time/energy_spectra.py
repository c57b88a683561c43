"""Currents by the energy of the quanta that a bath gives or takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import Fields, whole_number
from ...physics.dressing.frequencies import energies_by_tone, frequency_by_point
from ...physics.method import Binning, Method
from ...physics.pipeline import solve_batch
from ...physics.preparation import prepare
from ...physics.states.solution import Solution
from ...physics.tones.folding import refuse_folding
from ...physics.treatments import by_channels
from ...physics.validity import point_status
from ...sweep.axes import Sweep, check_axes, swept_names
from ...sweep.blocks import gather, raise_single, run_blocks
from ...sweep.catalogue import SPECTRAL, WARNED_OF, names_of
from ...sweep.kernels.channel_fields import both_directions
from ...sweep.kernels.fields import of_alike, solution_fields
from ...sweep.run import Run
from ..options import Options, divided, takes, with_values
from ..refusals import check_jumps, numpy_run
from ..stationary_currents import solved
from .starts import refuse_squeezed

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["energy_spectrum"]

MOST_BINS = 10**6  # a choice
CARRYING = 1e-12  # rate of a jump, over the largest, below which its energy asks for no bin: rounding
Reals = npt.NDArray[np.float64]


@takes(without=("heom", "ambient"))
def energy_spectrum(system: System, bins: Any = 50, **options: Unpack[Options]) -> Dataset:
    r"""Stationary current of each terminal by the energy of the quanta: what an energy filter passes.

    .. math:: J_u(b) = \sum_{|W| \in b} W\,R_u(W),\qquad P(b) = \sum_{|W| \in b} q\omega\,R(W)

    Parameters
    ----------
    system : System
        As for `steady_state`.
    bins : int or array_like
        How many from zero to the largest energy of a jump, or their edges, ascending from zero or more. The
        last one holds its upper edge; jumps beyond the edges are left out.
    **options

    Returns
    -------
    xarray.Dataset
        ``spectral_current[..., terminal, energy]``, positive into the system: what quanta of energy ``|W|``
        in a bin carry between a bath and the system, absorbed and emitted ones together; under ``pump`` what
        the drive gives to these jumps, or each tone. ``energy`` is the middle of a bin, ``low`` and ``high``
        are its edges. Their sums are ``energy_current``. Terms between different quanta belong to no jump:
        ``secular="auto"`` means ``"partial"`` here.

    Raises
    ------
    InputError, FrameError
        As for `channels`; also of bins that are none.

    Warns
    -----
    SecularWarning
        Where terms between different quanta, which are left out, move a current by more than 1 %.

    Examples
    --------
    A driven qubit emits at the drive's frequency and beside it:

    >>> import sambe
    >>> data = sambe.energy_spectrum(sambe.models.spin_boson(drive=0.1, omega=0.8), [0.0, 0.7, 0.9, 1.3])
    >>> total = data.spectral_current.sum("energy")
    >>> bool(abs(total - data.energy_current).max() < 1e-15)
    True
    """
    chosen, running = divided(energy_spectrum, options)
    method, run = by_channels(prepare(system, **chosen)), numpy_run(running)
    check_jumps(method)
    check_axes(swept_names(system), {"low", "high", *names_of(SPECTRAL)})
    refuse_squeezed(system)
    edges = _edges(bins)
    if edges is None:
        sweep = Sweep(system)
        first = gather(
            sweep,
            run_blocks(sweep, _binning(method, ()), _highest, Run(memory=run.memory, workers=run.workers)),
        )
        raise_single(sweep, first["status"], method)
        highest = float(np.nanmax(first["channel_energy"])) or 1.0
        edges = np.linspace(0.0, highest * (1.0 + CARRYING), bins + 1)
    data = solved(system, _binning(method, edges), run, _binned)
    return data.assign_coords(low=("energy", edges[:-1]), high=("energy", edges[1:]))


def _binning(method: Method, edges: Any) -> Binning:
    return Binning(**with_values(method), edges=edges)


def _edges(bins: Any) -> npt.NDArray[np.float64] | None:
    """Edges of bins, checked; None where so many are asked for."""
    if whole_number(bins):
        if not 1 <= bins <= MOST_BINS:
            raise InputError("bins", bins, f"give a number of bins from 1 to {MOST_BINS}, or their edges")
        return None
    try:
        values = np.asarray(getattr(bins, "values", bins))
    except (TypeError, ValueError, OverflowError, RecursionError):
        values = np.zeros(0, dtype=object)
    fine = values.ndim == 1 and 2 <= values.size <= MOST_BINS and values.dtype.kind in "iuf"
    edges = values.astype(float) if fine else np.zeros(0)
    if not fine or not np.isfinite(edges).all() or edges[0] < 0 or (np.diff(edges) <= 0).any():
        raise InputError("bins", bins, "give a number of bins, or at least two edges, ascending from zero on")
    return edges


def _of_jumps(solution: Solution, method: Method) -> tuple[Reals, Reals, list[Reals]]:
    """Rates and energies of the jumps of a batch, ``(P, U, K)``, and what each takes from every tone."""
    d = solution.jumps.dressing
    rate, energy = both_directions(solution, method)
    points, baths = rate.shape[:2]
    signed = np.array([*d.quanta, *(-q for q in d.quanta if q)])
    turns = [
        (turn[:, None, :, None, None] + 0.0 * rate).reshape(points, baths, -1)
        for turn in energies_by_tone(signed.astype(float), frequency_by_point(d.omega, points))
    ]
    return rate.reshape(points, baths, -1), energy.reshape(points, baths, -1), turns


def _refuse_folding(system: System, method: Method) -> None:
    """Refuse tones whose jumps interfere."""
    refuse_folding(system, method, "ask for the spectrum of one drive at their common frequency")


def _highest(system: System, method: Method) -> Fields:
    """Largest energy of a jump that happens, of each point."""
    _refuse_folding(system, method)
    solution = solve_batch(system, method)
    rate, energy, _ = _of_jumps(solution, method)
    size = np.abs(rate)
    happens = size > CARRYING * size.max(axis=(-2, -1), keepdims=True)
    highest = np.where(happens, np.abs(energy), 0.0).max(axis=(-2, -1))
    return {"channel_energy": highest, "status": point_status(solution, system.baths)}


def _binned(system: System, method: Method) -> Fields:
    """The currents of a batch by the energies of the jumps."""
    _refuse_folding(system, method)
    edges = np.asarray(getattr(method, "edges", ()), dtype=float)
    return of_alike(system, method, lambda batch, solution: _in_bins(batch, method, solution, edges))


def _in_bins(system: System, method: Method, solution: Solution, edges: Reals) -> Fields:
    """The same of points whose couplings have the same harmonics."""
    rate, energy, turns = _of_jumps(solution, method)
    points, baths, _ = rate.shape
    size = np.abs(energy)
    # what stands on an edge to rounding belongs to the bin above, but for the last one
    place = np.searchsorted(edges, size * (1.0 + CARRYING), side="right") - 1
    inside = (place >= 0) & (size <= edges[-1] * (1.0 + CARRYING))
    place = np.clip(place, 0, len(edges) - 2)
    out = np.zeros((points, baths + len(turns), len(edges) - 1))
    first = np.arange(points)[:, None]
    for u in range(baths):
        for row, carried in ((u, energy[:, u]), *((baths + t, turn[:, u]) for t, turn in enumerate(turns))):
            np.add.at(out[:, row], (first, place[:, u]), np.where(inside[:, u], rate[:, u] * carried, 0.0))
    fields = solution_fields(system, method, solution)
    kept = {v.name: fields[v.name] for v in WARNED_OF if v.name in fields}
    return {"spectral_current": out, "energy_current": solution.currents, **kept}
