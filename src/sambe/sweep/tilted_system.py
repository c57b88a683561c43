"""A system that carries counting fields, so that they are swept as its own numbers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..description.gate import unchecked
from ..description.system import System
from ..numerics.arrays import Number

__all__ = ["PARTICLE", "TiltedSystem"]

PARTICLE = "particle "  # before the name of a lead: the field of its particles


@dataclass(frozen=True, eq=False)
class TiltedSystem(System):
    """A system with counting fields, which are numbers like its others.

    Parameters
    ----------
    fields : mapping of str to number
        By terminal; labelled or not, complex or not, in one over energy, those of particles without a unit.
    """

    fields: Any = None

    @classmethod
    def of(cls, system: System, fields: Mapping[str, Number]) -> TiltedSystem:
        """A checked system with fields."""
        return unchecked(cls, system, fields=dict(fields))

    def map_numbers(self, change: Callable[[str, Number], Number]) -> TiltedSystem:
        """As of a `System`; paths of the fields read ``"field 'left'"``."""
        system = super().map_numbers(change)
        fields = {name: change(f"field {name!r}", x) for name, x in self.fields.items()}
        return type(self).of(system, fields)

    def number_fault(self, path: str, value: Any) -> str | None:
        """As of a `System`; a field may be any number."""
        return None if path.startswith("field ") else super().number_fault(path, value)

    def recounted(self, system: System, unit: float) -> TiltedSystem:
        """The fields for the same system with energies in a unit."""
        energies = {name: x * unit for name, x in self.fields.items() if not name.startswith(PARTICLE)}
        return type(self).of(system, {**self.fields, **energies})
