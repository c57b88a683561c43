"""The link that restores a state of the page.

A link comes from anybody: each of its parts is checked against what the page offers before it is used; what
does not fit is left out and told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...description.gate import text as checked_text
from ...errors import InputError
from .choices import FEWEST, MOST_ANSWERS, MOST_POINTS, TABS, Choices, equations, first_choices, treatments
from .knobs import Path, dotted, knobs

__all__ = ["from_link", "to_link"]

# Characters of a link, and of what is told of one: choices; every browser takes as many.
LONGEST, SHOWN = 4000, 60
# Numbers of a link that are taken: beyond this no knob turns.
LARGEST = 1e12


def to_link(choices: Choices) -> str:
    """Query of a link that restores this state.

    Examples
    --------
    >>> from sambe.faces.input.model_tables import file_of_model
    >>> to_link(first_choices("spin_boson", file_of_model("spin_boson")).turned(("system", "drive"), 0.2))
    '?open=spin_boson&system.drive=0.2'
    """
    start = first_choices(choices.origin, choices.raw)
    parts = [("open", choices.origin)]
    for key, value in _plain(choices).items():
        if value != _plain(start)[key]:
            parts.append((key, value))
    parts += [(dotted(p), repr(v)) for p, v in choices.values.items() if v != start.values[p]]
    parts += [(f"{dotted(p)}.ends", f"{low!r},{high!r}") for p, (low, high) in choices.ends.items()]
    return "?" + urlencode(parts, safe=",")


def _plain(choices: Choices) -> dict[str, str]:
    return {
        "tab": choices.tab,
        "along": dotted(choices.along),
        "up": dotted(choices.up),
        "points": str(choices.points),
        "equation": choices.equation,
        "answers": ",".join(choices.answers),
        "terminal": choices.terminal or "",
    }


def from_link(query: str, files: Mapping[str, Mapping[str, Any]]) -> tuple[Choices, list[str]]:
    """State that a link says, and a sentence for each part of it that does not fit.

    Parameters
    ----------
    query : str
        What follows the question mark, as a browser sends it.
    files : mapping of str to tables
        What the page can open; the first is what it opens with.

    Examples
    --------
    >>> from sambe.faces.input.model_tables import file_of_model
    >>> files = {"spin_boson": file_of_model("spin_boson")}
    >>> state, complaints = from_link("?open=spin_boson&system.drive=0.2&tab=kitchen", files)
    >>> state.values["system", "drive"], complaints
    (0.2, ["tab='kitchen' is left out: choose one of currents, levels, map, noise, machine, transient"])
    """
    complaints: list[str] = []
    if len(query) > LONGEST:
        query, complaints = "", [f"the link is longer than {LONGEST} characters and is left out"]
    parts = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=LONGEST))
    parts.pop("theme", None)  # light or dark is no part of the state
    opened = parts.pop("open", next(iter(files)))
    if opened not in files:
        complaints.append(_complaint("open", opened, f"choose one of {', '.join(files)}"))
        opened = next(iter(files))
    choices = first_choices(opened, files[opened])
    for key, value in parts.items():
        try:
            choices = _with(choices, key, checked_text(key, value))
        except InputError as error:
            complaints.append(_complaint(key, value, error.remedy))
    return choices, complaints


def _complaint(key: str, value: str, remedy: str) -> str:
    return f"{key[:SHOWN]}={value[:SHOWN]!r} is left out: {remedy}"


def _with(choices: Choices, key: str, value: str) -> Choices:
    if key in _READERS:
        return _READERS[key](choices, value)
    paths = {knob.name: knob.path for knob in knobs(choices.raw)}
    if key in paths:
        return choices.turned(paths[key], _number(key, value))
    if key.endswith(".ends") and key.removesuffix(".ends") in paths:
        low, high = [_number(key, part) for part in value.split(",", 1)] if "," in value else (0.0, 0.0)
        if not low < high:
            raise InputError(key, value, "give two numbers, the smaller one first")
        return replace(choices, ends={**choices.ends, paths[key.removesuffix(".ends")]: (low, high)})
    raise InputError(key, value, "there is no such number in this system")


def _number(key: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise InputError(key, value, "give a number") from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise InputError(key, value, f"give a number below {LARGEST:g}")
    return number


def _one_of(key: str, value: str, offered: tuple[str, ...] | list[str]) -> str:
    if value not in offered:
        raise InputError(key, value, f"choose one of {', '.join(offered)}")
    return value


def _path(choices: Choices, key: str, value: str) -> Path:
    free = {knob.name: knob.path for knob in knobs(choices.raw) if knob.sweepable}
    return free[_one_of(key, value, list(free))]


def _points(choices: Choices, value: str) -> Choices:
    if not value.isascii() or not value.isdigit() or not FEWEST <= int(value[:9]) <= MOST_POINTS:
        raise InputError(
            "points", value, f"give {FEWEST} to {MOST_POINTS}; a larger sweep is for `sambe run`"
        )
    return replace(choices, points=int(value))


def _answers(choices: Choices, value: str) -> Choices:
    names = tuple(dict.fromkeys(_one_of("answers", name, treatments()) for name in value.split(",")))
    return replace(choices, answers=names[:MOST_ANSWERS])


_READERS: dict[str, Callable[[Choices, str], Choices]] = {
    "tab": lambda c, v: replace(c, tab=_one_of("tab", v, TABS)),
    "along": lambda c, v: replace(c, along=_path(c, "along", v)),
    "up": lambda c, v: replace(c, up=_path(c, "up", v)),
    "points": _points,
    "equation": lambda c, v: replace(c, equation=_one_of("equation", v, equations())),
    "answers": _answers,
    "terminal": lambda c, v: replace(c, terminal=v or None),
}
