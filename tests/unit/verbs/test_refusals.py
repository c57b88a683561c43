"""What several verbs refuse, each with the field and a way out."""

from __future__ import annotations

import pytest

import sambe
from sambe.errors import InputError
from sambe.physics.preparation import prepare
from sambe.verbs.refusals import check_jumps, numpy_run


@pytest.mark.parametrize(("equation", "secular", "said"), [
    ("heom", "auto", "no jumps"), ("floquet", "none", "take 'partial'"),
])  # fmt: skip
def test_currents_without_channels_are_refused(equation: str, secular: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_jumps(prepare(sambe.models.spin_boson(), equation, secular))


def test_rates_and_coherences_in_a_frame_have_channels() -> None:
    for secular in ("full", "partial", "ule"):
        check_jumps(prepare(sambe.models.spin_boson(), "driven_dressed", secular))


def test_a_device_is_refused_and_the_rest_goes_on() -> None:
    assert numpy_run({"workers": 2}).workers == 2
    with pytest.raises(InputError, match="device = 'gpu'"):
        numpy_run({"device": "gpu"})
