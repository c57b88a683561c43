"""How fast a system forgets: the spectrum of its generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from ...description.system import System
from ...errors import InputError
from ...physics.in_time.decays import MOST_LEVELS
from ...physics.method import Relaxing
from ...physics.treatments import TREATMENTS
from ...sweep.axes import check_axes, swept_names
from ...sweep.catalogue import RELAXATION, names_of
from ...sweep.kernels.in_time_fields import relaxing_fields
from ..options import Options, divided, takes, with_values
from ..refusals import numpy_run
from ..stationary_currents import solved
from .starts import checked_state, course_method

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["relaxation"]


@takes(without=("heom", "ambient"))
def relaxation(system: System, state: Any = None, **options: Unpack[Options]) -> Dataset:
    r"""Rates at which a system relaxes, for one point or a whole sweep: the spectrum of its generator.

    .. math:: \mathcal L r_k = \lambda_k r_k,\qquad \mathrm{Tr}\,l_k^\dagger r_k = 1,\quad \|r_k\|_1 = 1

    Parameters
    ----------
    system : System
        As for `steady_state`; any number of states may be stationary.
    state : int, ket or density matrix, optional
        At t = 0, in the laboratory frame, whose share in each decay is asked for.
    **options

    Returns
    -------
    xarray.Dataset
        ``rate[..., decay]``, the complex eigenvalues, zero included, by descending real part: of the
        generator in the static frame, and without one of the map of a period, with imaginary parts modulo
        omega; ``gap``, the slowest rate, minus the real part of the first after zero; ``defective``, 1 where
        eigenvectors coincide, of which the eigenvalues are then one; with a state ``overlap``,
        :math:`|\mathrm{Tr}\,l_k^\dagger\rho|`, where eigenvectors coincide the trace norm of their common
        part. A decay within a period that rounding cannot tell from a complete one is NaN.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `evolve`; also of more than 32 levels with coherences.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Examples
    --------
    Mollow's three lines, a linewidth of 3/2 and sidebands of the drive's strength:

    >>> import sambe
    >>> vacuum = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.02), temperature=0.0)
    >>> atom = sambe.models.spin_boson(drive=0.1, omega=1.0, baths=[vacuum])
    >>> sambe.relaxation(atom).rate.values.round(4).tolist()
    [0j, (-0.01+0j), (-0.015-0.0999j), (-0.015+0.0999j)]
    """
    chosen, running = divided(relaxation, options)
    method = course_method(system, chosen)
    if system.levels > MOST_LEVELS and not TREATMENTS[method.secular].populations_only:
        raise InputError(
            "system", system.levels, f"with coherences the eigenvalues are found up to {MOST_LEVELS} levels; "
            "take fewer, or populations alone (secular)",
        )  # fmt: skip
    start = None if state is None else checked_state(state, system.levels)
    if state is not None and start is None:
        raise InputError("state", state, "the stationary state decays nowhere; give another one")
    check_axes(swept_names(system), names_of(RELAXATION))
    return solved(system, Relaxing(**with_values(method), start=start), numpy_run(running), relaxing_fields)
