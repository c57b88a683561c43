"""What is reported of a generating function."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from sambe import models
from sambe.errors import InputError
from sambe.physics.method import Tilting
from sambe.physics.preparation import prepare
from sambe.physics.statuses import STATUS
from sambe.sweep.catalogue import variables_of
from sambe.sweep.kernels.tilted_fields import tilted_fields
from sambe.sweep.tilted_system import TiltedSystem


def test_every_variable_is_there_and_a_point_without_an_answer_is_told() -> None:
    qubit = models.spin_boson(drive=0.1, omega=np.array([0.8, 0.9]))
    method = prepare(qubit, secular="full")
    method = Tilting(**{f.name: getattr(method, f.name) for f in fields(method)})
    with np.errstate(all="ignore"):
        out = tilted_fields(TiltedSystem.of(qubit, {"left": np.array([0.5, 1e4])}), method)
    assert set(out) == {variable.name for variable in variables_of(method)}
    assert out["status"].tolist() == [STATUS["ok"], STATUS["not_converged"]]
    assert out["generating_function"][0] == pytest.approx(0.0, abs=1e-2)
    with pytest.raises(InputError, match="no counting fields"):
        tilted_fields(qubit, method)
