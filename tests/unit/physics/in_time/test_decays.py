"""Rates of relaxation: a double one, rates of populations, the map of a period."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from sambe.physics.in_time.decays import decays_of, spectrum_of
from sambe.physics.method import Method, Relaxing


def relaxing(method: Method, start: Any = None) -> Relaxing:
    return Relaxing(**{f.name: getattr(method, f.name) for f in fields(method)}, start=start)


def test_a_double_rate_stays_one_with_a_finite_share() -> None:
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    block = np.array([[0.0, 0, 0, 0], [0, -1.0, 1.0, 0], [0, 0, -1.0, 0], [0, 0, 0, -3.0]])
    start = turn @ np.array([0.0, 0.6, 0.0, 0.3])
    values, defective, share = spectrum_of(turn @ block @ turn.T, start)
    order = np.argsort(-values.real)
    np.testing.assert_allclose(values[order], [0.0, -1.0, -1.0, -3.0], atol=1e-12)
    assert defective[order].tolist() == [False, True, True, False]
    whole = np.linalg.svd((0.6 * turn[:, 1]).reshape(2, 2), compute_uv=False).sum()
    np.testing.assert_allclose(share[order][1:3], whole, rtol=1e-6)


def test_populations_relax_by_the_sum_of_their_rates(batch: Any) -> None:
    system, method = batch(secular="full")
    found = decays_of(system, relaxing(method, np.eye(2) / 2))
    out = found.origin.jumps.rates[0] * (1.0 - np.eye(2))
    assert np.isclose(found.gap[0], out.sum(), rtol=1e-12)
    np.testing.assert_allclose(found.overlap[0, 0], 1.0)
    np.testing.assert_allclose(found.overlap[0, 2:], 0.0, atol=1e-15)  # nothing turns in a mixture of all


def test_the_map_of_a_period_has_the_rates_of_the_mean_generator_for_a_fast_drive(batch: Any) -> None:
    means, whole = (decays_of(*_asked(batch("linear", secular))) for secular in ("partial", "none"))
    np.testing.assert_allclose(whole.rate, means.rate, atol=2e-6)
    assert (np.abs(whole.rate.imag) <= 0.4 + 1e-12).all()  # modulo omega = 0.8


def _asked(batch: tuple[Any, Method]) -> tuple[Any, Relaxing]:
    return batch[0], relaxing(batch[1])
