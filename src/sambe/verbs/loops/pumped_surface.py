"""Curvature: what small loops of two numbers pump through every terminal, at each place of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from ...description.system import System
from ...errors import InputError
from ...sweep.axes import check_axes, swept_names
from ...sweep.catalogue import DRIFTING, INTO, Variable, names_of
from ...sweep.drifting_system import DriftingSystem
from ...sweep.kernels.drifting_fields import drifting_fields
from ..options import Options, divided, takes
from ..refusals import numpy_run
from ..stationary_currents import solved
from .motions import over_grid
from .ways import drifting_method

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["pump_curvature"]

SURFACE = (
    Variable("curvature_energy", "energy into the system per cycle of a loop, and area", "energy",
             ("terminal",), attributes={**INTO, "orientation": "counter-clockwise from x to y"}),
    Variable("curvature_particles", "particles into the system per cycle of a loop, and area",
             dims=("terminal",), attributes=INTO),
    Variable("curvature_quanta", "drive quanta absorbed per cycle of a loop, and area"),
)  # fmt: skip


@takes(without=("heom",))
def pump_curvature(system: System, x: str, y: str, **options: Unpack[Options]) -> Dataset:
    r"""Curvature of the energy and the quanta that slow loops in two coordinates pump.

    .. math:: \oint_{\partial S} J_u[\mathcal L^+\,\mathrm d\rho_{ss}] = \iint_S F_u\,\mathrm dx\,\mathrm dy

    for a loop that goes round counter-clockwise, from x to y.

    Parameters
    ----------
    system : System
        With numbers that are labelled along both coordinates, and any others. Between the points of the grid
        they are taken as linear in x and y; what follows from them is differentiated as it is.
    x, y : str
        Names of the dimensions.
    **options

    Returns
    -------
    xarray.Dataset
        ``curvature_energy[..., terminal]``, energy into the system per cycle and area, the pump's being
        work; ``curvature_quanta`` of the drive; with leads
        ``curvature_particles[..., terminal]``; ``energy_current``, ``secular_ratio`` and ``status`` of the
        point.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also for a dimension along which nothing varies, and for coherences that
        are asked for without a static frame.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Notes
    -----
    ``secular="auto"`` means ``"partial"`` here, and without a static frame ``"full"``. Rates are
    differentiated exactly where the reservoir knows how
    (`sambe.description.reservoir.ReservoirState.slopes`), and so is what moves the Hamiltonian of a static
    frame; the rest by central differences of the sixth order with a step that follows each point. Where a
    shorter step would change them, ``status`` says that the point did not converge.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> hot, cold = sambe.axis("hot", [0.9, 1.0]), sambe.axis("cold", [0.5, 0.6])
    >>> baths = [
    ...     sambe.Bath("left", sambe.sigmax(), sambe.Flat(1e-3), temperature=hot),
    ...     sambe.Bath("right", sambe.sigmax(), sambe.Flat(3e-3), temperature=cold),
    ... ]
    >>> qubit = sambe.System([(0.5, sambe.sigmaz())], baths=baths)
    >>> f = sambe.pump_curvature(qubit, "hot", "cold", secular="full").curvature_energy
    >>> bool((f.sel(terminal="right") < 0).all())
    True
    """
    chosen, running = divided(pump_curvature, options)
    if x == y:
        raise InputError("y", y, "a surface has two coordinates; give another than x")
    method, run = drifting_method(system, chosen), numpy_run(running)
    moving = DriftingSystem.of(system, over_grid(system, (x, y)))
    check_axes(swept_names(system), names_of(SURFACE) | names_of(DRIFTING))
    data = solved(moving, method, run, drifting_fields)
    pumped = [str(name) for name in data if str(name).startswith("geometric")]
    names = {name: name.replace("geometric", "curvature") for name in pumped}
    out = data.rename(names)[[*names.values(), "energy_current", "secular_ratio", "status"]]
    for variable in SURFACE:
        if variable.name in out:
            out[variable.name].attrs = variable.described()
    return out.assign_attrs(x=x, y=y)
