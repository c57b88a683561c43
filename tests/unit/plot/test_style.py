"""Names and cells of an axis, linear and logarithmic, and colours that a grey printer tells apart."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgb

import sambe
from sambe.plot.style import TERMINALS, axis_label, cell_edges, evenly_logarithmic


def test_an_axis_is_named_in_words_with_its_units() -> None:
    temperature = sambe.axis("T", [1.0], units="K", long_name="temperature")
    data = xr.Dataset(coords={"omega": [1.0], "bath_gap": [1.0], "T": temperature.coords["T"]})
    assert axis_label(data, "omega") == r"drive frequency $\omega$"
    assert axis_label(data, "bath_gap") == "bath gap"
    assert axis_label(data, "T") == "temperature (K)"


@pytest.mark.parametrize(("values", "logarithmic"), [
    (np.geomspace(0.01, 10.0, 7), True), (np.linspace(0.01, 10.0, 7), False),
    (np.geomspace(1.0, 1.2, 7), False), (np.linspace(-1.0, 1.0, 5), False), (np.array([1.0, 10.0]), False),
])  # fmt: skip
def test_cells_surround_their_points_on_the_scale_of_the_axis(values, logarithmic) -> None:
    assert evenly_logarithmic(values) == logarithmic
    edges = cell_edges(values)
    assert len(edges) == len(values) + 1
    assert ((edges[:-1] < values) & (values < edges[1:])).all()
    ahead, behind = values[1:], values[:-1]
    middle = np.sqrt(ahead * behind) if logarithmic else 0.5 * (ahead + behind)
    np.testing.assert_allclose(edges[1:-1], middle, rtol=1e-12, atol=1e-15)


def test_no_two_terminals_have_one_colour() -> None:
    assert len({to_rgb(c) for c in TERMINALS}) == len(TERMINALS)
