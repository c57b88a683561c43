"""Figures of one point: arrows point with the energy, levels follow from the channels."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.plot.circuit_figures import channels, junction, levels_of

QUBIT = sambe.models.spin_boson(drive=0.2, omega=0.9)


def test_arrows_of_a_junction_point_with_the_energy() -> None:
    flow = sambe.steady_state(QUBIT)
    ax = junction(flow)
    tips = [np.hypot(*patch.get_xy()[3]) for patch in ax.patches[1:]]  # type: ignore[attr-defined]
    assert [tip < 0.6 for tip in tips] == [bool(j > 0) for j in flow["energy_current"].values]
    assert [text.get_text().split("\n")[0] for text in ax.texts][1:] == ["left", "right", "pump"]


def test_a_junction_without_an_answer_says_so() -> None:
    flow = sambe.steady_state(QUBIT)
    ax = junction(flow.assign(energy_current=flow["energy_current"] * np.nan))
    assert len(ax.patches) == 1
    assert sum("no answer" in text.get_text() for text in ax.texts) == 3


@pytest.mark.parametrize("system", [QUBIT, sambe.models.three_level(), sambe.models.two_qubits(omega=0.8)])
def test_levels_follow_from_the_energies_of_the_channels(system: sambe.System) -> None:
    energies, omega = levels_of(sambe.channels(system))
    meant = np.asarray(sambe.steady_state(system)["energy"].values)
    assert np.allclose(energies, meant - meant.min(), atol=1e-9)
    assert omega == pytest.approx([float(system.omega)])


def test_a_ladder_has_the_strongest_channels() -> None:
    ax = channels(sambe.channels(QUBIT))
    assert ax.get_ylabel() == "energy of the dressed level"
    assert len([text for text in ax.texts if text.get_text() == ""]) == 12  # arrows are annotations
    assert "quanta" in ax.get_xlabel()
    ax.figure.draw_without_rendering()
    inside = ax.get_window_extent()
    for text in ax.texts:  # none runs into the frame
        box = text.get_window_extent()
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1


def test_what_cannot_be_drawn_is_refused() -> None:
    sweep = sambe.models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9]))
    for draw, data in ((junction, sambe.steady_state(sweep)), (channels, sambe.channels(sweep))):
        with pytest.raises(InputError, match="isel"):
            draw(data)
        with pytest.raises(InputError, match="give a result"):
            draw(sambe.steady_state(QUBIT).drop_vars("energy_current"))


def test_a_figure_may_be_given() -> None:
    ax = junction(sambe.steady_state(QUBIT))
    assert channels(sambe.channels(QUBIT), ax=ax) is ax
