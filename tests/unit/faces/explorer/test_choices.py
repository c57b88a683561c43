"""States of the page: where a file opens, and the files that a state stands for."""

from __future__ import annotations

from sambe.faces.explorer.choices import Choices, equations, first_choices, treatments
from sambe.faces.input.model_tables import file_of_model

OMEGA, DRIVE = ("system", "omega"), ("system", "drive")


def state() -> Choices:
    return first_choices("spin_boson", file_of_model("spin_boson"))


def test_a_model_opens_along_its_frequency() -> None:
    assert state().along == OMEGA
    assert state().up != OMEGA
    assert state().answers == ("auto", "full")


def test_a_file_opens_along_its_axes_with_what_it_asks_for() -> None:
    raw = {
        "axes": {"bias": {"start": 0.0, "stop": 1.0, "points": 3}},
        "system": {"model": "spin_boson", "drive": 0.2},
        "solve": {"equations": ["floquet"], "secular": "ule"},
    }
    opened = first_choices("mine", raw)
    assert (opened.along, opened.equation, opened.answers) == (("axes", "bias"), "floquet", ("ule",))


def test_the_slow_exact_equation_is_not_offered() -> None:
    assert "heom" not in equations()
    assert {"auto", "floquet"} <= set(equations())
    assert {"full", "partial", "none"} <= set(treatments())


def test_a_turned_knob_leaves_the_old_state_alone() -> None:
    old = state()
    new = old.turned(DRIVE, 0.25)
    assert (old.values[DRIVE], new.values[DRIVE]) == (0.1, 0.25)
    assert new.at_point()["system"]["drive"] == 0.25


def test_the_shown_point_is_one_of_the_curve() -> None:
    turned = state().turned(OMEGA, 0.777)
    values = turned.through_point()["axes"]["across"]["values"]
    assert 0.777 in values
    assert values == sorted(values)
    assert len(values) == turned.points + 1


def test_a_swept_file_has_the_axes_in_order() -> None:
    tables = state().swept((DRIVE, 5), (OMEGA, 3))
    assert [tables["axes"][name]["points"] for name in ("across", "up")] == [5, 3]
    assert (tables["system"]["drive"], tables["system"]["omega"]) == ("across", "up")
    assert tables["solve"] == {"equations": ["auto"], "secular": "auto"}


def test_a_period_in_steps_opens_with_few_points() -> None:
    raw = {"system": {"hamiltonian": "0.5 * sz"}, "axes": {"omega": [0.1, 0.2]}, "steps": [{"duration": 0.5}]}
    assert first_choices("otto", raw).points < first_choices("spin_boson", file_of_model("spin_boson")).points
