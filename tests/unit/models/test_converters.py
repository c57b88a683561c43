"""The parametric converter, against damped amplitudes and Manley and Rowe's relations."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models

COLD = [sambe.Bath(name, spectrum=sambe.Flat(k), temperature=0.0) for name, k in (("a", 0.002), ("b", 0.003))]


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:.*beyond the work of a judgement:sambe.errors.SecularWarning"
)  # 25 levels
@pytest.mark.parametrize("omega", [(1.0, 0.4), (1.0005, 0.3998)])
def test_damped_amplitudes(omega: tuple[float, float]) -> None:
    # i d/dt (alpha, beta) = (w_a - w_1 - i kappa_a/2) alpha + g beta + F and likewise for b; derived
    g, f = 0.001, 0.0003
    flow = sambe.steady_state(models.parametric_converter((1.0, 0.6), g, f, omega, (5, 5), COLD))
    a, b, one, two = flow.energy_current.values
    upper, lower = omega[0], omega[0] - omega[1]
    matrix = np.array([[1.0 - upper - 0.001j, g], [g, 0.6 - lower - 0.0015j]])
    photons = abs(np.linalg.solve(matrix, [-f, 0.0])) ** 2
    taken, converted = 0.002 * photons[0], 0.003 * photons[1]
    assert a == pytest.approx(-upper * taken, rel=2e-3)
    assert b == pytest.approx(-lower * converted, rel=2e-3)
    assert one == pytest.approx(upper * (taken + converted), rel=2e-3)
    assert two == pytest.approx(-omega[1] * converted, rel=2e-3)
    assert abs(flow.first_law_residual) < 1e-6 * one


def test_manley_and_rowe() -> None:
    flow = sambe.steady_state(
        models.parametric_converter(drive=0.0001, levels=(3, 3), omega=(1.0, 0.3997), baths=COLD)
    )
    a, b, one, two = flow.energy_current.values
    assert two / 0.3997 == pytest.approx(b / (1.0 - 0.3997), rel=2e-3)
    assert one == pytest.approx(-a - two / 0.3997, rel=2e-3)
    assert one > 0.0 > two


def test_iterated_coherences_are_near_those_of_the_whole_matrix() -> None:
    # the line of the example at which the iteration stops farthest from its limit, of gaps of a tenth of a
    # linewidth: a hundred times the tolerance away, and for a smaller one as many times nearer
    baths = [sambe.Bath(name, spectrum=sambe.Ohmic(k, cutoff=10.0), temperature=0.05)
             for name, k in (("signal", 0.002), ("idler", 0.004))]  # fmt: skip
    system = models.parametric_converter((1.0, 0.6), 0.0005, 0.0001, (1.0, 0.39175), (3, 3), baths)
    whole = sambe.steady_state(system, secular="none").energy_current
    for tolerance in (1e-8, 1e-10):
        found = sambe.steady_state(system, secular="partial", tolerance=tolerance).energy_current
        assert abs(found - whole).max() < 200.0 * tolerance * abs(whole).max()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"frequencies": (1.0,)}, "frequencies"),
        ({"omega": 1.0}, "omega"),
        ({"omega": (1.0, 0.4, 0.2)}, "omega"),
        ({"levels": 4}, "levels"),
        ({"levels": (1, 4)}, "levels"),
    ],
)
def test_bad_values(values: dict[str, Any], field: str) -> None:
    with pytest.raises(sambe.InputError) as refused:
        models.parametric_converter(**values)
    assert refused.value.field == field
