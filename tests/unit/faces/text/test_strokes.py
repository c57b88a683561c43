"""Tables of the steps of a period."""

from __future__ import annotations

import numpy as np

import sambe
from sambe.faces.text.strokes import harmonics_in_words, stroke_rows, without_rounding
from sambe.faces.text.summary import tables

SX, SZ = sambe.sigmax(), sambe.sigmaz()


def system(omega: object = 0.8) -> sambe.System:
    baths = [
        sambe.Bath(name, SX, sambe.Ohmic(0.002, cutoff=5.0), temperature=t)
        for name, t in (("hot", 1.2), ("cold", 0.4))
    ]
    parts = [(0.5, [(0.5, SZ)]), (0.5, [(0.3, SZ)])]
    return sambe.System.from_steps(parts, omega, baths, switched={"hot": [1, 0]}, ramp=0.2)


def test_a_point_has_a_row_for_each_step_and_one_for_switching() -> None:
    flow = sambe.steady_state(system())
    title, columns, rows = stroke_rows(flow, [])
    assert columns == ("", "hot", "cold", "work")
    assert [row[0] for row in rows] == ["step 0", "step 1", "switching"]
    assert float(rows[1][1]) == 0.0  # the hot bath is off
    total = sum(float(cell) for row in rows for cell in row[1:] if cell)
    assert abs(total) < 1e-3 * max(abs(float(cell)) for row in rows for cell in row[1:] if cell)
    assert title in [table.title for table in tables(flow)]
    assert not list(harmonics_in_words(flow))


def test_a_sweep_shows_the_ends_of_each_and_what_is_left_out_is_told() -> None:
    flow = sambe.steady_state(system(sambe.axis("omega", [0.7, 0.9])))
    _, _, rows = stroke_rows(flow, ["omega"])
    low, high = (float(x) for x in rows[0][1].split(" to "))
    heat = flow.stroke_heat.sel(step=0, terminal="hot")
    np.testing.assert_allclose([low, high], [heat.min(), heat.max()], rtol=1e-3)
    (said,) = harmonics_in_words(flow.assign(harmonics_error=flow.harmonics_error + np.array([0.0, 0.05])))
    assert "5.0%" in said
    assert "omega = 0.9" in said
    assert stroke_rows(flow.drop_vars("stroke_heat"), [])[2] == ()


def test_rounding_is_that_of_its_own_point() -> None:
    found = without_rounding(np.array([[1.0, -1e-14], [np.nan, 1e-14], [0.0, 0.0]]), -1)
    np.testing.assert_array_equal(found, [[1.0, 0.0], [np.nan, 1e-14], [0.0, 0.0]])
    pairs = without_rounding(np.array([[1.0, 1e-12], [1e-14j, 0.0]]), (0, 1))
    np.testing.assert_array_equal(pairs, [[1.0, 1e-12], [0.0, 0.0]])
