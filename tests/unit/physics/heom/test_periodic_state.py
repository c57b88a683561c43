"""The periodic state of a hierarchy against its equations of motion, run until they repeat themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import sambe
from sambe.errors import ConvergenceError
from sambe.physics.heom.expansion import Expansion
from sambe.physics.heom.hierarchy import hierarchy
from sambe.physics.heom.periodic_state import Work, liouvillian, periodic_state

SX, SZ = sambe.sigmax(), sambe.sigmaz()
OMEGA = 0.9
DRIVE = 0.2 * SX
H = {0: 0.5 * SZ, 1: DRIVE, -1: DRIVE}


def test_the_liouvillian_is_the_commutator_by_harmonics() -> None:
    rng = np.random.default_rng(3)
    reach = 3
    rho = rng.normal(size=(2 * reach + 1, 2, 2)) + 1j * rng.normal(size=(2 * reach + 1, 2, 2))
    columns = np.stack([x.T.ravel() for x in rho], axis=-1)  # (element, harmonic), columns stacked
    found = (liouvillian(H, OMEGA, reach) @ columns.ravel()).reshape(4, -1)
    for m in range(-reach, reach + 1):
        wanted = 1j * OMEGA * m * rho[m + reach]
        for k, h in H.items():
            if abs(m - k) <= reach:
                wanted = wanted - 1j * (h @ rho[m - k + reach] - rho[m - k + reach] @ h)
        np.testing.assert_allclose(found[:, m + reach].reshape(2, 2).T, wanted, atol=1e-14)


@pytest.mark.slow
def test_the_balance_is_where_the_motion_ends(expansion: Callable[..., Expansion]) -> None:
    bath = expansion(sambe.DrudeLorentz(0.1, cutoff=2.0), 1.0, 1e-2)
    h = hierarchy([(bath, SX)], 2)
    reach = 6
    state = periodic_state(h, H, OMEGA, reach, 1e-9)
    assert state.shape == (h.operators, 4, 2 * reach + 1)

    def motion(t: float, y: np.ndarray) -> np.ndarray:
        now = sum(x * np.exp(-1j * k * OMEGA * t) for k, x in H.items())
        turn = -1j * (np.kron(np.eye(2), now) - np.kron(now.T, np.eye(2)))
        flat = y.reshape(h.operators, 4)
        return (h.links @ y - (h.decay[:, None] * flat).ravel() + (flat @ turn.T).ravel()).ravel()

    start = np.zeros((h.operators, 4), complex)
    start[0, 0] = 1.0
    period = 2.0 * np.pi / OMEGA
    end = 40 * period
    late = solve_ivp(motion, (0.0, end), start.ravel(), "DOP853", rtol=1e-9, atol=1e-11).y[:, -1]
    now = np.sum(state, axis=-1)  # at whole periods every phase is one
    np.testing.assert_allclose(late.reshape(h.operators, 4), now, rtol=0, atol=2e-6)
    assert abs(now[0, 0] + now[0, 3] - 1.0) < 1e-8


def test_a_bath_that_moves_nothing_leaves_no_unique_state(expansion: Callable[..., Expansion]) -> None:
    h = hierarchy([(expansion(sambe.DrudeLorentz(0.1, cutoff=2.0), 1.0, 1e-2), SZ)], 2)
    with pytest.raises(ConvergenceError, match="not unique"):
        periodic_state(h, {0: 0.5 * SZ}, OMEGA, 0, 1e-9)


def test_work_that_is_left_is_what_no_solution_takes() -> None:
    work = Work(products=250)
    work.spend(10, 20)
    assert work.products == 50
    with pytest.raises(ConvergenceError, match="products"):
        work.spend(10, 20)


@pytest.mark.slow
def test_a_state_too_wide_to_be_diagonalised_is_not_converged(expansion: Callable[..., Expansion]) -> None:
    bath = expansion(sambe.DrudeLorentz(0.1, cutoff=2.0), 1.0, 1e-2)
    with pytest.raises(ConvergenceError, match="harmonics"):
        periodic_state(hierarchy([(bath, SX)], 1), H, OMEGA, 1000, 1e-9)
