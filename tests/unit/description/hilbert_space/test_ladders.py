"""Cut ladders are found wherever they stand, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sambe
from sambe.description.hilbert_space.ladders import cut_states

A5 = sambe.destroy(5)


def with_coupling(op: np.ndarray) -> sambe.System:
    h = np.diag(np.arange(len(op)) * 1.0)
    return sambe.System(h, baths=[sambe.Bath("b", op + op.conj().T, sambe.Ohmic(0.1, 9.0), 0.0)])


def test_ladders_beside_other_things() -> None:
    assert cut_states(with_coupling(np.kron(A5, np.eye(2)))) == (8, 9)
    assert cut_states(with_coupling(np.kron(np.eye(3), A5))) == (4, 9, 14)
    middle = np.kron(np.kron(np.eye(2), A5), np.eye(3))
    assert cut_states(with_coupling(middle)) == (12, 13, 14, 27, 28, 29)
    both = np.kron(A5, np.eye(4)) + np.kron(np.eye(5), sambe.destroy(4))
    assert cut_states(with_coupling(both)) == tuple(sorted({*range(16, 20), *range(3, 20, 4)}))


def test_the_order_of_the_basis_does_not_matter() -> None:
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(6)
        op = sambe.destroy(6)[np.ix_(order, order)]
        assert cut_states(with_coupling(op)) == tuple(np.flatnonzero(order == 5))


@pytest.mark.parametrize("spin", np.arange(0.5, 6.5, 0.5))
def test_spins_are_no_ladders(spin: float) -> None:
    assert cut_states(sambe.models.spin(spin)) == ()


@pytest.mark.slow
def test_plain_levels_are_no_ladders() -> None:
    r = np.random.default_rng(0)
    alarms = 0
    for _ in range(300):
        n = int(r.integers(3, 9))
        chain, full = np.diag(r.random(n - 1) + 0.1, 1), r.normal(size=(n, n))
        alarms += bool(cut_states(with_coupling(chain))) + bool(cut_states(with_coupling(full)))
    assert alarms <= 3  # four random elements may grow as 1, 2, 3 to 15 % by chance
    assert cut_states(sambe.models.two_qubits()) == cut_states(sambe.models.three_level()) == ()


def test_a_ladder_built_by_hand_is_warned_of() -> None:
    a = sambe.destroy(6)
    for place in (lambda x: x, lambda x: np.kron(x, np.eye(2))):
        h = [(1.0, place(a.T @ a))]
        ladder = place(a + a.T)
        bath = [sambe.Bath("bath", ladder, sambe.Flat(0.01), 0.0)]
        if len(ladder) == 12:  # beside it a qubit with a bath of its own
            h.append((0.35, np.kron(np.eye(6), sambe.sigmaz())))
            qubit = np.kron(np.eye(6), sambe.sigmax())
            bath.append(sambe.Bath("other", qubit, sambe.Ohmic(0.01, 10.0), 0.5))
        system = sambe.System(h, {1: [(0.02, place(a.T))]}, 1.0, bath)
        with pytest.warns(sambe.TruncationWarning):
            flow = sambe.steady_state(system)
        # displaced vacuum: <n> = (2F/J)^2 = 16, pump power J w <n> = 0.16, far beyond the cut
        assert flow.energy_current.sel(terminal="pump") < 0.04
        assert flow.edge_population > 0.1


def test_a_device_that_has_no_more_levels_says_so() -> None:
    """Four levels of a transmon, hot enough that the last is populated: cut, unless its owner knows
    better."""
    a = np.sqrt(np.array([1.0, 1.9, 2.7]))  # squares that fall short of 1, 2, 3, as those of a cosine do
    ladder, energies = np.diag(a, 1), np.diag([0.0, 1.0, 1.95, 2.85])
    bath = sambe.Bath("hot", ladder + ladder.T, sambe.Ohmic(1e-3, 10.0), 1.0)
    drive = {1: [(0.01, ladder.T)]}
    with pytest.warns(sambe.TruncationWarning, match=r"edge=\(\) if the device has no more"):
        sambe.steady_state(sambe.System(energies, drive, 0.98, [bath]))
    whole = sambe.System(energies, drive, 0.98, [bath], edge=())
    assert cut_states(whole) == ()
    assert sambe.steady_state(whole).edge_population == 0.0  # and no warning: those are errors in the tests
    cold = sambe.System(energies, baths=[replace(bath, temperature=0.15)])
    assert 0.0 < sambe.steady_state(cold).edge_population < 1e-6


def test_a_full_matrix_that_grows_along_a_diagonal_by_accident_is_no_ladder() -> None:
    """Squares 1, 2, 3 beside the diagonal, and as much in the other elements."""
    full = np.diag([0.3, -0.2, 0.5, 0.1])
    for k in range(3):
        full[k, k + 1] = full[k + 1, k] = np.sqrt(k + 1.0)
    full[0, 2] = full[2, 0] = full[1, 3] = full[3, 1] = full[0, 3] = full[3, 0] = 1.0
    bath = sambe.Bath("bath", full, sambe.Flat(0.01), temperature=0.0)
    assert cut_states(sambe.System(np.diag([0.0, 1.0, 2.5, 4.5]), baths=[bath])) == ()
    a = sambe.destroy(6)
    x, plain = a + a.T, sambe.Bath("bath", np.diag(np.arange(6.0) % 2), sambe.Flat(0.01), temperature=0.0)
    for potential in (0.2 * x + 0.1 * x @ x @ x @ x, x + 0.3 * (a @ a + a.T @ a.T)):
        assert cut_states(sambe.System(a.T @ a + potential, baths=[plain])) == (5,)
