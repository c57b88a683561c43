"""Irreducible subspaces of matrices made to have them, and of collective spins."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy.linalg import block_diag

import sambe
from sambe.numerics.invariant_subspaces import beyond_rounding, irreducible_subspaces


def structure(parts: list[np.ndarray]) -> list[tuple[int, int]]:
    """(dimension, multiplicity) of each set of equivalent subspaces."""
    return sorted((part.shape[-1], len(part)) for part in parts)


@pytest.mark.parametrize("seed", range(25))
def test_hidden_blocks_are_found_with_their_multiplicities(seed: int) -> None:
    r = np.random.default_rng(seed)
    dims, copies = r.integers(2, 5, 3), r.integers(1, 4, 3)
    n = int(dims @ copies)
    turn = np.linalg.qr(r.normal(size=(n, n)) + 1j * r.normal(size=(n, n)))[0]
    matrices = [
        turn @ block_diag(*[
            np.kron(r.normal(size=(d, d)) + 1j * r.normal(size=(d, d)), np.eye(m))
            for d, m in zip(dims, copies, strict=True)
        ]) @ turn.conj().T
        for _ in range(2)
    ]  # fmt: skip
    parts = irreducible_subspaces(matrices)
    assert structure(parts) == sorted(zip(dims.tolist(), copies.tolist(), strict=True))
    whole = np.concatenate([copy for part in parts for copy in part], axis=-1)
    np.testing.assert_allclose(whole.conj().T @ whole, np.eye(n), atol=1e-10)
    for part in parts:
        for g in matrices:
            blocks = part.conj().swapaxes(-1, -2) @ g @ part
            np.testing.assert_allclose(g @ part, part @ blocks, atol=1e-8)
            np.testing.assert_allclose(blocks, np.broadcast_to(blocks[:1], blocks.shape), atol=1e-8)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_collective_spins_fall_into_those_of_angular_momentum(count: int) -> None:
    ops = [sambe.sigmaz(), sambe.sigmap()]
    total = [sum(sambe.lift(op, k, (2,) * count) for k in range(count)) for op in ops]
    # multiplicity of spin j among n halves: C(n, n/2 - j) - C(n, n/2 - j - 1)
    expected = sorted(
        (count - 2 * k + 1, comb(count, k) - (comb(count, k - 1) if k else 0)) for k in range(count // 2 + 1)
    )
    assert structure(irreducible_subspaces(total)) == expected


def test_a_weak_link_is_a_link() -> None:
    for size in (1.0, 1e-6, 1e-9):
        h = np.diag([0.0, 1.0, 2.5, 3.1])
        s = np.kron(np.eye(2), sambe.sigmax())
        weak = np.zeros((4, 4))
        weak[1, 2] = weak[2, 1] = size
        assert len(irreducible_subspaces([h, s + weak])) == 1
    assert len(irreducible_subspaces([h, s])) == 2


def test_elements_of_rounding_size_are_told_from_small_ones() -> None:
    r = np.random.default_rng(3)
    h = block_diag(*(x + x.T for x in r.normal(size=(2, 5, 5))))
    turn = np.linalg.qr(r.normal(size=(10, 10)))[0]
    values, v = np.linalg.eigh(turn @ h @ turn.T)
    label = np.array([np.linalg.norm((turn.T @ v)[:5, k]) > 0.5 for k in range(10)])
    s = turn @ block_diag(*(x + x.T for x in r.normal(size=(2, 5, 5)))) @ turn.T
    seen = beyond_rounding((v.T @ s @ v)[None], values)[0]
    np.testing.assert_array_equal(seen, label[:, None] == label[None, :])


@pytest.mark.parametrize("size", [1e-300, 1e-310, 1e-322])
def test_the_least_matrices_divide_space_as_their_multiples_do(size: float) -> None:
    ladder = np.diag([1.0, 1.0, 1.0], 1).astype(complex)
    assert [part.shape for part in irreducible_subspaces([size * ladder])] == [(1, 4, 4)]
    assert np.isfinite(irreducible_subspaces([size * ladder, 1j * size * ladder])[0]).all()
