"""Eigenvalues of largest real part, and followed along a path, against closed forms of 2x2 matrices."""

from __future__ import annotations

import numpy as np

from sambe.numerics.eigenvalue_branch import Branch, followed, refined, rightmost


def rates(x: np.ndarray) -> np.ndarray:
    """A cycle that counts up jumps: l^2 + 3 l + 2 (1 - e^x) = 0."""
    out = np.zeros((len(x), 2, 2), dtype=complex)
    out[:, 0, 0], out[:, 1, 1], out[:, 0, 1], out[:, 1, 0] = -1.0, -2.0, 2.0, np.exp(x)
    return out


def start(points: int) -> Branch:
    return rightmost(rates(np.zeros(points)))


def test_the_rightmost_eigenvalue_of_rates_is_zero_and_its_vector_the_stationary_state() -> None:
    found = start(1)
    assert abs(found.value[0]) < 1e-15
    np.testing.assert_allclose(found.vector[0] / found.vector[0].sum(), [2 / 3, 1 / 3], atol=1e-15)
    bad = rightmost(np.full((1, 2, 2), np.nan + 0j))
    assert not bad.known[0]
    assert np.isnan(bad.value[0])


def test_an_eigenvalue_is_followed_through_half_a_turn_of_the_root() -> None:
    # with x = 2 pi i s the discriminant 1 + 8 e^x turns once around zero: the branch ends as the other root
    far = np.array([2j * np.pi, 1.3j, 0.7])
    found = followed(lambda p, s: rates(far[p] * s), start(3))
    assert found.known.all()
    places = np.linspace(0.0, 1.0, 4001)
    for k, x in enumerate(far):
        phase = np.unwrap(np.angle(1.0 + 8.0 * np.exp(x * places)))
        root = np.sqrt(np.abs(1.0 + 8.0 * np.exp(x))) * np.exp(0.5j * phase[-1])
        assert abs(found.value[k] - (-3.0 + root) / 2.0) < 1e-12
    assert abs(found.value[0] + 3.0) < 1e-12


def test_what_has_no_end_is_not_known() -> None:
    def broken(points: np.ndarray, place: np.ndarray) -> np.ndarray:
        return rates(place) * np.where(place > 0.5, np.nan, 1.0)[:, None, None]

    found = followed(broken, start(2))
    assert not found.known.any()
    assert np.isnan(found.value).all()


def test_refinement_far_from_an_eigenvector_is_refused() -> None:
    a = rates(np.zeros(1))
    assert not refined(a, np.array([-1.4 + 0j]), np.array([[40.0 + 0j, -39.0]])).known[0]
    near = refined(a, np.array([0.01 + 0j]), np.array([[0.67 + 0j, 0.33]]))
    assert near.known[0]
    assert abs(near.value[0]) < 1e-14


def test_a_singular_matrix_takes_no_other_with_it() -> None:
    a = np.concatenate([np.zeros((1, 2, 2)), rates(np.zeros(1))])
    found = refined(a, np.zeros(2, dtype=complex), np.array([[0.0, 0.0], [0.66, 0.34]]) + 0j)
    assert found.known[1]
