"""Which machine a system is, how good, and how near to what the second law allows."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.system import System
from ...errors import InputError, SecularWarning
from ...numerics.arrays import Fields
from ...physics.accounts import flows_of
from ...physics.currents.channels import channel_rates
from ...physics.currents.entropy import ACCOUNTS
from ...physics.equations import EQUATIONS
from ...physics.generators.jumps import quanta_by_tone
from ...physics.machines.performance import Account, figures_of, mode_of, naive_figures, roles_of
from ...physics.method import Method, Performing
from ...physics.preparation import prepare
from ...physics.states.solution import Solution
from ...physics.statuses import STATUS
from ...physics.treatments import channel_counter
from ...sweep.axes import check_axes, swept_names
from ...sweep.catalogue import PERFORMANCE, names_of
from ...sweep.kernels.fields import by_tones, point_fields, solution_fields
from ...sweep.lazy import is_lazy
from ..cautions import describe_points
from ..options import Options, divided, takes, with_values
from ..refusals import numpy_run
from ..stationary_currents import solved

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["performance", "performance_fields"]

Reals = npt.NDArray[np.float64]


@takes()
def performance(
    system: System, hot: str | None = None, cold: str | None = None, work: str | None = None,
    **options: Unpack[Options],
) -> Dataset:  # fmt: skip
    r"""Which machine a system is, how good, and how near to what the second law allows.

    .. math:: \eta = -W/J_h \le 1 - T_c/T_h,\qquad \mathrm{COP} = J_c/W \le T_c/(T_h - T_c),

    W the work per unit time that the pump, squeezers, noise power and the chemical potentials of leads give,
    :math:`J_h` and :math:`J_c` the heats of the hot and the cold bath, all positive into the system.

    Parameters
    ----------
    system : System
        As for `steady_state`; an undriven one needs no omega.
    hot, cold, work : str, optional
        Names of the baths in these roles. By default the extreme temperatures of the baths that exchange
        energy are hot and cold, at every point of a sweep; without a drive and with three baths the hottest
        works, as a third bath does for an absorption refrigerator, and hot is the one in the middle.
    **options

    Returns
    -------
    xarray.Dataset
        The variables of `steady_state`, and ``mode`` (flags: engine, refrigerator, accelerator, heater,
        conductor, absorption_refrigerator, heat_transformer, other); ``power`` = -W; ``efficiency`` of an
        engine, ``cop`` of a refrigerator (J_c over W, or over the heat of the working bath),
        ``heat_pump_cop`` = -J_h / W; ``carnot``, the bound of the mode's own figure, and
        ``fraction_of_carnot``. What does not apply is NaN. With reservoirs that are not in equilibrium also
        ``naive_efficiency``, ``naive_carnot`` = 1 - T_c / T_eff and ``naive_entropy_production``, which leave
        out what their preparation costs.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of an unknown name, two roles for one bath, and a system without two
        temperatures, unless both baths are named. In a sweep such points are NaN, and `status` says so.

    Warns
    -----
    SecularWarning
        As for `steady_state`; also where an equation that keeps coherences exceeds a bound, to the order of
        the coupling: ``fraction_of_carnot`` is NaN there.

    Notes
    -----
    Currents below 1e-9 of the sum over all channels, each without its sign, count as zero. A reservoir
    without a temperature that is named hot or cold has naive figures alone; one that is neither is paid for
    in the figures, at what it costs in surroundings where the machine leaves its waste.

    Examples
    --------
    A driven three-level maser turns heat into work:

    >>> import sambe
    >>> maser = sambe.models.three_level(drive=0.1, omega=1.0, energies=(0.0, 1.5, 2.5), baths=[
    ...     sambe.Bath("hot", None, sambe.Ohmic(0.002, cutoff=50.0), 2.5),
    ...     sambe.Bath("cold", None, sambe.Ohmic(0.002, cutoff=50.0), 0.8)])
    >>> found = sambe.performance(maser, secular="full")
    >>> found.mode.attrs["flag_meanings"].split()[found.mode.item()], round(found.efficiency.item(), 6)
    ('engine', 0.399783)
    """
    chosen, running = divided(performance, options)
    run = numpy_run(running)
    method = prepare(system, **chosen)
    roles = _named(system, hot, cold, work)
    _check_temperatures(system, {role for role, _ in roles})
    check_axes(swept_names(system), names_of(PERFORMANCE))
    data = solved(system, Performing(**with_values(method), roles=roles), run, performance_fields)
    if run.store is not None or not is_lazy(system):
        with run.reading():
            _warn_of_bounds(data)
    return data


def _named(system: System, *names: str | None) -> tuple[tuple[str, int], ...]:
    """Numbers of the baths that are named hot, cold and work."""
    known = [bath.name for bath in system.baths]
    out: list[tuple[str, int]] = []
    for role, name in zip(("hot", "cold", "work"), names, strict=True):
        if name is None or (role == "work" and name in system.pumps):  # the pump always works
            continue
        if name not in known:
            raise InputError(role, name, f"the baths are {', '.join(known)}")
        number = known.index(name)
        if number in (other for _, other in out):
            raise InputError(role, name, "it has another role; give each a bath of its own")
        if system.baths[number].is_work:
            raise InputError(role, name, "noise power works by itself; name a reservoir")
        out.append((role, number))
    return tuple(out)


def _check_temperatures(system: System, named: set[str]) -> None:
    """Refuse what can be no machine at any point."""
    if {"hot", "cold"} <= named:
        return
    warm = [bath for bath in system.baths if _temperature(bath) is not None]
    plain = [_temperature(bath) for bath in warm]
    alike = not any(hasattr(t, "dims") for t in plain) and len(set(map(float, plain))) < 2
    if len(warm) + len(named & {"hot", "cold"}) < 2 or (alike and not named):
        shown = ", ".join(f"{bath.name!r}" for bath in warm) or "none"
        raise InputError(
            "baths", plain, "a machine works between two temperatures, and those of its baths "
            f"({shown}) do not differ; give two, or name a reservoir in each role by hot= and cold=",
        )  # fmt: skip


def _temperature(bath: Bath) -> Any:
    """Temperature of a bath, or of the modes of a squeezed one; None without."""
    if bath.squeezing_centre is not None:
        return bath.state.temperature  # type: ignore[union-attr]
    return bath.temperature


def performance_fields(system: System, method: Method) -> Fields:
    """Everything that `performance` reports of a batch of valid points."""
    if not isinstance(method, Performing):
        raise InputError("method", method, "it does not say which bath has which role")
    if EQUATIONS[method.equation].answer is not None:
        fields = point_fields(system, method)
        return _performed(system, method, fields, _account(system, fields["energy_current"], None, None))

    def report(batch: System, solution: Solution, _: Any) -> Fields:
        known = solution_fields(batch, method, solution)
        account = _account(batch, solution.currents, solution, method, known.get("heat_current"))
        return _performed(batch, method, known, account, solution)

    return by_tones(system, method, report)


def _performed(
    system: System, method: Performing, fields: Fields, account: Account, solution: Solution | None = None
) -> Fields:
    """What is reported, from what is known of the steady state."""
    driving = np.array([
        bath.is_work or bath.squeezing_centre is not None or bath.particles is not None
        for bath in system.baths
    ])  # fmt: skip
    roles = roles_of(account, dict(method.roles), driving)
    mode = mode_of(account, roles)
    lost = (fields["status"] <= STATUS["ok"]) & ~roles.known
    fields["status"] = np.where(lost, STATUS["one_temperature"], fields["status"])
    out = {**fields, "mode": mode, **figures_of(account, roles, mode)}
    if ACCOUNTS[0] in method.accounts and solution is not None:
        currents = solution.currents
        naive = np.stack(flows_of(system, method, solution)[2], axis=-1)
        noise = [u for u, bath in enumerate(system.baths) if bath.is_work]
        baths = len(system.baths)
        work = currents[:, baths:].sum(axis=-1) + currents[:, noise].sum(axis=-1)
        out |= naive_figures(account, roles, currents[:, :baths], naive, work)
    return out


def _account(
    system: System, currents: Reals, solution: Solution | None, method: Method | None, warm: Any = None
) -> Account:
    """Heats, work and entropy of a batch; ``warm`` is the heat of every terminal where there are leads."""
    points, baths = len(currents), system.baths
    temperature = np.full((points, len(baths)), np.nan)
    first = currents.shape[1] - len(system.pumps)  # of the pumps, all of which work
    heat, work = np.array(currents[:, :first]), np.array(currents[:, first:].sum(axis=-1))
    entropy = np.zeros_like(heat)
    if solution is None or method is None:  # of the hierarchy, whose baths are in equilibrium
        exchanged = np.concatenate(
            [np.abs(currents[:, :first]), np.abs(currents[:, first:]).sum(-1)[:, None]], -1
        )
    else:
        exchanged = _exchanged(system, solution, method)
        flows, heats, _ = flows_of(system, method, solution)
        entropy = np.stack([np.broadcast_to(flow, points) for flow in flows], axis=-1)
        for u, part in heats.items():
            heat[:, u] = part
    for u, bath in enumerate(baths):
        t = _temperature(bath)
        if t is not None:
            temperature[:, u] = t
        if bath.is_work:
            heat[:, u] = 0.0
        if bath.particles is not None:  # what is not heat is electrical work
            heat[:, u] = np.asarray(warm)[:, system.terminals.index(bath.name)]
        work += currents[:, u] - heat[:, u]
    return Account(heat, work, temperature, entropy, exchanged)


def _exchanged(system: System, solution: Solution, method: Method) -> Reals:
    """What each bath and the pump exchange, jump by jump without the sign, ``(P, U + 1)``; of leads with the
    chemical potential beside the energy."""
    jumps = solution.jumps
    count = channel_counter(method) or channel_rates
    forward, backward = count(jumps, solution.state)
    rates = np.abs(forward) + np.abs(backward)
    heat = (rates * np.abs(jumps.energy)[:, None]).sum(axis=(-3, -2, -1))
    for u, bath in enumerate(system.baths):
        if bath.particles is not None:
            potential = np.abs(np.asarray(bath.chemical_potential))
            heat[:, u] += potential * rates[:, u].sum(axis=(-3, -2, -1))
    turned = sum(np.abs(x[..., 0, 0]) for x in quanta_by_tone(jumps))
    pump = (rates.sum(axis=(1, -2, -1)) * turned).sum(axis=-1)
    return np.concatenate([heat, np.broadcast_to(pump, len(heat))[:, None]], axis=-1)


def _warn_of_bounds(data: Any) -> None:
    """Warn where an equation gives more than Carnot's bound."""
    figure = data.efficiency.fillna(data.cop)
    beyond = data.fraction_of_carnot.isnull() & (figure > data.carnot)
    if beyond.any():
        warnings.warn(
            "more than Carnot's bound, by the error of an equation that keeps coherences: "
            f"{describe_points(beyond)}; the fraction is NaN there; use secular='clustered' or 'ule'",
            SecularWarning, stacklevel=3,
        )  # fmt: skip
