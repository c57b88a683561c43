"""Questions of the page give what the verbs give, within its bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.errors import InputError, SambeError
from sambe.faces.explorer import questions
from sambe.faces.explorer.choices import Choices, first_choices
from sambe.faces.explorer.knobs import Path, knobs
from sambe.faces.input.model_tables import file_of_model

DRIVE, OMEGA = ("system", "drive"), ("system", "omega")


@pytest.fixture(scope="module")
def state() -> Choices:
    opened = first_choices("spin_boson", file_of_model("spin_boson"))
    return replace(opened.turned(OMEGA, 0.83), points=11)


def test_curves_go_through_the_shown_point(state: Choices) -> None:
    answers = questions.curves(state)
    assert tuple(answers) == state.answers
    for secular, answer in answers.items():
        assert not isinstance(answer, Exception)
        here = questions.at_point(state, answer)["energy_current"]
        meant = sambe.steady_state(sambe.models.spin_boson(omega=0.83), secular=secular)["energy_current"]
        assert np.allclose(here, meant, rtol=1e-12, atol=0)


def test_bare_currents_are_those_of_the_curves(state: Choices) -> None:
    whole, bare = questions.curves(state), questions.currents(state)
    assert tuple(bare) == tuple(whole)
    for secular, answer in bare.items():
        assert not isinstance(answer, Exception)
        meant = whole[secular]["energy_current"]
        assert answer.dims == meant.dims
        assert list(answer["terminal"].values) == list(meant["terminal"].values)
        assert np.allclose(answer, meant, rtol=1e-9, atol=1e-15)


def test_bare_currents_of_nowhere_say_why(state: Choices) -> None:
    with pytest.raises(SambeError, match="temperature"):
        questions.currents(state.turned(("baths", 0, "temperature"), -1.0))


HOT, WEAK = ("baths", 0, "temperature"), ("baths", 0, "spectrum", "strength")


@pytest.mark.parametrize(
    ("path", "ends", "side", "reason"),
    [
        (OMEGA, (-1.0, 2.0), "From", "frequency must be positive"),
        (OMEGA, (-2.0, -1.0), "From", "frequency must be positive"),
        (OMEGA, (0.0, 2.0), "From", "frequency must be positive"),
        (HOT, (-1.0, 2.0), "From", "a temperature is not negative"),
        (WEAK, (-0.1, 0.1), "From", "must not be negative"),
    ],
)
def test_axes_that_begin_where_there_is_no_such_system(
    state: Choices, path: Path, ends: tuple[float, float], side: str, reason: str
) -> None:
    asked = replace(state, along=path, ends={path: ends})
    for question in (questions.currents, questions.curves, questions.noise, questions.machine):
        with pytest.raises(InputError, match=f"{side} = .*{reason}.*choose another"):
            question(asked)
    with pytest.raises(InputError, match=f"{side} = .*{reason}"):
        questions.surface(replace(asked, along=DRIVE, up=path), 4, 3)


def test_a_shown_point_that_there_is_not_beyond_its_axis(state: Choices) -> None:
    with pytest.raises(InputError, match=r"omega = -1\.0: .* must be positive"):
        questions.currents(state.turned(OMEGA, -1.0))


def test_a_bath_at_no_temperature_is_an_end(state: Choices) -> None:
    answers = questions.currents(replace(state, along=HOT, ends={HOT: (0.0, 2.0)}))
    assert np.isfinite(answers["auto"]).all()


def test_an_answer_that_there_is_not_leaves_the_others(state: Choices) -> None:
    moved = replace(state, equation="dressed", answers=("full", "ule"))
    answers = questions.curves(moved)
    kinds = {name: isinstance(answer, SambeError) for name, answer in answers.items()}
    assert kinds["full"] is False


def test_a_map_has_its_axes_across_and_up(state: Choices) -> None:
    flow = questions.surface(replace(state, up=DRIVE), 4, 3)
    assert {name: flow.sizes[name] for name in ("across", "up")} == {"across": 4, "up": 3}
    with pytest.raises(InputError, match="two different numbers"):
        questions.surface(replace(state, up=state.along), 4, 3)


def test_the_ladder_adds_up_to_the_current(state: Choices) -> None:
    point, ways = questions.ladder(state)
    meant = sambe.steady_state(sambe.models.spin_boson(omega=0.83), secular="partial")
    for bath in ("left", "right"):
        total = float(ways["energy_current"].where(ways["bath"] == bath).sum())
        assert point["energy"].size == 2
        assert total == pytest.approx(float(meant["energy_current"].sel(terminal=bath)), rel=1e-2)


def test_noise_of_the_shown_point(state: Choices) -> None:
    here = questions.at_point(state, questions.noise(state))
    meant = sambe.counting_statistics(sambe.models.spin_boson(omega=0.83), secular="partial")
    assert np.allclose(here["energy_noise"], meant["energy_noise"], rtol=1e-9)


def test_the_machine_is_the_verb_s(state: Choices) -> None:
    here = questions.at_point(state, questions.machine(state))
    meant = sambe.performance(sambe.models.spin_boson(omega=0.83), secular="partial")
    assert int(here["mode"]) == int(meant["mode"])
    assert float(here["power"]) == pytest.approx(float(meant["power"]), rel=1e-9)


def test_a_transient_ends_in_the_stationary_state(state: Choices) -> None:
    start, course = questions.transient(replace(state, points=101))
    meant = sambe.steady_state(sambe.models.spin_boson(omega=0.83), secular="partial")["energy_current"]
    last = course["energy_current"].isel(time=slice(-20, None)).mean("time")
    assert start == 1  # the ground state of a qubit whose first state is the excited one
    assert np.allclose(last, meant, atol=0.02 * float(abs(meant).max()))
    assert float(course["stored_energy"][0]) == pytest.approx(-0.5)


def test_the_verdict_is_the_audit_s(state: Choices) -> None:
    audit = questions.verdict(state)
    assert list(audit["secular"].values) == list(state.answers)
    assert int(audit["verdict"].isel(equation=0, secular=0)) == 0


def test_a_system_too_large_for_a_page_is_refused() -> None:
    raw = file_of_model("kerr_resonator")
    raw["system"]["levels"] = 60
    with pytest.raises(InputError, match="sambe run"):
        questions.curves(first_choices("kerr_resonator", raw))


DEVICE = {
    "units": {"energy": "1 GHz", "power": "aW"},
    "system": {
        "model": "spin_boson", "splitting": "5.1 GHz", "drive": "20 MHz",
        "omega": {"start": "4.9 GHz", "stop": "5.3 GHz", "points": 3},
    },
    "baths": [
        {"name": name, "temperature": given, "spectrum": {"type": "ohmic", "strength": 0.001, "cutoff": 50}}
        for name, given in (("hot", "120 mK"), ("cold", "30 mK"))
    ],
}  # fmt: skip


@pytest.mark.slow
def test_numbers_with_units_are_turned_in_their_units_and_give_attowatts() -> None:
    pytest.importorskip("pint")
    opened = first_choices("device", DEVICE)
    assert [(knob.label, knob.value) for knob in opened.knobs[:3]] == [
        ("omega (GHz)", 5.1), ("splitting (GHz)", 5.1), ("drive (MHz)", 20.0),
    ]  # fmt: skip
    state = replace(
        opened.turned(("baths", 0, "temperature"), 200.0).turned(OMEGA, 5.05), points=11, answers=("partial",)
    )
    whole, bare = questions.curves(state)["partial"], questions.currents(state)["partial"]
    assert isinstance(whole, xr.Dataset)
    assert isinstance(bare, xr.DataArray)
    assert bare.attrs["units"] == whole["energy_current"].attrs["units"] == "aW"
    assert np.allclose(bare, whole["energy_current"], rtol=1e-9)
    units = sambe.Units(energy="1 GHz")
    baths = [sambe.Bath(name, spectrum=sambe.Ohmic(0.001, cutoff=50.0), temperature=units(temperature))
             for name, temperature in (("hot", "200 mK"), ("cold", "30 mK"))]  # fmt: skip
    qubit = sambe.models.spin_boson(splitting=5.1, drive=0.02, omega=5.05, baths=baths)
    meant = units.to(sambe.energy_currents(qubit, secular="partial"), "aW")
    assert np.allclose(questions.at_point(state, bare), meant, rtol=1e-9)


def test_a_number_that_is_no_quantity_stays_as_it_is() -> None:
    raw = {"units": {"energy": "1 GHz"}, "constants": {"m": 2.0, "hot": "50 mK"},
           "system": {"model": "spin_boson", "splitting": "3 m", "drive": "2*m"}}  # fmt: skip
    assert [(knob.name, knob.value, knob.unit) for knob in knobs(raw)] == [
        ("constants.m", 2.0, ""), ("constants.hot", 50.0, "mK"),
    ]  # fmt: skip
