"""The geometric pump against integrals that are done by other means."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import dblquad

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies.geometric_pump import STUDY, curvature, flux


def test_the_flux_of_a_loop_has_its_derived_value() -> None:
    # derived: T_l = 1 + 0.4 cos, T_r = 0.9 + 0.3 sin, couplings 1 to 3
    assert flux(np.array([np.pi / 2]))[0] == pytest.approx(0.01453509118, rel=1e-9)


@pytest.mark.parametrize("ratio", [0.5, 4.0])
def test_all_temperatures_together_enclose_a_quarter(ratio: float) -> None:
    # in t = tanh(1/2T), whose square is the whole quadrant: dT = 2 T^2 cosh^2(1/2T) dt
    def inside(u: float, v: float) -> float:
        left, right = 0.5 / np.arctanh(u), 0.5 / np.arctanh(v)
        change = [2 * t**2 * np.cosh(0.5 / t) ** 2 for t in (left, right)]
        return float(curvature(left, right, ratio) * change[0] * change[1])

    assert dblquad(inside, 1e-9, 1 - 1e-9, 1e-9, 1 - 1e-9, epsabs=1e-5)[0] == pytest.approx(0.25, rel=1e-4)


def test_headline_numbers(measured: Callable[[str], Reproduction]) -> None:
    found = {f.key: f.measures for f in measured(STUDY.name).findings}
    assert found["geometry"][-1].value == pytest.approx(0.014535, rel=1e-3)
    # equal temperatures: the mean of cos(theta) dp/dtheta around the loop, by its own quadrature
    t = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    p = 1 / (1 + np.exp(1 / (1 + 0.4 * np.sin(t))))
    moved = np.mean(np.cos(t) * np.gradient(p, t)) * 2 * np.pi
    assert found["theorem"][0].value == pytest.approx(0.45 * moved, rel=1e-4)
