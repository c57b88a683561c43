"""The heat valve against formulas, and where populations alone fail and where they do not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies import heat_valve
from sambe.faces.reproduction.studies.heat_valve import CHOSEN, RANGES, STUDY, landauer, weak


def test_a_qubit_between_two_peaked_baths_conducts_as_derived() -> None:
    # derived: J = 4 g^2 W kappa / [(W^2 - 1)^2 + kappa^2 W^2], W J_l J_r (n_l - n_r) / [J_l(1 + 2 n_l) + ...]
    for splitting in (1.0, 1.3):
        rate = 4.0 * 0.001**2 * 0.02 * splitting / ((splitting**2 - 1.0) ** 2 + (0.02 * splitting) ** 2)
        hot, cold = (1.0 / np.expm1(splitting / t) for t in (0.2, 0.1))
        wanted = splitting * rate**2 * (hot - cold) / (rate * (1 + 2 * hot) + rate * (1 + 2 * cold))
        assert weak(np.array([0.001]), splitting)[0] == pytest.approx(wanted, rel=1e-12)


def test_landauer_is_the_flow_through_three_modes_where_their_friction_is_small() -> None:
    """Each mode joins both resistors by half of its weight: kappa w u^2 / 2 (n_h - n_c), 1/4, 1/2 and 1/4."""
    narrow = {"coupling": 0.01, "width": 1e-4}
    modes = np.sqrt(1.0 + np.array([-1.0, 0.0, 1.0]) * 8**0.5 * 0.01)
    gain = 1.0 / np.expm1(modes / CHOSEN["hot"]) - 1.0 / np.expm1(modes / CHOSEN["cold"])
    wanted = 0.5 * 1e-4 * np.sum(np.array([0.25, 0.5, 0.25]) * modes * gain)
    assert landauer(narrow, 1.0) == pytest.approx(wanted, rel=1e-3)


def test_landauer_knows_no_saturation_of_the_qubit() -> None:
    """The formula is one for few quanta: a qubit of a low splitting conducts less, by 1 + n_h + n_c."""
    flow = sambe.steady_state(heat_valve.valve({}, 0.5), secular="partial")
    hot, cold = (1.0 / np.expm1(0.5 / t) for t in (CHOSEN["hot"], CHOSEN["cold"]))
    passed = -flow.energy_current.sel(terminal="cold").item()
    assert passed == pytest.approx(landauer({}, 0.5) / (1.0 + hot + cold), rel=0.01)


def test_headline_numbers(measured: Callable[[str], Reproduction]) -> None:
    result = measured(STUDY.name)
    found = {f.key: f.measures for f in result.findings}
    assert [f.key for f in result.findings if f.beyond] == ["secular"]
    assert found["secular"][0].value > 1e4
    apart = next(m for m in found["secular"] if "apart by their width: the factor" in m.what)
    assert apart.value < 2.0  # resonators out of tune: populations alone are nearly right


def test_every_number_is_a_placeholder_and_varied() -> None:
    assert set(CHOSEN) == set(RANGES)
    assert all(low < CHOSEN[name] < high for name, (low, high) in RANGES.items())
    assert len(STUDY.placeholders) == len(CHOSEN) + 1  # and the tuning of the resonators
