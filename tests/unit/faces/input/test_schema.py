"""Tables of an input file: keys and defaults of models and spectra as they are in Python, and complaints."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

import sambe
from sambe.faces.input.schema import (
    SPECTRA,
    AxisTable,
    BathTable,
    ConfigError,
    Document,
    ExplicitTable,
    SolveTable,
    model_table,
    one_of,
    record_table,
    validate,
)
from sambe.physics.equations import equation_names
from sambe.physics.treatments import treatment_names


@pytest.mark.parametrize("name", sambe.models.MODELS)
def test_a_model_has_the_keys_of_its_function(name: str) -> None:
    parameters = inspect.signature(sambe.models.MODELS[name]).parameters
    wanted = {key: p.default for key, p in parameters.items() if key != "baths"}
    fields = model_table(name).model_fields
    assert set(fields) == {"model", *wanted}
    for key, default in wanted.items():
        assert fields[key].default == default


@pytest.mark.parametrize("kind", SPECTRA)
def test_a_spectrum_has_the_keys_of_its_class(kind: str) -> None:
    table = record_table(SPECTRA[kind])
    for field in dataclasses.fields(SPECTRA[kind]):
        if kind != "tabulated":
            assert table.model_fields[field.name].is_required() == (field.default is dataclasses.MISSING)


def test_every_choice_of_the_engine_is_a_choice_of_the_file() -> None:
    for equation in equation_names():
        assert validate(SolveTable, {"equations": [equation]}, "solve").equations == [equation]
    for secular in treatment_names():
        assert validate(SolveTable, {"secular": secular}, "solve").secular == secular


@pytest.mark.parametrize(("table", "raw", "told"), [
    (BathTable, {"temperature": 1.0, "spectrum": {}}, ["baths[0].name", "needed"]),
    (BathTable, {"name": "b", "temprature": 1.0, "spectrum": {}}, ["temprature", "'temperature'"]),
    (BathTable, {"name": 3, "temperature": 1.0, "spectrum": {}}, ["baths[0].name = 3", "string"]),
    (SolveTable, {"equations": ["floqet"]}, ["equations[0]", "'floquet'"]),
    (SolveTable, {"tolerance": 2.0}, ["tolerance = 2.0", "less"]),
    (SolveTable, {"lamb_shift": True}, ["lamb_shift = True", "'counter'"]),
    (Document, {"system": {}, "sovle": {}}, ["sovle", "'solve'"]),
    (Document, {"system": {}, "drive": {}}, ["drive = {}", "belongs in [system]"]),
    (Document, {"system": {}, "baths": {"name": "b"}}, ["[[baths]]", "double brackets"]),
    (ExplicitTable, {"baths": []}, ["baths = []", "outside all other tables"]),
    (ExplicitTable, {"drive": [[0.1, "sigmax"]]}, ["drive = [[0.1", "[system.drive]"]),
    (BathTable, {"name": "b", "spectrum": "flat"}, ["'flat'", 'type = "ohmic"']),
    (BathTable, {"name": "b", "operator": "sigmax"}, ["'sigmax'", "'coupling'"]),
    (BathTable, {"name": "b", "T": 1.0}, ["T = 1.0", "'temperature'"]),
    (AxisTable, {"num": 10}, ["num = 10", "'points'"]),
])  # fmt: skip
def test_complaints_name_field_value_and_way_out(table, raw, told) -> None:
    with pytest.raises(ConfigError) as caught:
        validate(table, raw, "baths[0]")
    for words in told:
        assert words in str(caught.value)


def test_all_problems_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        validate(BathTable, {"name": 3, "nonsense": 1}, "baths[0]")
    assert len(caught.value.problems) >= 1
    with pytest.raises(ConfigError) as caught:
        validate(SolveTable, {"tolerance": 2.0, "secular": "ful"}, "solve")
    assert len(caught.value.problems) == 2


def test_one_of_a_few_words() -> None:
    assert one_of("f", {"type": "b"}, "type", ["a", "b"]) == "b"
    for table in ({}, {"type": "c"}, {"type": 3}):
        with pytest.raises(sambe.InputError, match="one of 'a', 'b'"):
            one_of("f", table, "type", ["a", "b"])
