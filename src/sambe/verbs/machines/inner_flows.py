"""Where the energy goes inside a chain of sites."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from ...description.gate import size
from ...description.reservoirs.squeezed import refuse_squeezing
from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import Fields
from ...physics.equations import EQUATIONS, no_jumps
from ...physics.machines.site_flows import chain_products, site_flows
from ...physics.method import Flowing, Method
from ...physics.preparation import asking_for, prepare
from ...physics.routes import solve_clustered
from ...physics.states.solution import Solution
from ...physics.steps.bonds import check_chain, stepped_chain
from ...physics.steps.strokes import LARGEST_LEVELS
from ...physics.tones.splitting import Folded
from ...physics.treatments import TREATMENTS, by_channels, channel_counter
from ...sweep.axes import check_axes, swept_names
from ...sweep.catalogue import FLOWS, names_of
from ...sweep.kernels.fields import by_tones, solution_fields
from ..options import Options, divided, takes, with_values
from ..refusals import numpy_run
from ..stationary_currents import solved

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["flow_fields", "flows"]


@takes(without=("heom",))
def flows(system: System, sites: Sequence[int] = (2, 2), **options: Unpack[Options]) -> Dataset:
    r"""Where the energy goes inside: from site to site, and from the terminals to each site.

    .. math:: J_{s\to o} = -i\,\overline{\langle[h_{so}, h_s]\rangle},\qquad
              P_{su} = \overline{\mathrm{Tr}[h_s \mathcal D_u\rho]},\qquad
              \sum_o J_{s\to o} = \sum_u P_{su},

    with the static Hamiltonian :math:`H_0 = \sum_s h_s + \sum_{s<o} h_{so}` taken apart by its tensor
    structure, no :math:`h_{so}` with a partial trace over either site, and averages over a period.

    Parameters
    ----------
    system : System
        As for `steady_state`.
    sites : sequence of int
        Levels of each site, from the left of the tensor product.
    **options

    Returns
    -------
    xarray.Dataset
        The variables of `steady_state`, and ``bond_current[..., site, other]``, the energy per time that
        leaves a site for its interaction with another, positive where it leaves; ``local_power[..., site,
        terminal]``, what each terminal, the pumps included, gives to the site's own energy; a term of
        several tones by the energy that its quanta take from each. Terms between
        different quanta have no place in them: ``secular="auto"`` means ``"partial"`` here. In a period of
        steps the sites and bonds are those of each step, by the complete equation; a step gives a site, as
        the pump, what its energy changes by where it begins, and so does a kick.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of sites that do not make up the levels, of terms that join three sites,
        and of what tells no such flows: ``"full"``, which has no coherences, and ``"clustered"``, which drops
        most, ``"dressed"``, ``"heom"`` and squeezed baths.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Examples
    --------
    What two qubits of one splitting pass on is what the right bath gets:

    >>> import sambe
    >>> pair = sambe.models.two_qubits(splittings=(1.0, 1.0), coupling=0.01, drive=0.0, omega=1.0)
    >>> inside = sambe.flows(pair)
    >>> bond, right = inside.bond_current[0, 1].item(), inside.energy_current[1].item()
    >>> abs(bond + right) < 1e-3 * bond
    True
    """
    chosen, running = divided(flows, options)
    run = numpy_run(running)
    method = prepare(system, **chosen)
    check_axes(swept_names(system), names_of(FLOWS))
    if system.steps is not None:
        chain, method = _sites(system, sites), _whole_course(system, method)
        check_chain(system.steps, chain)
        return solved(system, Flowing(**with_values(method), sites=chain), run, flow_fields)
    method = by_channels(method)
    _refuse(system, method)
    chain = _sites(system, sites)
    operators, products = chain_products(system, chain)
    values = {**with_values(method), "observables": operators}
    return solved(system, Flowing(**values, sites=chain, products=products), run, flow_fields)


def flow_fields(system: System, method: Method) -> Fields:
    """Everything that `flows` reports of a batch of valid points."""
    if not isinstance(method, Flowing):
        raise InputError("method", method, "it knows no sites")

    def report(batch: System, solution: Solution, part: Folded | None) -> Fields:
        if batch.steps is None:
            bonds, local = site_flows(batch, method, solution, None if part is None else part.fold)
        else:
            bonds, local = stepped_chain(
                batch.steps, solution.plain, method.operators, method.schedules, method.mixing,
                batch.numbers(), method.sites,
            )  # fmt: skip
        fields = solution_fields(batch, method, solution)
        fields.pop("expectation", None)
        return {**fields, "bond_current": bonds, "local_power": local}

    return by_tones(system, method, report)


def _sites(system: System, sites: Any) -> tuple[int, ...]:
    if not isinstance(sites, list | tuple) or not sites:
        raise InputError("sites", sites, "give the levels of every site in a list")
    chain = tuple(size("sites", n) for n in sites)
    if math.prod(chain) != system.levels:
        raise InputError("sites", sites, f"their product has to be {system.levels}, the levels of the system")
    return chain


def _whole_course(system: System, method: Method) -> Method:
    """The method with the strokes of a period in steps, whose course flows inside are told by."""
    method = asking_for(method, system)
    if not method.strokes:
        raise InputError(
            "secular", method.secular, "flows inside a period in steps follow the state through it: take "
            f"'auto' or 'none', and up to {LARGEST_LEVELS} levels",
        )  # fmt: skip
    return method


def _refuse(system: System, method: Method) -> None:
    """Refuse what tells no flows inside."""
    if EQUATIONS[method.equation].exact:
        raise no_jumps(method)
    if not EQUATIONS[method.equation].keeps_phase:
        raise InputError(
            "equation", method.equation, "it drops the phase of the drive, and with it the time at which a "
            "bond is looked at; take one that keeps it",
        )  # fmt: skip
    treatment = TREATMENTS[method.secular]
    if treatment.populations_only or treatment.solve is solve_clustered:
        kept = "has none" if treatment.populations_only else "drops those between clusters"
        raise InputError(
            "secular", method.secular, f"bonds carry their currents in coherences, and {treatment.name!r} "
            f"{kept}; take 'partial'",
        )  # fmt: skip
    if channel_counter(method) is None:
        raise InputError(
            "secular", method.secular, "terms between different quanta move within a period; take 'partial'"
        )
    refuse_squeezing(system.baths, "what the modes of a squeezed bath and its squeezer give to one site "
                     "cannot be told apart; take a state without <bb>")  # fmt: skip
