"""Numbers of an input file: plain, with a unit, an expression, or an axis of their own."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ...description.system import System, axis
from ...description.units.natural import natural, split
from ...description.units.scale import Units, amplitude
from ...errors import InputError
from ...numerics.arrays import real_number
from ...sweep.axes import TAKEN
from .expressions import RESERVED, read_number
from .schema import AxisTable, Document, PortTable, validate

__all__ = ["Numbers", "check_label"]

_TAKEN = TAKEN | {"channel"}  # names of variables and dimensions of results, which no axis may have


class Numbers:
    """Reads the numbers of one file; calling it gives the number that stands at a field.

    ``power`` is that of energy in the number: 0 of bare ones, which take no unit, -1 of times.
    """

    def __init__(self, document: Document) -> None:
        self.units = None if document.units is None else Units(document.units.energy)
        self.names: dict[str, Any] = {}
        self.shared = tuple(document.axes)
        for name, value in document.constants.items():
            self.check_name(f"constants.{name}", name)
            self.names[name] = self.plain(f"constants.{name}", value)
        for name, value in document.axes.items():
            self.check_name(f"axes.{name}", name)
            self.names[name] = self.axis(f"axes.{name}", name, value)
        self.inline: dict[str, str] = {}

    def __call__(self, field: str, value: Any, axis_name: str, power: float = 1.0) -> Any:
        """Number, complex number or labelled array for what stands at ``field``."""
        if not isinstance(value, list | dict):
            return self.plain(field, value, power)
        if isinstance(value, dict) and "power" in value:
            return self._port(field, value, axis_name)
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
        return self.axis(field, name, value, power)

    def plain(self, field: str, value: Any, power: float = 1.0) -> Any:
        """A number, one with a unit, or an expression."""
        if isinstance(value, str) and self._has_unit(value):
            return self._scale(field, value)(value, field=field, power=power)
        if isinstance(value, str):
            return read_number(field, value, self.names)
        if not real_number(value):
            raise InputError(
                field, value, "give a finite number, an expression as text, a list, or "
                "{start = , stop = , points = }",
            )  # fmt: skip
        return float(value)

    def _holder(self, name: str) -> str:
        """What has a name that is taken."""
        if name in RESERVED:
            return "an operator, a function or a constant of the language"
        return "another constant or axis" if name in self.names else "a variable or dimension of the results"

    def check_name(self, field: str, name: str) -> None:
        if not name.isidentifier():
            raise InputError(field, name, "a name has letters, digits and _ only")
        if name in RESERVED or name in _TAKEN or name in self.names:
            raise InputError(field, name, f"this name is taken, by {self._holder(name)}; choose another")

    def quantity(self, field: str, text: str) -> Any:
        """A text that is either a number with a unit or something else, which goes on as it is."""
        return self.plain(field, text) if self._has_unit(text) else text

    def _has_unit(self, text: str) -> bool:
        """Whether a text is a number and a unit: none of its words has a meaning in the file."""
        parts = split(text)
        if parts is None or not parts[1] or re.search(r"[\d.][jJ]$", text.strip()):
            return False  # or an imaginary number
        words = re.findall(r"[^\W\d]\w*", parts[1])
        if any(word in self.names or word in RESERVED for word in words):
            return False
        if self.units is not None:
            return True
        try:
            natural("units", parts[1])
        except InputError:
            return False  # no unit, or no pint: an expression, whose error says more
        return True

    def _scale(self, field: str, value: str) -> Units:
        if self.units is None:
            raise InputError(field, value, 'a number with a unit needs the scale of the model: [units] with '
                             'energy = "1 GHz", say')  # fmt: skip
        return self.units

    def _port(self, field: str, value: dict[str, Any], axis_name: str) -> Any:
        """Amplitude of a drive from the power at its port."""
        validate(PortTable, value, field)
        powers = {"power": 2.0, "kappa": 1.0, "frequency": 1.0}
        given = {
            key: self(f"{field}.{key}", value[key], f"{axis_name}.{key}", power)
            for key, power in powers.items()
        }
        return amplitude(**given, place=f"{field}.")

    def axis(self, field: str, name: str, value: Any, power: float = 1.0) -> Any:
        table = {"values": value} if isinstance(value, list) else value
        if not isinstance(table, dict):
            raise InputError(field, value, "give a list, or {start = , stop = , points = }")
        spec, unit = self._in_one_unit(field, validate(AxisTable, table, field))
        attributes = {"long_name": spec.label, "units": spec.units or unit}
        numbers = axis(
            name,
            _axis_values(field, spec),
            **{k: v for k, v in attributes.items() if v is not None},
        )
        return numbers if unit is None else self._scale(field, unit)(numbers, unit, field=field, power=power)

    def _in_one_unit(self, field: str, spec: AxisTable) -> tuple[AxisTable, str | None]:
        """The axis as plain numbers of its first unit, and that unit."""
        given = {"start": spec.start, "stop": spec.stop} if spec.values is None else {}
        listed = [*given.values(), *(spec.values or ())]
        if not any(isinstance(x, str) for x in listed):
            return spec, None
        parts = [split(x) if isinstance(x, str) else None for x in listed]
        for value, part in zip(listed, parts, strict=True):
            if isinstance(value, str) and part is None:
                raise InputError(
                    field, value, "values of an axis are numbers, or numbers with one unit; an expression "
                    "stands alone in the place of a number, and may name an axis of [axes]",
                )  # fmt: skip
        units = {part[1] for part in parts if part is not None}
        if None in parts or len(units) != 1 or "" in units:
            raise InputError(
                field, listed, "give all values of an axis the same unit, or none of them a unit"
            )
        numbers = [part[0] for part in parts if part is not None]
        update = dict(zip(given, numbers, strict=True)) if given else {"values": numbers}
        return spec.model_copy(update=update), units.pop()

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
    ends: tuple[Any, Any, Any] = (spec.start, spec.stop, spec.points)
    if spec.values is not None:
        if any(x is not None for x in ends) or not spec.endpoint:
            raise InputError(field, spec.values, "give values, or start, stop and points; not both")
        if not spec.values:
            raise InputError(field, spec.values, "a sweep axis needs at least one value")
        return np.array(spec.values, dtype=float)
    if spec.start is None or spec.stop is None or spec.points is None:
        raise InputError(field, ends, "give start, stop and points, or values")
    start, stop, points = ends
    if spec.scale == "linear":
        return np.linspace(start, stop, points, endpoint=spec.endpoint)
    if start <= 0 or stop <= 0:
        raise InputError(field, ends, "a logarithmic axis starts and stops above zero")
    return np.geomspace(start, stop, points, endpoint=spec.endpoint)


def check_label(document: Document) -> None:
    """Refuse a label of the currents that names a unit of power in which they are not given."""
    label, given = document.output.unit, document.units and document.units.power
    # what TeX has to set is text of the user's own, which is seen without the table of units and its import
    if label is None or label == given or any(mark in label for mark in "\\$_^{"):
        return
    try:
        kind = natural("output.unit", label).kind
    except InputError:  # text of the user's own
        return
    if kind == "a power":
        raise InputError("output.unit", label, "it labels the figure and converts nothing; for results in "
                         f'it give [units] with energy = "1 GHz", say, and power = "{label}"')  # fmt: skip
