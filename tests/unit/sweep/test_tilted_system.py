"""Counting fields as numbers of a system."""

from __future__ import annotations

import numpy as np

import sambe
from sambe import models
from sambe.sweep.axes import Sweep
from sambe.sweep.tilted_system import TiltedSystem


def tilted(**fields: object) -> TiltedSystem:
    return TiltedSystem.of(models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9])), fields)


def test_fields_are_swept_with_the_other_numbers() -> None:
    sweep = Sweep(tilted(left=sambe.axis("x", [0.1, 0.2j, 0.3]), pump=0.5))
    assert sweep.dims == ("omega", "x")
    part = sweep.part(np.arange(6))
    assert isinstance(part, TiltedSystem)
    np.testing.assert_array_equal(part.fields["left"], [0.1, 0.2j, 0.3] * 2)
    assert part.fields["pump"] == 0.5
    assert part.terminals == ("left", "right", "pump")


def test_fields_may_be_any_number_and_the_others_are_checked_still() -> None:
    system = tilted(left=-1.0 + 2.0j)
    assert system.number_fault("field 'left'", -1.0 + 2.0j) is None
    assert system.number_fault("omega", -1.0) is not None
    assert sambe.axis("x", [np.nan]).size == Sweep(tilted(left=sambe.axis("x", [np.nan]))).points // 2


def test_fields_in_another_unit_count_as_much() -> None:
    system = tilted(left=0.5)
    assert system.recounted(system, 4.0).fields["left"] == 2.0
