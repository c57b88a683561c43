"""The form of the page as HTML: what is opened, what is drawn along what, by which answers, every number.

Each number has a slider and beside it a field for typing, which holds it, as a slider knows only its steps.
The page's script makes a link of the form, which is read as any link is: see `link`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from .choices import FEWEST, MOST_ANSWERS, MOST_POINTS, Choices, equations, first_choices, treatments
from .knobs import Knob, dotted

__all__ = ["form", "options"]


def form(state: Choices, origins: Sequence[str]) -> str:
    """Fields of a state.

    Parameters
    ----------
    state : Choices
    origins : sequence of str
        What can be opened.

    Examples
    --------
    >>> from sambe.faces.input.model_tables import file_of_model
    >>> html = form(first_choices("spin_boson", file_of_model("spin_boson")), ["spin_boson", "spin"])
    >>> html.count('type="range"'), html.count("data-knob")
    (11, 11)
    """
    free = {knob.name: knob.label for knob in state.knobs if knob.sweepable}
    start = first_choices(state.origin, state.raw).values
    ends = {dotted(path): [repr(low), repr(high)] for path, (low, high) in state.ends.items()}
    return "".join([
        _choice("System", "open", {name: name for name in origins}, state.origin),
        _choice("Along", "along", free, dotted(state.along)),
        f'<div class="pair">{_text("From", "from")}{_text("To", "to")}</div>',
        _choice("Map up", "up", free, dotted(state.up)),
        _choice("Equation", "equation", {name: name for name in equations()}, state.equation),
        _answers(state),
        _field(
            "Points of a curve", "points",
            f'input type="number" min="{FEWEST}" max="{MOST_POINTS}" value="{state.points}"',
        ),
        f'<div data-tab="{escape(state.tab)}" data-ends="{escape(json.dumps(ends))}"></div>',
        *(_knob(knob, state.values[knob.path], start[knob.path]) for knob in state.knobs),
    ])  # fmt: skip


def options(names: Mapping[str, str] | Iterable[str], chosen: str) -> str:
    """Options of a list to choose from, as HTML; of a mapping the values are shown."""
    shown = names if isinstance(names, Mapping) else {name: name for name in names}
    return "".join(
        f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(label)}</option>'
        for key, label in shown.items()
    )


def _field(label: str, name: str, opening: str, rest: str = "") -> str:
    """A field below its label."""
    head = f'<label for="field-{name}">{label}</label>'
    return f'<div class="choice">{head}<{opening} id="field-{name}" name="{name}">{rest}</div>'


def _choice(label: str, name: str, shown: Mapping[str, str], chosen: str) -> str:
    return _field(label, name, "select", f"{options(shown, chosen)}</select>")


def _text(label: str, name: str) -> str:
    return _field(label, name, 'input type="text" inputmode="decimal"')


def _answers(state: Choices) -> str:
    """A box for each treatment of the coherences, drawn side by side where ticked."""
    boxes = "".join(
        f'<label><input type="checkbox" name="answers" value="{escape(name)}"'
        f"{' checked' if name in state.answers else ''}> {escape(name)}</label>"
        for name in treatments()
    )
    legend = "Coherences (answers side by side)"
    return f'<fieldset data-most="{MOST_ANSWERS}"><legend>{legend}</legend>{boxes}</fieldset>'


def _knob(knob: Knob, value: float, start: float) -> str:
    """A slider and a field for one number; ``start`` is what the file has."""
    low, high = min(knob.low, value), max(knob.high, value)
    name, label = escape(knob.name), escape(knob.label)
    ends = f'data-low="{knob.low:.6g}" data-high="{knob.high:.6g}" min="{low!r}" max="{high!r}"'
    return (
        f'<div class="knob"><span aria-hidden="true">{label}</span>'
        f'<input type="text" inputmode="decimal" aria-label="{label}, typed" data-knob="{name}" '
        f'data-start="{start!r}" value="{value!r}">'
        f'<input type="range" aria-label="{label}" data-slider="{name}" {ends} step="{knob.step!r}" '
        f'value="{value!r}"></div>'
    )
