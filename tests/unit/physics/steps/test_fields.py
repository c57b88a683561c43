"""What is reported of a period in steps, over sweeps and in any unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import System
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import asking_for, prepare
from sambe.physics.steps.fields import stroke_fields, tail_of_currents

SX, SZ = sambe.sigmax(), sambe.sigmaz()


def system(omega: Any = 0.8, duty: Any = 0.5, at: Any = 0.2, unit: float = 1.0) -> System:
    baths = [
        sambe.Bath(name, SX, sambe.Ohmic(0.002, cutoff=6.0 * unit), temperature=t * unit)
        for name, t in (("left", 1.2), ("right", 0.4))
    ]
    parts = [(duty, [(0.5 * unit, SZ)]), (1 - duty, [(0.3 * unit, SZ), (0.2 * unit, SX)])]
    return System.from_steps(
        parts, omega * unit, baths, kicks=[(at, [(0.1, SX)])], switched={"left": [1, 0]}, ramp=0.1
    )


@pytest.mark.slow
def test_sweeps_of_any_number_are_their_points() -> None:
    omega, duty = sambe.axis("omega", [0.8, 1.5]), sambe.axis("duty", [0.4, 0.6])
    many = sambe.steady_state(system(omega=omega, duty=duty))
    one = sambe.steady_state(system(omega=1.5, duty=0.4))
    here = many.sel(omega=1.5, duty=0.4)
    for name in ("energy_current", "stroke_heat", "stroke_work", "switching_work", "harmonics_error"):
        np.testing.assert_allclose(here[name].values, one[name].values, rtol=1e-9, atol=1e-13)
    assert many.stroke_heat.dims == ("duty", "omega", "step", "terminal")


@pytest.mark.slow
def test_a_kick_may_be_swept_across_a_step() -> None:
    at = sambe.axis("at", [0.2, 0.7])
    many = sambe.steady_state(system(at=at))
    for k in (0, 1):
        one = sambe.steady_state(system(at=float(at[k])))
        np.testing.assert_allclose(many.stroke_work[k].values, one.stroke_work.values, rtol=1e-9)


@pytest.mark.slow
def test_energies_are_in_the_unit_of_the_caller() -> None:
    unit = 2.0**40
    plain, scaled = (sambe.steady_state(system(unit=u), secular="none") for u in (1.0, unit))
    for name, power in (("stroke_heat", 1), ("stroke_work", 1), ("switching_work", 1), ("energy_current", 2)):
        np.testing.assert_allclose(scaled[name] / unit**power, plain[name], rtol=1e-9, atol=1e-15)


def test_fields_have_the_shape_of_their_batch_and_the_pump_brings_no_heat() -> None:
    one = system()
    method = asking_for(prepare(one), one)
    solution = solve_batch(one, method)
    fields = stroke_fields(
        one.steps, solution.plain, method.operators, method.schedules, method.mixing, one.numbers(), ()
    )  # type: ignore[arg-type]
    assert {name: x.shape for name, x in fields.items()} == {
        "stroke_heat": (2, 3), "stroke_work": (2,), "switching_work": (3,),
    }  # fmt: skip
    assert not fields["stroke_heat"][:, -1].any()
    assert fields["switching_work"][-1] == 0.0
    assert 0 < tail_of_currents(solution.plain, solution.currents) < 1e-4


@pytest.mark.slow
def test_a_tile_says_nothing_of_its_points() -> None:
    omega = sambe.axis("omega", [0.4, 0.7, 1.1, 1.6])
    whole, cut = (sambe.steady_state(system(omega=omega), memory=m, workers=1) for m in ("1 GB", "10 kB"))
    for name in ("stroke_heat", "stroke_work", "switching_work"):
        np.testing.assert_array_equal(whole[name], cut[name])
    # sums over harmonics that only a neighbour feels, of zeros, round otherwise
    np.testing.assert_allclose(whole.energy_current, cut.energy_current, rtol=1e-13, atol=1e-18)
