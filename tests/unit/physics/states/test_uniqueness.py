"""Whether a stationary state can be unique: what nothing connects is named."""

from __future__ import annotations

import numpy as np
import pytest

import sambe

SX = sambe.sigmax()
OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def test_states_that_nothing_connects_are_named() -> None:
    bath = sambe.Bath("bath", np.diag([1.0, 2.0, 3.0, 4.0]) + np.kron(np.eye(2), SX), OHMIC, 1.0)
    system = sambe.System(np.diag([0.0, 1.0, 2.5, 3.1]), baths=[bath])
    with pytest.raises(sambe.InputError, match=r"\[0, 1\] and \[2, 3\].*coupling operator") as caught:
        sambe.steady_state(system)
    assert caught.value.field == "baths"
