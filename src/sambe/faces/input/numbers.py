"""Numbers of an input file: plain, an expression of axes and constants, or an axis of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...description.system import System, axis
from ...errors import InputError
from ...sweep.axes import TAKEN
from .expressions import RESERVED, read_number
from .schema import AxisTable, Document, validate

__all__ = ["Numbers"]

_TAKEN = TAKEN | {"channel"}  # names of variables and dimensions of results, which no axis may have


class Numbers:
    """Reads the numbers of one file; calling it gives the number that stands at a field."""

    def __init__(self, document: Document) -> None:
        self.names: dict[str, Any] = {}
        self.shared = tuple(document.axes)
        for name, value in document.constants.items():
            self.check_name(f"constants.{name}", name)
            self.names[name] = self.plain(f"constants.{name}", value)
        for name, value in document.axes.items():
            self.check_name(f"axes.{name}", name)
            self.names[name] = self.axis(f"axes.{name}", name, value)
        self.inline: dict[str, str] = {}

    def __call__(self, field: str, value: Any, axis_name: str) -> Any:
        """Number, complex number or labelled array for what stands at ``field``."""
        if isinstance(value, str):
            return read_number(field, value, self.names)
        if not isinstance(value, list | dict):
            return self.plain(field, value)
        name = axis_name
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            name = value["name"]
            if name not in self.names:
                self.check_name(f"{field}.name", name)
        if "/" in name:
            raise InputError(
                field, value, f"it would be an axis {name!r}, and the files with results take no '/' in the "
                'name of one; give another, {values = [...], name = "..."}',
            )  # fmt: skip
        other = f"axes.{name}" if name in self.names else self.inline.get(name)
        if other:
            raise InputError(
                field, value, f"there is an axis {name!r} already ({other}); to share one, put it "
                f"into [axes] and write {name!r} at both places",
            )  # fmt: skip
        self.inline[name] = field
        return self.axis(field, name, value)

    def plain(self, field: str, value: Any) -> Any:
        if isinstance(value, str):
            return read_number(field, value, self.names)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not np.isfinite(value):
            raise InputError(
                field, value, "give a finite number, an expression as text, a list, or "
                "{start = , stop = , points = }",
            )  # fmt: skip
        return float(value)

    def check_name(self, field: str, name: str) -> None:
        if not name.isidentifier():
            raise InputError(field, name, "a name has letters, digits and _ only")
        if name in RESERVED or name in _TAKEN or name in self.names:
            raise InputError(field, name, "this name is taken; choose another")

    def axis(self, field: str, name: str, value: Any) -> Any:
        table = {"values": value} if isinstance(value, list) else value
        if not isinstance(table, dict):
            raise InputError(field, value, "give a list, or {start = , stop = , points = }")
        spec = validate(AxisTable, table, field)
        attributes = {"long_name": spec.label, "units": spec.units}
        return axis(
            name,
            _axis_values(field, spec),
            **{k: v for k, v in attributes.items() if v is not None},
        )

    def check_used(self, system: System, *others: Any) -> None:
        """Refuse an axis of `[axes]` along which neither the system nor one of some other numbers varies."""
        used = {dim for x in (*system.numbers().values(), *others) for dim in getattr(x, "dims", ())}
        for name in self.shared:
            if name not in used:
                raise InputError(
                    f"axes.{name}",
                    name,
                    f"no number uses this axis; write {name!r} where it belongs",
                )


def _axis_values(field: str, spec: AxisTable) -> Any:
    ends = (spec.start, spec.stop, spec.points)
    if spec.values is not None:
        if any(x is not None for x in ends):
            raise InputError(field, spec.values, "give values, or start, stop and points; not both")
        if not spec.values:
            raise InputError(field, spec.values, "a sweep axis needs at least one value")
        return np.array(spec.values, dtype=float)
    if spec.start is None or spec.stop is None or spec.points is None:
        raise InputError(field, ends, "give start, stop and points, or values")
    if spec.scale == "linear":
        return np.linspace(spec.start, spec.stop, spec.points)
    if spec.start <= 0 or spec.stop <= 0:
        raise InputError(field, ends, "a logarithmic axis starts and stops above zero")
    return np.geomspace(spec.start, spec.stop, spec.points)
