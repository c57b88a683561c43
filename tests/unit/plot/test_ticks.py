"""Light ticks are where Matplotlib's are, and look the same."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sambe.plot.style import RC
from sambe.plot.ticks import lighten

VIEWS = [(0.05, 2.0), (-1.0, 0.43), (1e-7, 3e-7), (2.0, -3.0), (0.0, 12_345.0), (1.0, 1.0001)]


def drawn(view: tuple[float, float], light: bool, scale: str = "linear"):
    """A panel of that view, and its picture."""
    with mpl.rc_context(RC):
        figure = Figure(figsize=(5.0, 3.0), dpi=150)
        frame = figure.subplots()
        frame.set_xscale(scale)
        frame.plot([0.0, 1.0], [0.0, 1.0])
        frame.set(xlim=view, ylim=view)
        if light:
            lighten(frame)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return frame, np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_minor_ticks_are_those_of_matplotlib(view) -> None:
    usual, _ = drawn(view, light=False)
    frame, _ = drawn(view, light=True)
    for axis, name in ((usual.xaxis, "x"), (usual.yaxis, "y")):
        low, high = sorted(view)
        there = np.sort([x for x in axis.get_minorticklocs() if low <= x <= high])
        light = next(a for a in frame.artists if getattr(a, "_axis", None) is getattr(frame, f"{name}axis"))
        assert there.size > 5
        np.testing.assert_allclose(np.sort(light.places()), there, atol=1e-9 * (high - low), rtol=0)


@pytest.mark.slow
def test_the_ticks_look_the_same() -> None:
    """Inside the panel not a dot differs; outside stand numbers, set as text and not as mathematics."""
    usual, before = drawn((0.05, 2.0), light=False)
    _, after = drawn((0.05, 2.0), light=True)
    x0, y0, x1, y1 = (round(x) for x in usual.get_window_extent().extents)
    inside = np.s_[-y1 + 1 : -y0 - 1, x0 + 2 : x1 - 1]
    assert np.ptp(before[inside]) == 255
    np.testing.assert_array_equal(after[inside], before[inside])
    assert np.abs(after - before).any(axis=-1).mean() < 0.02


def test_numbers_are_text_and_a_power_of_ten_is_a_formula() -> None:
    frame, _ = drawn((-2e-7, 3e-7), light=True)
    texts = [label.get_text() for label in frame.get_yticklabels()]
    assert "\N{MINUS SIGN}1" in texts
    assert not any("$" in text for text in texts)
    assert (
        frame.yaxis.get_offset_text()
        .get_text()
        .replace("\N{MINUS SIGN}", "-")
        .startswith(r"$\times\mathdefault{10^{-7}}")
    )


def test_a_logarithmic_axis_is_left_alone() -> None:
    frame, _ = drawn((0.1, 10.0), light=True, scale="log")
    assert len(frame.xaxis.get_minorticklocs()) > 5
    assert len(frame.artists) == 1
