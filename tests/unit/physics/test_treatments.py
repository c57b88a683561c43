"""The records of treatments: what each says of itself is what its solution is."""

from __future__ import annotations

import numpy as np
import pytest

from sambe import models
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.treatments import TREATMENTS, treatment_names

SYSTEM = models.two_qubits(drive=0.02, omega=np.array([0.9, 1.0]), coupling=0.001)


@pytest.mark.parametrize("name", treatment_names())
def test_a_record_says_what_its_solution_is(name: str) -> None:
    treatment = TREATMENTS[name]
    found = solve_batch(SYSTEM, prepare(SYSTEM, secular=name))
    assert (found.state.ndim == 2) == treatment.populations_only
    assert (found.kept == 0).all() == treatment.populations_only
    shifted = solve_batch(SYSTEM, prepare(SYSTEM, secular=name, lamb_shift="shift"))
    same = np.allclose(found.currents, shifted.currents, rtol=1e-9, atol=0)
    assert same != treatment.shifted
    if treatment.positive:
        assert np.linalg.eigvalsh(found.state).min() > -1e-12


def test_the_default_comes_first_and_the_exact_one_cannot_be_asked_for() -> None:
    assert len(set(treatment_names())) == len(treatment_names())
    assert "exact" not in treatment_names()
