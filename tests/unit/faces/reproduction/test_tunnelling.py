"""Closed forms of driven tunnelling against a propagation of their own, integrals and limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from scipy.linalg import expm

from sambe.faces.reproduction import tunnelling


def _splitting(ratio: float, omega: float, steps: int = 400) -> float:
    """Distance of the quasienergies by a product of midpoint exponentials over one period."""
    x = np.array([[0.0, 1.0], [1.0, 0.0]])
    z = np.array([[1.0, 0.0], [0.0, -1.0]])
    dt = 2.0 * np.pi / omega / steps
    whole = np.eye(2, dtype=complex)
    for k in range(steps):
        h = -0.5 * x + 0.5 * ratio * omega * np.cos(omega * (k + 0.5) * dt) * z
        whole = expm(-1j * h * dt) @ whole
    phases = np.angle(np.linalg.eigvals(whole))
    return float(abs(phases[0] - phases[1]) * omega / (2.0 * np.pi))


@pytest.mark.parametrize("ratio", [0.7, 2.2, 4.0])
def test_the_third_order_is_the_splitting_of_a_fast_drive(ratio: float) -> None:
    exact = _splitting(ratio, 10.0)
    assert abs(tunnelling.tunnel_splitting(ratio, 10.0)) == pytest.approx(exact, abs=2e-5)
    assert abs(abs(float(special.jv(0, ratio))) - exact) > 1e-4  # which the first order alone is not


def test_the_splitting_has_its_limits_and_its_root() -> None:
    ratio = np.linspace(0.0, 7.0, 5)
    assert tunnelling.tunnel_splitting(ratio, 1e6) == pytest.approx(special.jv(0, ratio), abs=1e-10)
    assert tunnelling.tunnel_splitting(0.0, 3.0) == pytest.approx(1.0)
    place = tunnelling.crossing_ratio(4.0)
    assert tunnelling.tunnel_splitting(place, 4.0) == pytest.approx(0.0, abs=1e-10)
    assert 2.3 < place < special.jn_zeros(0, 1)[0]


def test_an_ohmic_bath_takes_what_the_sum_rule_says() -> None:
    # sum of J_n^2 over n > 0 is (1 - J_0^2)/2: P = alpha Delta^2 (1 - J_0^2)/2 at any frequency
    ratio = np.array([0.5, 2.0, 5.0])
    found = tunnelling.power(ratio, 7.0, lambda w: 1e-3 * w)
    assert found == pytest.approx(0.5e-3 * (1.0 - special.jv(0, ratio) ** 2))
    # flips by the same sum, where a bath gives and takes alike the square of an energy
    flips = tunnelling.flip_rate(ratio, 7.0, lambda w: w**2)
    assert flips == pytest.approx(1.0 - special.jv(0, ratio) ** 2)


def test_the_course_forgets_at_the_slowest_rate() -> None:
    times = np.array([3000.0, 3001.0])
    for splitting in (0.01, 0.03):  # overdamped both
        z = tunnelling.course(splitting, 0.1, times)
        assert np.log(z[0] / z[1]) == pytest.approx(tunnelling.forgetting(splitting, 0.1), rel=1e-6)
    assert tunnelling.forgetting(1.0, 0.1) == pytest.approx(0.05)
    assert tunnelling.course(0.3, 0.0, times) == pytest.approx(np.cos(0.3 * times))
    assert tunnelling.course(0.05, 0.1, np.array([0.0, 1.0])) == pytest.approx([1.0, np.exp(-0.05) * 1.05])
