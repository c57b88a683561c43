"""Tables of a period in steps: `[[steps]]`, `[[kicks]]` and `[switched]`, beside `ramp` of the system."""

from __future__ import annotations

from typing import Any

from ...description.bath import Bath
from ...description.system import System
from ...errors import InputError
from .expressions import Site
from .numbers import Numbers
from .schema import Document, ExplicitTable
from .terms import read_terms

__all__ = ["read_stepped"]


def read_stepped(
    table: ExplicitTable, document: Document, sites: list[Site], numbers: Numbers, baths: list[Bath]
) -> System:
    """The system whose Hamiltonian the steps of a file give.

    Raises
    ------
    InputError
        If the file gives another Hamiltonian beside them, or a step lacks something.
    """
    for key, value in (("hamiltonian", table.hamiltonian), ("drive", table.drive), ("frame", table.frame)):
        if value:
            raise InputError(f"system.{key}", value, "[[steps]] give all of the Hamiltonian; leave it out")
    if table.omega is None:
        raise InputError(
            "system.omega", None, "steps need the frequency of their period, 2 pi over its length"
        )
    steps = [
        (
            numbers(f"steps[{k}].fraction", step.fraction, f"steps[{k}].fraction", 0.0),
            read_terms((f"steps[{k}].hamiltonian", f"steps[{k}]"), step.hamiltonian, sites, numbers),
        )
        for k, step in enumerate(document.steps)
    ]
    kicks = [
        (
            numbers(f"kicks[{k}].fraction", kick.fraction, f"kicks[{k}].fraction", 0.0),
            read_terms((f"kicks[{k}].operator", f"kicks[{k}]"), kick.operator, sites, numbers, 0.0),
        )
        for k, kick in enumerate(document.kicks)
    ]
    switched: dict[str, Any] = {
        name: [numbers(f"switched.{name}[{k}]", x, f"{name}.switched[{k}]", 0.0) for k, x in enumerate(row)]
        for name, row in document.switched.items()
    }
    return System.from_steps(
        steps, numbers("system.omega", table.omega, "omega"), baths, kicks=kicks, switched=switched,
        ramp=0.0 if table.ramp is None else numbers("system.ramp", table.ramp, "ramp", 0.0), name=table.name,
    )  # fmt: skip
