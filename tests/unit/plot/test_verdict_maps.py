"""Maps and strips of verdicts."""

from __future__ import annotations

import pytest

import sambe
from sambe import plot
from sambe.plot.verdict_maps import audit_map


@pytest.mark.slow
@pytest.mark.parametrize("cut", [{}, {"drive": [0]}, {"omega": [2]}, {"drive": 0}])
def test_maps_have_a_panel_for_each_answer_or_a_strip(audited, cut, tmp_path) -> None:
    figure = audit_map(audited.isel(cut), title="Map")
    assert len(figure.axes) == (2 if cut else 6)
    plot.save(figure, tmp_path / "map.svg")
    assert (tmp_path / "map.svg").stat().st_size > 1000


def test_maps_of_nothing_are_refused(audited) -> None:
    with pytest.raises(sambe.InputError, match="needs a sweep"):
        audit_map(audited.isel(drive=0, omega=0))
    with pytest.raises(sambe.InputError, match="audit"):
        audit_map(sambe.steady_state(sambe.models.spin_boson()))
