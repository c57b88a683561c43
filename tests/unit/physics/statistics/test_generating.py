"""The generating function: closed forms, symmetries, and its branch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe import models
from sambe.physics.method import Method
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution
from sambe.physics.statistics.generating import generating_function


def solved(system: Any, **options: Any) -> tuple[Solution, Method]:
    method = prepare(system, **options)
    return solve_batch(system, method), method


def test_populations_of_a_qubit_in_closed_form() -> None:
    # L = Ps + [-(u+d) + sqrt((u+d)^2 + 4 (U V - u d))]/2 of the rates up and down and their tilted ones
    solution, method = solved(models.spin_boson(drive=0.3, omega=np.array([0.8])), secular="full")
    xi = np.array([[0.4, -0.6, 0.3]])
    j = solution.jumps
    up = down = tilted_up = tilted_down = pseudo = 0.0
    for u in range(2):
        for k, q in enumerate(j.dressing.quanta):
            for sign in (1, -1) if q else (1,):
                energy = sign * j.energy[0, k] if sign > 0 else (sign * j.energy[0, k]).T
                rate = (j.forward if sign > 0 else j.backward)[u][0, k] * j.weights[u][0, k]
                rate = rate if sign > 0 else rate.T
                factor = np.exp(xi[0, u] * energy + xi[0, 2] * sign * q * 0.8)
                up, down = up + rate[1, 0], down + rate[0, 1]
                tilted_up, tilted_down = (
                    tilted_up + (rate * factor)[1, 0],
                    tilted_down + (rate * factor)[0, 1],
                )
                pseudo += (rate * (factor - 1.0))[0, 0]
    root = np.sqrt((up + down) ** 2 + 4 * (tilted_up * tilted_down - up * down))
    wanted = pseudo + 0.5 * (root - up - down)
    assert generating_function(solution, xi + 0j, method)[0] == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
def test_it_is_zero_without_a_field_and_real_in_real_ones(secular: str) -> None:
    solution, method = solved(models.modulated_qubit(omega=np.array([0.1])), secular=secular)
    assert abs(generating_function(solution, np.zeros((1, 3), complex), method)[0]) < 1e-12
    assert generating_function(solution, np.full((1, 3), 0.3 + 0j), method)[0].imag == pytest.approx(
        0.0, abs=1e-13
    )


def test_the_complete_equation_agrees_with_the_cheaper_one_under_a_fast_drive() -> None:
    values = []
    for secular in ("partial", "none"):
        solution, method = solved(models.modulated_qubit(omega=np.array([2.5])), secular=secular)
        values.append(generating_function(solution, np.array([[0.3, -0.2, 0.1 + 0.4j]]), method)[0])
    assert values[0] == pytest.approx(values[1], rel=1e-4)


def test_conjugate_fields_give_conjugate_values() -> None:
    for secular in ("full", "none"):
        solution, method = solved(models.modulated_qubit(omega=np.array([0.2])), secular=secular)
        xi = np.array([[0.3 + 0.5j, -0.2, 0.1 - 2.0j]])
        one, other = (generating_function(solution, x, method)[0] for x in (xi, xi.conj()))
        assert one == pytest.approx(np.conj(other), rel=1e-9)
        assert abs(one.imag) > 1e-6


def test_no_answer_is_not_a_number() -> None:
    solution, method = solved(models.spin_boson(omega=np.array([0.8])), secular="full")
    with np.errstate(all="ignore"):
        assert np.isnan(generating_function(solution, np.array([[1e4, 0.0, 0.0]]) + 0j, method)[0])
