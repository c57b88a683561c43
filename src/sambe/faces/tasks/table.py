"""The tasks of input files: one record for each verb, and nothing else compares their names."""

from __future__ import annotations

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


def _currents(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Figure:
    if PARTICLES[0] in dataset:
        shown = [name for name in (*PARTICLES, "energy_current") if dataset[name].any()]
        flows = dataset[PARTICLES[0]].astype(bool) | dataset["energy_current"].astype(bool)
        terminals = flows.any([d for d in flows.dims if d != "terminal"])
        used = dataset.isel(terminal=terminals.values)  # without a drive the pump is no terminal
        return _of(*shown)(used, title=title, unit=unit)
    from ...plot import currents

    return currents(dataset, title=title, unit=unit)


def _of(*names: str) -> Draw:
    """A figure of some variables."""

    def draw(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Figure:
        from ...plot.quantity_figures import quantities

        return quantities(dataset, names, title=title)

    return draw


def _pumped(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Figure:
    """Electrons where there are leads, which pump them; else energies."""
    charge = "geometric_particles" in dataset
    shown = ("geometric_particles",) if charge else ("geometric_energy", "dynamical_current")
    return _of(*shown)(dataset, title=title, unit=unit)


def _curvature(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Figure:
    """A map for each terminal."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from ...plot import curvature
    from ...plot.style import RC, words

    names = [str(name) for name in dataset["terminal"].values]
    with rc_context(RC):
        figure = Figure(figsize=(4.2 * len(names), 3.6), layout="constrained")
        for name, ax in zip(names, figure.subplots(1, len(names), squeeze=False)[0], strict=True):
            curvature(dataset, terminal=name, ax=ax, title=name)
        if title:
            figure.suptitle(words(title, 80))
    return figure


def _course(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Figure:
    """Currents and energies of a single point; of a sweep maps or curves of what they are at each time."""
    if dataset["status"].ndim:
        return _of("energy_current", "ergotropy")(dataset, title=title, unit=unit)
    from matplotlib.figure import Figure

    from ...plot import transient
    from ...plot.style import words

    figure = Figure(figsize=(9.0, 3.4), layout="constrained")
    for ax, show in zip(figure.subplots(1, 2), ("currents", "energies"), strict=True):
        transient(dataset, ax, show=show)
    if title:
        figure.suptitle(words(title, 80))
    return figure


def _relaxation(dataset: xr.Dataset, *, title: str | None, unit: str | None) -> Figure:
    if dataset["gap"].ndim > 1:
        return _of("gap")(dataset, title=title, unit=unit)
    from ...plot import relaxation
    from ...plot.style import words

    ax = relaxation(dataset)
    if title:
        ax.set_title(words(title, 80))
    return ax.figure  # type: ignore[return-value]


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
RESPONSES = ("conductance", "thermoelectric", "drive_response")
FLOWS = ("bond_current", "local_power")

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("steady_state", STATIONARY, _currents, STATES),
        Task("compare", STATIONARY, _currents),
        Task(
            "channels",
            Quantities("Channels that carry most", ("energy_current", "pump_current"), most=12),
        ),
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
            "relaxation",
            Quantities("Relaxation", ("gap", "rate", "overlap")),
            _relaxation,
            {"state": state},
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
        Task(
            "pump_cycle",
            Quantities("Pumped per slow cycle into the system", PUMPED),
            _pumped,
        ),
        Task(
            "pump_curvature",
            Quantities("Pumped per cycle and area", SURFACE),
            _curvature,
        ),
        Task(
            "performance",
            Quantities("What machine it is, and how good", MERITS, before=tables),
            _of("power", "efficiency", "cop", "fraction_of_carnot"),
        ),
        Task(
            "rectification",
            Quantities("Rectification", RECTIFIED),
            _of(*RECTIFIED),
            {"swap": as_tuple},
        ),
        Task(
            "response",
            Quantities("What the currents answer to small changes", RESPONSES, before=tables),
            _of(*RESPONSES),
        ),
        Task(
            "flows",
            Quantities("Where the energy goes inside", FLOWS, before=tables),
            _of(*FLOWS),
        ),
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
