"""Maps and strips of verdicts."""

from __future__ import annotations

import pytest

import sambe
from sambe import plot
from sambe.plot.verdict_maps import verdicts


@pytest.mark.slow
@pytest.mark.parametrize("cut", [{}, {"drive": [0]}, {"omega": [2]}, {"drive": 0}])
def test_maps_have_a_panel_for_each_answer_or_a_strip(audited, cut, tmp_path) -> None:
    panels = verdicts(audited.isel(cut), panels=True, title="Map")
    assert panels.size == (2 if cut else 6)
    plot.save(panels, tmp_path / "map.svg")
    assert (tmp_path / "map.svg").stat().st_size > 1000


def test_maps_of_nothing_are_refused(audited) -> None:
    with pytest.raises(sambe.InputError, match="needs a sweep"):
        verdicts(audited.isel(drive=0, omega=0))
    with pytest.raises(sambe.InputError, match="audit"):
        verdicts(sambe.steady_state(sambe.models.spin_boson()))
