"""The minimal machine against numbers that were derived by hand from its closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies.minimal_machine import STUDY, crossing, machine


def test_the_crossing_is_where_both_baths_hold_one_population() -> None:
    # (w0 + w)/T_h = (w0 - w)/T_c; 9/19 for 1.4 and 0.5
    assert crossing(1.4, 0.5) == pytest.approx(9 / 19, rel=1e-14)
    w = crossing(1.4, 0.65)
    assert (1 + w) / 1.4 == pytest.approx((1 - w) / 0.65, rel=1e-14)


def test_the_model_has_the_currents_of_its_closed_form() -> None:
    # derived: J_1(0.3)^2 weighs both lines, J = 0.002 W; T = 1.4 and 0.5
    flow = sambe.steady_state(machine(0.3, cold=0.5), secular="full")
    wanted = [4.080927406e-06, -2.197422449e-06, -1.883504956e-06]
    np.testing.assert_allclose(flow.energy_current, wanted, rtol=1e-6)


def test_headline_numbers(measured: Callable[[str], Reproduction]) -> None:
    found = {f.key: f.measures for f in measured(STUDY.name).findings}
    assert [f.key for f in measured(STUDY.name).findings if f.beyond] == ["noise"]
    # at 1e-4 below the crossing: 2w/(1 + w) over 1 - T_c/T_h
    w = crossing(1.4, 0.65) * (1 - 1e-4)
    assert found["carnot"][0].value == pytest.approx(2 * w / (1 + w) / (1 - 0.65 / 1.4), rel=1e-9)
