"""Warnings where an answer cannot be trusted name their points and their caller."""

from __future__ import annotations

import warnings

import pytest

import sambe
from sambe import models


def test_a_secular_warning_names_the_points_of_a_sweep_and_the_caller() -> None:
    omega = sambe.axis("omega", [0.5, 0.9995, 1.0, 1.4])
    drive = sambe.axis("drive", [1e-3, 0.3])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sambe.steady_state(models.spin_boson(omega=omega, drive=drive), secular="full")
    (one,) = caught
    assert one.category is sambe.SecularWarning
    text = str(one.message)
    assert "2 of 8 points" in text
    assert "omega = 0.9995 to 1" in text
    assert "drive = 0.001" in text
    assert "drive = 0.001 to" not in text
    assert one.filename == __file__


@pytest.mark.parametrize("omega", [0.8, 1.2])
@pytest.mark.parametrize("model", [models.oscillator, models.kerr_resonator])
def test_a_ladder_that_is_cut_too_short_warns_on_both_sides_of_resonance(model, omega: float) -> None:
    with pytest.warns(sambe.TruncationWarning, match="raise levels"):
        sambe.steady_state(model(omega=omega, drive=0.01, levels=6))


def test_clusters_that_decide_are_told() -> None:
    """Where a cluster of close levels ends moves a current, and the points say by how much."""
    ladder = sambe.models.kerr_resonator(
        omega=sambe.axis("omega", [0.95, 0.97]), levels=8, drive=0.01, kerr=0.002
    )
    coherences = pytest.warns(sambe.SecularWarning, match="does to coherences")
    with coherences, pytest.warns(sambe.SecularWarning, match="clusters of levels"):
        flow = sambe.steady_state(ladder, secular="clustered")
    assert flow.partition_spread.max() > 1e-2
    assert "partition_spread" not in sambe.steady_state(sambe.models.spin_boson(omega=0.8))


def test_what_is_told_jump_by_jump_says_where_the_whole_currents_are() -> None:
    """Terms between different quanta belong to no jump, whatever treatment was asked for."""
    with pytest.warns(sambe.SecularWarning, match="told jump by jump, steady_state has the whole ones"):
        sambe.channels(sambe.models.modulated_qubit(omega=0.02))
