"""What is given for a course is checked, and the message names the field, the value and the way out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import qutip

import sambe
from sambe.errors import InputError
from sambe.verbs.in_time.starts import checked_state, checked_times


@pytest.mark.parametrize(
    "times",
    [[0.0, 2.0, 1.0], [], [[0.0, 1.0]], [0.0, np.nan], [0.0, np.inf], ["a"], [1j], None, "soon", {}],
)
def test_times_that_are_none(times: Any) -> None:
    with pytest.raises(InputError, match="times"):
        checked_times(times)


@pytest.mark.parametrize(
    "state",
    [2, -1, True, "ground", [1.0, 1.0], [1.0, 0.0, 0.0], np.eye(2), [[1.5, 0], [0, -0.5]],
     [[0.5, 1], [0, 0.5]], [np.nan, 1.0], None],
)  # fmt: skip
def test_states_that_are_none(state: Any) -> None:
    with pytest.raises(InputError, match="state"):
        checked_state(state, 2)


def test_states_in_any_form() -> None:
    ket = np.array([0.6, 0.8j])
    for state in (ket, ket[:, None], np.outer(ket, ket.conj()), qutip.Qobj(ket)):
        np.testing.assert_allclose(checked_state(state, 2), np.outer(ket, ket.conj()), atol=1e-15)
    np.testing.assert_array_equal(checked_state(1, 2), np.diag([0.0, 1.0]))
    assert checked_state("stationary", 2) is None
    np.testing.assert_array_equal(checked_times(sambe.axis("time", [0, 1, 1])), [0.0, 1.0, 1.0])
    np.testing.assert_array_equal(checked_times(3), [3.0])


def test_what_is_not_known_in_time_is_refused() -> None:
    qubit = sambe.models.spin_boson(drive=0.1, omega=1.0)
    for options, field in (
        ({"equation": "heom"}, "equation"),
        ({"secular": "ule", "lamb_shift": "shift"}, "lamb_shift"),
        ({"device": "gpu"}, "device"),
    ):
        with pytest.raises(InputError, match=field):
            sambe.cycle(qubit, **options)  # type: ignore[arg-type]
    pumped = sambe.Squeezed(0.5, r=0.3, phase=0.0, centre="drive")
    bath = sambe.Bath("pumped", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), state=pumped)
    with pytest.raises(InputError, match="pumped"):
        sambe.evolve(sambe.models.spin_boson(drive=0.1, omega=1.0, baths=[bath]), 0, [0.0])
    with pytest.raises(InputError, match="axis"):
        sambe.evolve(sambe.models.spin_boson(drive=sambe.axis("time", [0.1]), omega=1.0), 0, [0.0])
