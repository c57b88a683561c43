"""Multiples of omega beside the gaps of a batch, against all of them tried one by one."""

from typing import Any

import array_api_strict as strict
import numpy as np
import pytest

from sambe.physics.dressing.dressing import Dressing
from sambe.physics.dressing.frequencies import Tones
from sambe.physics.generators.near_states.multiples import (
    RIVALS,
    Gaps,
    differences_of,
    nearest_multiples,
    zone_groups,
)


def dressing(quanta: tuple[int, ...], omega: Any, wrap: Any = np.asarray, points: int = 30) -> Dressing:
    energies = np.random.default_rng(4).uniform(-2.0, 2.0, (points, 4))
    couplings = np.ones((points, 1, len(quanta), 4, 4))
    return Dressing(wrap(energies), wrap(couplings), quanta, omega, wrap(couplings[:, 0, 0]))


def test_differences_of_many_quanta_are_those_of_few() -> None:
    quanta = tuple(range(1, 90, 4))
    signed = np.array([*quanta, *(-q for q in quanta)])
    np.testing.assert_array_equal(differences_of(quanta), np.unique(np.abs(signed[:, None] - signed)))
    quanta = tuple(range(1, 200, 3))  # by a transform
    signed = np.array([*quanta, *(-q for q in quanta)])
    np.testing.assert_array_equal(differences_of(quanta), np.unique(np.abs(signed[:, None] - signed)))


@pytest.mark.parametrize("quanta", [(0, 1), (1, 3, 5), (0, 1, 2, 3, 4), (0,)])
def test_the_nearest_and_what_is_about_as_near(quanta: tuple[int, ...]) -> None:
    d = dressing(quanta, np.linspace(0.3, 0.9, 30))
    gap = d.energies[:, :, None] - d.energies[:, None, :]
    differences = differences_of(quanta)
    every = np.unique([*differences, *-differences])
    apart = np.abs(gap[..., None] - every * np.asarray(d.omega)[:, None, None, None])
    nearest = apart.min(axis=-1)
    found = np.abs(gap - nearest_multiples(d) * np.asarray(d.omega)[:, None, None])
    np.testing.assert_allclose(found, nearest, rtol=1e-12, atol=1e-14)
    step = np.gcd.reduce(differences)
    inside = nearest <= 0.5 * step * np.asarray(d.omega)[:, None, None]
    gaps = Gaps.of(d, 1.0)
    for k, m in enumerate(every.tolist()):
        wanted = apart[..., k] <= np.where(inside, RIVALS, 1.0) * nearest + 1e-8
        np.testing.assert_array_equal(gaps.weighed(m), wanted)
    weighed = apart <= np.where(inside, RIVALS, 1.0)[..., None] * nearest[..., None] + 1e-8
    asked = {abs(int(m)) for k, m in enumerate(every) if weighed[..., k].any()} | {0}
    assert set(differences[gaps.asked()].tolist()) == asked
    np.testing.assert_array_equal(gaps.leave(), weighed[..., every != 0].any(axis=(-3, -2, -1)))
    other = Gaps.of(dressing(quanta, strict.asarray(np.linspace(0.3, 0.9, 30)), strict.asarray), 1.0)
    np.testing.assert_allclose(np.asarray(other.reach), gaps.reach)


def test_multiples_of_several_tones_are_weighed_alike() -> None:
    quanta = (1, 2**14)  # one of either tone
    plain, tones = dressing((1,), 0.7), dressing(quanta, Tones((0.7, 1000.0)))
    near, far = Gaps.of(plain, 1.0), Gaps.of(tones, 1.0)
    np.testing.assert_array_equal(near.nearest, far.nearest)
    inside = np.abs(near.apart(near.nearest)) < 0.7
    for m in (-2, 0, 2):
        np.testing.assert_array_equal(near.weighed(m)[inside], far.weighed(np.asarray(m))[inside])
    np.testing.assert_array_equal(tones.energies.shape[0], far.leave().size)
    assert set(far.differences[far.asked()].tolist()) >= {0, 2}


def test_points_are_grouped_by_the_quanta_that_they_need() -> None:
    shift = np.array([[0, 0, 0], [0, 1, 0], [0, -1, 0], [2, 0, 0], [1, 1, 1]])
    assert [g.tolist() for g in zone_groups(shift)] == [[0, 4], [1, 2], [3]]
