"""Columns of channels: which there are, and how parts with columns of their own are put together."""

from __future__ import annotations

import numpy as np

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
    fewer = {name: x[:-4] if name == LABELS else x[:, :-4] if x.ndim == 2 else x for name, x in whole.items()}
    joined = joined_channels(fewer, np.array([1]), some)
    wanted = spread(whole, joined[LABELS])
    np.testing.assert_array_equal(joined["rate"][1], wanted["rate"][1])
    kept = spread(fewer, joined[LABELS])
    np.testing.assert_array_equal(joined["rate"][[0, 2]], kept["rate"][[0, 2]])
