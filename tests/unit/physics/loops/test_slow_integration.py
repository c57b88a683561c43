"""Slow cycles integrated: two levels against -oint (V/K) dp, and what cannot be integrated."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.physics.loops.slow_integration import _resampled, pumped_slowly
from sambe.physics.preparation import prepare

ANGLE = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)


def qubit(points=ANGLE) -> sambe.System:
    baths = [
        sambe.Bath("left", sambe.sigmax(), sambe.Flat(1.0), temperature=1.0 + 0.4 * np.cos(points)),
        sambe.Bath("right", sambe.sigmax(), sambe.Flat(3.0), temperature=0.9 + 0.3 * np.sin(points)),
    ]
    return sambe.System([(np.full(points.size, 0.5), sambe.sigmaz())], baths=baths)


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_slow_cycles_pump_what_the_closed_form_says(secular) -> None:
    system = qubit()
    got = pumped_slowly(system, prepare(system, secular=secular))
    np.testing.assert_allclose(got, [0.01453509118, -0.01453509118, *[0.0] * 5], rtol=1e-6, atol=1e-12)


def test_the_other_orientation_pumps_the_other_way() -> None:
    system = qubit(-ANGLE)
    got = pumped_slowly(system, prepare(system, secular="full"))
    np.testing.assert_allclose(got[0], -0.01453509118, rtol=1e-6)


def test_a_periodic_function_at_other_points() -> None:
    def wave(t):
        return 1.0 + np.cos(3 * t) - 2.0 * np.sin(t)

    other = np.linspace(0.0, 2.0 * np.pi, 33, endpoint=False)
    np.testing.assert_allclose(_resampled(wave(ANGLE)[:, None], 33)[:, 0], wave(other), atol=1e-13)


def test_too_many_unknowns_are_refused() -> None:
    system = sambe.models.kerr_resonator(drive=0.1 + 0.01 * np.cos(ANGLE[::4]), levels=18)
    with pytest.raises(InputError, match="324 unknowns at each point"):
        pumped_slowly(system, prepare(system, secular="partial"))
