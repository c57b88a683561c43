"""Shape of an input file: which tables and keys there are, and plain words for what is wrong.

pydantic checks the structure here; what the numbers and operators mean is `sambe.faces.tasks.job`'s.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated, Any, Literal, TypeVar

import pydantic
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import ErrorDetails, PydanticCustomError

from ... import HOMES
from ...description.reservoir import ReservoirState
from ...description.spectral_density import SpectralDensity
from ...errors import InputError, SambeError
from ...models import MODELS
from ...physics.equations import AUTO, equation_names
from ...physics.generators.lamb_shift import LAMB_SHIFTS
from ...physics.treatments import treatment_names
from .expressions import suggestion

__all__ = [
    "SPECTRA",
    "STATES",
    "AxisTable",
    "BathTable",
    "ConfigError",
    "Document",
    "ExplicitTable",
    "KickTable",
    "LeadTable",
    "OutputTable",
    "PortTable",
    "SiteTable",
    "SolveTable",
    "StepTable",
    "UnitsTable",
    "model_table",
    "one_of",
    "record_table",
    "validate",
]

_Kind = TypeVar("_Kind")


def _public(base: type[_Kind]) -> dict[str, type[_Kind]]:
    """Public classes of a kind by the names that files give them: DrudeLorentz is drude_lorentz."""
    homes = {name: home for name, home in HOMES.items() if home.startswith("description.")}
    described = {name: getattr(import_module(f"sambe.{home}"), name) for name, home in homes.items()}
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): kind
        for name, kind in described.items()
        if isinstance(kind, type) and issubclass(kind, base)
    }


SPECTRA = {name: kind for name, kind in _public(SpectralDensity).items() if kind.of_numbers}
STATES = _public(ReservoirState)
_PLAIN = {"int": int, "float": float, "str": str, "Sequence[Number]": list[Any], "Sequence[int]": list[int]}
# Points of one axis at most. A choice: 80 MB for the axis alone, more than any figure or table shows.
MOST_POINTS = 10_000_000
_TableType = TypeVar("_TableType", bound="Table")


class ConfigError(SambeError, ValueError):
    """One or more things wrong with an input file, a line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        return type(self), (self.problems,)


class Table(BaseModel):
    """Base of all tables: no unknown keys, no silent conversion, only finite numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _known_keys(cls, raw: Any) -> Any:
        if isinstance(raw, dict):
            known = list(cls.model_fields)
            for key in raw:
                if key not in known:
                    raise PydanticCustomError("unknown_key", "", {"key": key, "known": known})
        return raw


class AxisTable(Table):
    """A sweep axis: ``start``, ``stop``, ``points`` and ``scale``, or ``values``; a loop is one without its
    ``endpoint``."""

    start: float | str | None = None
    stop: float | str | None = None
    points: int | None = Field(default=None, ge=1, le=MOST_POINTS)
    scale: Literal["linear", "log"] = "linear"
    endpoint: bool = True
    values: list[float | str] | None = None
    name: str | None = None
    label: str | None = None
    units: str | None = None


class PortTable(Table):
    """A drive through a port, in the place of its amplitude."""

    power: Any
    kappa: Any
    frequency: Any


class UnitsTable(Table):
    """The scale of the numbers, and the units of the results."""

    energy: str
    power: str = "W"
    temperature: str = "K"
    frequency: str = "Hz"
    rate: str = "1/s"
    time: str = "s"


class BathTable(Table):
    """A heat reservoir."""

    name: str
    temperature: Any = None
    spectrum: dict[str, Any] | None = None
    state: dict[str, Any] | None = None
    power: Any = None
    coupling: str | dict[str, Any] | list[str | dict[str, Any]] | None = None
    correlation: list[list[float]] | None = None
    rotating_wave: bool = False


class LeadTable(Table):
    """A fermionic lead."""

    name: str
    tunnelling: Any = None
    temperature: Any = None
    chemical_potential: Any = 0.0
    ac_voltage: Any = None
    coupling: str | list[str] | None = None


class SiteTable(Table):
    """One factor of the Hilbert space of an explicit system."""

    kind: Literal["qubit", "boson", "spin", "fermion", "levels"]
    levels: int | None = Field(default=None, ge=2)
    s: float | None = None
    name: str = ""


class ExplicitTable(Table):
    """A system written term by term."""

    hamiltonian: str | list[Any] | None = None
    dims: list[int] | None = None
    sites: list[str | dict[str, Any]] | None = None
    drive: dict[str, str | list[Any]] = {}
    omega: Any = None
    frame: list[int] | list[list[int]] | None = None
    ramp: Any = None
    name: str = "system"


class StepTable(Table):
    """A part of the period with one Hamiltonian."""

    fraction: Any
    hamiltonian: str | list[Any]


class KickTable(Table):
    """A rotation exp(-iK) at a fraction of the period."""

    fraction: Any
    operator: str | list[Any]


def _among(names: Sequence[str]) -> BeforeValidator:
    """Accept one of some names that the records of the package list."""
    expected = ", ".join(map(repr, names[:-1])) + f" or {names[-1]!r}"

    def known(name: Any) -> Any:
        if name not in names:
            raise PydanticCustomError("literal_error", "choose {expected}", {"expected": expected})
        return name

    return BeforeValidator(known)


class SolveTable(Table):
    """How the stationary state is found."""

    equations: list[Annotated[str, _among(equation_names())]] = Field(default=[AUTO], min_length=1)
    secular: Annotated[str, _among(treatment_names())] | None = None
    lamb_shift: Annotated[str, _among(LAMB_SHIFTS)] | None = None
    tolerance: float | None = Field(default=None, gt=0, lt=1)
    propagation_tolerance: float | None = Field(default=None, gt=0, lt=1)
    memory: str | None = None
    heom: dict[str, int | float] | None = None
    ambient: float | str | None = None


class OutputTable(Table):
    """What is written where."""

    directory: str | None = None
    formats: list[Literal["nc", "png", "svg", "pdf"]] = ["nc", "png", "svg"]
    title: str | None = None
    unit: str | None = None


class Document(Table):
    """A whole input file."""

    system: dict[str, Any]
    units: UnitsTable | None = None
    baths: list[BathTable] = []
    steps: list[StepTable] = []
    kicks: list[KickTable] = []
    switched: dict[str, list[Any]] = {}
    leads: list[LeadTable] = []
    axes: dict[str, Any] = {}
    constants: dict[str, Any] = {}
    observables: dict[str, str] = {}
    task: dict[str, Any] = {}
    solve: SolveTable = SolveTable()
    output: OutputTable = OutputTable()


# Where a key stands, by the tables that have it; and what may stand at a key, for a value of another shape.
_PLACES: dict[str, type[Table]] = {
    "the file itself, as [name] or [[name]] outside all other tables": Document, "[system]": ExplicitTable,
    "[[baths]]": BathTable, "[[leads]]": LeadTable, "[solve]": SolveTable, "[output]": OutputTable,
}  # fmt: skip
_EXAMPLES = {
    "system": "one table, under [system] in single brackets",
    "baths": "a list of tables, each under [[baths]] in double brackets",
    "leads": "a list of tables, each under [[leads]] in double brackets",
    "steps": "a list of tables, each under [[steps]] in double brackets",
    "kicks": "a list of tables, each under [[kicks]] in double brackets",
    "task": 'a table, [task] with verb = "channels", say',
    "solve": 'a table, [solve] with equations = ["floquet"], say',
    "output": 'a table, [output] with formats = ["nc"], say',
    "units": 'a table, [units] with energy = "1 GHz", say',
    "spectrum": 'a table, such as { type = "ohmic", strength = 0.002, cutoff = 10.0 }',
    "state": 'a table, such as { type = "occupied", n = 2.0 }',
    "drive": 'a table of harmonics, [system.drive] with lines such as 1 = [[0.05, "sigmax"]]',
    "hamiltonian": 'an operator as text, or a list of terms such as [[0.5, "sigmaz"], "n@1"]',
    "coupling": 'an operator as text, such as "sigmax", a list of them, or a table of harmonics',
}


@functools.cache  # pydantic takes some milliseconds for a class
def model_table(name: str) -> type[Table]:
    """Table of a ready-made model, its keys and types read from the function's signature."""
    fields: dict[str, Any] = {"model": (str, ...)}
    for key, parameter in inspect.signature(MODELS[name]).parameters.items():
        if key != "baths":
            fields[key] = (_PLAIN.get(str(parameter.annotation), Any), parameter.default)
    return pydantic.create_model(name, __base__=Table, **fields)


@functools.cache
def record_table(record: type[SpectralDensity | ReservoirState]) -> type[Table]:
    """Table of a spectral density or of a reservoir's state, its keys read from the dataclass."""
    fields: dict[str, Any] = {"type": (str, ...)}
    for field in dataclasses.fields(record):
        if field.type != "bool":  # which is set by whoever solves
            fields[field.name] = (Any, ... if field.default is dataclasses.MISSING else field.default)
    if record is SPECTRA["tabulated"]:
        fields |= {"frequency": (Any, None), "values": (Any, None), "file": (str, None)}
    return pydantic.create_model(record.__name__, __base__=Table, **fields)


def one_of(field: str, table: dict[str, Any], key: str, choices: Iterable[str]) -> str:
    """The value of a key that chooses among tables, such as ``type`` of a spectrum."""
    known = list(choices)
    if key not in table:
        raise InputError(field, table, f"give {key} = one of {_listed(known)}")
    value = table[key]
    if not isinstance(value, str) or value not in known:
        hint = suggestion(str(value), known)
        raise InputError(f"{field}.{key}", value, f"choose one of {_listed(known)}{hint}")
    return value


def validate(table: type[_TableType], raw: Any, field: str) -> _TableType:
    """Checked table from what TOML gave.

    Raises
    ------
    ConfigError
        One line for each thing wrong, with the field, its value and the way out.
    """
    try:
        return table.model_validate(raw)
    except pydantic.ValidationError as error:
        # where a key may be of several types, pydantic has a complaint for each; one will do
        complaints: dict[str, str] = {}
        for detail in error.errors(include_url=False):
            place = _place(field, detail["loc"])
            complaints.setdefault(place, str(_explained(place, detail)))
        raise ConfigError(complaints.values()) from None


def _place(field: str, loc: tuple[int | str, ...]) -> str:
    """``baths[0].temperature`` from pydantic's path, without its names of types."""
    out = field
    for part in loc:
        if isinstance(part, int):
            out += f"[{part}]"
        elif part not in ("str", "int", "float") and not part.startswith(("list[", "dict[")):
            out += f".{part}" if out else part
    return out


def _explained(place: str, detail: ErrorDetails) -> InputError:
    """An error of ours, with field, value and way out, for one of pydantic's."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "unknown_key":
        key, known = context["key"], context["known"]
        hint = _home(place, key) or suggestion(key, known) or f"; known keys: {', '.join(known)}"
        path = f"{place}.{key}" if place else key
        return InputError(path, detail["input"][key], f"unknown key{hint}")
    if kind == "missing":
        return InputError(place, _MISSING, "this key is needed")
    example = _EXAMPLES.get(re.sub(r"\[\d+\]", "", place).rpartition(".")[2])
    if example and kind in ("dict_type", "list_type", "string_type", "model_type"):
        return InputError(place, detail["input"], f"give {example}")
    return InputError(place, detail["input"], _remedy(detail))


def _home(place: str, key: str) -> str:
    """Where a key belongs that stands in another table; nothing if there is no such place, or several."""
    homes = [home for home, table in _PLACES.items() if key in table.model_fields]
    if homes == ["[system]"] and place == "system":
        return " of a model, which brings its own; leave model out to write a system term by term"
    return f" here; it belongs in {homes[0]}" if len(homes) == 1 else ""


def _remedy(detail: ErrorDetails) -> str:
    """What to give instead, from pydantic's kind of error or from its message."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "literal_error":
        known = [w.strip("'") for w in context["expected"].replace(" or ", ", ").split(", ")]
        hint = suggestion(str(detail["input"]), known)
        return f"choose {context['expected']}{hint}"
    if kind in ("int_type", "int_from_float"):
        return "give an integer; it cannot be swept"
    if kind == "finite_number":
        return "give a finite number"
    plain = detail["msg"].replace("Input should be", "give")
    for ours, theirs in (("a table", "a valid dictionary"), ("give a value g", "give g")):
        plain = plain.replace(theirs, ours)
    return plain.replace("a valid ", "a ")


class _Missing:
    def __repr__(self) -> str:
        return "(missing)"


_MISSING = _Missing()


def _listed(words: Iterable[str]) -> str:
    return ", ".join(repr(w) for w in words)
