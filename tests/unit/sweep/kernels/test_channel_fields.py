"""Columns of channels: which there are, and how parts with columns of their own are put together."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.physics.preparation import prepare
from sambe.physics.treatments import by_channels
from sambe.sweep.axes import Sweep
from sambe.sweep.kernels.channel_fields import LABELS, channel_fields, common_labels, joined_channels, spread


def fields_of(levels: int = 4) -> tuple[dict, dict]:
    """Of all points of a small ladder, and of the second one alone."""
    system = sambe.models.kerr_resonator(
        levels=levels, omega=sambe.axis("omega", [0.8, 0.9, 1.3]), drive=0.01
    )
    method, sweep = by_channels(prepare(system)), Sweep(system)
    return channel_fields(sweep.part(np.arange(3)), method), channel_fields(sweep.part(np.array([1])), method)


def test_no_column_is_a_jump_that_changes_nothing() -> None:
    whole, _ = fields_of()
    _, quanta, to, start = whole[LABELS].T
    assert ((quanta != 0) | (to != start)).all()
    assert len({tuple(label) for label in whole[LABELS].tolist()}) == len(whole[LABELS])


def test_columns_are_found_by_their_labels() -> None:
    whole, _ = fields_of()
    labels = common_labels([whole, None])
    turned = {name: x[::-1] if name == LABELS else x for name, x in whole.items()}
    turned |= {
        name: whole[name][:, ::-1] for name in ("rate", "channel_energy", "energy_current", "pump_current")
    }
    for name, values in spread(whole, labels).items():
        np.testing.assert_array_equal(spread(turned, labels)[name], values)
    assert spread(None, labels) is None


def test_points_with_columns_of_their_own_are_put_in_their_place() -> None:
    whole, some = fields_of()
    by_column = {"rate", "channel_energy", "energy_current", "pump_current"}
    fewer = {
        name: x[:-4] if name == LABELS else x[:, :-4] if name in by_column else x for name, x in whole.items()
    }
    joined = joined_channels(fewer, np.array([1]), some)
    wanted = spread(whole, joined[LABELS])
    np.testing.assert_array_equal(joined["rate"][1], wanted["rate"][1])
    kept = spread(fewer, joined[LABELS])
    np.testing.assert_array_equal(joined["rate"][[0, 2]], kept["rate"][[0, 2]])


@pytest.mark.parametrize("tones", [1, 2])
def test_a_channel_has_its_energy_where_nothing_goes_through_it(tones: int) -> None:
    """It is that of the levels and of the quanta, though the columns came from other points."""
    if tones == 1:
        whole, _ = fields_of()
    else:
        system = sambe.models.parametric_converter(levels=(2, 2))
        whole = channel_fields(Sweep(system).part(np.arange(1)), by_channels(prepare(system)))
    labels = common_labels([whole])
    wanted = spread(whole, labels)
    fewer = {
        name: x[1::2] if name == LABELS else x[:, 1::2] if x.shape == whole["rate"].shape else x
        for name, x in whole.items()
    }
    given = spread(fewer, labels)
    assert (given["rate"] == 0.0).any(axis=0).sum() > len(labels) // 4
    np.testing.assert_allclose(given["channel_energy"], wanted["channel_energy"], rtol=0, atol=1e-13)
