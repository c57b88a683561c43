"""States followed in time, from any state on or over one period of the stationary one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from ...description.gate import truth
from ...description.observables import observables_of
from ...description.system import System
from ...description.tones.drives import refuse_several
from ...errors import InputError, PositivityWarning, SecularWarning
from ...numerics.arrays import whole_number
from ...physics.equations import EQUATIONS
from ...physics.method import Moving
from ...physics.statuses import STATUS, status_of
from ...sweep.axes import check_axes, swept_names
from ...sweep.catalogue import MOVING, names_of
from ...sweep.kernels.in_time_fields import moving_fields
from ...sweep.run import Run
from ..cautions import describe_points
from ..options import Options, divided, takes, with_values
from ..refusals import numpy_run
from ..stationary_currents import solved
from .starts import (
    checked_envelope,
    checked_state,
    checked_times,
    course_method,
)

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["cycle", "evolve"]

# Change of a dressed state by an envelope over the square of a gap that counts as slow. A choice: what the
# baths do then errs by about as much.
HASTY = 0.1
MOST_PHASES = 10**6  # a choice


@takes(without=("ambient",))
def evolve(
    system: System,
    state: Any,
    times: Any,
    *,
    envelope: Callable[[Any], Any] | None = None,
    observables: Mapping[str, Any] | None = None,
    states: bool = True,
    **options: Unpack[Options],
) -> Dataset:
    r"""Follow a state in time: currents, energies, ergotropy, for one point or a whole sweep.

    .. math:: \frac{\mathrm d\langle H\rangle}{\mathrm dt} = \sum_u J_u + P,\qquad
              \mathcal E = \mathrm{Tr}[H_0\rho] - \sum_k r_k^\downarrow e_k^\uparrow

    Parameters
    ----------
    system : System
        As for `steady_state`; any number of states may be stationary.
    state : int, ket, density matrix or "stationary"
        At the first of the times, in the laboratory frame: the number of a basis state, arrays or `Qobj`.
    times : array_like
        Ascending. The phase of the drive is counted from t = 0.
    envelope : callable, optional
        From an array of times to the strength of the drive in [0, 1]: a pulse, each moment dressed by its own
        strength, in a static frame. ``"stationary"`` is then the state under the strength at the first time.
    observables : mapping of str to array (N, N) or Qobj, optional
        Operators whose expectation values are asked for.
    states : bool
        Whether density matrices are kept, of N^2 complex numbers for each time.
    **options

    Returns
    -------
    xarray.Dataset
        Over ``time``: ``energy_current[..., time, terminal]``, positive into the system, the baths' counted
        as by `steady_state`; ``energy_transferred``, its integral since the first time; ``stored_energy``,
        the mean of H(t), ``battery_energy``, that of H_0, and ``ergotropy`` against H_0, the drive off;
        ``first_law_residual``, the change of the stored energy less all currents; with leads
        ``particle_current[..., time, terminal]``, ``heat_current`` and ``electrical_power``;
        ``density_matrix[..., time, row, column]`` and ``expectation[..., time, observable]`` in the
        laboratory frame. And ``secular_ratio``, ``edge_population``, ``cross_terms_kept``, ``status``; with
        an envelope ``pulse_ratio``, how fast it changes against the gaps; of a period in steps, whose sudden
        work is in ``energy_transferred`` alone, ``harmonics_error``.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of a state that is none, of times that decrease, of squeezed baths, and of
        an envelope without a static frame or of more than 8 levels.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`; a `SecularWarning` also where an envelope changes fast against the gaps.
    PositivityWarning
        Where a state has a negative eigenvalue, as those of Redfield's equation may have at short times.

    Notes
    -----
    With ``secular="full"`` the initial coherences of the dressed basis are kept: each decays at half the
    rates out of its two states and by pure dephasing. With the other treatments all coherences of the
    generator are. The pump's current is its count of quanta and the change of the energy that the frame
    holds, which where every coherence is kept is the power :math:`\mathrm{Tr}[\dot H\rho]`. With
    ``equation="heom"`` the course is numerically exact, from a state that knows nothing of its baths; the
    first law then holds with the energy of their interaction. See docs/time.md.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> qubit = sambe.models.spin_boson(drive=0.1, omega=1.0)
    >>> data = sambe.evolve(qubit, 1, np.linspace(0.0, 60.0, 61))
    >>> round(float(data.ergotropy.max()), 3)
    0.857
    """
    chosen, running = divided(evolve, options)
    course = {"times": checked_times(times), "start": checked_state(state, system.levels)}
    method = _moving(system, chosen, observables, states, course)
    if not EQUATIONS[method.equation].framed:
        refuse_several(
            system.omega, "without a static frame their state never comes back, and no period holds its "
            "course; give commensurate ones as harmonics of one drive",
        )  # fmt: skip
    if envelope is not None:
        refuse_several(system.omega, "an envelope is put on one alone")
        shape = checked_envelope(envelope, system, method)
        method = replace(method, envelope=envelope, shape=shape)
    run = numpy_run(running)
    data = solved(system, method, run, moving_fields)
    return _unless_negative(_unless_hasty(data, run), run)


@takes(without=("heom", "ambient"))
def cycle(
    system: System,
    phases: int = 64,
    *,
    observables: Mapping[str, Any] | None = None,
    states: bool = True,
    **options: Unpack[Options],
) -> Dataset:
    r"""The stationary state over one period of the drive, for one point or a whole sweep.

    Parameters
    ----------
    system : System
        As for `steady_state`, with a drive or couplings that turn.
    phases : int
        Equal steps of the period.
    observables, states
        As for `evolve`.
    **options

    Returns
    -------
    xarray.Dataset
        The variables of `evolve` over ``phase`` from 0, which is t = 0, to below 2 pi. The means of the
        currents over the period are those of `steady_state`, as far as so many phases resolve them.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of a system without a drive.

    Warns
    -----
    SecularWarning, TruncationWarning, PositivityWarning
        As for `evolve`.

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.models.spin_boson(drive=0.3, omega=0.8, polarization="linear")
    >>> period = sambe.cycle(qubit)
    >>> flow = sambe.steady_state(qubit)
    >>> bool(abs(period.energy_current.mean("phase") - flow.energy_current).max() < 1e-9)
    True
    """
    chosen, running = divided(cycle, options)
    if not whole_number(phases, 1, MOST_PHASES):
        raise InputError("phases", phases, f"give a whole number from 1 to {MOST_PHASES}")
    if system.omega is None:
        raise InputError("system.omega", None, "a system without a drive has no period; take steady_state")
    refuse_several(system.omega, "together they have no period; give commensurate ones as harmonics of one "
                   "drive, or follow a state with evolve")  # fmt: skip
    method = _moving(system, chosen, observables, states, {"phases": phases})
    run = numpy_run(running)
    return _unless_negative(solved(system, method, run, moving_fields), run)


def _moving(
    system: System, chosen: Mapping[str, Any], observables: Mapping[str, Any] | None, states: bool,
    course: Mapping[str, Any],
) -> Moving:  # fmt: skip
    """The method of a course."""
    truth("states", states)
    method = course_method(system, chosen, exact=course.get("start") is not None)
    check_axes(swept_names(system), names_of(MOVING))
    outputs = {"observables": observables_of(observables, system.levels), "states": states}
    return Moving(**{**with_values(method), **outputs, **course})


def _unless_hasty(data: Dataset, run: Run) -> Dataset:
    """The result, with a warning where an envelope changes fast against the gaps."""
    if "pulse_ratio" in data and _is_known(data, run):
        with run.reading():
            where = (data.pulse_ratio > HASTY).compute()
        if where.any():
            said = (
                f"the envelope changes dressed states fast against their gaps ({describe_points(where)}), "
                "while the baths see each moment as if it lasted; take a slower one"
            )
            warnings.warn(said, SecularWarning, stacklevel=3)
    return data


def _unless_negative(data: Dataset, run: Run) -> Dataset:
    """The result, with a warning where a state has a negative eigenvalue."""
    if _is_known(data, run):
        status = status_of(STATUS["not_positive"])
        with run.reading():
            where = (data.status == status.code).compute()
        if where.any():
            said = f"{status.meaning}: {describe_points(where)}; {status.remedy}"
            warnings.warn(said, PositivityWarning, stacklevel=3)
    return data


def _is_known(data: Any, run: Run) -> bool:
    """Whether the points are solved, in memory or in a store."""
    return run.store is not None or data.status.chunks is None
