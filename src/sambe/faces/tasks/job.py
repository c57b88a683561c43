"""Input files: TOML to a `System` and what is to be done with it.

>>> job = parse('''
... [system]
... model = "spin_boson"
... omega = {start = 0.5, stop = 1.5, points = 11}
... ''')
>>> job.system.numbers()["omega"].sizes["omega"], job.equations
(11, ('auto',))
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..._version import __version__
from ...description.bath import Bath
from ...description.gate import size
from ...description.operators import Operator
from ...description.system import System
from ...description.units.scale import Units, outputs
from ...errors import InputError
from ...models import MODELS
from ...physics.equations import AUTO
from ..input.baths import read_baths, read_leads
from ..input.expressions import Site
from ..input.gate import LARGEST, read
from ..input.numbers import Numbers, check_label
from ..input.schema import (
    ConfigError,
    Document,
    ExplicitTable,
    OutputTable,
    SiteTable,
    SolveTable,
    UnitsTable,
    model_table,
    one_of,
    validate,
)
from ..input.steps import read_stepped
from ..input.terms import hermitian_operator, read_terms, terms_by_quanta
from .table import DEFAULT, TASKS, task_of
from .task import Context, Task

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Job", "load", "parse"]

_OPTIONS = ("secular", "lamb_shift", "tolerance", "propagation_tolerance", "memory", "heom", "ambient")
# Parameters of ready-made systems that are bare numbers; the others are energies.
_BARE = frozenset({"s", "offset_charge"})
_TWO = ("qubit", "fermion")  # kinds of sites with two levels
# Sites of the ready-made systems, kind and name of each, for operators that a file writes.
_SITES = {
    "spin_boson": (("qubit", ""),), "modulated_qubit": (("qubit", ""),), "spin": (("spin", ""),),
    "stochastic_pump": (("qubit", ""),),
    "kerr_resonator": (("boson", ""),), "oscillator": (("boson", ""),), "transmon": (("levels", ""),),
    "three_level": (("levels", ""),), "lambda_system": (("levels", ""),),
    "two_qubits": (("qubit", "left"), ("qubit", "right")),
    "jaynes_cummings": (("boson", "cavity"), ("qubit", "qubit")),
    "optomechanics": (("boson", "cavity"), ("boson", "mirror")),
    "heat_valve": (("boson", "left"), ("qubit", "qubit"), ("boson", "right")),
    "quantum_dot": (("fermion", ""),), "double_dot": (("fermion", "left"), ("fermion", "right")),
    "anderson_dot": (("fermion", "up"), ("fermion", "down")),
    "molecular_junction": (("fermion", "dot"), ("boson", "vibration")),
    "parametric_converter": (("boson", "signal"), ("boson", "idler")),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Job:
    """What an input file asks for.

    Parameters
    ----------
    system : System
        With labelled arrays where the file has axes.
    equations : tuple of str
        One or more, in the order of the file.
    options : dict
        ``secular``, ``lamb_shift``, ``tolerance``, ``memory`` and so on, as far as the file gives them.
    observables : dict of str to array
        Operators whose expectation values are asked for.
    task : Task
        The verb that is asked.
    arguments : dict
        Of the verb.
    output : OutputTable
        Directory, formats and title.
    units : UnitsTable, optional
        The scale of the numbers, and the units in which results are given.
    source : str
        The text of the file.
    """

    system: System
    equations: tuple[str, ...] = (AUTO,)
    options: dict[str, Any] = field(default_factory=dict)
    observables: dict[str, Operator] = field(default_factory=dict)
    task: Task = DEFAULT
    arguments: dict[str, Any] = field(default_factory=dict)
    output: OutputTable = field(default_factory=OutputTable)
    units: UnitsTable | None = None
    source: str = ""

    def solve(self, progress: Callable[[str, int, int], None] | None = None, **where: Any) -> xr.Dataset:
        """What the task of the file asks: by default stationary currents by every equation of the file, of
        which several give a dimension.

        ``progress`` is called with the equation, the points done and the points in all; the rest goes to
        the verb: ``memory``, ``workers``, ``executor``, ``store`` and ``resume``.
        """
        several = len(self.equations) > 1
        task = TASKS["compare"] if several and self.task is DEFAULT else self.task
        waiting = list(self.equations)

        def told(done: int, total: int) -> None:
            if progress is not None:
                progress(waiting[0], done, total)
            if done == total and len(waiting) > 1:
                waiting.pop(0)

        task.refuse((name, name, value) for name, value in where.items() if name != "memory")
        takes = task.parameters
        options = {name: x for name, x in {**self.options, **where}.items() if name in takes}
        chosen = {"equations": self.equations, "equation": self.equations[0], "progress": told,
                  "observables": self.observables or None}  # fmt: skip
        options |= {name: x for name, x in chosen.items() if name in takes}
        data = self.dressed(task.ask(self.system, self.arguments, options))
        return data.assign_attrs(input=self.source, sambe_version=__version__)

    def dressed(self, data: xr.Dataset) -> xr.Dataset:
        """A result in the units that the file asks for."""
        if self.units is None:
            return data
        return Units(self.units.energy).dress(data, **self.units.model_dump(exclude={"energy"}))


def load(
    path: str | Path,
    *,
    equations: Sequence[str] | None = None,
    secular: str | None = None,
    lamb_shift: str | None = None,
) -> Job:
    """Job from a TOML file; files that it names are looked for beside it.

    Parameters
    ----------
    path : path
        Of the file.
    equations, secular, lamb_shift : optional
        In the place of those in the file.

    Raises
    ------
    ConfigError
        Lists what is wrong, with the field, the value and the way out.
    OSError
        If the file cannot be read.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors put a mark in front
    except UnicodeDecodeError:
        raise ConfigError(["this is not a text file in UTF-8"]) from None
    return parse(text, beside=file.parent, equations=equations, secular=secular, lamb_shift=lamb_shift)


def parse(
    text: str,
    beside: Path | None = None,
    *,
    equations: Sequence[str] | None = None,
    secular: str | None = None,
    lamb_shift: str | None = None,
) -> Job:
    """Job from the text of an input file; see `load`."""
    try:
        raw = read(text)
    except InputError as error:
        raise ConfigError([error.remedy if error.field == "file" else str(error)]) from None
    changes = {"equations": list(equations or ()), "secular": secular, "lamb_shift": lamb_shift}
    if isinstance(raw.get("solve", {}), dict):
        raw["solve"] = raw.get("solve", {}) | {k: v for k, v in changes.items() if v}
    try:
        return _job(validate(Document, raw, ""), text, beside or Path())
    except InputError as error:
        raise ConfigError([str(error)]) from None


def _job(document: Document, text: str, beside: Path) -> Job:
    numbers = Numbers(document)
    if document.units is not None:
        _check_units(document.units)
    check_label(document)
    _check_stepped(document)
    system, sites = _system(document, numbers, beside)
    observables = {
        name: hermitian_operator(f"observables.{name}", text, sites(), numbers, "an observable")
        for name, text in document.observables.items()
    }
    task = task_of(document.task)
    given = {key: value for key, value in document.task.items() if key != "verb"}
    arguments = task.read(given, Context(numbers, sites))
    numbers.check_used(system, *(x for a in arguments.values() if isinstance(a, dict) for x in a.values()))
    options = _options(document.solve, system, numbers)
    equations = tuple(dict.fromkeys(document.solve.equations))
    _check_task(task, equations, options, observables)
    return Job(
        system, equations, options, observables=observables, task=task, arguments=arguments,
        output=document.output, units=document.units, source=text,
    )  # fmt: skip


def _system(document: Document, numbers: Numbers, beside: Path) -> tuple[System, Callable[[], list[Site]]]:
    """The system, by a model or by its terms, and the sites that operators in the file act on."""
    table = document.system
    if "model" in table:
        return _from_model(table, document, numbers, beside)
    if "hamiltonian" not in table and not document.steps:
        raise InputError("system", table, f"give model = one of {', '.join(MODELS)}; or hamiltonian and dims")
    explicit = validate(ExplicitTable, table, "system")
    return _from_terms(explicit, document, numbers, beside), lambda: _sites(explicit)


def _options(solve: SolveTable, system: System, numbers: Numbers) -> dict[str, Any]:
    """Keywords of the method that the file gives."""
    every = {key: getattr(solve, key) for key in _OPTIONS}
    options = {key: value for key, value in every.items() if value is not None}
    if isinstance(solve.ambient, str) and solve.ambient not in [bath.name for bath in system.baths]:
        options["ambient"] = numbers.quantity("solve.ambient", solve.ambient)
    return options


def _check_units(units: UnitsTable) -> None:
    """Refuse units of results that are not of their dimension, before anything is solved."""
    try:
        outputs(**units.model_dump(exclude={"energy"}))
    except InputError as error:
        raise InputError(f"units.{error.field}", error.value, error.remedy) from None


def _check_stepped(document: Document) -> None:
    """Refuse what belongs to steps where there are none, and a model beside them."""
    given = {
        "kicks": document.kicks,
        "switched": document.switched,
        "system.ramp": document.system.get("ramp"),
    }
    for place, value in given.items():
        if value and not document.steps:
            raise InputError(place, len(value) if isinstance(value, list) else value, "belongs to [[steps]]: "
                             "give at least one, with fraction = 1")  # fmt: skip
    if document.steps and "model" in document.system:
        said = (
            "[[steps]] give the Hamiltonian of a system written term by term; leave model out and give dims"
        )
        raise InputError("system.model", document.system["model"], said)


def _check_task(
    task: Task, equations: tuple[str, ...], options: dict[str, Any], observables: dict[str, Operator]
) -> None:
    """Refuse what the verb would not take, before anything is solved."""
    task.refuse((f"solve.{key}", key, value) for key, value in options.items() if key != "memory")
    if observables:
        task.refuse([("observables", "observables", list(observables))])
    if len(equations) > 1 and task is not DEFAULT and "equations" not in task.parameters:
        raise InputError("solve.equations", list(equations), f"{task.name} takes one equation")


def _from_model(
    table: dict[str, Any], document: Document, numbers: Numbers, beside: Path
) -> tuple[System, Callable[[], list[Site]]]:
    """The system, and the sites that operators in the file act on."""
    name = one_of("system", table, "model", MODELS)
    kinds = model_table(name).model_fields
    fixed = {
        key: numbers.plain(f"system.{key}", value, float(key not in _BARE))
        for key, value in table.items()
        if isinstance(value, str) and key in kinds and kinds[key].annotation is float
    }
    spec = validate(model_table(name), {**table, **fixed}, "system")
    values = {key: _argument(spec, key, numbers) for key in table if key != "model"}
    model = MODELS[name]

    def sites() -> list[Site]:
        places = _SITES[name]
        if len(places) == 1:
            return [Site(model(**values).levels, places[0][0])]
        levels = getattr(spec, "levels", ())
        ladders = iter(levels if isinstance(levels, Sequence) else [levels] * len(places))
        return [Site(2 if kind in _TWO else next(ladders), kind, site) for kind, site in places]

    if document.baths or document.leads:
        values["baths"] = _reservoirs(document, numbers, beside, sites)
    system: System = model(**values)
    return system, sites


def _argument(spec: Any, key: str, numbers: Numbers) -> Any:
    """Value of a model's argument: a number or several, which may be swept, or what is neither."""
    value, kind, power = getattr(spec, key), type(spec).model_fields[key].annotation, float(key not in _BARE)
    if kind == list[Any]:
        return [numbers(f"system.{key}[{k}]", x, f"{key}[{k}]", power) for k, x in enumerate(value)]
    return numbers(f"system.{key}", value, key, power) if kind is Any else value


def _from_terms(table: ExplicitTable, document: Document, numbers: Numbers, beside: Path) -> System:
    sites = _sites(table)
    if document.steps:
        return read_stepped(
            table, document, sites, numbers, _reservoirs(document, numbers, beside, lambda: sites)
        )
    drive = terms_by_quanta(("system.drive", "drive"), table.drive, 1, sites, numbers)
    tones = any(isinstance(quanta, tuple) for quanta in drive)
    return System(
        hamiltonian=read_terms(("system.hamiltonian", "hamiltonian"), table.hamiltonian, sites, numbers),
        drive=drive,
        omega=_frequencies(table.omega, tones, numbers),
        baths=_reservoirs(document, numbers, beside, lambda: sites),
        frame=table.frame,
        name=table.name,
    )


def _reservoirs(
    document: Document, numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> list[Bath]:
    """Baths of the file, then its leads."""
    leads = read_leads(document.leads, numbers, beside, sites)
    return [*read_baths(document.baths, numbers, beside, sites), *leads]


def _frequencies(given: Any, tones: bool, numbers: Numbers) -> Any:
    """The frequency of a drive, or those of several tones, of which a file has a list."""
    if given is None:
        return None
    if tones and isinstance(given, list):
        return tuple(numbers(f"system.omega[{t}]", w, f"omega[{t}]") for t, w in enumerate(given))
    return numbers("system.omega", given, "omega")


def _sites(table: ExplicitTable) -> list[Site]:
    """Factors of the Hilbert space, from `dims` or `sites`, of which a file gives one."""
    if (table.dims is None) == (table.sites is None):
        raise InputError(
            "system", {"dims": table.dims, "sites": table.sites},
            "give the levels of each site, dims = [2, 2], or sites = [\"qubit\", "
            "{kind = \"boson\", levels = 10}]",
        )  # fmt: skip
    if table.sites is not None:
        sites = [_site(f"system.sites[{k}]", x) for k, x in enumerate(table.sites)]
    else:
        sites = [Site(n) for n in table.dims or ()]
    sizes = [site.levels for site in sites]
    if not sizes or min(sizes) < 2:
        raise InputError("system.dims", sizes, "give two levels a site or more")
    size("system.dims: levels in all", math.prod(sizes))
    return sites


def _site(field: str, raw: Any) -> Site:
    spec = validate(SiteTable, {"kind": raw} if isinstance(raw, str) else raw, field)
    return Site(_levels(field, raw, spec), spec.kind, spec.name)


def _levels(field: str, raw: Any, spec: SiteTable) -> int:
    """Levels of a site: given, or those that its kind or its spin implies."""
    levels = spec.levels
    if spec.kind in _TWO:
        levels = levels or 2
        if levels != 2:
            said = f"a {spec.kind} has two levels; say kind = 'levels'"
            raise InputError(f"{field}.levels", levels, said)
    elif spec.kind == "spin" and spec.s is not None:
        if levels is not None or not 0 < 2 * spec.s <= LARGEST or 2 * spec.s != round(2 * spec.s):
            raise InputError(f"{field}.s", spec.s, "give s, a positive multiple of 1/2, or levels")
        levels = round(2 * spec.s) + 1
    elif spec.s is not None:
        raise InputError(f"{field}.s", spec.s, f"a site of kind {spec.kind!r} has no s; give levels")
    if levels is None:
        raise InputError(field, raw, 'give its number of levels, as in {kind = "boson", levels = 10}')
    return levels
