"""A verb as input files know it: its arguments from the signature, and typed errors in the file's words."""

from __future__ import annotations

import pytest

import sambe
from sambe.errors import InputError
from sambe.faces.input.numbers import Numbers
from sambe.faces.input.schema import Document
from sambe.faces.tasks.task import Context, Task

NOISE = Task("counting_statistics", lambda _: [])
CONTEXT = Context(Numbers(Document(system={})), list)


def test_arguments_are_those_of_the_signature_that_stand_nowhere_else() -> None:
    assert "cumulants" in NOISE.arguments
    assert not {"secular", "store", "equation", "system", "progress"} & set(NOISE.arguments)
    assert NOISE.verb is sambe.counting_statistics


def test_unknown_and_missing_arguments_are_typed_errors() -> None:
    with pytest.raises(InputError, match=r"task\.cumulant = 3: unknown key; did you mean 'cumulants'"):
        NOISE.read({"cumulant": 3}, CONTEXT)
    with pytest.raises(InputError, match="generating_function needs fields"):
        Task("generating_function", lambda _: []).read({}, CONTEXT)


def test_options_that_the_verb_does_not_take_are_refused() -> None:
    NOISE.refuse([("solve.secular", "secular", "full")])
    with pytest.raises(InputError, match=r"solve\.heom = .*counting_statistics takes no such option"):
        NOISE.refuse([("solve.heom", "heom", {"tolerance": 1e-3})])


def test_errors_of_arguments_name_their_place_in_the_file_and_others_stay() -> None:
    qubit = sambe.models.spin_boson()
    with pytest.raises(InputError, match=r"^task\.cumulants = 'x'"):
        NOISE.ask(qubit, {"cumulants": "x"}, {})
    with pytest.raises(InputError, match=r"^secular = 'no'"):
        NOISE.ask(qubit, {"cumulants": 2}, {"secular": "no"})


def test_an_array_is_an_answer_too() -> None:
    task = Task("generating_function", lambda _: [])
    data = task.ask(sambe.models.spin_boson(), {"fields": {"pump": 0.1}}, {"secular": "full"})
    assert list(data.data_vars) == ["generating_function"]
    assert data.attrs["secular"] == "full"
