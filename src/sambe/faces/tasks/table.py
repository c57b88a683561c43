"""The tasks of input files: one record for each verb, and nothing else compares their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from ..input.schema import one_of
from ..text.quantities import Quantities
from ..text.summary import tables
from .readers import as_tuple, bins, numbers_by_name, sector, state, times
from .task import Draw, Task

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["DEFAULT", "TASKS", "task_of"]

PARTICLES = ("particle_current", "electrical_power")  # variables of systems with leads that a figure shows


def _whole(draw: Callable[..., Any]) -> Draw:
    """From a function that draws axes to one that gives their figure."""

    @wraps(draw)
    def figure(dataset: xr.Dataset, **words: str | None) -> Figure:
        from ...plot.canvas import figure_of

        return figure_of(draw(dataset, **words))

    return figure


@_whole
def _currents(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    if PARTICLES[0] in dataset:
        shown = [name for name in (*PARTICLES, "energy_current") if dataset[name].any()]
        flows = dataset[PARTICLES[0]].astype(bool) | dataset["energy_current"].astype(bool)
        terminals = flows.any([d for d in flows.dims if d != "terminal"])
        used = dataset.isel(terminal=terminals.values)  # without a drive the pump is no terminal
        return _of(*shown)(used, title=title, unit=unit)
    from ...plot import currents

    return currents(dataset, panels=True, title=title, unit=unit)


def _of(*names: str) -> Draw:
    """A figure of some variables."""

    @_whole
    def draw(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
        from ...plot.quantity_figures import quantities

        return quantities(dataset, names, title=title)

    return draw


@_whole
def _pumped(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    """Electrons where there are leads, which pump them; else energies."""
    charge = "geometric_particles" in dataset
    shown = ("geometric_particles",) if charge else ("geometric_energy", "dynamical_current")
    return _of(*shown)(dataset, title=title, unit=unit)


def _side_by_side(size: tuple[float, float], count: int, title: str | None) -> Any:
    """Panels for so many figures in one, each of that size in inches."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from ...plot.style import LONGEST_TITLE, RC, words

    with rc_context(RC):
        figure = Figure(figsize=(size[0] * count, size[1]), layout="constrained")
        if title:
            figure.suptitle(words(title, LONGEST_TITLE))
        return figure.subplots(1, count, squeeze=False)[0]


@_whole
def _curvature(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    """A map for each terminal."""
    from ...plot import curvature

    names = [str(name) for name in dataset["terminal"].values]
    panels = _side_by_side((4.2, 3.6), len(names), title)
    return [curvature(dataset, name, ax, title=name) for name, ax in zip(names, panels, strict=True)]


@_whole
def _course(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    """Currents and energies over time of a few points of one axis; maps of longer sweeps."""
    from ...plot.in_time_figures import MOST_COURSES, transient

    if dataset["status"].ndim > 1 or dataset["status"].size > MOST_COURSES:
        return _of("energy_current", "ergotropy")(dataset, title=title, unit=unit)

    panels = _side_by_side((4.5, 3.4), 2, title)
    shown = ("currents", "energies")
    return [transient(dataset, ax, show=show) for ax, show in zip(panels, shown, strict=True)]


@_whole
def _relaxation(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    if dataset["gap"].ndim > 1:
        return _of("gap")(dataset, title=title, unit=unit)
    from ...plot import relaxation

    return relaxation(dataset, _side_by_side((5.0, 3.4), 1, title)[0])


@_whole
def _modes(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    """Modes over a sweep; a point is its currents."""
    if dataset["mode"].size == 1:
        return _currents(dataset, title=title, unit=unit)
    from ...plot import modes

    return modes(dataset, title=title)


@_whole
def _flows(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Any:
    from ...plot import flows

    return flows(dataset, title=title)


# what leads exchange, behind the energies; nothing where there are none
STATIONARY = Quantities("Particles, heat and work of the leads", (*PARTICLES, "heat_current"), before=tables)
STATES = {"initial": state, "sector": sector}
NOISE = ("energy_noise", "pump_quanta", "fano", "uncertainty_ratio", "kinetic_ratio", "activity")
PUMPED = ("geometric_energy", "geometric_particles", "geometric_quanta", "direct_energy", "direct_particles",
          "direct_quanta", "dynamical_current")  # fmt: skip
COURSE = ("energy_current", "energy_transferred", "stored_energy", "ergotropy", "expectation")
SURFACE = ("curvature_energy", "curvature_particles", "curvature_quanta")
MERITS = ("mode", "power", "efficiency", "cop", "heat_pump_cop", "carnot", "fraction_of_carnot",
          "naive_efficiency", "naive_carnot")  # fmt: skip
RECTIFIED = ("forward", "backward", "rectification")
RESPONSES = ("conductance", "thermoelectric", "drive_response", "reciprocity_residual")
FLOWS = ("bond_current", "local_power")

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("steady_state", STATIONARY, _currents, STATES),
        Task("compare", STATIONARY, _currents),
        Task("channels", Quantities("Channels that carry most", ("energy_current", "pump_current"), most=12)),
        Task(
            "counting_statistics",
            Quantities("Noise of the energies into the system", NOISE, before=STATIONARY),
            _of("fano", "uncertainty_ratio", "energy_noise"),
            STATES,
        ),
        Task(
            "generating_function",
            Quantities("Generating function of the energies", ("generating_function",)),
            _of("generating_function"),
            {"fields": numbers_by_name},
        ),
        Task(
            "evolve",
            Quantities("Followed in time", COURSE),
            _course,
            {"state": state, "times": times},
            ("envelope",),
        ),
        Task("cycle", Quantities("Over a period", COURSE), _course),
        Task(
            "relaxation", Quantities("Relaxation", ("gap", "rate", "overlap")), _relaxation, {"state": state}
        ),
        Task(
            "energy_spectrum",
            Quantities("Currents by the energy of the quanta", ("spectral_current", "energy_current")),
            _of("spectral_current"),
            {"bins": bins},
        ),
        Task(
            "site_temperature",
            Quantities("Temperature of the site", ("temperature", "pair_temperature", "population")),
            _of("temperature", "pair_temperature"),
        ),
        Task("pump_cycle", Quantities("Pumped per slow cycle into the system", PUMPED), _pumped),
        Task("pump_curvature", Quantities("Pumped per cycle and area", SURFACE), _curvature),
        Task(
            "performance", Quantities("What machine it is, and how good", MERITS, before=STATIONARY), _modes
        ),
        Task("rectification", Quantities("Rectification", RECTIFIED), _of(*RECTIFIED), {"swap": as_tuple}),
        Task(
            "response",
            Quantities("What the currents answer to small changes", RESPONSES, before=STATIONARY),
            _of(*RESPONSES[:-1]),
        ),
        Task("flows", Quantities("Where the energy goes inside", FLOWS, before=STATIONARY), _flows),
    )
}
DEFAULT = TASKS["steady_state"]


def task_of(table: dict[str, Any]) -> Task:
    """The task that `[task]` names.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    return TASKS[one_of("task", table, "verb", TASKS)] if table else DEFAULT
