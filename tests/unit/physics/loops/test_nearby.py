"""Points beside a point: their generators in one basis, and the derivatives that follow."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.physics.generators.redfield import pack
from sambe.physics.loops.nearby import moved, reach, slopes, standing
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare

OMEGA = np.array([0.8, 0.95])


def qubit(drive: float = 0.3) -> sambe.System:
    return sambe.models.spin_boson(drive=np.full(2, drive), omega=OMEGA)


def test_the_way_over_which_a_number_changes_by_its_size() -> None:
    system = qubit()
    np.testing.assert_allclose(reach(system, [{"omega": np.array([2.0, 0.0])}], 2), [0.4, 1.0])
    warmer = [{"bath 'left'.temperature": np.full(2, 0.6)}]
    np.testing.assert_allclose(reach(system, warmer, 2), 2.0)  # 1.2 over 0.6
    np.testing.assert_allclose(
        moved(system, {"omega": 1.0}, np.array([0.1, 0.2])).omega, OMEGA + np.array([0.1, 0.2])
    )


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_a_basis_that_stands_still_changes_nothing_but_the_basis(secular) -> None:
    """A generator is the same map of states, whatever basis it is written in."""
    system = qubit()
    method = prepare(system, secular=secular)
    jumps = jumps_of(system, method)
    own = standing(system, method, jumps)
    again = standing(system, method, jumps, jumps.dressing.states)
    x = np.array([[0.7, 0.3], [0.2, 0.8]]) if secular == "full" else np.random.default_rng(1).random((2, 4))
    np.testing.assert_allclose(again.act(x), own.act(x), atol=1e-15)
    np.testing.assert_allclose(again.currents(x), own.currents(x), atol=1e-15)
    assert own.currents(x).shape == (2, 7)
    np.testing.assert_allclose(own.currents(x)[:, -1], own.currents(x)[:, 2] / OMEGA)


def test_coherences_turn_with_the_basis() -> None:
    """Seen from the basis of the operators the Hamiltonian part is the commutator with it."""
    system = sambe.System(
        [(np.full(1, 0.5), sambe.sigmaz()), (0.2, sambe.sigmax())],
        baths=[sambe.Bath("b", sambe.sigmax(), sambe.Ohmic(1e-9, 5.0), temperature=0.5)],
    )
    method = prepare(system, secular="partial")
    here = standing(system, method, jumps_of(system, method), np.eye(2)[None])
    rho = np.array([[0.7, 0.1 + 0.2j], [0.1 - 0.2j, 0.3]])
    h = 0.5 * sambe.sigmaz() + 0.2 * sambe.sigmax()
    wanted = pack(-1j * (h @ rho - rho @ h))
    np.testing.assert_allclose(here.act(pack(rho).reshape(1, 4))[0], wanted.ravel(), atol=1e-8)


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_slopes_are_the_derivatives_of_the_generator(secular) -> None:
    """Against a plain central difference, whose error is of the second order in its step."""
    system = qubit()
    method = prepare(system, secular=secular)
    basis = jumps_of(system, method).dressing.states
    motion = {"omega": np.ones(2), "bath 'left'.temperature": np.full(2, 0.5)}
    way = slopes(system, motion, method, np.full(2, 1e-3), basis)
    x = np.array([[0.7, 0.3], [0.2, 0.8]]) if secular == "full" else np.random.default_rng(1).random((2, 4))
    h = 1e-5
    sides = [moved(system, motion, np.full(2, k * h)) for k in (1, -1)]
    ahead, behind = (standing(there, method, jumps_of(there, method), basis) for there in sides)
    size = np.abs(way.act(x)).max()
    np.testing.assert_allclose(way.act(x), (ahead.act(x) - behind.act(x)) / (2 * h), atol=1e-7 * size)
    plain = (ahead.currents(x) - behind.currents(x)) / (2 * h)
    np.testing.assert_allclose(way.currents(x), plain, atol=1e-7 * np.abs(plain).max())
    assert (way.error(x) < 1e-8 * size).all()
