"""Knobs of input files: every one, turned or swept, gives a file that the package reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sambe.errors import InputError
from sambe.faces.explorer.knobs import axis_of, knobs, with_values
from sambe.faces.explorer.questions import file_text
from sambe.faces.input.model_tables import file_of_model
from sambe.faces.tasks.job import ConfigError, parse
from sambe.models import MODELS

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.mark.parametrize("name", MODELS)
def test_the_file_of_a_model_describes_the_model(name: str) -> None:
    made, meant = parse(file_text(file_of_model(name))).system, MODELS[name]()
    assert set(made.terminals) == set(meant.terminals)  # a file has its baths before its leads
    numbers = {path: x for path, x in meant.numbers().items() if isinstance(x, float)}
    assert {path: made.numbers()[path] for path in numbers} == numbers


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("spin_boson.toml")) + sorted(EXAMPLES.glob("map.toml")))
def test_every_knob_of_a_file_can_be_turned_and_swept(file: Path) -> None:
    raw = tomllib.loads(file.read_text())
    values = {knob.path: knob.value for knob in knobs(raw)}
    for knob in knobs(raw):
        others = {path: value for path, value in values.items() if path != knob.path}
        axis = {"start": knob.low, "stop": knob.high, "points": 3}
        system = parse(file_text(with_values(raw, others, {knob.path: axis})), EXAMPLES).system
        swept = {dim for x in system.numbers().values() for dim in getattr(x, "dims", ())}
        assert swept == {axis_of(knob.path, 0)}


def test_axes_of_a_file_come_first_and_stand_in_the_middle() -> None:
    raw = {"system": {"model": "spin_boson", "drive": 0.3, "omega": {"start": 0.5, "stop": 1.5, "points": 3}}}
    first = knobs(raw)[0]
    assert (first.path, first.value, first.low, first.high) == (("system", "omega"), 1.0, 0.5, 1.5)


def test_an_expression_keeps_the_name_of_its_axis() -> None:
    raw = {"axes": {"bias": {"start": -1.0, "stop": 1.0, "points": 5}}, "system": {"model": "spin_boson"}}
    assert with_values(raw, {("axes", "bias"): 0.25}) == {
        "axes": {}, "constants": {"bias": 0.25}, "system": {"model": "spin_boson"},
    }  # fmt: skip
    assert with_values(raw, {}, {("axes", "bias"): {"values": [0.0, 1.0]}})["axes"] == {
        "bias": {"values": [0.0, 1.0]}
    }
    assert raw["axes"] == {"bias": {"start": -1.0, "stop": 1.0, "points": 5}}


def test_two_axes_across_and_up() -> None:
    raw = file_of_model("spin_boson")
    axis = {"start": 0.1, "stop": 0.2, "points": 2}
    tables = with_values(raw, {}, {("system", "omega"): axis, ("baths", 0, "temperature"): axis})
    sizes = parse(file_text(tables)).system.numbers()
    assert {x.dims for x in sizes.values() if getattr(x, "dims", ())} == {("across",), ("up",)}


def test_what_fixes_the_basis_is_no_axis() -> None:
    by_name = {knob.name: knob for knob in knobs(file_of_model("transmon"))}
    assert not by_name["system.josephson"].sweepable
    assert by_name["system.drive"].sweepable


def test_steps_are_round_and_fine() -> None:
    for knob in knobs(file_of_model("kerr_resonator")):
        assert 1e-3 <= 1.0001 * knob.step / (knob.high - knob.low) <= 1.01e-2
        assert float(f"{knob.step:.0e}") == pytest.approx(knob.step)


@pytest.mark.parametrize("name", MODELS)
def test_both_ends_of_every_slider_are_numbers_that_a_file_may_have(name: str) -> None:
    raw = file_of_model(name)
    for knob in knobs(raw):
        assert knob.low <= knob.value <= knob.high
        for end in (knob.low, knob.high):
            parse(file_text(with_values(raw, {knob.path: end})))


def test_ends_are_of_the_kind_of_number() -> None:
    ends = {knob.name: (knob.low, knob.high) for knob in knobs(file_of_model("quantum_dot"))}
    assert ends["leads.0.chemical_potential"][0] == -ends["leads.0.chemical_potential"][1]
    assert ends["leads.0.temperature"][0] == 0.0
    ends = {knob.name: (knob.low, knob.high) for knob in knobs(file_of_model("spin_boson"))}
    assert ends["system.omega"][0] > 0.0
    assert ends["baths.0.spectrum.exponent"] == (0.25, 4.0)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(InputError, match="choose one of"):
        file_of_model("kitchen")


def test_numbers_that_cannot_be_are_told_by_the_package() -> None:
    tables = with_values(file_of_model("spin_boson"), {("baths", 0, "temperature"): -1.0})
    with pytest.raises(ConfigError, match="temperature"):
        parse(file_text(tables))
