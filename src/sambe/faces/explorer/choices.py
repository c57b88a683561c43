"""What a person has chosen on the page: a system, where its knobs stand, what is drawn along what.

A state is a value that never changes; the page makes a new one for each turn of a knob, and asks it for the
input files of the shown point, of the curves and of the map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...physics.equations import AUTO, EQUATIONS
from ...physics.treatments import DEFAULT, POPULATIONS, treatment_names
from .knobs import Knob, Path, knobs, with_values

__all__ = [
    "FEWEST",
    "MOST_ANSWERS",
    "MOST_POINTS",
    "TABS",
    "Choices",
    "equations",
    "first_choices",
    "treatments",
]

TABS = ("currents", "levels", "map", "noise", "machine", "transient")
# Points of a curve, and answers side by side: choices that keep a redraw instant.
FEWEST, MOST_POINTS, MOST_ANSWERS = 11, 401, 4
# Points of a curve at first: a choice; those of a period in steps take a hundred times as long.
POINTS, POINTS_OF_STEPS = 201, 21
# What verbs answer by default, and populations alone: where the two part, coherences matter.
SIDE_BY_SIDE = (DEFAULT, POPULATIONS)


def equations() -> list[str]:
    """Equations quick enough for a page; the hierarchy takes seconds a point."""
    return [AUTO, *(name for name, record in EQUATIONS.items() if not record.exact)]


def treatments() -> list[str]:
    """Treatments of the coherences that a page offers."""
    return list(treatment_names())


@dataclass(frozen=True)
class Choices:
    """One state of the page.

    Parameters
    ----------
    origin : str
        Name of what was opened: a model, or the title of a file.
    raw : mapping
        Tables of its input file.
    values : mapping of path to float
        Where the knobs stand.
    along, up : path
        The numbers that curves and maps go along, and maps up.
    ends : mapping of path to (low, high)
        Ends of knobs that were moved.
    points : int
        Of a curve.
    equation : str
        By which the system is dressed.
    answers : tuple of str
        Treatments that are drawn side by side; the first one is looked into in the tabs.
    terminal : str or None
        Whose current the map shows; None is the first.
    tab : str
        One of `TABS`.
    """

    origin: str
    raw: Mapping[str, Any]
    values: Mapping[Path, float]
    along: Path
    up: Path
    ends: Mapping[Path, tuple[float, float]] = field(default_factory=dict)
    points: int = POINTS
    equation: str = AUTO
    answers: tuple[str, ...] = SIDE_BY_SIDE
    terminal: str | None = None
    tab: str = TABS[0]

    @property
    def knobs(self) -> list[Knob]:
        """Of the file, with the ends that were chosen."""
        return [
            replace(knob, low=self.ends[knob.path][0], high=self.ends[knob.path][1])
            if knob.path in self.ends
            else knob
            for knob in knobs(self.raw)
        ]

    def knob(self, path: Path) -> Knob:
        """The knob of a path."""
        return next(knob for knob in self.knobs if knob.path == path)

    def turned(self, path: Path, value: float) -> Choices:
        """The same with one knob elsewhere."""
        return replace(self, values={**self.values, path: value})

    def at_point(self) -> dict[str, Any]:
        """The input file of the shown point."""
        return self._with_solve(with_values(self.raw, self._written()))

    def swept(self, *axes: tuple[Path, int]) -> dict[str, Any]:
        """The input file with axes along these numbers, of so many points between the ends of their knobs."""
        sweeps: dict[Path, dict[str, Any]] = {}
        for path, points in axes:
            knob = self.knob(path)
            ends = {"start": knob.written(knob.low), "stop": knob.written(knob.high)}
            sweeps[path] = {**ends, "points": points, "label": _bare(knob)}
        return self._swept(sweeps)

    def through_point(self) -> dict[str, Any]:
        """The input file of the curves, of which the shown point is one."""
        knob, value = self.knob(self.along), self.values[self.along]
        places = np.union1d(np.linspace(knob.low, knob.high, self.points), value)
        return self._swept(
            {self.along: {"values": list(map(knob.written, places.tolist())), "label": _bare(knob)}}
        )

    def _swept(self, sweeps: dict[Path, dict[str, Any]]) -> dict[str, Any]:
        fixed = {path: value for path, value in self._written().items() if path not in sweeps}
        return self._with_solve(with_values(self.raw, fixed, sweeps))

    def _written(self) -> dict[Path, float | str]:
        """Where the knobs stand, as the file writes it."""
        return {knob.path: knob.written(self.values[knob.path]) for knob in self.knobs}

    def _with_solve(self, tables: dict[str, Any]) -> dict[str, Any]:
        chosen = {"equations": [self.equation], "secular": self.answers[0]}
        return {**tables, "solve": {**tables.get("solve", {}), **chosen}}


def _bare(knob: Knob) -> str:
    """Label of an axis, whose unit stands in its values."""
    return knob.label.removesuffix(f" ({knob.unit})") if knob.unit else knob.label


def first_choices(origin: str, raw: Mapping[str, Any]) -> Choices:
    """The state in which a file opens: its axes are what the figures go along.

    Examples
    --------
    >>> from sambe.faces.input.model_tables import file_of_model
    >>> first_choices("spin_boson", file_of_model("spin_boson")).along
    ('system', 'omega')
    """
    listed = knobs(raw)
    free = [knob for knob in listed if knob.sweepable]
    swept = [knob for knob in free if _is_axis(raw, knob)]
    along = next(iter([*swept, *(knob for knob in free if "omega" in knob.path), *free]))
    others = [knob for knob in [*swept, *free] if knob.path != along.path]
    solve = raw.get("solve", {})
    secular = solve.get("secular")
    asked = [name for name in solve.get("equations", ()) if name in equations()]
    return Choices(
        origin=origin,
        raw=raw,
        values={knob.path: knob.value for knob in listed},
        along=along.path,
        up=(others[0] if others else along).path,
        points=POINTS_OF_STEPS if raw.get("steps") or raw.get("kicks") else POINTS,
        equation=asked[0] if asked else AUTO,
        answers=(secular,) if secular in set(treatments()) - set(SIDE_BY_SIDE) else SIDE_BY_SIDE,
    )


def _is_axis(raw: Mapping[str, Any], knob: Knob) -> bool:
    table: Any = raw
    for key in knob.path:
        table = table[key]
    return isinstance(table, Mapping | list)
