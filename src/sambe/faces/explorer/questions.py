"""What the page asks of the package: each answer from the input file of the state, within bounds of size.

Every function takes a state of the page and gives a Dataset, or raises one of the package's errors, which the
page shows. Nothing here knows of widgets.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ...description.units.scale import Units
from ...errors import InputError, SambeError
from ..tasks.job import Job, parse
from .choices import Choices
from .knobs import Path as Place
from .knobs import axis_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

    Curve = TypeVar("Curve", xr.Dataset, xr.DataArray)

__all__ = [
    "MAPS",
    "at_point",
    "currents",
    "curves",
    "file_text",
    "ladder",
    "machine",
    "noise",
    "surface",
    "transient",
    "verdict",
]

# Levels of a system that a page turns knobs of. A choice: a point of so many takes some tenths of a second.
MOST_LEVELS = 40
# Length of a transient in lifetimes of its slowest part, of which e^-6 is left; a choice.
LIFETIMES = 6.0
# Points across and up of the passes of a map, each finer than the one before; choices.
MAPS = ((13, 9), (31, 23), (81, 61))


def file_text(tables: dict[str, Any]) -> str:
    """The tables as a TOML file that `sambe run` takes.

    Examples
    --------
    >>> file_text({"system": {"model": "spin_boson", "drive": 0.2}}).splitlines()
    ['[system]', 'model = "spin_boson"', 'drive = 0.2']
    """
    import tomli_w

    return tomli_w.dumps(tables)


def _job(tables: dict[str, Any], beside: Path | None, **changes: Any) -> Job:
    job = parse(file_text(tables), beside, **changes)
    if job.system.levels > MOST_LEVELS:
        raise InputError(
            "levels", job.system.levels, f"the page shows systems of {MOST_LEVELS} levels at most; this one "
            "is for `sambe run`",
        )  # fmt: skip
    return job


def _through_point(choices: Choices, beside: Path | None) -> Job:
    """The curves, of which the shown point is one."""
    job = _job(choices.through_point(), beside)
    _check_ends(choices, choices.along, beside)
    return job


def _check_ends(choices: Choices, path: Place, beside: Path | None) -> None:
    """Refuse an axis that goes from or to where there is no such system, as to a negative frequency.

    A sweep leaves such points out, which a file tells in its summary; here half of a curve would be missing
    without a word. Ends are those of the file until a person moves them, or the shown point beyond them.
    """
    knob, value = choices.knob(path), choices.values[path]
    ends = {"From": knob.low, "To": knob.high} if path in choices.ends else {}
    shown = {} if knob.low <= value <= knob.high else {knob.label: value}
    for side, end in (ends | shown).items():
        try:
            _job(choices.turned(path, end).at_point(), beside)
        except SambeError as error:
            raise InputError(side, end, f"there is no such point ({error}); choose another one") from None


def _steady(job: Job, secular: str) -> xr.Dataset:
    from ...verbs.stationary_currents import steady_state

    # one session must not take all cores of the server
    options = {**job.options, "secular": secular, "observables": job.observables or None, "workers": 1}
    return job.dressed(steady_state(job.system, equation=job.equations[0], **options))


def currents(choices: Choices, beside: Path | None = None) -> dict[str, xr.DataArray | SambeError]:
    """Currents along a number alone, by each chosen answer: what a turned knob redraws.

    By `sambe.energy_currents`, in a third of the time of `curves`, as nothing else is reported of a point. A
    terminal has its bath's name, so that a squeezed bath is one. An error stands in the place of an answer
    that there is not. The shown point is one of the curve's: see `at_point`.
    """
    job = _through_point(choices, beside)
    return {secular: _answer(job, secular, choices) for secular in choices.answers}


def _answer(job: Job, secular: str, choices: Choices) -> xr.DataArray | SambeError:
    import xarray as xr

    from ...verbs.bare_currents import energy_currents

    options = {key: x for key, x in job.options.items() if key != "memory"} | {"secular": secular}
    axis, system = axis_of(choices.along, 0), job.system
    plain = system.map_numbers(lambda _, x: x.values if isinstance(x, xr.DataArray) else x)
    try:
        values = energy_currents(plain, equation=job.equations[0], **options)
        if np.isnan(values).all():  # says why
            return _steady(job, secular)["energy_current"]
    except SambeError as error:
        return error
    places = next(x[axis] for x in system.numbers().values() if isinstance(x, xr.DataArray))
    labels = {axis: places.values, "terminal": list(system.whole_terminals)}
    bare = xr.DataArray(values, labels, (axis, "terminal"))
    if job.units is None:
        return bare
    unit = job.units.power
    dressed: xr.DataArray = Units(job.units.energy).to(bare, unit)
    return dressed.assign_attrs(units=unit)


def curves(choices: Choices, beside: Path | None = None) -> dict[str, xr.Dataset | SambeError]:
    """Everything that there is to know along a number, by each chosen answer, errors in their places."""
    job = _through_point(choices, beside)
    answers: dict[str, xr.Dataset | SambeError] = {}
    for secular in choices.answers:
        try:
            answers[secular] = _steady(job, secular)
        except SambeError as error:
            answers[secular] = error
    return answers


def at_point(choices: Choices, curve: Curve) -> Curve:
    """The shown point of a curve."""
    axis = axis_of(choices.along, 0)
    return curve.sel({axis: choices.values[choices.along]}, method="nearest")


def surface(choices: Choices, across: int, up: int, beside: Path | None = None) -> xr.Dataset:
    """Currents over two numbers, so many points each."""
    if choices.along == choices.up:
        raise InputError("up", choices.knob(choices.up).label, "choose two different numbers for a map")
    job = _job(choices.swept((choices.along, across), (choices.up, up)), beside)
    for path in (choices.along, choices.up):
        _check_ends(choices, path, beside)
    return _steady(job, choices.answers[0])


def ladder(choices: Choices, beside: Path | None = None) -> tuple[xr.Dataset, xr.Dataset]:
    """The shown point with its levels, and its channels by bath, levels and quanta."""
    from ...verbs.breakdown import channels

    job = _job(choices.at_point(), beside)
    ways: xr.Dataset = channels(job.system, equation=job.equations[0], workers=1)
    return _steady(job, choices.answers[0]), ways


def noise(choices: Choices, beside: Path | None = None) -> xr.Dataset:
    """Noise along a number, the shown point among the others."""
    from ...verbs.fluctuations import counting_statistics

    return _along(choices, beside, counting_statistics)


def machine(choices: Choices, beside: Path | None = None) -> xr.Dataset:
    """What machine the system is along a number, and how good, the shown point among the others."""
    from ...verbs.machines.merit import performance

    return _along(choices, beside, performance)


def _along(choices: Choices, beside: Path | None, verb: Callable[..., xr.Dataset]) -> xr.Dataset:
    """What a verb says along a number."""
    job = _through_point(choices, beside)
    options = {**job.options, "workers": 1}  # one session must not take all cores of the server
    return job.dressed(verb(job.system, equation=job.equations[0], **options))


def transient(choices: Choices, beside: Path | None = None) -> tuple[int, xr.Dataset]:
    """The way of the shown point from a basis state to its stationary state, and which state that is.

    The state is the one of the lowest mean energy with the drive off; the time is as long as the slowest rate
    asks for.
    """
    from ...verbs.in_time.courses import evolve
    from ...verbs.in_time.decays import relaxation

    job = _job(choices.at_point(), beside)
    method: dict[str, Any] = {"equation": job.equations[0], "secular": choices.answers[0], "workers": 1}
    mean = sum(float(np.real(np.asarray(x))) * np.real(np.diag(term)) for x, term in job.system.hamiltonian)
    start = int(np.argmin(mean))
    gap = float(relaxation(job.system, **method)["gap"])
    if not np.isfinite(gap) or gap <= 0:
        raise InputError("gap", gap, "no rate says how long the way to a stationary state is")
    times = np.linspace(0.0, LIFETIMES / gap, choices.points)
    return start, job.dressed(evolve(job.system, start, times, states=False, **method))


def verdict(choices: Choices, beside: Path | None = None) -> xr.Dataset:
    """How far each chosen answer is to be trusted at the shown point."""
    from ...physics.equations import AUTO
    from ...physics.preparation import prepare
    from ...trust.examination import audit

    job = _job(choices.at_point(), beside)
    chosen = choices.equation if choices.equation != AUTO else prepare(job.system, AUTO).equation
    answer: xr.Dataset = audit(job.system, equations=[chosen], secular=list(choices.answers), workers=1)
    return answer
