"""About how many steps a propagation takes: more for slow and for strong drives."""

from __future__ import annotations

import numpy as np

import sambe
from sambe.physics.dressing import step_estimates
from sambe.sweep.axes import Sweep


def qubit(points: int = 40, **changes: object) -> sambe.System:
    values = {"omega": sambe.axis("omega", np.linspace(0.5, 1.5, points)), "drive": 0.1, **changes}
    return sambe.models.spin_boson(**values)


def test_slow_drives_need_more_steps() -> None:
    def steps(omega: float, drive: float) -> int:
        return step_estimates.propagation_steps(qubit(omega=omega, drive=drive))

    assert steps(0.05, 0.1) > 4 * steps(1.0, 0.1)
    assert steps(0.05, 10.0) > steps(0.05, 0.1)
    assert steps(1e-9, 0.1) == step_estimates.MOST_STEPS
    swept = qubit(omega=sambe.axis("omega", [0.05, 5.0, np.nan]), drive=0.1)
    assert step_estimates.propagation_steps(Sweep(swept).extreme()) == steps(0.05, 0.1)
    undriven = sambe.System([(0.5, sambe.sigmaz())], baths=[
        sambe.Bath("hot", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])  # fmt: skip
    assert step_estimates.propagation_steps(undriven) == step_estimates.FEWEST_STEPS


def test_no_splitting_is_estimated_beyond_its_bound_of_work() -> None:
    up = np.diag(np.sqrt(np.arange(1.0, 6.0)), 1)
    ladder = sambe.System(np.diag(np.arange(6.0)), {1: [(0.1, up + up.T)]}, omega=1e-7, baths=[
        sambe.Bath("hot", up + up.T, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])  # fmt: skip
    assert step_estimates.split_steps(ladder, (0,) * 6, 1e-10) == step_estimates.MOST_STEPS
    assert step_estimates.propagation_load(ladder, (0,) * 6, 1e-10)[1] == 12 * step_estimates.MOST_STEPS
