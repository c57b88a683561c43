"""Tables of models: all their numbers, and none of baths that no file can say."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.faces.input.model_tables import _terminals, file_of_model
from sambe.models import MODELS

SX, FLAT = sambe.sigmax(), sambe.Flat(0.01)


@pytest.mark.parametrize("name", MODELS)
def test_numbers_of_the_terminals_are_those_of_the_model(name: str) -> None:
    tables, model = file_of_model(name), MODELS[name]()
    written = {table["name"]: table for kind in ("baths", "leads") for table in tables.get(kind, [])}
    assert list(written) in ([], [bath.name for bath in model.baths])
    for bath in model.baths if written else ():
        assert written[bath.name]["temperature"] == bath.temperature


def test_baths_that_a_file_cannot_say_are_left_to_the_model() -> None:
    good = sambe.Bath("good", SX, FLAT, 0.5)
    assert set(_terminals([good])) == {"baths"}
    for other in (
        sambe.Bath("inverted", SX, FLAT, state=sambe.Inverted(0.7)),
        sambe.Bath("a function's", SX, sambe.Custom(1.0, np.sqrt), 0.5),
        sambe.Bath("swept", SX, FLAT, sambe.axis("t", [0.1, 0.2])),
    ):
        assert _terminals([good, other]) == {}


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(InputError, match="spin_boson"):
        file_of_model("kitchen")
