"""A system whose numbers move: their derivatives along one or two directions, swept as its own are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..description.gate import unchecked
from ..description.system import System
from ..description.unit_of_energy import in_unit
from ..numerics.arrays import Number

__all__ = ["DriftingSystem"]


@dataclass(frozen=True, eq=False)
class DriftingSystem(System):
    """A system with the motions of its numbers, which are numbers like its others.

    Parameters
    ----------
    motions : sequence of mapping of str to number
        For each direction the derivatives of the numbers that move, by their paths; labelled or not.
    """

    motions: Any = ()

    @classmethod
    def of(cls, system: System, motions: Sequence[Mapping[str, Number]]) -> DriftingSystem:
        """A checked system with motions."""
        return unchecked(cls, system, motions=tuple(dict(motion) for motion in motions))

    def map_numbers(self, change: Callable[[str, Number], Number]) -> DriftingSystem:
        """As of a `System`; paths of the motions read ``"motion 0 of omega"``."""
        system = super().map_numbers(change)
        motions = [
            {path: change(f"motion {k} of {path}", x) for path, x in motion.items()}
            for k, motion in enumerate(self.motions)
        ]
        return type(self).of(system, motions)

    def number_fault(self, path: str, value: Any) -> str | None:
        """As of a `System`; a derivative may be any number."""
        return None if path.startswith("motion ") else super().number_fault(path, value)

    def recounted(self, system: System, unit: float) -> DriftingSystem:
        """The motions for the same system with energies in a unit: a number's derivative has its unit."""

        def scaled(motion: Mapping[str, Number]) -> dict[str, Number]:
            moving = System.map_numbers(self, lambda path, x: motion.get(path, x))
            numbers = in_unit(moving, unit).numbers()
            return {path: numbers[path] for path in motion}

        return type(self).of(system, [scaled(motion) for motion in self.motions])
