"""The generator at samples of a period against the sums over its harmonics, written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe.physics.states.harmonic_iteration import TimeBalance

RNG = np.random.default_rng(6)
N, MOST, OMEGA = 3, 2, 0.7
ENERGIES = np.array([0.0, 0.31, 0.5])


def parts() -> tuple[dict[tuple[int, int], Any], dict[tuple[int, int], Any]]:
    """S^(q) and L^(q) = a(W) S^(q) / 2 of one operator, for a bath with a smooth rate that balances."""
    coupling, forward = {}, {}
    for q in range(MOST + 1):
        s = 0.2**q * (RNG.normal(size=(N, N)) + 1j * RNG.normal(size=(N, N)))
        coupling[0, q] = s + s.conj().T if q == 0 else s
        coupling[0, -q] = coupling[0, q].conj().T
    gap = ENERGIES[:, None] - ENERGIES[None, :]
    for (c, q), s in coupling.items():
        w = gap - q * OMEGA
        forward[c, q] = 0.5 * (0.02 * w / np.expm1(w / 0.6) if not np.any(w == 0) else 0.02 * np.where(
            w == 0, 0.6, w / np.expm1(np.where(w == 0, 1.0, w) / 0.6))) * s  # fmt: skip
    return coupling, forward


@pytest.fixture(scope="module")
def balance() -> tuple[TimeBalance, Any, Any]:
    coupling, forward = parts()
    return TimeBalance(ENERGIES, OMEGA, coupling, [forward]), coupling, forward


def by_harmonics(state: Any, coupling: Any, forward: Any) -> Any:
    """Sum over q and q' of L^(q) rho_m S^(q')† and so on, each at its own harmonic."""
    reach = len(state) // 2
    gap = ENERGIES[:, None] - ENERGIES[None, :]
    out = np.stack([1j * (m * OMEGA - gap) * state[m + reach] for m in range(-reach, reach + 1)])
    for (_, q), l in forward.items():
        for (_, r), s in coupling.items():
            back = s.conj().T
            for m in range(-reach, reach + 1):
                rho, at = state[m + reach], m + q - r
                if abs(at) <= reach:
                    out[at + reach] += l @ rho @ back - back @ l @ rho
                if abs(m + r - q) <= reach:
                    out[m + r - q + reach] += s @ rho @ l.conj().T - rho @ l.conj().T @ s
    return out


def test_samples_apply_the_sum_over_harmonics(balance: Any) -> None:
    b, coupling, forward = balance
    reach = 3
    state = RNG.normal(size=(2 * reach + 1, N, N)) + 1j * RNG.normal(size=(2 * reach + 1, N, N))
    b._sample(reach)
    np.testing.assert_allclose(b._apply(state), by_harmonics(state, coupling, forward), rtol=0, atol=1e-13)


def test_the_solution_is_stationary_hermitian_and_normalised(balance: Any) -> None:
    b, coupling, forward = balance
    assert b.unique
    reach = 8
    state = b.solve(b.start(), reach)
    assert state is not None
    left = by_harmonics(state, coupling, forward)
    assert np.abs(left[2:-2]).max() < 1e-10
    assert np.trace(state[reach]) == 1.0 or abs(np.trace(state[reach]) - 1.0) < 1e-12
    assert max(abs(np.trace(x)) for x in np.delete(state, reach, axis=0)) < 1e-10
    np.testing.assert_allclose(state[::-1], np.conj(np.swapaxes(state, 1, 2)), atol=1e-10)
    values = np.linalg.eigvalsh(state[reach])
    assert values.min() > -1e-3


def test_the_start_is_the_rate_equation(balance: Any) -> None:
    b, coupling, forward = balance
    p = np.diagonal(b.start()[0]).real
    rates = sum(2.0 * (forward[key] * s.conj()).real for key, s in coupling.items())
    np.testing.assert_allclose(rates @ p - rates.sum(axis=0) * p, 0.0, atol=1e-15)
    assert p.sum() == pytest.approx(1.0)


def test_a_system_that_falls_apart_has_no_unique_state() -> None:
    s = np.diag([1.0, -1.0, 2.0]).astype(complex)
    b = TimeBalance(ENERGIES, OMEGA, {(0, 0): s}, [{(0, 0): 0.01 * s}])
    assert not b.unique
