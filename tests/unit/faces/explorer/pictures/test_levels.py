"""Levels and channels: the strongest are drawn, between the right levels."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("bokeh", reason="the explorer is an extra: pip install 'sambe[app]'")

import sambe
from sambe.faces.explorer.pictures.levels import LevelsPicture
from sambe.faces.explorer.pictures.look import Look
from sambe.plot.arrows import strongest


@pytest.mark.parametrize("model", [sambe.models.spin_boson(omega=0.9), sambe.models.three_level()])
def test_the_strongest_channels_stand_between_their_levels(model: sambe.System) -> None:
    flow, ways = sambe.steady_state(model), sambe.channels(model)
    picture = LevelsPicture(Look())
    picture.show(flow, ways)
    chosen = strongest(ways)
    sizes = abs(ways["energy_current"].values)[chosen]
    assert (np.diff(sizes) <= 0).all()
    energies = flow["energy"].values
    for k, start, end in zip(chosen, picture.channels.data["from"], picture.channels.data["to"], strict=True):
        assert start == energies[int(ways["from"][k])]
        if ways["from"][k] != ways["to"][k]:
            assert end == energies[int(ways["to"][k])]
    assert len(picture.levels.data["y"]) == model.levels


def test_channels_that_carry_nothing_are_left_out() -> None:
    ways = sambe.channels(sambe.models.spin_boson(omega=0.9))
    ways["energy_current"] = 0 * ways["energy_current"]
    assert strongest(ways) == []


@pytest.mark.filterwarnings("ignore")  # of the ladders, which are short
def test_quanta_of_several_tones_are_told() -> None:
    system = sambe.models.parametric_converter()
    picture = LevelsPicture(Look())
    picture.show(sambe.steady_state(system), sambe.channels(system))
    assert any(", " in text for text in picture.channels.data["text"])
