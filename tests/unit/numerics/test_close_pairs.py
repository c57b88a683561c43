"""A band of close pairs of states: its products against those of whole matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sambe.numerics.close_pairs import Windows, windows_of

LEVELS, REACH = 200, 0.1


@pytest.fixture(scope="module")
def drawn() -> tuple[Any, Windows, Any]:
    """Energies in order, their band, and which pairs it holds."""
    energies = np.sort(np.random.default_rng(3).normal(size=LEVELS))
    band, inside = windows_of(energies, REACH), np.zeros((LEVELS, LEVELS), dtype=bool)
    for some, close in band.parts:
        inside[some, close] = True
    return energies, band, inside


def test_the_band_holds_all_close_pairs_and_their_mirror_images(drawn: Any) -> None:
    energies, _, inside = drawn
    gap = np.abs(np.subtract.outer(energies, energies))
    assert inside[gap <= REACH].all()
    assert (inside == inside.T).all()
    assert inside.mean() < 0.5


def test_energies_out_of_order_make_the_band_wider_and_not_wrong() -> None:
    energies = np.random.default_rng(4).normal(size=LEVELS)
    inside = np.zeros((LEVELS, LEVELS), dtype=bool)
    for some, close in windows_of(energies, REACH).parts:
        inside[some, close] = True
    assert inside[np.abs(np.subtract.outer(energies, energies)) <= REACH].all()
    assert (inside == inside.T).all()


def test_products_within_the_band(drawn: Any) -> None:
    _, band, inside = drawn
    a, b, x = np.random.default_rng(5).normal(size=(3, LEVELS, LEVELS))
    x = np.where(inside, x, 0.0)
    tall = np.concatenate([a, b])[None]
    assert_allclose(band.left(tall, x[None]), tall @ x, rtol=0, atol=1e-13)
    side = np.concatenate([a, b], axis=1)[None]
    assert_allclose(
        band.right(side, side[:, ::-1]), np.where(inside, side @ side[0, ::-1].T, 0.0), atol=1e-12
    )
    assert_allclose(band.times(x, b), x @ b, rtol=0, atol=1e-13)
    out = a.copy()
    band.add(out, a, b)
    assert_allclose(out, a + np.where(inside, a @ b, 0.0), rtol=0, atol=1e-13)
    out = a.copy()
    band.less(out, b)
    band.put(out, np.where(inside, out, np.nan))  # nothing but the band is read
    assert_allclose(out, a - np.where(inside, b, 0.0), rtol=0, atol=1e-13)
