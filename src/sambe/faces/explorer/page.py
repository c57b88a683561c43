"""The page of one session: its pictures and texts, and what happens when its form asks something.

A question is a link, as `link` reads it; the answer are data of the figures and texts in their places, which
the page's script puts there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from html import escape
from pathlib import Path as FilePath
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource

from ...errors import SambeError
from . import questions
from .choices import TABS, Choices
from .controls import form, options
from .knobs import axis_of
from .latest import Latest
from .link import from_link, to_link
from .pictures.curves import CurvesPicture
from .pictures.junction import junction_drawing
from .pictures.levels import LevelsPicture
from .pictures.look import Look
from .pictures.surface import SurfacePicture
from .texts import currents_table, machine_table, message, noise_table, verdict_chips

__all__ = ["Page"]

CURRENT = ("energy current into the system", "energy²/ħ")
VARIANCE = ("variance of the energy per time", "energy³/ħ")
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
    document : bokeh Document, optional
        Of the session; without one everything happens at once.
    """

    def __init__(
        self, files: Mapping[str, Mapping[str, Any]], beside: Mapping[str, FilePath],
        pool: ThreadPoolExecutor, query: str = "", dark: bool = False, document: Any = None,
    ) -> None:  # fmt: skip
        self.files, self.beside, self.document = files, beside, document
        self.state, complaints = from_link(query, files)
        self.faults: dict[str, list[object]] = {"link": list(complaints)}
        self.latest = Latest(pool, document.add_next_tick_callback if document else _at_once)
        self.look = Look(dark)
        self.curves = CurvesPicture(self.look, *CURRENT)
        self.texts: dict[str, str] = {}
        self.question = ColumnDataSource({"link": [query]}, name="question")
        self.answer = ColumnDataSource({"place": [], "text": []}, name="answer")
        self.form = ColumnDataSource({"text": [""]}, name="form")
        self.drawers = {tab: column(name=tab, sizing_mode="stretch_width") for tab in TABS}
        # models that no figure needs come with one that the page has
        self.drawers[TABS[0]].tags = [self.question, self.answer, self.form]
        self.question.on_change("data", lambda _attribute, _old, new: self.ask(str(new["link"][0])))
        self._say(title=escape(self.state.origin))
        self._furnish()
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
    def roots(self) -> list[Any]:
        """Figures of the page, by their names in its template."""
        return list(self.drawers.values())

    @property
    def first_form(self) -> str:
        """Fields of the state in which the page opens."""
        return form(self.state, list(self.files))

    @property
    def directory(self) -> FilePath | None:
        """Where the opened file stands."""
        return self.beside.get(self.state.origin)

    def ask(self, query: str) -> None:
        """Show the state of a link; what of it does not fit is told."""
        state, complaints = from_link(query, self.files)
        opened = state.origin != self.state.origin
        self.state, self.faults = state, {"link": list(complaints)}
        if opened:
            self._say(title=escape(state.origin))
            self.form.data = {"text": [self.first_form]}
        self._furnish()
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
        if self._draw_currents(state, start, answer) and state is self.state:
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
            f"{name}: {fault}" for name, fault in answer.items() if isinstance(fault, SambeError)
        ]
        if not drawn:
            self._say()
            return False
        point = questions.at_point(state, next(iter(drawn.values())))
        self._draw(self.curves, state, drawn)
        where = ", ".join(f"{k.label} = {state.values[k.path]:.6g}" for k in state.knobs[:3])
        names = [str(name) for name in point["terminal"].values]
        spent = 1e3 * (time.perf_counter() - start)
        self._say(
            terminals=options(names, state.terminal if state.terminal in names else names[0]),
            junction=junction_drawing(point, state.origin, self.look),
            currents=currents_table(point, where),
            progress=f"<span data-value='{state.values[state.along]!r}'>{state.points} points by "
            f"{len(drawn)} {'answer' if len(drawn) == 1 else 'answers'} in {spent:.0f} ms</span>",
        )
        return True

    def _ask_for_the_rest(self) -> None:
        state, directory = self.state, self.directory
        self._say(link=to_link(state))
        self.latest.ask("verdict", lambda: questions.verdict(state, directory), self._show_verdict)
        if state.tab == "map":
            self._ask_for_map(state, 0)
        elif state.tab in self._of_tabs:
            question, show = self._of_tabs[state.tab]
            self.latest.ask(state.tab, partial(question, state, directory), partial(show, state))

    @property
    def _of_tabs(self) -> dict[str, tuple[Callable[..., Any], Callable[[Choices, Any], None]]]:
        """Of each tab what it asks, and what shows the answer."""
        return {
            "levels": (questions.ladder, self._show_levels),
            "noise": (questions.noise, self._show_noise),
            "machine": (questions.machine, self._show_machine),
            "transient": (questions.transient, self._show_transient),
        }

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
        names = [str(name) for name in answer["terminal"].values]
        terminal = state.terminal if state.terminal in names else names[0]
        across, up = axis_of(state.along, 0), axis_of(state.up, 1)
        currents = answer["energy_current"].sel(terminal=terminal).transpose(across, up)
        titles = (state.knob(state.along).label, state.knob(state.up).label)
        self.surface.show(currents, titles, (state.values[state.along], state.values[state.up]))
        told = f"{currents.size} points"
        if level + 1 < len(questions.MAPS):
            points = [a * b for a, b in questions.MAPS]
            expected = (time.perf_counter() - start) * points[level + 1] / points[level]
            if expected < PATIENCE:
                self._ask_for_map(state, level + 1)
            else:
                told = f"a finer map would take {expected:.0f} s here: take the input file to sambe run"
        self._say(map=f"<p data-map='{currents.size}'>{told}</p>")

    def _show_verdict(self, answer: Any) -> None:
        usable = self._usable("verdict", answer)
        self._say(verdict=verdict_chips(answer) if usable else "no verdict: see below")

    def _show_levels(self, state: Choices, answer: Any) -> None:
        if self._usable("levels", answer):
            self.levels.show(*answer)
            self._say()

    def _show_noise(self, state: Choices, answer: Any) -> None:
        if self._usable("noise", answer):
            self._draw(self.noise, state, {state.answers[0]: _diagonal(answer["energy_noise"])})
            self._say(noise=noise_table(questions.at_point(state, answer)))

    def _show_machine(self, state: Choices, answer: Any) -> None:
        if self._usable("machine", answer):
            self._draw(self.machine, state, {state.answers[0]: answer["energy_current"]})
            self._say(machine=machine_table(questions.at_point(state, answer)))

    def _show_transient(self, state: Choices, answer: Any) -> None:
        if self._usable("transient", answer):
            start, course = answer
            unit = str(course["time"].attrs.get("units", ""))
            title = "time (ħ/energy)" if not unit or "energy" in unit else f"time ({unit})"
            self.transient.show({state.answers[0]: course["energy_current"]}, "time", 0.0, title)
            self._say(
                transient=f"<p data-course>From basis state {start}, the lowest one, at t = 0; work that "
                f"could be drawn at the end (ergotropy): {float(course['ergotropy'][-1]):.4g}</p>"
            )

    def _draw(self, picture: CurvesPicture, state: Choices, answers: dict[str, Any]) -> None:
        """Curves along the chosen number."""
        label = state.knob(state.along).label
        picture.show(answers, axis_of(state.along, 0), state.values[state.along], label)

    def _usable(self, kind: str, answer: Any) -> bool:
        """Whether an answer is one; an exception is told instead."""
        failed = isinstance(answer, Exception)
        self.faults[kind] = [answer] if failed else []
        if failed:
            self._say()
        return not failed

    def _say(self, **texts: str) -> None:
        """Put texts in their places, and what is wrong in its own: one message to the browser."""
        faults = message(fault for faults in self.faults.values() for fault in faults)
        said = {**self.texts, **texts, "faults": faults}
        if said != self.texts:
            self.texts = said
            self.answer.data = {"place": list(said), "text": list(said.values())}

    def _furnish(self) -> None:
        """Put into the open tab what it shows, when it is opened for the first time."""
        tab = self.state.tab
        if not self.drawers[tab].children:
            picture: Any = {"currents": "curves", "map": "surface"}.get(tab, tab)
            self.drawers[tab].children = [getattr(self, picture).frame]


def _at_once(call: Any) -> None:
    call()


def _diagonal(noise: Any) -> Any:
    """Each terminal's own variance, of the matrix over terminal and other."""
    import xarray as xr

    names = noise["terminal"].values
    return xr.concat(
        [noise.sel(terminal=name, other=name, drop=True) for name in names], dim="terminal"
    ).assign_coords(terminal=names)
