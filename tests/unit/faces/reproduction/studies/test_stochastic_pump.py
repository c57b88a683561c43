"""The stochastic pump against sums that are done by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies.stochastic_pump import STUDY, filters, line_currents, solids


def test_a_narrow_band_of_each_bath_carries_quanta_of_two_energies() -> None:
    # through bands around 1.6 and 0.5 each quantum takes these energies, to second order in the half width
    hot, cold = line_currents(filters(1e-3), 0.3, 0.6, 0.3)
    assert cold / hot == pytest.approx(-0.5 / 1.6, rel=1e-3)
    assert cold > 0  # work is done: T_c/T_h above 0.5/1.6


def test_a_narrow_line_conducts_and_does_not_pump() -> None:
    # nearly without noise: two baths on one line, from hot to cold; the tails of the line still do some work
    hot, cold = line_currents(solids(), 2e-4, 0.6, 0.5)
    assert hot > 0 > cold
    assert abs(hot + cold) < 0.1 * hot


def test_headline_numbers(measured: Callable[[str], Reproduction]) -> None:
    found = {f.key: f.measures for f in measured(STUDY.name).findings}
    # one line in each band: (T_c/(T_h - T_c))/(W_c/(W_h - W_c)) with T_c/T_h = 0.3125 * 1.001
    ratio = 0.3125 * 1.001
    assert found["carnot"][0].value == pytest.approx((0.5 / 1.1) / (ratio / (1 - ratio)), rel=1e-9)
    assert np.isfinite([m.value for measures in found.values() for m in measures]).all()
