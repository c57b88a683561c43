"""The refrigerator of three qubits against equilibrium and closed forms, and where it does not cool."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.faces.reproduction.studies.qubit_reset import (
    CHOSEN,
    EXCITED,
    RANGES,
    STUDY,
    excited_by_rates,
    refrigerator,
    virtual_temperature,
)


def _excited(system: sambe.System) -> float:
    flow = sambe.steady_state(system, secular="partial", observables={"excited": EXCITED})
    return float(flow.expectation.item().real)


def test_rates_alone_have_the_virtual_temperature() -> None:
    share, _ = excited_by_rates({"loss": 0.0, "hot": 2.0, "cold": 0.3, "splitting": 1.5})
    assert 1.0 / np.log((1.0 - share) / share) == pytest.approx(virtual_temperature(2.0, 0.3, 1.5), rel=1e-12)
    # derived: 1 / (2.5/0.3 - 1.5/2)
    assert virtual_temperature(2.0, 0.3, 1.5) == pytest.approx(0.131868132, rel=1e-8)
    assert virtual_temperature(0.3, 0.3, 1.5) == pytest.approx(0.3, rel=1e-12)  # no gradient, no cooling


def test_a_weak_exchange_is_that_of_the_rates() -> None:
    weak = {"coupling": 0.001, "loss": 1e-6}
    assert _excited(refrigerator(weak)) == pytest.approx(excited_by_rates(weak)[0], rel=0.01)


def test_a_line_that_is_too_strong_spoils_the_cooling() -> None:
    """Beyond the ranges the claim fails: the target is warmer than the cold bath."""
    share = _excited(refrigerator({"line": 2.0, "loss": 5e-4}))
    assert share > 1.0 / (1.0 + np.exp(1.0 / CHOSEN["cold"]))


def test_every_number_is_a_placeholder_and_varied() -> None:
    assert set(CHOSEN) == set(RANGES)
    assert all(low <= CHOSEN[name] < high for name, (low, high) in RANGES.items())
    assert len(STUDY.placeholders) == len(CHOSEN) + 1  # and the mismatch
