"""Derivatives of labelled numbers along a loop and over a grid, and what is no loop."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.verbs.loops.motions import along_loop, over_grid


def angle(points: int, **how: bool) -> object:
    return sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, points, **{"endpoint": False, **how}))


def qubit(omega, **others) -> sambe.System:
    return sambe.models.spin_boson(omega=omega, **others)


@pytest.mark.parametrize("points", [9, 16])
def test_a_loop_is_differentiated_by_its_waves(points) -> None:
    t = angle(points)
    drive = 0.3 + 0.1 * np.exp(2j * t) + sambe.axis("k", [0.0, 0.1])
    moving = qubit(0.9 + 0.2 * np.sin(t)).replace(drive={1: [(drive, sambe.sigmap())]})
    motion = along_loop(moving, "loop")
    assert set(motion) == {"drive[1][0]", "omega"}
    np.testing.assert_allclose(motion["omega"], 0.2 * np.cos(t), atol=1e-13)
    np.testing.assert_allclose(motion["drive[1][0]"].sel(k=0.1), 0.2j * np.exp(2j * t), atol=1e-13)


def test_a_grid_is_linear_between_its_points() -> None:
    x, y = sambe.axis("x", [0.1, 0.2, 0.4]), sambe.axis("y", [1.0, 0.5])
    by_x, by_y = over_grid(qubit(0.8 + 0.5 * x, drive=0.3 * x * y), ("x", "y"))
    np.testing.assert_allclose(by_x["omega"], 0.5)
    np.testing.assert_allclose(by_x["drive[1][0]"], (0.15 * y).broadcast_like(x * y))
    assert set(by_y) == {"drive[1][0]"}
    np.testing.assert_allclose(by_y["drive[1][0]"], (0.15 * x).broadcast_like(x * y))


WRONG = {
    "encloses nothing": 0.8 + 0.1 * np.cos(angle(2)),
    "repeats the first": 0.8 + 0.1 * np.cos(angle(16, endpoint=True)),
    "jumps from point 15": 0.8 + 0.01 * angle(16),
    "equally spaced": 0.8 + 0.1 * np.cos(sambe.axis("loop", np.geomspace(1.0, 6.0, 16))),
    "no number of the system varies along it": 0.8 + 0.1 * sambe.axis("other", [0.0, 1.0, 2.0]),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_no_loop_is_refused(said) -> None:
    with pytest.raises(InputError, match=said):
        along_loop(qubit(WRONG[said]), "loop")


@pytest.mark.parametrize(("names", "said"), [(("omega", "y"), "y = 'y': no number"), ((1, "omega"), "x = 1")])
def test_what_is_no_grid_is_refused(names, said) -> None:
    with pytest.raises(InputError, match=said):
        over_grid(qubit(sambe.axis("omega", [0.8, 0.9])), names)


@pytest.mark.parametrize("values", [[0.8], [0.8, 0.7, 0.9], [0.8, 0.8]])
def test_a_coordinate_goes_one_way(values) -> None:
    with pytest.raises(InputError, match="goes one way"):
        over_grid(qubit(sambe.axis("omega", values)), ("omega", "omega"))
