"""The numbers of an input file that a page turns by hand, and files with these numbers put in.

A *knob* is a number that stands in the tables of a file: of the system, of a bath, or a constant. Turned, it
goes back into the file; swept, it becomes the file's axis. So whatever the page shows is a file that
`sambe run` takes.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...description.units.natural import natural, split
from ...errors import InputError
from ...models import MODELS
from ...numerics.arrays import real_number
from ..input.schema import model_table

__all__ = ["SWEPT", "Knob", "Path", "axis_of", "dotted", "knobs", "with_values"]

Path = tuple[str | int, ...]
# Names of the axes of a swept file, across and up.
SWEPT = ("across", "up")
# Keys whose numbers are whole or say how something is written: no knob can turn them between two values.
_FIXED = {"levels", "dims", "frame", "s", "points", "correlation"}
# Ends of a knob by the kind of its number, in multiples of the value that the file has, and for a value of
# zero as they are. Choices: a scale stays above zero, a signed number reaches as far to either side, and all
# others, such as temperatures and couplings, go from none to far beyond. The field beside a slider takes any.
_SCALE, _SIGNED, _SIZE = (0.05, 3.0), (-3.0, 3.0), (0.0, 4.0)
_SCALES = (
    "omega", "splitting", "splittings", "frequency", "frequencies", "cutoff", "cavity", "mirror", "width",
    "resonators", "josephson", "charging", "tunnelling",
)  # fmt: skip
_EITHER_SIGN = (
    "chemical_potential", "epsilon", "detuning", "bias", "field", "energies", "kerr", "interaction",
    "ac_voltage",
)  # fmt: skip
_KINDS = {**dict.fromkeys(_SCALES, _SCALE), **dict.fromkeys(_EITHER_SIGN, _SIGNED)}
# Ends that the quantity itself has: powers of a spectrum, periods, shares.
_WHOLE = {
    "exponent": (0.25, 4.0), "offset_charge": (-1.0, 1.0), "phase": (-math.pi, math.pi),
    "angle": (-math.pi, math.pi), "occupation": (0.0, 1.0), "p": (0.0, 1.0), "r": (0.0, 2.0),
}  # fmt: skip
MOST_KNOBS = 40  # a choice: more sliders than that nobody oversees


@dataclass(frozen=True)
class Knob:
    """One number of a file, and how far the page turns it.

    Parameters
    ----------
    path : tuple of str and int
        Keys that lead to it in the tables of the file.
    label : str
        In words: ``"left temperature"``.
    value : float
        At the start.
    low, high : float
        The ends.
    sweepable : bool
        Whether it may be an axis; what fixes the basis of a model may not.
    unit : str
        In which the file gives it, and the page too; "" where it is a number of the model.
    """

    path: Path
    label: str
    value: float
    low: float
    high: float
    sweepable: bool = True
    unit: str = ""

    def written(self, value: float) -> float | str:
        """A value of it as the file writes one."""
        return f"{float(value)!r} {self.unit}" if self.unit else value

    @property
    def name(self) -> str:
        """Of the knob in a link."""
        return dotted(self.path)

    @property
    def step(self) -> float:
        """A thousandth of the way, as 1, 2 or 5 times a power of ten."""
        raw = (self.high - self.low) / 1000
        power = 10.0 ** math.floor(math.log10(raw))
        return float(next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9)))


def dotted(path: Path) -> str:
    """A path as a link has it.

    >>> dotted(("baths", 0, "temperature"))
    'baths.0.temperature'
    """
    return ".".join(map(str, path))


def knobs(raw: Mapping[str, Any]) -> list[Knob]:
    """The knobs of a file, in its order, those of axes first.

    Examples
    --------
    >>> [knob.name for knob in knobs({"system": {"model": "spin_boson", "drive": 0.3, "omega": [0.5, 1.5]}})]
    ['system.omega', 'system.drive']
    """
    listed = list(_leaves(_with_units(raw) if "units" in raw else raw))
    return [*(k for k, swept in listed if swept), *(k for k, swept in listed if not swept)][:MOST_KNOBS]


class _Measured(float):
    """A number that a file gives in a unit."""

    unit: str


def _with_units(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The tables with texts such as "5.1 GHz" read, as far as a word of theirs is no name of the file."""
    names = {name for table in ("axes", "constants") for name in raw.get(table, {})}

    def read(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: read(x) for key, x in value.items()}
        if isinstance(value, list):
            return [read(x) for x in value]
        parts = split(value) if isinstance(value, str) else None
        if parts is None or not parts[1] or parts[1] in names:
            return value
        try:
            natural("unit", parts[1])
        except InputError:
            return value
        number = _Measured(parts[0])
        number.unit = parts[1]
        return number

    return {key: read(value) for key, value in raw.items()}


def _leaves(raw: Mapping[str, Any]) -> Iterator[tuple[Knob, bool]]:
    """Each number with whether the file sweeps it."""
    for table in ("axes", "constants"):
        yield from _in_table((table,), raw.get(table, {}), "")
    yield from _in_system(raw.get("system", {}))
    for kind in ("baths", "leads"):
        for k, bath in enumerate(raw.get(kind, [])):
            yield from _in_table((kind, k), bath, f"{bath.get('name', k)} ")


def _in_table(path: Path, table: Any, prefix: str) -> Iterator[tuple[Knob, bool]]:
    if not isinstance(table, Mapping):
        return
    for key, value in table.items():
        place = (*path, key)
        if key in _FIXED:
            continue
        if key in ("spectrum", "state"):
            yield from _in_table(place, value, f"{prefix}")
        elif real_number(value):
            yield _knob(place, f"{prefix}{_words(key)}", value), False
        elif path[0] in ("axes", "system", "baths", "leads") and (ends := _ends(value)) is not None:
            yield _swept(place, f"{prefix}{_words(key)}", ends), True


def _in_system(table: Any) -> Iterator[tuple[Knob, bool]]:
    """Numbers of the system; of a model its signature says which are lists, and which may not be swept."""
    if not isinstance(table, Mapping) or table.get("model") not in MODELS:
        yield from _in_table(("system",), table, "")
        return
    fields = model_table(table["model"]).model_fields
    for key, value in table.items():
        kind = fields[key].annotation if key in fields else str
        if kind == list[Any] and isinstance(value, list):
            for k, x in enumerate(value):
                if real_number(x):
                    yield _knob(("system", key, k), f"{_words(key)} {k + 1}", x), False
        elif kind in (Any, float):
            for knob, swept in _in_table(("system",), {key: value}, ""):
                yield replace(knob, sweepable=kind is not float), swept


def _words(key: str) -> str:
    return key.replace("_", " ")


def _ends(value: Any) -> tuple[float, float] | None:
    """Ends of an axis as a file writes it, or None where this is none."""
    if isinstance(value, Mapping):
        if real_number(value.get("start")) and real_number(value.get("stop")):
            return value["start"], value["stop"]
        value = value.get("values")
    if isinstance(value, list) and len(value) > 1 and all(map(real_number, value)) and value[0] != value[-1]:
        return value[0], value[-1]
    return None


def _swept(path: Path, label: str, ends: tuple[float, float]) -> Knob:
    low, high = sorted(map(float, ends))
    return _labelled(Knob(path, label, 0.5 * (low + high), low, high), ends[0])


def _labelled(knob: Knob, value: float) -> Knob:
    """With the unit of a value, which its label says."""
    unit = getattr(value, "unit", "")
    return replace(knob, unit=unit, label=f"{knob.label} ({unit})") if unit else knob


def _knob(path: Path, label: str, value: float) -> Knob:
    key = next(key for key in reversed(path) if isinstance(key, str))
    if key in _WHOLE:
        low, high = _WHOLE[key]
    else:
        near, far = _KINDS.get(key, _SIZE if value >= 0 else _SIGNED)
        size = abs(value) or 1.0 / far
        low, high = near * size, far * size
    return _labelled(Knob(path, label, float(value), float(min(low, value)), float(max(high, value))), value)


def with_values(
    raw: Mapping[str, Any],
    values: Mapping[Path, float | str],
    sweeps: Mapping[Path, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The file with numbers put in, and with up to two of them as axes.

    Parameters
    ----------
    raw : mapping
        Tables of the file.
    values : mapping of path to float or text
        For its knobs, as `Knob.written` has them; an axis of the file that is not swept becomes a constant.
    sweeps : mapping of path to table
        Axes as a file writes them, in order: across, up.

    Examples
    --------
    >>> file = {"system": {"model": "spin_boson", "omega": {"start": 0.5, "stop": 1.5, "points": 3}}}
    >>> with_values(file, {("system", "omega"): 0.7})["system"]["omega"]
    0.7
    >>> with_values(file, {}, {("system", "omega"): {"values": [0.1, 0.2]}})["axes"]
    {'across': {'values': [0.1, 0.2]}}
    """
    out = copy.deepcopy(dict(raw))
    for path, value in values.items():
        _put(out, path, value)
    for name, (path, axis) in zip(SWEPT, (sweeps or {}).items(), strict=False):
        if path[0] in ("axes", "constants"):  # it has a name already, which expressions use
            out.get("constants", {}).pop(path[1], None)
            out.setdefault("axes", {})[path[1]] = axis
        else:
            _put(out, path, name)
            out.setdefault("axes", {})[name] = axis
    return out


def _put(out: dict[str, Any], path: Path, value: Any) -> None:
    if path[0] == "axes":
        out["axes"].pop(path[1], None)
        out.setdefault("constants", {})[path[1]] = value
        return
    table: Any = out
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value


def axis_of(path: Path, place: int) -> str:
    """Name of the axis that a swept knob becomes; ``place`` 0 is across, 1 is up."""
    return str(path[1]) if path[0] in ("axes", "constants") else SWEPT[place]
