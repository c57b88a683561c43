"""Statistics of a batch: every treatment against finite differences of its generating function, which is
found from another matrix by another method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.method import Counting
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution
from sambe.physics.statistics import counting
from sambe.physics.statistics.counting import Statistics, statistics_of
from sambe.physics.statistics.generating import generating_function
from sambe.sweep.axes import Sweep

SYSTEMS: dict[str, Callable[[], sambe.System]] = {
    "qubit": lambda: models.spin_boson(drive=0.05, omega=1.0),
    "linear qubit": lambda: models.spin_boson(drive=0.4, omega=0.45, polarization="linear"),  # moved zones
    "qubits": lambda: models.two_qubits(coupling=0.001, drive=0.05, omega=1.0),
    "slow": lambda: models.modulated_qubit(omega=0.02),
}


def batch(system: sambe.System, **options: Any) -> tuple[Solution, Counting]:
    sweep = Sweep(system)
    method = prepare(system, **options)
    asked = Counting(**{f.name: getattr(method, f.name) for f in fields(method)}, cumulants=3)
    return solve_batch(sweep.part(np.arange(sweep.points)), asked), asked


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "auto", "none", "ule", "clustered"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_cumulants_are_derivatives_of_the_generating_function(name: str, secular: str) -> None:
    solution, method = batch(SYSTEMS[name](), secular=secular)
    found = statistics_of(solution, method)
    assert found.converged.all()
    np.testing.assert_allclose(found.cumulants[:, 0], solution.currents, rtol=1e-9, atol=1e-12)
    h, along = 0.02, np.array([0.7, -0.4, 1.0])
    x = h * np.arange(-3, 4)
    values = [generating_function(solution, (y * along)[None] + 0j, method)[0].real for y in x]
    fit = np.polynomial.polynomial.polyfit(x / h, values, 6)
    mean, variance = found.cumulants[0, 0] @ along, along @ found.noise[0] @ along
    allowed = 1e-6 * found.activity[0]
    assert abs(fit[1] / h - mean) < allowed
    assert abs(2 * fit[2] / h**2 - variance) < allowed * 10
    third = [generating_function(solution, np.array([[0.0, 0.0, y]]) + 0j, method)[0].real for y in x]
    fit = np.polynomial.polynomial.polyfit(x / h, third, 6)
    assert abs(6 * fit[3] / h**3 - found.cumulants[0, 2, 2]) < allowed * 1e3


def test_clusters_and_populations_bring_the_system_what_leaves_the_baths() -> None:
    for secular in ("full", "clustered"):
        solution, method = batch(SYSTEMS["qubits"](), secular=secular)
        found = statistics_of(solution, method)
        np.testing.assert_allclose(found.absorbed, found.cumulants[:, 0, :-1], rtol=1e-10)
        assert np.abs(found.noise.sum(axis=-1)).max() < 1e-12 * found.noise.max()


def test_points_without_an_answer_are_not_numbers() -> None:
    solution, method = batch(SYSTEMS["qubit"]())
    from dataclasses import replace

    found = statistics_of(replace(solution, unique=solution.unique & False), method)
    assert np.isnan(found.noise).all()
    assert not found.converged.any()


def test_large_and_small_systems_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    system = models.kerr_resonator(levels=9, drive=0.05, omega=sambe.axis("omega", [0.9, 1.0]))
    solution, method = batch(system, secular="partial")
    iterated = statistics_of(solution, method)
    monkeypatch.setattr(counting, "DENSE_LEVELS", 9)
    dense = statistics_of(solution, method)
    for name in ("noise", "cumulants"):
        one, other = getattr(iterated, name), getattr(dense, name)
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-8 * np.abs(other).max())


def test_a_principal_value_is_not_counted() -> None:
    # it moves levels, and so the state; what is counted are the jumps of that state
    solution, method = batch(SYSTEMS["qubits"](), secular="partial", lamb_shift="shift")
    found = statistics_of(solution, method)
    apart = np.abs(found.cumulants[0, 0] - solution.currents[0]).max() / np.abs(solution.currents).max()
    assert 0.0 < apart < 0.05
    assert np.isfinite(found.noise).all()


def test_blank_statistics_have_the_shapes() -> None:
    blank = Statistics.blank(2, 4, 3)
    assert blank.noise.shape == (2, 4, 4)
    assert blank.cumulants.shape == (2, 4, 4)
    assert np.isnan(blank.activity).all()
