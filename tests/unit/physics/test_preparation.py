"""Choice of the equation: frames that are given, and values of the wrong kind."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.preparation import check_names


@pytest.mark.parametrize("verb", [sambe.steady_state, sambe.energy_currents, sambe.channels])
def test_unknown_choices_are_named(verb) -> None:
    for name in ("equation", "secular"):
        with pytest.raises(sambe.InputError) as caught:
            verb(models.spin_boson(), **{name: "lindblad"})
        assert caught.value.field == name
        assert caught.value.value == "lindblad"
        assert "partial" in caught.value.remedy or "floquet" in caught.value.remedy


def test_a_frame_may_be_given() -> None:
    system = models.two_qubits(omega=0.9)
    given = system.replace(frame=(3, 2, 2, 1))
    np.testing.assert_allclose(sambe.energy_currents(given), sambe.energy_currents(system), rtol=1e-10)


def test_where_the_integers_of_a_frame_start_is_of_no_matter() -> None:
    qubit = models.spin_boson(drive=0.1, omega=0.8)
    found = [sambe.steady_state(qubit.replace(frame=f)) for f in ((1, 0), (10**15 + 1, 10**15))]
    assert np.array_equal(found[0].energy_current, found[1].energy_current)
    with pytest.raises(sambe.InputError, match="frame"):
        qubit.replace(frame=(10**9, 0))


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(sambe.InputError, match="did you mean 'floquet'"):
        check_names(equation="floqet")
    with pytest.raises(sambe.InputError, match="choose one of"):
        check_names(secular=True)
