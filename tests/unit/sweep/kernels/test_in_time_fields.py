"""What is reported of a point in time: statuses, and a method that asks for something else."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.physics.preparation import prepare
from sambe.physics.statuses import STATUS
from sambe.sweep.kernels.in_time_fields import moving_fields, relaxing_fields


@pytest.mark.parametrize("kernel", [moving_fields, relaxing_fields])
def test_a_method_that_asks_for_something_else_is_refused(kernel: object) -> None:
    qubit = sambe.models.spin_boson(drive=0.1, omega=1.0)
    with pytest.raises(InputError, match="method"):
        kernel(qubit, prepare(qubit))  # type: ignore[operator]


def test_redfield_states_that_are_none_are_told() -> None:
    # A cold bath, a state on the equator: Redfield's equation makes it negative within a turn
    bath = sambe.Bath(
        "cold", sambe.sigmax() + sambe.sigmaz(), sambe.Ohmic(0.1, cutoff=10.0), temperature=0.05
    )
    qubit = sambe.System(0.5 * sambe.sigmaz(), baths=[bath])
    with pytest.warns(sambe.PositivityWarning, match="negative eigenvalue"):
        data = sambe.evolve(qubit, [0.5**0.5, 0.5**0.5], np.linspace(0.0, 10.0, 41))
    assert data.status.item() == STATUS["not_positive"]
    assert np.linalg.eigvalsh(data.density_matrix.values).min() < -1e-6
    assert "not_positive" in data.status.flag_meanings
