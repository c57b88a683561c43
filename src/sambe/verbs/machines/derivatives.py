"""What the currents answer to small changes of the temperatures and of the drive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from ...description.reservoirs.squeezed import refuse_squeezing
from ...description.system import System
from ...description.tones.drives import refuse_several
from ...errors import InputError
from ...numerics.arrays import Fields
from ...physics.currents.particles import PARTICLES
from ...physics.equations import EQUATIONS, no_jumps
from ...physics.generators.lamb_shift import NO_SHIFT
from ...physics.machines.reciprocity import reciprocity_residual
from ...physics.machines.response import answers_of, drive_operators
from ...physics.method import Method, Responding
from ...physics.preparation import prepare
from ...physics.states.solution import Solution
from ...physics.statuses import STATUS
from ...physics.tones.folding import refuse_folding
from ...physics.treatments import by_channels, channel_counter
from ...sweep.axes import check_axes, swept_names
from ...sweep.catalogue import RESPONSES, names_of
from ...sweep.kernels.fields import of_alike, solution_fields
from ..options import Options, divided, takes, with_values
from ..refusals import numpy_run
from ..stationary_currents import solved

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["response", "response_fields"]


@takes(without=("heom",))
def response(system: System, **options: Unpack[Options]) -> Dataset:
    r"""What the currents answer to small changes: exact derivatives of the stationary equation.

    .. math:: G_{uv} = \frac{\partial J_u}{\partial T_v},\qquad D_u = s\,\frac{\partial J_u}{\partial s},

    s a factor on the whole drive. No differences are taken.

    Parameters
    ----------
    system : System
        As for `steady_state`.
    **options

    Returns
    -------
    xarray.Dataset
        The variables of `steady_state`, and ``conductance[..., terminal, other]``, by the temperature of each
        thermal bath ``other``, and ``drive_response[..., terminal]``, by the scale of the drive at its value
        (zero without one). NaN where a derivative is not known: of a drive, beside leads and baths on
        rotating waves, with spectral densities that are no formula, and in the clustered equation. Leads add
        ``thermoelectric[..., flow, terminal, force, other]``, the currents of energy and of particles by each
        temperature and each chemical potential, the others held; by potentials of leads alone, and NaN for
        particles in ``"ule"`` and where terms between different quanta are kept. ``reciprocity_residual`` is
        the largest departure from Onsager's symmetry over the largest coefficient, NaN away from equilibrium.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of a Lamb shift, which moves levels with the temperature, of squeezed
        baths, of a system without a thermal bath, and of ``equation="heom"``.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Notes
    -----
    Without a drive and at one temperature the conductance is symmetric (Onsager), and half the noise over
    :math:`T^2`: to rounding for populations and clusters, with other coherences to the second order of the
    rates over the gaps, which ``reciprocity_residual`` tells. With a weak drive :math:`D_p = 2P` is the noise
    of the pump over :math:`\tfrac\omega2\coth\tfrac\omega{2T}`, and to first order no current joins the drive
    with a temperature (Brandner and Seifert, Phys. Rev. E 93, 062134, 2016). With leads at one temperature
    and one chemical potential and the heat :math:`Q = J - \mu I`,
    :math:`\partial Q_u/\partial\mu_v = T\,\partial I_v/\partial T_u`.

    Examples
    --------
    >>> import sambe
    >>> sx, ohmic = sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0)
    >>> baths = [sambe.Bath("left", sx, ohmic, 0.5), sambe.Bath("right", sx, sambe.Flat(0.01), 0.5)]
    >>> g = sambe.response(sambe.System([(0.5, sambe.sigmaz())], baths=baths)).conductance.values
    >>> bool(abs(g[0, 1] - g[1, 0]) < 1e-12 * abs(g[0, 1]))
    True
    """
    chosen, running = divided(response, options)
    run = numpy_run(running)
    method = prepare(system, **chosen)
    _refuse(system, method)
    if system.tones > 1:  # the complete equation of several answers by no period
        method = by_channels(method)
    check_axes(swept_names(system), {*names_of(RESPONSES), "flow", "force"})
    values = {**with_values(method), "observables": drive_operators(system)}
    return solved(system, Responding(**values), run, response_fields)


def response_fields(system: System, method: Method) -> Fields:
    """Everything that `response` reports of a batch of valid points."""
    if not isinstance(method, Responding):
        raise InputError("method", method, "it asks for no derivatives")
    refuse_folding(system, method, "ask for the response of one drive at their common frequency")
    return of_alike(system, method, lambda batch, solution: _answered(batch, method, solution))


def _answered(system: System, method: Responding, solution: Solution) -> Fields:
    """The same of points whose couplings have the same harmonics."""
    answers = answers_of(system, method, solution)
    fields = solution_fields(system, method, solution)
    fields.pop("expectation", None)
    lost = (fields["status"] == STATUS["ok"]) & ~answers.converged
    fields["status"] = np.where(lost, STATUS["not_converged"], fields["status"])
    out = {**fields, "conductance": answers.conductance, "drive_response": answers.drive}
    out["reciprocity_residual"] = reciprocity_residual(system, answers.thermoelectric)
    if PARTICLES[0] in method.accounts:
        out["thermoelectric"] = answers.thermoelectric
    return out


def _refuse(system: System, method: Method) -> None:
    """Refuse what has no such derivatives."""
    if EQUATIONS[method.equation].exact:
        raise no_jumps(method)
    if channel_counter(method) is None:
        refuse_several(system.omega, "what the terms between different quanta answer is not known; take "
                       "secular='partial'")  # fmt: skip
    if method.lamb_shift != NO_SHIFT:
        raise InputError(
            "lamb_shift", method.lamb_shift, f"a shift moves levels with the temperature; take {NO_SHIFT!r}"
        )
    names = [bath.name for bath in system.baths]
    if all(bath.temperature is None for bath in system.baths):
        raise InputError("baths", names, "no bath has a temperature that could change; give one")
    refuse_squeezing(system.baths, "what a squeezed bath answers is not known; take a thermal one")
