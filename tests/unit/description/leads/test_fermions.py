"""Annihilation operators: they anticommute, also where sites are far apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sambe import InputError, fermion


def test_they_anticommute() -> None:
    d = [fermion(i, 4) for i in range(4)]
    for i, j in itertools.product(range(4), repeat=2):
        assert not np.any(d[i] @ d[j] + d[j] @ d[i])
        both = d[i] @ d[j].conj().T + d[j].conj().T @ d[i]
        np.testing.assert_array_equal(both, np.eye(16) * (i == j))


@pytest.mark.parametrize(("i", "sites"), [(2, 2), (-1, 2), (0, 0), (True, 2), (0.0, 2), (0, 13), (0, 10**30)])
def test_no_such_site(i: object, sites: int) -> None:
    with pytest.raises(InputError):
        fermion(i, sites)  # type: ignore[arg-type]
