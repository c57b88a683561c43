"""Questions of the page give what the verbs give, within its bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sambe
from sambe.errors import InputError, SambeError
from sambe.faces.explorer import questions
from sambe.faces.explorer.choices import Choices, first_choices
from sambe.faces.explorer.knobs import file_of_model

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
    backwards = replace(
        state, along=("baths", 0, "temperature"), ends={("baths", 0, "temperature"): (-2.0, -1.0)}
    )
    answers = questions.currents(backwards.turned(("baths", 0, "temperature"), -1.5))
    assert all("temperature" in str(answer) for answer in answers.values())


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
