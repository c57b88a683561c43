"""Magnus steps: the picture they are taken in, their order, and the propagator of an exact solution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from sambe.errors import ConvergenceError
from sambe.physics.dressing.floquet import floquet
from sambe.physics.dressing.magnus import (
    MOST_STEPS,
    Picture,
    check_work,
    make_picture,
    most_steps,
    paths,
    propagators,
)

RNG = np.random.default_rng(9)


def hermitian(n: int) -> Any:
    x = RNG.normal(size=(n, n)) + 1j * RNG.normal(size=(n, n))
    return x + x.conj().T


def harmonics(real: bool = False) -> dict[int, Any]:
    h0, v = hermitian(3), RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3))
    h0, v = (x.real.copy() if real else x for x in (h0, v))
    return {0: h0, 1: 0.3 * v, -1: 0.3 * v.conj().T}


def by_ode(h: dict[int, Any], omega: float, time: float) -> Any:
    """Propagator of the laboratory by an explicit method of eighth order."""

    def right(t: float, y: Any) -> Any:
        now = sum(x * np.exp(-1j * k * omega * t) for k, x in h.items())
        return (-1j * now @ y.reshape(3, 3)).ravel()

    return (
        solve_ivp(right, (0.0, time), np.eye(3, dtype=complex).ravel(), "DOP853", rtol=1e-12, atol=1e-13)
        .y[:, -1]
        .reshape(3, 3)
    )


def in_laboratory(picture: Picture, u: Any, time: float) -> Any:
    n = np.array(picture.integers)
    turn = np.exp(-1j * (n * picture.omega[0] + picture.offset[0]) * time)
    return turn[:, None] * u


@pytest.mark.parametrize("integers", [(0, 0, 0), (0, 1, 2)])
@pytest.mark.parametrize("real", [True, False])
def test_the_path_is_that_of_the_schroedinger_equation(integers: tuple[int, ...], real: bool) -> None:
    h, omega = harmonics(real), 1.3
    picture = make_picture(h, np.array([omega]), integers)
    assert picture.reversible == real
    ((points, u),) = paths(picture, 1e-10)
    assert points.tolist() == [0]
    for share in (0.5, 1.0):
        time = share * float(picture.span[0])
        found = in_laboratory(picture, u[0, round(share * (u.shape[1] - 1))], time)
        np.testing.assert_allclose(found, by_ode(h, omega, time), rtol=0, atol=2e-9)


def test_the_picture_samples_the_hamiltonian_that_it_was_made_of() -> None:
    h, omega, n = harmonics(), 0.9, np.array([0, 1, 2])
    picture = make_picture(h, np.array([omega]), n)
    x = np.array([0.0, 0.13, 0.7])
    for value, part in zip(x, picture.at(x)[0], strict=True):
        t = value * 2.0 * np.pi / (picture.fold * omega)
        laboratory = sum(y * np.exp(-1j * k * omega * t) for k, y in h.items())
        turned = np.exp(1j * n * omega * t)[:, None] * laboratory * np.exp(-1j * n * omega * t)
        wanted = turned - np.diag(n * omega) - picture.offset[0] * np.eye(3)
        np.testing.assert_allclose(part, wanted, atol=1e-13)


def test_a_circular_drive_stands_still_in_its_frame() -> None:
    raising = np.array([[0.0, 1.0], [0.0, 0.0]])  # |0><1| absorbs a quantum where n_0 - n_1 = 1
    h = {0: np.diag([0.5, -0.5]), 1: 0.1 * raising, -1: 0.1 * raising.T}
    picture = make_picture(h, np.array([0.8, 1.1]), (1, 0))
    assert picture.quanta == (0,)
    u = propagators(picture, 4)
    for k in range(2):
        np.testing.assert_allclose(u[k, -1], expm(-1j * picture.parts[k, 0] * picture.span[k]), atol=1e-13)


def test_steps_are_of_sixth_order() -> None:
    picture = make_picture(harmonics(), np.array([1.1]), (0, 0, 0))
    fine = propagators(picture, 256)[0, -1]
    error = [np.abs(propagators(picture, steps)[0, -1] - fine).max() for steps in (16, 32)]
    assert 2.0**5.3 < error[0] / error[1] < 2.0**7


@pytest.mark.slow
def test_a_drive_that_no_step_follows_is_refused() -> None:
    h = {0: np.diag([0.0, 1.0, 2.0]), 1: 20.0 * np.ones((3, 3)), -1: 20.0 * np.ones((3, 3))}
    with pytest.raises(ConvergenceError, match="raise omega"):
        paths(make_picture(h, np.array([1e-3]), (0, 0, 0)), 1e-10)


def test_what_is_beyond_the_bound_of_work_is_not_begun() -> None:
    assert most_steps(3) == MOST_STEPS
    assert most_steps(500) == 1600
    check_work(1400)
    with pytest.raises(ConvergenceError, match="1500 levels"):
        floquet({0: np.eye(1500), 1: np.eye(1500)}, 0.7, [np.eye(1500)], [0] * 1500, 1e-10)
