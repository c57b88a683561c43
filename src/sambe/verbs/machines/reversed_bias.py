"""How much better heat flows one way than the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Unpack

import numpy as np

from ...description.system import System
from ...errors import InputError
from ...physics.preparation import check_system
from ...sweep.catalogue import CONVENTIONS, CURRENT
from ..options import Options, divided, takes
from ..stationary_currents import steady_state

__all__ = ["rectification"]


@takes()
def rectification(
    system: System, swap: tuple[str, str] = ("left", "right"), **options: Unpack[Options]
) -> Any:
    r"""How much better heat flows one way than the other: the temperatures of two baths are exchanged.

    .. math:: R = \frac{|J_f| - |J_b|}{|J_f| + |J_b|}

    Parameters
    ----------
    system : System
        As for `steady_state`.
    swap : (str, str)
        Two thermal baths. J is the current of the first, forward with the temperatures as they are, backward
        with those of the two exchanged.
    **options

    Returns
    -------
    xarray.Dataset
        ``forward`` and ``backward``, positive into the system, ``rectification``, between -1 and 1 (NaN where
        no heat flows either way), and ``status``. In a store the two directions are groups.

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
    j = {name: part["energy_current"].sel(terminal=first, drop=True) for name, part in parts.items()}
    forward, backward = (np.abs(j[name]) for name in ("forward", "backward"))
    ratio = (forward - backward) / (forward + backward)
    ratio.attrs = {"long_name": "rectification of the heat current", "units": "1"}
    described = {name: x for name, x in CURRENT.described().items() if name != "long_name"}
    status = [parts[name]["status"] for name in ("forward", "backward")]
    data = {
        **{name: x.assign_attrs(described, long_name=f"current of {first}, {name}") for name, x in j.items()},
        "rectification": ratio,
        "status": status[0].where(status[0] > 0, status[1]).astype(np.int8).assign_attrs(status[0].attrs),
    }
    attributes = {**parts["forward"].attrs, **CONVENTIONS, "swapped": f"temperatures of {first} and {second}"}
    return xr.Dataset(data, attrs=attributes)


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
    """The system with the temperatures of two baths exchanged."""
    temperature = {bath.name: bath.temperature for bath in system.baths}
    new = {
        f"bath {first!r}.temperature": temperature[second],
        f"bath {second!r}.temperature": temperature[first],
    }
    return system.map_numbers(lambda path, x: new.get(path, x))
