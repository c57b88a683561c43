"""What a slow loop of a system's numbers pumps through every terminal."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from ...description.gate import truth
from ...description.system import System
from ...errors import InputError, SecularWarning
from ...physics.method import Method
from ...physics.statuses import STATUS, status_of
from ...physics.steps.modes import recounted
from ...sweep.axes import Sweep, check_axes, swept_names
from ...sweep.catalogue import DRIFTING, INTO, Variable, names_of, status_variable
from ...sweep.drifting_system import DriftingSystem
from ...sweep.kernels.drifting_fields import drifting_fields
from ...sweep.lazy import is_lazy
from ..cautions import describe_points
from ..options import Options, divided, takes
from ..refusals import numpy_run
from ..stationary_currents import solved
from .motions import along_loop
from .ways import drifting_method

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["pump_cycle"]

# Share of the way round that what is left out between the points of a loop may carry. A choice, as the rest
# of the theory is hardly better.
COARSE = 1e-2
# Sum around a loop over what goes to and fro on the way that is rounding, of hundreds of points. A choice.
ROUNDING = 1e-13

LOOP = (
    Variable("dynamical_current", "mean current around the loop into the system", "energy^2", ("terminal",),
             attributes=INTO),
    Variable("geometric_energy", "energy into the system per cycle, beyond the dynamical current", "energy",
             ("terminal",), attributes=INTO),
    Variable("geometric_work", "work of the drive per cycle, beyond the dynamical current", "energy",
             attributes=INTO),
    Variable("geometric_particles", "particles into the system per cycle, beyond the mean current",
             dims=("terminal",), attributes=INTO),
    Variable("geometric_quanta", "drive quanta absorbed per cycle, beyond the dynamical current"),
    Variable("loop_error", "energy per cycle that the points of the loop may leave out", "energy",
             ("terminal",)),
    Variable("secular_ratio", "smallest gap over relaxation rate around the loop"),
    status_variable(),
)  # fmt: skip


@takes(without=("heom",))
def pump_cycle(
    system: System, along: str = "loop", check: bool = False, **options: Unpack[Options]
) -> Dataset:
    r"""Energy and quanta that a slow loop of the numbers pumps through every terminal.

    .. math:: Q_u = \oint J_u[\mathcal L^+\,\mathrm d\rho_{ss}],

    the energy that terminal u gives to the system in a cycle, beyond what flows while everything stands
    still: it depends on the loop and its orientation, but not on the pace. For two levels
    :math:`-\oint (V/K)\,\mathrm dp`, K the sum of the rates and V the difference of what they take from the
    terminal on their way up and down.

    Parameters
    ----------
    system : System
        With numbers that are labelled along the dimension of the loop: a closed one, equally spaced in its
        coordinate, the first point not repeated. Their order is the orientation.
    along : str
        Name of that dimension; others are a sweep of loops.
    check : bool
        Integrate the equation over slow cycles as well, and take half the difference of the two
        orientations.
    **options

    Returns
    -------
    xarray.Dataset
        Over the other dimensions: ``dynamical_current[..., terminal]``, the mean of the currents around the
        loop, per time; ``geometric_energy[..., terminal]``, into the system per cycle, and of it the pump's,
        the work :math:`\oint\omega\,\mathrm dq`, once more as ``geometric_work``; ``geometric_quanta`` of the
        drive, q; with leads ``geometric_particles[..., terminal]``; ``loop_error[..., terminal]``, what may
        be left out between the points; ``secular_ratio``, the smallest around the loop; ``status``, the
        worst. With ``check`` also ``direct_energy[..., terminal]``, ``direct_quanta`` and
        ``direct_particles``.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also for what is no loop (fewer than three points, a jump, uneven steps, the
        first point repeated), for a loop of which some point has no answer, such as one at which several
        states are stationary (in a sweep of loops: NaN, and the status), and for coherences that are
        asked for without a static frame.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`; also where the loop has too few points.

    Notes
    -----
    ``secular="auto"`` means ``"partial"`` here, and without a static frame ``"full"``. The work on the
    levels, which a loop of H does beside the terminals, belongs to none of them.

    Examples
    --------
    Two temperatures in turn push heat through a qubit that stands between them, one way round:

    >>> import numpy as np, sambe
    >>> angle = sambe.axis("loop", np.linspace(0, 2 * np.pi, 32, endpoint=False))
    >>> baths = [
    ...     sambe.Bath("left", sambe.sigmax(), sambe.Flat(1e-3), temperature=1.0 + 0.4 * np.cos(angle)),
    ...     sambe.Bath("right", sambe.sigmax(), sambe.Flat(3e-3), temperature=0.9 + 0.3 * np.sin(angle)),
    ... ]
    >>> qubit = sambe.System([(0.5, sambe.sigmaz())], baths=baths)
    >>> pumped = sambe.pump_cycle(qubit, secular="full")
    >>> round(pumped.geometric_energy.sel(terminal="right").item(), 6)
    -0.014535
    """
    chosen, running = divided(pump_cycle, options)
    truth("check", check)
    method, run = drifting_method(system, chosen), numpy_run(running)
    motion = along_loop(system, along)
    moving = DriftingSystem.of(system, [motion])
    check_axes(swept_names(system), names_of(LOOP) | names_of(DRIFTING))
    data = solved(moving, method, run, drifting_fields)
    out = _around(data, along)
    way = 2.0 * np.pi * abs(data["geometric_energy"]).mean(along).max("terminal")
    if run.store is not None or not is_lazy(moving):
        with run.reading():
            out = out.load()
            _refuse_lost(out, data, moving, along)
            out = _without_recounted(out, system, along, method)
            _warn_of_coarse(out, way)
    if not check:
        return out
    from .slow_check import checked

    return checked(out, way, system, along, method)


def _around(data: Dataset, along: str) -> Dataset:
    """What is summed up around the loop."""
    count = data.sizes[along]
    rest = [d for d in data["status"].dims if d != along]
    pumped = {
        name: _sum_around(data[name], along)
        for name in ("geometric_energy", "geometric_particles", "geometric_quanta")
        if name in data
    }
    fields = {
        **pumped,
        "dynamical_current": data["energy_current"].mean(along, skipna=False),
        "geometric_work": pumped["geometric_energy"].sel(terminal="pump", drop=True),
        "loop_error": _left_out(data["geometric_energy"], along, count),
        "secular_ratio": data["secular_ratio"].min(along),
        "status": data["status"].max(along),
    }
    every = {variable.name: variable for variable in LOOP}
    out = data.drop_vars([*data.data_vars, *(c for c in data.coords if along in data[c].dims)])
    out = out.assign({name: x.transpose(*rest, ...) for name, x in fields.items()})
    for name in fields:
        out[name].attrs = every[name].described()
    return out.drop_dims(along, errors="ignore")


def _sum_around(x: Any, along: str) -> Any:
    """Sum around the loop, zero where it is what rounding leaves of what goes to and fro through the
    terminals."""
    way = abs(x).mean(along)
    way = way.max("terminal") if "terminal" in way.dims else way
    mean = x.mean(along, skipna=False)
    return 2.0 * np.pi * mean.where(~(abs(mean) <= ROUNDING * way), 0.0)


def _without_recounted(out: Dataset, system: System, along: str, method: Method) -> Dataset:
    """The result without what the pump gives where a mode of a period in steps is counted with another number
    of quanta along the way, whose sum then does not close."""
    if system.steps is None:
        return out
    sweep = Sweep(system)
    status = out["status"].transpose(*(d for d in sweep.dims if d != along))
    numbers = np.moveaxis(np.arange(sweep.points).reshape(sweep.shape), sweep.dims.index(along), -1)
    lost = np.zeros(numbers.shape[:-1], dtype=bool)
    for at in np.argwhere(status.values <= STATUS["ok"]):
        lost[tuple(at)] = recounted(sweep.part(numbers[tuple(at)]), method.frame)
    if not lost.any():
        return out
    told = status.copy(data=~lost)
    warnings.warn(
        "along the loop a mode changes the number of quanta that it is counted with, so that what the pump "
        f"gives is not told ({describe_points(~told)}); take a smaller loop, or a larger omega",
        SecularWarning, stacklevel=3,
    )  # fmt: skip
    bath = out["terminal"] != "pump"
    fields = {name: out[name].where(told) for name in ("geometric_work", "geometric_quanta")}
    return out.assign(fields | {"geometric_energy": out["geometric_energy"].where(told | bath)})


def _left_out(x: Any, along: str, count: int) -> Any:
    """What the sum over the points may be off by: the wave that has as many crests as there are points.

    The waves of a smooth function fall off as powers, so that this one is smaller than the square of one half
    as long, of those that are resolved.
    """
    import xarray as xr

    def beyond(values: Any) -> Any:
        waves = 2.0 * np.pi * np.abs(np.fft.rfft(values, axis=-1)) / count
        largest, tail = waves.max(axis=-1), waves[..., -max(2, count // 6) :].max(axis=-1)
        return tail**2 / np.where(largest > 0, largest, 1.0)

    return xr.apply_ufunc(beyond, x, input_core_dims=[[along]], dask="parallelized", output_dtypes=[float],
                          dask_gufunc_kwargs={"allow_rechunk": True})  # fmt: skip


def _refuse_lost(out: Any, data: Any, system: System, along: str) -> None:
    """A single loop has no neighbours to save: say which of its points has no answer, and why."""
    if out["status"].dims or not out["status"].item() > STATUS["ok"]:
        return
    faults = Sweep(system).faults
    if faults:
        raise faults[0]
    status = status_of(int(out["status"].item()))
    where = describe_points(data["status"] == status.code)
    said = f"{status.name.replace('_', ' ')} at {where}: {status.meaning}; {status.remedy}"
    raise InputError("along", along, said)


def _warn_of_coarse(out: Any, way: Any) -> None:
    """Warn where what is left out is no small part of what moves through the terminals on the way round."""
    coarse = out["loop_error"].max("terminal") > COARSE * way
    if bool(coarse.any()):
        warnings.warn(
            f"the points of the loop may be too few for what it pumps ({describe_points(coarse)}); see "
            "loop_error", SecularWarning, stacklevel=3,
        )  # fmt: skip
