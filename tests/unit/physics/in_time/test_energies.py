"""Ergotropy: a closed form for qubits, passive states, and many levels against the definition."""

from __future__ import annotations

import numpy as np

from sambe.physics.in_time.energies import History, ergotropy_of


def test_a_qubit_has_half_its_splitting_times_length_and_height_of_its_vector() -> None:
    # w0/2 (|r| + z) with r = (x, y, z): for r = (0.3, 0.4, 0.0) and (0, 0, -0.5), w0 = 1
    x, y, z = np.array([0.3, 0.0]), np.array([0.4, 0.0]), np.array([0.0, -0.5])
    rho = 0.5 * np.array([[1 + z, x - 1j * y], [x + 1j * y, 1 - z]]).transpose(2, 0, 1)[None]
    found, least = ergotropy_of(rho, np.array([[-0.5, 0.5]]), 0.5 * z[None])
    np.testing.assert_allclose(found, [[0.25, 0.0]], atol=1e-15)
    np.testing.assert_allclose(least, [[0.25, 0.25]])


def test_three_levels_in_an_inverted_state_give_what_a_swap_takes() -> None:
    rho = np.diag([0.2, 0.3, 0.5])[None, None] + 0j
    found, least = ergotropy_of(rho, np.array([[0.0, 1.0, 3.0]]), np.array([[1.8]]))
    np.testing.assert_allclose(found, [[1.8 - (0.3 + 0.6)]])
    np.testing.assert_allclose(least, [[0.2]])


def test_what_is_not_seen_is_not_a_number() -> None:
    seen = History.blank(2, 3, 4, 1, 0, states=False)
    assert seen.current.shape == (2, 3, 2)
    assert seen.matrix is None
    assert np.isnan(seen.ergotropy).all()
