"""What the summary says of a result whose features are known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.faces.text import summary

ALL = ("driven_dressed", "floquet", "dressed")


def test_extremes_and_where(make, omega) -> None:
    found = {e.terminal: e for e in summary.extremes(make(omega=omega))}
    assert found["pump"].high == pytest.approx(2e-3)
    assert found["pump"].high_at == {"omega": pytest.approx(1.0)}
    assert found["left"].low == pytest.approx(3e-4 - 1e-3)
    assert found["right"].high_at == {"omega": pytest.approx(2.0)}


def test_reversals_are_interpolated(make, omega) -> None:
    # left vanishes where 1e-3 A^2 = 3e-4 (x^2 + A^2)
    x = 0.1 * np.sqrt(1e-3 / 3e-4 - 1)
    (left,) = summary.reversals(make(omega=omega))
    assert (left.terminal, left.axis, left.cuts, left.of) == ("left", "omega", 1, 1)
    assert left.positions == pytest.approx((1 - x, 1 + x), abs=1e-4)


def test_rounding_is_no_reversal() -> None:
    x = np.arange(6.0)
    j = np.stack([[1.0, 1e-17, -1e-17, 1e-17, 1.0, 1.0], -np.ones(6), np.zeros(6)], axis=-1)
    data = xr.Dataset(
        {"energy_current": (("x", "terminal"), j)},
        {"x": x, "terminal": ["left", "right", "pump"]},
    )
    assert summary.reversals(data) == []


def test_why_the_default_takes_the_complete_equation_is_said() -> None:
    # the mirror's bath has a current a thousand times smaller than the line's, which those terms move
    line = sambe.Bath("line", spectrum=sambe.Ohmic(0.02, cutoff=10.0), temperature=0.02)
    mirror = sambe.Bath("mirror", spectrum=sambe.Ohmic(0.001, cutoff=10.0), temperature=0.05)
    system = sambe.models.optomechanics(
        mirror=0.1, coupling=0.005, drive=0.0015, omega=sambe.axis("omega", [0.9, 1.0]), levels=[3, 3],
        baths=[line, mirror],
    )  # fmt: skip
    flow = sambe.steady_state(system.replace(edge=()))
    kept = {r.regime: r.share for r in summary.regions(flow)}["terms between drive quanta count"]
    assert kept == float(flow.cross_terms_kept.mean()) > 0.0
    assert "0.001 of itself" in flow.cross_terms_kept.attrs["comment"]
    flow.attrs["secular"] = "none"  # asked for, with no need to say why
    assert "terms between drive quanta count" not in {r.regime for r in summary.regions(flow)}


def test_reversals_in_a_map_count_the_cuts(make, omega) -> None:
    found = summary.reversals(make(omega=omega, bias=[-0.5, 0.0, 0.5, 1.0]))
    left = next(r for r in found if (r.terminal, r.axis) == ("left", "omega"))
    assert (left.cuts, left.of) == (2, 4)


def test_where_the_pump_dominates(make, omega) -> None:
    dominates, takes = summary.regions(make(omega=omega))
    # both baths take up energy exactly where the pump exceeds either
    x = 0.1 * np.sqrt(1e-3 / 3e-4 - 1)
    ((low, high),) = dominates.intervals["omega"]
    assert (low, high) == pytest.approx((1 - x, 1 + x), abs=0.005)
    assert dominates.share == pytest.approx(2 * x / 1.95, abs=0.005)
    assert takes.share == 0


def test_disagreement_and_wrong_signs(make, omega) -> None:
    near, far = summary.disagreements(make(ALL, omega=omega))
    assert (near.equation, near.reference) == ("driven_dressed", "floquet")
    assert near.relative == pytest.approx(1e-9, rel=1e-3)
    assert near.flips == {}
    assert far.equation == "dressed"
    assert far.relative == pytest.approx(0.4)
    assert far.terminal == "pump"
    assert far.flips["left"] > 0.01


@pytest.mark.parametrize("missing", [[3], slice(None)])
def test_points_without_an_answer(make, omega, missing) -> None:
    data = make(omega=omega)
    data["energy_current"][missing] = np.nan
    data["status"][missing] = 1
    text = " ".join(summary.doubts(data))
    assert "bad parameter" in text
    assert f"of {omega.size} points" in text
    assert "first at omega" in text
    assert summary.tables(data)


def test_full_secular_is_doubted_where_gaps_close(make, omega) -> None:
    data = make(omega=omega)
    data["secular_ratio"] = 50 * abs(data.omega - 1) + 0.5
    assert summary.doubts(data) == []
    data.attrs["secular"] = "full"
    (text,) = summary.doubts(data)
    assert "0.5 relaxation rates" in text
    assert "omega 0.81 to 1.185" in text


def test_broken_laws_are_told(make, omega) -> None:
    data = make(ALL, omega=omega)
    data["first_law_residual"] = 0 * data.omega + 1e-4 * (data.equation == "dressed")
    data["entropy_production"] = data.omega - 0.1
    text = "\n".join(summary.doubts(data))
    assert "dressed: the terminals do not balance, by up to" in text
    assert "floquet: the terminals" not in text
    assert "entropy production is negative at 10 of 391 points" in text


@pytest.mark.parametrize("equations", [(), ALL])
@pytest.mark.parametrize(
    "axes",
    [{}, {"omega": [0.9, 1.0, 1.1]}, {"omega": [0.5, 1.0], "bias": [-0.5, 0.5], "drive": [0.1, 0.2]}],
)
def test_tables_are_rectangular(make, equations, axes) -> None:
    tables = summary.tables(make(equations, **axes))
    assert tables[0].title.startswith("Energy currents")
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize(("small", "told"), [(3e-17, "0"), (-3e-12, "-3.000000e-12"), (np.nan, "-")])
def test_rounding_beside_the_largest_current_is_zero(small: float, told: str) -> None:
    flow = xr.Dataset({"energy_current": ("terminal", [1.0, small])}, {"terminal": ["left", "pump"]})
    table = summary.tables(flow.assign_attrs(equation="auto"))[0]
    assert table.rows == (("left", "+1.000000e+00"), ("pump", told))
