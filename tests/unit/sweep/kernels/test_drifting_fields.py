"""Fields of points whose numbers move, in any unit of energy."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.physics.method import Drifting
from sambe.physics.preparation import prepare
from sambe.sweep.catalogue import DRIFTING
from sambe.sweep.drifting_system import DriftingSystem
from sambe.sweep.kernels.drifting_fields import drifting_fields
from sambe.sweep.units import solve_in_units


def moving(unit: float) -> tuple[DriftingSystem, Drifting]:
    baths = [
        sambe.Bath("left", sambe.sigmax(), sambe.Flat(0.001 * unit), temperature=0.5 * unit),
        sambe.Bath("right", sambe.sigmax(), sambe.Flat(0.003 * unit), temperature=1.0 * unit),
    ]
    system = sambe.System([(np.full(3, 0.5 * unit), sambe.sigmaz())], baths=baths)
    method = prepare(system, secular="full")
    motion = {"bath 'left'.temperature": unit * np.array([0.0, 1.0, 2.0])}
    return DriftingSystem.of(system, [motion]), Drifting(**vars(method))


def test_what_is_carried_goes_with_the_motion() -> None:
    fields = drifting_fields(*moving(1.0))
    assert set(fields) == {variable.name for variable in DRIFTING} - {
        "partition_spread",
        "geometric_particles",
    }
    energy = fields["geometric_energy"]
    assert energy[1, 0] > 0
    np.testing.assert_allclose(energy, energy[1] * np.array([[0.0], [1.0], [2.0]]), rtol=1e-9)


def test_an_answer_depends_on_no_unit() -> None:
    plain = drifting_fields(*moving(1.0))
    ((_, tiny),) = solve_in_units(*moving(2.0**-60), drifting_fields)
    np.testing.assert_allclose(tiny["geometric_energy"] * 2.0**60, plain["geometric_energy"], rtol=1e-9)
    np.testing.assert_allclose(tiny["energy_current"] * 2.0**120, plain["energy_current"], rtol=1e-12)


def test_a_system_at_rest_is_refused() -> None:
    method = moving(1.0)[1]
    with pytest.raises(InputError, match="do not move"):
        drifting_fields(sambe.models.spin_boson(), method)
