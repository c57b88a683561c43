"""Principal values against closed forms: powers, exponentials, kinks, the edge of a panel."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expi

from sambe.errors import ConvergenceError
from sambe.numerics import principal_value
from sambe.numerics.principal_value import fit, principal_integral


def test_a_series_reproduces_its_function_kinks_included() -> None:
    series = fit(lambda x: np.abs(x - 0.3) * np.exp(-x), np.array([-1.0, 0.3, 4.0]), 1e-13)
    x = np.linspace(-1.0, 4.0, 1001).reshape(7, 143)
    np.testing.assert_allclose(series(x), np.abs(x - 0.3) * np.exp(-x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("power", [0, 1, 2, 5])
def test_powers_in_closed_form(power: int) -> None:
    # P int x^n / (x - y) = y P int x^(n-1) / (x - y) + (1 - (-1)^n) / n, from log|(1 - y) / (1 + y)|
    y = np.array([-0.9, -0.2, 0.0, 0.37, 2.0, -30.0])
    wanted = np.log(np.abs((1.0 - y) / (1.0 + y)))
    for n in range(1, power + 1):
        wanted = y * wanted + (1.0 - (-1.0) ** n) / n
    found = principal_integral(fit(lambda x: x**power, np.array([-1.0, 1.0]), 1e-14), y)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-14 * max(1.0, 30.0 ** (power - 1)))


def test_an_exponential_is_the_exponential_integral() -> None:
    # P int_0^inf exp(-x) / (x - y) dx = -exp(-y) Ei(y)
    y = np.array([0.01, 0.5, 1.0, 7.3])
    series = fit(lambda x: np.exp(-x), np.array([0.0, 1.0, 60.0]), 1e-14)
    np.testing.assert_allclose(principal_integral(series, y), -np.exp(-y) * expi(y), rtol=1e-12)


def test_a_place_on_an_edge_is_as_good_as_any() -> None:
    f = lambda x: 1.0 / (1.0 + x * x)  # noqa: E731
    edges = np.array([-2.0, 0.5, 3.0])
    ((at_edge,), (beside,)) = (
        principal_integral(fit(f, e, 1e-14), np.array([0.5])) for e in (edges, np.array([-2.0, 3.0]))
    )
    wanted = quad(f, -2.0, 3.0, weight="cauchy", wvar=0.5, epsabs=1e-13)[0]
    assert at_edge == pytest.approx(wanted, abs=1e-12)
    assert beside == pytest.approx(wanted, abs=1e-12)


def test_nothing_integrates_to_nothing() -> None:
    series = fit(lambda x: 0.0 * x, np.array([0.0, 1.0, 2.0]), 1e-12)
    assert principal_integral(series, np.array([0.5, 1.0])).tolist() == [0.0, 0.0]


def test_noise_is_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ConvergenceError, match="not smooth"):
        fit(lambda x: rng.normal(size=x.shape), np.array([0.0, 1.0]), 1e-10)


def test_panels_are_bounded_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = np.linspace(-1.0, 1.0, 31)[1:-1]
    with monkeypatch.context() as bounded:
        bounded.setattr(principal_value, "MOST_PANELS", 300)
        with pytest.raises(ConvergenceError, match="smooth"):
            fit(lambda x: np.searchsorted(steps, x) * 1.0, np.array([-1.0, 1.0]), 1e-12)
    assert len(fit(lambda x: np.searchsorted(steps, x) * 1.0, np.array([-1.0, 1.0]), 1e-12).left) > 300
