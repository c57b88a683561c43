"""A system whose numbers move: its motions are swept and scaled as its numbers are."""

from __future__ import annotations

import pickle

import numpy as np

import sambe
from sambe.description.unit_of_energy import in_unit
from sambe.sweep.drifting_system import DriftingSystem


def moving() -> DriftingSystem:
    system = sambe.models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9]))
    return DriftingSystem.of(system, [{"omega": 2.0, "bath 'left'.temperature": sambe.axis("k", [0.1, 0.3])}])


def test_motions_are_numbers_of_the_system() -> None:
    system = moving()
    assert system.numbers()["motion 0 of omega"] == 2.0
    doubled = system.map_numbers(lambda path, x: 2 * x if path.startswith("motion") else x)
    assert doubled.motions[0]["omega"] == 4.0
    assert doubled.numbers()["omega"].equals(system.omega)
    assert system.number_fault("motion 0 of bath 'left'.temperature", -1.0) is None
    assert system.number_fault("omega", -1.0) is not None


def test_a_motion_has_the_unit_of_its_number() -> None:
    system = DriftingSystem.of(
        sambe.models.spin_boson(), [{"omega": 2.0, "bath 'left'.spectrum.strength": 3.0}]
    )
    scaled = system.recounted(in_unit(system, 4.0), 4.0)
    assert scaled.motions[0] == {"omega": 0.5, "bath 'left'.spectrum.strength": 3.0}  # which has none
    assert scaled.omega == system.omega / 4.0


def test_it_can_be_sent_to_a_worker() -> None:
    again = pickle.loads(pickle.dumps(moving()))
    np.testing.assert_array_equal(again.motions[0]["bath 'left'.temperature"], [0.1, 0.3])
