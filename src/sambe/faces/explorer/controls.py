"""Widgets of the page: what is opened, the knobs, what is drawn along what, and by which answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import panel as pn
import panel_material_ui as pmui

from .choices import FEWEST, MOST_ANSWERS, MOST_POINTS, Choices, equations, treatments
from .knobs import Knob, Path

__all__ = ["Controls"]

# A thumb that glides to its place has the browser lay out the page a dozen times for each step.
STEADY = {"& .MuiSlider-thumb, & .MuiSlider-track": {"transition": "none"}}

Change = Callable[[Choices], None]


class Controls:
    """Widgets that show a state and make a new one of it.

    Parameters
    ----------
    state : Choices
        At the start.
    origins : list of str
        What can be opened.
    change : callable
        Gets each new state.
    open_file : callable
        Gets the name of what is to be opened.
    """

    def __init__(
        self, state: Choices, origins: list[str], change: Change, open_file: Callable[[str], None]
    ) -> None:
        self.state, self.change = state, change
        self.silent = False
        self.origin = pmui.Select(
            label="System", options=origins, value=state.origin, sizing_mode="stretch_width"
        )
        self.origin.param.watch(lambda event: open_file(event.new), "value")
        self.body = pn.Column(sizing_mode="stretch_width")
        self.terminal = pmui.Select(label="Current of the map", options=[], width=220)
        self.terminal.param.watch(self._watch(lambda s, v: replace(s, terminal=v)), "value")
        self.panel = pn.Column(self.origin, self.body, sizing_mode="stretch_width")
        self.fill(state)

    def fill(self, state: Choices) -> None:
        """Make the widgets of another system."""
        self.state = state
        self.sliders = {knob.path: self._slider(knob, state.values[knob.path]) for knob in state.knobs}
        self.body.objects = [*self._drawing(state), pmui.Divider(), *self.sliders.values()]

    def show(self, state: Choices) -> None:
        """Put the widgets where a state says, as if nobody had turned them."""
        self.state, self.silent = state, True
        try:
            for path, slider in self.sliders.items():
                slider.value = state.values[path]
        finally:
            self.silent = False

    def name_terminals(self, names: list[str]) -> None:
        """Terminals that the map can show."""
        if list(self.terminal.options) != names:
            self.silent = True
            self.terminal.options = names
            self.terminal.value = self.state.terminal if self.state.terminal in names else names[0]
            self.silent = False

    def _watch(self, changed: Callable[[Choices, Any], Choices]) -> Callable[[Any], None]:
        def told(event: Any) -> None:
            if not self.silent and event.new is not None:
                self.state = changed(self.state, event.new)
                self.change(self.state)

        return told

    def _slider(self, knob: Knob, value: float) -> Any:
        slider = pmui.FloatSlider(
            label=knob.label, value=value, start=min(knob.low, value), end=max(knob.high, value),
            step=knob.step,
            format=_format(knob.step), sizing_mode="stretch_width", margin=(2, 18), sx=STEADY,
        )  # fmt: skip
        slider.param.watch(self._watch(lambda state, x: state.turned(knob.path, float(x))), "value")
        return slider

    def _drawing(self, state: Choices) -> list[Any]:
        free = {knob.label: knob.path for knob in state.knobs if knob.sweepable}
        along = pmui.Select(label="Along", options=free, value=state.along, sizing_mode="stretch_width")
        up = pmui.Select(label="Map up", options=free, value=state.up, sizing_mode="stretch_width")
        equation = pmui.Select(
            label="Equation", options=equations(), value=state.equation, sizing_mode="stretch_width"
        )
        answers = pmui.MultiChoice(
            label="Coherences (answers side by side)", options=treatments(), value=list(state.answers),
            max_items=MOST_ANSWERS, sizing_mode="stretch_width",
        )  # fmt: skip
        points = pmui.IntSlider(
            label="Points of a curve", value=state.points, start=FEWEST, end=MOST_POINTS, step=10,
            sizing_mode="stretch_width", margin=(2, 18),
        )  # fmt: skip
        low, high = (
            pmui.TextInput(label=label, value=f"{end:.6g}", sizing_mode="stretch_width")
            for label, end in zip(("From", "To"), _ends(state, state.along), strict=True)
        )
        along.param.watch(self._moved(low, high), "value")
        up.param.watch(self._watch(lambda s, v: replace(s, up=v)), "value")
        equation.param.watch(self._watch(lambda s, v: replace(s, equation=v)), "value")
        answers.param.watch(self._watch(lambda s, v: replace(s, answers=tuple(v)) if v else s), "value")
        points.param.watch(self._watch(lambda s, v: replace(s, points=int(v))), "value")
        for end in (low, high):
            end.param.watch(self._watch(lambda s, _: _with_ends(s, low.value, high.value)), "value")
        return [along, pn.Row(low, high, sizing_mode="stretch_width"), up, equation, answers, points]

    def _moved(self, low: Any, high: Any) -> Callable[[Any], None]:
        def told(event: Any) -> None:
            self.state = replace(self.state, along=event.new)
            self.silent = True
            low.value, high.value = (f"{end:.6g}" for end in _ends(self.state, event.new))
            self.silent = False
            self.change(self.state)

        return told


def _format(step: float) -> str:
    """Digits that one step of a slider changes."""
    return "0." + "0" * max(0, min(8, -math.floor(math.log10(step)))) if step < 1 else "0"


def _ends(state: Choices, path: Path) -> tuple[float, float]:
    knob = state.knob(path)
    return knob.low, knob.high


def _with_ends(state: Choices, low: str, high: str) -> Choices:
    """Other ends of the curve; those that are no interval change nothing."""
    try:
        ends = float(low), float(high)
    except ValueError:
        return state
    if not (ends[0] < ends[1] and all(map(math.isfinite, ends))):
        return state
    return replace(state, ends={**state.ends, state.along: ends})
