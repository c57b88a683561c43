"""Figures: what is drawn for each kind of result."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.plot.canvas import figure_of

ALL = ("driven_dressed", "floquet", "dressed")


def frames(figure):
    return [f for f in figure.axes if not hasattr(f, "_colorbar")]


def panels(data, **options):
    """The figure of all panels."""
    return figure_of(sambe.plot.currents(data, panels=True, **options))


def curves(frame):
    """Lines over the sweep: not the zero line."""
    return [line for line in frame.lines if len(line.get_xdata()) > 2]


def test_one_equation_shares_a_panel(make, omega) -> None:
    (frame,) = frames(panels(make(omega=omega)))
    assert [line.get_label() for line in curves(frame)] == ["left", "right", "pump"]
    left = curves(frame)[0]
    np.testing.assert_allclose(left.get_ydata() * 1e-3, make(omega=omega).energy_current[:, 0])
    assert "10^{-3}" in frame.get_ylabel()
    assert "into the system" in frame.get_ylabel()
    assert frame.get_xlabel() == r"drive frequency $\omega$"


def test_several_equations_have_a_panel_for_each_terminal(make, omega) -> None:
    figure = panels(make(ALL, omega=omega), title="Device", unit=r"\omega_0^2")
    assert [f.get_title("left") for f in frames(figure)] == ["(a) left", "(b) right", "(c) pump"]
    assert all(len(curves(f)) == 3 for f in frames(figure))
    (legend,) = figure.legends
    assert legend.get_title().get_text() == "Device"
    assert [t.get_text() for t in legend.get_texts()] == ["driven-dressed", "Floquet", "dressed"]
    assert r"\omega_0^2" in figure.get_supylabel()


def test_a_short_second_axis_is_a_family_of_curves(make, omega) -> None:
    figure = panels(make(bias=[0.0, 0.5], omega=omega))
    assert all(len(curves(f)) == 2 for f in frames(figure))
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["bias = 0", "0.5"]


@pytest.mark.slow
def test_two_axes_are_maps_with_the_zero_in_black(make, omega) -> None:
    data = make(ALL, omega=omega[::10], bias=np.linspace(-1, 1, 9))
    figure = panels(data)
    maps = [f for f in figure.axes if f.get_title() or f.collections]
    meshes = [c for f in maps for c in f.collections if isinstance(c, mpl.collections.QuadMesh)]
    assert len([m for m in meshes if m.get_array().size == 40 * 9]) == 9
    low, high = meshes[0].get_clim()
    assert low == -high
    assert any(isinstance(c, mpl.contour.ContourSet) for f in maps for c in f.collections)


def test_a_logarithmic_axis_is_drawn_as_one(make, omega) -> None:
    data = make(omega=omega[::10], drive=np.geomspace(0.01, 1.0, 12))
    assert frames(panels(data))[0].get_yscale() == "log"


@pytest.mark.slow
def test_of_many_axes_the_two_longest_are_shown_and_the_rest_told(make, omega) -> None:
    data = make(drive=[0.1, 0.2, 0.3], omega=omega[::10], bias=np.linspace(-1, 1, 9))
    figure = panels(data)
    assert r"at drive amplitude $A$ = 0.2" in figure.get_suptitle()


@pytest.mark.slow
def test_a_single_point_is_a_bar_chart(make) -> None:
    (frame,) = frames(panels(make()))
    assert [t.get_text() for t in frame.get_xticklabels()] == ["left", "right", "pump"]
    np.testing.assert_allclose([1e-3 * b.get_height() for b in frame.patches],
                               make().energy_current)  # fmt: skip
    (frame,) = frames(panels(make(ALL)))
    assert len(frame.patches) == 9


def test_points_without_an_answer_are_marked(make, omega) -> None:
    data = make(omega=omega)
    data["energy_current"][10:20] = np.nan
    (frame,) = frames(panels(data))
    marks = next(line for line in frame.lines if line.get_label() == "no answer")
    assert len(marks.get_xdata()) == 10


@pytest.mark.slow
@pytest.mark.parametrize("axes", [{}, {"omega": [0.9, 1.0, 1.1]}, {"omega": [1.0]},
                                  {"omega": np.arange(8.0), "bias": np.arange(8.0)}])  # fmt: skip
def test_no_answer_at_all_is_still_a_figure(make, axes, tmp_path) -> None:
    data = make(**axes)
    data["energy_current"] = data["energy_current"] * np.nan
    sambe.plot.save(panels(data), tmp_path / "x.png")


@pytest.mark.slow
def test_files_are_sharp_and_reproducible(make, omega, tmp_path) -> None:
    for name in ("a", "b"):
        figure = panels(make(ALL, omega=omega[::10]))
        sambe.plot.save(figure, tmp_path / f"{name}.svg", tmp_path / f"{name}.png")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    png = (tmp_path / "a.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) >= 5 * 200  # five inches at 200 dots or more


def test_no_global_state_is_touched(make, omega) -> None:
    before = dict(mpl.rcParams)
    panels(make(omega=omega))
    assert dict(mpl.rcParams) == before


def test_something_else_is_refused() -> None:
    with pytest.raises(sambe.InputError, match="steady_state"):
        sambe.plot.currents(xr.Dataset())


def test_one_panel_has_all_terminals_and_equations(make, omega) -> None:
    ax = sambe.plot.currents(make(ALL, omega=omega), title="All")
    assert len(curves(ax)) == 9
    assert ax.get_title() == "All"
    explained = [text.get_text() for text in ax.get_legend().get_texts()]
    assert explained == ["left", "right", "pump", "driven-dressed", "Floquet", "dressed"]
    assert len(curves(sambe.plot.currents(make(ALL, omega=omega), terminal="left"))) == 3


def test_one_panel_of_two_axes_shows_one_terminal(make, omega) -> None:
    few = sambe.plot.currents(make(bias=[0.0, 0.5], omega=omega), title="Few")
    assert len(curves(few)) == 2
    assert few.get_title() == "Few\nleft"
    data = make(ALL, omega=omega[::10], bias=np.linspace(-1, 1, 9))
    ax = sambe.plot.currents(data, terminal="pump")
    assert ax.get_title() == "pump, driven-dressed"
    mesh = np.asarray(ax.collections[0].get_array()).reshape(9, 40)
    expected = data.energy_current.sel(terminal="pump", equation="driven_dressed").transpose("bias", "omega")
    np.testing.assert_allclose(1e-3 * mesh, expected)


def test_what_cannot_be_drawn_is_refused(make) -> None:
    with pytest.raises(sambe.InputError, match="left, right, pump"):
        sambe.plot.currents(make(), terminal="kitchen")
    with pytest.raises(sambe.InputError, match="figure of their own"):
        sambe.plot.currents(make(), mpl.figure.Figure().subplots(), panels=True)
