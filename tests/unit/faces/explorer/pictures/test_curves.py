"""Curves: data of every answer, freed of a common power, and a legend that follows."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import sambe
from sambe.faces.explorer.pictures.curves import CurvesPicture
from sambe.faces.explorer.pictures.look import Look


def test_curves_of_two_answers() -> None:
    picture = CurvesPicture(Look(), "current", "energy²/ħ")
    system = sambe.models.spin_boson(omega=sambe.axis("omega", np.linspace(0.5, 1.5, 5)))
    answers = {s: sambe.steady_state(system, secular=s)["energy_current"] for s in ("partial", "full")}
    picture.show(answers, "omega", 0.9, "drive frequency")
    assert picture.mark.location == 0.9
    assert picture.source.data["dash"] == ["solid"] * 3 + ["dashed"] * 3
    assert [item.label.value for item in picture.legend.items] == ["left", "right", "pump", "partial", "full"]
    assert "10⁻³" in picture.frame.yaxis[0].axis_label
    assert np.allclose(picture.source.data["y"][5], 1e3 * answers["full"].sel(terminal="pump"))
    picture.show({"partial": answers["partial"]}, "omega", 0.9, "drive frequency")
    assert [item.label.value for item in picture.legend.items] == ["left", "right", "pump"]


def test_curves_without_an_answer_are_gaps() -> None:
    picture = CurvesPicture(Look(), "current", "energy²/ħ")
    system = sambe.models.spin_boson(omega=sambe.axis("omega", [0.5, 1.5]))
    nothing = sambe.steady_state(system)["energy_current"] * np.nan
    picture.show({"partial": nothing}, "omega", 1.0, "drive frequency")
    assert np.isnan(picture.source.data["y"][0]).all()
