"""States on their way: which route is taken, and the energy balance of each."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sambe.physics.in_time.transients import origin_of, transient_of
from sambe.physics.method import Method, Moving

START = np.array([[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]])


def moving(method: Method, **more: Any) -> Moving:
    return Moving(**({f.name: getattr(method, f.name) for f in fields(method)} | more))


@pytest.mark.parametrize("polarization", ["circular", "linear"])
@pytest.mark.parametrize("secular", ["full", "ule", "clustered"])
def test_what_the_terminals_give_is_stored(batch: Any, polarization: str, secular: str) -> None:
    system, method = batch(polarization, secular)
    found = transient_of(system, moving(method, times=np.linspace(0.3, 30.0, 40), start=START, states=True))
    seen = found.history
    assert found.converged.all()
    np.testing.assert_allclose(seen.matrix[0, 0], START, atol=1e-9)
    np.testing.assert_allclose(seen.residual, 0.0, atol=1e-12)
    stored = seen.stored - seen.stored[:, :1]
    np.testing.assert_allclose(seen.transferred.sum(axis=-1), stored, atol=1e-10)


def test_the_drive_alone_gives_its_mechanical_power_in_the_complete_equation(batch: Any) -> None:
    system, method = batch("linear", "none")
    times = np.linspace(0.0, 12.0, 25)
    seen = transient_of(system, moving(method, times=times, start=START, states=True)).history
    slope = -0.5 * 0.8 * np.sin(0.8 * times)  # of the drive's cosine on sigma_x
    found = slope * 2.0 * seen.matrix[0, :, 0, 1].real
    np.testing.assert_allclose(seen.current[0, :, -1], found, atol=1e-9)


def test_terms_between_quanta_are_kept_where_nothing_stands_still(batch: Any) -> None:
    slow = batch("linear", "auto", omega=0.01)
    assert origin_of(*slow, stationary=False).complete.all()
    framed = batch("circular", "auto", omega=0.01)
    assert not origin_of(*framed, stationary=True).complete.any()
