"""Slow drives of more levels: the basis that the states follow is as exact as propagation, or is refused."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import sambe
from sambe.physics.dressing import floquet as route
from sambe.physics.dressing.following import followed_states, slow_points
from sambe.physics.dressing.magnus import Picture, make_picture, propagators
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare


def hermitian(levels: int, real: bool, seed: int = 43) -> Any:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(levels, levels)) + 1j * (not real) * rng.normal(size=(levels, levels))
    return 0.5 * (x + x.conj().T)


def system(levels: int, omega: Any, real: bool = False, size: float = 0.1) -> sambe.System:
    static = np.diag(np.arange(levels) + 0.1 * np.arange(levels) ** 2)
    drive = {1: [(size, hermitian(levels, real))], 2: [(0.5 * size, hermitian(levels, real, 44))]}
    bath = sambe.Bath("bath", np.ones((levels, levels)), sambe.Ohmic(0.002, 10.0), 1.0)
    return sambe.System(static, drive, omega, [bath])


def picture_of(one: sambe.System) -> Picture:
    omega = np.atleast_1d(np.asarray(one.omega, dtype=float))
    wide = {k: np.broadcast_to(h, (len(omega), *np.shape(h)[-2:])) for k, h in one.harmonics().items()}
    return make_picture(wide, omega, [0] * one.levels)


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("levels", [3, 5])
def test_followed_states_are_the_propagated_ones(levels: int, real: bool) -> None:
    picture = picture_of(system(levels, 0.004, real))
    assert picture.reversible == real
    assert slow_points(picture, 1e-10).all()
    followed = followed_states(picture, 1e-10)
    assert followed is not None
    count = followed.shape[1] - 1
    steps = propagators(picture, 1 << 14)
    np.testing.assert_allclose(followed, steps[:, :: (1 << 14) // count], atol=3e-9)
    np.testing.assert_allclose(followed[0] @ followed[0].conj().swapaxes(-1, -2),
                               np.broadcast_to(np.eye(levels), followed.shape[1:]), atol=1e-11)  # fmt: skip


@pytest.mark.slow
def test_followed_states_solve_the_equation_of_motion() -> None:
    one = system(3, 0.01, size=0.05)
    picture = picture_of(one)
    followed = followed_states(picture, 1e-10)
    assert followed is not None

    def motion(t: float, y: Any) -> Any:
        h = sum(np.exp(-1j * k * 0.01 * t) * part for k, part in one.harmonics().items())
        return (-1j * (h - picture.offset[0] * np.eye(3)) @ y.reshape(3, 3)).ravel()

    end = picture.span[0] / 4
    wanted = solve_ivp(motion, (0, end), np.eye(3, dtype=complex).ravel(), "DOP853", rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        followed[0, (followed.shape[1] - 1) // 4], wanted.y[:, -1].reshape(3, 3), atol=1e-8
    )


def test_a_slow_ladder_is_dressed_as_by_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    a = np.diag(np.sqrt(np.arange(1.0, 8)), 1)
    number = np.diag(np.arange(8.0))
    bath = sambe.Bath("bath", a + a.T, sambe.Ohmic(0.002, 10.0), 1.0)
    kerr = sambe.System([(1.0, number), (0.05, number @ (number - np.eye(8)))], {1: [(0.3, a + a.T)]},
                        np.array([0.004, 0.7]), [bath])  # fmt: skip
    method = prepare(kerr, "floquet")
    calls = []
    monkeypatch.setattr(route, "followed_states", lambda *x: calls.append(1) or followed_states(*x))
    found = dress(kerr, method)
    assert calls == [1]
    monkeypatch.setattr(route, "long_periods", lambda harmonics, omega: np.zeros(len(omega), dtype=bool))
    wanted = dress(kerr, method)
    np.testing.assert_allclose(found.energies, wanted.energies, rtol=0, atol=2e-10 * 0.004)
    assert set(found.quanta) >= set(wanted.quanta[:-4])
    for q, s in zip(wanted.quanta, np.moveaxis(wanted.couplings[:, 0], 1, 0), strict=True):
        other = found.couplings[:, 0, found.quanta.index(q)] if q in found.quanta else np.zeros_like(s)
        np.testing.assert_allclose(np.abs(other), np.abs(s), atol=2e-9)


def test_what_a_passage_excites_is_not_followed() -> None:
    # an avoided crossing of width 0.02, passed at a rate of about 2 * 0.5 * 0.01
    tilt, mix = np.diag([0.5, -0.5, 3.0]), 0.01 * np.eye(3)[[1, 0, 2]] * [[1], [1], [0]]
    bath = sambe.Bath("bath", np.ones((3, 3)), sambe.Ohmic(0.002, 10.0), 1.0)
    one = sambe.System(np.diag([0.0, 0.0, 3.0]) + mix, {1: [(1.0, tilt)]}, 0.01, [bath])
    assert not slow_points(picture_of(one), 1e-10).any()
    assert followed_states(picture_of(one), 1e-10) is None
