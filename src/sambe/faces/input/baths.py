"""Tables of baths: couplings, spectral densities and states of reservoirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ...description.bath import Bath
from ...description.leads.lead import Lead
from ...errors import InputError
from .expressions import Site, read_operator
from .numbers import Numbers
from .schema import SPECTRA, STATES, BathTable, LeadTable, Table, one_of, record_table, validate
from .terms import read_coupling

__all__ = ["read_baths", "read_leads"]


def read_baths(
    tables: Iterable[BathTable], numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> list[Bath]:
    """Baths from their tables; ``sites`` gives the factors of the Hilbert space for their operators."""
    return [_bath(f"baths[{k}]", table, numbers, beside, sites) for k, table in enumerate(tables)]


def read_leads(
    tables: Iterable[LeadTable], numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> list[Lead]:
    """Leads from their tables; ``sites`` gives the factors of the Hilbert space for their operators."""
    return [_lead(f"leads[{k}]", table, numbers, beside, sites) for k, table in enumerate(tables)]


def _bath(
    place: str, table: BathTable, numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> Bath:
    coupling, name, spectrum, state = None, table.name, table.spectrum, table.state
    if table.coupling is not None:
        coupling = [
            read_coupling((f"{place}.{key}", f"{name}.{key}"), given, sites(), numbers, table.rotating_wave)
            for key, given in _numbered("coupling", table.coupling)
        ]
    return Bath(
        name=name,
        coupling=coupling,
        temperature=_number(place, table, "temperature", numbers),
        power=_number(place, table, "power", numbers),
        spectrum=None
        if spectrum is None
        else _spectrum(f"{place}.spectrum", name, spectrum, numbers, beside),
        state=None if state is None else _state(f"{place}.state", name, state, numbers),
        correlation=table.correlation,
        rotating_wave=table.rotating_wave,
    )


def _lead(
    place: str, table: LeadTable, numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> Lead:
    coupling, tunnelling = None, table.tunnelling
    if table.coupling is not None:
        coupling = [read_operator(f"{place}.{key}", text, sites(), numbers.names)
                    for key, text in _numbered("coupling", table.coupling)]  # fmt: skip
    return Lead(
        table.name,
        coupling,
        tunnelling=_spectrum(f"{place}.tunnelling", table.name, tunnelling, numbers, beside)
        if isinstance(tunnelling, dict)
        else _number(place, table, "tunnelling", numbers),
        temperature=_number(place, table, "temperature", numbers),
        chemical_potential=_number(place, table, "chemical_potential", numbers),
        ac_voltage=_number(place, table, "ac_voltage", numbers),
    )


def _numbered(key: str, given: Any) -> list[tuple[str, Any]]:
    """Each of one or several values of a key, with its place."""
    return [(f"{key}[{j}]", x) for j, x in enumerate(given if isinstance(given, list) else [given])]


def _number(place: str, table: BathTable | LeadTable, key: str, numbers: Numbers) -> Any:
    """The number of a key, or None where it is not given."""
    value = getattr(table, key)
    return None if value is None else numbers(f"{place}.{key}", value, f"{table.name}.{key}")


def _spectrum(field: str, bath: str, table: dict[str, Any], numbers: Numbers, beside: Path) -> Any:
    kind = one_of(field, table, "type", SPECTRA)
    density: Any = SPECTRA[kind]
    given = _given(validate(record_table(density), table, field))
    samples = {}
    if kind == "tabulated":
        samples = _samples(field, given, beside)
        given = {key: value for key, value in given.items() if key not in (*samples, "file")}
    powers = density.energy_powers or {}
    swept = {
        key: numbers(f"{field}.{key}", value, f"{bath}.{key}", powers.get(key, 0.0))
        for key, value in given.items()
    }
    return density(**samples, **swept)


def _state(field: str, bath: str, table: dict[str, Any], numbers: Numbers) -> Any:
    """State of a reservoir; some of its fields take a word in the place of a number."""
    state: Any = STATES[one_of(field, table, "type", STATES)]
    given = _given(validate(record_table(state), table, field))
    words, powers = state.fixed_words, state.energy_powers or {}
    return state(**{
        key: value
        if words.get(key) == value
        else numbers(f"{field}.{key}", value, f"{bath}.{key}", powers.get(key, 0.0))
        for key, value in given.items()
    })  # fmt: skip


def _given(table: Table) -> dict[str, Any]:
    """What a file says of a record, besides its type."""
    return {key: getattr(table, key) for key in table.model_fields_set if key != "type"}


def _samples(field: str, given: dict[str, Any], beside: Path) -> dict[str, Any]:
    """Frequencies and values of a tabulated spectrum, from lists or a file of two columns."""
    if "file" not in given:
        if "frequency" not in given or "values" not in given:
            raise InputError(field, given, "give frequency and values, or file")
        return {key: given[key] for key in ("frequency", "values")}
    file = beside / given["file"]
    try:
        lines = file.read_text(encoding="utf-8").replace(",", " ").splitlines()
        full = [line for line in lines if line.partition("#")[0].strip()]
        columns: list[Any] = list(np.loadtxt(full, unpack=True, ndmin=2)) if full else []
    except OSError as error:
        raise InputError(f"{field}.file", str(file), f"{error.strerror or error}") from None
    except ValueError as error:
        raise InputError(
            f"{field}.file", str(file), f"{error}; give two columns of numbers, # before a comment"
        ) from None
    if len(columns) != 2:
        raise InputError(f"{field}.file", str(file), "give two columns: frequency and J")
    return {"frequency": columns[0], "values": columns[1]}
