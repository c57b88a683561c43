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
from .schema import SPECTRA, STATES, BathTable, LeadTable, one_of, spectrum_table, state_table, validate
from .terms import read_coupling

__all__ = ["read_baths", "read_leads"]


def read_baths(
    tables: Iterable[BathTable], numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> list[Bath]:
    """Baths from their tables; ``sites`` gives the factors of the Hilbert space for their operators."""
    out = []
    for k, table in enumerate(tables):
        place = f"baths[{k}]"
        listed = [table.coupling] if isinstance(table.coupling, str | dict) else table.coupling
        coupling = None
        if listed is not None:
            coupling = [
                read_coupling(
                    (f"{place}.{name}", f"{table.name}.{name}"), given, sites(), numbers, table.rotating_wave
                )
                for name, given in ((f"coupling[{j}]", given) for j, given in enumerate(listed))
            ]
        spectrum, state = table.spectrum, table.state
        values = {key: getattr(table, key) for key in ("temperature", "power")}
        given = {
            key: None if value is None else numbers(f"{place}.{key}", value, f"{table.name}.{key}")
            for key, value in values.items()
        }
        out.append(
            Bath(
                name=table.name,
                coupling=coupling,
                spectrum=None
                if spectrum is None
                else _spectrum(f"{place}.spectrum", table.name, spectrum, numbers, beside),
                state=None if state is None else _state(f"{place}.state", table.name, state, numbers),
                correlation=table.correlation,
                rotating_wave=table.rotating_wave,
                **given,
            )
        )
    return out


def read_leads(
    tables: Iterable[LeadTable], numbers: Numbers, beside: Path, sites: Callable[[], list[Site]]
) -> list[Lead]:
    """Leads from their tables; ``sites`` gives the factors of the Hilbert space for their operators."""
    out = []
    for k, table in enumerate(tables):
        place = f"leads[{k}]"
        listed = [table.coupling] if isinstance(table.coupling, str) else table.coupling
        coupling = None if listed is None else [
            read_operator(f"{place}.coupling[{j}]", text, sites(), numbers.names)
            for j, text in enumerate(listed)
        ]  # fmt: skip
        values = {
            key: getattr(table, key)
            for key in ("tunnelling", "temperature", "chemical_potential", "ac_voltage")
        }
        given = {
            key: None if value is None
            else _spectrum(f"{place}.{key}", table.name, value, numbers, beside)
            if key == "tunnelling" and isinstance(value, dict)
            else numbers(f"{place}.{key}", value, f"{table.name}.{key}")
            for key, value in values.items()
        }  # fmt: skip
        out.append(Lead(table.name, coupling, **given))
    return out


def _spectrum(field: str, bath: str, table: dict[str, Any], numbers: Numbers, beside: Path) -> Any:
    kind = one_of(field, table, "type", SPECTRA)
    spec = validate(spectrum_table(kind), table, field)
    given = {key: getattr(spec, key) for key in spec.model_fields_set if key != "type"}
    samples = _samples(field, given, beside) if kind == "tabulated" else {}
    powers = SPECTRA[kind].energy_powers or {}
    swept = {
        key: numbers(f"{field}.{key}", value, f"{bath}.{key}", powers.get(key, 0.0))
        for key, value in given.items()
        if key not in ("frequency", "values", "file") or kind != "tabulated"
    }
    return SPECTRA[kind](**samples, **swept)


def _state(field: str, bath: str, table: dict[str, Any], numbers: Numbers) -> Any:
    """State of a reservoir; some of its fields take a word in the place of a number."""
    kind = one_of(field, table, "type", STATES)
    spec, words = validate(state_table(kind), table, field), STATES[kind].fixed_words
    given = {key: getattr(spec, key) for key in spec.model_fields_set if key != "type"}
    powers = STATES[kind].energy_powers or {}
    return STATES[kind](**{
        key: value
        if words.get(key) == value
        else numbers(f"{field}.{key}", value, f"{bath}.{key}", powers.get(key, 0.0))
        for key, value in given.items()
    })  # fmt: skip


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
