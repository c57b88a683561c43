"""The page of one session: its widgets, its pictures, and what happens when a knob is turned."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, partial
from html import escape
from pathlib import Path as FilePath
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from ...errors import SambeError
from . import questions
from .choices import TABS, Choices, first_choices
from .controls import Controls
from .downloads import downloads
from .knobs import axis_of
from .latest import Latest
from .link import from_link, to_link
from .pictures.curves import CurvesPicture
from .pictures.junction import JunctionPicture
from .pictures.levels import LevelsPicture
from .pictures.look import Look
from .pictures.surface import SurfacePicture
from .texts import STYLE, currents_table, machine_table, message, noise_table, verdict_chips

__all__ = ["Page"]

CURRENT = ("energy current into the system", "energy²/ħ")
VARIANCE = ("variance of the energy per time", "energy³/ħ")
# The template's bar of progress has no name for those who cannot see it; the page tells progress in words.
NO_BAR = {"& .MuiLinearProgress-root": {"display": "none"}}
# On a narrow screen the figures come above the knobs, each in the full width.
ON_A_PHONE = """@media (max-width: 900px) {
:host {flex-direction: column !important; height: auto !important}
div {flex: none !important; max-width: none !important; width: 100% !important}
div:first-of-type {order: 2}}"""
STILL = 250  # milliseconds without a turn after which the verdict and the tab are asked for; a choice
# Seconds that the next, finer pass of a map may take, as the one before predicts; a choice of patience.
PATIENCE = 20.0


class Page:
    """Everything of one session.

    Parameters
    ----------
    files : mapping of str to tables
        What can be opened; the first is opened where the link says nothing.
    beside : mapping of str to path
        Directories of those that are files, for what they name.
    pool : ThreadPoolExecutor
        Of the server.
    query : str
        Of the link by which the page was opened.
    dark : bool
        Whether light lines stand on dark paper.
    """

    def __init__(
        self, files: Mapping[str, Mapping[str, Any]], beside: Mapping[str, FilePath],
        pool: ThreadPoolExecutor, query: str = "", dark: bool = False,
    ) -> None:  # fmt: skip
        self.files, self.beside, self.dark = files, beside, dark
        self.state, self.complaints = from_link(query, files)
        self.faults: dict[str, list[object]] = {"link": list(self.complaints)}
        self.document = document = pn.state.curdoc
        self.latest = Latest(pool, document.add_next_tick_callback if document else _at_once)
        self.look = look = Look(dark)
        self.curves, self.junction = CurvesPicture(look, *CURRENT), JunctionPicture(look)
        self.controls = Controls(self.state, list(files), self.change, self.open)
        self.texts = {
            key: pn.pane.HTML("", stylesheets=[STYLE], sizing_mode="stretch_width")
            for key in ("title", "verdict", "faults", "progress", "currents", "noise", "machine", "transient")
        }
        self.theme = pmui.Button(
            label="light" if dark else "dark", variant="text", sx={"color": "#ffffff"}, href="?"
        )
        self.drawers = {name: pn.Column(sizing_mode="stretch_width") for name in TABS}
        self.tabs = self._make_tabs()
        self._title()
        self.refresh()

    # Pictures of the tabs, each made when its tab is opened: a figure costs more than its first answer.

    @cached_property
    def levels(self) -> LevelsPicture:
        """Of the dressed levels."""
        return LevelsPicture(self.look)

    @cached_property
    def surface(self) -> SurfacePicture:
        """The map."""
        return SurfacePicture(self.look)

    @cached_property
    def noise(self) -> CurvesPicture:
        """Of the variances."""
        return CurvesPicture(self.look, *VARIANCE)

    @cached_property
    def machine(self) -> CurvesPicture:
        """Of the machine's currents."""
        return CurvesPicture(self.look, *CURRENT)

    @cached_property
    def transient(self) -> CurvesPicture:
        """Of the currents in time."""
        return CurvesPicture(self.look, *CURRENT)

    @property
    def directory(self) -> FilePath | None:
        """Where the opened file stands."""
        return self.beside.get(self.state.origin)

    def change(self, state: Choices) -> None:
        """Show another state."""
        if state.origin == self.state.origin and state.tab == self.state.tab:
            self.faults = {}
        self.state = state
        self.refresh()

    def open(self, origin: str) -> None:
        """Open another model or file."""
        self.state = replace(first_choices(origin, self.files[origin]), tab=self.state.tab)
        self.faults = {}
        self.controls.fill(self.state)
        self._title()
        self.refresh()

    def refresh(self) -> None:
        """Ask for what the state shows: first the currents, and when nothing waits, the rest."""
        state, start = self.state, time.perf_counter()
        self.latest.ask(
            "currents",
            lambda: questions.currents(state, self.directory),
            partial(self._show_currents, state, start),
        )

    def _show_currents(self, state: Choices, start: float, answer: Any) -> None:
        with pn.io.hold():  # one message to the browser, which then draws once
            drawn = self._draw_currents(state, start, answer)
        if drawn and state is self.state:
            self._when_still(state, self._ask_for_the_rest)

    def _when_still(self, state: Choices, then: Callable[[], None]) -> None:
        """Go on when no knob has been turned for a moment, so that what takes longer is not in the way."""

        def go_on() -> None:
            if state is self.state and not self.latest.closed:
                then()

        if self.document:
            self.document.add_timeout_callback(go_on, STILL)
        else:
            go_on()

    def _draw_currents(self, state: Choices, start: float, answer: Any) -> bool:
        """Draw what there is; whether there is anything."""
        if not self._usable("currents", answer):
            return False
        drawn = {name: flow for name, flow in answer.items() if not isinstance(flow, SambeError)}
        self.faults["curves"] = [
            f"{k}: {fault}" for k, fault in answer.items() if isinstance(fault, SambeError)
        ]
        self._tell()
        if not drawn:
            return False
        point = questions.at_point(state, next(iter(drawn.values())))
        knob = state.knob(state.along)
        self.curves.show(drawn, axis_of(state.along, 0), state.values[state.along], knob.label)
        self.junction.show(point, state.origin)
        self.controls.name_terminals([str(name) for name in point["terminal"].values])
        where = ", ".join(f"{k.label} = {state.values[k.path]:.6g}" for k in state.knobs[:3])
        self.texts["currents"].object = currents_table(point, where)
        spent = 1e3 * (time.perf_counter() - start)
        self.texts["progress"].object = (
            f"<span data-value='{state.values[state.along]!r}'>{state.points} points by {len(drawn)} "
            f"{'answer' if len(drawn) == 1 else 'answers'} in {spent:.0f} ms</span>"
        )
        return True

    def _ask_for_the_rest(self) -> None:
        state, directory = self.state, self.directory
        self._link()
        self.latest.ask("verdict", lambda: questions.verdict(state, directory), self._show_verdict)
        if state.tab == "levels":
            self.latest.ask("levels", partial(questions.ladder, state, directory), self._show_levels)
        elif state.tab == "noise":
            self.latest.ask(
                "noise", lambda: questions.noise(state, directory), partial(self._show_noise, state)
            )
        elif state.tab == "machine":
            self.latest.ask(
                "machine", partial(questions.machine, state, directory), partial(self._show_machine, state)
            )
        elif state.tab == "transient":
            self.latest.ask(
                "transient",
                partial(questions.transient, state, directory),
                partial(self._show_transient, state),
            )
        elif state.tab == "map":
            self._ask_for_map(state, 0)

    def _link(self) -> None:
        """Let the address and the switch of light and dark restore this state."""
        light, dark = to_link(self.state), f"{to_link(self.state)}&theme=dark"
        self.theme.href = light if self.dark else dark
        if pn.state.location is not None:
            pn.state.location.search = dark if self.dark else light

    def _ask_for_map(self, state: Choices, level: int) -> None:
        start, directory = time.perf_counter(), self.directory
        self.latest.ask(
            "map",
            lambda: questions.surface(state, *questions.MAPS[level], beside=directory),
            partial(self._show_map, state, level, start),
        )

    def _show_map(self, state: Choices, level: int, start: float, answer: Any) -> None:
        if state is not self.state or not self._usable("map", answer):
            return
        terminal = self.controls.terminal.value or str(answer["terminal"].values[0])
        across, up = axis_of(state.along, 0), axis_of(state.up, 1)
        currents = answer["energy_current"].sel(terminal=terminal).transpose(across, up)
        titles = (state.knob(state.along).label, state.knob(state.up).label)
        self.surface.show(currents, titles, (state.values[state.along], state.values[state.up]))
        self._tell()
        if level + 1 < len(questions.MAPS):
            points = [a * b for a, b in questions.MAPS]
            expected = (time.perf_counter() - start) * points[level + 1] / points[level]
            if expected < PATIENCE:
                self._ask_for_map(state, level + 1)
            else:
                self.texts[
                    "progress"
                ].object = f"a finer map would take {expected:.0f} s here: take the input file to sambe run"

    def _show_verdict(self, answer: Any) -> None:
        if self._usable("verdict", answer):
            self.texts["verdict"].object = verdict_chips(answer)
        else:
            self.texts["verdict"].object = "no verdict: see below"

    def _show_levels(self, answer: Any) -> None:
        if self._usable("levels", answer):
            self.levels.show(*answer)
            self._tell()

    def _show_noise(self, state: Choices, answer: Any) -> None:
        if not self._usable("noise", answer):
            return
        self.texts["noise"].object = noise_table(questions.at_point(state, answer))
        diagonal = _diagonal(answer["energy_noise"])
        knob = state.knob(state.along)
        self.noise.show(
            {state.answers[0]: diagonal}, axis_of(state.along, 0), state.values[state.along], knob.label
        )
        self._tell()

    def _show_machine(self, state: Choices, answer: Any) -> None:
        if not self._usable("machine", answer):
            return
        self.texts["machine"].object = machine_table(questions.at_point(state, answer))
        knob = state.knob(state.along)
        self.machine.show(
            {state.answers[0]: answer["energy_current"]}, axis_of(state.along, 0), state.values[state.along],
            knob.label,
        )  # fmt: skip
        self._tell()

    def _show_transient(self, state: Choices, answer: Any) -> None:
        if not self._usable("transient", answer):
            return
        start, course = answer
        self.texts["transient"].object = (
            f"<p data-course>From basis state {start}, the lowest one, at t = 0; work that could be drawn "
            f"at the end (ergotropy): {float(course['ergotropy'][-1]):.4g}</p>"
        )
        self.transient.show({state.answers[0]: course["energy_current"]}, "time", 0.0, "time (ħ/energy)")
        self._tell()

    def _usable(self, kind: str, answer: Any) -> bool:
        """Whether an answer is one; an exception is told instead."""
        failed = isinstance(answer, Exception)
        self.faults[kind] = [answer] if failed else []
        if failed:
            self._tell()
        return not failed

    def _title(self) -> None:
        self.texts["title"].object = f"<h1>{escape(self.state.origin)}</h1>"

    def _tell(self) -> None:
        self.texts["faults"].object = message(fault for faults in self.faults.values() for fault in faults)

    def _make_tabs(self) -> Any:
        tabs = pmui.Tabs(
            *zip([name.capitalize() for name in TABS], self.drawers.values(), strict=True),
            active=TABS.index(self.state.tab), sizing_mode="stretch_width",
        )  # fmt: skip
        tabs.param.watch(lambda event: self._turn_to(TABS[event.new]), "active")
        self._furnish(self.state.tab)
        return tabs

    def _turn_to(self, tab: str) -> None:
        self._furnish(tab)
        self.change(replace(self.state, tab=tab))

    def _furnish(self, tab: str) -> None:
        """Put into a tab what it shows, when it is opened for the first time."""
        contents: dict[str, Callable[[], list[Any]]] = {
            "currents": lambda: [self.curves.frame, self.texts["currents"]],
            "levels": lambda: [self.levels.frame],
            "map": lambda: [self.controls.terminal, self.surface.frame],
            "noise": lambda: [self.noise.frame, self.texts["noise"]],
            "machine": lambda: [self.texts["machine"], self.machine.frame],
            "transient": lambda: [self.transient.frame, self.texts["transient"]],
        }
        if not len(self.drawers[tab]):
            self.drawers[tab].objects = contents[tab]()

    def servable(self) -> Any:
        """The template with everything in it."""
        strip = pn.Column(
            self.texts["title"], self.texts["verdict"], self.texts["faults"], self.texts["progress"],
            sizing_mode="stretch_width", styles={"position": "sticky", "top": "0", "z-index": "5"},
        )  # fmt: skip
        wide = {"flex": "100 1 480px", "min-width": "300px"}  # beside the junction where there is room
        tabs = pn.Column(self.tabs, sizing_mode="stretch_width", styles=wide)
        figures = pn.FlexBox(
            pn.Column(self.junction.frame, width=330), tabs, align_items="flex-start",
            sizing_mode="stretch_width",
        )  # fmt: skip
        buttons = pn.FlexBox(*downloads(lambda: self.state, lambda: self.directory))
        content = pn.Column(strip, figures, buttons, sizing_mode="stretch_width")
        controls = pn.Column(self.controls.panel, width=310)
        beside = pn.Row(controls, content, sizing_mode="stretch_width", stylesheets=[ON_A_PHONE])
        whole = pmui.Page(
            title="sambe explorer", header=[self.theme], main=[beside], busy_indicator=None,
            dark_theme=self.dark, theme_toggle=False, sx=NO_BAR,
        )  # fmt: skip
        with edit_readonly(whole):
            # follows the server's state of being busy, twice for each event of a widget, and walks through
            # every model of the page each time: half of a redraw, for a sign that is not shown
            whole.busy = False
        return whole


def _at_once(call: Any) -> None:
    call()


def _diagonal(noise: Any) -> Any:
    """Each terminal's own variance, of the matrix over terminal and other."""
    import xarray as xr

    names = noise["terminal"].values
    return xr.concat(
        [noise.sel(terminal=name, other=name, drop=True) for name in names], dim="terminal"
    ).assign_coords(terminal=names)
