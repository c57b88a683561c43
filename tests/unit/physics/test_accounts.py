"""Accounts of a solution: which points of a squeezed bath are told less."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.physics.accounts import account_fields, carried_entropy, squeezed_status
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def system(*baths: sambe.Bath) -> sambe.System:
    return sambe.models.spin_boson(omega=np.array([0.7, 1.0]), drive=0.1, baths=baths)


def test_a_thermal_system_has_nothing_beside_its_currents() -> None:
    thermal = system(*(sambe.Bath(n, spectrum=OHMIC, temperature=t) for n, t in (("a", 1.2), ("b", 0.4))))
    method = prepare(thermal)
    found = solve_batch(thermal, method)
    fields = account_fields(thermal, method, found)
    assert set(fields) == {"energy_current", "entropy_production"}
    assert fields["energy_current"] is found.currents
    assert_allclose(
        fields["entropy_production"], -found.currents[:, 0] / 1.2 - found.currents[:, 1] / 0.4, rtol=1e-12
    )
    assert_array_equal(squeezed_status(found, thermal.baths, np.array([0, 2])), [0, 2])


@pytest.mark.parametrize("centre", [0.7, 0.85, 1.0])
def test_where_a_phase_is_dropped(centre: float) -> None:
    """A driven qubit has lines at w and w +- R: where the centre is the drive's nothing is dropped, and near
    a line of its own, or the middle of two, it is told."""
    squeezed = system(sambe.Bath("s", spectrum=OHMIC, state=sambe.Squeezed(0.5, 0.5, 0.0, centre)))
    method = prepare(squeezed, secular="partial")
    found = solve_batch(squeezed, method)
    told = squeezed_status(found, squeezed.baths, np.zeros(2, dtype=int))
    omega = np.array([0.7, 1.0])
    lines = np.stack([omega + m * np.hypot(1.0 - omega, 0.1) for m in (-1, 0, 1)])
    middles = 0.5 * (lines[:, None] + lines)
    away = np.abs(middles - centre).min(axis=(0, 1))  # ten rates are some 0.04
    assert_array_equal(told[omega == centre], 0)
    assert (told[(away < 0.02) & (omega != centre)] == -3).all()
    assert (told[away > 0.1] == 0).all()
    assert len(carried_entropy(squeezed, method, found)) == 1


@pytest.mark.parametrize(("upper", "status"), [(0.8, -3), (0.9, 0)])
def test_a_centre_between_two_transitions_is_told(upper: float, status: int) -> None:
    """Three levels, of which the gaps add up to twice the centre: <bb> drives the coherence between the outer
    two, as without a drive, where it is kept and halves the heat; a weak drive elsewhere drops it."""
    c = np.diag([1.0, 2**0.5], 1)
    heat = []
    for drive in (None, {1: 1e-7 * c.T}):
        baths = [
            sambe.Bath(
                "s", c, sambe.Flat(2e-4), state=sambe.Squeezed(0.3, 0.8, 0.7, 1.0), rotating_wave=True
            ),
            sambe.Bath("t", c, sambe.Flat(8e-5), 0.3, rotating_wave=True),
        ]
        three = sambe.System(
            np.diag([0.0, 1.2, 1.2 + upper]), drive, None if drive is None else 0.37, baths, edge=()
        )
        method = prepare(three, secular="partial")
        found = solve_batch(three.map_numbers(lambda _, x: np.asarray([x])), method)
        heat.append(account_fields(three, method, found)["energy_current"][0, 0])
    told = squeezed_status(found, three.baths, np.zeros(1, dtype=int))
    assert told.tolist() == [status]
    assert abs(heat[0] / heat[1] - (0.46 if status else 1.0)) < 0.01
