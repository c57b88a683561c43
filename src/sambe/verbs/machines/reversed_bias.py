"""How much better heat flows one way than the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from ...description.system import System
from ...errors import InputError
from ...physics.preparation import check_system
from ...sweep.catalogue import CONVENTIONS
from ..options import Options, divided, takes
from ..stationary_currents import steady_state

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["rectification"]


@takes()
def rectification(
    system: System, swap: tuple[str, str] = ("left", "right"), **options: Unpack[Options]
) -> Dataset:
    r"""How much better currents flow one way than the other: the temperatures of two baths are exchanged.

    .. math:: R = \frac{|J_f| - |J_b|}{|J_f| + |J_b|}

    Parameters
    ----------
    system : System
        As for `steady_state`.
    swap : (str, str)
        Two thermal baths. J is the energy current of the first, forward with the temperatures as they are,
        backward with those of the two exchanged; of two leads the chemical potentials are exchanged with
        them, which turns a voltage round.
    **options

    Returns
    -------
    xarray.Dataset
        ``forward`` and ``backward``, positive into the system, ``rectification``, between -1 and 1 (NaN where
        no heat flows either way), and ``status``; of two leads ``particle_forward``, ``particle_backward``
        and ``particle_rectification``, the same of the particle current. In a store the two directions are
        groups.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of a bath that there is not, one bath twice, or one without a temperature.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Examples
    --------
    A qubit between two unlike baths:

    >>> import sambe
    >>> baths = [sambe.Bath("left", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 1.2),
    ...          sambe.Bath("right", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=3.0, exponent=3.0), 0.4)]
    >>> qubit = sambe.System([(0.5, sambe.sigmaz())], baths=baths)
    >>> round(sambe.rectification(qubit).rectification.item(), 4)
    -0.3064
    """
    import xarray as xr

    divided(rectification, options)
    check_system(system)
    first, second = _checked(system, swap)
    parts = {}
    for direction in ("forward", "backward"):
        one = system if direction == "forward" else _exchanged(system, first, second)
        chosen: Any = dict(options)
        if chosen.get("store") is not None:
            chosen["store"] = Path(chosen["store"]) / direction
        parts[direction] = steady_state(one, **chosen)
    leads = _leads(system, first, second)
    status = [parts[name]["status"] for name in ("forward", "backward")]
    data = {
        **_compared(parts, first, "energy_current", "", "heat"),
        **(_compared(parts, first, "particle_current", "particle_", "particle") if leads else {}),
        "status": status[0].where(status[0] > 0, status[1]).astype(np.int8).assign_attrs(status[0].attrs),
    }
    exchanged = f"temperatures{' and chemical potentials' * leads} of {first} and {second}"
    return xr.Dataset(data, attrs={**parts["forward"].attrs, **CONVENTIONS, "swapped": exchanged})


def _compared(parts: dict[str, Any], first: str, name: str, prefix: str, kind: str) -> dict[str, Any]:
    """A current of the first bath both ways, and its rectification."""

    out = {}
    for direction, part in parts.items():
        current = part[name].sel(terminal=first, drop=True)
        out[prefix + direction] = current.assign_attrs(long_name=f"{kind} current of {first}, {direction}")
    forward, backward = (np.abs(x) for x in out.values())
    ratio = (forward - backward) / (forward + backward)
    ratio.attrs = {"long_name": f"rectification of the {kind} current", "units": "1"}
    return {**out, f"{prefix}rectification": ratio}


def _leads(system: System, first: str, second: str) -> bool:
    """Whether both are leads."""
    return all(bath.particles is not None for bath in system.baths if bath.name in (first, second))


def _checked(system: System, swap: Any) -> tuple[str, str]:
    """The two baths, each with a temperature."""
    thermal = [bath.name for bath in system.baths if bath.temperature is not None]
    pair = tuple(swap) if isinstance(swap, list | tuple) else ()
    if len(pair) != 2 or pair[0] == pair[1]:
        raise InputError("swap", swap, "name two different baths, such as ('left', 'right')")
    for name in pair:
        if name not in thermal:
            raise InputError("swap", name, f"the baths with a temperature are {', '.join(thermal) or 'none'}")
    return pair[0], pair[1]


def _exchanged(system: System, first: str, second: str) -> System:
    """The system with the temperatures of two baths exchanged, and the chemical potentials of two leads."""
    both = {bath.name: bath for bath in system.baths if bath.name in (first, second)}
    fields = ("temperature", *(("chemical_potential",) if _leads(system, first, second) else ()))
    new = {
        f"{both[name].label}.{field}": getattr(both[other], field)
        for name, other in ((first, second), (second, first))
        for field in fields
    }
    return system.map_numbers(lambda path, x: new.get(path, x))
