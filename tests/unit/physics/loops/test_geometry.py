"""Connection and curvature of a two-level system against -(V/K) dp and its derivatives."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.physics.loops.geometry import carried
from sambe.physics.loops.nearby import standing
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.sweep.units import picked

COLD, HOT = np.array([0.5, 0.8]), np.array([1.1, 0.9])


def qubit(left=COLD, right=HOT) -> sambe.System:
    baths = [
        sambe.Bath("left", sambe.sigmax(), sambe.Flat(1e-3), temperature=left),
        sambe.Bath("right", sambe.sigmax(), sambe.Flat(3e-3), temperature=right),
    ]
    return sambe.System([(np.full(2, 0.5), sambe.sigmaz())], baths=baths)


def answer(system, motions, secular):
    method = prepare(system, secular=secular)
    solution = solve_batch(system, method)

    def pick(points):
        return picked(system, points), [{k: x[points] for k, x in m.items()} for m in motions]

    return carried(system, motions, solution, method, pick)


def occupation(t):
    return 1.0 / np.expm1(1.0 / t)


def closed_form(left, right):
    """(V/K) of each bath and the upper population p, of a splitting of 1."""
    n, m = occupation(left), occupation(right)
    k = 1e-3 * (1 + 2 * n) + 3e-3 * (1 + 2 * m)
    return np.stack([1e-3 * (1 + 2 * n), 3e-3 * (1 + 2 * m)], axis=-1) / k[:, None], (1e-3 * n + 3e-3 * m) / k


LEFT, RIGHT = "bath 'left'.temperature", "bath 'right'.temperature"


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_the_connection_is_the_share_of_a_bath_in_what_enters(secular) -> None:
    """A slow change of the population p is paid by the baths in the shares of their rates."""
    value, known = answer(qubit(), [{LEFT: np.ones(2)}], secular)
    share, _ = closed_form(COLD, HOT)
    h = 1e-5
    slope = (closed_form(COLD + h, HOT)[1] - closed_form(COLD - h, HOT)[1]) / (2 * h)
    assert known.all()
    np.testing.assert_allclose(value[:, :2], share * slope[:, None], rtol=1e-8)
    np.testing.assert_array_equal(value[:, 2:], 0.0)  # no drive


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_the_curvature_is_that_of_the_shares(secular) -> None:
    value, known = answer(qubit(), [{LEFT: np.ones(2)}, {RIGHT: np.ones(2)}], secular)
    h = 1e-5
    by_x, by_y = (
        [(a - b) / (2 * h) for a, b in zip(closed_form(COLD + h * k, HOT + h * l),
                                           closed_form(COLD - h * k, HOT - h * l), strict=True)]
        for k, l in ((1, 0), (0, 1))
    )  # fmt: skip
    wanted = by_x[0] * by_y[1][:, None] - by_y[0] * by_x[1][:, None]
    assert known.all()
    np.testing.assert_allclose(value[:, :2], wanted, rtol=1e-7)
    np.testing.assert_allclose(value[:, 0], -value[:, 1], rtol=1e-12)


def test_what_does_not_move_carries_nothing() -> None:
    value, known = answer(qubit(), [{LEFT: np.zeros(2)}], "full")
    assert known.all()
    np.testing.assert_array_equal(value, 0.0)


def test_a_point_without_one_stationary_state_has_no_answer() -> None:
    system = qubit().map_numbers(lambda path, x: np.array([0.0, x]) if path.endswith("strength") else x)
    value, known = answer(system, [{LEFT: np.ones(2)}], "full")
    assert known.tolist() == [False, True]
    assert np.isnan(value[0]).all()
    assert np.isfinite(value[1]).all()


def test_a_sharp_dependence_takes_shorter_steps() -> None:
    """A drive of 1e-3 makes the dressed states turn within 1e-3 of the resonance."""
    drive, omega = np.full(2, 1e-3), np.array([1.0005, 0.9995])
    system = sambe.models.spin_boson(drive=drive, omega=omega)
    motions = [{"omega": np.ones(2)}]
    value, known = answer(system, motions, "full")
    h = 1e-7  # of a plain difference of the populations: d p times the shares of the rates, in each basis
    assert known.all()
    ahead, behind = (
        solve_batch(
            sambe.models.spin_boson(drive=drive, omega=omega + k * h), prepare(system, secular="full")
        )
        for k in (1, -1)
    )
    slope = (ahead.populations - behind.populations)[:, -1] / (2 * h)
    here = standing(system, prepare(system, secular="full"), solve_batch(system, prepare(system)).jumps)
    leaving = -np.trace(here.matrix, axis1=-2, axis2=-1)
    lag = np.stack([slope, -slope], axis=-1) / leaving[:, None]
    np.testing.assert_allclose(value[:, 0], here.currents(lag)[:, 0], rtol=1e-5)
