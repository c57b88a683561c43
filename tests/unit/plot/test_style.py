"""Names and cells of an axis, linear and logarithmic, and colours that a grey printer tells apart."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgb

import sambe
from sambe.plot.style import TERMINALS, axis_label, cell_edges, drawable, evenly_logarithmic, letters, words


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


@pytest.mark.parametrize(("given", "shown"), [
    (r"$\omega$", r"$\omega$"), (r"$\frac$", r"\$\frac\$"), ("5 $", r"5 \$"), ("$", r"\$"), ("_b", " _b"),
    ("a\nb\x00c", "a b c"), ("x" * 100_000, "x" * 39 + "…"), ("<b>&amp;{", "<b>&amp;{"),
    ("$" + r"\frac{1}{" * 3 + "1$", r"\$" + r"\frac{1}{" * 3 + r"1\$"),
])  # fmt: skip
def test_words_are_shortened_and_what_is_no_mathematics_is_shown_as_it_is(given: str, shown: str) -> None:
    assert words(given) == shown


def test_a_formula_is_cut_nowhere_and_counts_as_the_letters_that_are_seen() -> None:
    bias = r"bias $T_\mathrm{left} - T_\mathrm{right}$"
    assert letters(bias) == 17
    assert words(bias, 17) == bias
    assert words(bias, 16) == "bias…"
    assert words(f"{bias} of the two baths", 24) == f"{bias} of th…"


def test_axes_without_real_numbers_are_counted() -> None:
    data = xr.Dataset({"energy_current": ("x", [1.0, 2.0])}, {"x": ["a", "b"]})
    for points in (["a", "b"], [1.0, np.nan], [1j, 2j], np.array(["2020", "2021"], dtype="M8[ns]")):
        counted = drawable(data.assign_coords(x=points), ["x"])
        assert counted.x.values.tolist() == [0.0, 1.0]
        assert "number of the point" in axis_label(counted, "x")
    assert drawable(data.assign_coords(x=[3.0, 4.0]), ["x"]).x.values.tolist() == [3.0, 4.0]
