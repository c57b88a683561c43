"""Channels by way of JAX, here on a processor: the labels and numbers of NumPy's."""

from __future__ import annotations

import os

os.environ.setdefault("NPROC", "1")  # see sambe.sweep.places.device.backend

import numpy as np
import pytest

import sambe

pytestmark = pytest.mark.xdist_group("jax")

COORDINATES = ("bath", "from", "to", "quanta")


def numbered(system: sambe.System, secular: str, device: str) -> object:
    """Channels by a number that each has of its own."""
    c = sambe.channels(system, secular=secular, device=device)
    names = [
        (bath == "right", *rest) for bath, *rest in zip(*(c[x].values for x in COORDINATES), strict=True)
    ]
    number = [1000 * bath + 100 * start + 50 * to + quanta for bath, start, to, quanta in names]
    assert len(set(number)) == len(number)
    return c.drop_vars([*COORDINATES, "pseudo"]).assign_coords(channel=number).sortby("channel")


def largest(x: object) -> float:
    return float(np.abs(np.nan_to_num(x)).max(initial=0.0))


def compared(system: sambe.System, secular: str) -> set[int]:
    """Hold the numbers of the channels that both have to one another; those that one has alone."""
    pytest.importorskip("jax")
    wanted, given = (numbered(system, secular, device) for device in ("cpu", "jax"))
    both = np.intersect1d(wanted.channel, given.channel)
    for name in wanted:
        if "channel" not in wanted[name].dims:
            assert (given[name] == wanted[name]).all()
            continue
        size = largest(wanted[name])
        one, other = (x[name].sel(channel=both) for x in (given, wanted))
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-9 * size, err_msg=name)
    alone = set(np.setxor1d(wanted.channel, given.channel).tolist())
    for x in (wanted, given):
        rest = x.sel(channel=[k for k in x.channel.values if k in alone])
        assert largest(rest.rate) < 1e-17 * largest(x.rate)
    return alone


@pytest.mark.slow
def test_channels_are_those_of_numpy() -> None:
    omega = sambe.axis("omega", [0.8, np.nan, 1.0])
    system = sambe.models.spin_boson(omega=omega, drive=sambe.axis("drive", [0.05, 0.1]))
    assert not compared(system, "full")


@pytest.mark.slow
def test_points_that_are_left_to_numpy_bring_their_columns() -> None:
    """At the resonance of three photons states stand in another zone, with quanta of their own. Without a
    frame modes come by two ways, whose last harmonics are rounding."""
    omega = sambe.axis("omega", [0.29, 0.3369, 0.337, 0.45])
    compared(sambe.models.spin_boson(omega=omega, drive=0.2, polarization="linear"), "partial")
