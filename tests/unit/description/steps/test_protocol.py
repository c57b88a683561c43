"""What a period in steps is, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import InputError, System
from sambe.description.steps.protocol import steps_of

SX, SZ = sambe.sigmax(), sambe.sigmaz()
BATHS = [sambe.Bath("hot", SX, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)]
HALVES = [(0.5, [(0.5, SZ)]), (0.5, [(0.3, SZ), (0.2, SX)])]


def made(**changes: Any) -> System:
    given: dict[str, Any] = {"steps": HALVES, "omega": 0.8, "baths": BATHS, **changes}
    return System.from_steps(**given)


def test_the_static_part_is_the_mean_over_a_period_with_its_kicks() -> None:
    system = made(kicks=[(0.2, [(0.4, SX)])])
    mean = 0.4 * SZ + 0.1 * SX + 0.4 * 0.8 / (2 * np.pi) * SX
    np.testing.assert_allclose(system.harmonics()[0], mean, atol=1e-15)
    # and it follows where the frequency is exchanged
    assert system.replace(omega=1.6).harmonics()[0][0, 1] == pytest.approx(0.1 + 0.64 / (2 * np.pi))


def test_every_number_has_a_path_and_a_kick_is_an_angle_in_any_unit() -> None:
    steps = steps_of(HALVES, [(0.2, [(0.4, SX)])], {"hot": [1, 0]}, 0.1)
    paths: list[str] = []
    steps.map_numbers(lambda path, x: (paths.append(path), x)[1])
    assert paths == [
        "steps[0].fraction", "steps[0][0]", "steps[1].fraction", "steps[1][0]", "steps[1][1]",
        "kicks[0].fraction", "kicks[0][0]", "switched['hot'][0]", "switched['hot'][1]", "ramp",
    ]  # fmt: skip
    scaled = steps.in_unit(2.0)
    assert scaled.steps[0].terms[0][0] == 0.25
    assert scaled.kicks[0].terms[0][0] == 0.4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"steps": [(0.5, SZ), (0.4, SZ)]}, "steps = 0.9"),
        ({"steps": [(sambe.axis("d", [0.2, 0.5]), SZ), (0.5, SZ)]}, "steps = 0.7"),
        ({"steps": [(-0.5, SZ), (1.5, SZ)]}, r"steps\[0\].fraction"),
        ({"steps": [(np.nan, SZ)]}, r"steps\[0\].fraction"),
        ({"steps": [("half", SZ), (0.5, SZ)]}, r"steps\[0\].fraction"),
        ({"steps": [(0.5, SZ), (0.5, np.eye(3))]}, r"steps\[1\]\[0\]"),
        ({"steps": [(1.0, sambe.sigmap())]}, r"steps\[0\]"),
        ({"steps": []}, "steps"),
        ({"steps": SZ}, "steps"),
        ({"kicks": [(1.0, SX)]}, r"kicks\[0\].fraction"),
        ({"kicks": [(0.2, [(0.1j, SX)])]}, r"kicks\[0\]"),
        ({"kicks": [SX]}, r"kicks\[0\]"),
        ({"switched": {"cold": [1, 0]}}, "the baths are hot"),
        ({"switched": {"hot": [1, 0, 1]}}, "one factor for each of the 2 steps"),
        ({"switched": {"hot": [0, 0]}}, "never on"),
        ({"switched": {"hot": 1.0}}, "switched"),
        ({"switched": [1, 0]}, "switched"),
        ({"switched": {"hot": [1, 0]}, "ramp": 0.26}, "room for 2 ramps"),
        ({"ramp": -0.1}, "ramp"),
        ({"omega": None}, "omega"),
        ({"omega": (0.8, 1.1)}, "one period"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=field):
        made(**changes)


def test_steps_stand_alone() -> None:
    system = made()
    with pytest.raises(InputError, match="drive"):
        system.replace(drive={1: SX})
    with pytest.raises(InputError, match="drive"):
        System(None, {1: SX}, 0.8, BATHS, steps=system.steps)
    with pytest.raises(InputError, match="from_steps"):
        System(SZ, None, 0.8, BATHS, steps=HALVES)  # type: ignore[arg-type]


def test_what_only_a_step_breaks_is_no_symmetry() -> None:
    """The mean of the two steps commutes with sigma_x, and so does the bath; the steps do not."""
    opposite = [(0.5, [(0.5, SX), (0.3, SZ)]), (0.5, [(0.5, SX), (-0.3, SZ)])]
    sambe.steady_state(made(steps=opposite))
    with pytest.raises(InputError, match="not unique"):
        sambe.steady_state(made(steps=[(1.0, [(0.5, SX)])]))
