"""Fits of a bath's correlation by exponentials: decaying, conjugate-symmetric, shared by all strengths."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import sambe
from sambe.physics.heom.expansion import Expansion
from sambe.physics.heom.exponential_fit import poles


@pytest.mark.slow
def test_correlation_of_a_fit_decays_and_is_conjugate_symmetric(expansion: Callable[..., Expansion]) -> None:
    environment = expansion(sambe.Ohmic(0.02, cutoff=3.0, exponent=3.0), 0.5).environment
    exponents = [complex(x.exponent) for x in environment.exponents]
    assert min(v.real for v in exponents) > 0
    assert sum(exponents).imag == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_strength_shares_one_fit(expansion: Callable[..., Expansion]) -> None:
    expansion(sambe.Ohmic(0.002, cutoff=7.0), 0.6)
    before = poles.cache_info().misses
    expansion(sambe.Ohmic(0.03, cutoff=7.0), 0.6)
    assert poles.cache_info().misses == before
