"""Which methods can follow slow motion."""

from __future__ import annotations

import pytest

import sambe
from sambe.errors import InputError
from sambe.verbs.loops.ways import drifting_method


def test_the_default_keeps_coherences_without_what_belongs_to_no_frame() -> None:
    method = drifting_method(sambe.models.spin_boson(), {})
    assert (method.equation, method.secular) == ("driven_dressed", "partial")
    moving = drifting_method(sambe.models.modulated_qubit(), {})
    assert (moving.equation, moving.secular) == ("floquet", "full")


@pytest.mark.parametrize(
    ("model", "chosen", "said"),
    [
        ("spin_boson", {"equation": "heom"}, "exact hierarchy"),
        ("spin_boson", {"secular": "ule"}, "take 'full' or 'partial'"),
        ("spin_boson", {"secular": "clustered"}, "take 'full' or 'partial'"),
        ("modulated_qubit", {"secular": "partial"}, "without a static frame"),
        ("spin_boson", {"equation": "floquet", "secular": "none"}, "without a static frame"),
    ],
)
def test_what_cannot_follow_is_refused(model, chosen, said) -> None:
    with pytest.raises(InputError, match=said):
        drifting_method(getattr(sambe.models, model)(), chosen)


def test_squeezed_baths_are_refused() -> None:
    squeezed = sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Squeezed(0.5, 0.3, 0.0, "drive"))
    with pytest.raises(InputError, match="heat and work"):
        drifting_method(sambe.models.spin_boson(baths=[squeezed]), {})
