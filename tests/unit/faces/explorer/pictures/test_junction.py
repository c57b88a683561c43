"""The junction: arrows point with the energy and are as wide as the currents."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import sambe
from sambe.faces.explorer.pictures.junction import junction_drawing
from sambe.faces.explorer.pictures.look import Look


@pytest.fixture(scope="module")
def flow():
    return sambe.steady_state(sambe.models.spin_boson(omega=1.0))["energy_current"]


def tips(svg: str) -> list[complex]:
    """The middle of seven corners is where an arrow points."""
    corners = [points.split() for points in re.findall(r'points="([^"]+)"', svg)]
    return [complex(*map(float, points[3].split(","))) for points in corners]


def test_arrows_point_into_the_system_where_the_current_is_positive(flow) -> None:
    svg = junction_drawing(flow, "qubit", Look())
    assert [abs(tip) < 0.6 for tip in tips(svg)] == [bool(j > 0) for j in flow.values]
    assert [part.text for part in ET.fromstring(svg) if part.tag == "text"][:3:2] == ["qubit", "-9.001e-04"]


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_no_arrow_where_nothing_flows_or_is_known(flow, value: float) -> None:
    assert tips(junction_drawing(0 * flow + value, "qubit", Look())) == []


def test_names_are_no_markup(flow) -> None:
    assert "<img" not in junction_drawing(flow, "<img src=x>", Look())
