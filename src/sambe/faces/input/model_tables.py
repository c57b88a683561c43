"""The tables of an input file that says what a ready-made model is by default: one writer for all faces."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...description.bath import Bath
from ...description.leads.lead import Lead
from ...errors import InputError
from ...models import MODELS
from ...numerics.arrays import real_number
from .schema import SPECTRA, model_table

__all__ = ["file_of_model"]

LEAD = ("tunnelling", "temperature", "chemical_potential", "ac_voltage")  # numbers of a lead


def file_of_model(name: str) -> dict[str, Any]:
    """Tables of an input file for a ready-made model, with all its numbers and baths written out.

    Baths that a file cannot say are the model's own, and none is written then.

    Raises
    ------
    InputError
        If there is no such model.

    Examples
    --------
    >>> file_of_model("spin_boson")["baths"][0]["temperature"]
    1.2
    """
    if name not in MODELS:
        raise InputError("model", name, f"choose one of {', '.join(MODELS)}")
    table: dict[str, Any] = {"model": name}
    for key, field in model_table(name).model_fields.items():
        if key != "model" and field.default is not None:
            default = field.default
            table[key] = list(default) if isinstance(default, tuple) else default
    return {"system": table, **_terminals(MODELS[name]().baths)}


def _terminals(baths: Any) -> dict[str, Any]:
    """Tables of baths and leads, or none where a file cannot say one of them, or their order: baths first."""
    tables: dict[str, Any] = {}
    for bath in baths:
        table = _lead(bath) if isinstance(bath, Lead) else _bath(bath)
        if table is None:
            return {}
        tables.setdefault("leads" if isinstance(bath, Lead) else "baths", []).append(table)
    written = [table["name"] for kind in ("baths", "leads") for table in tables.get(kind, [])]
    return tables if written == [bath.name for bath in baths] else {}


def _lead(lead: Lead) -> dict[str, Any] | None:
    numbers = {key: getattr(lead, key) for key in LEAD}
    given = {key: value for key, value in numbers.items() if value is not None}
    return {"name": lead.name, **given} if all(map(real_number, given.values())) else None


def _bath(bath: Bath) -> dict[str, Any] | None:
    """A bath whose coupling the model itself has a place for."""
    spectrum = bath.spectrum
    kind = next((kind for kind, made in SPECTRA.items() if type(spectrum) is made), None)
    if kind is None or bath.state is not None or not real_number(bath.temperature):
        return None
    numbers = {f.name: getattr(spectrum, f.name) for f in dataclasses.fields(spectrum)}
    if not all(map(real_number, numbers.values())):
        return None
    numbers = {key: float(value) for key, value in numbers.items()}
    return {"name": bath.name, "temperature": float(bath.temperature), "spectrum": {"type": kind, **numbers}}
