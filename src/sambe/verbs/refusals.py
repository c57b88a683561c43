"""What several verbs refuse: methods that tell no jumps, and devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from ..physics.equations import EQUATIONS, no_jumps
from ..physics.method import Method
from ..physics.treatments import channel_counter
from ..sweep.places.device import CPU
from ..sweep.run import Run

__all__ = ["check_jumps", "numpy_run"]


def check_jumps(method: Method) -> None:
    """See that every current of a method is carried by jumps of known states and quanta.

    Raises
    ------
    InputError
        Of the exact hierarchy, and where terms between different quanta are kept.
    """
    if EQUATIONS[method.equation].exact:
        raise no_jumps(method)
    if channel_counter(method) is None:
        raise InputError(
            "secular", method.secular, "the terms between different numbers of quanta belong to no channel; "
            "take 'partial'",
        )  # fmt: skip


def numpy_run(running: Mapping[str, Any]) -> Run:
    """How it is run, for what NumPy alone can solve.

    Raises
    ------
    InputError
        If a device is asked for.
    """
    run = Run(**running)
    if run.device != CPU:
        raise InputError("device", run.device, f"what is asked here is solved by NumPy alone; take {CPU!r}")
    return run
