"""Parts of a system as systems of their own, and bad sectors and states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.hilbert_space.sectors import density_matrix, projected, sector_basis, starts

SITES = (2, 2, 2)
AXES = (sambe.sigmax(), sambe.sigmay(), sambe.sigmaz())


def in_sector(system, sector):
    return projected(system, sector_basis(system, sector))


def total(op: np.ndarray) -> np.ndarray:
    return sum(sambe.lift(op, k, SITES) for k in range(len(SITES)))


SQUARE = sum((0.5 * total(op)) @ (0.5 * total(op)) for op in AXES)


def three_spins() -> sambe.System:
    bath = sambe.Bath("bath", total(sambe.sigmax()), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)
    return sambe.System([(0.5, total(sambe.sigmaz()))], {1: [(0.05, total(sambe.sigmap()))]}, 0.8, [bath])


def test_a_sector_keeps_the_frame_and_the_spectrum() -> None:
    part = in_sector(three_spins(), [(SQUARE, 3.75)])
    assert part.levels == 4
    h = part.harmonics()[0]
    np.testing.assert_allclose(np.sort(np.diagonal(h).real), [-1.5, -0.5, 0.5, 1.5], atol=1e-12)
    assert np.count_nonzero(h - np.diag(np.diagonal(h))) == 0
    assert sambe.steady_state(part).attrs["equation"] == "driven_dressed"
    assert in_sector(three_spins(), (SQUARE, 0.75)).levels == 2  # one of two equivalent parts


def test_shares_of_a_state_add_up() -> None:
    up = np.zeros(8)
    up[1] = 1.0  # two up, one down: a third of it in spin 3/2
    parts = starts(three_spins(), up)
    assert [part.basis.shape[1] for part in parts] == [4, 2]
    np.testing.assert_allclose([part.share for part in parts], [1 / 3, 2 / 3], rtol=1e-12)
    for part in parts:
        np.testing.assert_allclose(np.trace(part.state), 1.0)
        assert projected(three_spins(), part.basis).levels == part.basis.shape[1]
    np.testing.assert_allclose(sum(part.share for part in starts(three_spins(), np.eye(8) / 8)), 1.0)


@pytest.mark.parametrize(
    ("sector", "message"),
    [
        ([(SQUARE, 2.0)], "no eigenvalue"),
        ([(sambe.lift(sambe.sigmaz(), 0, SITES), 1.0)], "does not commute"),
        ([(np.eye(8), 1.0)], "several parts"),
        ([(np.eye(4), 1.0)], "8 levels"),
        ([(1j * SQUARE, 1.0)], "Hermitian"),
        ([(SQUARE, np.nan)], "finite"),
        ([], "pairs"),
        ("spin", "pairs"),
        (3, "pairs"),
    ],
)
def test_a_sector_that_is_none_is_refused(sector: Any, message: str) -> None:
    with pytest.raises(sambe.InputError, match=message):
        in_sector(three_spins(), sector)


@pytest.mark.parametrize(
    "state",
    [8, -1, True, "up", None, [1.0, 2.0], np.eye(8), -np.eye(8), np.diag([2.0, -1.0] + [0.0] * 6), np.nan],
)
def test_a_state_that_is_none_is_refused(state: Any) -> None:
    with pytest.raises(sambe.InputError, match="initial"):
        density_matrix(state, 8)


def test_states_come_in_four_kinds() -> None:
    qutip = pytest.importorskip("qutip")
    expected = np.diag([0.0, 1.0, 0.0])
    ket = np.array([0.0, 1j, 0.0])
    for state in (1, ket, expected, qutip.basis(3, 1), qutip.fock_dm(3, 1)):
        np.testing.assert_allclose(density_matrix(state, 3), expected, atol=1e-15)
