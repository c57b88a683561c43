"""Parts of an error: each is a distance between two runs, made here by hand, and runs are made once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.statuses import STATUS
from sambe.sweep.run import Run
from sambe.trust.budget import PARTS, Budget, Setting

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
SETTING = Setting("none", 1e-8, 1e-10, Run(workers=1))
OMEGA = sambe.axis("omega", [0.8, 0.999, 1.2])


def qubit(**changes: Any) -> sambe.System:
    return models.spin_boson(**{"drive": 0.002, "omega": OMEGA, **changes})


@pytest.fixture(scope="module")
def budget() -> Budget:
    return Budget(qubit(), SETTING)


def currents(system: sambe.System, **options: Any) -> Any:
    return sambe.steady_state(system, **options).energy_current.values


def test_the_reference_is_the_partial_answer_with_the_shift(budget: Budget) -> None:
    wanted = currents(qubit(), secular="partial", lamb_shift="auto")
    np.testing.assert_allclose(budget.reference["energy_current"], wanted, rtol=1e-9, atol=1e-16)
    assert budget.reference_name == "driven_dressed"


def test_secular_equation_and_shift_are_distances_of_two_answers(budget: Budget) -> None:
    found = budget.parts("dressed", "full")
    assert tuple(found) == PARTS
    scale = budget.reference["scale"]

    def distance(a: Any, b: Any) -> Any:
        return np.abs(a - b).max(axis=-1) / scale

    full, kept = (currents(qubit(), equation="dressed", secular=s) for s in ("full", "partial"))
    plain = currents(qubit(), secular="partial")
    shifted = currents(qubit(), secular="partial", lamb_shift="auto")
    np.testing.assert_allclose(found["secular"], distance(full, kept), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found["equation"], distance(kept, plain), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found["lamb_shift"], distance(plain, shifted), rtol=1e-6, atol=1e-9)
    assert found["equation"].max() > 0.1
    assert not found["propagation"].any()  # neither is propagated
    assert not found["truncation"].any()  # a qubit has no ladder


def test_a_run_is_made_once(budget: Budget, monkeypatch: pytest.MonkeyPatch) -> None:
    first = budget.answer("floquet", "full")
    monkeypatch.setattr(budget, "_solve", None)  # it is not come to again
    assert budget.answer("floquet", "full") is first


def test_a_cut_ladder_is_held_against_one_level_less() -> None:
    system = models.kerr_resonator(drive=0.02, omega=sambe.axis("omega", [0.9, 1.0]), levels=4)
    found = Budget(system, SETTING).parts("driven_dressed", "partial")["truncation"]
    less = models.kerr_resonator(drive=0.02, omega=sambe.axis("omega", [0.9, 1.0]), levels=3)
    with pytest.warns(sambe.TruncationWarning):
        more, fewer = (currents(s, lamb_shift="auto") for s in (system, less))
    scale = np.abs(more).max(axis=-1)
    np.testing.assert_allclose(found, np.abs(more - fewer).max(axis=-1) / scale, rtol=1e-5)


def test_an_equation_without_a_frame_has_no_answer_but_a_status() -> None:
    system = qubit(drive=0.3, polarization="linear")
    answer = Budget(system, SETTING).answer("driven_dressed", "full")
    assert answer["status"].tolist() == [STATUS["no_static_frame"]] * 3
    assert np.isnan(answer["energy_current"]).all()


def test_the_total_holds_the_largest_part_that_counts(budget: Budget) -> None:
    parts = budget.parts("driven_dressed", "full")
    total = budget.total("driven_dressed", "full", parts)
    assert total.shape == (3,)
    near = int(np.argmax(parts["secular"]))
    assert near == 1  # beside the resonance of a weak drive
    assert total[near] > 0.3 * parts["secular"][near]
    assert total[near] > 5.0 * np.delete(total, near).max()
